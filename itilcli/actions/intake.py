"""§5.1: a new case, from the call to wherever its answers lead; a refused one leaves its answers as a draft."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from itilcli.actions.advance import Ask, carry, comments, finish, read, ready, references_exist, with_article
from itilcli.actions.alike import possible_duplicates
from itilcli.actions.attachments import with_files
from itilcli.actions.customers import Register
from itilcli.actions.models import with_model
from itilcli.actions.same_as import with_same
from itilcli.actions.serials import Serials
from itilcli.actions.together import Share
from itilcli.actions.writing import Written
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import Case
from itilcli.model.incident import Incident
from itilcli.store import cases, files
from itilcli.store.change import Change
from itilcli.text import t

TITLE_LENGTH = 30
MOST_DRAFTS = 20


def open_case(desk: Desk, ask: Ask, draft: Path | None = None) -> Written:
    """A new case in one commit.

    :param draft: the kept draft that the answers go on from, which has served then.
    :raises Refused: with everything missing.
    """
    desk.actor  # noqa: B018  (an unknown author is refused before anything else)
    if ask.dry_run:
        return _open_case(desk, ask, ())
    with desk.journal.lock():
        ready(desk)
        made = _open_case(desk, ask, tuple(desk.journal.mend()))
    if draft:
        draft.unlink(missing_ok=True)
    return made


def _open_case(desk: Desk, ask: Ask, mended: tuple[Any, ...]) -> Written:
    counter = Intake(desk)
    share = counter.take(ask)
    changes = [*share.changes, *counter.changes()]
    return replace(finish(desk, ask, share.outcome, None, changes, mended), duplicates=share.duplicates)


class Intake:
    """Where calls are taken during one command: what the desk knows of callers and faults, and the counters of serials."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._serials = Serials(desk)
        self._register = Register(desk)

    def take(self, ask: Ask) -> Share:
        """One call: the case it makes, and the files it writes; nothing is written yet.

        :raises Refused: with everything missing.
        """
        desk = self._desk
        values, at = read(desk, ask.answers, ask.at)
        values = with_defaults(desk, self._register.fill(with_same(desk, with_model(desk, values))))
        references_exist(desk, values)
        took = values.get("took")
        reported = at or (desk.now - took if took else desk.now)
        case_id = desk.new_id(reported)
        values, written = with_files(desk, case_id, values, desk.actor, reported)
        blank = Case(Incident(id=case_id))
        draft_of = blank.set(title=values.get("title"), symptom=values.get("symptom"), category=values.get("category"))
        values, articles = with_article(desk, draft_of, values, desk.now)
        outcome = carry(desk, blank, "new", values, at, desk.world(self._serials.next))
        self._register.learn(outcome.case)
        changes = (*cases.changes(None, outcome.case, comments(desk)), *written, *articles)
        return Share(None, outcome, changes, possible_duplicates(desk, outcome.case))

    def changes(self) -> list[Change]:
        """What is written besides the cases: counters, and callers not known before."""
        return [*self._serials.changes(), *self._register.changes()]


def with_defaults(desk: Desk, values: dict[str, Any]) -> dict[str, Any]:
    """What is known without asking: the desk's intake channel, and a title out of the symptom."""
    known = dict(values)
    if desk.settings.intake_channel:
        known.setdefault("channel", desk.settings.intake_channel)
    if known.get("symptom"):
        known.setdefault("title", " ".join(known["symptom"].split())[:TITLE_LENGTH])
    return known


# ── drafts


def drafts(desk: Desk) -> list[Path]:
    """The kept answers of refused calls, oldest first: in the git folder, never in the desk's history."""
    return sorted((desk.journal.common_dir / "itil" / "drafts").glob("new-*.json"))


def keep_draft(desk: Desk, ask: Ask, known: Path | None = None) -> bool:
    """Keeps what was typed, each call for itself; whether it was kept.

    :param known: the draft these answers go on from, which they take the place of.
    """
    given = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in ask.answers.items()
        if value not in (None, (), False)
    }
    if not given:
        return False
    folder = desk.journal.common_dir / "itil" / "drafts"
    path = known or folder / f"new-{time.time_ns():020}.json"
    kept = {"at": ask.at or desk.now.isoformat(), "answers": given}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files.write_atomically(path, json.dumps(kept, ensure_ascii=False).encode())
        path.chmod(0o600)
        for old in drafts(desk)[:-MOST_DRAFTS]:
            old.unlink(missing_ok=True)
    except (OSError, Refused):
        return False
    return True


def from_draft(desk: Desk, answers: Mapping[str, Any]) -> tuple[Path, dict[str, Any], str | None]:
    """The newest draft: its file, its answers with those typed now over them, and when that call was taken.

    :raises Refused: when nothing was kept.
    """
    try:
        path = drafts(desk)[-1]
        kept = json.loads(files.read_bytes(path))
        answers_kept, at = dict(kept["answers"]), kept.get("at")
    except (IndexError, Refused, ValueError, KeyError, TypeError):
        hint = t("a draft is kept when itil new is refused or interrupted")
        raise Refused(
            [Problem("E-5.1-no-draft", t("no draft is kept"), hint, "5.1", "--draft", Kind.MISSING)]
        ) from None
    typed = {name: value for name, value in answers.items() if value not in (None, (), False)}
    restored = {name: tuple(value) if isinstance(value, list) else value for name, value in answers_kept.items()}
    return path, {**restored, **typed}, at
