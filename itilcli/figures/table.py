"""The table of figures: one row each, with its number in the requirements, its name in JSON and its title."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from itilcli.figures import backlog, conformity, response, satisfaction, tiers, times, volume
from itilcli.figures.book import Book
from itilcli.figures.period import Period
from itilcli.text import Label


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: ``compute`` takes the book of a desk and the months that it is wanted for."""

    number: str
    label: Label
    compute: Callable[[Book, Period], dict[str, Any]]

    @property
    def name(self) -> str:
        """Its key in the JSON report."""
        return self.label.code


FIGURES: tuple[Row, ...] = (
    Row("K1", Label("incidents_total", "事件总数", "incidents"), volume.incidents_total),
    Row("K2", Label("response_rate", "响应率", "response rate"), response.response_rate),
    Row("K3", Label("by_severity", "故障等级分布", "by severity"), volume.by_severity),
    Row("K3", Label("by_priority", "优先级分布", "by priority"), volume.by_priority),
    Row("K3", Label("by_square", "重要度×紧急度", "importance × urgency"), volume.by_square),
    Row("K4", Label("resolved_by_tier", "各线解决数", "resolved by tier"), tiers.resolved_by_tier),
    Row("K5", Label("tier_rate", "各线解决率", "share of each tier"), tiers.tier_rate),
    Row("K5", Label("handled_rate", "经手解决率", "solved of those handled"), tiers.handled_rate),
    Row("K5", Label("first_contact_rate", "首次解决率", "first contact resolution"), tiers.first_contact_rate),
    Row("K6", Label("satisfaction", "客户满意度", "customer satisfaction"), satisfaction.satisfaction),
    Row("K7", Label("follow_up_on_time", "按时回访率", "follow-ups on time"), satisfaction.follow_up_on_time),
    Row("K8", Label("time_to_respond", "响应时间", "time to respond"), response.time_to_respond),
    Row("K8", Label("time_to_resolve", "解决时间", "time to resolve"), times.time_to_resolve),
    Row("K9", Label("resolution_on_time", "按时解决率", "solved on time"), times.resolution_on_time),
    Row("K10", Label("backlog_start", "月初未解决", "backlog at the start"), backlog.backlog_start),
    Row("K10", Label("backlog_end", "月末未解决", "backlog at the end"), backlog.backlog_end),
    Row("K10", Label("voided", "本月作废", "voided"), volume.voided),
    Row("K10", Label("merged", "本月合并", "merged"), volume.merged),
    Row("K11", Label("resolutions", "解决次数", "resolutions"), backlog.resolutions),
    Row("K11", Label("reopenings", "重开次数", "reopenings"), backlog.reopenings),
    Row("K11", Label("reopen_rate", "重开率", "reopening rate"), backlog.reopen_rate),
    Row("K12", Label("onsite_rate", "现场服务率", "solved on site"), tiers.onsite_rate),
    Row("K12", Label("remote_rate", "远程服务率", "solved remotely"), tiers.remote_rate),
    Row("K13", Label("nonconformity", "不符合项", "nonconformities"), conformity.nonconformity),
    Row("K14", Label("change_last_month", "环比", "change on last month"), volume.change_last_month),
    Row("K14", Label("change_last_year", "同比", "change on last year"), volume.change_last_year),
)
