"""Cases from hand to hand: `handover`, and `assign` of one case or several."""

from __future__ import annotations

from typing import Any

from itilcli.actions.writing.writing import Written
from itilcli.cli.dialogue import asking
from itilcli.cli.screen import safe
from itilcli.cli.steps import step, told, warned
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.text import Text, render, t


def handover(invocation: Invocation, answers: dict[str, Any]) -> int:
    """All my open cases to somebody else at a shift's end, or another's who is ill or has left."""
    from itilcli.actions.staff.handover import handover as hand_over

    desk = Desk.open(invocation.desk)
    answers = with_person(desk, answers, "taker")
    written = hand_over(desk, answers, invocation.at, invocation.dry_run)
    return told_several(invocation, written, t("There is nothing to hand over."))


def assign(invocation: Invocation, answers: dict[str, Any]) -> int:
    """One case as any other step; several alike, in one commit."""
    if len(answers["ids"]) > 1:
        answers = with_person(Desk.open(invocation.desk), answers, "to_person")
    ids = answers.pop("ids")
    if len(ids) == 1:
        return step(invocation, {**answers, "id": ids[0]})
    from itilcli.actions.staff.handover import assign_several

    desk = Desk.open(invocation.desk)
    written = asking(
        invocation,
        answers,
        lambda typed: assign_several(desk, ids, typed, invocation.at, invocation.dry_run),
    )
    return told_several(invocation, written, t("There is nothing to hand over."))


def with_person(desk: Desk, answers: dict[str, Any], name: str) -> dict[str, Any]:
    """The answers where the words after the cases say who takes them, and why, if no flag says so: `assign 7K3Q 李四 换班`."""
    ids, said = list(answers["ids"]), dict(answers)
    first = next((place for place, word in enumerate(ids) if names_somebody(desk, word)), len(ids))
    for one, word in zip((name, "reason"), ids[first:], strict=False):
        if said.get(one):
            return answers
        said[one] = word
    return {**said, "ids": tuple(ids[:first])} if len(ids) - first <= 2 else answers


def names_somebody(desk: Desk, word: str) -> bool:
    """Whether a word is somebody's name or address; one in another script than that of IDs is meant for one."""
    head = word.partition("/")[0]
    return bool(desk.people.find(word)) or not (head.isascii() or any(char.isdigit() for char in head))


def told_several(invocation: Invocation, written: Written, nothing: Text) -> int:
    """What is now of each case, a line each, and where to go on; of none, that there was nothing."""
    screen, translate = invocation.screen, invocation.translate
    if invocation.json or written.parts:
        return told(invocation, written)
    for text in written.mended:
        screen.note(safe(render(text, translate)))
    warned(invocation, written)
    screen.show(safe(render(nothing, translate)))
    return 0
