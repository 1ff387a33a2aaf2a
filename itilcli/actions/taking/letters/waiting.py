"""§5.1: messages that are no case yet: kept in the git folder as they came, with what was understood and what is missing."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from itilcli.actions.taking.drafts import OF_LETTER, folder_of, private
from itilcli.actions.writing.attachments import LIMIT
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused, reason_of
from itilcli.mail.letter import Letter
from itilcli.mail.reading import read_head
from itilcli.procedure.answers import given
from itilcli.store import files
from itilcli.text import t

MOST = 500
"""The most messages that wait at once; more are refused, and stay where they came from."""


def waiting(desk: Desk, letter: Letter) -> Path | None:
    """The draft of a message that waits already."""
    return next(iter(folder_of(desk).glob(f"new-*{OF_LETTER}{letter.key}.json")), None)


def waits_above(desk: Desk, letter: Letter) -> Letter | None:
    """The waiting message that this one answers, by its head; None where there is none."""
    if not letter.references:
        return None
    for path in sorted(folder_of(desk).glob("mail-*.eml")):
        try:
            found = read_head(files.read_bytes(path, LIMIT))
        except Refused:
            continue
        if found.id in letter.references:
            return found
    return None


def keep_letter(desk: Desk, letter: Letter, data: bytes, answers: Mapping[str, Any], at: str | None) -> Path:
    """Keeps a message and the answers so far; the message's file.

    :raises Refused: where too many wait already, or it cannot be written; nothing is kept then.
    """
    folder, known = folder_of(desk), waiting(desk, letter)
    if known is None and sum(1 for _ in folder.glob(f"new-*{OF_LETTER}*.json")) >= MOST:
        message = t("{count} e-mails wait as drafts already", count=MOST)
        hint = t("see to them, or let go of them: itil new --drafts; itil new --drop-drafts")
        raise Refused([Problem("E-mail-full", message, hint, "5.1", kind=Kind.DESK)])
    kept = {name: list(one) if isinstance(one, tuple) else one for name, one in given(answers).items()}
    text = json.dumps({"at": at, "said": False, "answers": kept}, ensure_ascii=False)
    path = folder / f"mail-{letter.key}.eml"
    try:
        with private():
            folder.mkdir(parents=True, exist_ok=True)
            files.write_atomically(path, data)
            files.write_atomically(
                known or folder / f"new-{time.time_ns():020}{OF_LETTER}{letter.key}.json",
                text.encode("utf-8", "replace"),
            )
    except OSError as error:
        message = t("the e-mail cannot be kept: {reason}", reason=reason_of(error))
        raise Refused([Problem("E-mail-keep", message, None, "5.1", str(folder), Kind.DESK)]) from None
    return path


def drop_letter(desk: Desk, letter: Letter) -> None:
    """Lets go of the draft of a message that has been taken."""
    for one in (waiting(desk, letter), folder_of(desk) / f"mail-{letter.key}.eml"):
        if one is not None:
            one.unlink(missing_ok=True)
