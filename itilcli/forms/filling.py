"""A sheet out of a form's template: what the template is given, and what it may write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from itilcli import paper as door
from itilcli.errors import Kind, Problem, Refused
from itilcli.forms.kinds import Paper
from itilcli.forms.markup import Fault
from itilcli.forms.pictures import fetch_from, logo_of
from itilcli.forms.reading import Head, read
from itilcli.forms.sheet import Sheet
from itilcli.forms.view import Words
from itilcli.model.case import PROCEDURE_VERSION
from itilcli.model.incident import Incident
from itilcli.text import t
from itilcli.values import value


@value
class Wanted:
    """One sheet to be filled in.

    :param held: the record; None for a blank form. ``incident`` of its case, None for an article and a blank form.
    :param beside: what the template is told besides.
    """

    paper: Paper
    held: Any = None
    incident: Incident | None = None
    head: Head = Head()
    beside: Mapping[str, Any] | None = None


def sheet(wanted: Wanted, words: Words, templates: Path | None) -> Sheet:
    """The sheet, by the template of its form: the one in the folder ``templates`` before the program's.

    :raises Refused: E-paper-template, E-form-template, naming file and line, when a desk's own template is at fault.
    """
    markup = door.render(wanted.paper.template, context(wanted, words, templates), words.translate, templates)
    made, faults = read(markup, wanted.head, fetch_from(templates))
    if made is None:
        raise Refused(problems(faults, wanted.paper, templates))
    return made


def context(wanted: Wanted, words: Words, templates: Path | None) -> dict[str, Any]:
    """What a template may name; the page docs/forms.md lists it."""
    incident = wanted.incident
    return {
        "form": words.record(wanted.paper.form, wanted.held),
        "case": words.record(Incident, incident),
        "title": words.say(wanted.paper.label),
        "number": wanted.paper.form_no,
        "version": (incident and incident.procedure_version) or PROCEDURE_VERSION,
        "reference": wanted.head.reference,
        "organisation": wanted.head.organisation,
        "blank": words.blank,
        "logo": logo_of(templates),
        "say": words.both,
        **dict.fromkeys(EXTRA, ""),
        **(wanted.beside or {}),
    }


EXTRA = ("standing", "papers", "history", "sections", "withdrawn")
"""What only some of the forms are told; empty on the others."""


def problems(faults: Iterable[Fault], paper: Paper, templates: Path | None) -> list[Problem]:
    """What is wrong with the template of a form, with file and line where one is to blame."""
    found = []
    for fault in faults:
        name = fault.file or paper.template
        own = templates / name if templates else None
        file = str(own) if own and own.is_file() else name
        where = f"{file}:{fault.line}" if fault.line else file
        found.append(
            Problem(
                "E-form-template",
                t("the template of a form is wrong, {where}: {message}", where=where, message=fault.message),
                t("docs/forms.md tells what a form may hold; without a file of your own the one of itil is used"),
                where=where,
                kind=Kind.DESK,
            )
        )
    return found
