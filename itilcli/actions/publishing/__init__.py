"""`site build`: the desk as pages for those who do not use a shell."""
