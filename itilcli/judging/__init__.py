"""One commit judged against its parents: was each change one that its author might make, at that moment, by the rules?

Pure. ``deed`` is the commit, ``trees`` what lay in the desk then, ``areas`` what each path is; ``plan`` says what of a
commit is to be looked at, ``judge`` looks: ``cases`` at the steps on a case, ``joined`` at merges, ``tables`` at all else.
The gate on the server, ``itil audit`` and a check in a forge ask the same questions here.
"""
