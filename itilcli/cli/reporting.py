"""`itil report`: which of its ways is meant, and the report on the screen or in a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from itilcli.actions.month.kept import page
from itilcli.actions.month.report import Said, Wanted, laid_out
from itilcli.actions.month.report import report as make
from itilcli.cli.output import counting, put
from itilcli.cli.screen import safe
from itilcli.cli.screen import written as as_json
from itilcli.cli.table import Invocation
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.figures.period import Period, between, cut_off, parse_month
from itilcli.text import Listing, Text, render, t
from itilcli.values import pattern

FORMATS = ("md", "html", "json", "xlsx", "docx", "pdf", "csv")
BINARY = frozenset({"xlsx", "docx", "pdf"})
EDIT = frozenset({"edit", "编辑", "填写"})
WAYS = ("issue", "verify", "preflight", "chart")
"""Flags of which one alone says what `report` is to do."""
COMMIT = pattern(r"[0-9a-f]{7,64}")
"""What is taken for the id of a commit, though it may be all digits."""
GOES_WITH = {
    "unattended": ("issue",),
    "excluding": ("issue",),
    "reason": ("issue",),
    "dry_run": ("issue", "comment", "preflight"),
    "notify": ("issue", "preflight"),
    "all": ("verify",),
}
"""Flags that mean something only beside one of these."""


def report(invocation: Invocation, answers: dict[str, Any]) -> int:
    """The report in the way that is asked for."""
    words = list(answers["month"])
    editing = bool(words) and words[0] in EDIT
    month = words[1:] if editing else words
    refuse(_contradictions(answers, month, editing))
    invocation = invocation._replace(dry_run=bool(answers["dry_run"]))
    desk = Desk.open(invocation.desk)
    if editing or (answers["comment"] and not any(answers[way] for way in WAYS) and not _shows(answers)):
        from itilcli.cli.issuing import written_text

        return written_text(invocation, desk, _period(desk, answers, month), answers["comment"])
    if answers["issue"]:
        from itilcli.cli.issuing import issued

        return issued(invocation, desk, _period(desk, answers, month), answers)
    if answers["verify"] or answers["preflight"]:
        from itilcli.cli import report_checks

        if answers["verify"]:
            return report_checks.verified(invocation, desk, month[0] if month else None, bool(answers["all"]))
        return report_checks.preflown(invocation, desk, month[0] if month else None, bool(answers["notify"]))
    return shown(invocation, desk, answers, month)


def _shows(answers: dict[str, Any]) -> bool:
    """Whether a report is to be shown with the text that was given, which is then not kept: a customer's own."""
    return bool(answers["organisation"] or answers["project"] or answers["format"] or answers["output"])


def _contradictions(answers: dict[str, Any], month: list[str], editing: bool) -> list[Problem]:
    """Flags and words that do not go together, all of them."""
    ways = [f"--{way}" for way in WAYS if answers[way]] + (["edit"] if editing else [])
    found = []
    if len(ways) > 1:
        found.append(_usage(t("{flags} do not go together", flags=Listing(tuple(ways))), t("give one of them")))
    for flag, needed in GOES_WITH.items():
        if answers[flag] and not any(answers[one] for one in needed):
            flags = Listing(tuple(f"--{one}" for one in needed))
            hint = t("it goes with: {flags}", flags=flags)
            found.append(_usage(t("{flag} means nothing here", flag=f"--{flag.replace('_', '-')}"), hint))
    if len(month) > 1 or (month and (answers["from_month"] or answers["to_month"])):
        hint = t("one month, or --from MONTH --to MONTH")
        found.append(_usage(t("that is more than one period: {months}", months=Listing(tuple(month))), hint))
    scoped = answers["organisation"] or answers["project"]
    if scoped and any(answers[way] for way in ("issue", "verify", "preflight")):
        hint = t("write it to a file with: --output FILE")
        found.append(_usage(t("a customer's own report is never issued"), hint))
    if answers["as_of"] and (ways and ways != ["--chart"]):
        found.append(_usage(t("--as-of only shows a report"), t("leave it out, or leave {flag} out", flag=ways[0])))
    shape = answers["format"]
    if shape and shape not in FORMATS:
        message = t("{format} is not a format of the report", format=repr(shape))
        hint = t("one of: {codes}", codes=Listing(FORMATS))
        found.append(Problem("E-5.15-format", message, hint, "5.15", "--format", Kind.MISSING))
    ending = Path(answers["output"] or "").suffix.lstrip(".").lower()
    if ending and shape in FORMATS and ending in FORMATS and ending != shape:
        message = t("{file} is named for another format than {format}", file=repr(answers["output"]), format=shape)
        hint = t("name it report.{format}, or leave --format out", format=shape)
        found.append(Problem("E-5.15-format", message, hint, "5.15", "--output", Kind.MISSING))
    elif ending and not shape and ending not in FORMATS:
        message = t("{format} is not a format of the report", format=repr(ending))
        hint = t("one of: {codes}", codes=Listing(FORMATS))
        found.append(Problem("E-5.15-format", message, hint, "5.15", "--output", Kind.MISSING))
    return found


def _usage(message: Text, hint: Text) -> Problem:
    return Problem("E-5.15-flags", message, hint, "5.15", kind=Kind.MISSING)


def _period(desk: Desk, answers: dict[str, Any], month: list[str]) -> Period:
    """The months that are meant: last month unless said."""
    first, last = answers["from_month"], answers["to_month"]
    if not first and not last:
        return parse_month(month[0] if month else "last", desk.now, desk.zone)
    return between(*(parse_month(one or "last", desk.now, desk.zone) for one in (first or last, last)))


# ── showing it


def shown(invocation: Invocation, desk: Desk, answers: dict[str, Any], month: list[str]) -> int:
    """The report on the screen or in a file; with ``--chart`` only its charts, as text."""
    shape = answers["format"] or ("json" if invocation.json else shape_of(answers["output"]))
    if shape in BINARY and answers["output"] in (None, "-") and not _pipes():
        hint = t("name a file: --output report.{format}", format=shape)
        refuse([_usage(t("{format} is not for a screen", format=shape), hint)])
    for text in desk.unfinished():
        invocation.screen.note(render(text, invocation.translate))
    period = _period(desk, answers, month)
    with as_of(desk, answers["as_of"], period) as (seen, at), counting(invocation, seen) as step:
        wanted = Wanted(period, answers["organisation"], answers["project"], at)
        made = make(seen, wanted, Said(answers["comment"]), step, early=True)
    noted(invocation, made)
    if answers["chart"]:
        return charted(invocation, made)
    return shown_or_kept(rendered(invocation, desk, made, shape), shape, answers["output"], invocation)


def _pipes() -> bool:
    """Whether standard output takes bytes, and is no terminal."""
    return hasattr(sys.stdout, "buffer") and not sys.stdout.isatty()


def shape_of(output: str | None) -> str:
    """The format that a file's name tells; Markdown where it tells none."""
    suffix = Path(output).suffix.lstrip(".").lower() if output else ""
    return suffix if suffix in FORMATS else "md"


@contextmanager
def as_of(desk: Desk, written_: str | None, period: Period) -> Iterator[tuple[Desk, datetime | None]]:
    """The desk as it stood at a commit or at a time, with the cut-off; the desk itself where neither is named."""
    if not written_:
        yield desk, None
        return
    moment = day_or_time(desk, written_)
    revision = desk.journal.at_time(moment) if moment else desk.journal.resolve(written_)
    if revision is None:
        message = t("there is no commit as old as {time}", time=written_)
        hint = t("the first commit: git log --reverse --format=%cI | head -1")
        raise Refused([Problem("E-5.15-as-of", message, hint, "5.15", "--as-of", Kind.NOT_FOUND)])
    with desk.at(revision) as past:
        yield past, cut_off(period, revision.committed_at, moment or desk.now)


def day_or_time(desk: Desk, written_: str) -> datetime | None:
    """The time that is meant, a bare day up to its end; None where it is no time, and so a commit."""
    from itilcli.model.when import read_day, read_time

    if COMMIT.fullmatch(written_):
        return None
    day, rest = read_day(written_.strip(), desk.now.date())
    if day is not None and not rest:
        return datetime(day.year, day.month, day.day, tzinfo=desk.zone) + timedelta(days=1, seconds=-1)
    return read_time(written_, desk.clock)


def noted(invocation: Invocation, made: dict[str, Any]) -> None:
    """What should be known of a report besides its figures."""
    if made["left_out"]:
        text = t("left out, being in fault (see itil check): {ids}", ids=Listing(tuple(made["left_out"])))
        invocation.screen.note(safe(render(text, invocation.translate)))
    if made["uncommitted"]:
        files = Listing(tuple(made["uncommitted"][:8]))
        text = t("it holds changes that are not committed: {files}", files=files)
        invocation.screen.note(safe(render(text, invocation.translate)))


def rendered(invocation: Invocation, desk: Desk, made: dict[str, Any], shape: str) -> bytes:
    """A report in a format, in the language of the messages."""
    if shape == "json":
        return (as_json(made) + "\n").encode()
    templates = desk.root / "templates"
    if shape == "md":
        return page(desk, made, invocation.language, lambda: _markdown(invocation, made, templates)).encode()
    pages = laid_out(made, invocation.translate, invocation.language, "draft")
    if shape == "html":
        from itilcli.formats import html

        return html.render(pages, templates).encode()
    if shape == "pdf":
        from itilcli.cli.notices import warn
        from itilcli.formats import pdf

        return pdf.render(pages, lambda problem: warn(invocation, problem))
    from importlib import import_module

    found: bytes = import_module(f"itilcli.formats.{shape}").render(pages)
    return found


def _markdown(invocation: Invocation, made: dict[str, Any], templates: Path) -> str:
    from itilcli.formats import markdown

    return markdown.render(laid_out(made, invocation.translate, invocation.language, "draft"), templates)


def charted(invocation: Invocation, made: dict[str, Any]) -> int:
    """``--chart``: the charts as text."""
    from itilcli.formats import terminal

    pages = laid_out(made, invocation.translate, invocation.language, "draft")
    screen = invocation.screen
    drawn = terminal.charts(pages, screen.columns or 80, color=False)
    screen.page(safe(drawn.rstrip("\n") or invocation.translate("There are no values to show."), lines=True))
    return 0


def shown_or_kept(data: bytes, shape: str, output: str | None, invocation: Invocation) -> int:
    """The report in the file that was asked for, whole or not at all; else on the screen."""
    if shape == "md" and output is None:
        invocation.screen.page(safe(data.decode(), lines=True))
        return 0
    return put(invocation, data, None if output == "-" else output)
