"""The desk itself: making one; and how what is written apart from cases is told."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from itilcli.actions.writing.writing import Written
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.errors import Kind, Problem, Refused
from itilcli.language import LANGUAGES, VARIABLE, choose, known, translator
from itilcli.text import Listing, Text, Translate, render, t

if TYPE_CHECKING:
    from itilcli.actions.init import Made, Wish


def init(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil init``."""
    from itilcli.actions.init import make_desk

    made = make_desk(_wish(invocation, answers), os.environ, invocation.dry_run)
    if invocation.json:
        found: dict[str, object] = {"path": str(made.root), "language": made.language, "person": made.person.name}
        found |= {"added": list(made.added), "kept": list(made.kept), "commit": made.commit}
        found |= {"organisation": made.organisation, "named": made.named} if made.organisation else {}
        out(found | ({"dry_run": True, "diff": made.diff, "message": made.message} if invocation.dry_run else {}))
    elif invocation.dry_run:
        invocation.screen.show(safe(f"{made.diff}{made.message}", lines=True))
    else:
        _tell_made(invocation, made, translator(choose(answers.get("language"), os.environ, made.language)))


def _wish(invocation: Invocation, answers: dict[str, Any]) -> Wish:
    from itilcli.actions.init import Wish

    asked = answers.get("language")
    problems = []
    if asked and known(asked) is None:
        message = t("{flag} cannot be {value}.", flag="--language", value=asked)
        hint = t("One of {choices}.", choices=Listing(LANGUAGES))
        problems.append(Problem("E-cli-choice", message, hint, where="--language", kind=Kind.MISSING))
    if invocation.at:
        message = t("making a desk is no step that --at could date")
        hint = t("leave it out; ITIL_NOW sets the clock of a rehearsal")
        problems.append(Problem("E-init-at", message, hint, where="--at", kind=Kind.MISSING))
    if problems:
        raise Refused(problems)
    language = choose(asked, os.environ) if _spoken(asked) else "zh"
    zone = answers.get("timezone") or "Asia/Shanghai"
    return Wish(answers["path"], answers.get("organisation") or "", language, zone)


def _spoken(asked: str | None) -> bool:
    """Whether anything says which language a new desk should have: a flag, ITIL_LANGUAGE or the locale."""
    return any(known(tag) for tag in (asked, *map(os.environ.get, (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG"))))


def _tell_made(invocation: Invocation, made: Made, translate: Translate) -> None:
    screen = invocation.screen
    whole = t(
        "{path} is a desk now; {person} is its incident manager and tier 1", path=made.root, person=made.person.name
    )
    if made.kept and made.added:
        whole = t("added to {path}: {files}", path=made.root, files=Listing(made.added))
    elif made.named and not made.added:
        whole = t("{path} has its organisation now: {organisation}", path=made.root, organisation=made.organisation)
    elif not made.added:
        whole = t("{path} lacks nothing; nothing was changed", path=made.root)
    screen.show(safe(render(whole, translate)))
    if made.kept and made.added:
        screen.note(safe(render(t("there already, left as they are: {files}", files=Listing(made.kept)), translate)))
    if made.organisation and not made.named:
        stays = t(
            "the organisation is left as it is: {organisation}; to change it, edit desk.yaml and commit it",
            organisation=made.organisation,
        )
        screen.note(safe(render(stays, translate)))
    elif made.named and made.added:
        named = t("the organisation is {organisation} now", organisation=made.organisation)
        screen.note(safe(render(named, translate)))
    if not invocation.quiet:
        screen.show(f"  → cd {safe(_quoted(str(made.root)))} && itil new --help")


def _quoted(path: str) -> str:
    from shlex import quote

    return quote(path)


def out(value: object) -> None:
    """One document on standard output."""
    sys.stdout.write(document(value, sys.stdout) + "\n")


def wrote(invocation: Invocation, written: Written, now: Text, following: str) -> None:
    """What came of a command apart from cases: two lines for people, one document for programs."""
    screen, translate = invocation.screen, invocation.translate
    if invocation.json:
        warnings = [
            {"code": one.code, "message": render(one.message, translate), "clause": one.clause}
            for one in written.warnings
        ]
        found = {**written.extra, "commit": written.commit, "warnings": warnings, "next": following}
        if invocation.dry_run:
            found |= {"dry_run": True, "diff": written.diff, "message": written.message, "paths": list(written.paths)}
        out(found)
        return
    for text in written.mended:
        screen.note(safe(render(text, translate)))
    if invocation.dry_run:
        screen.show(safe(f"{written.diff}{written.message}", lines=True))
        return
    for problem in written.warnings:
        hint = f" → {render(problem.hint, translate)}" if problem.hint else ""
        screen.note(safe(f"{translate('warning:')} {render(problem.message, translate)}{hint}"))
    screen.show(safe(render(now, translate)))
    if not invocation.quiet:
        screen.show("  → " + safe(following))
