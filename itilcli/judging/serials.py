"""F28: serials are given in their order, each once, and are never taken back or changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from itilcli.errors import Problem, Refused
from itilcli.judging.version import Version
from itilcli.model.case import kind_of
from itilcli.store import yaml
from itilcli.store.cases import SUFFIX
from itilcli.text import t
from itilcli.values import pattern

SERIAL = pattern(r"(JQ-ITSMS-04-01-\d\d)-(\d{4})-(\d{4,9})")
Pair = tuple[str, Version | None, Version | None]
"""Where a case lies, and what it is before and after a commit."""
Counters = Mapping[str, int]


def counted(data: bytes | None, path: str) -> Counters:
    """The counters of a year's file; none where it cannot be read."""
    try:
        raw = yaml.read(data, path) if data else {}
    except Refused:
        return {}
    return {key: value for key, value in raw.items() if type(value) is int}


def serials(pairs: Sequence[Pair], counters: Mapping[str, tuple[Counters, Counters]]) -> Iterator[Problem]:
    """What is wrong with the serials that a commit gives.

    :param pairs: the cases it changed, before and after. :param counters: of each year's file it changed, before and after.
    """
    given: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, old, new in pairs:
        for ref, form in new.case.forms.items() if new else ():
            was = old.case.forms.get(ref) if old else None
            before = was.serial if was else None
            if form.serial == before and not (form.archived and form.archived.serial != form.serial):
                continue
            kind = kind_of(ref)
            found = SERIAL.fullmatch(form.serial or "")
            where = f"{place}.{ref}{SUFFIX}#serial"
            if before is not None and form.serial != before:
                yield _wrong(t("the serial {serial} was given and stays; the file has {other}", serial=before,
                               other=form.serial or "—"), where)  # fmt: skip
            elif form.serial is None and form.archived is not None:
                yield _wrong(
                    t("the archiving names {serial}, and the form has none", serial=form.archived.serial), where
                )
            elif found is None or kind is None or found[1] != kind.form_no:
                yield _wrong(t("{serial} is no serial of this form", serial=repr(form.serial)), where)
            elif form.archived is None or form.archived.serial != form.serial:
                yield _wrong(t("{serial} is not what the archiving says", serial=form.serial), where)
            else:
                given[found[2], found[1]].append(int(found[3]))
    for path, (before_, after) in counters.items():
        year = path.rpartition("/")[2][:4]
        for form_no in sorted(before_.keys() | after.keys()):
            first, last = before_.get(form_no, 0), after.get(form_no, 0)
            numbers = sorted(given.pop((year, form_no), []))
            if numbers != list(range(first + 1, last + 1)):
                said = t("{form_no} counts from {first} to {last}, given are {numbers}", form_no=form_no, first=first,
                         last=last, numbers=", ".join(map(str, numbers)) or "—")  # fmt: skip
                yield _wrong(said, f"{path}#{form_no}")
    for (year, form_no), numbers in given.items():
        said = t("{serial} was given, but no counter rose", serial=f"{form_no}-{year}-{numbers[0]:04}")
        yield _wrong(said, f"records/serials/{year}.yaml#{form_no}")


def _wrong(message: object, where: str) -> Problem:
    hint = t(
        "serials are given by the archiving, in their order; take this commit back and archive with: itil archive ID"
    )
    return Problem("E-gate-serial", message, hint, "5.11", where)  # type: ignore[arg-type]
