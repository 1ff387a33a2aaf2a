"""How people call what the procedure keeps as codes: where a case stands, and what a step did."""

from __future__ import annotations

from datetime import date

from itilcli import procedure
from itilcli.model.case import Case
from itilcli.model.codes import STAGE, UNSIGNED
from itilcli.model.history import Entry, State
from itilcli.model.people import People
from itilcli.procedure.glance import Glance, unaccepted
from itilcli.text import Label, Text, t

OTHERS = {
    row.code: row
    for row in (
        Label("undo", "撤回", "undo"),
        Label("handover", "交接班", "handover"),
        Label("import", "导入", "import"),
        Label("migrate", "格式迁移", "migrate"),
        Label("init", "建立服务台", "init"),
        Label("report", "月度报告", "report"),
        Label("serials", "编号", "give serials"),
        Label("rename", "更换编号", "another ID"),
        Label("people-add", "人员登记", "add a person"),
        Label("people-set", "人员变更", "change a person"),
        Label("people-leave", "人员离岗", "a person leaves"),
        Label("people-deputy", "代理", "deputy"),
        Label("customer-add", "客户登记", "register a customer"),
        Label("model-new", "新建事件模型", "make a model"),
        Label("kb-new", "新建知识文章", "draft an article"),
        Label("kb-publish", "发布知识文章", "publish an article"),
        Label("action-add", "登记改进措施", "name an improvement"),
        Label("action-done", "完成改进措施", "an improvement is done"),
        Label("action-drop", "取消改进措施", "an improvement is given up"),
    )
}
"""What is done to a desk and is no step of a case."""
LATE_MINUTES = 15
"""A step recorded more than so many minutes after it happened is a late entry (补录)."""
BY_REASON = {
    ("receive", True): Label("receive-refuse", "退回补正", "send back"),
    ("confirm-unsigned", False): Label("confirm-accept", "认可未确认", "accept without confirmation"),
}
"""The steps that one action stands for twice, told apart by whether they have a reason."""


def standing_of(state: State | Glance) -> Label | Text:
    """Where a case stands, as far as its history alone says it: after a visit in vain, no order waits for approval."""
    if state.stage == "dispatch_pending" and not state.waiting:
        return t("another dispatch to decide")
    return STAGE.label(state.stage)


def standing(case: Case | Glance) -> Label | Text:
    """Where a case stands: a confirmation that is missing is none before the incident manager accepts it."""
    state, why = (case, case.unaccepted) if isinstance(case, Glance) else (case.state, unaccepted(case.incident))
    if state.stage == "confirmed" and why:
        return t("to be accepted ({why})", why=UNSIGNED.label(why))
    return standing_of(state)


def action_label(action: str | None) -> Label:
    """The name of an action; one that the procedure does not know names itself."""
    found = procedure.MOVES.get(action or "")
    return found[1].label if found else OTHERS.get(action or "") or Label(action or "", action or "?", action or "?")


def is_late(entry: Entry) -> bool:
    """Whether a step was recorded long after it happened (补录)."""
    return entry.delay_minutes > LATE_MINUTES


def entry_label(entry: Entry) -> Label:
    """What a step is called."""
    action = entry.action or ""
    if twice := BY_REASON.get((action, bool(entry.reason))):
        return twice
    return (
        procedure.MOVES[action][1].label if action in procedure.MOVES else Label(action, action or "?", action or "?")
    )


def acts_for(entry: Entry, people: People, day: date) -> tuple[str, ...]:
    """For whom somebody took a step on that day, where the role it takes was theirs by deputyship alone."""
    found, person = procedure.MOVES.get(entry.action or ""), entry.recorded_by or entry.by
    return for_whom(people, person, found[1].roles if found else frozenset(), day)


def for_whom(people: People, person: str | None, roles: frozenset[str], day: date) -> tuple[str, ...]:
    """For whom a person acts in one of these roles on a day; nobody where one of them is the person's own."""
    known = people.get(person)
    if known is None or known.roles_on(day) & roles:
        return ()
    return tuple(one.person for one in people.acting(person, day) if one.roles & roles)
