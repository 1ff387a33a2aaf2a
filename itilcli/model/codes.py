"""The codes of every closed list, each with the procedure's Chinese term and its English one.

Files, flags and JSON hold the code; the Chinese label is accepted wherever a code is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from itilcli.text import Label

TITLES = {
    "channel": "受理渠道", "type": "事件类型", "category": "故障类别", "severity": "故障等级", "priority": "优先级", "importance": "重要性",
    "urgency": "紧急性", "stage": "阶段", "status": "状态", "hold": "挂起原因", "escalation target": "升级对象", "escalation kind": "升级方式",
    "escalation reason": "升级原因", "solution kind": "解决方式", "change class": "变更类别", "problem reason": "转问题原因", "method": "方式",
    "unsigned outcome": "未签字情况", "approval kind": "审批方式", "decision": "审批结论", "checklist item": "检查清单项", "checklist state": "检查结果",
    "diagnosis method": "诊断方法", "follow-up result": "回访结果", "satisfaction": "满意度", "article status": "文章状态", "role": "角色",
    "tier": "支持级别",
}  # fmt: skip
"""The Chinese names of the lists, by their English ones."""


class Codes:
    """One closed list: a name and its labels in their natural order."""

    def __init__(self, name: str, *rows: tuple[str, str, str], also: dict[str, str] | None = None) -> None:
        self.name = name
        self.title = Label(name, TITLES.get(name, name), name)
        self.labels = {code: Label(code, zh, en) for code, zh, en in rows}
        self._spellings = {spelling.casefold(): code for code, zh, en in rows for spelling in (code, zh, en)}
        self._spellings.update({spelling.casefold(): code for spelling, code in (also or {}).items()})

    def __iter__(self) -> Iterator[str]:
        return iter(self.labels)

    def __contains__(self, code: object) -> bool:
        return code in self.labels

    def label(self, code: str) -> Label:
        """The label of ``code``; a code that is not in the list labels itself."""
        return self.labels.get(code) or Label(code, code, code)

    def parse(self, text: str) -> str | None:
        """The code that ``text`` names by code or label in either language (after NFKC, in any case), else None."""
        return self._spellings.get(unicodedata.normalize("NFKC", text).strip().casefold())


CHANNEL = Codes(
    "channel",
    ("hotline", "服务热线", "hotline"),
    ("email", "邮件", "e-mail"),
    ("im", "即时通讯", "instant message"),
    ("web", "网站", "web"),
    ("in_person", "当面", "in person"),
    ("other", "其他", "other"),
    also={
        "电话": "hotline",
        "热线": "hotline",
        "邮箱": "email",
        "微信": "im",
        "wechat": "im",
        "QQ": "im",
        "phone": "hotline",
    },
)
TYPE = Codes(
    "type",
    ("consultation", "技术咨询", "consultation"),
    ("fault", "故障处理", "fault"),
    ("security", "信息安全事件", "security incident"),
    also={"咨询": "consultation", "故障": "fault", "安全": "security"},
)
CATEGORY = Codes(
    "category",
    ("server_hardware", "服务器端硬件", "server hardware"),
    ("application", "应用系统", "application"),
    ("terminal", "终端设备", "terminal"),
    also={"服务器": "server_hardware", "应用": "application", "终端": "terminal"},
)
SEVERITY = Codes("severity", ("high", "高", "high"), ("medium", "中", "medium"), ("low", "低", "low"))
PRIORITY = Codes("priority", ("high", "高", "high"), ("medium", "中", "medium"), ("low", "低", "low"))
IMPORTANCE = Codes("importance", ("important", "重要", "important"), ("normal", "一般", "normal"))
URGENCY = Codes("urgency", ("urgent", "紧急", "urgent"), ("normal", "一般", "normal"))
SQUARE = Codes(
    "priority",
    ("important_urgent", "重要紧急", "important and urgent"),
    ("important", "重要不紧急", "important, not urgent"),
    ("urgent", "紧急不重要", "urgent, not important"),
    ("normal", "一般", "normal"),
    also={"重要且紧急": "important_urgent", "不重要不紧急": "normal"},
)
STAGE = Codes(
    "stage",
    ("logged", "已受理", "logged"),
    ("classified", "已分类", "classified"),
    ("tier1", "一线处理中", "with tier 1"),
    ("tier2", "二线处理中", "with tier 2"),
    ("tier3", "三线处理中", "with tier 3"),
    ("dispatch_pending", "工单待审批", "dispatch pending"),
    ("dispatched", "已派单", "dispatched"),
    ("onsite", "现场处理中", "on site"),
    ("resolved", "已解决", "resolved"),
    ("confirmed", "客户已确认", "confirmed"),
    ("archived", "已归档", "archived"),
    ("closed", "已关闭", "closed"),
    ("void", "已作废", "void"),
    ("merged", "已合并", "merged"),
)
STATUS = Codes("status", ("open", "未完成", "open"), ("completed", "已完成", "completed"))
HOLD = Codes(
    "hold",
    ("customer", "等待客户", "customer"),
    ("supplier", "等待供应商", "supplier"),
    ("change", "等待变更", "change"),
    ("problem", "等待问题", "problem"),
    ("agreed_date", "等待约定时间", "agreed date"),
    also={"客户": "customer", "供应商": "supplier", "变更": "change", "问题": "problem", "约定时间": "agreed_date"},
)
ESCALATE_TO = Codes(
    "escalation target",
    ("tier2", "二线", "tier 2"),
    ("tier3", "三线", "tier 3"),
    ("department_manager", "技术服务部经理", "department manager"),
    ("top_management", "公司管理层", "top management"),
    also={"2": "tier2", "3": "tier3", "部门经理": "department_manager", "管理层": "top_management"},
)
ESCALATION_KIND = Codes(
    "escalation kind", ("functional", "职能升级", "functional"), ("hierarchical", "管理升级", "hierarchical")
)
ESCALATION_REASON = Codes(
    "escalation reason",
    ("unresolved", "尝试无果", "unresolved"),
    ("beyond_capability", "超出能力范围", "beyond capability"),
    ("supplier", "供应商问题", "supplier"),
    ("major", "重大事件", "major"),
    ("dispute", "纠纷投诉", "dispute"),
)
SOLUTION_KIND = Codes("solution kind", ("permanent", "根本解决", "permanent"), ("workaround", "替代方案", "workaround"))
CHANGE_CLASS = Codes(
    "change class", ("normal", "一般", "normal"), ("major", "重大", "major"), ("emergency", "紧急", "emergency")
)
PROBLEM_REASON = Codes(
    "problem reason", ("significant", "影响重大", "significant"), ("recurring", "经常出现", "recurring")
)
CONFIRM_METHOD = Codes(
    "method",
    ("phone", "电话", "phone"),
    ("im", "即时通讯", "instant message"),
    ("email", "邮件", "e-mail"),
    ("signature", "签字", "signature"),
    ("in_person", "当面", "in person"),
    also={"微信": "im", "QQ": "im"},
)
UNSIGNED = Codes(
    "unsigned outcome",
    ("refused_to_sign", "拒绝签字", "refused to sign"),
    ("signatory_absent", "签字人不在", "signatory absent"),
    ("unreachable", "无法联系", "unreachable"),
    also={"refused": "refused_to_sign", "absent": "signatory_absent", "拒签": "refused_to_sign"},
)
APPROVAL_KIND = Codes("approval kind", ("signed", "书面审批", "signed"), ("verbal", "口头批准", "verbal"))
DECISION = Codes("decision", ("approved", "批准", "approved"), ("rejected", "驳回", "rejected"))
CHECKLIST_ITEM = Codes(
    "checklist item",
    ("installer", "安装程序", "installer"),
    ("user_manual", "用户手册", "user manual"),
    ("patches", "升级补丁", "patches"),
    ("record_form", "现场服务记录单", "record form"),
    also={
        "manual": "user_manual",
        "form": "record_form",
        "安装": "installer",
        "补丁": "patches",
        "记录单": "record_form",
    },
)
CHECKLIST_STATE = Codes("checklist state", ("ready", "已备", "ready"), ("not_needed", "不需要", "not needed"))
DIAGNOSIS = Codes(
    "diagnosis method",
    ("baseline_comparison", "标准配置比对", "baseline comparison"),
    ("log_analysis", "日志分析", "log analysis"),
    ("replacement", "替换法", "replacement"),
    ("reproduction", "重现", "reproduction"),
    ("observation", "观察询问", "observation"),
    ("other", "其他", "other"),
    also={"比对": "baseline_comparison", "对比": "baseline_comparison", "baseline": "baseline_comparison"},
)
FOLLOW_UP_RESULT = Codes(
    "follow-up result",
    ("reached", "已接通", "reached"),
    ("no_answer", "无人接听", "no answer"),
    ("refused", "拒绝回访", "refused"),
    ("wrong_number", "号码有误", "wrong number"),
)
SATISFACTION = Codes(
    "satisfaction",
    ("5", "非常满意", "very satisfied"),
    ("4", "满意", "satisfied"),
    ("3", "一般", "neutral"),
    ("2", "不满意", "dissatisfied"),
    ("1", "非常不满意", "very dissatisfied"),
)
ARTICLE_STATUS = Codes(
    "article status",
    ("draft", "草稿", "draft"),
    ("published", "已发布", "published"),
    ("retired", "已停用", "retired"),
)
ROLE = Codes(
    "role",
    ("incident_manager", "事件管理负责人", "incident manager"),
    ("tier1", "一线支持", "tier 1"),
    ("tier2", "二线支持", "tier 2"),
    ("tier3", "三线支持", "tier 3"),
    ("top_management", "公司管理层", "top management"),
    ("department_manager", "技术服务部经理", "department manager"),
    ("project_manager", "项目经理", "project manager"),
    ("technical_director", "技术总监", "technical director"),
    ("archivist", "项目档案管理员", "archivist"),
    ("configuration_manager", "配置管理负责人", "configuration manager"),
    also={
        "一线": "tier1",
        "二线": "tier2",
        "三线": "tier3",
        "档案管理员": "archivist",
        "部门经理": "department_manager",
    },
)
TIER = Codes(
    "tier",
    ("1", "一线", "tier 1"),
    ("2", "二线", "tier 2"),
    ("3", "三线", "tier 3"),
    also={"tier1": "1", "tier2": "2", "tier3": "3", "一线支持": "1", "二线支持": "2", "三线支持": "3"},
)

OPEN_STAGES = frozenset(STAGE) - {"closed", "void", "merged"}
WORKING_STAGES = frozenset({"tier1", "tier2", "tier3"})
SOLVED_STAGES = frozenset({"resolved", "confirmed", "archived", "closed"})
COMPLETED_STAGES = frozenset({"closed", "void", "merged"})


def priority(importance: str | None, urgency: str | None) -> str | None:
    """The priority that importance and urgency make (F10): both high, one medium, none low; None while either is open."""
    if not importance or not urgency:
        return None
    return ("low", "medium", "high")[(importance == "important") + (urgency == "urgent")]
