"""What is shown of a case, in which order: the sections of its fields, its forms."""

from __future__ import annotations

from dataclasses import replace

from itilcli.model.case import FOLLOW_UP, ONSITE, REMOTE, WORK_ORDER, Case
from itilcli.model.incident import Incident
from itilcli.model.labels import field_label
from itilcli.text import Label

SECTIONS: tuple[tuple[Label, tuple[str, ...]], ...] = (
    (
        Label("accept", "受理", "the call"),
        (
            "channel",
            "channel_detail",
            "reported_at",
            "received_by",
            "recorded_at",
            "symptom",
            "business_impact",
            "expected_by",
            "expected_by_none",
            "expected_as_said",
            "incomplete",
            "imported",
            "source",
        ),
    ),
    (
        Label("classify", "分类", "classification"),
        (
            "type",
            "category",
            "severity",
            "importance",
            "urgency",
            "priority",
            "model",
            "project",
            "configuration_items",
            "supplier",
            "contract",
            "supplier_ref",
            "due_at",
            "major",
            "manager_notified",
            "parent",
            "related",
            "merged_into",
        ),
    ),
    (
        Label("work", "处理", "the work"),
        ("first_response_at", "escalations", "solution", "agreed", "backup", "mode_exception", "earlier_rounds"),
    ),
    (
        Label("solution", "解决与关闭", "solution and closing"),
        (
            "resolution",
            "change",
            "problem",
            "confirmation",
            "confirmation_attempts",
            "archived",
            "configuration_update",
            "knowledge",
        ),
    ),
)
HISTORY, FORMS, NOTES, ATTACHMENTS = (
    field_label("history"), Label("forms", "表单", "forms"), field_label("notes"), field_label("attachments")
)  # fmt: skip
PARENT, CHILDREN = field_label("parent"), Label("children", "子事件", "children")
MERGED = Label("merged", "并入的事件", "merged into this")
UNSERIALLED = Label("unserialled", "待编号", "no serial yet")


def said(incident: Incident) -> Incident:
    """The incident as it is shown: who wants it soon, or named a time since, is not said to expect nothing."""
    spoken = incident.expected_as_said or incident.expected_by
    return replace(incident, expected_by_none=None) if spoken else incident


def ordered_forms(case: Case) -> list[str]:
    """The references of a case's forms in the order of the procedure."""
    return [ref for kind in (REMOTE, WORK_ORDER, ONSITE, FOLLOW_UP) for ref, _ in case.of(kind)]
