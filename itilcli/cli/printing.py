"""`itil form`: a record on paper, a blank form, a whole case file; and a look at the templates."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from itilcli.actions.paperwork import forms
from itilcli.actions.paperwork.forms import Printed
from itilcli.cli.output import counting, put
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.forms.kinds import BLANK, PAPERS, Paper, paper_of
from itilcli.forms.sheet import Sheet
from itilcli.model.case import REPORT_FORM_NO, off_paper
from itilcli.text import Listing, Text, render, t
from itilcli.values import pattern

Told = dict[str, str | None]
FORMATS = ("html", "pdf", "docx", "md")
TEXT = frozenset({"html", "md"})
"""Formats that may be shown or piped; the others need a file."""
MONTH = pattern(r"\d{4}-\d{1,2}|last|上月|上个月")
ARTICLE = pattern(r"(?i)KB-.*")


def form(invocation: Invocation, answers: dict[str, Any]) -> int:
    """``itil form``."""
    if answers["check_templates"]:
        from itilcli.cli.template_check import checked

        return checked(invocation)
    shape = _shape(answers["format"], answers["output"])
    refuse([*_contradictions(invocation, answers, shape)])
    if answers["blank"]:
        made = forms.blank(_desk_if_any(invocation), _blank_of(answers["ref"]), invocation.translate)
        return _written(invocation, made, shape, answers)
    desk = Desk.open(invocation.desk)
    for text in desk.unfinished():
        invocation.screen.note(safe(render(text, invocation.translate)))
    typed = answers["ref"].strip()
    is_article = bool(ARTICLE.fullmatch(off_paper(typed)[0]))
    if answers["all"] and (is_article or MONTH.fullmatch(typed)):
        refuse(
            [
                _usage(
                    "flags",
                    t("{flag} means nothing here", flag="--all"),
                    t("it goes with: {flags}", flags="ID"),
                    "--all",
                )
            ]
        )
    if MONTH.fullmatch(typed):
        return _report(invocation, desk, typed, shape, answers)
    if is_article:
        made = forms.of_article(desk, typed, invocation.translate)
    else:
        made = forms.of_case(desk, typed, invocation.translate, bool(answers["all"]))
    if made.uncommitted:
        text = t("it holds changes that are not committed: {files}", files=Listing(made.uncommitted))
        invocation.screen.note(safe(render(text, invocation.translate)))
    return _written(invocation, made, shape, answers)


# ── what is wanted


def _shape(asked: str | None, output: str | None) -> str:
    """The format: the one asked for, else by the file's name, else HTML, which needs nothing."""
    ending = Path(output or "").suffix.lstrip(".").lower()
    return (asked or (ending if output and output != "-" and ending else "html")).strip().lower()


def _contradictions(invocation: Invocation, answers: dict[str, Any], shape: str) -> list[Problem]:
    found = []
    output, ending = answers["output"], Path(answers["output"] or "").suffix.lstrip(".").lower()
    if shape not in FORMATS:
        hint = t("one of: {codes}", codes=Listing(FORMATS))
        found.append(_usage("format", t("{format} is not a format of a form", format=repr(shape)), hint, "--format"))
    elif answers["format"] and ending in FORMATS and ending != shape:
        message = t("{file} is named for another format than {format}", file=repr(output), format=shape)
        hint = t("name it otherwise, or leave --format out")
        found.append(_usage("format", message, hint, "--output"))
    if not answers["ref"]:
        hint = t(
            "a form of a case such as 7K3Q/onsite-1, an article such as KB-4M2P, a month such as 2026-10; or a form to be left blank"
        )
        found.append(_usage("ref", t("which form is meant?"), hint, "REF"))
    if answers["blank"] and answers["all"]:
        found.append(
            _usage("flags", t("{flags} do not go together", flags="--blank, --all"), t("give one of them"), "--all")
        )
    if output == "-" and invocation.json:
        found.append(
            _usage("flags", t("{flags} do not go together", flags="--output -, --json"), t("name a file"), "--json")
        )
    if output == "-" and shape not in TEXT and not _takes_bytes():
        hint = t("name a file, or pipe it into a program")
        found.append(_usage("output", t("{format} is not for a screen", format=shape), hint, "--output"))
    return found


def _usage(slug: str, message: Text, hint: Text, where: str) -> Problem:
    return Problem(f"E-form-{slug}", message, hint, where=where, kind=Kind.MISSING)


def _takes_bytes() -> bool:
    return hasattr(sys.stdout, "buffer") and not sys.stdout.isatty()


def _blank_of(typed: str) -> Paper:
    """The form that is to be left blank. Raises ``Refused`` (exit 3)."""
    paper = paper_of(typed)
    if paper is not None and paper.name in BLANK:
        return paper
    rows = Listing(tuple(t("{code} ({label})", code=name, label=PAPERS[name].label) for name in BLANK))
    message = t("there is no blank form {name}", name=repr(typed))
    raise Refused([Problem("E-form-kind", message, t("one of: {codes}", codes=rows), kind=Kind.NOT_FOUND)])


def _desk_if_any(invocation: Invocation) -> Desk | None:
    """The desk whose name and templates a blank form bears; None where there is none and none was named."""
    try:
        return Desk.open(invocation.desk)
    except Refused as refused:
        if invocation.desk or any(problem.code != "E-desk-none" for problem in refused.problems):
            raise
        return None


# ── making it


def _rendered(made: Printed, shape: str, invocation: Invocation) -> bytes:
    """The document in a format; its renderer is loaded when it is wanted."""
    render_as = getattr(import_module(f"itilcli.formats.form_{shape}"), shape)

    def warn(problem: Problem) -> None:
        message = f"{invocation.translate('warning:')} {render(problem.message, invocation.translate)}"
        invocation.screen.note(safe(message))

    more = {"warn": warn} if shape == "pdf" else {}
    data: str | bytes = render_as(made.sheets, invocation.translate, **more)
    return data.encode() if isinstance(data, str) else data


def _written(invocation: Invocation, made: Printed, shape: str, answers: dict[str, Any]) -> int:
    data = _rendered(made, shape, invocation)
    return _kept(invocation, made.name, [_told(sheet) for sheet in made.sheets], data, shape, answers)


def _report(invocation: Invocation, desk: Desk, month: str, shape: str, answers: dict[str, Any]) -> int:
    """The sixth form is the monthly report, which `itil report` makes."""
    from itilcli.actions.month.report import Said, Wanted, report
    from itilcli.cli import reporting
    from itilcli.figures.period import parse_month

    period = parse_month(month, desk.now, desk.zone)
    with counting(invocation, desk) as step:
        document_ = report(desk, Wanted(period, None, None, None), Said(None), step, early=True)
    reporting.noted(invocation, document_)
    data = reporting.rendered(invocation, desk, document_, shape)
    told = {"ref": str(period), "title": None, "form_no": REPORT_FORM_NO, "serial": None, "code": None}
    return _kept(invocation, f"{REPORT_FORM_NO}-{period}", (told,), data, shape, answers)


# ── keeping it


def _kept(
    invocation: Invocation, name: str, forms: Sequence[Told], data: bytes, shape: str, answers: dict[str, Any]
) -> int:
    """The document on standard output where that is wanted, else in a file, which is not overwritten unasked.

    :param name: of the file, where none is given.
    :param forms: what the document holds, for programs.
    """
    output = answers["output"]
    if output == "-" or (output is None and shape in TEXT and not invocation.json and not sys.stdout.isatty()):
        return put(invocation, data, None)
    path = Path(output or "")
    if output is None or path.is_dir():
        path = path / f"{name}.{shape}"
    same = path.is_file() and path.read_bytes() == data
    if path.exists() and not same and not answers["force"]:
        message = t("{path} is there already and holds something else", path=str(path))
        hint = t("name another file with --output, or overwrite it with --force")
        refuse([_usage("exists", message, hint, "--output")])
    if not same:
        put(invocation, data, str(path))
    if invocation.json:
        told = {
            "path": str(path.absolute()), "format": shape, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(),
            "forms": list(forms),
        }  # fmt: skip
        sys.stdout.write(document(told, sys.stdout) + "\n")
    elif same:
        invocation.screen.note(render(t("unchanged: {path}", path=safe(str(path))), invocation.translate))
    return 0


def _told(sheet: Sheet) -> Told:
    """One form of a document, for programs."""
    return {
        "ref": sheet.reference or None, "title": sheet.title, "form_no": sheet.number or None,
        "serial": sheet.serial or None, "code": sheet.code_text or None,
    }  # fmt: skip
