"""Which case is meant: any part of an ID that is unique, a form's reference, a serial, a phone number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import CASE_ID, FORM_REF
from itilcli.store import cases
from itilcli.text import Listing, t

SERIAL = re.compile(r"JQ-ITSMS-04-01-0[1-6]-\d{4}-\d{4,}")
SPOKEN = str.maketrans("OIL", "011")
SHOWN = 8


def spoken(text: str) -> str:
    """An ID as it is compared: upper case after NFKC, with the letters that sound or look like digits as digits."""
    return unicodedata.normalize("NFKC", text).strip().upper().translate(SPOKEN)


def find(desk: Desk, typed: str, phones: bool = False) -> tuple[str, str | None]:
    """The full ID and the form that ``typed`` means; the form is None when only the case was named.

    :param phones: whether a phone number may stand for its case (``show``, ``search``).
    :raises Refused: nothing or several fit (exit 3); the candidates stand in the hint.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if SERIAL.fullmatch(text.upper()):
        return by_serial(desk, text.upper())
    head, _, form = text.partition("/")
    form = form.lower()
    if form and not FORM_REF.fullmatch(form):
        raise not_found(typed, t("a form is written like {example}", example="7K3Q/remote-1"))
    case_id = by_part(desk, head, phones)
    if form and not (desk.root / cases.path_of(case_id, form)).exists():
        has = Listing(tuple(sorted(desk.case(case_id).case.forms)))
        absent = t("{id} has no form {form}", id=case_id, form=form)
        raise Refused([Problem("E-find-form", absent, t("it has: {forms}", forms=has), kind=Kind.NOT_FOUND)])
    return case_id, form or None


def by_part(desk: Desk, typed: str, phones: bool) -> str:
    """The one case of which ``typed`` is a part: an exact code first, open cases before completed ones."""
    wanted = spoken(typed)
    if (
        CASE_ID.fullmatch(wanted.replace("1NC-", "INC-", 1))
        and (desk.root / cases.path_of(full(wanted), "incident")).is_file()
    ):
        return full(wanted)
    found = [case_id for case_id in cases.all_ids(desk.root) if wanted and wanted in case_id.translate(SPOKEN)]
    exact = [case_id for case_id in found if spoken(case_id).rpartition("-")[2] == wanted]
    found = exact or found
    if not found and phones and len(re.sub(r"\D", "", wanted)) >= 4:
        found = by_phone(desk, wanted)
    if len(found) > 1:
        found = still_open(desk, found) or found
    if not found:
        raise not_found(typed, t("see what there is with: itil list"))
    if len(found) > 1:
        raise ambiguous(desk, typed, found)
    return found[0]


def full(wanted: str) -> str:
    """A full ID out of its compared form."""
    return "INC-" + wanted[4:]


def by_phone(desk: Desk, typed: str) -> list[str]:
    """The cases whose customer's number ends with these digits."""
    digits = re.sub(r"\D", "", typed)
    found = []
    for stored in desk.cases():
        customer = stored.case.incident.customer
        if customer and customer.phone and re.sub(r"\D", "", customer.phone).endswith(digits):
            found.append(stored.case.id)
    return found


def by_serial(desk: Desk, serial: str) -> tuple[str, str | None]:
    """The form that was archived under a serial."""
    for stored in desk.cases():
        for ref, form in stored.case.forms.items():
            if form.serial == serial:
                return stored.case.id, ref
    raise not_found(serial, t("no form was archived under this serial"))


def still_open(desk: Desk, found: Iterable[str]) -> list[str]:
    """The open ones among several cases."""
    return [case_id for case_id in found if desk.case(case_id).case.state.status == "open"]


def not_found(typed: str, hint: object) -> Refused:
    """Nothing fits."""
    return Refused(
        [
            Problem(
                "E-find-none",
                t("no case is called {text}", text=repr(typed)),
                t("{hint}", hint=hint),
                kind=Kind.NOT_FOUND,
            )
        ]
    )


def ambiguous(desk: Desk, typed: str, found: list[str]) -> Refused:
    """Several fit: they are shown with customer and title."""
    rows = tuple(described(desk, case_id) for case_id in found[:SHOWN])
    more = len(found) - len(rows)
    hint = (
        t("one of: {cases}", cases=Listing(rows))
        if not more
        else t("one of: {cases} and {more} more", cases=Listing(rows), more=more)
    )
    return Refused(
        [Problem("E-find-several", t("several cases are called {text}", text=repr(typed)), hint, kind=Kind.NOT_FOUND)]
    )


def described(desk: Desk, case_id: str) -> str:
    """A case as a candidate is shown."""
    incident = desk.case(case_id).case.incident
    organisation = incident.customer.organisation if incident.customer else None
    return f"{case_id} {organisation or ''}·{incident.title or ''}"


def inside(root: Path, path: Path) -> str | None:
    """A path relative to the desk's root, or None when it lies elsewhere."""
    try:
        return path.resolve().relative_to(root).as_posix()
    except ValueError:
        return None
