"""A case for the pages: as a row of a list, and whole with its story and forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from itilcli.actions.looking.shown import CHILDREN, MERGED, PARENT, SECTIONS, UNSERIALLED, ordered_forms, said
from itilcli.actions.looking.step_words import by_entry, changed_words, length, set_values, settled_in, taken_words
from itilcli.actions.publishing.teller import Teller, href_of
from itilcli.actions.waiting.deadlines import deadlines, overdue
from itilcli.model import codes as c
from itilcli.model.case import CASE_ID, Case, kind_of
from itilcli.model.history import Told, told
from itilcli.model.labels import field_label
from itilcli.procedure.clause import World
from itilcli.procedure.glance import Glance, glance_of
from itilcli.procedure.naming import acts_for, entry_label, is_late, standing
from itilcli.procedure.s5_14_follow_up import due
from itilcli.site.shape import CasePage, Fact, File, Group, Mark, Relative, Row, Step
from itilcli.text import Label, Listing, t

PEOPLE = ("owner", "assignee")
TIMES = ("reported_at", "first_response_at", "resolved_at", "closed_at")
RELATED = Label("related", "相关事件", "related")
Named = Callable[[str], str | None]
"""The title of a case that has a page; None for one that has none."""


def row_of(glance: Glance, name: str, teller: Teller, world: World) -> Row:
    """A case as a row of a list."""
    is_open = glance.status == "open"
    stands = deadlines(glance, world) if is_open else []
    coming = next((one for one in stands if one.at >= world.now), None)
    return Row(
        id=name,
        href=href_of(name),
        title=teller.clean(" ".join((glance.title or "").split())),
        customer=teller.clean(glance.organisation or ""),
        standing=teller.say(standing(glance)),
        stage=glance.stage,
        tier=glance.tier,
        is_open=is_open,
        priority=glance.priority or "",
        priority_word=teller.say(c.PRIORITY.label(glance.priority)) if glance.priority else "",
        person=(glance.owner if glance.stage in c.SOLVED_STAGES else glance.assignee) or "",
        reported=teller.stamp(glance.began_at),
        due=teller.stamp(coming.at) if coming else None,
        marks=tuple(_marks(glance, teller, world)) if is_open else (),
    )


def _marks(glance: Glance, teller: Teller, world: World) -> Iterator[Mark]:
    """What should catch the eye in an open case."""
    if glance.major:
        yield Mark(teller.say(field_label("major")), "late")
    for one in overdue(glance, world)[:1]:
        yield Mark(teller.say(t("overdue: {what} {time}", what=one.label, time=teller.when(one.at))), "late")
    if glance.conflict:
        yield Mark(teller.say(field_label("conflicts")), "late")
    if glance.hold:
        yield Mark(teller.say(t("on hold: {why}", why=c.HOLD.label(glance.hold))), "warn")
    if glance.reopened:
        yield Mark(teller.say(t("reopened: {count}", count=glance.reopened)), "warn")


def case_page(
    case: Case,
    name: str,
    teller: Teller,
    world: World,
    files: Iterable[File],
    below: Iterable[tuple[str, str]],
    named: Named,
    articles: frozenset[str] = frozenset(),
) -> CasePage:
    """A case with all that is told of it.

    :param below: the cases that belong to it or went into it, each with ``parent`` or ``merged_into``.
    """
    incident = case.incident
    row = row_of(glance_of(case), name, teller, world)
    groups = (
        [Group("customer", teller.say(field_label("customer")), teller.facts(incident.customer))]
        if incident.customer
        else []
    )
    for label, fields in SECTIONS:
        known = [
            one for one in fields if one not in ("reported_at", "first_response_at", "parent", "related", "merged_into")
        ]
        groups.append(Group(label.code, teller.say(label), teller.facts(said(incident), known)))
    return CasePage(
        row=row,
        status=teller.say(c.STATUS.label("open" if row.is_open else "completed")),
        facts=tuple(_facts(case, teller, world)),
        groups=tuple(one for one in groups if one.facts),
        steps=tuple(_step(one, case, teller, world) for one in told(incident.history)),
        forms=tuple(sheets_of(case, teller)),
        notes=tuple(_notes(case, teller)),
        files=tuple(files),
        relatives=tuple(_relatives(case, below, teller, named)),
        articles=tuple(_articles(case, articles)),
    )


def _facts(case: Case, teller: Teller, world: World) -> Iterator[Fact]:
    state = case.state
    yield Fact(teller.say(field_label("tier")), teller.say(c.TIER.label(str(state.tier))))
    for name in PEOPLE:
        if getattr(state, name):
            yield Fact(teller.say(field_label(name)), str(getattr(state, name)))
    for name in TIMES:
        if getattr(state, name):
            yield Fact(teller.say(field_label(name)), teller.when(getattr(state, name)))
    if state.hold and state.hold_until:
        yield Fact(teller.say(field_label("hold_until")), teller.when(state.hold_until))
    when = due(case, world)
    if when and not case.last_follow_up_reached():
        yield Fact(teller.say(t("follow-up due")), when.on.isoformat())


def _step(row: Told, case: Case, teller: Teller, world: World) -> Step:
    """One step: what was done, by whom, why, and what it set."""
    entry, details = row.entry, list[str]()
    who = entry.by or "?"
    if entry.recorded_by and entry.recorded_by != entry.by:
        who += " " + teller.say(t("(recorded by {person})", person=entry.recorded_by))
    if entry.at and (others := acts_for(entry, world.people, world.day(entry.at))):
        who += " " + teller.say(t("(for {people})", people=Listing(others)))
    escalated = by_entry(case).get(entry.id or "")
    if escalated and escalated.kind == "hierarchical" and escalated.to:
        details.append(f"→ {teller.say(c.ESCALATE_TO.label(escalated.to))}")
    if escalated and escalated.reason:
        details.append(teller.say(c.ESCALATION_REASON.label(escalated.reason)))
    details += [" ".join(entry.reason.split())] if entry.reason else []
    details += [taken_words(teller, case, one) for one in settled_in(entry)]
    details += [words] if (words := set_values(teller, entry)) else []
    changed = (one for one in case.incident.corrections if entry.id and one.id == entry.id)
    details += [changed_words(teller, one, entry, case) for one in changed]
    marks = []
    if is_late(entry):
        marks.append(Mark(teller.say(t("recorded late, after {delay}", delay=length(entry.delay_minutes))), "warn"))
    if row.recorded_as:
        marks.append(Mark(teller.say(t("recorded as {time}, corrected", time=teller.when(row.recorded_as))), "warn"))
    if row.retracted:
        marks.append(Mark(teller.say(t("(taken back)")), "calm"))
    return Step(
        row.number, teller.stamp(entry.at), entry.clause or "", teller.say(entry_label(entry)), teller.clean(who),
        tuple(teller.clean(one) for one in details), tuple(marks), row.retracted,
    )  # fmt: skip


def sheets_of(case: Case, teller: Teller) -> Iterator[Group]:
    """The forms of a case, each as a group of facts like its paper."""
    for ref in ordered_forms(case):
        form, kind = case.forms[ref], kind_of(ref)
        if kind is None:
            continue
        serial = form.serial or (teller.say(UNSERIALLED) if form.archived else "")
        facts = tuple(one for one in teller.facts(form) if one.value != form.serial)
        yield Group(ref, teller.say(kind.label), facts, " · ".join(filter(None, (kind.form_no, serial))))


def _notes(case: Case, teller: Teller) -> Iterator[Group]:
    for name in ("notes", "told", "chased"):
        rows = [one for one in getattr(case.incident, name) if not one.retracted]
        facts = tuple(
            Fact(f"{teller.when(one.at)} {one.by or ''}".strip(), teller.clean(one.text_ or "")) for one in rows
        )
        if facts:
            yield Group(name, teller.say(field_label(name)), facts)


def _relatives(case: Case, below: Iterable[tuple[str, str]], teller: Teller, named: Named) -> Iterator[Relative]:
    incident = case.incident
    pairs: list[tuple[object, str | None]] = [
        (PARENT, incident.parent),
        (field_label("merged_into"), incident.merged_into),
    ]
    pairs += [(RELATED, one) for one in incident.related]
    pairs += [(CHILDREN if how == "parent" else MERGED, one) for how, one in below]
    for label, one in pairs:
        if one and CASE_ID.fullmatch(one) and (title := named(one)) is not None:
            yield Relative(teller.say(label), one, href_of(one), "" if label is RELATED else title)


def _articles(case: Case, known: frozenset[str]) -> Iterator[Relative]:
    """The articles that the case names and that have a page."""
    found: set[str] = set()
    waiting: list[object] = [case.incident.knowledge, *case.forms.values()]
    for one in waiting:
        for text in (getattr(one, "ref", None), *(getattr(one, "knowledge_consulted", None) or ())):
            if text in known:
                found.add(text)
    yield from (Relative("", one, f"kb/{one}.html", "") for one in sorted(found))
