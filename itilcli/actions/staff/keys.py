"""§2.5: the SSH keys that people sign with, each from a day until a day; a key is ended, never taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from itilcli.actions.staff.changes import days, known_people, the_person
from itilcli.actions.staff.people import Report, lacking, plain
from itilcli.actions.staff.spans import MANAGER, day_before, with_person
from itilcli.actions.writing.apart import Apart, not_permitted, write_apart
from itilcli.actions.writing.signing import keep_signers
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Problem
from itilcli.journal.signing import allowed_signers, default_key, public_line
from itilcli.model.keys import PublicKey, parse_key
from itilcli.model.people import KeySpan, People, Person
from itilcli.store.people import change_people
from itilcli.text import t


def add_key(desk: Desk, name: str, given: Mapping[str, Any], at: str | None = None, dry: bool = False) -> Written:
    """A person signs with a key from a day on, today unless said; one commit.

    ``given``: ``key`` (the line of a public key, or a file; for oneself the one that git signs with), ``from_day``.

    :raises Refused: with everything wrong at once; 4 for anyone but the incident manager.
    """

    def prepare() -> Apart:
        people, problems = known_people(desk), not_permitted(desk, [MANAGER], "2.5", t("change people"))
        person = the_person(people, name, "NAME", problems)
        first, _ = days(desk, given, at, problems, begins=True)
        key = _typed(desk, person, given.get("key"), problems)
        if key:
            problems += _held(people, person, key, first)
        refuse(problems)
        assert key is not None
        shown = f"{key.line} {key.comment}".strip()
        span = KeySpan(shown, first)
        made = replace(person, keys=(*person.keys, span))
        subject = t(
            "people: {person} signs with {key} from {day}", person=person.id or "?", key=key.fingerprint, day=first
        )
        change = change_people(desk.root, with_person(people, made))
        return Apart((change,), subject, "people-key-add", "2.5", extra=row_of(made, span))

    return _written(desk, write_apart(desk, dry, prepare), dry)


def end_key(desk: Desk, name: str, given: Mapping[str, Any], at: str | None = None, dry: bool = False) -> Written:
    """A key of a person ends with a day, today unless said; one commit.

    ``given``: ``key`` (a part of its fingerprint, its comment, or the key itself; without one, the only one), ``on``.

    :raises Refused: with everything wrong at once; 4 for anyone but the incident manager.
    """

    def prepare() -> Apart:
        people, problems = known_people(desk), not_permitted(desk, [MANAGER], "2.5", t("change people"))
        person = the_person(people, name, "NAME", problems)
        last, _ = days(desk, {"from_day": given.get("on")}, at, problems, begins=False)
        found = _meant(person, given.get("key"), last, problems) if person.id else None
        refuse(problems)
        assert found is not None
        span = replace(found, until=max(last, day_before(found.from_)) if found.from_ else last)
        made = replace(person, keys=tuple(span if one is found else one for one in person.keys))
        row = row_of(made, span)
        subject = t(
            "people: {person} signs with {key} until {day}", person=person.id or "?", key=row["fingerprint"], day=last
        )
        change = change_people(desk.root, with_person(people, made))
        warned = _void(last, desk.now.date())
        return Apart((change,), subject, "people-key-end", "2.5", "", warned, row)

    return _written(desk, write_apart(desk, dry, prepare), dry)


def listed_keys(desk: Desk) -> list[dict[str, Any]]:
    """Every key of everyone, those that have ended too, in the order of the file."""
    return [row_of(person, span) for person in desk.people for span in person.keys]


def signers(desk: Desk) -> str:
    """Everyone's keys as ssh-keygen reads them, for whoever asks git itself."""
    return allowed_signers(desk.people, desk.zone).decode()


def row_of(person: Person, span: KeySpan) -> dict[str, Any]:
    """A key as programs see it; ``until`` is its last day, or the person's last day at the desk where that is earlier."""
    key, last = span.public, person.until(span)
    return {
        "person": person.id,
        "fingerprint": key.fingerprint if key else "",
        "comment": key.comment if key else "",
        "key": key.line if key else span.key,
        "from": span.from_.isoformat() if span.from_ else None,
        "until": last.isoformat() if last else None,
    }


def ended_keys(person: Person, last: date) -> Person:
    """A person whose keys all end with a day; one that would begin later is kept as one that never began."""
    spans = [
        span
        if span.until is not None and span.until <= last
        else replace(span, until=max(last, day_before(span.from_)) if span.from_ else last)
        for span in person.keys
    ]
    return replace(person, keys=tuple(spans))


def _written(desk: Desk, made: Written, dry: bool) -> Written:
    if not dry:
        keep_signers(desk)
    return made


# ── what is asked


def _typed(desk: Desk, person: Person, typed: str | None, problems: Report) -> PublicKey | None:
    """The key that is meant: typed, in a file, or the actor's own."""
    hint = t(
        "give the file of the public key, or its one line: --key ~/.ssh/id_ed25519.pub; make one with: ssh-keygen -t ed25519"
    )
    if not typed and person.id != desk.actor:
        if person.id:
            problems.append(
                lacking("E-2.5-key", t("the public key of {person} is missing", person=person.id), "--key", hint)
            )
        return None
    line = _line(typed) if typed else _own(desk)
    key = parse_key(line or "")
    if key is None:
        message = t("{value} is no public key of SSH, nor a file that holds one", value=repr((typed or "")[:60]))
        if not typed:
            message = t("git knows no SSH key of yours")
        problems.append(lacking("E-2.5-key", message, "--key", hint))
    return key


def _line(typed: str) -> str | None:
    if parse_key(plain(typed)):
        return plain(typed)
    try:
        return public_line(Path(typed).expanduser())
    except (OSError, ValueError):
        return None


def _own(desk: Desk) -> str | None:
    own = desk.journal.signing_key()
    return own.line if own else default_key()


def _held(people: People, person: Person, key: PublicKey, first: date) -> list[Problem]:
    """The key is nobody else's from that day on, and not yet theirs."""
    for one, span in people.by_key(key.fingerprint):
        last = one.until(span)
        if last is not None and last < first:
            continue
        if one.id == person.id:
            hint = t("see the keys with: itil people key list")
            return [lacking("E-2.5-key-held", t("{person} has this key already", person=one.id or "?"), "--key", hint)]
        message = t("the key is {person}'s", person=one.id or "?")
        hint = t("a key proves who signed only while it is one person's; each makes one: ssh-keygen -t ed25519")
        return [lacking("E-2.5-key-twice", message, "--key", hint)]
    return []


def _meant(person: Person, typed: str | None, last: date, problems: Report) -> KeySpan | None:
    """The one key of a person that runs beyond a day and fits what was typed."""
    wanted = parse_key(_line(typed) or "") if typed else None
    running = [span for span in person.keys if span.until is None or span.until > last]
    found = [
        span
        for span in running
        if (key := span.public)
        and (
            not typed
            or key == wanted
            or (wanted and key.data == wanted.data)
            or plain(typed) in (key.comment, key.data)
        )
    ]
    if not found and typed and not wanted:
        found = [span for span in running if (key := span.public) and plain(typed) in key.fingerprint]
    if len(found) == 1:
        return found[0]
    hint = t("name it by a part of its fingerprint: itil people key list")
    message = t(
        "{person} has no key, or more than one, that fits and runs beyond {day}", person=person.id or "?", day=last
    )
    problems.append(lacking("E-2.5-key-none", message, "KEY", hint))
    return None


def _void(last: date, today: date) -> tuple[Problem, ...]:
    """A warning: what was signed after that day is no longer good."""
    if last >= today:
        return ()
    hint = t("see which commits with: itil audit")
    return (
        Problem(
            "W-2.5-key-past", t("what was signed with this key after {day} counts as not signed", day=last), hint, "2.5"
        ),
    )
