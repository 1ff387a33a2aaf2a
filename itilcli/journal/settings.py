"""What git's configuration says of the desk: who the author is, and what a commit must go through.

Part of the journal's room. One ``git config --list`` answers it all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from itilcli.errors import Kind, Problem, Refused
from itilcli.journal.running import Git, Place
from itilcli.journal.spawned import Spawned
from itilcli.text import t
from itilcli.values import value

_ALL = ("config", "-z", "--list")
HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit")


@value
class Identity:
    """A name and an e-mail address, as git writes them."""

    name: str
    email: str


def settings(git: Git) -> dict[str, str]:
    """Git's configuration: section and variable in lower case, the last value of each."""
    return _read(git.run(*_ALL))


def _read(said: bytes) -> dict[str, str]:
    found = {}
    for entry in said.decode("utf-8", "surrogateescape").split("\0"):
        name, newline, value = entry.partition("\n")
        found[name] = value if newline else "true"
    return found


class Asked:
    """The question for :func:`settings`, which git answers while this process does something else."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._asked: Spawned | None = None
        with suppress(OSError):
            self._asked = Spawned(git, *_ALL)

    def answer(self) -> dict[str, str]:
        """What git said; it is asked again where it could not. Raises Refused."""
        said = self._asked.said() if self._asked else None
        return settings(self._git) if said is None else _read(said)

    def end(self) -> None:
        """Nobody waits for the answer any more."""
        if self._asked:
            self._asked.end()


def is_on(config: Mapping[str, str], name: str) -> bool:
    """A setting that is a yes or no; not set is no."""
    return config.get(name, "").lower() in {"true", "yes", "on", "1"}


def identity(git: Git, config: Mapping[str, str], role: str) -> Identity:
    """The ``author`` or ``committer`` as git would write it. Raises Refused: E-actor-identity (kind PERMISSION)."""
    name = os.environ.get(f"GIT_{role.upper()}_NAME", config.get(f"{role}.name") or config.get("user.name", ""))
    email = os.environ.get(f"GIT_{role.upper()}_EMAIL", config.get(f"{role}.email") or config.get("user.email", ""))
    if _crudless(name) and _crudless(email):
        return Identity(_crudless(name), _crudless(email))
    try:
        said = git.run("var", f"GIT_{role.upper()}_IDENT").decode("utf-8", "replace")
    except Refused:
        hint = t("git config --global user.name NAME; git config --global user.email ADDRESS")
        message = t("git does not know who you are.")
        raise Refused([Problem("E-actor-identity", message, hint, kind=Kind.PERMISSION)]) from None
    name, _, rest = said.partition(" <")
    return Identity(name, rest.partition(">")[0])


def _crudless(text: str) -> str:
    """``text`` without what git takes off names: angle brackets, newlines, punctuation and blanks at the ends."""
    shown = os.fsencode(text).decode("utf-8", "replace")
    edges = "".join(map(chr, range(33))) + ".,:;\"'\\"
    return shown.translate(dict.fromkeys(map(ord, "<>\n\0"))).strip(edges)


def hooks(place: Place, config: Mapping[str, str]) -> frozenset[str]:
    """The hooks of a commit that git would run."""
    folder = place.top / Path(config.get("core.hookspath") or place.common_dir / "hooks").expanduser()
    by_file = {name for name in HOOKS if os.access(folder / name, os.X_OK)}
    if any(name.startswith("hook.") for name in config):
        return frozenset(HOOKS)
    return frozenset(by_file)


def may_convert(place: Place, config: Mapping[str, str], paths: Iterable[str], contents: Iterable[bytes]) -> bool:
    """Whether git might store other bytes than the files hold: filters, encodings, or line ends that are not LF.

    Without a carriage return in the contents, no end-of-line setting changes anything on the way in.
    """
    personal = config.get("core.attributesfile") or _xdg() / "git/attributes"
    files = [Path("/etc/gitattributes"), Path(personal).expanduser(), place.common_dir / "info/attributes"]
    nearest = {place.root / path.rpartition("/")[0] for path in paths}
    folders = {folder for near in nearest for folder in (near, *near.parents)}
    files += [folder / ".gitattributes" for folder in folders if folder.is_relative_to(place.top)]
    attributes = b"".join(file.read_bytes() for file in files if file.is_file())
    if re.search(rb"filter|ident|encoding", attributes):
        return True
    lines = attributes or config.get("core.autocrlf", "false").lower() not in {"false", "no", "off", "0"}
    return bool(lines) and any(b"\r" in data for data in contents)


def _xdg() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser()
