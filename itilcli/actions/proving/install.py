"""`itil gate --install`: the one line on the server that calls the gate whenever somebody pushes."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from itilcli.errors import Kind, Problem, Refused
from itilcli.journal.walked import Walk
from itilcli.store.files import write_atomically
from itilcli.text import Text, t

HOOK = "pre-receive"
MARK = "-m itilcli gate"
PROGRAM = 0o755


def install(repository: Path) -> Path:
    """The hook of a bare repository, written; its path. It is the same however often it is done.

    Git is told besides to look at each object that comes (``receive.fsckObjects``), and to have it on the disk before a
    branch points to it (``core.fsync``).

    :raises Refused: E-gate-bare for what is no bare repository, E-gate-hook-there where another hook stands.
    """
    real = Path(os.path.realpath(repository))
    if not ((real / "HEAD").is_file() and (real / "objects").is_dir()):
        hint = t("make one with: git init --bare REPOSITORY; people push to it and never work in it")
        raise _refused("bare", t("{path} is no bare repository", path=real), hint)
    walk = Walk.bare(real)
    said = walk.run("rev-parse", "--git-path", "hooks").decode("utf-8", "surrogateescape").strip()
    hook = Path(os.path.normpath(real / said / HOOK))
    if hook.exists() or hook.is_symlink():
        known = hook.read_bytes() if hook.is_file() and not hook.is_symlink() else b""
        if MARK.encode() not in known or len(known.splitlines()) > len(text().splitlines()):
            hint = t("call the gate from it by a line of its own: {line}", line=command())
            raise _refused("hook-there", t("another hook stands there: {path}", path=hook), hint)
    hook.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(hook, text().encode())
    hook.chmod(PROGRAM)
    walk.run("config", "receive.fsckObjects", "true")
    walk.run("config", "core.fsync", "loose-object,reference,pack")
    return hook


def command() -> str:
    """How the gate is called, as a shell reads it."""
    return f"{shlex.quote(sys.executable)} {MARK}"


def text() -> str:
    """The hook."""
    return f"#!/bin/sh\nexec {command()}\n"


def _refused(slug: str, message: Text, hint: Text) -> Refused:
    return Refused([Problem(f"E-gate-{slug}", message, hint, kind=Kind.DESK)])
