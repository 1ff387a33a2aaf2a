"""The table of figures: one row each, with its number in the requirements, its name in JSON and its title."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from itilcli.figures import backlog, conformity, response, satisfaction, tiers, times, volume
from itilcli.figures.book import Book
from itilcli.figures.period import Period
from itilcli.figures.titles import TITLES
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
    Row("K1", TITLES["incidents_total"], volume.incidents_total),
    Row("K2", TITLES["response_rate"], response.response_rate),
    Row("K3", TITLES["by_severity"], volume.by_severity),
    Row("K3", TITLES["by_priority"], volume.by_priority),
    Row("K3", TITLES["by_square"], volume.by_square),
    Row("K4", TITLES["resolved_by_tier"], tiers.resolved_by_tier),
    Row("K5", TITLES["tier_rate"], tiers.tier_rate),
    Row("K5", TITLES["handled_rate"], tiers.handled_rate),
    Row("K5", TITLES["first_contact_rate"], tiers.first_contact_rate),
    Row("K6", TITLES["satisfaction"], satisfaction.satisfaction),
    Row("K7", TITLES["follow_up_on_time"], satisfaction.follow_up_on_time),
    Row("K8", TITLES["time_to_respond"], response.time_to_respond),
    Row("K8", TITLES["time_to_resolve"], times.time_to_resolve),
    Row("K9", TITLES["resolution_on_time"], times.resolution_on_time),
    Row("K10", TITLES["backlog_start"], backlog.backlog_start),
    Row("K10", TITLES["backlog_end"], backlog.backlog_end),
    Row("K10", TITLES["voided"], volume.voided),
    Row("K10", TITLES["merged"], volume.merged),
    Row("K11", TITLES["resolutions"], backlog.resolutions),
    Row("K11", TITLES["reopenings"], backlog.reopenings),
    Row("K11", TITLES["reopen_rate"], backlog.reopen_rate),
    Row("K12", TITLES["onsite_rate"], tiers.onsite_rate),
    Row("K12", TITLES["remote_rate"], tiers.remote_rate),
    Row("K13", TITLES["nonconformity"], conformity.nonconformity),
    Row("K14", TITLES["change_last_month"], volume.change_last_month),
    Row("K14", TITLES["change_last_year"], volume.change_last_year),
)
