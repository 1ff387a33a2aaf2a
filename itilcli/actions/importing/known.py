"""Which foreign incidents the desk holds already, and the IDs of new ones: always the same for the same source."""

from __future__ import annotations

import re
from datetime import datetime

from itilcli.actions.importing.story import code_of
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.store import cases, files, yaml
from itilcli.values import pattern

_IMPORTED = pattern(rb"^imported: true\b", re.MULTILINE)
_SOURCE = pattern(rb"^source:\n((?:  .*\n)+)", re.MULTILINE)
_LINE = pattern(rb'^  (key|map): "([^"\\\n]*)"$', re.MULTILINE)


class Known:
    """What the desk held when the import began, and what it has been given since."""

    def __init__(self, desk: Desk, source: str) -> None:
        """Reads the sources of every imported case; ``source`` is the map's name."""
        self.zone, self.source = desk.zone, source
        self.ids: set[str] = set()
        self.keys: dict[str, str] = {}
        for folder in cases.folders(desk.root):
            for case_id, parts in cases.names_in(folder).items():
                self.ids.add(case_id)
                if "incident" in parts:
                    key = self._key(desk, case_id)
                    if key is not None:
                        self.keys[key] = case_id

    def _key(self, desk: Desk, case_id: str) -> str | None:
        """The key in the source of an imported case, None for another."""
        path = cases.path_of(case_id, "incident")
        try:
            data = files.read_bytes(desk.root / path)
            if not _IMPORTED.search(data):
                return None
            block = _SOURCE.search(data)
            found = dict(_LINE.findall(block[1])) if block else {}
            if len(found) == len(("key", "map")):
                name, key = found[b"map"].decode(), found[b"key"].decode()
            else:
                source = yaml.read(data, path).get("source") or {}
                name, key = source.get("map"), source.get("key")
        except (Refused, UnicodeDecodeError, AttributeError):
            return None
        return key if name == self.source else None

    def new_id(self, key: str, reported_at: datetime) -> str:
        """The ID of a new case: the day of its report and four characters that follow from source and key.

        Where they are taken, the next ones that follow; the same file on the same desk gives the same IDs.
        """
        day, attempt = f"{reported_at.astimezone(self.zone):%Y%m%d}", 0
        while True:
            code = code_of(f"{self.source}\n{key}\n{attempt}")[:4]
            case_id = f"INC-{day}-{code}"
            if not code.isdigit() and case_id not in self.ids:
                self.ids.add(case_id)
                return case_id
            attempt += 1
