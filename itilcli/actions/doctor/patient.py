"""What is looked at: an environment, perhaps a repository, perhaps a desk. Each part is found out once, and none is needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path

from itilcli.desk import Desk, clock, find_root
from itilcli.errors import Refused
from itilcli.journal import Journal
from itilcli.journal.health import Health
from itilcli.model.people import Person


class Patient:
    """The installation as this process has it, and the desk that a command started here would mean."""

    def __init__(self, asked: str | None, environ: Mapping[str, str], here: Path) -> None:
        self.asked, self.environ, self.here = asked, environ, here

    @property
    def named(self) -> str | None:
        """The folder that somebody names as the desk's."""
        return self.asked or self.environ.get("ITIL_DESK")

    @cached_property
    def root(self) -> Path | None:
        """The desk's folder."""
        try:
            return find_root(self.asked, self.environ, self.here)
        except Refused:
            return None

    @cached_property
    def health(self) -> Health:
        """What git says here; asked in the desk where there is one."""
        return Health(self.root or self.here)

    @cached_property
    def journal(self) -> Journal | None:
        """The desk's repository; None where it is in none, or in one without a work tree."""
        try:
            return Journal.open(self.root) if self.root else None
        except Refused:
            return None

    @cached_property
    def desk(self) -> Desk | None:
        """The desk, where its settings and people can be read."""
        if self.root is None:
            return None
        try:
            desk = Desk(self.root, self.environ)
            desk.settings, desk.people, desk.zone, desk.now  # noqa: B018
        except (Refused, OSError):
            return None
        return desk

    @cached_property
    def person(self) -> Person | None:
        """Who git says is asking, as ``people.yaml`` knows them."""
        try:
            return self.desk.people.get(self.desk.actor) if self.desk else None
        except Refused:
            return None

    @cached_property
    def time(self) -> datetime:
        """The system's own time in UTC, whatever ITIL_NOW says."""
        return clock({})[0]
