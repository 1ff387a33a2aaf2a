"""What was typed and has become no case yet: kept in the git folder, for its owner alone, never in the desk's history."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from itilcli.actions.writing.advance import Ask
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import Case
from itilcli.model.customer import TAIL, digits, plain
from itilcli.model.when import read_duration, read_time
from itilcli.procedure.answers import given
from itilcli.store import files
from itilcli.text import t

MOST = 20
"""The most drafts of a kind that are kept; those of e-mails, of which nobody else has a copy, are kept all."""
OF_LETTER = "-mail-"
"""Stands in the names of drafts that were made of e-mails."""


def folder_of(desk: Desk) -> Path:
    """Where drafts are kept."""
    return desk.journal.common_dir / "itil" / "drafts"


def drafts(desk: Desk) -> list[Path]:
    """The kept answers of calls, oldest first."""
    return sorted(folder_of(desk).glob("new-*.json"))


def keep_draft(desk: Desk, ask: Ask, known: Path | None = None, said: bool = False) -> Path | None:
    """Keeps what was typed, each call for itself; the draft's file, or None where there is nothing to keep or no way to.

    :param known: the draft of this call, which the answers take the place of.
    :param said: whether somebody said when the call was taken.
    """
    typed = {name: list(one) if isinstance(one, tuple) else one for name, one in given(ask.answers).items()}
    if not typed:
        return None
    at = ask.at or taken_at(desk, desk.now.isoformat(), False, typed)
    kept = {"at": at, "said": said, "answers": typed}
    path = _kept(desk, known, "new-", ".json", json.dumps(kept, ensure_ascii=False))
    if path and known is None:
        drop_retyped(desk, ask.answers, path)
    return path


def keep_text(desk: Desk, text: str) -> Path | None:
    """Keeps slips that were typed and refused; the file for ``itil new --from``, or None where there is no way to."""
    return _kept(desk, None, "slips-", ".txt", text)


def forget_text(desk: Desk, path: Path) -> None:
    """Removes kept slips that are cases now; a file from elsewhere stays."""
    if path.name.startswith("slips-") and path.parent.resolve() == folder_of(desk).resolve():
        path.unlink(missing_ok=True)


def _kept(desk: Desk, known: Path | None, prefix: str, suffix: str, text: str) -> Path | None:
    path = known or folder_of(desk) / f"{prefix}{time.time_ns():020}{suffix}"
    try:
        with private():
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write_atomically(path, text.encode())
        typed = (one for one in path.parent.glob(f"{prefix}*{suffix}") if OF_LETTER not in one.name)
        for old in sorted(typed)[:-MOST]:
            old.unlink(missing_ok=True)
    except (OSError, Refused):
        return None
    return path


@contextmanager
def private() -> Iterator[None]:
    """Files made meanwhile are readable by their owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@dataclass(frozen=True, slots=True)
class Draft:
    """A call that is no case yet: its file, what was answered, when it was taken, and whether somebody said so; ``letter``
    is the file of the e-mail that it came by."""

    path: Path
    answers: dict[str, Any]
    at: str | None
    said: bool
    letter: Path | None = None

    def drop(self) -> None:
        """Removes it, and the e-mail that it came by."""
        for one in (self.letter, self.path):
            if one is not None:
                one.unlink(missing_ok=True)


def kept_drafts(desk: Desk) -> list[Draft]:
    """The kept calls that can be read, the newest first."""
    return [found for path in reversed(drafts(desk)) if (found := _read(path))]


def from_draft(desk: Desk, answers: Mapping[str, Any]) -> Draft:
    """The newest draft, with the answers typed now over its own.

    :raises Refused: when nothing was kept.
    """
    newest = next(iter(kept_drafts(desk)), None)
    if newest:
        return replace(newest, answers={**newest.answers, **given(answers)})
    hint = t("a draft is kept when itil new is refused or interrupted")
    raise Refused([Problem("E-5.1-no-draft", t("no draft is kept"), hint, "5.1", "--draft", Kind.MISSING)])


def _read(path: Path) -> Draft | None:
    """A draft; None for somebody else's, and for what a power cut left of one."""
    try:
        kept = json.loads(files.read_bytes(path))
        answers = dict(kept["answers"])
    except (Refused, ValueError, KeyError, TypeError):
        return None
    at = kept.get("at")
    restored = {name: tuple(value) if isinstance(value, list) else value for name, value in answers.items()}
    return Draft(path, restored, at if isinstance(at, str) else None, kept.get("said") is True, letter_of(path))


def letter_of(path: Path) -> Path | None:
    """The e-mail that a draft came by."""
    return path.with_name(f"mail-{path.stem.rpartition(OF_LETTER)[2]}.eml") if OF_LETTER in path.name else None


def taken_at(desk: Desk, at: str | None, said: bool, answers: Mapping[str, Any]) -> str | None:
    """When a call was taken: as it was ``said``; else as it was kept, and early enough for --took to be over by now."""
    took = read_duration(str(answers.get("took") or ""))
    moment = read_time(at, desk.clock) if at else None
    if said or took is None or moment is None:
        return at
    return min(moment, desk.now - took).isoformat()


def latest(desk: Desk) -> tuple[datetime, str] | None:
    """When the newest draft was last added to, and whose call it is: the organisation, phone or symptom; None without one."""
    try:
        draft = from_draft(desk, {})
        changed = datetime.fromtimestamp(draft.path.stat().st_mtime, desk.zone)
    except (OSError, Refused):
        return None
    names = ("organisation", "phone", "contact", "symptom")
    about = next((draft.answers[name] for name in names if draft.answers.get(name)), "…")
    return changed, str(about)


# ── drafts that have served


def drop_retyped(desk: Desk, typed: Mapping[str, Any], newest: Path) -> None:
    """Drops the other drafts of today of which all answers are in this one too: the same call, refused before."""
    today = desk.now.isoformat()[:10]
    for draft in kept_drafts(desk):
        again = draft.letter is None and all(typed.get(name) == value for name, value in draft.answers.items())
        if draft.path != newest and again and (draft.at or "").startswith(today):
            draft.path.unlink(missing_ok=True)


def drop_served(desk: Desk, typed: Mapping[str, Any], case: Case) -> None:
    """Drops each draft of the call that became this case: of the same caller, and about the same or with nothing not typed again."""
    for draft in kept_drafts(desk):
        again = all(typed.get(name) == value for name, value in draft.answers.items())
        if draft.letter is None and of_caller(draft, case) and (again or of_symptom(draft, case)):
            draft.path.unlink(missing_ok=True)


def of_caller(draft: Draft, case: Case) -> bool:
    """Whether a draft names the customer of the case: the number or its end, or the organisation and the contact."""
    customer = case.incident.customer
    if customer is None:
        return False
    named = {name: plain(draft.answers.get(name)) for name in ("organisation", "contact")}
    same = {name: name_ == plain(getattr(customer, name)) for name, name_ in named.items()}
    phone = digits(draft.answers.get("phone"))
    if len(phone) >= TAIL and digits(customer.phone).endswith(phone):
        return same["organisation"] or not named["organisation"]
    return all(same.values()) and all(named.values())


def of_symptom(draft: Draft, case: Case) -> bool:
    """Whether a draft tells of the same fault: the symptom in the same words, or without one the same model."""
    symptom, model = plain(draft.answers.get("symptom")), plain(draft.answers.get("model"))
    if symptom:
        return symptom == plain(case.incident.symptom)
    return bool(model) and model in plain(case.incident.model)
