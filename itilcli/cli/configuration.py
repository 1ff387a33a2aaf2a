"""The standard configurations on the command line: ``itil config …``."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote
from typing import Any

from itilcli.actions.configuration import standards
from itilcli.cli.desks import wrote
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.configuration import Standard
from itilcli.text import Text, render, t

EXTRA_SHOWN = 12
"""So many of what the standard does not name are shown on a screen; the JSON has them all."""


def listing(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil config list``: the projects, how many items each has, who owns it."""
    desk = Desk.open(invocation.desk)
    found = list(standards.all_standards(desk))
    if invocation.json:
        rows = [
            {
                "project": one.project, "path": one.path, "owner": one.standard.owner, "items": len(one.standard.items),
                "attributes": sum(map(len, one.standard.items.values())), "problems": [p.code for p in one.errors],
            }
            for one in found
        ]  # fmt: skip
        sys.stdout.write(document(rows, sys.stdout) + "\n")
        return
    screen, say = invocation.screen, invocation.translate
    if not found:
        hint = t(
            "No standard configuration yet; the configuration manager makes one with: itil config new PROJECT FILE"
        )
        screen.note(safe(render(hint, say)))
        return
    wrong = render(t("cannot be read: itil check says why"), say)
    rows_ = [
        [one.project, wrong if one.errors else str(len(one.standard.items)), str(sum(map(len, one.standard.items.values()))),
         one.standard.owner or ""]
        for one in found
    ]  # fmt: skip
    headings = [render(text, say) for text in (t("project"), t("items"), t("attributes in all"), t("looked after by"))]
    screen.page(screen.table(rows_, headings))


def show(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil config show``: a project's items, or one of them, as they are or as they were."""
    desk = Desk.open(invocation.desk)
    on = answers.get("on")
    if on:
        standard = standards.as_of(desk, answers["project"], standards.moment_of(desk, on))
    else:
        standard = standards.read_whole(desk, answers["project"]).standard
    item = _item(standard, answers.get("item"))
    if invocation.json:
        sys.stdout.write(document(standards.view(standard, item), sys.stdout) + "\n")
        return
    invocation.screen.page("\n".join(_lines(invocation, standard, item)))


def _item(standard: Standard, typed: str | None) -> str | None:
    from itilcli.actions.configuration.compare import unknown_item

    if typed is None:
        return None
    found = standard.item_of(typed)
    if found is None:
        raise unknown_item(standard, typed)
    return found


def _lines(invocation: Invocation, standard: Standard, item: str | None) -> list[str]:
    screen, say = invocation.screen, invocation.translate
    owner = f"  ({render(t('looked after by'), say)}: {standard.owner})" if standard.owner else ""
    lines = [screen.style(safe(standard.project + owner), "bold")]
    for name, attributes in standard.items.items():
        if item is None or name == item:
            lines += ["", screen.style(safe(name), "bold")]
            lines += [safe(f"  {key}: {said}") for key, said in attributes.items()]
    if not standard.items:
        lines.append(safe(render(t("no items yet"), say)))
    return lines


def history(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil config history``: who changed what, when, for which case."""
    desk = Desk.open(invocation.desk)
    project, path = standards.find_project(desk, answers["project"])
    item = answers.get("item")
    if item is not None:
        item = _item(standards.read_whole(desk, project).standard, item)
    found = standards.history(desk, project, path)
    rows = [(one, [move for move in one.changes if item is None or move.item == item]) for one in found]
    rows = [row for row in rows if row[1]]
    if invocation.json:
        data = [
            {
                "commit": one.mark.commit, "at": one.mark.moment.isoformat(), "by": one.actor, "case": one.case or None,
                "subject": one.mark.subject,
                "changes": [
                    {"item": move.item, "attribute": move.attribute, "old": move.old, "new": move.new} for move in moves
                ],
            }
            for one, moves in rows
        ]  # fmt: skip
        sys.stdout.write(document(data, sys.stdout) + "\n")
        return
    screen, say = invocation.screen, invocation.translate
    lines: list[str] = []
    for one, moves in rows:
        when = f"{one.mark.moment.astimezone(desk.zone):%Y-%m-%d %H:%M}"
        lines.append(screen.style(safe(f"{when}  {one.actor}  {one.case or one.mark.subject}"), "bold"))
        lines += ["  " + safe(render(_moved(move), say)) for move in moves]
    if not lines:
        screen.note(safe(render(t("No commit has changed it yet."), say)))
        return
    screen.page("\n".join(lines))


def _moved(move: standards.Moved) -> Text:
    place = ".".join(filter(None, (move.item, move.attribute)))
    if move.old is None:
        return t("{field} = {value}", field=place, value=move.new or "—")
    if move.new is None:
        return t("{field} taken out (was {old})", field=place, old=move.old or "—")
    return t("{field}: {old} → {new}", field=place, old=move.old or "—", new=move.new or "—")


def blame(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil config blame``: of every attribute the change that gave it its value."""
    desk = Desk.open(invocation.desk)
    stored = standards.read_whole(desk, answers["project"])
    item = _item(stored.standard, answers.get("item"))
    traced = standards.traced(standards.history(desk, stored.project, stored.path))
    rows: list[dict[str, Any]] = []
    for name, attributes in stored.standard.items.items():
        for key, said in attributes.items() if item is None or name == item else ():
            one = traced.get((name, key))
            rows.append(
                {
                    "item": name, "attribute": key, "value": said, "case": (one.case or None) if one else None,
                    "at": one.mark.moment.isoformat() if one else None, "by": one.actor if one else None,
                    "commit": one.mark.commit if one else None,
                }
            )  # fmt: skip
    if invocation.json:
        sys.stdout.write(document(rows, sys.stdout) + "\n")
        return
    screen, say = invocation.screen, invocation.translate
    nobody = render(t("not committed"), say)
    table = [
        [f"{row['item']}.{row['attribute']}", row["value"], row["case"] or (row["commit"] or nobody)[:10], row["by"] or "",
         row["at"][:10] if row["at"] else ""]
        for row in rows
    ]  # fmt: skip
    headings = [render(text, say) for text in (t("attribute"), t("value"), t("case or commit"), t("who"), t("when"))]
    screen.page(screen.table(table, headings))


def compare(invocation: Invocation, answers: dict[str, Any]) -> int:
    """``itil config compare``: what was found beside the standard; with ``--exit-code`` 1 where something differs."""
    from itilcli.actions.configuration import compare as comparing
    from itilcli.actions.configuration.found import read_found

    desk = Desk.open(invocation.desk)
    on = answers.get("on")
    if on:
        standard = standards.as_of(desk, answers["project"], standards.moment_of(desk, on))
    else:
        standard = standards.read_whole(desk, answers["project"]).standard
    data, name = given(answers["file"])
    made = comparing.compare(standard, read_found(data, name, answers.get("as")), answers.get("item"))
    lines = told(invocation, standard, made)
    if answers.get("attach"):
        from itilcli.actions.configuration.evidence import keep

        written = keep(desk, answers["attach"], standard, made, (name, data), invocation.at, invocation.dry_run)
        if not invocation.json:
            invocation.screen.show("\n".join(lines))
        from itilcli.cli.steps import told as told_step

        return told_step(invocation, written)
    if invocation.json:
        sys.stdout.write(document({"project": standard.project, **comparing.as_data(made)}, sys.stdout) + "\n")
    else:
        invocation.screen.page("\n".join(lines))
    return int(bool(answers.get("exit_code")) and bool(made.differences))


def told(invocation: Invocation, standard: Standard, made: Any) -> list[str]:
    """A comparison in lines: what differs by kind, then how much agrees."""
    from itilcli.actions.configuration.compare import DIFFERENT, EXTRA, KINDS, MISSING

    screen, say = invocation.screen, invocation.translate
    lines: list[str] = []
    for kind in (DIFFERENT, MISSING, EXTRA):
        rows = [one for one in made.differences if one.kind == kind]
        if not rows:
            continue
        lines.append(
            screen.style(safe(f"{KINDS[kind].render(say)} ({len(rows)})"), "yellow" if kind != EXTRA else "dim")
        )
        shown = rows[:EXTRA_SHOWN] if kind == EXTRA else rows
        lines += ["  " + safe(render(one.words(), say)) for one in shown]
        if len(rows) > len(shown):
            lines.append(
                "  " + safe(render(t("… and {count} more (--json has them all)", count=len(rows) - len(shown)), say))
            )
    summary = t("compared: {items}; {count} agree", count=made.agreeing, items=", ".join(made.items))
    return [*lines, safe(render(summary, say))]


def given(typed: str) -> tuple[bytes, str]:
    """The bytes of a file or of standard input, and what it is called."""
    from itilcli.store import files

    if typed == "-":
        return sys.stdin.buffer.read(), "-"
    try:
        return files.read_bytes(Path(typed).expanduser().resolve()), Path(typed).name
    except Refused as refused:
        raise Refused(
            [Problem(p.code, p.message, p.hint, p.clause, typed, Kind.MISSING) for p in refused.problems]
        ) from None


def new(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil config new``."""
    desk = Desk.open(invocation.desk)
    data, name = given(answers["file"]) if answers.get("file") else (None, "")
    written = standards.new_standard(desk, answers["project"], answers, data, name, invocation.dry_run)
    project = _quoted(answers["project"])
    made = t(
        "standard configuration {project}: {count} items", project=answers["project"], count=written.extra["items"]
    )
    wrote(
        invocation,
        written,
        made,
        f"itil config show {project}" if data else f"$EDITOR {quote(str(written.extra['path']))}",
    )


def _quoted(name: str) -> str:
    return name if name.isalnum() else quote(name)


def apply(invocation: Invocation, answers: dict[str, Any]) -> int:
    """``itil config apply``."""
    from itilcli.actions.configuration.applying import apply as make
    from itilcli.cli.steps import told as told_step

    desk = Desk.open(invocation.desk)
    written = make(desk, answers["id"], answers, invocation.at, invocation.dry_run)
    if not invocation.json and not invocation.dry_run:
        for row in _rows(written.extra):
            place = f"{row['item']}.{row['attribute']}"
            said = t("{field}: {old} → {new}", field=place, old=row["old"] or "—", new=row["new"] or "—")
            invocation.screen.show("  " + safe(render(said, invocation.translate)))
    return told_step(invocation, written)


def _rows(extra: dict[str, object]) -> list[dict[str, Any]]:
    found = extra.get("changes")
    return found if isinstance(found, list) else []


def reject(invocation: Invocation, answers: dict[str, Any]) -> int:
    """``itil config reject``."""
    from itilcli.actions.configuration.applying import reject as decline
    from itilcli.cli.steps import told as told_step

    desk = Desk.open(invocation.desk)
    return told_step(invocation, decline(desk, answers["id"], answers.get("reason"), invocation.at, invocation.dry_run))


def projects(text: str) -> list[tuple[str, object]]:
    """Completion: the projects whose name begins with the text."""
    from itilcli.model.configuration import plain
    from itilcli.store import configuration

    desk = Desk.open()
    return [(one, "") for one in configuration.all_projects(desk.root) if plain(one).startswith(plain(text))]
