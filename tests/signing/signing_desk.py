"""A desk whose people sign with real keys of ssh-keygen."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import TestDesk

from itilcli.store.people import read_people


@dataclass(frozen=True)
class Signing:
    """A desk, and the folder of the keys."""

    desk: TestDesk
    keys: Path

    def key(self, name: str) -> Path:
        """The public key of this name, made where it is not there; the private one lies beside it."""
        file = self.keys / name
        if not file.exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(file)], check=True)
        return file.with_name(f"{name}.pub")

    def asks(self, signing: str) -> None:
        """The desk asks for signatures from now on."""
        settings = self.desk.root / "desk.yaml"
        settings.write_text(f'{settings.read_text("utf-8")}signing: "{signing}"\n', "utf-8")
        self.desk.commit()

    def signs_with(self, name: str) -> None:
        """What git is told to sign with from now on."""
        self.desk.git("config", "user.signingKey", str(self.key(name)))

    def verify(self, kind: str = "commit", what: str = "HEAD") -> subprocess.CompletedProcess[str]:
        """What git itself says with the file that was made of ``people.yaml``."""
        allowed = self.desk.root / ".git" / "itil-allowed-signers"
        words = ["-c", f"gpg.ssh.allowedSignersFile={allowed}", f"verify-{kind}", what]
        return subprocess.run(["git", "-C", str(self.desk.root), *words], capture_output=True, text=True, check=False)

    def verdict(self, commit: str = "HEAD") -> tuple[str, str]:
        """What the journal and today's people say of a commit: the state and the person."""
        from zoneinfo import ZoneInfo

        from itilcli.journal import Journal
        from itilcli.journal.signatures import verdict

        name = self.desk.git("rev-parse", commit).strip()
        found = Journal.open(self.desk.root).signatures([name])[name]
        said = verdict(found, read_people(self.desk.root)[0], ZoneInfo("Asia/Shanghai"))
        return said.state, said.person


def signing_at(desk: TestDesk, keys: Path) -> Signing:
    """The desk, which asks for no signature yet; nobody has a key."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    keys.mkdir()
    return Signing(desk, keys)
