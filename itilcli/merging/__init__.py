"""Two clones' work on the same records brought together by meaning, never by line.

``plain`` joins plain data three ways, ``case`` a case with its forms, ``files`` the bytes so that comments stay. Nothing
that one side recorded is dropped: what cannot both be true stands in the case as a conflict until somebody settles it.
"""
