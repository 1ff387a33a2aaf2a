"""Every template tried with a full record, an empty one and a blank form: what in it is undefined, unknown or wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from itilcli import paper as door
from itilcli.errors import Kind, Problem, Refused
from itilcli.forms.filling import Wanted, context, problems
from itilcli.forms.kinds import PAPERS, Paper
from itilcli.forms.markup import Fault
from itilcli.forms.pictures import fetch_from
from itilcli.forms.reading import Head, read
from itilcli.forms.samples import Full
from itilcli.forms.view import Words
from itilcli.model.article import SECTIONS
from itilcli.model.incident import Incident
from itilcli.text import Translate, t
from itilcli.values import value


@value
class Tried:
    """One template: where it was found, whether it is the desk's own, and what is wrong with it."""

    name: str
    path: Path
    own: bool
    problems: tuple[Problem, ...]


def try_all(translate: Translate, templates: Path | None) -> Iterator[Tried]:
    """Each form's template: the desk's own where the folder ``templates`` has one, else the program's."""
    for paper in PAPERS.values():
        own = templates is not None and (templates / paper.template).is_file()
        folder = templates if own and templates else door.built_in()
        yield Tried(paper.template, folder / paper.template, own, tuple(tried(paper, translate, templates)))


def tried(paper: Paper, translate: Translate, templates: Path | None) -> list[Problem]:
    """What is wrong with the template of one form; each fault once."""
    found: dict[tuple[str, str, str], Problem] = {}
    for wanted, words in samples(paper, translate):
        for problem in _wrong(wanted, words, templates):
            found.setdefault((problem.code, problem.where, str(problem.message)), problem)
    return list(found.values())


def samples(paper: Paper, translate: Translate) -> Iterator[tuple[Wanted, Words]]:
    """A full record, an empty one, a blank form."""
    for filled, is_blank in ((True, False), (False, False), (False, True)):
        words = Words(translate, blank=is_blank)
        form = Full().record(paper.form) if filled else None
        incident = Full().record(Incident, "case.") if filled else None
        head = Head(serial="2026-0001", reference="INC-20261123-7K3Q", organisation="…")
        yield Wanted(paper, form, incident, head, beside(words, filled)), words


def beside(words: Words, filled: bool) -> dict[str, Any]:
    """What is told to a cover and to an article besides the record."""
    lines = [dict.fromkeys(("title", "reference", "number", "serial"), "…")]
    steps = [dict.fromkeys(("at", "clause", "step", "by", "note"), "…")]
    return {
        "standing": {"status": "…", "stage": "…"},
        "papers": lines if filled else [],
        "history": steps if filled else [],
        "withdrawn": "…" if filled else "",
        "sections": [(words.say(label), f"‹{label.code}›" if filled else "") for label in SECTIONS],
    }


def _wrong(wanted: Wanted, words: Words, templates: Path | None) -> Iterator[Problem]:
    try:
        given = context(wanted, words, templates)
        markup, undefined = door.trial(wanted.paper.template, given, words.translate, templates)
    except Refused as refused:
        yield from refused.problems
        return
    for file, line, said in undefined:
        name = door.unknown(said)
        if name is None:
            yield from problems([Fault(t("{hint}", hint=said), file, line)], wanted.paper, templates)
            continue
        where = f"{file}:{line}"
        yield Problem(
            "E-form-undefined",
            t("{where}: there is no {name}", where=where, name=repr(name)),
            t("docs/forms.md lists what a template may name"),
            where=where,
            kind=Kind.DESK,
        )
    yield from problems(read(markup, wanted.head, fetch_from(templates))[1], wanted.paper, templates)
