"""§5.8, §5.12: the standard configuration of the supported projects: shown, compared with what is found, changed on request."""
