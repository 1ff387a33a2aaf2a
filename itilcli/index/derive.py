"""A folder of the desk read anew: which of its files have changed, and what the index keeps of the cases they belong to.

Pure work on one folder after another, so that it can be shared out among processes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from itilcli.errors import Refused
from itilcli.index.folders import ATTACHED, Known, case_of, is_day, part_of
from itilcli.index.glances import COLUMNS, row_of
from itilcli.index.kinds import Kind, Memo
from itilcli.index.look import FILE, FOLDER, LINK, UNSURE, Entry, Stamp, listed, within
from itilcli.model.case import CASE_ID
from itilcli.store import files
from itilcli.store.cases import SUFFIX, Stored, at_a_glance, load

_EMPTY = (None,) * len(COLUMNS)


@dataclass(frozen=True, slots=True)
class Unit:
    """A folder to be read: what the index knows of it, and the files that are to be looked at; None: list it anew."""

    folder: str
    known: Mapping[str, Known] = field(default_factory=dict)
    changed: Mapping[str, Entry | None] | None = None
    again: frozenset[str] = frozenset()
    """Cases to be read whatever their files say: an attachment of theirs has changed."""


@dataclass(slots=True)
class Made:
    """What was made of a folder. ``stamp`` is its own, None where it was not listed, ``gone`` where it is not there.

    ``rows`` are its changed names, ``removed`` those no longer there, ``touched`` the cases that are new, changed or gone,
    ``cases`` their rows, ``memos`` (kind, case, key, memo), ``folders`` the folders in it.
    """

    folder: str
    stamp: Stamp | None = None
    gone: bool = False
    rows: dict[str, Known] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    cases: list[tuple[object, ...]] = field(default_factory=list)
    memos: list[tuple[str, str, str, Memo]] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    added: int = 0
    """What the digest of all content changes by."""


class Maker:
    """Reads folders of a desk and makes what is kept of them.

    ``overlay`` are the committed contents of files that a command is writing at this moment; None for one that no
    commit holds yet.
    """

    def __init__(
        self,
        root: Path,
        parts: Iterable[str],
        algorithm: str,
        kinds: Iterable[Kind] = (),
        overlay: Mapping[str, bytes | None] | None = None,
    ) -> None:
        self._root, self._parts = root, frozenset(parts)
        self._hash = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}[algorithm]
        self.kinds = tuple(kinds)
        self._overlay = overlay or {}

    def make(self, unit: Unit) -> Made:
        """What is made of a folder."""
        made = Made(unit.folder)
        now = self._now(unit, made)
        if now is None:
            made.gone = True
            made.removed = list(unit.known)
            return made
        changed = self._differences(unit, now, made)
        day = is_day(unit.folder)
        touched = {case_of(name) for name in (*changed, *made.removed)} | unit.again if day else set()
        anew = {name[: -len(ATTACHED)] for name in (*changed, *made.removed) if day and name.endswith(ATTACHED)}
        anew |= unit.again | set(map(case_of, made.removed))
        touched |= anew if day else set()
        touched.discard("")
        for name in changed:
            if not day or case_of(name) not in touched:
                self._row(unit, name, now[name], made)
        names: dict[str, list[str]] = {case_id: [] for case_id in touched}
        for name in now if touched else ():
            if (case_id := case_of(name)) in names:
                names[case_id].append(name)
        for case_id in sorted(touched, reverse=True):
            entries = {name: now[name] for name in names[case_id]}
            read, held, same = self._contents(unit, entries, made)
            if not same or case_id in anew:
                made.touched.append(case_id)
                self._case(unit.folder, case_id, read, held, f"{case_id}{ATTACHED}" in now, made)
        return made

    def _now(self, unit: Unit, made: Made) -> dict[str, Entry] | None:
        """What lies in the folder now; of one that is not listed, as the index knows it but for what has changed."""
        if unit.changed is None:
            found = listed(self._root, unit.folder, self._parts)
            if found is None:
                return None
            made.stamp = found.stamp
            made.folders = [within(unit.folder, name) for name, one in found.entries.items() if one.kind == FOLDER]
            return {name: one for name, one in found.entries.items() if not self._unborn(unit.folder, name)}
        now = {name: Entry(one.kind, one.stamp) for name, one in unit.known.items() if name not in unit.changed}
        return now | {name: one for name, one in unit.changed.items() if one is not None}

    def _unborn(self, folder: str, name: str) -> bool:
        """Whether a file is being written at this moment that no commit holds yet: it is no case until then."""
        path = within(folder, name)
        return name.endswith(f".incident{SUFFIX}") and path in self._overlay and self._overlay[path] is None

    def _differences(self, unit: Unit, now: Mapping[str, Entry], made: Made) -> list[str]:
        """The names that are new or may have changed; those that are gone stand in ``made.removed``."""
        made.removed = [name for name in unit.known if name not in now]
        made.added -= sum(part_of(unit.folder, name, unit.known[name].hash) for name in made.removed)
        return [
            name
            for name, entry in now.items()
            if (known := unit.known.get(name)) is None
            or (
                (entry.kind != FOLDER or known.kind != FOLDER)
                and (known[:2] != entry or entry.stamp.mtime_ns == UNSURE or within(unit.folder, name) in self._overlay)
            )
        ]

    def _row(self, unit: Unit, name: str, entry: Entry, made: Made, data: bytes | None = None) -> str:
        """Puts down what a name is and holds; its digest."""
        text = self._digest(within(unit.folder, name), entry, data)
        known = Known(entry.kind, entry.stamp, text)
        before = unit.known.get(name)
        if before != known:
            made.rows[name] = known
            if before is None or before.hash != text:
                made.added += part_of(unit.folder, name, text)
                made.added -= part_of(unit.folder, name, before.hash) if before is not None else 0
        return text

    def _contents(
        self, unit: Unit, entries: Mapping[str, Entry], made: Made
    ) -> tuple[dict[str, bytes | Refused], list[tuple[str, str]], bool]:
        """Reads the files of a case and puts down what they are: what each holds, its digest, and whether all of them could
        be read and hold what the index knows of them, as touched files do; of one that was as young as the last look,
        and may have changed in the midst of it, the index knows nothing for sure."""
        read: dict[str, bytes | Refused] = {}
        held: list[tuple[str, str]] = []
        same = True
        for name, entry in entries.items():
            data = self._read(within(unit.folder, name))
            text = self._row(unit, name, entry, made, data if isinstance(data, bytes) else None)
            known = unit.known.get(name)
            sure = known is not None and known.hash == text and known.stamp.mtime_ns != UNSURE
            same = same and sure and entry.kind == FILE and isinstance(data, bytes)
            read[name] = data
            held.append((name, text))
        return read, held, same

    def _case(
        self,
        folder: str,
        case_id: str,
        read: Mapping[str, bytes | Refused],
        held: list[tuple[str, str]],
        attached: bool,
        made: Made,
    ) -> None:
        """Puts down what is kept of a case whose files were read."""
        if f"{case_id}.incident{SUFFIX}" not in read or not CASE_ID.fullmatch(case_id):
            return
        stored = self._stored(folder, case_id, read)
        if attached:
            held += self._attachments(f"{folder}/{case_id}{ATTACHED}")
        key = key_of(held)
        unread = stored.errors[0].where if stored.errors else None
        row = row_of(at_a_glance(stored.case, folder, case_id)) if stored.case.id else _EMPTY
        made.cases.append((case_id, key, unread, *row))
        made.memos += [(kind.name, case_id, key, kind.make(folder, case_id, stored)) for kind in self.kinds]

    def _read(self, path: str) -> bytes | Refused:
        committed = self._overlay.get(path)
        if committed is not None:
            return committed
        try:
            return files.read_bytes(f"{self._root}/{path}")
        except Refused as refused:
            return refused

    def _stored(self, folder: str, case_id: str, read: Mapping[str, bytes | Refused]) -> Stored:
        """The case as :func:`itilcli.store.cases.load` gives it, out of what was read."""
        parts = [name[len(case_id) + 1 : -len(SUFFIX)] for name in read]

        def content(path: str) -> bytes:
            data = read[path.rpartition("/")[2]]
            if isinstance(data, Refused):
                raise data
            return data

        ordered = sorted(parts, key=lambda part: (part != "incident", part))
        return load(self._root, case_id, content, self._root / folder, ordered)

    def _attachments(self, folder: str) -> Iterator[tuple[str, str]]:
        """The attachments of a case with their digests."""
        found = listed(self._root, folder, ())
        for name, entry in found.entries.items() if found else ():
            path = within(folder, name)
            if entry.kind == FOLDER:
                yield from self._attachments(path)
            yield path, self._digest(path, entry)

    def _digest(self, path: str, entry: Entry, data: bytes | None = None) -> str:
        """What a file holds, named as git names it; of a link where it points, of anything else what it is."""
        full = f"{self._root}/{path}"
        try:
            if entry.kind == LINK:
                return f"{LINK}:{Path(full).readlink()}"
            if entry.kind != FILE:
                return entry.kind
            made = self._hash(usedforsecurity=False)
            if data is not None:
                made.update(b"blob %d\0" % len(data))
                made.update(data)
                return made.hexdigest()
            with open(full, "rb") as file:
                made.update(b"blob %d\0" % entry.stamp.size)
                while chunk := file.read(1 << 20):
                    made.update(chunk)
            return made.hexdigest()
        except (OSError, ValueError) as error:
            return f"unreadable:{type(error).__name__}"


def key_of(held: Iterable[tuple[str, str]]) -> str:
    """A digest of a case's content: the names and digests of its files and attachments."""
    made = hashlib.blake2b(digest_size=16)
    for path, text in sorted(held):
        made.update(f"{path}\0{text}\0".encode("utf-8", "surrogatepass"))
    return made.hexdigest()


def made_of(maker: Maker, units: list[Unit], workers: int) -> Iterator[Made]:
    """What is made of each unit, in their order."""
    from itilcli.processes import shared_out

    place = 0
    if workers > 1:
        try:
            for done in shared_out(maker.make, units, workers):
                yield done
                place += 1
            return
        except (OSError, RuntimeError):  # no further processes here, or one was killed
            pass
    for unit in units[place:]:
        yield maker.make(unit)
