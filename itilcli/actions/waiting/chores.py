"""`due`, of the desk itself: what waits for the incident manager that belongs to no single case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from itilcli.actions.month.issued import is_issued
from itilcli.actions.waiting.due import holds_role
from itilcli.actions.waiting.survey import Survey
from itilcli.desk import Desk
from itilcli.model.case import CASE_ID
from itilcli.procedure.clause import World
from itilcli.procedure.s5_15_report import REPORTERS
from itilcli.store.cases import load
from itilcli.text import Listing, Text, t
from itilcli.values import pattern, value

MANAGER = frozenset({"incident_manager"})
PLACE = pattern(r"(.+?\.yaml)(?:[:#].*)?$")
"""The path in the place of a problem, which may go on with a line or a field."""
SHOWN = 5
"""The most files or cases named in one row."""
MOST_MONTHS = 12
"""Months further back than so many are not asked for: they were before the tool."""


@value
class Chore:
    """One thing to do at the desk: its kind, what it is, the command that does it, and whose it is by role."""

    kind: str
    text: Text
    command: str
    roles: frozenset[str]


def chores(desk: Desk, survey: Survey, person: str | None) -> list[Chore]:
    """What waits at the desk for a person, or for anybody when it is None."""
    world = desk.world()
    if person is not None and not holds_role(person, MANAGER | REPORTERS, world):
        return []
    found = [*faults(desk, survey), *reports(desk, survey, world)]
    if person is None or holds_role(person, MANAGER, world):
        found += articles(desk)
    return found


def articles(desk: Desk) -> Iterator[Chore]:
    """§5.13: drafts handed in, and published articles that somebody should look at again."""
    submitted, stale = waiting_articles(desk)
    if submitted:
        text = t("{count} articles to publish", count=len(submitted))
        command = (
            f"itil kb publish {submitted[0].removeprefix('KB-')}" if len(submitted) == 1 else "itil kb list --submitted"
        )
        yield Chore("article", text, command, MANAGER)
    if stale:
        yield Chore("stale", t("{count} articles to look at again", count=len(stale)), "itil kb list --stale", MANAGER)


def waiting_articles(desk: Desk) -> tuple[list[str], list[str]]:
    """The articles that wait for the incident manager: drafts handed in, and those past the day of their review."""
    import json
    import os

    folder = desk.root / "knowledge"
    try:
        with os.scandir(folder) as listed:
            paths = sorted(one.path for one in listed if one.name.endswith(".md"))
    except OSError:
        return [], []
    if not paths:
        return [], []

    def make() -> str:
        from itilcli.actions.articles.articles import all_articles

        rows = [
            [one.id, bool(one.article.submitted_at), one.article.review_on.isoformat() if one.article.review_on else "",
             one.article.status]
            for one in all_articles(desk)
        ]  # fmt: skip
        return json.dumps(rows)

    rows: list[list[str]] = json.loads(desk.of_files("articles", paths, make))
    today = desk.now.astimezone(desk.zone).date().isoformat()
    submitted = [id_ for id_, handed_in, _, status in rows if handed_in and status == "draft"]
    return submitted, [id_ for id_, _, day, status in rows if status == "published" and day and day < today]


def faults(desk: Desk, survey: Survey) -> Iterator[Chore]:
    """Records in fault: unreadable ones, and open cases that break a rule. Completed ones are for `itil check`."""
    paths = list(dict.fromkeys(found[1] if (found := PLACE.match(where)) else where for where in survey.unread))
    spoilt = [path for path in paths if was_fine(desk, path)]
    if spoilt:
        from shlex import quote

        words = f"git restore --staged --worktree -- {' '.join(map(quote, spoilt[:SHOWN]))}"
        yield Chore("fault", t("{count} files spoilt by hand, fine as committed", count=len(spoilt)), words, MANAGER)
    wrong = [found[0] if (found := CASE_ID.search(path)) else path for path in paths if path not in spoilt]
    known = {found[0] for path in paths if (found := CASE_ID.search(path))}
    wrong += survey.in_fault(known)
    if wrong:
        named = " ".join(one.rpartition("-")[2] if CASE_ID.fullmatch(one) else one for one in wrong[:SHOWN])
        yield Chore("fault", t("{count} records in fault", count=len(wrong)), f"itil check {named}", MANAGER)


def was_fine(desk: Desk, path: str) -> bool:
    """Whether a file that cannot be read now belongs to a case that was in order when it was last committed."""
    found = CASE_ID.search(path)
    if found is None or desk.journal.committed_bytes(path) is None:
        return False
    return not load(desk.root, found[0], lambda one: desk.journal.committed_bytes(one) or b"").errors


def reports(desk: Desk, survey: Survey, world: World) -> Iterator[Chore]:
    """B20: months that are over, had cases, and whose report was not issued."""
    today = world.day(world.now)
    past = months_before(today, MOST_MONTHS)
    waiting = [month for month in past if not is_issued(desk, month) and survey.had_cases(month)]
    if waiting:
        text = t("monthly reports to issue: {months}", months=Listing(tuple(waiting)))
        yield Chore("report", text, f"itil report {waiting[0]} --issue", REPORTERS)


def months_before(day: date, count: int) -> list[str]:
    """The months before that of a day, oldest first."""
    found: list[str] = []
    first = day.replace(day=1)
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(f"{first:%Y-%m}")
    return found[::-1]
