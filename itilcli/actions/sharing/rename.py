"""`rename`: a case that nobody else has seen gets another ID, where two clones drew the same one by chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from itilcli.actions.looking.finding import find
from itilcli.actions.sharing.bringing import first_step
from itilcli.actions.sharing.finishing import finished
from itilcli.actions.writing.apart import Apart, write_apart
from itilcli.actions.writing.attachments import LIMIT
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.store import cases, files, rewrite, yaml
from itilcli.store.cases import SUFFIX
from itilcli.store.change import Change
from itilcli.text import t


def rename(desk: Desk, reference: str, dry_run: bool = False) -> Written:
    """The case under a fresh ID, in one commit with all that names it and was never shared.

    ``extra``: ``old`` and ``new``, the IDs.

    :raises Refused: E-sync-rename-shared where others know it by this ID; what finding and committing raise.
    """
    case_id, _ = find(desk, reference)

    def prepare() -> Apart:
        stored = desk.case(case_id)
        if stored.errors:
            raise Refused(list(stored.errors))
        refuse_shared(desk, case_id)
        moment = stored.case.state.reported_at or stored.case.incident.reported_at or desk.now
        new = fresh_id(desk, moment)
        changes = tuple(moved(desk, case_id, new))
        subject = t("{old} is {new} from now on", old=case_id, new=new)
        return Apart(changes, subject, "rename", "5.1", new, extra={"old": case_id, "new": new})

    return write_apart(desk, dry_run, prepare)


def refuse_shared(desk: Desk, case_id: str) -> None:
    """Raises Refused where others know the case by this ID, as far as this clone knows."""
    if not desk.journal.has_remote():
        return
    shared = desk.journal.shared
    tip = shared.tip()
    path = cases.path_of(case_id, "incident")
    held = shared.files(tip, [cases.day_folder(case_id)]).get(path) if tip else None
    if held is None:
        return
    theirs = shared.contents([(held.blob, path)])[held.blob, path]
    place = cases.place_of(case_id)
    if first_step(theirs, place) == first_step(files.read_bytes(desk.root / path), place):
        message = t("{id} has been shared: others know the case by this ID", id=case_id)
        hint = t("a case reported twice goes into the other one: itil merge {id} --into …", id=case_id)
        raise Refused([Problem("E-sync-rename-shared", message, hint, "5.1", kind=Kind.RULE)])


def fresh_id(desk: Desk, moment: object) -> str:
    """An ID that neither this clone nor what was shared knows."""
    tip = desk.journal.shared.tip() if desk.journal.has_remote() else None
    while True:
        new = desk.new_id(moment)  # type: ignore[arg-type]
        there = desk.journal.shared.files(tip, [cases.day_folder(new)]) if tip else {}
        if cases.path_of(new, "incident") not in there:
            return new


def moved(desk: Desk, old: str, new: str) -> Iterator[Change]:
    """The files of the case under its new ID, and those that name it and are ours alone."""
    here, there = cases.place_of(old), cases.place_of(new)
    folder = desk.root / cases.day_folder(old)
    known: dict[str, bytes] = {}
    for name in sorted(one.relative_to(folder).as_posix() for one in folder.rglob(f"{old}.*") if one.is_file()):
        known[name[len(old) + 1 :]] = files.read_bytes(folder / name, LIMIT)
    held = folder / f"{old}.files"
    for one in sorted(held.rglob("*")) if held.is_dir() else ():
        if one.is_file():
            known[f"files/{one.relative_to(held).as_posix()}"] = files.read_bytes(one, LIMIT)
    texts = {
        name: data.replace(old.encode(), new.encode())
        for name, data in known.items()
        if name.endswith(SUFFIX) and "/" not in name
    }
    for name, data in {**known, **sealed_anew(desk, there, texts)}.items():
        yield Change(f"{here}.{name}", known[name], None)
        yield Change(f"{there}.{name}", None, data)
    for path in _ours(desk):
        data = files.read_bytes(desk.root / path, LIMIT)
        if old.encode() in data and not path.startswith(here):
            yield Change(path, data, data.replace(old.encode(), new.encode()))


def sealed_anew(desk: Desk, place: str, texts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a case, closed anew under its ID where it was closed."""
    raw = {name.removesuffix(SUFFIX): yaml.read(data, f"{place}.{name}") for name, data in texts.items()}
    done = finished(raw, (), desk.world(), desk.actor)
    return {
        f"{part}{SUFFIX}": rewrite.rewrite(texts[f"{part}{SUFFIX}"], held, f"{place}.{part}{SUFFIX}")
        for part, held in done.items()
    }


def _ours(desk: Desk) -> Iterator[str]:
    """The texts that this clone changed and never shared."""
    if not desk.journal.has_remote():
        return
    shared, head = desk.journal.shared, desk.journal.head()
    tip = shared.tip()
    base = shared.base(head, tip) if head and tip else None
    for path, (_, after) in shared.changed(base or shared.nothing, head).items() if head else ():
        if after and path.endswith((SUFFIX, ".md")) and (desk.root / path).is_file():
            yield path
