"""What may be typed next: codes with their labels, people, cases with their titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from itilcli.model.codes import Codes

MOST = 50


def codes_of(codes: Codes) -> Callable[[str], Iterable[tuple[str, object]]]:
    """Completion over a closed list."""
    return lambda text: [(code, label) for code, label in codes.labels.items() if code.startswith(text)]


def people(text: str) -> list[tuple[str, object]]:
    """The people of the desk by name."""
    from itilcli.desk import Desk

    return [(one.id or "", ", ".join(one.emails)) for one in Desk.open().people if (one.id or "").startswith(text)]


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
