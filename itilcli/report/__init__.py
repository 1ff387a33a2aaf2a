"""The report for people: plain figures laid out once as sections, tables and charts, whatever the format."""
