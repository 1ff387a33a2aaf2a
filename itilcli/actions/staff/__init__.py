"""Who works at the desk: coming, changing roles, deputising, handing over, leaving."""
