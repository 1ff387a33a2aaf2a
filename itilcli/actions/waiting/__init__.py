"""What waits: for whom, until when, and the command that does it."""
