"""What a step did, in a word or two, where the stage alone does not say it: `已记录: 联系未果 2/3`, `已改约: 11-25 10:00`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from itilcli.model.case import Case
from itilcli.model.codes import ESCALATE_TO, FOLLOW_UP_RESULT
from itilcli.model.follow_up import FollowUp
from itilcli.model.history import Entry
from itilcli.model.onsite import Onsite
from itilcli.model.work_order import WorkOrder
from itilcli.procedure import MOVES
from itilcli.procedure.engine import Outcome
from itilcli.procedure.naming import entry_label
from itilcli.procedure.s5_10_attempts import ATTEMPTS, since_solution
from itilcli.text import Text, t

Tell = Callable[[Case, Case, Entry], Text | None]
"""What one entry did, out of the case before, the case after, and the entry."""
WIDTH = 40
"""The most characters of somebody's own words."""


def came_of(outcome: Outcome, before: Case | None) -> Text | None:
    """What the last step of a command did, the files that came with it aside; None where the stage walked says it, and for a new case."""
    if before is None or not outcome.entries:
        return None
    besides = [entry for entry in outcome.entries if entry.action != "attach"]
    entry, after = (besides or outcome.entries)[-1], outcome.case
    action = entry.action or ""
    if before.state.stage != after.state.stage and action not in SAID_ANYWAY:
        return None
    return TOLD.get(action, recorded)(before, after, entry)


def recorded(before: Case, after: Case, entry: Entry) -> Text:
    """The step by its name."""
    return t("recorded: {what}", what=entry_label(entry))


def simply(text: Text) -> Tell:
    """Always the same."""
    return lambda before, after, entry: text


def nothing(before: Case, after: Case, entry: Entry) -> None:
    """What the headline says anyway."""


def attempt(before: Case, after: Case, entry: Entry) -> Text:
    """Which of the attempts that stand for unreachable it was."""
    count = len(since_solution(after))
    label = MOVES[entry.action or ""][1].label
    return t("recorded: {what}", what=t("{what} {count}/{of}", what=label, count=count, of=max(count, ATTEMPTS)))


def noted(before: Case, after: Case, entry: Entry) -> Text:
    """A remark, or which way the word went."""
    if any(row.id == entry.id for row in after.incident.chased):
        return t("the customer chased it")
    if any(row.id == entry.id for row in after.incident.told):
        return t("the customer was told")
    return t("noted")


def planned(before: Case, after: Case, entry: Entry) -> Text:
    """When the visit is to be, and whether that moved."""
    was, now = (_onsite(case, entry.form) for case in (before, after))
    old = was.appointment if was else None
    new = now.appointment if now else None
    if new is None or new.at is None or (old and old.at == new.at):
        return t("recorded: {what}", what=MOVES["visit-plan"][1].label)
    if old and old.at:
        return t("appointment moved to {time}", time=_time(new.at))
    return t("appointment at {time}", time=_time(new.at))


def left(before: Case, after: Case, entry: Entry) -> Text:
    """Away, until when."""
    form = _onsite(after, entry.form)
    back = form.sessions[-1].back_at if form and form.sessions else None
    return t("left, back at {time}", time=_time(back)) if back else t("left the site")


def agreed(before: Case, after: Case, entry: Entry) -> Text:
    """The time that was agreed with the customer."""
    until = after.incident.agreed[-1].until if after.incident.agreed else None
    return t("agreed: {time}", time=_time(until)) if until else recorded(before, after, entry)


def received(before: Case, after: Case, entry: Entry) -> Text:
    """Where the paper lies, or why it went back."""
    form = after.forms.get(entry.form or "")
    found = form.received if isinstance(form, WorkOrder) else None
    if found and found.location:
        return t("received: {place}", place=_short(found.location))
    return t("paper sent back: {reason}", reason=_short(entry.reason or "?"))


def called(before: Case, after: Case, entry: Entry) -> Text:
    """How the call went."""
    form = after.forms.get(entry.form or "")
    result = form.result if isinstance(form, FollowUp) else None
    if isinstance(form, FollowUp) and result and form.complaint:
        label, handler = FOLLOW_UP_RESULT.label(result), form.complaint.handler or "?"
        return t("called: {result}; the complaint is for {person}", result=label, person=handler)
    return t("called: {result}", result=FOLLOW_UP_RESULT.label(result)) if result else recorded(before, after, entry)


def complaint_for(before: Case, after: Case, entry: Entry) -> Text:
    """Who looks after the complaint now."""
    form = after.forms.get(entry.form or "")
    handler = form.complaint.handler if isinstance(form, FollowUp) and form.complaint else None
    return t("the complaint is for {person}", person=handler or "?")


def escalated(before: Case, after: Case, entry: Entry) -> Text:
    """To which manager."""
    rows = [row for row in after.incident.escalations if row.id == entry.id and row.to]
    return t("reported to {to}", to=ESCALATE_TO.label(rows[0].to or "")) if rows else recorded(before, after, entry)


def assigned(before: Case, after: Case, entry: Entry) -> Text | None:
    """Who has it now; the headline names a new owner, and the assignee with them, anyway."""
    to = entry.value("assignee")
    return t("assigned to {person}", person=to) if to and before.state.owner == after.state.owner else None


def accepted(before: Case, after: Case, entry: Entry) -> Text:
    """Whether the incident manager accepted that nobody confirmed."""
    was, now = (case.incident.confirmation for case in (before, after))
    if now and now.accepted_by and not (was and was.accepted_by):
        return t("missing confirmation accepted")
    return recorded(before, after, entry)


def gone_into(before: Case, after: Case, entry: Entry) -> Text | None:
    """Which case goes on."""
    into = after.incident.merged_into
    return t("merged into {id}", id=into.rpartition("-")[2]) if into else None


def _onsite(case: Case, ref: str | None) -> Onsite | None:
    form = case.forms.get(ref or "")
    return form if isinstance(form, Onsite) else None


def _time(moment: datetime) -> str:
    return f"{moment:%m-%d %H:%M}"


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"


TOLD: dict[str, Tell] = {
    "note": noted,
    "attach": simply(t("files attached")),
    "correct": simply(t("corrected")),
    "hold": nothing,
    "resume": nothing,
    "merge": gone_into,
    "assign": assigned,
    "escalate": escalated,
    "return": simply(t("handed back")),
    "agree": agreed,
    "reject": simply(t("rejected")),
    "withdraw": simply(t("withdrawn")),
    "countersign": simply(t("countersigned")),
    "countersign-refuse": simply(t("countersignature refused")),
    "visit-plan": planned,
    "visit-leave": left,
    "visit-cancel": simply(t("appointment cancelled")),
    "confirm-attempt": attempt,
    "confirm-unsigned": accepted,
    "confirm-accept": simply(t("missing confirmation accepted")),
    "receive": received,
    "follow-up": called,
    "complaint-answer": simply(t("complaint answered")),
    "complaint-handler": complaint_for,
}
"""By action; any other is told by its name."""
SAID_ANYWAY = frozenset({"confirm-accept", "reject", "withdraw", "return", "merge"})
"""What is said even though the stage changed."""
