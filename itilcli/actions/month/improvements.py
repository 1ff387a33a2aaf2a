"""§5.15: improvements that a monthly report names and follows up: who sees to each, until when, what came of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from itilcli.actions.looking.finding import spoken
from itilcli.actions.writing.apart import Apart, moment, not_permitted, write_apart
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.figures.period import month_of, parse_month
from itilcli.model.action import LONGEST, Action
from itilcli.model.case import ALPHABET
from itilcli.model.people import Person
from itilcli.model.when import read_time
from itilcli.procedure.s5_15_report import REPORTERS
from itilcli.store.improvements import put, read_improvements
from itilcli.text import Listing, Text, t

SHOWN, BRIEF = 8, 60
"""So many candidates are shown, and so many characters of each."""
Answer = TypeVar("Answer")


def improvements(desk: Desk) -> tuple[Action, ...]:
    """Every improvement ever named, in the order of naming; nothing is written.

    :raises Refused: with everything wrong in the file.
    """
    stored = read_improvements(desk.root, desk.read)
    refuse(list(stored.problems))
    return stored.actions


def listed(desk: Desk, every: bool = False) -> list[Action]:
    """The open ones, the earliest due first; with ``every`` those done or given up after them, the latest first.

    :raises Refused: with everything wrong in the file.
    """
    found = improvements(desk)
    still = sorted((one for one in found if one.state == "open"), key=lambda one: (one.due or date.max, one.id or ""))
    over = sorted(
        (one for one in found if one.state != "open"), key=lambda one: (one.done_on or date.min, one.id or "")
    )
    return [*still, *(reversed(over) if every else ())]


def view(one: Action, day: date) -> dict[str, object]:
    """An improvement as programs see it on a day."""
    days = {
        name: made.isoformat() if made else None
        for name, made in (("due", one.due), ("opened", one.opened), ("done_on", one.done_on))
    }
    return {
        "id": one.id,
        "text": one.text,
        "owner": one.owner,
        **days,
        "month": one.month,
        "state": one.state,
        "note": one.note,
        "days_overdue": one.days_overdue(day),
    }


def brief(text: str | None) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join((text or "").split())
    return line if len(line) <= BRIEF else line[: BRIEF - 1] + "…"


# ── naming one


def add_action(desk: Desk, given: Mapping[str, Any], at: str | None = None, dry_run: bool = False) -> Written:
    """A new improvement, in one commit.

    ``given``: ``text``, ``owner`` (a name, id or e-mail address), ``due`` (a day), ``month`` of the report that names it
    (the last one that is over unless said). ``at`` is when it was named.

    :raises Refused: with everything wrong at once; 4 for anyone but the incident manager.
    """

    def prepare() -> Apart:
        stored = read_improvements(desk.root)
        problems = [*not_permitted(desk, REPORTERS, "5.15", t("name improvements")), *stored.errors]
        made = replace(_read(desk, given, at, problems), id=_new_id(stored.actions), state="open")
        refuse(problems)
        subject = t("improvement named: {id} {text}", id=made.id, text=brief(made.text))
        today = desk.now.date()
        change, warnings = put(stored, made), tuple(_late(made, today))
        return Apart((change,), subject, "action-add", "5.15", made.id or "", warnings, view(made, today))

    return write_apart(desk, dry_run, prepare)


def _read(desk: Desk, given: Mapping[str, Any], at: str | None, problems: list[Problem]) -> Action:
    """The answers as they are meant; what is missing or cannot be read goes to ``problems``."""
    text = _text(given.get("text"), "TEXT", problems)
    if text is None:
        hint = t("write it like: itil action add {example}", example="补充读卡器备件 --owner 李四 --due 2026-12-15")
        problems.append(_lacking("text", t("what is to be done is missing"), "TEXT", hint))
    owner = _owner(desk, given.get("owner"), problems)
    due = _day(desk, given.get("due"), "--due", problems)
    if not given.get("due"):
        hint = t('write it like "2026-12-15", 30wd or 月底')
        problems.append(_lacking("due", t("the day until which it is to be done is missing"), "--due", hint))
    when = _gathered(lambda: moment(desk, at), problems) or desk.now
    month = _month(desk, given.get("month"), problems)
    return Action(text=text, owner=owner, due=due, opened=when.date(), month=month)


def _text(typed: str | None, where: str, problems: list[Problem]) -> str | None:
    text = (typed or "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        message = t("this has {size} characters, more than the {limit} that are kept", size=len(text), limit=LONGEST)
        problems.append(_lacking("long", message, where, t("say it in a few sentences")))
    return text or None


def _owner(desk: Desk, typed: str | None, problems: list[Problem]) -> str | None:
    here = [one for one in desk.people if one.id and not one.gone_on(desk.now.date())]
    known = t("at this desk: {people}", people=Listing(tuple(one.id for one in here)))
    if not (typed or "").strip():
        problems.append(_lacking("owner", t("who sees to it is missing"), "--owner", known))
        return None
    found: list[Person] = desk.people.find(typed or "")
    if len(found) != 1:
        hint = t("one of: {people}", people=Listing(tuple(one.id for one in found))) if found else known
        message = t("nobody, or more than one, is called {name}", name=typed)
        problems.append(_lacking("owner", message, "--owner", hint))
        return None
    if found[0].gone_on(desk.now.date()):
        message = t("{person} has left the desk", person=found[0].id)
        problems.append(_lacking("owner", message, "--owner", known))
    return found[0].id


def _day(desk: Desk, typed: str | None, where: str, problems: list[Problem]) -> date | None:
    """The day that was typed; None where none was, or where it is none, which is a problem."""
    when = read_time(typed, desk.clock) if typed else None
    if typed and when is None:
        hint = t('write it like "2026-12-15", 30wd or 月底')
        problems.append(_lacking("day", t("{value} is not a day", value=repr(typed)), where, hint))
    return when.astimezone(desk.zone).date() if when else None


def _month(desk: Desk, typed: str | None, problems: list[Problem]) -> str | None:
    """The month of the report: the last one that is over, unless said."""
    found = _gathered(lambda: parse_month(typed or "last", desk.now, desk.zone), problems, "--month")
    if found is not None and found.index > month_of(desk.now, desk.zone).index:
        message, hint = t("{month} has not begun", month=str(found)), t("give the month whose report names it")
        problems.append(_lacking("month", message, "--month", hint))
    return str(found) if found else None


def _gathered(read: Callable[[], Answer], problems: list[Problem], where: str = "") -> Answer | None:
    """What ``read`` gives; what it refuses goes to ``problems``."""
    try:
        return read()
    except Refused as refused:
        problems += [replace(one, where=where or one.where) for one in refused.problems]
        return None


def _late(made: Action, today: date) -> list[Problem]:
    if made.due is None or made.due >= today:
        return []
    hint = t("is the year right? if not: itil undo, and name it again with --due")
    message = t("{day} is over already", day=made.due.isoformat())
    return [Problem("W-5.15-action-past", message, hint, "5.15", "--due")]


def _new_id(known: Sequence[Action]) -> str:
    """A fresh id: four characters, at least one a letter, so that two clones hardly ever choose alike."""
    taken = {one.id for one in known}
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(4))
        if not code.isdigit() and f"ACT-{code}" not in taken:
            return f"ACT-{code}"


# ── what came of it


def end_action(
    desk: Desk, typed: str, given: Mapping[str, Any], at: str | None = None, dry_run: bool = False
) -> Written:
    """An open improvement is done, or given up (``dropped``, with a ``note`` that says why), in one commit.

    ``given``: ``note``, ``on`` (the day; else that of ``at``), ``dropped``. Its owner, or who acts for them, may do it;
    only the incident manager may give one up.

    :raises Refused: with everything wrong at once; 3 where no improvement, or several, are meant.
    """

    def prepare() -> Apart:
        stored = read_improvements(desk.root)
        refuse(stored.errors)
        was = find_action(stored.actions, typed)
        dropped = bool(given.get("dropped"))
        problems = _may_end(desk, was, dropped)
        note = _text(given.get("note"), "--note", problems)
        made = replace(was, state="dropped" if dropped else "done", note=note or was.note)
        made = replace(made, done_on=_ended_on(desk, was, given.get("on"), at, problems))
        if was.state != "open":
            problems.append(_finished(was))
        elif dropped and not note:
            hint = t("say why it is given up")
            problems.append(_lacking("note", t("an improvement given up needs a note"), "--note", hint))
        refuse(problems)
        words = {"id": made.id, "text": brief(made.text)}
        subject = (
            t("improvement given up: {id} {text}", **words) if dropped else t("improvement done: {id} {text}", **words)
        )
        action, extra = "action-drop" if dropped else "action-done", view(made, desk.now.date())
        return Apart((put(stored, made),), subject, action, "5.15", made.id or "", (), extra)

    return write_apart(desk, dry_run, prepare)


def _may_end(desk: Desk, one: Action, dropped: bool) -> list[Problem]:
    today, actor = desk.now.date(), desk.people.get(desk.actor)
    own = desk.actor == one.owner or desk.people.deputises(desk.actor, one.owner, today)
    if own and not dropped and actor is not None and not actor.gone_on(today):
        return []
    doing = t("give improvements up") if dropped else t("end the improvements of others")
    return not_permitted(desk, REPORTERS, "5.15", doing)


def _ended_on(desk: Desk, one: Action, on: str | None, at: str | None, problems: list[Problem]) -> date | None:
    """The day it was done or given up; one to come, or before it was named, is a problem."""
    found = len(problems)
    when = _gathered(lambda: moment(desk, at), problems)
    day = _day(desk, on, "--on", problems) if on else when.date() if when else None
    if day is None or len(problems) > found:
        return None
    if day > desk.now.date():
        hint = t("what is recorded has happened; give the right day with --on")
        problems.append(_lacking("ahead", t("{day} lies in the future", day=day.isoformat()), "--on", hint))
    elif one.opened and day < one.opened:
        message = t("{id} was named on {day}, and cannot have ended before", id=one.id, day=one.opened.isoformat())
        problems.append(_lacking("early", message, "--on", t("give the right day with --on")))
    return day


def _finished(one: Action) -> Problem:
    day = one.done_on.isoformat() if one.done_on else "?"
    message = t("{id} was given up on {day}", id=one.id, day=day)
    message = t("{id} was done on {day}", id=one.id, day=day) if one.state == "done" else message
    hint = t("what is still to be done is named anew with: itil action add")
    return Problem("E-5.15-action-ended", message, hint, "5.15")


def find_action(known: Sequence[Action], typed: str) -> Action:
    """The one improvement of whose id ``typed`` is a part: an exact one first, open ones before the others.

    :raises Refused: where none or several fit (exit 3); the candidates stand in the hint.
    """
    wanted = spoken(typed)
    found = [one for one in known if wanted and wanted in spoken(one.id or "")]
    found = [one for one in found if wanted in (spoken(one.id or ""), spoken(one.id or "")[4:])] or found
    if len(found) > 1:
        found = [one for one in found if one.state == "open"] or found
    if len(found) == 1:
        return found[0]
    code, message = "E-5.15-action-none", t("no improvement is called {text}", text=repr(typed))
    if found:
        code, message = "E-5.15-action-several", t("several improvements are called {text}", text=repr(typed))
    rows = [f"{one.id} {brief(one.text)}" for one in found or [one for one in known if one.state == "open"]]
    hint = t("one of: {actions}", actions=Listing(tuple(rows[:SHOWN]))) if rows else None
    if len(rows) > SHOWN:
        hint = t("one of: {actions} and {more} more", actions=Listing(tuple(rows[:SHOWN])), more=len(rows) - SHOWN)
    everything = t("see what there is with: itil action list --all")
    raise Refused([Problem(code, message, hint or everything, "5.15", kind=Kind.NOT_FOUND)])


def _lacking(slug: str, message: Text, where: str, hint: Text | None = None) -> Problem:
    """An answer that is missing or cannot be read."""
    return Problem(f"E-5.15-action-{slug}", message, hint, "5.15", where, Kind.MISSING)
