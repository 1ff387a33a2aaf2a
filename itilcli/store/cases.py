"""A desk's cases on disk: a flat folder per day, a case's files side by side under its ID.

``records/2026/11/23/INC-20261123-7K3Q.incident.yaml`` and ``….remote-1.yaml``; attachments in ``….files/``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itilcli.errors import Problem, Refused
from itilcli.model.case import CASE_ID, Case, kind_of
from itilcli.model.history import State
from itilcli.model.incident import Incident
from itilcli.model.shape import decode, encode
from itilcli.procedure.replay import replay
from itilcli.store import files, yaml
from itilcli.store.change import Change
from itilcli.text import t
from itilcli.values import pattern, value

if TYPE_CHECKING:
    from itilcli.procedure.glance import Glance

RECORDS = "records"
SUFFIX = ".yaml"
PLACE = pattern(rf"{RECORDS}/\d+/\d+/\d+/{CASE_ID.pattern}")
"""Where the files of a case lie and what they are named after, within a path."""
Read = Callable[[str], bytes]


@value
class Stored:
    """A case as its files hold it: the bytes of each, by path, and everything wrong in reading them."""

    case: Case
    files: Mapping[str, bytes] = field(default_factory=dict)
    raw: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    unlawful: tuple[Problem, ...] | None = None
    """What is wrong with the order of its steps; None where that was not looked at."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that make the case unfit to be worked on."""
        return tuple(problem for problem in self.problems if problem.level == "error")


def day_folder(case_id: str) -> str:
    """The folder of a case, by the day in its ID. Raises Refused: E-5.1-id for what is none, as a hand edit leaves it."""
    found = CASE_ID.fullmatch(case_id)
    if found is None:
        hint = t("put the ID right in the file, or bring the file back, for example with git")
        raise Refused([Problem("E-5.1-id", t("{id} is not the ID of a case", id=repr(case_id)), hint, "5.1")])
    return f"{RECORDS}/{found[1]}/{found[2]}/{found[3]}"


def place_of(case_id: str) -> str:
    """Where the files of a case lie and what they are named after."""
    return f"{day_folder(case_id)}/{case_id}"


def path_of(case_id: str, part: str) -> str:
    """The path of one file of a case: ``incident``, or a form's reference."""
    return f"{day_folder(case_id)}/{case_id}.{part}{SUFFIX}"


def attachments_folder(case_id: str) -> str:
    """The folder of a case's attachments."""
    return f"{day_folder(case_id)}/{case_id}.files"


def folders(root: Path) -> Iterator[Path]:
    """The day folders of a desk, newest first. Links are not followed."""
    yield from _days(root / RECORDS, 3)


def _days(folder: Path, depth: int) -> Iterator[Path]:
    if depth == 0:
        yield folder
        return
    try:
        with os.scandir(folder) as found:
            names = sorted(
                (one.name for one in found if one.name.isdigit() and one.is_dir(follow_symlinks=False)), reverse=True
            )
    except OSError:
        return
    for name in names:
        yield from _days(folder / name, depth - 1)


def names_in(folder: Path) -> dict[str, list[str]]:
    """The parts of each case in a day folder: ID to the parts that have a file, the incident first."""
    found: dict[str, list[str]] = {}
    try:
        names = os.listdir(folder)  # noqa: PTH208  (a third of iterdir's time on large folders)
    except OSError:
        return {}
    for name in names:
        if name.endswith(SUFFIX) and name.startswith("INC-"):
            case_id, _, part = name[: -len(SUFFIX)].partition(".")
            found.setdefault(case_id, []).append(part)
    return {
        case_id: sorted(found[case_id], key=lambda part: (part != "incident", part))
        for case_id in sorted(found, reverse=True)
    }


def raw_bytes(folder: Path, case_id: str) -> bytes:
    """An incident file's bytes, unread; empty when it cannot be read."""
    try:
        return files.read_bytes(f"{folder}/{case_id}.incident{SUFFIX}")
    except Refused:
        return b""


def all_ids(root: Path) -> Iterator[str]:
    """The ID of every case that has an incident file, newest day first."""
    ending = f".incident{SUFFIX}"
    for folder in folders(root):
        try:
            names = os.listdir(folder)  # noqa: PTH208
        except OSError:
            continue
        for name in sorted(names, reverse=True):
            if name.endswith(ending) and CASE_ID.fullmatch(name, 0, len(name) - len(ending)):
                yield name[: -len(ending)]


def load_day(root: Path, folder: Path, read: Read | None = None) -> Iterator[tuple[str, Stored]]:
    """Every case of one day's folder, by the ID that its files are named after."""
    for case_id, parts in names_in(folder).items():
        if "incident" in parts and CASE_ID.fullmatch(case_id):
            yield case_id, load(root, case_id, read, folder, parts)


def load(
    root: Path,
    case_id: str,
    read: Read | None = None,
    folder: Path | None = None,
    parts: list[str] | None = None,
    replayed: bool = True,
) -> Stored:
    """One case with everything wrong in its files.

    :param read: reads a path's bytes instead of the disk (what is committed, while a killed command's work lies there).
    :param replayed: whether the case's state is wanted; a reader that replays the history itself does without.
    """
    if folder is None:
        folder = root / day_folder(case_id)
    if parts is None:
        parts = names_in(folder).get(case_id, ["incident"])
    base = f"{folder}/{case_id}."
    relative = f"{day_folder(case_id)}/{case_id}."
    found: dict[str, bytes] = {}
    raw: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for part in parts:
        path = relative + part + SUFFIX
        try:
            data = read(path) if read else files.read_bytes(base + part + SUFFIX)
            found[path] = data
            raw[part] = yaml.read(data, path)
        except Refused as refused:
            problems += refused.problems
    unlawful: list[Problem] = []
    case = assemble(raw, relative, problems, replayed, unlawful)
    return Stored(case, found, raw, tuple(problems), tuple(unlawful) if replayed else None)


def assemble(
    raw: Mapping[str, dict[str, Any]],
    relative: str,
    problems: list[Problem],
    replayed: bool = True,
    unlawful: list[Problem] | None = None,
) -> Case:
    """The case that the parsed files of one ID make.

    :param unlawful: takes what is wrong with the order of its steps.
    """
    incident = Incident()
    forms: dict[str, Any] = {}
    for part, data in raw.items():
        kind = kind_of(part)
        if part != "incident" and kind is None:
            problems.append(
                Problem(
                    "E-record-name",
                    t("{name} is no form of the procedure", name=part),
                    None,
                    "5",
                    f"{relative}{part}{SUFFIX}",
                )
            )
            continue
        met: list[Problem] = []
        made: Any = decode(Incident if kind is None else kind.form, data, met.append)
        if met:
            path = f"{relative}{part}{SUFFIX}"
            problems += [replace(problem, where=f"{path}#{problem.where}") for problem in met]
        if kind is None:
            incident = made
        else:
            forms[part] = made
    return Case(
        incident,
        forms,
        replay(incident.history, *([unlawful.append] if unlawful is not None else [])) if replayed else State(),
    )


def at_a_glance(case: Case, folder: str, case_id: str) -> Glance:
    """A case at a glance, found in a day's folder under the ID that its files are named after."""
    from itilcli.procedure.glance import glance_of

    usual = case.id == case_id and folder == day_folder(case_id)
    return glance_of(case, "" if usual else f"{folder}/{case_id}")


def changes(before: Stored | None, case: Case, comments: Mapping[str, Mapping[str, str]] | None = None) -> list[Change]:
    """What must be written so that the files hold ``case``; comments, order and unknown keys of known files stay.

    :param comments: comment lines above the first keys of new files, by part kind (``incident``, ``remote`` …).
    """
    from itilcli.store import emit, rewrite

    old = before.case if before else Case(Incident())
    wanted: list[tuple[str, Any, Any]] = [("incident", old.incident, case.incident)]
    wanted += [(ref, old.forms.get(ref), form) for ref, form in case.forms.items()]
    made: list[Change] = []
    for part, was, form in wanted:
        path = path_of(case.id, part)
        plain = encode(form)
        known = before.files.get(path) if before else None
        if known is None or before is None:
            comment = (comments or {}).get(part.rstrip("0123456789").rstrip("-"))
            made.append(Change(path, None, emit.emit(plain, comment).encode()))
        elif was != form:
            merged = overlay(before.raw[part], encode(was), plain)
            made.append(Change(path, known, rewrite.rewrite(known, merged, path)))
    return made


def overlay(raw: Any, old: Any, new: Any) -> Any:
    """``new`` with all that ``raw`` holds beyond ``old``: unknown keys and the spelling of what did not change."""
    if old == new:
        return raw
    if isinstance(raw, dict) and isinstance(old, dict) and isinstance(new, dict):
        kept = {
            key: overlay(value, old.get(key), new[key]) if key in new else value
            for key, value in raw.items()
            if key in new or key not in old
        }
        return ordered(kept, new)
    if isinstance(raw, list) and isinstance(old, list) and isinstance(new, list) and len(raw) == len(old):
        return [
            overlay(raw[place], old[place], value) if place < len(raw) else value for place, value in enumerate(new)
        ]
    return new


def ordered(kept: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """``kept`` with the keys that only ``new`` has, each after the key that goes before it there."""
    result = dict(kept)
    before: str | None = None
    for key in new:
        if key not in result:
            keys = list(result)
            place = keys.index(before) + 1 if before in result else 0
            result = (
                {name: result[name] for name in keys[:place]}
                | {key: new[key]}
                | {name: result[name] for name in keys[place:]}
            )
        before = key
    return result
