"""Which case is meant: any part of an ID that is unique, a form's reference, a serial, a phone number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import CASE_ID, FORM_REF, KINDS, off_paper
from itilcli.store import cases
from itilcli.store.cases import Stored
from itilcli.text import Listing, Text, t
from itilcli.values import pattern

SERIAL = pattern(r"(?:JQ-?ITSMS-)?(04-01-0[1-6])-(\d{4})-(\d{1,9})")
DASHES = pattern(r"[\s_\-\u2010-\u2015\u2212\u30fc\u4e00]+")
"""What stands for a dash where a serial is read off paper: blanks, underscores, dashes of any length, 一."""
CODE = pattern(r"(?:1NC-\d{8}-)?[0-9A-Z]{4}")
"""A code or a whole ID, as it is compared."""
SPOKEN = str.maketrans("OIL", "011")
SHOWN, NEAR = 8, 3
OPEN = {"status": frozenset({"open"})}
CODE_LENGTH = 4
LOOKED_INTO = 40
"""So many cases of a near ID are read, the most, to see which are open."""
FORM_WORDS = {
    "工单": "work-order", "派工单": "work-order", "order": "work-order", "远程": "remote", "远程单": "remote",
    "上门": "onsite", "现场": "onsite", "现场单": "onsite", "回访": "follow-up", "回访单": "follow-up",
}  # fmt: skip
"""What people call a form, and the beginning of its reference."""


def spoken(text: str) -> str:
    """An ID as it is compared: upper case after NFKC, with the letters that sound or look like digits as digits."""
    return unicodedata.normalize("NFKC", text).strip().upper().translate(SPOKEN)


def find(desk: Desk, typed: str, phones: bool = False) -> tuple[str, str | None]:
    """The full ID and the form that ``typed`` means; the form is None when only the case was named.

    :param phones: whether a phone number may stand for its case (``show``, ``search``).
    :raises Refused: nothing or several fit (exit 3); the candidates stand in the hint.
    """
    text = off_paper(unicodedata.normalize("NFKC", typed).strip())[0]
    if serial := serial_of(text):
        return by_serial(desk, serial)
    head, _, form = text.partition("/")
    form = form_ref(form)
    if form and not FORM_REF.fullmatch(form) and form not in KINDS:
        raise not_found(typed, t("a form is written like {example}", example="7K3Q/remote-1"))
    case_id = by_part(desk, head, phones)
    if form in KINDS:
        return case_id, only_one(case_id, desk.case(case_id).case.forms, form)
    if form and not (desk.root / cases.path_of(case_id, form)).exists():
        raise no_form(t("{id} has no form {form}", id=case_id, form=form), desk.case(case_id).case.forms)
    return case_id, form or None


def only_one(case_id: str, forms: Iterable[str], kind: str) -> str:
    """The one form of a kind.

    :raises Refused: where there is none, or more than one (exit 3).
    """
    refs = [ref for ref in forms if ref.rpartition("-")[0] == kind]
    if len(refs) == 1:
        return refs[0]
    label = KINDS[kind].label
    if not refs:
        raise no_form(t("{id} has no form {form}", id=case_id, form=label), forms)
    raise no_form(t("{id} has several forms {form}", id=case_id, form=label), refs)


def no_form(message: Text, forms: Iterable[str]) -> Refused:
    """No form, or no single one; those there are stand in the hint."""
    hint = t("it has: {forms}", forms=Listing(tuple(sorted(forms))))
    return Refused([Problem("E-find-form", message, hint, kind=Kind.NOT_FOUND)])


def form_ref(typed: str) -> str:
    """A form's reference as it is meant: ``工单-1`` and ``工单1`` are ``work-order-1``, ``工单`` the only ``work-order``."""
    word, dash, number = re.sub(r"(?<=[^\d-])(?=\d)", "-", typed.strip().lower()).partition("-")
    if word in FORM_WORDS:
        return f"{FORM_WORDS[word]}{dash}{number}"
    return typed.strip().lower()


def by_part(desk: Desk, typed: str, phones: bool) -> str:
    """The one case of which ``typed`` is a part: an exact code first, open cases before completed ones."""
    wanted = spoken(typed)
    if (
        CASE_ID.fullmatch(wanted.replace("1NC-", "INC-", 1))
        and (desk.root / cases.path_of(full(wanted), "incident")).is_file()
    ):
        return full(wanted)
    found = list(desk.ids(wanted, whole=True)) if len(wanted) == CODE_LENGTH else []
    found = found or (list(desk.ids(wanted)) if wanted else [])
    exact = [case_id for case_id in found if spoken(case_id).rpartition("-")[2] == wanted]
    found = exact or found
    if not found and phones and len(re.sub(r"\D", "", wanted)) >= 4:
        found = by_phone(desk, wanted)
    if len(found) > 1:
        found = still_open(desk, found) or found
    if not found:
        raise not_found(typed, did_you_mean(desk, wanted) or t("see what there is with: itil list"))
    if len(found) > 1:
        raise ambiguous(desk, typed, found)
    return found[0]


def is_case(desk: Desk, word: str) -> bool:
    """Whether a word is the whole ID or the code of a case of this desk, or of a form of one."""
    wanted = spoken(off_paper(word)[0].partition("/")[0])
    if not CODE.fullmatch(wanted):
        return False
    return any(spoken(one) == wanted or spoken(one).rpartition("-")[2] == wanted for one in desk.ids(wanted))


def did_you_mean(desk: Desk, wanted: str) -> Text | None:
    """The open cases whose code differs from the typed one by a slip of the finger; None where there is none."""
    code = wanted.rpartition("-")[2]
    if not 3 <= len(code) <= 5:
        return None
    near = (one for one in desk.ids() if one_slip(code, spoken(one).rpartition("-")[2]))
    found = list(islice((one for one in islice(near, LOOKED_INTO) if still_open(desk, [one])), NEAR))
    if not found:
        return None
    rows = tuple(described(desk, one)[len("INC-20261123-") :] for one in found)
    return t("did you mean {cases}?", cases=Listing(rows))


def one_slip(typed: str, code: str) -> bool:
    """Whether one character wrong, missing, too many, or two of them exchanged, make ``typed`` out of ``code``."""
    if typed == code:
        return False
    if len(typed) == len(code):
        wrong = [place for place, (one, other) in enumerate(zip(typed, code, strict=True)) if one != other]
        swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1
        return len(wrong) == 1 or (swapped and typed[wrong[0]] + typed[wrong[1]] == code[wrong[1]] + code[wrong[0]])
    short, long = sorted((typed, code), key=len)
    return len(long) - len(short) == 1 and any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def full(wanted: str) -> str:
    """A full ID out of its compared form."""
    return "INC-" + wanted[4:]


def by_phone(desk: Desk, typed: str) -> list[str]:
    """The cases whose customer's number ends with these digits."""
    digits = re.sub(r"\D", "", typed)
    return [one.id for one in desk.glances([]) if one.phone and re.sub(r"\D", "", one.phone).endswith(digits)]


def serial_of(typed: str) -> str | None:
    """The serial that was inked on a form, however it was spelled: ``04-01-03-2026-7``; None when it is none."""
    text = DASHES.sub("-", unicodedata.normalize("NFKC", typed).strip().upper())
    found = SERIAL.fullmatch(text)
    return f"JQ-ITSMS-{found[1]}-{found[2]}-{int(found[3]):04}" if found else None


def by_serial(desk: Desk, serial: str) -> tuple[str, str | None]:
    """The form that was archived under a serial."""
    found = archived_under(desk, {serial})
    if not found:
        raise not_found(serial, t("no form was archived under this serial"))
    return found[serial]


def archived_under(desk: Desk, serials: set[str]) -> dict[str, tuple[str, str | None]]:
    """Case and form by serial, of those that were given; one walk over the desk, none where no serial is asked for."""
    found: dict[str, tuple[str, str | None]] = {}
    for stored in with_serials(desk, serials) if serials else ():
        found |= {
            form.serial: (stored.case.id, ref) for ref, form in stored.case.forms.items() if form.serial in serials
        }
        if len(found) == len(serials):
            break
    return found


def with_serials(desk: Desk, serials: set[str]) -> Iterator[Stored]:
    """The cases of which a form may have one of the serials, newest day first."""
    from itilcli.index import Kind, Memo, Unusable

    def held(folder: str, case_id: str, stored: Stored) -> Memo:
        return Memo(" ".join(form.serial for form in stored.case.forms.values() if form.serial) or None)

    if desk.index is not None:
        with suppress(Unusable):
            kept = desk.index.kept(Kind("serials", "", held), int(desk.now.timestamp()), filled=True)
            found = (row for row in kept if not serials.isdisjoint((row.data or "").split(" ")))
            return (desk.stored(row.folder, row.name) for row in found)
    return desk.cases()


def still_open(desk: Desk, found: Sequence[str]) -> list[str]:
    """The open ones among several cases."""
    if len(found) > LOOKED_INTO:
        known = {one.id for one in desk.glances([], OPEN)}
        return [case_id for case_id in found if case_id in known]
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
