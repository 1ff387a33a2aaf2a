"""§5.5, §2.5 交接: who can hold a case, and which open cases lie with somebody who no longer can (F16b, L132)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from itilcli.errors import Problem
from itilcli.model.case import Case
from itilcli.model.codes import SOLVED_STAGES
from itilcli.procedure.clause import INTAKE, World, broken
from itilcli.text import Text, t

ROLES_OF_TIER = {1: INTAKE, 2: frozenset({"tier2", "top_management"}), 3: frozenset({"tier3"})}


def holding(tier: int, world: World, day: date) -> frozenset[str]:
    """The roles in which a case of a tier is held: those of the tier; also tier 1, which tracks it, where the desk has none."""
    own = ROLES_OF_TIER.get(tier, INTAKE)
    return own if staffed(tier, world, day) else own | INTAKE


def staffed(tier: int, world: World, day: date) -> bool:
    """Whether anybody of the desk is of a tier on a day."""
    return bool(world.people.holders(f"tier{tier}", day))


def cannot_hold(person: str, roles: frozenset[str], world: World, day: date) -> Text | None:
    """Why nobody can expect this person to look after a case on a day: unknown, gone, or of none of these roles."""
    known = world.people.get(person)
    if known is None:
        return t("{person} is not in people.yaml", person=person)
    if known.gone_on(day):
        return t("{person} has left", person=person)
    if not world.people.roles(person, day) & roles:
        return t("{person} no longer has the role for it", person=person)
    return None


def orphaned(case: Case, world: World) -> Iterator[tuple[str, str, Text]]:
    """§2.5: an open case whose owner or assignee cannot hold it today: the field, the person, and why.

    From the solution on the owner alone moves the case.
    """
    state = case.state
    if state.status != "open":  # before the clock is asked: what is said of a closed case holds at any time
        return
    day = world.day(world.now)
    why = cannot_hold(state.owner, INTAKE, world, day) if state.owner else None
    if state.owner and why:
        yield "owner", state.owner, why
    tracks = holding(state.tier, world, day) if state.assignee == state.owner else ROLES_OF_TIER.get(state.tier, INTAKE)
    why = cannot_hold(state.assignee, tracks, world, day) if state.assignee else None
    if state.assignee and why and state.stage not in SOLVED_STAGES:
        yield "assignee", state.assignee, why


def in_hands(case: Case, world: World) -> Iterator[Problem]:
    """§2.5, F16b: nobody's case lies with somebody who has left, is unknown or lost the role."""
    found = {person: why for _, person, why in orphaned(case, world)}
    for person, why in found.items():
        manager = next(iter(world.people.holders("incident_manager", world.day(world.now))), "")
        yield broken(
            "W-2.5-left-holder", "2.5", f"incident:{'owner' if person == case.state.owner else 'assignee'}",
            t("an open case is in the hands of somebody who cannot move it: {why}", why=why),
            t("hand it over: itil handover {id} --from {person} --to …", id=case.id, person=quoted(person)), manager,
        )  # fmt: skip


def quoted(name: str) -> str:
    """A name as a shell takes it for one word."""
    from shlex import quote

    return name if name.isalnum() else quote(name)
