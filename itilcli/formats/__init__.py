"""A report in each format: the same pages, written as Markdown, HTML, a workbook, a document, data or on a terminal."""
