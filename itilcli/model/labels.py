"""What the fields of the forms are called on paper and on screen, in either language; one row per field name."""

from __future__ import annotations

from itilcli.text import Label

_ROWS = (
    # the incident
    ("id", "编号", "ID"), ("title", "标题", "title"), ("procedure_version", "程序版本", "procedure version"),
    ("status", "状态", "status"), ("stage", "阶段", "stage"), ("tier", "支持级别", "tier"), ("priority", "优先级", "priority"),
    ("owner", "跟踪人", "owner"), ("assignee", "处理人", "assignee"), ("hold", "挂起", "hold"), ("due_on", "应回访日", "follow-up due"),
    ("imported", "导入", "imported"), ("source", "来源", "source"), ("key", "原编号", "key there"), ("map", "映射", "map"),
    ("values", "原始值", "original values"),
    ("channel", "受理渠道", "channel"), ("channel_detail", "渠道说明", "channel detail"), ("reported_at", "报告时间", "reported"),
    ("received_by", "受理人", "received by"), ("recorded_at", "记录时间", "recorded"), ("customer", "客户", "customer"),
    ("organisation", "客户单位", "organisation"), ("contact", "联系人", "contact"), ("phone", "电话", "phone"),
    ("email", "邮箱", "e-mail"), ("address", "地址", "address"), ("symptom", "故障现象", "symptom"),
    ("business_impact", "影响业务的具体原因", "business impact"), ("expected_by", "期望解决时间", "expected by"),
    ("expected_by_none", "客户未提期望时间", "no time expected"), ("incomplete", "信息不全原因", "incomplete because"),
    ("model", "事件模型", "model"), ("type", "事件类型", "type"), ("category", "故障类别", "category"), ("severity", "故障等级", "severity"),
    ("importance", "重要性", "importance"), ("urgency", "紧急性", "urgency"), ("project", "支持项目", "project"),
    ("configuration_items", "配置项", "configuration items"), ("supplier", "供应商", "supplier"), ("contract", "合同", "contract"),
    ("supplier_ref", "供应商单号", "supplier's number"), ("due_at", "合同时限", "contract time"), ("major", "重大事件", "major incident"),
    ("declared", "是否重大", "declared"), ("manager", "负责人", "manager"), ("review", "评审", "review"), ("findings", "发现", "findings"),
    ("manager_notified", "报告部门经理", "manager notified"), ("to", "对象", "to"), ("unreachable", "未联系上", "unreachable"),
    ("instead", "改为报告", "told instead"), ("parent", "主事件", "parent"), ("related", "相关事件", "related"),
    ("merged_into", "并入", "merged into"), ("first_response_at", "首次响应", "first response"),
    ("escalations", "升级记录", "escalations"), ("from", "来自", "from"), ("kind", "方式", "kind"), ("reason", "原因", "reason"),
    ("tried", "已尝试", "tried"), ("solution", "方案告知", "plan told"), ("plan", "方案", "plan"), ("feasibility", "可行性", "feasibility"),
    ("estimated_duration", "预计用时", "estimated duration"), ("told_customer_at", "告知客户时间", "customer told"),
    ("agreed", "约定时间", "agreed times"), ("until", "至", "until"), ("with", "约定对象", "with"), ("backup", "数据备份", "backup"),
    ("location", "存放位置", "location"), ("verified", "已验证", "verified"), ("waived", "免备份", "waived"),
    ("mode_exception", "处理方式例外", "mode exception"), ("resolution", "解决", "resolution"), ("steps", "解决方法", "solution"),
    ("derived", "推算", "derived"), ("change", "变更", "change"), ("class", "类别", "class"), ("ref", "编号", "reference"),
    ("problem", "问题", "problem"), ("decided_by", "判定人", "decided by"), ("confirmation", "客户确认", "confirmation"),
    ("method", "方式", "method"), ("outcome", "结果", "outcome"), ("witness", "见证人", "witness"), ("evidence", "凭据", "evidence"),
    ("accepted_by", "认可人", "accepted by"), ("confirmation_attempts", "确认联系未果", "attempts to confirm"),
    ("archived", "归档", "archived"), ("serial", "表单编号", "serial"), ("configuration_update", "配置更新", "configuration update"),
    ("items", "配置项", "items"), ("item", "配置项", "item"), ("attribute", "属性", "attribute"), ("value", "值", "value"),
    ("submitted_to", "提交给", "submitted to"), ("done_at", "完成时间", "done"), ("commit", "提交", "commit"),
    ("knowledge", "知识库", "knowledge"), ("earlier_rounds", "历次处理", "earlier rounds"), ("notes", "备注", "notes"),
    ("told", "告知客户", "told to the customer"), ("chased", "客户催办", "chased by the customer"), ("text", "内容", "text"),
    ("attachments", "附件", "attachments"), ("file", "文件", "file"), ("sha256", "SHA-256", "SHA-256"), ("size", "字节", "bytes"),
    ("history", "处理经过", "history"), ("at", "时间", "at"), ("by", "经手人", "by"), ("recorded_by", "记录人", "recorded by"),
    ("action", "步骤", "action"), ("clause", "条款", "clause"), ("form", "表单", "form"), ("set", "设定", "set"),
    # the forms
    ("form_no", "表单号", "form number"), ("work_order", "工单", "work order"), ("appointment", "预约", "appointment"),
    ("place", "地点", "place"), ("customer_contact", "现场联系人", "contact on site"), ("cancelled", "取消原因", "cancelled because"),
    ("earlier_appointments", "原预约", "earlier appointments"), ("customer_cooperation", "客户配合事项", "customer's part"),
    ("checklist", "出发前检查", "checklist"), ("installer", "安装程序", "installer"), ("user_manual", "用户手册", "user manual"),
    ("patches", "升级补丁", "patches"), ("record_form", "现场服务记录单", "record form"), ("state", "情况", "state"),
    ("version", "版本", "version"), ("invited", "受邀人员", "invited"), ("invited_tiers", "受邀级别", "invited tiers"),
    ("sessions", "现场时段", "on site"), ("who", "人员", "who"), ("arrived_at", "到达", "arrived"), ("left_at", "离开", "left"),
    ("back_at", "预计返回", "back"), ("diagnosis", "诊断", "diagnosis"), ("cause", "故障原因", "cause"),
    ("performed_by", "实施人", "performed by"), ("solved", "是否解决", "solved"), ("signature", "客户签字", "signature"),
    ("name", "姓名", "name"), ("files", "扫描件", "scans"), ("responded_at", "响应时间", "responded"),
    ("responded_by", "响应人", "responded by"), ("knowledge_consulted", "查阅知识", "consulted"), ("none_found", "知识库无相关内容", "none found"),
    ("guidance", "电话指导", "guidance"), ("consent", "客户同意", "consent"), ("given_by", "同意人", "given by"), ("tool", "远程工具", "tool"),
    ("started_at", "开始", "started"), ("ended_at", "结束", "ended"), ("operator", "操作人", "operator"), ("actions", "处理过程", "actions"),
    ("requested_by", "申请人", "requested by"), ("requested_at", "申请时间", "requested"), ("decision", "决定", "decision"),
    ("asked", "申请派出", "asked"), ("engineers", "工程师", "engineers"), ("lead", "带队人", "lead"), ("planned_from", "计划开始", "planned from"),
    ("planned_until", "计划结束", "planned until"), ("approved", "批准派出", "approved"), ("approval", "审批", "approval"),
    ("comment", "意见", "comment"), ("countersigned", "补签", "countersigned"), ("withdrawn", "撤单", "withdrawn"),
    ("received", "接收", "received"), ("refused", "退回补正", "refused"), ("earlier_receipts", "历次接收", "earlier receipts"),
    ("result", "回访结果", "result"), ("satisfaction", "满意度", "satisfaction"), ("solved_confirmed", "客户认为已解决", "customer finds it solved"),
    ("complaint", "投诉", "complaint"), ("handler", "处理人", "handler"), ("closed_at", "关闭时间", "closed"),
    # what a history adds up to, and columns of lists
    ("resolved_at", "解决时间", "resolved"), ("resolved_tier", "解决级别", "solved by tier"), ("hold_until", "挂起至", "on hold until"),
    ("digest", "校验码", "digest"), ("month", "月份", "month"), ("code", "代码", "code"), ("mark", "标记", "mark"),
    ("keywords", "关键词", "keywords"),
)  # fmt: skip
FIELD: dict[str, Label] = {code: Label(code, zh, en) for code, zh, en in _ROWS}


def field_label(name: str) -> Label:
    """The label of a field by its name in the file; a name without a row labels itself."""
    name = name.rstrip("_")
    return FIELD.get(name) or Label(name, name, name)
