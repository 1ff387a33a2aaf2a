"""Taking calls: one or many, by whom and about what, what is known beforehand, and what is not lost when refused."""
