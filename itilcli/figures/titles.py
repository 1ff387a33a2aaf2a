"""What the figures are called: their names in JSON and their titles."""

from __future__ import annotations

from itilcli.text import Label

TITLES: dict[str, Label] = {
    row.code: row
    for row in (
        Label("incidents_total", "事件总数", "incidents"),
        Label("response_rate", "响应率", "response rate"),
        Label("by_severity", "故障等级分布", "by severity"),
        Label("by_priority", "优先级分布", "by priority"),
        Label("by_square", "重要度×紧急度", "importance × urgency"),
        Label("resolved_by_tier", "各线解决数", "resolved by tier"),
        Label("tier_rate", "各线解决率", "share of each tier"),
        Label("handled_rate", "经手解决率", "solved of those handled"),
        Label("first_contact_rate", "首次解决率", "first contact resolution"),
        Label("satisfaction", "客户满意度", "customer satisfaction"),
        Label("follow_up_on_time", "按时回访率", "follow-ups on time"),
        Label("time_to_respond", "响应时间", "time to respond"),
        Label("time_to_resolve", "解决时间", "time to resolve"),
        Label("resolution_on_time", "按时解决率", "solved on time"),
        Label("backlog_start", "月初未解决", "backlog at the start"),
        Label("backlog_end", "月末未解决", "backlog at the end"),
        Label("voided", "本月作废", "voided"),
        Label("merged", "本月合并", "merged"),
        Label("resolutions", "解决次数", "resolutions"),
        Label("reopenings", "重开次数", "reopenings"),
        Label("reopen_rate", "重开率", "reopening rate"),
        Label("onsite_rate", "现场服务率", "solved on site"),
        Label("remote_rate", "远程服务率", "solved remotely"),
        Label("nonconformity", "不符合项", "nonconformities"),
        Label("change_last_month", "环比", "change on last month"),
        Label("change_last_year", "同比", "change on last year"),
    )
}
