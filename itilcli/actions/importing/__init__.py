"""A foreign log brought into the desk: the map that explains it, its rows, the cases they make, and the one commit."""
