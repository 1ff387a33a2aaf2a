"""Putting right what was recorded wrongly, with old and new kept."""
