"""How the table of commands says what a command takes: answers of the procedure, flags of its own, what may be completed.

What is costly to know is asked of other modules when it is wanted, never when the table is read.
"""

from __future__ import annotations

from collections.abc import Callable

from itilcli.cli.table import Option

SOLVING = "solution kind tier performed_by mode_exception backup backup_waived verified"
ENDING = "confirmed_by method change problem item knowledge rest"
INTAKE = (
    "organisation contact phone email address channel symptom business_impact expected_by no_expected title type category "
    "severity importance urgency square supplier contract supplier_ref due_at major major_manager project model"
)


def answers(names: str, *more: Option) -> Callable[[], tuple[Option, ...]]:
    """The options for these answers of the procedure, built when the command is wanted."""

    def options() -> tuple[Option, ...]:
        from itilcli.procedure.answers import ANSWERS

        rows = (ANSWERS[name] for name in dict.fromkeys(names.split()))
        return (*(_option(row) for row in rows), *more)

    return options


def only(*options: Option) -> Callable[[], tuple[Option, ...]]:
    """These options and no others."""
    return lambda: options


def _option(row: object) -> Option:
    from itilcli.cli.complete import case_ids, codes_of, models, people
    from itilcli.procedure.answers import Answer

    assert isinstance(row, Answer)
    kind = row.kind
    shape = "many" if row.many else kind if kind in ("flag", "switch") else "choice" if row.codes else "prose"
    complete = codes_of(row.codes) if row.codes else people if kind in ("person", "people") else None
    complete = {"organisation": complete_customer, "phone": complete_phone}.get(row.name, complete)
    complete = case_ids if kind in ("case", "parent", "cases") else models if row.name == "model" else complete
    metavar = row.metavar or ("|".join(row.codes) if row.codes else "" if kind in ("flag", "switch") else "TEXT")
    bare, valued = ALONE.get(row.name, ("", None))
    return Option(row.name, row.flags, row.help, shape, metavar, complete, bare, valued)  # type: ignore[arg-type]


def _on_checklist(word: str) -> bool:
    from itilcli.model.codes import CHECKLIST_ITEM

    item = word.replace("：", ":").partition(":")[0]
    return item == "all" or CHECKLIST_ITEM.parse(item) is not None


def _none(word: str) -> bool:
    from itilcli.procedure.reading import NONE

    return word.lower() in NONE


ALONE: dict[str, tuple[str, Callable[[str], bool] | None]] = {"ready": ("all", _on_checklist), "rest": ("none", _none)}
"""Flags that may stand alone: what they mean then, and which words after them are their value."""


def complete_id(text: str) -> list[tuple[str, object]]:
    """The cases that an ID may mean."""
    from itilcli.cli.complete import case_ids

    return case_ids(text)


def complete_form(text: str) -> list[tuple[str, object]]:
    """What can be printed: the forms of a case, articles, months, and the kinds of blank forms."""
    from itilcli.cli.complete import printable_refs

    return printable_refs(text)


def filters() -> tuple[Option, ...]:
    """The filters of ``list``."""
    from itilcli.cli.filters import filters as options

    return options()


def exports() -> tuple[Option, ...]:
    """The flags of ``export``."""
    from itilcli.cli.exporting import options

    return options()


def complete_article(text: str) -> list[tuple[str, object]]:
    """The articles."""
    from itilcli.cli.kb import article_ids

    return list(article_ids(text))


def complete_action(text: str) -> list[tuple[str, object]]:
    """The improvements."""
    from itilcli.cli.improving import action_ids

    return action_ids(text)


def complete_model(text: str) -> list[tuple[str, object]]:
    """The incident models."""
    from itilcli.cli.complete import models

    return models(text)


def complete_project(text: str) -> list[tuple[str, object]]:
    """The projects that have a standard configuration."""
    from itilcli.cli.configuration import projects

    return projects(text)


def found_formats(text: str) -> list[tuple[str, object]]:
    """The formats that `config compare` reads."""
    from itilcli.actions.configuration.found import FORMATS

    return [(one, "") for one in FORMATS if one.startswith(text)]


def complete_person(text: str) -> list[tuple[str, object]]:
    """The people of the desk."""
    from itilcli.cli.complete import people

    return people(text)


def complete_month(text: str) -> list[tuple[str, object]]:
    """The months a report may be of."""
    from itilcli.cli.complete import months

    return months(text)


def complete_customer(text: str) -> list[tuple[str, object]]:
    """The customers of the register."""
    from itilcli.cli.complete import customers

    return customers(text)


def complete_folder(text: str) -> list[tuple[str, object]]:
    """The folders that a path may lead to."""
    from itilcli.cli.complete import folders_at

    return folders_at(text)


def complete_phone(text: str) -> list[tuple[str, object]]:
    """The phone numbers of the register."""
    from itilcli.cli.complete import phones

    return phones(text)


def codes_of_list(name: str) -> Callable[[str], list[tuple[str, object]]]:
    """Completion over a closed list, loaded when it is wanted."""

    def complete(text: str) -> list[tuple[str, object]]:
        from itilcli.cli.complete import codes_of
        from itilcli.model import codes

        return list(codes_of(getattr(codes, name))(text))

    return complete
