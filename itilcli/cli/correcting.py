"""`correct` and `edit`: what was recorded wrongly is put right, with old and new kept."""

from __future__ import annotations

from typing import Any

from itilcli.actions.looking.finding import find
from itilcli.actions.mending.correct import Wanted, advance_corrected, differences, editable, read_correction
from itilcli.actions.writing.advance import Ask
from itilcli.cli.history import changed_words
from itilcli.cli.screen import safe
from itilcli.cli.sheet import Sheet
from itilcli.cli.steps import told
from itilcli.cli.table import Invocation
from itilcli.desk import Desk, refuse
from itilcli.errors import Problem, Refused
from itilcli.text import render, t

REASON = "reason"
EMPTY = ":\n"


def correct(invocation: Invocation, answers: dict[str, Any]) -> int:
    """``itil correct ID FIELD=VALUE…`` or ``--step N``."""
    desk = Desk.open(invocation.desk)
    wanted = Wanted(answers["fields"], answers["step"], answers["set"], answers["retract"])
    return corrected(invocation, desk, answers["id"], answers["reason"], wanted)


def corrected(invocation: Invocation, desk: Desk, reference: str, reason: str | None, wanted: Wanted) -> int:
    """The correction made and told: the case, and below it old and new."""
    ask = Ask(
        "correct",
        reference,
        {"reason": reason},
        None,
        invocation.dry_run,
        lambda found, case, form: read_correction(found, case, form, wanted),
    )
    written = advance_corrected(desk, ask)
    told(invocation, written)
    if not invocation.json and not invocation.dry_run and written.case:
        sheet = Sheet(invocation.screen, invocation.translate, desk.zone)
        last = written.case.incident.history[-1]
        for row in written.case.incident.corrections:
            if row.id == last.id:
                invocation.screen.note(safe(changed_words(sheet, row, last, written.case)))
    return 0


def edit(invocation: Invocation, answers: dict[str, Any]) -> int:
    """``itil edit ID``: the fields in an editor; what was changed there becomes a correction."""
    from itilcli.cli.editor import edit_text
    from itilcli.cli.form import with_problems

    desk = Desk.open(invocation.desk)
    desk.actor  # noqa: B018  (an unknown author is refused before an editor opens)
    case_id, form = find(desk, answers["id"])
    stored = desk.case(case_id)
    refuse(list(stored.errors))
    shown = editable(stored.case, form)
    text = sheet_text(invocation, shown, answers["reason"])
    reference = f"{case_id}/{form}" if form else case_id
    while True:
        left = edit_text(text)
        if left is None:
            invocation.screen.note(render(t("Nothing was changed."), invocation.translate))
            return 0
        try:
            reason, words = read_back(left, shown)
            if not words:
                invocation.screen.note(render(t("Nothing was changed."), invocation.translate))
                return 0
            return corrected(invocation, desk, reference, reason or answers["reason"], Wanted(words))
        except Refused as refused:
            if not invocation.may_ask:
                keep(invocation, desk, case_id, left)
                raise
            text = with_problems(left, refused.problems, invocation.translate)


def sheet_text(invocation: Invocation, shown: dict[str, str], reason: str | None) -> str:
    """The fields as text for the editor, each under its label."""
    from itilcli.model.labels import path_label
    from itilcli.store import emit

    say = invocation.translate
    head = render(t("Change what was recorded wrongly, save and leave the editor; old and new are both kept."), say)
    why = render(t("Why (needed for what was judged, and once the case is archived):"), say)
    lines = [f"# {head}\n", f"# {why}\n"]
    lines += [emit.emit({REASON: reason}) if reason else f"{REASON}:\n"]
    for path, value in shown.items():
        label = path_label(path).render(say)
        lines.append(f"# {label}\n{path}{emit.emit({'x': value})[1:] if value else EMPTY}")
    return "".join(lines)


def read_back(text: str, shown: dict[str, str]) -> tuple[str | None, tuple[str, ...]]:
    """The reason, and the fields that were changed, as words FIELD=VALUE.

    :raises Refused: when the text is no YAML.
    """
    from itilcli.store import yaml

    found = yaml.read_text(text, "edit")
    odd = [key for key, value in found.items() if isinstance(value, dict | list)]
    if odd:
        hint = t("one value on one line: {example}", example='symptom: "…"')
        raise Refused(
            [Problem("E-5-edit-value", t("{field} does not hold one value", field=odd[0]), hint, "5", odd[0])]
        )
    reason = found.pop(REASON, None)
    return str(reason) if reason else None, differences(shown, found)


def keep(invocation: Invocation, desk: Desk, case_id: str, text: str) -> None:
    """What was typed is not lost when it is refused."""
    from itilcli.store.files import write_atomically

    path = desk.journal.common_dir / "itil" / "drafts" / f"edit-{case_id}.yaml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text.encode())
        path.chmod(0o600)
    except (OSError, Refused):
        return
    if not invocation.json:
        invocation.screen.note(
            safe(render(t("What you typed is kept in {path}", path=str(path)), invocation.translate))
        )
