"""`itil doctor`: what is wrong with the installation and the desk, and the command that mends it. It only looks."""
