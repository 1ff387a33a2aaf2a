"""The rules B1…B27 in a few words, for the list of nonconformities (K13); their numbers stand with each rule of a clause."""

from __future__ import annotations

from itilcli.text import Label

RULES: dict[str, Label] = {
    row.code: row
    for row in (
        Label("B1", "处理方式（现场或远程）与故障等级不符", "on site or remotely against the severity"),
        Label("B2", "供应商问题未直接转三线", "a supplier's fault not handed to tier 3"),
        Label("B3", "重大事件未报告部门经理", "department manager not told of a major incident"),
        Label("B4", "未先查知识库电话指导就升级", "escalated without an attempt by phone"),
        Label("B5", "远程服务未经客户同意", "remote session without consent"),
        Label("B6", "升级未说明原因", "escalated without a reason"),
        Label("B7", "上门未经审批或口头批准未按时补签", "visit without approval, or a verbal one not signed in time"),
        Label("B8", "现场工程师不属于一线或二线", "engineer on site not of tier 1 or 2"),
        Label("B9", "上门前未预约或未完成检查清单", "visit without appointment or checklist"),
        Label("B10", "解决前未备份", "solved without a backup"),
        Label("B11", "不能及时解决而未与客户约定时间", "no time agreed with the customer"),
        Label("B12", "变更未记录类别或编号", "change without its class or reference"),
        Label("B13", "应转问题管理而未转", "not handed to problem management"),
        Label("B14", "客户未确认或未签字", "not confirmed or signed by the customer"),
        Label("B15", "资料未归档或工单未按时接收", "records not filed, or the work order received late"),
        Label("B16", "配置变更未提交或未完成", "configuration change not submitted or not made"),
        Label("B17", "新方案未提交知识库", "new solution not submitted to the knowledge base"),
        Label("B18", "关闭人不是一线或事件管理负责人", "not closed by tier 1 or the incident manager"),
        Label("B19", "未按时回访", "follow-up call late"),
        Label("B20", "月报未按时提交", "monthly report not submitted in time"),
        Label("B21", "供应商超出合同时限", "supplier beyond the contract's time"),
        Label("B21b", "纠纷投诉未上报公司管理层", "dispute not reported to top management"),
        Label("B22", "替代方案的根本原因未查明", "workaround without its root cause"),
        Label("B23", "步骤次序不合程序", "steps out of order"),
        Label("B24", "状态与处理经过不符", "status does not follow from the history"),
        Label("B25", "关闭后的更改未按程序", "changed after closing otherwise than allowed"),
        Label("B26", "程序版本不明", "version of the procedure unknown"),
        Label("B27", "合并或关联不当", "merged or linked wrongly"),
    )
}
"""By number."""
