"""§5.8, §5.12: the standard configurations of the supported projects: found, as they are and as they were, and made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from itilcli.actions.configuration.found import read_found
from itilcli.actions.looking.finding import find
from itilcli.actions.writing.apart import Apart, not_permitted, write_apart
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.journal.trail import Deed, Mark, contents, deeds
from itilcli.model.case import CASE_ID
from itilcli.model.configuration import ITEMS, OWNER, PROJECT, Standard, plain, read_standard
from itilcli.model.when import read_day, read_time
from itilcli.procedure.s5_12_configuration import MANAGER
from itilcli.store import configuration, emit, yaml
from itilcli.store.change import Change
from itilcli.store.configuration import StoredStandard
from itilcli.store.names import unfit
from itilcli.text import Listing, Text, t
from itilcli.values import value


@value
class Moved:
    """One attribute that a commit changed; ``item`` alone where the whole item came or went."""

    item: str
    attribute: str
    old: str | None
    new: str | None


@value
class Revision:
    """One commit of a standard configuration: who made it and when, for which case, and what it changed; ``data`` is the
    file after it, None where it was taken away."""

    mark: Mark
    case: str
    data: bytes | None
    changes: tuple[Moved, ...]

    @property
    def actor(self) -> str:
        """Who made it: by the commit's trailer, else its author."""
        return self.mark.trailer("Itil-Actor") or self.mark.name


# ── finding


def all_standards(desk: Desk) -> Iterator[StoredStandard]:
    """Every standard configuration of the desk, by project."""
    for project, path in configuration.all_projects(desk.root).items():
        yield configuration.load(project, path, desk.read)


def find_project(desk: Desk, typed: str, kind: Kind = Kind.NOT_FOUND) -> tuple[str, str]:
    """The project of whose name ``typed`` is a part, and the path of its file; the whole name goes before a part.

    :raises Refused: nothing or several fit (exit 3); the hint lists what there is.
    """
    known, wanted = configuration.all_projects(desk.root), plain(typed)
    found = [name for name in known if plain(name) == wanted] or [
        name for name in known if wanted and wanted in plain(name)
    ]
    if len(found) == 1:
        return found[0], known[found[0]]
    if not known:
        message = t("no project has a standard configuration yet")
        hint = t("the configuration manager makes one with: itil config new PROJECT FILE")
    elif found:
        message, hint = (
            t("several projects are called {text}", text=repr(typed)),
            t("one of: {items}", items=Listing(tuple(found))),
        )
    else:
        message = t("no project {text} has a standard configuration", text=repr(typed))
        hint = t("one of: {items}", items=Listing(tuple(known)))
    raise Refused([Problem("E-5.12-project", message, hint, "5.12", typed, kind)])


def read_whole(desk: Desk, typed: str) -> StoredStandard:
    """A project's standard configuration as it is now; raises Refused with everything wrong in it."""
    stored = configuration.load(*find_project(desk, typed), desk.read)
    refuse(stored.errors)
    return stored


def view(standard: Standard, item: str | None = None) -> dict[str, Any]:
    """A standard configuration as programs see it; of one item alone where one is named."""
    items = {name: dict(one) for name, one in standard.items.items() if item is None or name == item}
    return {"project": standard.project, "owner": standard.owner, "items": items}


# ── as it was


def history(desk: Desk, project: str, path: str) -> list[Revision]:
    """The commits that changed a project's standard configuration, newest first.

    :raises Refused: when git cannot be read.
    """
    if desk.journal.head() is None:
        return []
    found = [(deed, of_file) for deed in deeds(desk.root, path) if (of_file := _blobs(deed, path)) is not None]
    held = contents(desk.root, (one for _, blobs in found for one in blobs if one))
    made = []
    for deed, (before, after) in found:
        old, new = (_as_read(project, path, held.get(one) if one else None) for one in (before, after))
        case = next((one[0] for one in [CASE_ID.fullmatch(deed.mark.trailer("Itil-Id"))] if one), "")
        made.append(Revision(deed.mark, case, held.get(after) if after else None, tuple(moved(old, new))))
    return made


def _blobs(deed: Deed, path: str) -> tuple[str | None, str | None] | None:
    for file in deed.files:
        if file.path == path:
            return (file.before[0] if file.before else None), file.after
    return None


def _as_read(project: str, path: str, data: bytes | None) -> Standard:
    if data is None:
        return Standard(project)
    try:
        return read_standard(yaml.read(data, path), project, path)[0]
    except Refused:  # what nobody could read then held nothing
        return Standard(project)


def moved(old: Standard, new: Standard) -> Iterator[Moved]:
    """What differs between two versions, item by item, in the file's order."""
    if old.owner != new.owner:
        yield Moved("", OWNER, old.owner, new.owner)
    for item in dict.fromkeys((*new.items, *old.items)):
        was, now = old.items.get(item), new.items.get(item)
        if (was is None) != (now is None) and not (was or now):
            yield Moved(item, "", None if was is None else "", None if now is None else "")
        for name in dict.fromkeys((*(now or {}), *(was or {}))):
            one, other = (was or {}).get(name), (now or {}).get(name)
            if one != other:
                yield Moved(item, name, one, other)


def as_of(desk: Desk, typed: str, moment: datetime) -> Standard:
    """A project's standard configuration as it was committed at a moment.

    :raises Refused: where there was none then.
    """
    project, path = find_project(desk, typed)
    for one in history(desk, project, path):
        if one.mark.moment <= moment and one.data is not None:
            return _as_read(project, path, one.data)
        if one.mark.moment <= moment:
            break
    message = t(
        "{project} had no standard configuration on {day}",
        project=project,
        day=f"{moment.astimezone(desk.zone):%Y-%m-%d %H:%M}",
    )
    hint = t("see since when: itil config history {project}", project=project)
    raise Refused([Problem("E-5.12-then", message, hint, "5.12", "--on", Kind.NOT_FOUND)])


def moment_of(desk: Desk, typed: str) -> datetime:
    """The moment of ``--on``: a day's end, a time, or when a case was reported.

    :raises Refused: where it is none of these.
    """
    day, rest = read_day(typed, desk.now.astimezone(desk.zone).date())
    if day is not None and not rest.strip():
        return datetime.combine(day + timedelta(days=1), time(), desk.zone) - timedelta(seconds=1)
    when = read_time(typed, desk.clock)
    if when is not None:
        return when
    try:
        incident = desk.case(find(desk, typed)[0]).case.incident
    except Refused as refused:
        hint = t("write a day like {day}, or a case", day="2026-10-09")
        raise Refused(
            [
                Problem(
                    "E-5.12-on",
                    t("{value} is neither a day nor a case", value=repr(typed)),
                    hint,
                    "5.12",
                    "--on",
                    Kind.MISSING,
                )
            ]
        ) from refused
    if incident.reported_at is None:
        message = t("{id} does not say when it was reported", id=repr(typed))
        raise Refused([Problem("E-5.12-on", message, t("name the day instead"), "5.12", "--on", Kind.MISSING)])
    return incident.reported_at


def traced(revisions: list[Revision]) -> dict[tuple[str, str], Revision]:
    """Of every attribute that is there, by item and name, the commit that gave it its value (newest first given)."""
    found: dict[tuple[str, str], Revision] = {}
    for one in revisions:
        for change in one.changes:
            found.setdefault((change.item, change.attribute), one)
    return found


# ── making one


def new_standard(
    desk: Desk, project: str, given: Mapping[str, Any], data: bytes | None, name: str, dry_run: bool
) -> Written:
    """A project's standard configuration, in one commit: out of a file of any format that ``compare`` reads, or empty.

    ``given``: ``owner``, ``item`` (whose attributes the file holds, where it does not name items), ``as`` (its format).

    :raises Refused: with everything wrong at once; 4 for anyone but the configuration manager.
    """

    def prepare() -> Apart:
        problems = not_permitted(desk, [MANAGER], "5.12", t("change the standard configuration"))
        wrong = unfit(project)
        if wrong:
            problems.append(
                Problem("E-5.12-standard-name", wrong, t("name it shortly"), "5.12", "PROJECT", Kind.MISSING)
            )
        elif project in configuration.all_projects(desk.root):
            message = t("{project} has a standard configuration already", project=project)
            hint = t("see it with: itil config show {project}", project=project)
            problems.append(Problem("E-5.12-standard-there", message, hint, "5.12", "PROJECT", Kind.MISSING))
        owner = given.get("owner")
        if owner and desk.people.get(owner) is None:
            message = t("{person} is nobody in people.yaml", person=owner)
            problems.append(
                Problem(
                    "E-5.12-standard-owner", message, t("see who is: itil people list"), "5.12", "--owner", Kind.MISSING
                )
            )
        refuse(problems)
        items = _items(data, name, given) if data is not None else {}
        path = configuration.new_path(desk.root, project)
        held: dict[str, Any] = {PROJECT: project, **({OWNER: owner} if owner else {}), ITEMS: items}
        text = _remark(desk) + emit.emit(held)
        refuse(read_standard(yaml.read(text.encode(), path), project, path)[1])
        subject = t("standard configuration: {project}", project=project)
        extra = {"project": project, "path": path, "items": len(items)}
        return Apart((Change(path, None, text.encode()),), subject, "config-new", "5.12", extra=extra)

    return write_apart(desk, dry_run, prepare)


def _items(data: bytes, name: str, given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    found = read_found(data, name, given.get("as"))
    if given.get("item"):
        return {str(given["item"]): dict(found.values)}
    if not found.sections:
        message = t("it does not say which item it was found on; name it with {flag}", flag="--item ITEM")
        raise Refused([Problem("E-5.8-compare-item", message, None, "5.8", "--item", Kind.MISSING)])
    return {item: dict(values) for item, values in found.sections.items()}


def _remark(desk: Desk) -> str:
    from itilcli.language import translator

    said: Text = t(
        "the standard configuration of a project (5.8, 5.12): items by name, below each its attributes as NAME: VALUE"
    )
    return f"# {said.render(translator(desk.settings.language or 'zh'))}\n"
