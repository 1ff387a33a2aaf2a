"""What git's own merge left in a desk put right: files with two versions in them, conflict markers, seals and sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from itilcli.actions.sharing.finishing import finished
from itilcli.actions.writing.writing import commit_message
from itilcli.desk import Desk, new_entry_id
from itilcli.journal.shared import Joined
from itilcli.language import translator
from itilcli.merging.case import merged
from itilcli.merging.files import written
from itilcli.merging.markers import is_marked, sides
from itilcli.merging.one_file import taken_apart
from itilcli.merging.parts import INCIDENT
from itilcli.model.conflict import Conflict
from itilcli.model.shape import decode
from itilcli.store import cases, files, yaml
from itilcli.store.cases import PLACE, SUFFIX
from itilcli.store.change import Change
from itilcli.text import t


def tidy(desk: Desk, paths: Iterable[str], merged: bool) -> str | None:
    """Puts right the cases among these files, in one commit; its id, None where nothing was to be done.

    :param merged: whether git brought something together by itself; else only files that show it are put right.
    :raises Refused: what cannot be read even so.
    """
    places = sorted({found[0] for path in paths if (found := PLACE.match(path)) and path.endswith(SUFFIX)})
    changes = [change for place in places for change in _of_case(desk, place, merged)]
    if not changes:
        return None
    ids = dict.fromkeys(place.rpartition("/")[2] for change in changes if (place := PLACE.match(change.path)[0]))  # type: ignore[index]
    subject = t("what git had brought together put right: {count} cases", count=len(ids))
    trailers = [*(("Itil-Id", one) for one in ids), ("Itil-Action", "sync")]
    said = commit_message(desk, subject.render(translator(desk.settings.language or "zh")), trailers, desk.actor)
    return desk.journal.commit(changes, said, desk.now if desk.rehearsed else None, joined=Joined())


def _of_case(desk: Desk, place: str, merged: bool) -> Iterator[Change]:
    folder, _, case_id = place.rpartition("/")
    names = cases.names_in(desk.root / folder).get(case_id, [])
    data = {part: files.read_bytes(desk.root / f"{place}.{part}{SUFFIX}") for part in names}
    if not merged and not any(is_marked(one) or b"\nconflicts:" in one for one in data.values()):
        return
    raw = _read(data, place)
    made = taken_apart(raw, desk.actor) or {part: dict(held) for part, held in raw.items()}
    conflicts: list[Conflict] = []
    if INCIDENT in made:
        rows: list[Any] = made[INCIDENT].get("conflicts") or []
        conflicts = [decode(Conflict, row, lambda problem: None) for row in rows if isinstance(row, dict)]
        made = finished(made, tuple(conflicts), desk.world(), desk.actor)
    for part, held in made.items():
        path, before = f"{place}.{part}{SUFFIX}", data.get(part)
        if part not in raw or held != raw[part] or (before is not None and is_marked(before)):
            after = written(held, None, before if before is not None and not is_marked(before) else None, None, path)
            if after != before:
                yield Change(path, before, after)


def _read(data: Mapping[str, bytes], place: str) -> dict[str, dict[str, Any]]:
    """The parsed files of a case; of one with markers what both its versions add up to."""
    found: dict[str, dict[str, Any]] = {}
    ours: dict[str, dict[str, Any]] = {}
    theirs: dict[str, dict[str, Any]] = {}
    marked = False
    for part, text in data.items():
        path = f"{place}.{part}{SUFFIX}"
        two = sides(text) if is_marked(text) else (text, text)
        marked |= is_marked(text)
        ours[part], theirs[part] = (yaml.read(one, path) for one in two)
        found[part] = theirs[part]
    if not marked:
        return found
    base = {part: held for part, held in ours.items() if held == theirs[part]}
    if INCIDENT not in base and INCIDENT in ours:
        base[INCIDENT] = _common(ours[INCIDENT], theirs[INCIDENT])
    return dict(merged(base, ours, theirs, new_entry_id).parts)


def _common(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """What two versions hold alike: as near to what they came from as the file can tell."""
    common = {key: held for key, held in ours.items() if held == theirs.get(key)}
    rows = [{row.get("id"): row for row in side.get("history") or []} for side in (ours, theirs)]
    return {**common, "history": [row for id_, row in rows[0].items() if id_ in rows[1]]}
