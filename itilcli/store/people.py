"""``people.yaml`` and ``desk.yaml``: read into their values, written with every comment kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from itilcli.errors import Problem, Refused
from itilcli.model.people import People
from itilcli.model.settings import Settings, check_settings
from itilcli.model.shape import decode, encode
from itilcli.store import files, yaml
from itilcli.store.cases import overlay
from itilcli.store.change import Change
from itilcli.text import t

PEOPLE, SETTINGS = "people.yaml", "desk.yaml"
Form = TypeVar("Form")


def read_form(root: Path, name: str, form: type[Form]) -> tuple[Form, bytes, dict[str, Any], list[Problem]]:
    """A file at the top of the desk: its value, its bytes, its plain data, and what is wrong in it."""
    problems: list[Problem] = []
    try:
        data = files.read_bytes(root / name)
        raw = yaml.read(data, name)
    except Refused as refused:
        return form(), b"", {}, list(refused.problems)
    value = decode(form, raw, problems.append)
    return value, data, raw, [replace(problem, where=f"{name}#{problem.where}") for problem in problems]


def read_people(root: Path) -> tuple[People, list[Problem]]:
    """Everyone of the desk; duplicates of id or e-mail address are problems."""
    people, _, _, problems = read_form(root, PEOPLE, People)
    return people, [*problems, *check_people(people)]


def check_people(people: People) -> list[Problem]:
    """What forbids reading these people beyond the types of their fields: no id, one name of two, keys that cannot be."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for place, person in enumerate(people):
        where = f"{PEOPLE}#people.{place}"
        if not person.id:
            hint = t("add people with: itil people add NAME --email ADDRESS --role …")
            problems.append(Problem("E-people-id", t("a person has no id"), hint, "2.5", where))
        for spelled in {person.id or "", *(email.casefold() for email in person.emails)} - {""}:
            if spelled in seen:
                hint = t("a name and an address stand for one person alone")
                problems.append(
                    Problem("E-people-twice", t("{name} stands here twice", name=spelled), hint, "2.5", where)
                )
            seen.add(spelled)
    return [*problems, *check_keys(people)]


def check_keys(people: People) -> list[Problem]:
    """What is wrong with the keys: no public key, days that end before they begin, one key of two persons at once.

    A key that ends the day before its first never ran; so `people key end` and `people leave` end one that would begin later.
    """
    problems: list[Problem] = []
    held: dict[str, list[tuple[str, date, date]]] = {}
    for place, person in enumerate(people):
        for row, span in enumerate(person.keys):
            where = f"{PEOPLE}#people.{place}.keys.{row}"
            key, last = span.public, person.until(span)
            if key is None:
                hint = t("it is the one line of a file like id_ed25519.pub; put it in with: itil people key add NAME")
                problems.append(
                    Problem("E-people-key", t("this is not a public key of SSH"), hint, "2.5", f"{where}.key")
                )
                continue
            if span.from_ and span.until and span.until < span.from_ - timedelta(days=span.from_ > date.min):
                message = t("the key's last day lies before its first")
                hint = t("write the days as until ≥ from; a key that never ran ends the day before its first")
                problems.append(Problem("E-people-key-days", message, hint, "2.5", where))
            first, end = span.from_ or date.min, last or date.max
            others = held.setdefault(key.data, [])
            for other, other_first, other_end in others:
                if other != person.id and max(first, other_first) <= min(end, other_end):
                    message = t("{person} and {other} have the same key at once", person=person.id or "?", other=other)
                    hint = t(
                        "a key proves who signed only while it is one person's; each makes one: ssh-keygen -t ed25519"
                    )
                    problems.append(Problem("E-people-key-twice", message, hint, "2.5", where))
            others.append((person.id or "", first, end))
    return problems


def read_settings(root: Path) -> tuple[Settings, list[Problem]]:
    """The desk's settings."""
    settings, _, _, problems = read_form(root, SETTINGS, Settings)
    found: list[Problem] = []
    check_settings(settings, found.append)
    return settings, [*problems, *(replace(problem, where=f"{SETTINGS}#{problem.where}") for problem in found)]


def change_people(root: Path, people: People) -> Change:
    """What must be written so that ``people.yaml`` holds ``people``."""
    from itilcli.store import emit, rewrite

    was, data, raw, _ = read_form(root, PEOPLE, People)
    if not data:
        return Change(PEOPLE, None, emit.emit(encode(people)).encode())
    return Change(PEOPLE, data, rewrite.rewrite(data, overlay(raw, encode(was), encode(people)), PEOPLE))
