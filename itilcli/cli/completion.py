"""`itil --install-completion` and `--show-completion`: the script that has a shell complete the words of itil."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from itilcli.actions.shells import SHELLS, current, install
from itilcli.cli.screen import Screen, safe
from itilcli.errors import Kind, Problem, Refused
from itilcli.text import Listing, Translate, render, t

INSTALL, SHOW = "--install-completion", "--show-completion"


def asked(words: Sequence[str], translate: Translate, screen: Screen) -> int:
    """Prints the script of a shell, or puts it where the shell finds it; 0. Raises Refused where no shell is known."""
    flag, named = next(
        (word.partition("=")[0], word.partition("=")[2]) for word in words if word.partition("=")[0] in (INSTALL, SHOW)
    )
    after = words[words.index(flag) + 1 :] if flag in words else ()
    shell = named or next((word for word in after[:1] if not word.startswith("-")), "") or current(os.environ)
    if shell not in SHELLS:
        message = (
            t("{flag} cannot be {value}.", flag=flag, value=shell) if shell else t("{flag} needs a value.", flag=flag)
        )
        hint = t("One of {choices}.", choices=Listing(tuple(SHELLS)))
        raise Refused([Problem("E-cli-choice", message, hint, where=flag, kind=Kind.MISSING)])
    if flag == SHOW:
        sys.stdout.write(SHELLS[shell])
        return 0
    places = install(shell, os.environ)
    screen.show(
        safe(
            render(
                t("{shell} completes the words of itil from its next start: {path}", shell=shell, path=places.script),
                translate,
            )
        )
    )
    if places.start:
        screen.note(safe(render(t("what its start file says for that: {path}", path=places.start), translate)))
    return 0
