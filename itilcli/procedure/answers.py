"""Every answer a step can take: its flag, how it is read, and what it means. One table for the command line, prompts and docs.

A flag is spelled alike wherever it occurs; the verbs that take it are listed in the command table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.model import codes as c
from itilcli.model.codes import Codes
from itilcli.text import N_
from itilcli.values import value


@value
class Answer:
    """One answer. ``kind`` is how its text is read: see ``itilcli.procedure.reading``."""

    name: str
    flags: tuple[str, ...]
    kind: str
    help: str
    codes: Codes | None = None
    metavar: str = ""

    @property
    def many(self) -> bool:
        """Whether it may be given several times in one command."""
        return self.kind in (
            "texts",
            "people",
            "performers",
            "invited",
            "checklist",
            "files",
            "item",
            "cases",
            "articles",
        )


_ROWS = (
    # §5.1
    Answer("title", ("--title", "-t"), "text", N_("title (default: the symptom's first 30 characters)")),
    Answer("organisation", ("--organisation", "-o"), "text", N_("the customer's organisation")),
    Answer("contact", ("--contact", "-c"), "text", N_("who calls")),
    Answer("phone", ("--phone", "-p"), "phone", N_("the customer's phone number")),
    Answer("email", ("--email",), "text", N_("the customer's e-mail address")),
    Answer("address", ("--address",), "text", N_("the customer's address")),
    Answer("channel", ("--channel",), "channel", N_("how it was reported; a detail after a colon"), c.CHANNEL, "CODE[:DETAIL]"),
    Answer("received_by", ("--received-by",), "person", N_("who took the call (default: you)"), metavar="PERSON"),
    Answer("symptom", ("--symptom", "-y"), "text", N_("what goes wrong")),
    Answer("business_impact", ("--business-impact", "--impact", "-b"), "text", N_("what it stops in the customer's business")),
    Answer("expected_by", ("--expected-by", "-e"), "expected", N_("when the customer expects it solved; none for no wish"), metavar="TIME|none"),
    Answer("no_expected", ("--no-expected",), "flag", N_("the customer names no time")),
    Answer("incomplete", ("--incomplete",), "text", N_("log it with what is known, and why no more is"), metavar="REASON"),
    Answer("same_as", ("--same-as",), "case", N_("the same outage as this case, at another customer: a child of it"), metavar="ID"),
    # §5.2
    Answer("model", ("--model", "-m"), "text", N_("the incident model to fill in from, by any part of its name"), metavar="NAME"),
    Answer("type", ("--type",), "code", N_("what is asked for"), c.TYPE),
    Answer("category", ("--category", "-g"), "code", N_("where the fault lies"), c.CATEGORY),
    Answer(
        "severity", ("--severity", "-s"), "code",
        N_("high: system down or data lost; medium: part of the system or some customers affected; low: operating error, carrier's signal"),
        c.SEVERITY,
    ),
    Answer("importance", ("--importance",), "code", N_("how far it reaches"), c.IMPORTANCE),
    Answer("urgency", ("--urgency",), "code", N_("how soon it hurts"), c.URGENCY),
    Answer("square", ("--priority", "-q"), "code", N_("importance and urgency in one word"), c.SQUARE),
    Answer("supplier", ("--supplier",), "text", N_("the supplier whose fault it is; none takes it back")),
    Answer("contract", ("--contract",), "text", N_("the contract with the supplier")),
    Answer("supplier_ref", ("--supplier-ref",), "text", N_("the supplier's own number of the case")),
    Answer("due_at", ("--due",), "time", N_("until when the contract gives the supplier time"), metavar="TIME"),
    Answer("major", ("--major/--not-major",), "switch", N_("whether it is a major incident")),
    Answer("major_manager", ("--major-manager",), "person", N_("who leads the major incident"), metavar="PERSON"),
    Answer("project", ("--project",), "text", N_("the supported project")),
    Answer("to", ("--to",), "person", N_("who was notified (default: the one department manager)"), metavar="PERSON"),
    Answer("unreachable", ("--unreachable",), "flag", N_("the department manager could not be reached")),
    Answer("instead", ("--instead",), "person", N_("who was told instead"), metavar="PERSON"),
    Answer("notified", ("--notified",), "flag", N_("the department manager has been told of a major incident")),
    Answer("findings", ("--findings",), "text", N_("what the review found")),
    Answer("review_actions", ("--actions",), "text", N_("what is to be done")),
    # §5.3, §5.4
    Answer("consulted", ("--consulted", "-k"), "articles", N_("article consulted, or none; repeatable"), metavar="KB|none"),
    Answer("guidance", ("--guidance",), "text", N_("what the customer was told to do")),
    Answer("responded_at", ("--responded-at",), "time", N_("when the customer was first answered"), metavar="TIME"),
    Answer("consent_by", ("--consent-by",), "text", N_("who of the customer's consented")),
    Answer("consent_via", ("--consent-via",), "code", N_("how consent was given (default: the way the case was reported)"), c.CONFIRM_METHOD),
    Answer("tool", ("--tool",), "text", N_("the remote tool")),
    Answer("actions", ("--actions",), "text", N_("what was done remotely")),
    Answer("started", ("--started",), "time", N_("when the session began"), metavar="TIME"),
    Answer("ended", ("--ended",), "time", N_("when the session ended"), metavar="TIME"),
    Answer("solved", ("--solved/--unsolved",), "switch", N_("whether it is solved")),
    # §5.5
    Answer("escalate_to", ("--to",), "code", N_("the tier or manager"), c.ESCALATE_TO),
    Answer("escalation_reason", ("--reason",), "code", N_("why"), c.ESCALATION_REASON),
    Answer("tried", ("--tried",), "text", N_("what was tried in vain")),
    Answer("assignee", ("--assignee",), "person", N_("who takes it over there"), metavar="PERSON"),
    Answer("to_person", ("--to",), "person", N_("the new assignee (default: you)"), metavar="PERSON"),
    Answer("owner", ("--owner",), "person", N_("the new owner, who tracks it until it closes"), metavar="PERSON"),
    Answer("take", ("--take",), "code", N_("whose word counts: what was recorded here before it was brought together, or what others had shared"), c.SIDE),
    Answer("conflict", ("--field",), "text", N_("only this one of several things to be settled, such as incident:symptom (default: all)"), metavar="FIELD"),
    Answer("reason", ("--reason",), "text", N_("why")),
    # §5.6
    Answer("decided_by", ("--decided-by",), "person", N_("the project manager who decided it (default: you, if you are one)"), metavar="PERSON"),
    Answer("decided_at", ("--decided-at",), "time", N_("when he decided"), metavar="TIME"),
    Answer("engineer", ("--engineer",), "people", N_("who goes; repeatable"), metavar="PERSON"),
    Answer("lead", ("--lead",), "person", N_("who leads the visit (default: the one who goes)"), metavar="PERSON"),
    Answer("from_time", ("--from",), "time", N_("planned begin"), metavar="TIME"),
    Answer("until", ("--until",), "time", N_("planned or agreed end"), metavar="TIME"),
    Answer("mode_exception", ("--mode-exception",), "text", N_("why on site for a low fault, or not for a high or medium one")),
    Answer("comment", ("--comment",), "text", N_("a remark")),
    Answer("verbal_approval", ("--verbal-approval",), "person", N_("the technical director who approved it by word of mouth; she countersigns later"), metavar="PERSON"),
    Answer("approval_via", ("--approval-via",), "text", N_("how that was said: by phone, by WeChat")),
    # §5.7, §5.8
    Answer("appointment", ("--appointment",), "time", N_("when the customer expects the visit"), metavar="TIME"),
    Answer("place", ("--place",), "text", N_("where (default: the customer's address)")),
    Answer("visit_contact", ("--contact",), "text", N_("whom to ask for there (default: the contact)")),
    Answer("cooperation", ("--cooperation",), "texts", N_("what the customer prepares; repeatable")),
    Answer("invite", ("--invite",), "invited", N_("who else comes along, by name or tier; repeatable"), metavar="NAME|tier2|tier3"),
    Answer("ready", ("--ready",), "checklist", N_("the whole checklist, or one item with its version (installer manual patches form)"), metavar="all|ITEM[:VERSION]"),
    Answer("not_needed", ("--not-needed",), "checklist", N_("an item not needed, and why; rest for all others"), metavar="ITEM|rest:REASON"),
    Answer("back", ("--back",), "time", N_("when the engineers come back"), metavar="TIME"),
    Answer("arrived", ("--arrived",), "time", N_("when they arrived (default: as started)"), metavar="TIME"),
    Answer("left", ("--left",), "time", N_("when they left (default: now)"), metavar="TIME"),
    Answer("diagnosis", ("--diagnosis",), "code", N_("method of the diagnosis"), c.DIAGNOSIS),
    Answer("cause", ("--cause",), "text", N_("the cause found")),
    Answer("performed_by", ("--performed-by",), "performers", N_("who did it; repeatable"), metavar="NAME"),
    Answer("signed_by", ("--signed-by",), "text", N_("who signed for the customer")),
    Answer("signature", ("--signature",), "files", N_("scan of the signed form; repeatable"), metavar="FILE"),
    # §5.9
    Answer("solution", ("--solution", "-x"), "text", N_("what solves it, step by step")),
    Answer("feasibility", ("--feasibility",), "text", N_("whether it can be done")),
    Answer("duration", ("--duration",), "text", N_("how long it takes")),
    Answer("told_at", ("--told-at",), "time", N_("when the customer was told"), metavar="TIME"),
    Answer("with_whom", ("--with",), "text", N_("with whom (default: the contact)")),
    Answer("backup", ("--backup",), "text", N_("where the backup lies"), metavar="LOCATION"),
    Answer("location", ("--location",), "text", N_("where it lies")),
    Answer("verified", ("--verified",), "flag", N_("the backup was tried")),
    Answer("backup_waived", ("--backup-waived",), "text", N_("why no backup is needed; you waive it"), metavar="WHY"),
    Answer("waived_by", ("--waived-by",), "text", N_("who waives the backup")),
    Answer("change", ("--change",), "change", N_("the change it needs"), c.CHANGE_CLASS, "none|CLASS:REF"),
    Answer("problem", ("--problem",), "problem", N_("the hand-over to problem management"), c.PROBLEM_REASON, "none|REASON:REF"),
    Answer("change_class", ("--class",), "code", N_("class of the change"), c.CHANGE_CLASS),
    Answer("problem_reason", ("--reason",), "code", N_("why problem management takes it"), c.PROBLEM_REASON),
    Answer("ref", ("--ref",), "text", N_("reference in the other procedure")),
    Answer("problem_by", ("--decided-by",), "person", N_("who decided it (default: you)"), metavar="PERSON"),
    Answer("kind", ("--kind",), "code", N_("for good, or around it (default: permanent)"), c.SOLUTION_KIND),
    Answer("tier", ("--tier",), "code", N_("the tier that supplied the fix (default: the one that holds it)"), c.TIER),
    Answer("resolved_at", ("--resolved-at",), "time", N_("when it was solved"), metavar="TIME"),
    Answer("took", ("--took", "-d"), "duration", N_("how long the call took, until now"), metavar="DURATION"),
    # §5.10 – §5.14
    Answer("confirmed_by", ("--confirmed-by", "-w"), "text", N_("who of the customer's confirmed it")),
    Answer("method", ("--method",), "code", N_("how (default: the way the case was reported)"), c.CONFIRM_METHOD),
    Answer("no_answer", ("--no-answer",), "flag", N_("an attempt in vain")),
    Answer("unsigned", ("--unsigned",), "code", N_("nobody confirms or signs; the incident manager accepts it"), c.UNSIGNED),
    Answer("accept", ("--accept",), "flag", N_("the incident manager accepts the missing confirmation")),
    Answer("witness", ("--witness",), "text", N_("who can testify to it")),
    Answer("evidence", ("--evidence",), "files", N_("a file that shows it"), metavar="FILE"),
    Answer("refuse", ("--refuse",), "text", N_("why the paper is sent back"), metavar="REASON"),
    Answer("item", ("--item",), "item", N_("configuration item it is about; or what changes, or none"), metavar="ITEM|ITEM.ATTR=VALUE|none"),
    Answer("update", ("--update",), "item", N_("what changes; repeatable"), metavar="ITEM.ATTR=VALUE"),
    Answer("done", ("--done",), "flag", N_("the change has been made")),
    Answer("commit", ("--commit",), "text", N_("the revision that made it"), metavar="REV"),
    Answer("knowledge", ("--knowledge",), "knowledge", N_("where the solution went"), metavar="none|new|KB"),
    Answer("rest", ("--rest", "-r"), "rest", N_("answers none to every yes/no question not answered"), metavar="none"),
    Answer("result", ("--result",), "code", N_("how the call went"), c.FOLLOW_UP_RESULT),
    Answer("satisfaction", ("--satisfaction",), "code", N_("5 very satisfied … 1 very dissatisfied"), c.SATISFACTION),
    Answer("complaint", ("--complaint",), "text", N_("what the customer complains of")),
    Answer("handler", ("--handler",), "person", N_("who looks after the complaint"), metavar="PERSON"),
    Answer("outcome", ("--outcome",), "text", N_("how the complaint was answered")),
    # §5
    Answer("hold", ("--on",), "code", N_("what it waits for"), c.HOLD),
    Answer("parent", ("--parent",), "parent", N_("the case it belongs to; none: to none any more"), metavar="ID|none"),
    Answer("related", ("--related",), "cases", N_("a case it has to do with; repeatable"), metavar="ID"),
    Answer("with_children", ("--with-children",), "flag", N_("and every open child of it, by the same solution")),
    Answer("into", ("--into",), "case", N_("the case it goes into"), metavar="ID"),
    Answer("text", (), "text", N_("the text")),
    Answer("attachments", (), "files", N_("the files")),
    Answer("from_customer", ("--from-customer",), "flag", N_("the customer asks how it goes")),
    Answer("to_customer", ("--to-customer",), "flag", N_("the customer was told how it goes")),
)  # fmt: skip
ANSWERS: dict[str, Answer] = {row.name: row for row in _ROWS}


def given(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What was answered of these: no text, an empty list and a flag that was left out are none, a "no" to a question is one."""
    return {
        name: value
        for name, value in answers.items()
        if value not in (None, (), False) or (value is False and name in ANSWERS and ANSWERS[name].kind == "switch")
    }
