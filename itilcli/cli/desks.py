"""The desk itself: making one, its people, and who I am."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from itilcli.actions.writing import Written
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.language import LANGUAGES, VARIABLE, choose, known, translator
from itilcli.model.codes import ROLE
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
        _out(found | ({"dry_run": True, "diff": made.diff, "message": made.message} if invocation.dry_run else {}))
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
    elif not made.added:
        whole = t("{path} lacks nothing; nothing was changed", path=made.root)
    screen.show(safe(render(whole, translate)))
    if made.kept and made.added:
        screen.note(safe(render(t("there already, left as they are: {files}", files=Listing(made.kept)), translate)))
    if not invocation.quiet:
        screen.show(f"  → cd {safe(_quoted(str(made.root)))} && itil new --help")


def _quoted(path: str) -> str:
    from shlex import quote

    return quote(path)


def people_add(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil people add``."""
    from itilcli.actions.people import add_person

    desk = Desk.open(invocation.desk)
    written = add_person(desk, answers, invocation.at, invocation.dry_run)
    roles = Listing(tuple(ROLE.label(span["role"]) for span in _held(written)))
    wrote(
        invocation,
        written,
        t("{person} is at the desk now: {roles}", person=written.extra["id"], roles=roles),
        "itil people list",
    )


def _held(written: Written) -> list[dict[str, str]]:
    held = written.extra["held"]
    assert isinstance(held, list)
    return held


def people_list(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil people list``."""
    from itilcli.actions.people import listed

    _, rows = listed(Desk.open(invocation.desk), answers.get("on"))
    if invocation.json:
        _out(rows)
        return
    translate = invocation.translate
    table = [
        [_called(row), _roles(row, translate), ", ".join(_texts(row["emails"])), str(row["phone"] or "")]
        for row in rows
    ]
    headings = [render(text, translate) for text in (t("name"), t("roles"), t("e-mail"), t("phone"))]
    invocation.screen.page(invocation.screen.table(table, headings))


def _called(row: dict[str, object]) -> str:
    return str(row["id"]) if row["id"] == row["name"] else f"{row['id']} ({row['name']})"


def whoami(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil whoami``."""
    from itilcli.actions.people import myself

    found = myself(Desk.open(invocation.desk))
    if invocation.json:
        _out(found)
        return
    roles = _roles(found, invocation.translate) or render(t("no role today"), invocation.translate)
    invocation.screen.show(safe(f"{found['id']} <{found['email']}>: {roles}"))


def _roles(row: dict[str, object], translate: Translate) -> str:
    return render(Listing(tuple(ROLE.label(role) for role in _texts(row["roles"]))), translate)


def _texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return value


def _out(value: object) -> None:
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
        _out(found)
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
