"""The desk as `check` opens it: what is wrong in its own files is kept to be told, and stops nothing."""

from __future__ import annotations

from datetime import tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from itilcli.desk import Desk
from itilcli.errors import Problem
from itilcli.model.people import People
from itilcli.model.settings import Settings
from itilcli.procedure.clause import World
from itilcli.store.people import read_people, read_settings


class Examined(Desk):
    """A desk that opens whatever its files hold."""

    @cached_property
    def read_settings(self) -> tuple[Settings, list[Problem]]:
        """``desk.yaml`` and everything wrong in it."""
        return read_settings(self.root)

    @cached_property
    def read_people(self) -> tuple[People, list[Problem]]:
        """``people.yaml`` and everything wrong in it."""
        return read_people(self.root)

    @cached_property
    def settings(self) -> Settings:
        """What of ``desk.yaml`` could be read."""
        return self.read_settings[0]

    @cached_property
    def people(self) -> People:
        """What of ``people.yaml`` could be read."""
        return self.read_people[0]

    @cached_property
    def zone(self) -> tzinfo:
        """The desk's time zone; Shanghai while ``desk.yaml`` names none that is known."""
        try:
            return ZoneInfo(self.settings.timezone or "Asia/Shanghai")
        except (ValueError, OSError, KeyError):
            return ZoneInfo("Asia/Shanghai")

    @cached_property
    def known(self) -> World:
        """What the rules may know; built once."""
        return self.world()

    def begun(self, path: str) -> bool:
        """Whether a killed or running command wrote this file, and never committed it."""
        return path in self._unfinished and self.journal.committed_bytes(path) is None

    @property
    def in_flight(self) -> bool:
        """Whether a command's half-done work lies in the desk."""
        return bool(self._unfinished)

    @cached_property
    def articles(self) -> frozenset[str]:
        """The IDs of the articles that have a file."""
        return frozenset(path.stem for path in (self.root / "knowledge").glob("KB-*.md"))

    @cached_property
    def counter_years(self) -> tuple[int, ...]:
        """The years whose serials are counted."""
        found = (path.stem for path in (self.root / "records" / "serials").glob("[0-9][0-9][0-9][0-9].yaml"))
        return tuple(sorted(int(stem) for stem in found))
