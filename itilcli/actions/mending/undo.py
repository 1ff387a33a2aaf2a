"""`undo`: my own last step taken back by an inverse commit, while nothing stands on it. What was done stays in git."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from itilcli.actions.articles.articles import find_article
from itilcli.actions.looking.finding import described, find
from itilcli.actions.writing.attachments import LIMIT
from itilcli.actions.writing.writing import Written, commit, commit_message, diff, seal
from itilcli.desk import Desk, refuse
from itilcli.errors import Problem, Refused
from itilcli.journal import Entry, Recent, Touched
from itilcli.journal.wording import SHORT
from itilcli.language import translator
from itilcli.model.case import CASE_ID
from itilcli.procedure.naming import action_label
from itilcli.store import cases, files
from itilcli.store.change import Change
from itilcli.store.customers import CUSTOMERS
from itilcli.text import Label, Listing, Text, t

LOOKED_AT = 2000
"""So many commits are looked back at, the most."""
DAYS = 31
"""A step older than so many days is no last step any more: a month may have been closed over it."""
UNDOES = "Itil-Undoes"
NEVER = {
    "import": t("take a wrong case out with: itil void ID --reason …"),
    "migrate": t("agree with everybody and restore the files with git before anything else is written"),
    "init": t("a desk that nobody needs is a folder to remove"),
    "report": t("an issued report stays; what is corrected since is listed in the next one"),
}
SHARED = frozenset({"sync", "serials"})
"""Sharing with others is no step of a person's on a case: it is passed over."""
Past = tuple[Recent, ...]
"""The steps of the desk that still stand, newest first."""


def undo(desk: Desk, reference: str | None, dry_run: bool = False) -> Written:
    """The actor's newest step, or the newest on one case, taken back by a commit of its own.

    The result has a part for each case that is still there; ``extra``: ``undone`` (the commit), ``action``, ``ids`` of
    what it was about, ``subject`` of that commit, ``gone`` the cases that are no more, by ID as a person knows them.

    :raises Refused: nothing to take back, something stands on it, or it can never be taken back; 4 for an author
        nobody knows; 3 where no case fits.
    """
    from itilcli.actions.writing.advance import ready

    desk.actor  # noqa: B018  (an unknown author is refused before anything else)
    if dry_run:
        changes, made, _ = _undone(desk, reference)
        return replace(made, diff=diff(changes))
    with desk.journal.lock():
        ready(desk)
        mended = tuple(desk.journal.mend())
        changes, made, ids = _undone(desk, reference)
        before = {case_id: desk.case(case_id).case.state for case_id in ids}
        known = {case_id: described(desk, case_id) for case_id in ids}
        signed = seal(desk, [change.path for change in changes])  # who may do what is said by signed commits alone
        made = replace(made, mended=mended, commit=commit(desk, changes, made.message, signed.key))
    there = [case_id for case_id in ids if (desk.root / cases.path_of(case_id, "incident")).exists()]
    parts = tuple(Written(case=desk.case(one).case, before=before[one], came=_came(desk, made)) for one in there)
    gone = {case_id: shown for case_id, shown in known.items() if case_id not in there}
    return replace(made, parts=parts, extra={**made.extra, "gone": gone})


def _came(desk: Desk, made: Written) -> Text:
    """What was taken back, and when it had been recorded."""
    at = made.extra["at"]
    assert isinstance(at, datetime)
    local, today = at.astimezone(desk.zone), desk.now.astimezone(desk.zone).date()
    time = f"{local:%H:%M}" if local.date() == today else f"{local:%m-%d %H:%M}"
    return t("taken back: {action} ({time})", action=action_label(str(made.extra["action"])), time=time)


def _undone(desk: Desk, reference: str | None) -> tuple[list[Change], Written, tuple[str, ...]]:
    """The files of the inverse commit, what there is to tell of it, and the cases among what it is about."""
    past = _past(desk)
    step = _my_last(desk, past, _meant(desk, reference) if reference else None)
    _refuse_never(desk, past, step)
    touched = _to_put_back(desk, step, desk.journal.touched(step.entry.commit))
    refuse(_built_on(desk, past, step, touched))
    changes = [_inverse(desk, one) for one in touched]
    ids = tuple(dict.fromkeys(step.entry.trailers.get("Itil-Id", ())))
    clauses = [("Itil-Clause", number) for number in step.entry.trailers.get("Itil-Clause", ()) if number]
    marks = [*(("Itil-Id", one) for one in ids), ("Itil-Action", "undo"), *clauses, (UNDOES, step.entry.commit)]
    subject = t("taken back: {subject}", subject=step.entry.subject).render(translator(desk.settings.language or "zh"))
    told: dict[str, object] = {"undone": step.entry.commit, "action": _action(step), "ids": ids}
    made = Written(
        message=commit_message(desk, subject, marks, desk.actor),
        paths=tuple(change.path for change in changes),
        extra={**told, "subject": step.entry.subject, "at": step.entry.at},
    )
    return changes, made, tuple(one for one in ids if CASE_ID.fullmatch(one))


# ── which step


def _meant(desk: Desk, reference: str) -> str:
    """The case that is named, else the article."""
    try:
        return find(desk, reference)[0]
    except Refused as no_case:
        try:
            return find_article(desk, reference)
        except Refused:
            raise no_case from None


def _past(desk: Desk) -> Past:
    oldest = desk.now - timedelta(days=DAYS)
    steps = [one for one in desk.journal.recent(LOOKED_AT) if _action(one)]
    undone = {commit for one in steps for commit in one.entry.trailers.get(UNDOES, ())}
    stand = (one for one in steps if not one.entry.trailers.get(UNDOES) and one.entry.commit not in undone)
    return tuple(one for one in stand if one.entry.at >= oldest)


def _since(past: Past, step: Recent) -> Past:
    return past[: past.index(step)]


def _action(step: Recent) -> str:
    return (step.entry.trailers.get("Itil-Action") or ("",))[0]


def _actor(step: Recent) -> str:
    return (step.entry.trailers.get("Itil-Actor") or (step.entry.author.name,))[0]


def _my_last(desk: Desk, past: Past, case_id: str | None) -> Recent:
    about = [
        one
        for one in past
        if _action(one) not in SHARED and (case_id is None or case_id in one.entry.trailers.get("Itil-Id", ()))
    ]
    mine = next((one for one in about if _actor(one) == desk.actor), None)
    if mine is not None:
        return mine
    looked = t(
        "the last {count} commits of {days} days were looked at; whose steps there are says: itil log ID",
        count=LOOKED_AT,
        days=DAYS,
    )
    message = (
        t("there is no step of yours to take back; the last one was by {person}: {step}", **_told(desk, about[0].entry))
        if about
        else t("there is no step of yours to take back")
    )
    raise Refused([Problem("E-5-undo-none", message, looked, "5")])


def _told(desk: Desk, entry: Entry) -> dict[str, object]:
    """Who, and what and when, as a message says it."""
    action = (entry.trailers.get("Itil-Action") or ("",))[0]
    person = (entry.trailers.get("Itil-Actor") or (entry.author.name,))[0]
    at = f"{entry.at.astimezone(desk.zone):%Y-%m-%d %H:%M}"
    what = action_label(action) if action else entry.subject
    return {
        "person": person,
        "step": t("{action} ({time}, {commit})", action=what, time=at, commit=entry.commit[:SHORT]),
    }


# ── what forbids it


def _refuse_never(desk: Desk, past: Past, step: Recent) -> None:
    action = _action(step)
    kind = action.partition("-")[0]
    label = action_label(action)
    if kind in NEVER:
        raise Refused([Problem("E-5-undo-never", t("{action} cannot be taken back", action=label), NEVER[kind], "5")])
    if step.parents != 1:
        hint = t("fetch the rest of the history: git fetch --unshallow")
        raise Refused(
            [
                Problem(
                    "E-5-undo-never",
                    t("what was there before {commit} is not in this clone", commit=step.entry.commit[:SHORT]),
                    hint,
                    "5",
                )
            ]
        )
    issued = next((one for one in _since(past, step) if _action(one) == "report"), None)
    if issued is not None:
        told = _told(desk, issued.entry)
        message = t("a report was issued after this step: {person}, {step}", **told)
        raise Refused([Problem("E-5-undo-reported", message, _lawful(step), "5")])


def _lawful(step: Recent) -> Text:
    """How a step on which something stands is put right."""
    ids = step.entry.trailers.get("Itil-Id", ())
    if not ids:
        return t("do the opposite as a step of its own; what was done stays on record")
    return t(
        "put it right with: itil correct {id} --step N …; or reopen, return or withdraw it",
        id=ids[0].rpartition("-")[2] if len(ids) == 1 else "ID",
    )


def _to_put_back(desk: Desk, step: Recent, touched: Sequence[Touched]) -> list[Touched]:
    """What is to be put back: not the register of customers where it has moved on beside the step's own case."""
    learned = [one for one in touched if one.path == CUSTOMERS]
    if not learned or len(touched) == 1:
        return list(touched)
    moved = desk.journal.changed_since(step.entry.commit, [CUSTOMERS])
    by_hand = _now(desk, CUSTOMERS) != desk.journal.committed_bytes(CUSTOMERS)
    return [one for one in touched if one.path != CUSTOMERS or not (moved or by_hand)]


def _built_on(desk: Desk, past: Past, step: Recent, touched: Sequence[Touched]) -> list[Problem]:
    """Whose later work stands on a step: on its files, on what it alone made known, or on the desk it changed."""
    paths = [one.path for one in touched]
    moved = desk.journal.changed_since(step.entry.commit, paths)
    if not moved and not all(_of_records(path) for path in paths) and (later := _since(past, step)):
        return [_stands_on(desk, step, later[-1].entry, paths)]
    if not moved:
        moved = [
            path for name in _made_known(touched) for path in desk.journal.changed_since(step.entry.commit, (), name)
        ]
    if not moved:
        return []
    return [_stands_on(desk, step, next(desk.journal.log(moved, 1)), moved)]


def _of_records(path: str) -> bool:
    return path.startswith(("records/", "knowledge/")) or path == CUSTOMERS


def _made_known(touched: Iterable[Touched]) -> set[str]:
    """The names that other records may know: of a case that goes, of an article whatever becomes of it."""
    known = set()
    for one in touched:
        name = one.path.rpartition("/")[2]
        if one.after and not one.before and name.endswith(".incident.yaml"):
            known.add(name.partition(".")[0])
        if one.path.startswith("knowledge/"):
            known.add(name.partition(".")[0])
    return known


def _stands_on(desk: Desk, step: Recent, later: Entry, paths: Sequence[str]) -> Problem:
    told = _told(desk, later)
    names = tuple({str(text): text for text in map(_called, paths)}.values())[:3]
    message = t("a later step stands on it: {person}, {step}; {what}", what=Listing(names), **told)
    return Problem("E-5-undo-stands-on", message, _lawful(step), "5")


def _called(path: str) -> Text:
    """What a file of the desk is to people."""
    folder, _, name = path.rpartition("/")
    if folder == "records/serials":
        return t("serials have been given since")
    if found := re.match(r"(?:INC-\d{8}-|KB-)?([0-9A-Z]{4})\.", name):
        return t("it is about {id}", id=found[1])
    return t("it changed {what}", what=_TABLES.get(path, name.partition(".")[0]))


_TABLES = {
    CUSTOMERS: Label("customers", "客户登记", "the register of customers"),
    "people.yaml": Label("people", "人员表", "the people of the desk"),
    "desk.yaml": Label("desk", "服务台设置", "the desk's settings"),
    "records/reports/actions.yaml": Label("actions", "改进措施", "the list of improvements"),
}


# ── the inverse


def _inverse(desk: Desk, one: Touched) -> Change:
    after = desk.journal.contents(one.path, one.before) if one.before else None
    return Change(one.path, _now(desk, one.path), after)


def _now(desk: Desk, path: str) -> bytes | None:
    """A file as it stands in the work tree, hand edits and all: the journal refuses those."""
    return files.read_bytes(desk.root / path, LIMIT) if (desk.root / path).exists() else None
