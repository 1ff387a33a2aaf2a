"""§5.1, F3: the register of customers (``customers.yaml``): what a phone number tells, and what a call teaches."""

from __future__ import annotations

from typing import Any

from itilcli.desk import Desk
from itilcli.model.case import Case
from itilcli.store.change import Change


class Register:
    """The register during one command."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def fill(self, values: dict[str, Any]) -> dict[str, Any]:
        """The answers with what the register knows of the caller."""
        return values

    def learn(self, case: Case) -> None:
        """A caller not known before is remembered."""

    def changes(self) -> list[Change]:
        """What must be written of the register."""
        return []
