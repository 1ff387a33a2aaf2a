"""What the procedure allows as an exception, and an auditor looks at: which of it a case holds. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from itilcli.model.case import ONSITE, WORK_ORDER, Case
from itilcli.model.codes import Codes

LATE_MINUTES = 1440
"""A step recorded more than so many minutes after it happened is a late entry that an auditor looks at."""
_LATE = timedelta(minutes=LATE_MINUTES + 1)
EXCEPTION = Codes(
    "exception",
    ("mode", "处理方式例外", "not in the mode of its severity"),
    ("unsigned", "未确认未签字", "not confirmed or not signed"),
    ("verbal", "口头批准", "approved verbally"),
    ("backup_waived", "免备份", "backup waived"),
    ("late_entry", "补录超过一天", "entered more than a day late"),
    ("incomplete", "受理信息不全", "taken with the intake incomplete"),
)


def unsigned(case: Case) -> bool:
    """B14: whether the customer refused, was absent or unreachable."""
    confirmation = case.incident.confirmation
    signatures = (form.signature for _, form in case.of(ONSITE) if form.signature)
    return bool(confirmation and confirmation.outcome) or any(one.outcome for one in signatures)


def verbal(case: Case) -> bool:
    """B7: whether a work order was approved by word of mouth first."""
    return any(form.approval and form.approval.kind == "verbal" for _, form in case.of(WORK_ORDER))


def entered_late(case: Case) -> bool:
    """Whether a step was recorded more than a day after it happened; an import is not meant."""
    if case.imported:
        return False
    return any(
        row.at is not None and row.recorded_at is not None and row.recorded_at - row.at >= _LATE
        for row in case.incident.history
    )


def incomplete(case: Case) -> bool:
    """B2: whether the call was taken before all was known, also where `classify` has completed it since."""
    first = {entry.action: entry.recorded_at for entry in reversed(case.incident.history)}
    whole_at_once = first.get("new") is None or first.get("classify") == first.get("new")
    return bool(case.incident.incomplete) or not (case.imported or whole_at_once)


EXCEPTIONS: dict[str, Callable[[Case], bool]] = {
    "mode": lambda case: case.incident.mode_exception is not None,
    "unsigned": unsigned,
    "verbal": verbal,
    "backup_waived": lambda case: bool(case.incident.backup and case.incident.backup.waived),
    "late_entry": entered_late,
    "incomplete": incomplete,
}


def exceptions(case: Case) -> tuple[str, ...]:
    """The exceptions that a case holds, as codes of EXCEPTION in its order."""
    return tuple([code for code, holds in EXCEPTIONS.items() if holds(case)])
