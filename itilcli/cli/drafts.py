"""§5.1: the calls that were typed and are no cases yet: which ones there are, and letting go of them."""

from __future__ import annotations

import sys
from shlex import quote

from itilcli.actions.taking.drafts import Draft, drafts, kept_drafts, letter_of
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.model.labels import field_label
from itilcli.model.when import read_time
from itilcli.text import Text, render, t

COLUMNS = ("at", "organisation", "contact", "phone", "symptom")
LONGEST = 60
"""So many characters of an answer are shown of a draft."""


def show(invocation: Invocation, desk: Desk) -> int:
    """``itil new --drafts``: the newest first, which is the one that ``--draft`` goes on from."""
    found = kept_drafts(desk)
    screen, translate = invocation.screen, invocation.translate
    if invocation.json:
        rows = [
            {
                **dict(zip(COLUMNS, (one.at, *about(desk, one)), strict=True)),
                "email": str(one.letter) if one.letter else None,
            }
            for one in found
        ]
        sys.stdout.write(document(rows, sys.stdout) + "\n")
    elif not found:
        screen.note(render(t("no draft is kept"), translate))
    else:
        table = [
            [str(place), render(when(desk, one.at), translate), *(in_a_line(text) for text in about(desk, one))]
            for place, one in enumerate(found, 1)
        ]
        headings = ["", *(render(field_label(name), translate) for name in COLUMNS)]
        screen.show(screen.table([[safe(cell) for cell in row] for row in table], headings))
        if not invocation.quiet:
            screen.show("  → itil new --draft")
            for one in found[1:]:
                if one.letter is not None:
                    screen.show(f"  → itil new --from-email {quote(str(one.letter))} …")
    return 0


def drop(invocation: Invocation, desk: Desk) -> int:
    """``itil new --drop-drafts``: lets go of all of them; no case is touched."""
    found = drafts(desk)
    for path in found if not invocation.dry_run else ():
        Draft(path, {}, None, False, letter_of(path)).drop()
    if invocation.json:
        sys.stdout.write(document({"dropped": len(found)}, sys.stdout) + "\n")
    else:
        dropped, would = (
            t("{count} drafts dropped", count=len(found)),
            t("{count} drafts would be dropped", count=len(found)),
        )
        text = would if invocation.dry_run else dropped
        invocation.screen.show(render(text, invocation.translate))
    return 0


def about(desk: Desk, draft: Draft) -> tuple[str, str, str, str]:
    """Organisation, contact, phone and symptom of a draft, with what the desk knows of such a call; empty where unknown."""
    from itilcli.actions.taking.intake import known_answers
    from itilcli.actions.writing.advance import Ask

    known = {**draft.answers, **known_answers(desk, Ask("new", "", draft.answers))}
    organisation, contact, phone, symptom = (str(known.get(name) or "") for name in COLUMNS[1:])
    return organisation, contact, str(draft.answers.get("phone") or phone), symptom or str(known.get("model") or "")


def in_a_line(text: str) -> str:
    """A text over several lines, such as that of an e-mail, on one, and no more of it than tells it from others."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[:LONGEST] + "…"


def answered(draft: Draft) -> list[Text]:
    """What is answered in a draft already, but who calls: a line for each, as the questions left it on the screen."""
    from itilcli.procedure.answers import ANSWERS

    found = []
    for name, value in draft.answers.items():
        row = ANSWERS.get(name)
        if row is None or name in COLUMNS[1:4] or not isinstance(value, str) or not value:
            continue
        labels = row.codes.labels if row.codes else {}
        found.append(t("{label}: {value}", label=field_label(name), value=labels.get(value, in_a_line(value))))
    return found


def when(desk: Desk, at: str | None) -> Text | str:
    """A time as it is said of a draft: today the hour alone, else the day too; as typed where it cannot be read."""
    moment = read_time(at, desk.clock) if at else None
    if moment is None:
        return at or ""
    local = moment.astimezone(desk.zone)
    days = (desk.now.astimezone(desk.zone).date() - local.date()).days
    if days == 1:
        return t("yesterday {time}", time=f"{local:%H:%M}")
    return f"{local:%m-%d %H:%M}" if days else f"{local:%H:%M}"
