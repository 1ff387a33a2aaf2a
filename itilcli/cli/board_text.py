"""What stands on the board in words: a card, a case, its steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from itilcli.actions.looking.board import Card
from itilcli.actions.waiting.suggest import Step, next_command, why_not
from itilcli.cli.ahead import grouped
from itilcli.cli.header import header
from itilcli.cli.look import after, family, sections
from itilcli.cli.screen import Screen, safe
from itilcli.cli.sheet import Sheet
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.model import codes as c
from itilcli.model.case import Case
from itilcli.model.customer import VIP
from itilcli.model.labels import field_label
from itilcli.procedure.clause import World
from itilcli.procedure.naming import standing
from itilcli.text import t

SHARED = frozenset(
    {"logged", "classified", "dispatch_pending", "dispatched", "onsite", "resolved", "confirmed", "archived"}
)
"""The stages that stand in one column with others, so that a card names its own."""
Say = Callable[[object], str]


def card_text(card: Card, say: Say) -> tuple[list[str], str]:
    """The lines of a card (the code, who has it, how grave, where it stands; the customer; what is wrong), and its marks."""
    row = card.row
    level = say(c.SEVERITY.label(row.severity)) if row.severity else ""
    stands = say(standing(row)) if row.stage in SHARED else ""
    head = " ".join(filter(None, (card.code, row.assignee or "–", level, stands)))
    marks = " ".join(marks_of(card, say))
    return [safe(line) for line in (head, row.organisation or "–", row.title or "–")], safe(marks)


def marks_of(card: Card, say: Say) -> Iterator[str]:
    """What should catch the eye, each by a sign and a word."""
    row = card.row
    if card.vip:
        yield f"★{say(VIP)}"
    if row.major:
        yield f"▲{say(field_label('major'))}"
    if row.conflict:
        yield f"≠{say(field_label('conflicts'))}"
    for late in card.late[:1]:
        yield say(t("! overdue: {what}", what=late.label))
    if row.hold:
        yield f"‖ {say(c.HOLD.label(row.hold))}"


def case_text(desk: Desk, case: Case, invocation: Invocation, columns: int) -> list[str]:
    """A case as `show` tells it, without colours."""
    environ = {"COLUMNS": str(columns - 3)}
    sheet = Sheet(Screen("never", environ=environ), invocation.translate, desk.zone)
    world = desk.world()
    return [
        *header(sheet, case, world, desk.vips), *sections(sheet, case, world), *family(sheet, desk, case),
        *after(sheet, case, world),
    ]  # fmt: skip


class StepRow(NamedTuple):
    """A step as it is offered: its text, and its command where it can be made; else the text says why not."""

    text: str
    command: str = ""
    heading: bool = False


def step_rows(case: Case, world: World, steps: Sequence[Step], say: Say) -> list[StepRow]:
    """The likeliest command first, then all steps by whether they are possible; a refused one with its reason."""
    likely = next_command(case, world)
    rows = [StepRow(f"→ {safe(likely)}  ({say(t('most likely next'))})", likely)]
    for title, group in grouped(list(steps)):
        rows += [StepRow(f"── {say(title)}", heading=True)] if group else []
        for step in group:
            possible = step.permitted and not step.forbidden
            if possible:
                rows.append(StepRow(f"{say(step.label)}  {safe(step.command)}", step.command))
            else:
                why = why_not(step) if not step.permitted else next(p.message for p in step.missing if p.kind == 1)
                rows.append(StepRow(f"✗ {say(step.label)}: {say(why)}"))
    return rows
