"""A step on a case: load → pure rules → write → commit. Every verb that carries a case through §5 goes through here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from itilcli.actions.looking.finding import find
from itilcli.actions.taking.models import notes, with_model
from itilcli.actions.writing.attachments import with_files
from itilcli.actions.writing.outcome import came_of
from itilcli.actions.writing.serials import Serials
from itilcli.actions.writing.writing import Written, commit, commit_message, diff, headline, seal
from itilcli.desk import Desk, new_entry_id, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.language import translator
from itilcli.model.case import Case
from itilcli.model.when import read_time
from itilcli.procedure.clause import World
from itilcli.procedure.engine import Outcome, apply
from itilcli.procedure.naming import entry_label
from itilcli.procedure.reading import Reader, read_answers, without_hour
from itilcli.procedure.walk import walk
from itilcli.store import cases
from itilcli.store.cases import Stored
from itilcli.store.change import Change
from itilcli.text import t
from itilcli.values import value

Further = Callable[[Desk, Case, str | None], Mapping[str, Any]]


@value
class Ask:
    """What was typed: the verb, the case or form it is about, the raw answers, ``--at`` and ``--dry-run``."""

    verb: str
    reference: str
    answers: Mapping[str, Any]
    at: str | None = None
    dry_run: bool = False
    further: Further | None = None
    """Gives what only the case itself explains, such as a field to be corrected, or what is no text, such as a message."""


def read(desk: Desk, answers: Mapping[str, Any], at: str | None) -> tuple[dict[str, Any], datetime | None]:
    """The answers and the time of the step as they are meant.

    :raises Refused: with everything that cannot be read.
    """
    reader = Reader(desk.clock, desk.people, lambda typed: find(desk, typed)[0])
    values, problems = read_answers(answers, reader)
    moment = read_time(at, desk.clock) if at else None
    lacking = without_hour("--at ", at, desk.clock) if at else None
    if lacking:
        problems.append(Problem(lacking.code, lacking.message, lacking.hint, "", "--at", Kind.MISSING))
    elif at and moment is None:
        hint = t("write it like 09:12, -15m, 11-20 09:12, 昨天 16:30 or 3wd")
        problems.append(
            Problem("E-answer-at", t("{value} is not a time", value=repr(at)), hint, "", "--at", Kind.MISSING)
        )
    if problems:
        raise Refused(problems)
    return values, moment


def advance(desk: Desk, ask: Ask) -> Written:
    """One step, or the steps it walks, on one case; one commit.

    :raises Refused: with everything that is missing or forbidden; nothing is written then.
    """
    desk.actor  # noqa: B018  (an unknown author is refused before anything else)
    if ask.answers.get("with_children"):
        from itilcli.actions.solving import resolve_all

        return resolve_all(desk, ask)
    if ask.dry_run:
        return _advance(desk, ask, ())
    with desk.journal.lock():
        ready(desk)
        return _advance(desk, ask, tuple(desk.journal.mend()))


def ready(desk: Desk) -> None:
    """That the repository can take a commit now, asked before any record is read; a passing lock is waited for later.

    :raises Refused: in the middle of a merge or rebase, on a detached head, …
    """
    refuse([problem for problem in desk.journal.check_state() if problem.code != "E-desk-locked"])


def _advance(desk: Desk, ask: Ask, mended: Sequence[Any]) -> Written:
    values, at = read(desk, ask.answers, ask.at)
    case_id, form = find(desk, ask.reference)
    desk.journal.foresee(cases.day_folder(case_id))
    stored = desk.case(case_id)
    refuse(list(stored.errors))
    if form:
        values["form"] = form
    if ask.further:
        values |= ask.further(desk, stored.case, form)
    typed = values
    values = with_model(desk, typed, stored.case) if ask.verb == "classify" else typed
    references_exist(desk, values)
    values, files = with_files(desk, case_id, values, desk.actor, at or desk.now)
    values, articles = with_article(desk, stored.case, values, at or desk.now)
    serials = Serials(desk)
    outcome = carried(desk, stored.case, ask.verb, values, at, desk.world(serials.next))
    written = [*cases.changes(stored, outcome.case, comments(desk)), *files, *articles, *serials.changes()]
    made = finish(desk, ask, outcome, stored, written, mended)
    return replace(made, notes=notes(desk, typed, values, case_id)) if values is not typed else made


def carried(desk: Desk, case: Case, verb: str, values: Mapping[str, Any], at: datetime | None, world: World) -> Outcome:
    """The case after the steps of a verb, unless other cases stand against it too.

    :raises Refused: with what the rules and the other cases say, at once.
    """
    from itilcli.actions.family import beside

    others = beside(desk, verb, case, values)
    try:
        outcome = carry(desk, case, verb, values, at, world)
    except Refused as refused:
        forbidden = [problem for problem in refused.problems if problem.kind is Kind.PERMISSION]
        raise Refused(forbidden or [*others, *refused.problems]) from None
    refuse(others)
    return outcome


def carry(desk: Desk, case: Case, verb: str, values: Mapping[str, Any], at: datetime | None, world: World) -> Outcome:
    """The case after the steps of a verb."""
    return apply(case, walk(verb, case, values, desk.actor, at, desk.now, new_entry_id), world)


def finish(
    desk: Desk,
    ask: Ask,
    outcome: Outcome,
    stored: Stored | None,
    changes: list[Change],
    mended: Sequence[Any] = (),
) -> Written:
    """The commit of what came of a step, or what it would be."""
    before = stored.case.state if stored else None
    said = commit_message(desk, subject(desk, ask.verb, outcome, stored), trailers(outcome, ask.verb), desk.actor)
    refs = [entry.form for entry in outcome.entries if entry.form]
    signed = seal(desk, (entry.action or "" for entry in outcome.entries))
    made = Written(
        case=outcome.case,
        before=before,
        message=said,
        form=f"{outcome.case.id}/{refs[0]}" if refs else None,
        warnings=(*outcome.warnings, *suggested(desk, outcome), *signed.warnings),
        mended=tuple(mended),
        paths=tuple(change.path for change in changes),
        diff=diff(changes) if ask.dry_run else "",
        came=came_of(outcome, stored.case if stored else None),
    )
    if ask.dry_run:
        return made
    return replace(made, commit=commit(desk, changes, said, signed.key))


def suggested(desk: Desk, outcome: Outcome) -> list[Problem]:
    """What other cases suggest when a case is solved or closed (B13); and which of its children its end leaves open (B27)."""
    done = {entry.action for entry in outcome.entries}
    found: list[Problem] = []
    if done & {"resolve", "close"}:
        from itilcli.actions.taking.alike import recurring

        found += recurring(desk, outcome.case)
    if done & {"close", "void", "merge"} and "new" not in done:
        from itilcli.actions.family import left_open

        found += left_open(desk, outcome.case)
    return found


def subject(desk: Desk, verb: str, outcome: Outcome, stored: Stored | None) -> str:
    """The first line of the commit: what was done to which case, in the desk's language."""
    translate = translator(desk.settings.language or "zh")
    meant = next((entry for entry in outcome.entries if entry.action == verb), outcome.entries[0])
    label = entry_label(meant).render(translate)
    return f"{label}: {headline(outcome.case, translate, stored.case.state if stored else None)}"


def trailers(outcome: Outcome, verb: str) -> list[tuple[str, str]]:
    """``Itil-Id``, ``Itil-Action`` and an ``Itil-Clause`` for each clause walked."""
    clauses = [("Itil-Clause", number) for number in outcome.clauses]
    return [("Itil-Id", outcome.case.id), ("Itil-Action", verb), *clauses]


def references_exist(desk: Desk, values: dict[str, Any]) -> None:
    """Articles that were named, by any unique part of their ID, are there; they then stand in ``values`` by full ID.

    :raises Refused: naming each that is not.
    """
    from itilcli.actions.articles.articles import find_article
    from itilcli.model.incident import KnowledgeRef

    knowledge = values.get("knowledge")
    named = {one: one for one in values.get("consulted", ()) if one != "none"}
    if knowledge is not None and knowledge.ref and knowledge.ref != "new":
        named[knowledge.ref] = knowledge.ref
    gone = []
    for typed in named:
        try:
            named[typed] = find_article(desk, typed)
        except Refused as refused:
            if any(problem.code == "E-5.13-find-several" for problem in refused.problems):
                raise
            gone.append(typed)
    if gone:
        hint = t("see what there is with: itil kb list")
        raise Refused(
            [
                Problem("E-5.13-no-article", t("there is no article {id}", id=one), hint, "5.13", kind=Kind.MISSING)
                for one in gone
            ]
        )
    if "consulted" in values:
        values["consulted"] = tuple(named.get(one, one) for one in values["consulted"])
    if knowledge is not None and knowledge.ref in named:
        values["knowledge"] = KnowledgeRef(ref=named[knowledge.ref])


def with_article(desk: Desk, case: Case, values: dict[str, Any], at: datetime) -> tuple[dict[str, Any], list[Change]]:
    """``--knowledge new`` drafts an article out of the case and refers to it."""
    knowledge = values.get("knowledge")
    if knowledge is None or knowledge.ref != "new":
        return values, []
    from itilcli.actions.articles.knowledge import draft_from
    from itilcli.model.incident import KnowledgeRef

    article_id, change = draft_from(desk, case, values, at)
    return {**values, "knowledge": KnowledgeRef(ref=article_id)}, [change]


def comments(desk: Desk) -> dict[str, dict[str, str]]:
    """Comment lines above the parts of new files, in the desk's language, so that they read like the form."""
    translate = translator(desk.settings.language or "zh")
    rows = {
        "incident": {
            "id": t(
                "incident (RT0). History is the truth; stage, tier, status, owner, assignee, priority and due_on are its sum."
            ),
            "channel": t("5.1 accepting the call"),
            "type": t("5.2 classification"),
            "history": t("what happened, one entry per step; only ever added to"),
        },
        "remote": {"id": t("remote service record, JQ-ITSMS-04-01-02")},
        "onsite": {"id": t("onsite service record, JQ-ITSMS-04-01-01")},
        "work-order": {"id": t("project technical-support work order, JQ-ITSMS-04-01-03")},
        "follow-up": {"id": t("phone follow-up record, JQ-ITSMS-04-01-05")},
    }
    return {part: {key: text.render(translate) for key, text in row.items()} for part, row in rows.items()}
