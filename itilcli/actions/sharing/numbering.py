"""F28: archived forms get their serials when the archiving is shared: in a commit that is there only once it is shared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from itilcli.actions.writing.serials import Serials
from itilcli.actions.writing.writing import commit_message
from itilcli.desk import Desk
from itilcli.language import translator
from itilcli.model.case import Case, kind_of
from itilcli.store import cases
from itilcli.store.cases import PLACE, SUFFIX
from itilcli.store.change import Change
from itilcli.text import t
from itilcli.values import value


@value
class Numbered:
    """The commit that gives serials, on no branch yet: its files, and which form (by reference) got which serial."""

    commit: str
    changes: tuple[Change, ...]
    serials: Mapping[str, str]


def number(desk: Desk, paths: Iterable[str]) -> Numbered | None:
    """Serials for the archived forms among these files that have none, in the order of archiving; None where all have one."""
    rows = sorted(waiting(desk, paths), key=lambda row: (row[2].archived.at.timestamp(), row[0], row[1]))
    if not rows:
        return None
    counters, given = Serials(desk), dict[str, str]()
    made: dict[str, Case] = {}
    for case_id, ref, form in rows:
        kind = kind_of(ref)
        assert kind is not None
        year = form.archived.at.astimezone(desk.zone).year
        serial = given[f"{case_id}/{ref}"] = counters.give(kind.form_no, year)
        case = made.get(case_id) or desk.case(case_id).case
        made[case_id] = case.put(ref, replace(form, serial=serial, archived=replace(form.archived, serial=serial)))
    changes = [change for one, case in made.items() for change in cases.changes(desk.case(one), case)]
    changes += counters.changes()
    subject = t("serials given, forms: {count}", count=len(given)).render(translator(desk.settings.language or "zh"))
    trailers = [*(("Itil-Id", one) for one in made), ("Itil-Action", "serials"), ("Itil-Clause", "5.11")]
    said = commit_message(desk, subject, trailers, desk.actor)
    when = desk.now if desk.rehearsed else None
    return Numbered(desk.journal.drafted(changes, said, when), tuple(changes), given)


def waiting(desk: Desk, paths: Iterable[str]) -> Iterator[tuple[str, str, Any]]:
    """The archived forms without a serial, of cases in which nothing is to be settled: ID, reference, form."""
    touched: dict[str, set[str]] = {}
    for path in paths:
        if (found := PLACE.match(path)) and path.endswith(SUFFIX):
            touched.setdefault(found[0].rpartition("/")[2], set()).add(path[found.end() + 1 :].removesuffix(SUFFIX))
    for case_id, parts in sorted(touched.items()):
        if not any(kind_of(part) for part in parts) or not (desk.root / cases.path_of(case_id, "incident")).is_file():
            continue
        stored = desk.case(case_id)
        if stored.errors or stored.case.incident.conflicts:
            continue
        for ref, form in stored.case.forms.items():
            if form.archived and form.archived.at and not form.serial and not getattr(form, "retracted", None):
                yield case_id, ref, form
