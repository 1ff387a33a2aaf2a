"""§5.1: many slips after a power cut: each becomes a case of its own; one commit, all or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from itilcli.actions.taking.drafts import drop_served
from itilcli.actions.taking.intake import Intake
from itilcli.actions.taking.slips.slip import Slip
from itilcli.actions.writing.advance import Ask
from itilcli.actions.writing.together import Share, Together, each, write_together
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk
from itilcli.errors import Problem, Refused
from itilcli.procedure.answers import ANSWERS
from itilcli.text import Text, Translate, t

Progress = Callable[[int, Text], AbstractContextManager[Callable[[], None]]]
"""Shows how far it is: from the number of slips and a label to what is called once a slip."""

INSTEAD = {"expected_by": ("no_expected",), "no_expected": ("expected_by",), "square": ("importance", "urgency")}
"""An answer of a slip that takes the place of other flags of the command than its own."""


def open_slips(desk: Desk, slips: Sequence[Slip], ask: Ask, translate: Translate, progress: Progress) -> Written:
    """A new case for each slip, in one commit.

    :param ask: the flags given with them, which hold for each slip that does not say otherwise.
    :param translate: the reader's language, in which a problem names its slip.
    :raises Refused: with everything wrong in all of them.
    """

    def prepare() -> Together:
        intake = Intake(desk)
        with progress(len(slips), t("slips")) as done:
            shares = each(slips, lambda slip: named(slip, ask, translate), lambda slip: taken(intake, slip, ask, done))
        return Together(t("accept: {count} slips", count=len(shares)), shares, intake.changes())

    made = write_together(desk, "new", ask.dry_run, prepare)
    for slip, part in zip(slips, made.parts, strict=False) if made.commit else ():
        if part.case:
            drop_served(desk, with_flags(ask.answers, slip.answers), part.case)
    return replace(made, notes=(*made.notes, t("{count} slips accepted in one commit", count=len(made.parts))))


def taken(intake: Intake, slip: Slip, ask: Ask, done: Callable[[], None]) -> Share:
    """What one slip makes.

    :raises Refused: with what is wrong in its words, and what it lacks.
    """
    done()
    wanted = Ask("new", "", with_flags(ask.answers, slip.answers), slip.at or ask.at, ask.dry_run)
    try:
        if slip.problems and not slip.answers:
            raise Refused([])
        share = intake.take(wanted)
    except Refused as refused:
        raise Refused(
            [*slip.problems, *besides(slip, [*refused.problems, *lacking(intake, wanted, refused)])]
        ) from None
    if slip.problems:
        raise Refused(slip.problems)
    return share


def lacking(intake: Intake, ask: Ask, refused: Refused) -> list[Problem]:
    """What a call lacks besides the answers that could not be read."""
    misread = {problem.where for problem in refused.problems if problem.code.startswith("E-answer-")}
    if not misread:
        return []
    given = {name: value for name, value in ask.answers.items() if not misread.intersection(ANSWERS[name].flags)}
    try:
        intake.take(Ask("new", "", given, None if "--at" in misread else ask.at, ask.dry_run))
    except Refused as more:
        return without(misread, more.problems)
    return []


def besides(slip: Slip, problems: Sequence[Problem]) -> list[Problem]:
    """The problems less those of an answer that the slip gives, though in words that cannot be taken."""
    return without({problem.where for problem in slip.problems}, problems)


def without(flags: set[str], problems: Sequence[Problem]) -> list[Problem]:
    """The problems that no answer to one of the flags would mend."""
    given = flags | ({"--importance", "--urgency"} if "--priority" in flags else set())
    return [problem for problem in problems if not problem.hint or not given & flags_in(problem.hint)]


def flags_in(hint: Text) -> set[str]:
    """The flags that a hint names."""
    return {word for word in str(hint.args.get("flag", "")).split() if word.startswith("--")}


def with_flags(flags: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A slip's own answers, after the flags that it says nothing of."""
    said = {*own, *(name for one in own for name in INSTEAD.get(one, ()))}
    return {**{name: value for name, value in flags.items() if name not in said}, **own}


def named(slip: Slip, ask: Ask, translate: Translate) -> str:
    """Which slip a problem is about: its number, its line, and whose it is."""
    whose = slip.answers.get("organisation") or slip.answers.get("phone") or ask.answers.get("organisation")
    parts = list(_about(slip.line, whose, translate))
    shown = t("slip {number}", number=slip.number).render(translate)
    return f"{shown} ({', '.join(parts)})" if parts else shown


def _about(line: int, whose: Any, translate: Translate) -> Iterator[str]:
    if line:
        yield t("line {line}", line=line).render(translate)
    if whose:
        yield str(whose)
