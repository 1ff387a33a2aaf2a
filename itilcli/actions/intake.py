"""§5.1: a new case, from the call to wherever its answers lead; a refused one leaves its answers as a draft."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from itilcli.actions.advance import Ask, carry, comments, finish, read, references_exist, with_article
from itilcli.actions.alike import possible_duplicates
from itilcli.actions.attachments import with_files
from itilcli.actions.serials import Serials
from itilcli.actions.writing import Written
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import Case
from itilcli.model.incident import Incident
from itilcli.store import cases, files
from itilcli.text import t

TITLE_LENGTH = 30


def open_case(desk: Desk, ask: Ask, resumed: bool = False) -> Written:
    """A new case in one commit.

    :param resumed: whether the answers go on from the kept draft, which has served then.
    :raises Refused: with everything missing; what was typed is kept as a draft.
    """
    desk.actor  # noqa: B018  (an unknown author is refused before anything else)
    if ask.dry_run:
        return _open_case(desk, ask, ())
    try:
        with desk.journal.lock():
            made = _open_case(desk, ask, tuple(desk.journal.mend()))
    except Refused:
        keep_draft(desk, ask)
        raise
    if resumed:
        forget_draft(desk)
    return made


def _open_case(desk: Desk, ask: Ask, mended: tuple[Any, ...]) -> Written:
    values, at = read(desk, ask.answers, ask.at)
    values = with_defaults(desk, values)
    references_exist(desk, values)
    took = values.get("took")
    reported = at or (desk.now - took if took else desk.now)
    case_id = desk.new_id(reported)
    values, written = with_files(desk, case_id, values, desk.actor, reported)
    blank = Case(Incident(id=case_id))
    draft_of = blank.set(title=values.get("title"), symptom=values.get("symptom"), category=values.get("category"))
    values, articles = with_article(desk, draft_of, values, desk.now)
    serials = Serials(desk)
    outcome = carry(desk, blank, "new", values, at, desk.world(serials.next))
    alike = possible_duplicates(desk, outcome.case)
    changes = [*cases.changes(None, outcome.case, comments(desk)), *written, *articles, *serials.changes()]
    return replace(finish(desk, ask, outcome, None, changes, mended), duplicates=alike)


def with_defaults(desk: Desk, values: dict[str, Any]) -> dict[str, Any]:
    """What is known without asking: the desk's intake channel, and a title out of the symptom."""
    known = dict(values)
    if desk.settings.intake_channel:
        known.setdefault("channel", desk.settings.intake_channel)
    if known.get("symptom"):
        known.setdefault("title", " ".join(known["symptom"].split())[:TITLE_LENGTH])
    return known


# ── drafts


def draft_path(desk: Desk) -> Path:
    """Where a refused call's answers are kept: in the git folder, never in the desk's history."""
    return desk.journal.common_dir / "itil" / "draft-new.json"


def keep_draft(desk: Desk, ask: Ask) -> None:
    """Keeps what was typed; an empty call, or one whose folder cannot be written, keeps nothing."""
    given = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in ask.answers.items()
        if value not in (None, (), False)
    }
    if not given:
        return
    path = draft_path(desk)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_atomically(
            path, json.dumps({"at": ask.at or desk.now.isoformat(), "answers": given}, ensure_ascii=False).encode()
        )
        os.chmod(path, 0o600)  # noqa: PTH101
    except (OSError, Refused):
        return


def has_draft(desk: Desk) -> bool:
    """Whether a refused call's answers are kept."""
    return draft_path(desk).is_file()


def forget_draft(desk: Desk) -> None:
    """The draft has served."""
    draft_path(desk).unlink(missing_ok=True)


def from_draft(desk: Desk, answers: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The kept answers with those typed now over them, and when that call was taken.

    :raises Refused: when nothing was kept.
    """
    try:
        kept = json.loads(files.read_bytes(draft_path(desk)))
        answers_kept, at = dict(kept["answers"]), kept.get("at")
    except (Refused, ValueError, KeyError, TypeError):
        hint = t("a draft is kept when itil new is refused or interrupted")
        raise Refused(
            [Problem("E-5.1-no-draft", t("no draft is kept"), hint, "5.1", "--draft", Kind.MISSING)]
        ) from None
    typed = {name: value for name, value in answers.items() if value not in (None, (), False)}
    restored = {name: tuple(value) if isinstance(value, list) else value for name, value in answers_kept.items()}
    return {**restored, **typed}, at
