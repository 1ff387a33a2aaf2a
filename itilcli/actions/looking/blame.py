"""`blame`: who set a field of a case, when, by which step and commit, under which clause, and what it held before."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields as declared
from functools import cache
from typing import Any

from itilcli.actions.looking.finding import find
from itilcli.actions.looking.moves import INCIDENT
from itilcli.actions.looking.story import Done, doings
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import Case, kind_of
from itilcli.model.history import SETTLE, Entry
from itilcli.model.incident import Incident
from itilcli.model.labels import field_label, path_label
from itilcli.model.shape import Shape, shapes
from itilcli.procedure.fields import ALSO, STATED
from itilcli.store.cases import Stored
from itilcli.text import Listing, t
from itilcli.values import value

UNTOLD = frozenset({"history", "corrections", "id", "form_no"})


@value
class Setting:
    """One change of a field, or of one inside it: what it held, what it holds since, what did it, the steps that may have."""

    path: str
    before: Any
    after: Any
    done: Done
    steps: tuple[Entry, ...]
    item: bool = False


@value
class Blame:
    """A field of a case, or of one of its forms, with all its changes, the newest first; the first made it what it is."""

    case: Case
    part: str
    path: str
    now: Any
    settings: tuple[Setting, ...]


def blame(desk: Desk, reference: str, typed: str) -> tuple[Stored, Blame]:
    """Who set a field, by the name, flag or label it was asked by; of several forms of a kind the newest is meant.

    :raises Refused: no such case or form (exit 3); no such field, or several (exit 2).
    """
    case_id, form = find(desk, reference, phones=True)
    stored = desk.case(case_id)
    if stored.errors and not stored.case.incident.id:
        raise Refused(stored.errors)
    part, path = field_of(stored.case, form, typed)
    dones, entries = doings(desk, case_id, stored)
    found = tuple(_settings(dones, entries, part, path))[::-1]
    return stored, Blame(stored.case, part, path, _held(stored.raw.get(part), path), found)


# ── which field


def field_of(case: Case, form: str | None, typed: str) -> tuple[str, str]:
    """The file and the path of the field that is meant: the incident's before the forms'.

    :raises Refused: no field, or several, are called so.
    """
    here = form or INCIDENT
    found = {here: meant(here, typed)}
    if not found[here] and form is None:
        found = {ref: paths for ref in _newest(case) if (paths := meant(ref, typed))}
        kinds = {ref.rpartition("-")[0] for ref in found}
        if len(kinds) > 1:
            rows = Listing(tuple(f"{case.id.rpartition('-')[2]}/{ref}" for ref in found))
            message, hint = t("several forms have a field {name}", name=typed), t("name one: {forms}", forms=rows)
            raise Refused([Problem("E-blame-form", message, hint, where=typed, kind=Kind.MISSING)])
    part, paths = next(iter(found.items()), (here, []))
    if len(paths) == 1:
        return part, paths[0]
    if paths:
        hint = t("one of: {fields}", fields=Listing(tuple(paths)))
        message = t("{name} may mean several fields", name=typed)
        raise Refused([Problem("E-blame-several", message, hint, where=typed, kind=Kind.MISSING)])
    raise Refused([_unknown(case, here, typed)])


def _newest(case: Case) -> list[str]:
    return sorted(case.forms, key=lambda ref: (ref.rpartition("-")[0], -int(ref.rpartition("-")[2])))


def _unknown(case: Case, part: str, typed: str) -> Problem:
    from difflib import get_close_matches

    known = [*askable(part), *(path for ref in _newest(case) if part == INCIDENT for path in askable(ref))]
    near = get_close_matches(typed.lower().replace("-", "_"), list(dict.fromkeys(known)), n=3)
    example = t("itil show {id} --json names the fields", id=case.id)
    hint = t("did you mean {fields}?", fields=Listing(tuple(near))) if near else example
    return Problem("E-blame-field", t("there is no field {name}", name=typed), hint, where=typed, kind=Kind.MISSING)


@cache
def askable(part: str) -> dict[str, Shape]:
    """Every field of a file by its dotted path, those that no correction touches too; lists and answers as wholes."""
    kind = kind_of(part)
    form = Incident if part == INCIDENT else kind.form if kind else None
    return dict(_leaves(form, "")) if form else {}


def _leaves(form: Any, prefix: str) -> Iterator[tuple[str, Shape]]:
    lists = {row.name.rstrip("_") for row in declared(form) if row.default == ()}
    for name, shape in shapes(form).items():
        if name in UNTOLD:
            continue
        yield f"{prefix}{name}", shape
        if shape.part is not None and name not in lists:
            yield from _leaves(shape.part, f"{prefix}{name}.")


def meant(part: str, typed: str) -> list[str]:
    """The paths that a typed name means: a path, a flag's name, the last part of a path, a label, a usual word."""
    known = askable(part)
    for word in (typed, *_usual(part, typed)):
        plain = unicodedata.normalize("NFKC", word).strip().lower().lstrip("-").replace("_", "-")
        for path in (plain.replace("-", "_"), ALSO.get(plain, "")):
            if path in known:
                return [path]
        ends = [path for path in known if path.rpartition(".")[2].replace("_", "-") == plain]
        if found := ends or [path for path in known if plain in _labels(path)]:
            return _outermost(found)
    return []


def _usual(part: str, typed: str) -> Iterator[str]:
    """What the usual words of a desk stand for (症状, 优先级, 经办人), as where a case is corrected."""
    from itilcli.actions.mending.correct import ASSIGNEE, OWNER
    from itilcli.actions.taking.slips.words import AT, Words, plain
    from itilcli.procedure.answers import ANSWERS

    word = plain(typed)
    if part != INCIDENT:
        return
    if word in ASSIGNEE | OWNER:
        yield "assignee" if word in ASSIGNEE else "owner"
    elif found := Words(ANSWERS).meaning(typed):
        yield {AT: "reported_at", "square": "priority"}.get(found, found)


def _outermost(paths: list[str]) -> list[str]:
    """Of paths that lie in one another the outermost; of a file's own fields and those of its parts the file's own."""
    own = [path for path in paths if "." not in path]
    return own if len(own) == 1 else [one for one in paths if not any(one.startswith(f"{other}.") for other in paths)]


@cache
def _labels(path: str) -> frozenset[str]:
    labels = (field_label(path.rpartition(".")[2]), path_label(path))
    return frozenset(text.lower() for label in labels for text in (label.zh, label.en) if text)


# ── what became of it


def _settings(dones: list[Done], entries: Mapping[str, Entry], part: str, path: str) -> Iterator[Setting]:
    """The changes of a field or of anything inside it, oldest first."""
    for done in dones:
        brought = tuple(entries[key] for key in done.brought if key in entries)
        found = list(_changes(done, brought, part, path))
        yield from found or _rulings(done, brought, part, path)


def _rulings(done: Done, brought: tuple[Entry, ...], part: str, path: str) -> Iterator[Setting]:
    """A settlement that let stand what the file held already: from the answer that does not count to the one that does."""
    for entry in brought:
        rows = entry.value("conflicts") if entry.action == SETTLE else None
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and row.get("field") == f"{part}:{path}":
                taken = row.get("taken")
                yield Setting(path, row.get("theirs" if taken == "ours" else "ours"), row.get(taken), done, (entry,))


def _changes(done: Done, brought: tuple[Entry, ...], part: str, path: str) -> Iterator[Setting]:
    """What a commit changed of a field or of anything inside it."""
    for one in done.moved:
        if one.part == part and (one.path == path or one.path.startswith(f"{path}.")):
            yield Setting(one.path, one.old, one.new, done, _by(brought, part, path), one.item)
        elif one.part == part and path.startswith(f"{one.path}."):
            inner = path.removeprefix(f"{one.path}.")
            yield Setting(path, _held(one.old, inner), _held(one.new, inner), done, _by(brought, part, path), one.item)


def _by(brought: tuple[Entry, ...], part: str, path: str) -> tuple[Entry, ...]:
    """Of the steps of one commit those that set the field: by what they say they set, else by the form they filled in."""
    names = {path, STATED.get(path, path)} if part == INCIDENT else set()
    saying = tuple(entry for entry in brought if names & (entry.set or {}).keys())
    filling = tuple(entry for entry in brought if entry.form == part)
    return saying or filling or brought


def _held(plain: Any, path: str) -> Any:
    for name in path.split("."):
        plain = plain.get(name) if isinstance(plain, Mapping) else None
    return plain


def as_data(found: Blame) -> dict[str, Any]:
    """The JSON of `blame`."""
    from itilcli.actions.looking.story_data import done_data, step_data

    label = path_label(found.path)
    rows = [
        {
            "field": one.path,
            "before": one.before,
            "after": one.after,
            "steps": [step_data(entry) for entry in one.steps],
            **done_data(one.done),
        }
        for one in found.settings
    ]
    return {
        "id": found.case.id,
        "form": None if found.part == INCIDENT else found.part,
        "field": found.path,
        "label": label.en,
        "label_zh": label.zh,
        "value": found.now,
        "set": rows,
    }
