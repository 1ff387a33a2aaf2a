"""The likely next command of a case, ready to paste, and what each possible step still needs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import FOLLOW_UP, ONSITE, WORK_ORDER, Case
from itilcli.model.codes import ROLE
from itilcli.model.onsite import Appointment, Checklist, Onsite
from itilcli.procedure.clause import World
from itilcli.procedure.s5_00_settle import MEANWHILE, contested
from itilcli.procedure.s5_07_visit import away
from itilcli.procedure.s5_10_attempts import ATTEMPTS, enough_attempts, since_solution
from itilcli.procedure.s5_10_unsigned import to_accept, unsigned_yet
from itilcli.procedure.s5_11_archive import sent_back
from itilcli.procedure.s5_12_configuration import DECISIONS, undecided
from itilcli.text import Label, Listing, Text, t
from itilcli.values import value

COMMAND_OF = {
    "visit-plan": "visit plan",
    "visit-start": "visit start",
    "visit-leave": "visit leave",
    "visit-finish": "visit finish",
    "visit-cancel": "visit cancel",
    "confirm-unsigned": "confirm",
    "confirm-accept": "confirm",
    "confirm-attempt": "confirm",
    "sign-unsigned": "sign",
    "complaint-handler": "follow-up",
    "item-done": "config apply",
    "item-reject": "config reject",
    "complaint-answer": "follow-up",
    "approve-verbal": "dispatch",
    "countersign": "approve",
    "countersign-refuse": "reject",
}
SAID = {
    "confirm-unsigned": "--unsigned …",
    "confirm-accept": "--accept",
    "confirm-attempt": "--no-answer",
    "sign-unsigned": "--unsigned …",
    "complaint-handler": "--handler …",
    "item-reject": "--reason …",
    "complaint-answer": "--outcome …",
    "assign": "--to …",
    "visit-finish": "--solved",
    "hand-in": "--comment …",
    "merge": "--into …",
    "change": "none",
    "problem": "none",
    "item": "none",
}
ABOUT_ORDER = frozenset({"approve", "reject", "withdraw", "receive", "hand-in"})
WALKED = frozenset({"classified", "tier1", "tier2", "tier3", "onsite", "resolved", "confirmed"})
"""Stages from which `close` walks all that is left."""


@value
class Step:
    """One possible step: its action, label, command, what it still needs, whether this person may, who else."""

    action: str
    label: Label
    command: str
    missing: tuple[Problem, ...]
    permitted: bool = True
    barred: tuple[Problem, ...] = ()
    roles: tuple[Label, ...] = ()
    people: tuple[str, ...] = ()

    @property
    def forbidden(self) -> bool:
        """Whether a rule stands against it that no flag of its command mends."""
        return any(problem.kind is Kind.RULE for problem in self.missing)


def code(case: Case) -> str:
    """The four characters that are spoken on the phone."""
    return case.id.rpartition("-")[2]


def next_command(case: Case, world: World | None = None) -> str:
    """The command that most likely comes next; where days count, only a known ``world`` tells (see :func:`by_days`)."""
    state, short = case.state, code(case)
    if case.incident.conflicts:
        return f"itil settle {short} --take …"
    if state.stage in ("tier1", "classified") and case.incident.supplier and state.tier < 3:
        contract = "" if case.incident.contract else " --contract …"
        return f"itil escalate {short} --to tier3 --reason supplier{contract} --due …"
    if state.hold:
        return f"itil resume {short}"
    if world and by_days(case) and enough_attempts(case, world):
        return f"itil confirm {short} --unsigned unreachable --reason …"
    if state.stage == "dispatch_pending":
        return (
            f"itil approve {short}/{state.waiting}"
            if state.waiting
            else f"itil dispatch {short} --engineer … --from … --until …"
        )
    if state.stage == "dispatched":
        return f"itil visit plan {short}{lacking}" if (lacking := unplanned(case)) else f"itil visit start {short}"
    if state.stage == "confirmed" and (first := before_closing(case)):
        return first
    if state.stage == "onsite" and state.visit:
        finish = f"itil visit finish {short} --solved --solution … --signed-by …"
        return f"itil visit start {short}" if away(case) else finish
    return {
        "logged": f"itil classify {short} --type … --importance … --urgency …",
        "classified": f"itil respond {short} -k none --guidance …",
        "tier1": f"itil resolve {short} --solution …",
        "tier2": f"itil resolve {short} --solution …",
        "tier3": f"itil resolve {short} --solution …",
        "onsite": f"itil resolve {short} --solution …",
        "resolved": f"itil confirm {short} --confirmed-by …",
        "confirmed": f"itil close {short} --rest none",
        "archived": f"itil close {short} --rest none",
        "closed": after_closing(case),
    }.get(state.stage, f"itil show {short}")


def before_closing(case: Case) -> str | None:
    """What a confirmed case waits for before it can be closed: its acceptance, or the paper of a visit; None where nothing."""
    found = case.incident.confirmation
    if (found and found.outcome and not found.accepted_by) or to_accept(case):
        return f"itil confirm {code(case)} --accept"
    waits = unsigned_yet(case)
    return sign_command(case, waits[0]) if waits else None


def sign_command(case: Case, ref: str) -> str:
    """The command for the paper of a visit, with the name where that is missing too."""
    form = case.forms[ref]
    paper = form.signature if isinstance(form, Onsite) else None
    named_by = "" if paper and paper.name else " --signed-by …"
    return f"itil sign {code(case)}/{ref}{named_by} --signature …"


def by_days(case: Case) -> bool:
    """Whether the next command depends on the calendar: the customer was tried in vain often enough, perhaps."""
    return case.state.stage == "resolved" and len(since_solution(case)) >= ATTEMPTS


def unplanned(case: Case) -> str:
    """The flags that a visit's plan still lacks, ready to paste; nothing when the engineers may leave."""
    form = case.forms.get(case.state.visit or "")
    visit = form if isinstance(form, Onsite) else Onsite()
    appointment, said = visit.appointment or Appointment(), visit.checklist or Checklist()
    customer = case.incident.customer
    lacking = "" if appointment.at else " --appointment …"
    lacking += "" if appointment.place or (customer and customer.address) else " --place …"
    ready = all(getattr(said, name) for name in ("installer", "user_manual", "patches", "record_form"))
    return lacking + ("" if ready else " --ready")


def after_closing(case: Case) -> str:
    """What a closed case still waits for; a call before the last solution says nothing of it."""
    for ref, form in case.of(WORK_ORDER):
        if sent_back(case, ref):
            return f"itil hand-in {code(case)}/{ref} --comment …"
        if not (form.received and form.received.location):
            return f"itil receive {code(case)}/{ref} --location …"
    solved = case.state.resolved_at
    called = [form for _, form in case.of(FOLLOW_UP) if not (solved and form.at and form.at < solved)]
    calls = [form for form in called if form.solved_confirmed is not None]
    if calls and calls[-1].solved_confirmed is False:
        return f"itil reopen {code(case)} --reason …"
    if case.last_follow_up_reached():
        return f"itil show {code(case)}"
    return f"itil follow-up {code(case)} --result reached --satisfaction … --solved"


def possible_steps(case: Case, world: World, person: str | None) -> list[Step]:
    """Every step that this stage allows, in the order of the procedure, with what it would still need.

    Found by trying each on the case, unwritten. ``person`` is None for a reader whom the desk does not know: then
    nothing is permitted, and all else is said as for anybody.
    """
    from itilcli.procedure import MOVES
    from itilcli.procedure.replay import findings

    found, before = [], findings(case, world)
    open_steps = contested(case)
    for action, (_, move) in MOVES.items():
        allowed = case.state.stage in move.stages or (action == "close" and case.state.stage in WALKED)
        if (action not in MEANWHILE) if open_steps else (move.free or not allowed or answered(case, action)):
            continue
        if action in DECISIONS and not undecided(case):
            continue
        problems = needs(case, world, action, person, before)
        barred = tuple(problem for problem in problems if problem.kind is Kind.PERMISSION)
        lacking = tuple(problem for problem in problems if problem.kind is not Kind.PERMISSION)
        day = world.day(world.now)
        holders = dict.fromkeys(
            one for role in sorted(move.roles) for one in world.people.holders(role, day) if one != person
        )
        roles = tuple(ROLE.label(role) for role in sorted(move.roles))
        found.append(
            Step(action, move.label, command(case, action, lacking), lacking, not barred, barred, roles, tuple(holders))
        )
    return found


def answered(case: Case, action: str) -> bool:
    """Whether a step was taken already that is taken once, or answers what nobody asks: it is possible, but not shown."""
    incident = case.incident
    if action in ("settle", "sync"):
        return action == "sync" or not incident.conflicts
    said = {
        "backup": incident.backup, "notify": incident.manager_notified, "change": incident.change,
        "problem": incident.problem, "item": incident.configuration_update,
    }  # fmt: skip
    if action == "confirm-accept":
        found = incident.confirmation
        return not to_accept(case) and not (found and found.outcome and not found.accepted_by)
    return said.get(action) is not None or (action == "sign-unsigned" and not unsigned_yet(case))


def needs(
    case: Case, world: World, action: str, person: str | None, before: Sequence[Problem] | None = None
) -> list[Problem]:
    """What stands against one step by a person now, with nothing answered; ``before``: what the case breaks as it is."""
    from itilcli.procedure.engine import apply
    from itilcli.procedure.walk import walk

    try:
        apply(case, walk(action, case, {}, person or "", None, world.now, lambda: "—"), world, before)
    except Refused as refused:
        return list(refused.problems)
    return []


def command(case: Case, action: str, lacking: tuple[Problem, ...]) -> str:
    """The command of a step, with the flags of what it still needs, ready to be filled in."""
    words = {word.split(" ")[0]: word for word in [SAID.get(action, "")] if word}
    for problem in lacking if SAID.get(action) != "none" else ():
        word = flag_words(problem.hint)
        words.setdefault(word.split(" ")[0], word)
    if action == "compare":
        from shlex import quote

        project = case.incident.project
        return f"itil config compare {quote(project) if project else '…'} … --attach {code(case)}"
    return " ".join(filter(None, ["itil", COMMAND_OF.get(action, action), named(case, action), *words.values()]))


def named(case: Case, action: str) -> str:
    """The case by its code, with the form where the step is about one."""
    if action in ABOUT_ORDER:
        handed = (
            ref for ref, form in case.of(WORK_ORDER) if form.archived and not (form.received and form.received.location)
        )
        back = (ref for ref, _ in case.of(WORK_ORDER) if sent_back(case, ref))
        meant = {"receive": handed, "hand-in": back}.get(action)
        ref = next(meant, None) if meant else case.state.waiting
        return f"{code(case)}/{ref}" if ref else code(case)
    visit = case.last(ONSITE) if action == "sign" else None
    return f"{code(case)}/{visit[0]}" if visit else code(case)


def flag_words(hint: Text | None) -> str:
    """The first flag that a hint names, with an ellipsis where it takes a value; nothing where it names none."""
    named_ = hint.args.get("flag") if hint else None
    flag = str(named_ or "").split(" ")[0].split("/")[0]
    if not flag.startswith("--"):
        return ""
    return flag if flag in _alone() else f"{flag} …"


@cache
def _alone() -> frozenset[str]:
    """The flags that take no value, in any step."""
    from itilcli.procedure.answers import ANSWERS

    rows = [(part, row.kind) for row in ANSWERS.values() for spelled in row.flags for part in spelled.split("/")]
    return frozenset(flag for flag, _ in rows) - {flag for flag, kind in rows if kind not in ("flag", "switch")}


def why_not(step: Step) -> Text:
    """Why this person may not make a step: who may, by role and name; or the rule that keeps him from it."""
    reasons = [problem.message for problem in step.barred if not problem.code.endswith(("-role", "-unknown"))]
    if reasons or not step.roles:
        return reasons[0] if reasons else step.barred[0].message
    if not step.people:
        return t("for: {roles}", roles=Listing(step.roles))
    return t("for: {roles} ({people})", roles=Listing(step.roles), people=Listing(step.people))
