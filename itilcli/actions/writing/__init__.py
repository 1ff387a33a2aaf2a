"""A step on a case becomes files and one commit."""
