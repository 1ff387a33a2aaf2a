"""Files that come with a step: read, measured, digested, and put beside the case's forms (F27, F34)."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.incident import Attachment
from itilcli.model.onsite import Signed
from itilcli.store import files
from itilcli.store.cases import attachments_folder
from itilcli.store.change import Change
from itilcli.text import Listing, t
from itilcli.values import value

LIMIT = 20 * 1024 * 1024
ENCLOSED = "enclosed"
"""Among the answers of a step: what came with a message, to be kept with the case."""


@value
class Enclosed:
    """Bytes to be kept with a case under a name; ``message_id`` where they are a message themselves."""

    name: str
    data: bytes
    message_id: str | None = None


def take(
    desk: Desk, case_id: str, given: Iterable[str], actor: str, at: datetime, scans: bool = False
) -> tuple[list[Attachment], list[Change]]:
    """The attachments made of files on this machine, and what must be written for them.

    :param scans: whether they are to be images or PDF files; each is then named after what it is, not after what it was called.
    :raises Refused: with every file that is missing, empty, too large, no regular file, badly named, or no scan.
    """
    from itilcli.model.scan import scan_of

    taken: list[Attachment] = []
    changes: list[Change] = []
    problems: list[Problem] = []
    folder = attachments_folder(case_id)
    used = {one.name for one in (desk.root / folder).iterdir()} if (desk.root / folder).is_dir() else set()
    for typed in given:
        try:
            data = files.read_bytes(Path(typed).expanduser().resolve(), LIMIT)
        except Refused as refused:
            problems += [Problem(p.code, p.message, p.hint, p.clause, typed, Kind.MISSING) for p in refused.problems]
            continue
        name = unicodedata.normalize("NFC", Path(typed).name)
        if not data:
            problems.append(Problem("E-file-empty", t("{file} is empty", file=name), where=typed, kind=Kind.MISSING))
        elif not name.isprintable() or name.startswith(".") or len(name.encode()) > 200:
            problems.append(
                Problem(
                    "E-file-name",
                    t("{file} is no name for a file of the desk", file=name),
                    where=typed,
                    kind=Kind.MISSING,
                )
            )
        elif scans and scan_of(data) is None:
            problems.append(no_scan(name, typed))
        else:
            name = free_name(named_after(data, name) if scans else name, used)
            used.add(name)
            taken.append(Attachment(name, hashlib.sha256(data).hexdigest(), len(data), at, actor))
            changes.append(Change(f"{folder}/{name}", None, data))
    if problems:
        raise Refused(problems)
    return taken, changes


def keep(
    desk: Desk, case_id: str, given: Iterable[Enclosed], actor: str, at: datetime
) -> tuple[tuple[Attachment, ...], list[Change]]:
    """The attachments made of what came with a message, and what must be written for them; the names are safe already."""
    folder = attachments_folder(case_id)
    used = {one.name for one in (desk.root / folder).iterdir()} if (desk.root / folder).is_dir() else set()
    taken: list[Attachment] = []
    changes: list[Change] = []
    for one in given:
        name = free_name(one.name, used)
        used.add(name)
        digest = hashlib.sha256(one.data).hexdigest()
        taken.append(Attachment(name, digest, len(one.data), at, actor, one.message_id))
        changes.append(Change(f"{folder}/{name}", None, one.data))
    return tuple(taken), changes


def no_scan(name: str, typed: str) -> Problem:
    """F27: what is to be kept as the signed form is something else, whatever its name says."""
    from itilcli.model.scan import KNOWN

    kinds = Listing(tuple(one.name for one in KNOWN))
    hint = t("scan or photograph the signed form; known are {kinds}", kinds=kinds)
    message = t("{file} is neither an image nor a PDF", file=name)
    return Problem("E-file-scan", message, hint, "5.10", typed, Kind.MISSING)


def named_after(data: bytes, name: str) -> str:
    """The name of a scan, with the ending of what it is: nothing that opens it takes it for something else."""
    from itilcli.model.scan import scan_of

    found = scan_of(data)
    if found is None or name.rpartition(".")[2].casefold() in found.endings:
        return name
    return f"{name}.{found.endings[0]}"


def free_name(name: str, used: set[str]) -> str:
    """The name, numbered when it is taken (in any case: some disks do not tell cases apart)."""
    taken = {one.casefold() for one in used}
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (name, "")
    number = 2
    found = name
    while found.casefold() in taken:
        found = f"{stem}-{number}{ending}"
        number += 1
    return found


def with_files(
    desk: Desk, case_id: str, answers: dict[str, Any], actor: str, at: datetime
) -> tuple[dict[str, Any], list[Change]]:
    """The answers with their files taken: signed pages, evidence, attachments."""
    made = dict(answers)
    changes: list[Change] = []
    for name in ("signature", "evidence", "attachments"):
        given = made.pop(name, None)
        if not given:
            continue
        taken, written = take(desk, case_id, given, actor, at, scans=name == "signature")
        changes += written
        if name == "signature":
            made["signed_files"] = tuple(Signed(one.file, one.sha256) for one in taken)
        elif name == "evidence":
            made["evidence"] = ", ".join(one.file or "" for one in taken)
        else:
            made["attachments"] = tuple(taken)
    enclosed = made.pop(ENCLOSED, ())
    if enclosed:
        kept, written = keep(desk, case_id, enclosed, actor, at)
        made["attachments"] = (*made.get("attachments", ()), *kept)
        changes += written
    return made, changes
