"""What may be typed next: codes with their labels, people, cases with their titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from itilcli.model.codes import Codes

if TYPE_CHECKING:
    from itilcli.desk import Desk

MOST = 50


def codes_of(codes: Codes) -> Callable[[str], Iterable[tuple[str, object]]]:
    """Completion over a closed list, by code, or by the Chinese label where that is what is typed."""

    def complete(text: str) -> Iterable[tuple[str, object]]:
        if text and not text.isascii():
            return [(label.zh, code) for code, label in codes.labels.items() if label.zh.startswith(text)]
        return [(code, label) for code, label in codes.labels.items() if code.startswith(text.lower())]

    return complete


def people(text: str) -> list[tuple[str, object]]:
    """The people of the desk by name or address, with their roles of today; not those who have left."""
    from itilcli.desk import Desk
    from itilcli.model.codes import ROLE
    from itilcli.text import Listing

    desk = Desk.open()
    today, part = desk.now.date(), text.casefold()
    here = [one for one in desk.people if one.id and not one.gone_on(today)]
    return [
        (
            one.id or "",
            Listing(tuple(ROLE.label(role) for role in ROLE.labels if role in desk.people.roles(one.id, today))),
        )
        for one in here
        if (one.id or "").casefold().startswith(part) or any(mail.casefold().startswith(part) for mail in one.emails)
    ]


def models(text: str) -> list[tuple[str, object]]:
    """The incident models whose name holds the text, with what they are for."""
    from itilcli.actions.taking.models import all_models, plain
    from itilcli.desk import Desk

    found = (one for one in all_models(Desk.open()) if plain(text) in plain(one.name))
    return [(one.name, one.model.description or one.model.symptom or "") for one in found]


def customers(text: str) -> list[tuple[str, object]]:
    """The customers of the register whose name begins with the text or holds it, with their addresses."""
    from itilcli.desk import Desk
    from itilcli.model.customer import plain

    known = [(one.organisation or "", one.address or "", one.key) for one in Desk.open().customers]
    part = plain(text)
    found = [(name, address, not key.startswith(part)) for name, address, key in known if name and part in key]
    return [(row[0], row[1]) for row in sorted(found, key=lambda row: row[2])[:MOST]]


def phones(text: str) -> list[tuple[str, object]]:
    """The phone numbers of the register that begin with the text or end with its digits, with whose they are."""
    from itilcli.desk import Desk
    from itilcli.model.customer import TAIL, digits, plain

    begun, tail = plain(text), digits(text)
    rows = [(one, contact) for one in Desk.open().customers for contact in one.contacts if contact.phone]
    found: list[tuple[str, object]] = [
        (contact.phone or "", f"{one.organisation or '?'} {contact.name or ''}")
        for one, contact in rows
        if plain(contact.phone).startswith(begun) or (len(tail) >= TAIL and digits(contact.phone).endswith(tail))
    ]
    return found[:MOST]


def case_ids(text: str) -> list[tuple[str, object]]:
    """Cases whose code or ID begins with the text, newest first, with their titles."""
    from itilcli.actions.looking.finding import spoken
    from itilcli.desk import Desk

    desk = Desk.open()
    wanted = spoken(text)
    if "/" in text:
        return _forms(desk, text)
    if not wanted or not "1NC-".startswith(wanted[:4]):  # no ID begins so
        return [(case_id.rpartition("-")[2], title) for case_id, title in desk.beginning(wanted, MOST)]
    found: list[tuple[str, object]] = []
    for case_id in desk.ids(wanted):
        code = case_id.rpartition("-")[2]
        if spoken(code).startswith(wanted) or spoken(case_id).startswith(wanted):
            title = desk.case(case_id).case.incident.title or ""
            found.append((code if spoken(code).startswith(wanted) else case_id, title))
            if len(found) >= MOST:
                break
    return found


def _forms(desk: Desk, text: str) -> list[tuple[str, object]]:
    """The forms of the one case that is named before the stroke, each with its kind and serial."""
    from itilcli.actions.looking.finding import spoken
    from itilcli.model.case import kind_of
    from itilcli.text import Listing

    named, _, part = text.partition("/")
    code = spoken(named).rpartition("-")[2]
    ids = [one for one in desk.ids(code) if spoken(one).endswith(code)][:2]
    if len(ids) != 1:
        return []
    rows: list[tuple[str, object]] = []
    for ref, form in desk.case(ids[0]).case.forms.items():
        kind = kind_of(ref)
        serial = getattr(getattr(form, "archived", None), "serial", None)
        rows.append((f"{named}/{ref}", Listing(tuple(one for one in (kind.label if kind else None, serial) if one))))
    return [row for row in rows if row[0].startswith(f"{named}/{part}")]


def months(text: str) -> list[tuple[str, object]]:
    """``last``, ``edit`` and the last twelve months, newest first; those whose report was issued say so."""
    from itilcli.actions.month.issued import is_issued
    from itilcli.desk import Desk
    from itilcli.figures.period import by_index, month_of
    from itilcli.text import t

    desk = Desk.open()
    this = month_of(desk.now, desk.zone).index
    names = [str(by_index(this - back, desk.zone)) for back in range(12)]
    rows = [("last", t("the month before this one")), ("edit", t("write the manager's text"))]
    rows += [(name, t("issued") if is_issued(desk, name) else t("not issued")) for name in names]
    return [row for row in rows if row[0].startswith(text)]


def printable_refs(text: str) -> list[tuple[str, object]]:
    """What can be printed: cases and, behind a slash, their forms; articles and months; the kinds of blank forms."""
    from contextlib import suppress

    from itilcli.errors import Refused
    from itilcli.forms.kinds import BLANK, PAPERS

    kinds: list[tuple[str, object]] = [(name, PAPERS[name].label) for name in BLANK if text and name.startswith(text)]
    with suppress(Refused):
        if "/" in text:
            return [*_forms_of(text)]
        if text.upper().startswith("KB-"):
            from itilcli.cli.kb import article_ids

            return list(article_ids(text))
        found = [row for row in months(text) if row[0][:2] == "20"] if text.startswith("20") else []
        return [*kinds, *found, *case_ids(text)]
    return kinds


def _forms_of(text: str) -> Iterable[tuple[str, object]]:
    from itilcli.actions.looking.finding import find
    from itilcli.desk import Desk
    from itilcli.model.case import kind_of

    head, _, begun = text.partition("/")
    desk = Desk.open()
    case = desk.case(find(desk, head)[0]).case
    for ref in sorted(case.forms):
        kind = kind_of(ref)
        if kind is not None and ref.startswith(begun):
            yield f"{head}/{ref}", kind.label


def folders_at(text: str) -> list[tuple[str, object]]:
    """The folders whose path begins with the text, those hidden only where a dot was typed."""
    import os
    from pathlib import Path

    above, _, begun = text.rpartition("/")
    folder = Path(os.path.expanduser(above or ("/" if text.startswith("/") else ".")))  # noqa: PTH111
    try:
        names = sorted(one.name for one in folder.iterdir() if one.is_dir() and one.name.startswith(begun))
    except OSError:
        return []
    before = text[: len(text) - len(begun)]
    found: list[tuple[str, object]] = [(f"{before}{name}/", "") for name in names if name[0] != "." or begun[:1] == "."]
    return found[:MOST]
