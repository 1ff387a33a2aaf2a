"""Which steps a command walks: `new` with a solution, `close` with everything, and the verbs that carry others' flags.

Pure planning; every step is applied by the engine, all of them or none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from itilcli.model.case import ONSITE, Case, kind_of
from itilcli.model.incident import Change, ConfigurationUpdate, KnowledgeRef, ProblemRef
from itilcli.procedure.clause import Request
from itilcli.procedure.s5_06_verbal import to_countersign

TO_WORK = frozenset({"classified", "tier1", "tier2", "tier3", "onsite"})
ANSWERED_BY_REST = {
    "change": Change(none=True),
    "problem": ProblemRef(none=True),
    "item_update": ConfigurationUpdate(none=True),
    "knowledge": KnowledgeRef(none=True),
}
KEPT_AS = {"item_update": "configuration_update"}
COUNTERSIGNED = {"approve": "countersign", "reject": "countersign-refuse"}
PLANNED = ("appointment", "place", "visit_contact", "cooperation", "checklist")
CLOSING = frozenset({"close", "new", "resolve", "confirm", "remote", "visit-finish"})
BEFORE_WORK = frozenset({"new", "resolve", "close", "remote", "visit-finish"})


def walk(
    verb: str,
    case: Case,
    answers: Mapping[str, Any],
    actor: str,
    at: datetime | None,
    now: datetime,
    new_id: Callable[[], str],
) -> list[Request]:
    """The requests that a command means, in order, each with its own time.

    :param at: when it happened, or None for now.
    :param new_id: gives each entry its id.
    """
    answers = with_rest(verb, case, composed(verb, answers, actor))
    times = Times(answers, at, now, verb)
    return [
        Request(action, actor, times.of(action), now, only_for(action, verb, answers), new_id())
        for action in steps(verb, case, answers)
    ]


class Times:
    """When each step of one command happened; for a new case the report comes first and the solution last."""

    def __init__(self, answers: Mapping[str, Any], at: datetime | None, now: datetime, verb: str) -> None:
        took = answers.get("took")
        ended = answers.get("ended") if verb == "remote" else None
        self.last: datetime = answers.get("resolved_at") or (at + took if at and took else at or ended or now)
        self.first: datetime = at or (now - took if took else now)
        self.responded: datetime = answers.get("responded_at") or (
            self.first if answers.get("channel") == "hotline" else self.last
        )
        self.verb = verb

    def of(self, action: str) -> datetime:
        """The time of one step."""
        if self.verb != "new":
            return self.last
        if action in ("new", "classify", "notify", "link", "attach"):
            return self.first
        return self.responded if action == "respond" else self.last


def composed(verb: str, answers: Mapping[str, Any], actor: str) -> dict[str, Any]:
    """The answers with those put together that a verb asks for in parts."""
    made = dict(answers)
    if verb == "change" and "change" not in made and (made.get("change_class") or made.get("ref")):
        made["change"] = Change(made.get("change_class"), made.get("ref"))
    if verb == "problem" and "problem" not in made and (made.get("problem_reason") or made.get("ref")):
        made["problem"] = ProblemRef(made.get("problem_reason"), made.get("ref"))
    problem = made.get("problem")
    if isinstance(problem, ProblemRef) and not problem.none and not problem.decided_by:
        made["problem"] = replace(problem, decided_by=made.get("problem_by", actor))
    if verb == "backup" and made.get("location"):
        made["backup"] = made["location"]
    if verb == "follow-up" and made.get("satisfaction") and not made.get("result"):
        made["result"] = "reached"  # who gave a score was reached
    if verb == "note":
        made["direction"] = next((name for name in ("from_customer", "to_customer") if made.get(name)), "")
    return made


def with_rest(verb: str, case: Case, answers: dict[str, Any]) -> dict[str, Any]:
    """``--rest none`` written out, for each question that has no answer yet."""
    if answers.get("rest") != "none" or verb not in CLOSING:
        return answers
    open_ = {
        name: none
        for name, none in ANSWERED_BY_REST.items()
        if name not in answers and getattr(case.incident, KEPT_AS.get(name, name)) is None
    }
    return {**open_, **answers}


def only_for(action: str, verb: str, answers: dict[str, Any]) -> dict[str, Any]:
    """The answers of one step; what means something else in another step is left out."""
    if action == "link" and verb == "new":  # the parent is named by the case itself
        return {"related": answers.get("related", ())}
    if action == "notify" and verb != "notify":
        return {name: value for name, value in answers.items() if name != "to"}
    if action == "resolve" and verb == "remote":
        return {"solution": answers.get("actions"), **answers}
    return answers


def steps(verb: str, case: Case, answers: Mapping[str, Any]) -> list[str]:
    """The actions a command walks, in order."""
    stage = case.state.stage
    before = ["notify"] if answers.get("notified") and verb != "notify" else []
    if verb in BEFORE_WORK and (answers.get("backup") or answers.get("backup_waived")):
        before = [*before, "backup"]
    if verb == "new":
        return [*new_steps(answers, before), *along(answers)]
    if verb == "note":
        return [*before, verb, *along({"attachments": answers.get("attachments")})]
    if verb == "confirm":
        return confirm_steps(case, answers)
    if verb == "sign" and answers.get("unsigned"):
        return ["sign-unsigned"]
    if verb == "follow-up" and not answers.get("result") and (about := about_complaint(answers)):
        return [about]
    if verb == "dispatch":
        asks = not (answers.get("verbal_approval") and case.state.waiting and stage == "dispatch_pending")
        return [
            *before,
            *(["dispatch"] if asks else []),
            *(["approve-verbal"] if answers.get("verbal_approval") else []),
        ]
    if verb in COUNTERSIGNED:
        ref = answers.get("form")
        undecided = stage == "dispatch_pending" and case.state.waiting and ref in (None, case.state.waiting)
        return [COUNTERSIGNED[verb] if not undecided and to_countersign(case, ref) else verb]
    if verb == "item":
        return ["item-done"] if answers.get("done") else ["item"]
    if verb == "close":
        return [*before, *until_closed(stage)]
    if verb == "resolve":
        return [*before, *solving(stage), *ending(answers)]
    if verb == "remote":
        resolves = answers.get("solved") and (answers.get("solution") or answers.get("actions"))
        return [*before, "remote", *(["resolve", *ending(answers)] if resolves else [])]
    if verb == "visit-finish":
        resolves = answers.get("solved") and answers.get("solution")
        return [*before, "visit-finish", *(["resolve", *ending(answers)] if resolves else [])]
    if verb == "visit-start" and any(answers.get(name) for name in PLANNED):
        return [*before, "visit-plan", "visit-start"]
    return [*before, verb]


def new_steps(answers: Mapping[str, Any], before: list[str]) -> list[str]:
    """A call: logged; classified when complete; answered; and solved when a solution came along."""
    walked = ["new"]
    if answers.get("incomplete"):
        return walked
    walked.append("classify")
    solved = bool(answers.get("solution"))
    answered = solved or answers.get("guidance") or answers.get("consulted") or answers.get("responded_at")
    walked += [action for action in before if action == "notify"]
    walked += ["respond"] if answered else []
    walked += [action for action in before if action == "backup"]
    return [*walked, "resolve", *ending(answers)] if solved else walked


def along(answers: Mapping[str, Any]) -> list[str]:
    """What comes with a message that is taken: the case it has to do with, and its files."""
    return [action for name, action in (("related", "link"), ("attachments", "attach")) if answers.get(name)]


def confirm_steps(case: Case, answers: Mapping[str, Any]) -> list[str]:
    """The customer's yes, no, silence or refusal."""
    if answers.get("solved") is False:
        return ["reopen"]
    if answers.get("no_answer"):
        return ["confirm-attempt"]
    if answers.get("unsigned"):
        named = answers.get("form")
        once = "sign-unsigned" if is_earlier_visit(case, named) else "confirm-unsigned"
        return [once, *(["confirm-accept"] if answers.get("accept") else [])]
    if answers.get("accept"):
        return ["confirm-accept"]
    return ["confirm", *(["archive", "close"] if answers_all(answers) else [])]


def is_earlier_visit(case: Case, ref: str | None) -> bool:
    """Whether a visit is named that another came after: nobody confirms the case by what was signed for it."""
    last = case.last(ONSITE)
    return ref is not None and kind_of(ref) is ONSITE and last is not None and last[0] != ref


def about_complaint(answers: Mapping[str, Any]) -> str | None:
    """What is done with an open complaint where no call was made: answered, or given to another."""
    if answers.get("complaint"):
        return None
    return "complaint-answer" if answers.get("outcome") else "complaint-handler" if answers.get("handler") else None


def solving(stage: str) -> list[str]:
    """To the solution; a classified case is answered on the way."""
    return ["respond", "resolve"] if stage == "classified" else ["resolve"]


def answers_all(answers: Mapping[str, Any]) -> bool:
    """Whether every question of the closing is answered."""
    return all(answers.get(name) is not None for name in ANSWERED_BY_REST)


def ending(answers: Mapping[str, Any]) -> list[str]:
    """After a solution: confirmed when somebody did; archived and closed when every question is answered too."""
    if not answers.get("confirmed_by"):
        return []
    return ["confirm", "archive", "close"] if answers_all(answers) else ["confirm"]


def until_closed(stage: str) -> list[str]:
    """What is left until the end, from a stage."""
    if stage in TO_WORK:
        return [*solving(stage), "confirm", "archive", "close"]
    left = ["confirm", "archive", "close"]
    return {"resolved": left, "confirmed": left[1:], "archived": left[2:]}.get(stage, ["close"])
