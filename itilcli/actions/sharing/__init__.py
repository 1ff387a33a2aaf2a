"""Clones of one desk brought together: sync, what it could not join, and the numbers that are given when it is shared."""
