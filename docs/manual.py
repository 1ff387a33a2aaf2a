"""The manual pages: written into the wheel when it is built, or into a folder to be looked at.

    python docs/manual.py FOLDER      man -l FOLDER/man1/itil.1

They are not kept in the repository: every help text stands in two of them, and they are made in a second out of the
command table, which needs no library for that.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def write(folder: Path) -> list[str]:
    """Writes every page below ``folder``; their paths. The date is that of SOURCE_DATE_EPOCH, else today."""
    sys.path.insert(0, str(ROOT))
    from itilcli.cli.commands import COMMANDS
    from itilcli.cli.manual import pages

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    day = time.strftime("%Y-%m-%d", time.gmtime(int(epoch) if epoch else None))
    names = []
    for name, text in pages(COMMANDS, day):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        names.append(name)
    return names


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # called by hand
    BuildHookInterface = object


class Manual(BuildHookInterface):  # type: ignore[misc]
    """Has hatchling put the pages into the wheel's ``share/man``, which lands beside ``bin``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the wheel is built."""
        self.folder = Path(tempfile.mkdtemp(prefix="itil-man-"))
        shared = build_data.setdefault("shared_data", {})
        shared |= {str(self.folder / name): f"share/man/{name}" for name in write(self.folder)}

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """After it is built."""
        shutil.rmtree(self.folder, ignore_errors=True)


if __name__ == "__main__":
    print(f"{len(write(Path(sys.argv[1])))} pages")
