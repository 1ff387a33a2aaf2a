"""The flags of `list`: which cases, in which order, in which form."""

from __future__ import annotations

from itilcli.actions.looking.listing import SORTS
from itilcli.cli.complete import case_ids, codes_of, customers, people
from itilcli.cli.table import Option
from itilcli.model import codes as c
from itilcli.model.case import KINDS
from itilcli.model.codes import Codes
from itilcli.procedure.exceptions import EXCEPTION
from itilcli.text import N_


def filters() -> tuple[Option, ...]:
    """Every flag of `list`; filters over closed lists may be repeated or take several codes with commas between."""
    return (
        Option("open", ("--open",), N_("only open cases"), "flag"),
        Option("completed", ("--completed",), N_("only completed cases: closed, void or merged"), "flag"),
        Option("mine", ("--mine",), N_("those I own or am working on"), "flag"),
        _codes("stage", c.STAGE, N_("at this stage; repeatable")),
        _codes("tier", c.TIER, N_("held by this tier; repeatable"), "1|2|3"),
        _codes("severity", c.SEVERITY, N_("of this severity; repeatable")),
        _codes("type", c.TYPE, N_("of this type; repeatable")),
        _codes("category", c.CATEGORY, N_("of this category; repeatable"), "CODE"),
        _codes("priority", c.PRIORITY, N_("of this priority, or 重要紧急, 重要不紧急 …; repeatable")),
        _codes("importance", c.IMPORTANCE, N_("of this importance; repeatable")),
        _codes("urgency", c.URGENCY, N_("of this urgency; repeatable")),
        _codes("channel", c.CHANNEL, N_("that came this way; repeatable")),
        Option(
            "organisation",
            ("--organisation", "-o"),
            N_("whose customer's name holds this"),
            complete=customers,
        ),
        Option("vip", ("--vip",), N_("of VIPs, by the register of customers"), "flag"),
        Option("project", ("--project",), N_("whose project holds this")),
        Option("supplier", ("--supplier",), N_("whose supplier holds this")),
        Option("assignee", ("--assignee",), N_("in this person's hands"), "text", "PERSON", people),
        Option("owner", ("--owner",), N_("this person sees it through"), "text", "PERSON", people),
        Option("overdue", ("--overdue",), N_("response, agreed or contract time has passed"), "flag"),
        Option("hold", ("--hold",), N_("on hold"), "flag"),
        _codes("on", c.HOLD, N_("on hold for this; repeatable")),
        Option("major", ("--major",), N_("major incidents"), "flag"),
        Option(
            "root_cause_pending",
            ("--root-cause-pending",),
            N_("solved by a workaround, the root cause still to be found"),
            "flag",
        ),
        _codes("exception", EXCEPTION, N_("with this lawful exception, for an auditor; repeatable")),
        Option(
            "month",
            ("--month",),
            N_("reported in this month by the desk's clock; with --form, forms archived in it, else done in it"),
            "text",
            "YYYY-MM|last",
        ),
        Option("since", ("--since",), N_("reported on this day or later"), "text", "DATE"),
        Option("until", ("--until",), N_("reported on this day or earlier"), "text", "DATE"),
        Option("form", ("--form",), N_("the forms of this kind, a row each"), "choice", "KIND", _kinds),
        Option("sample", ("--sample",), N_("so many of them, picked at random"), "number"),
        Option("seed", ("--seed",), N_("the same number picks the same sample again"), "number"),
        Option("parent", ("--parent",), N_("the children of this case"), "text", "ID", case_ids),
        Option("limit", ("--limit", "-n"), N_("at most so many"), "number"),
        Option(
            "sort",
            ("--sort",),
            N_("by this field, - before it turns it round (else open ones first, then the newest)"),
            "choice",
            "FIELD|-FIELD",
            _fields,
        ),
        Option(
            "format",
            ("--format",),
            N_("a table, or CSV with codes that no spreadsheet takes for formulas"),
            "text",
            "table|csv",
        ),
    )


def _codes(name: str, known: Codes, help_: str, metavar: str = "") -> Option:
    return Option(name, (f"--{name}",), help_, "many", metavar or "|".join(known), codes_of(known))


def _kinds(text: str) -> list[tuple[str, object]]:
    return [(kind.name, kind.label) for kind in KINDS.values() if kind.name.startswith(text)]


def _fields(text: str) -> list[tuple[str, object]]:
    return [(name, name) for name in SORTS if name.startswith(text.lstrip("-"))]
