"""What was typed and has become no case yet: kept in the git folder, for its owner alone, never in the desk's history."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from itilcli.actions.writing.advance import Ask
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.store import files
from itilcli.text import t

MOST = 20
"""The most drafts of a kind that are kept."""


def folder_of(desk: Desk) -> Path:
    """Where drafts are kept."""
    return desk.journal.common_dir / "itil" / "drafts"


def drafts(desk: Desk) -> list[Path]:
    """The kept answers of calls, oldest first."""
    return sorted(folder_of(desk).glob("new-*.json"))


def keep_draft(desk: Desk, ask: Ask, known: Path | None = None) -> Path | None:
    """Keeps what was typed, each call for itself; the draft's file, or None where there is nothing to keep or no way to.

    :param known: the draft of this call, which the answers take the place of.
    """
    given = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in ask.answers.items()
        if value not in (None, (), False)
    }
    if not given:
        return None
    kept = {"at": ask.at or desk.now.isoformat(), "answers": given}
    return _kept(desk, known, "new-", ".json", json.dumps(kept, ensure_ascii=False))


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
        with _private():
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write_atomically(path, text.encode())
        for old in sorted(path.parent.glob(f"{prefix}*{suffix}"))[:-MOST]:
            old.unlink(missing_ok=True)
    except (OSError, Refused):
        return None
    return path


@contextmanager
def _private() -> Iterator[None]:
    """Files made meanwhile are readable by their owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def from_draft(desk: Desk, answers: Mapping[str, Any]) -> tuple[Path, dict[str, Any], str | None]:
    """The newest draft: its file, its answers with those typed now over them, and when that call was taken.

    :raises Refused: when nothing was kept.
    """
    for path in reversed(drafts(desk)):
        read = _read(path)
        if read is not None:
            typed = {name: value for name, value in answers.items() if value not in (None, (), False)}
            return path, {**read[0], **typed}, read[1]
    hint = t("a draft is kept when itil new is refused or interrupted")
    raise Refused([Problem("E-5.1-no-draft", t("no draft is kept"), hint, "5.1", "--draft", Kind.MISSING)])


def _read(path: Path) -> tuple[dict[str, Any], str | None] | None:
    """The answers of a draft and its time; None for somebody else's, and for what a power cut left of one."""
    try:
        kept = json.loads(files.read_bytes(path))
        answers = dict(kept["answers"])
    except (Refused, ValueError, KeyError, TypeError):
        return None
    at = kept.get("at")
    restored = {name: tuple(value) if isinstance(value, list) else value for name, value in answers.items()}
    return restored, at if isinstance(at, str) else None


def latest(desk: Desk) -> tuple[datetime, str] | None:
    """When the newest draft was last added to, and whose call it is: the organisation, phone or symptom; None without one."""
    try:
        path, answers, _ = from_draft(desk, {})
        changed = datetime.fromtimestamp(path.stat().st_mtime, desk.zone)
    except (OSError, Refused):
        return None
    about = next((answers[name] for name in ("organisation", "phone", "contact", "symptom") if answers.get(name)), "…")
    return changed, str(about)
