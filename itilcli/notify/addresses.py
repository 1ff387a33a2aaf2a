"""Where messages go: URLs with keys in them, from the environment and from one file, never from the repository."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from itilcli.errors import Kind, Problem, Refused, reason_of
from itilcli.text import Text, t

URLS = "ITIL_NOTIFY"
FILE = "ITIL_NOTIFY_FILE"
FOR_ALL = Path("/etc/itil/notify")
MOST = 65_536
"""The most bytes that a file of addresses is read to."""


@dataclass(frozen=True, slots=True)
class Address:
    """One URL, which is a secret and is never shown, and the line it stands in, which may be."""

    url: str = field(repr=False)
    source: str


def addresses(desk_root: Path, environ: Mapping[str, str]) -> tuple[tuple[Address, ...], tuple[Problem, ...]]:
    """Every address, those of the environment first, each once; and warnings about the file.

    :raises Refused: when there is none, or the file cannot be read or lies in the desk's repository.
    """
    found = [Address(url, f"{URLS} {place}") for place, url in enumerate(environ.get(URLS, "").split(), 1)]
    warnings: tuple[Problem, ...] = ()
    path = file_of(environ)
    if path:
        found += of_file(path, desk_root)
        warnings = exposed(path)
    if not found:
        raise Refused([_problem("E-notify-none", t("nobody is named who could be notified"), t(
            "write one address a line into {path} and give it mode 600, or set {name}; see docs/cron.md",
            path=path or usual(environ), name=URLS,
        ))])  # fmt: skip
    once = {one.url: one for one in reversed(found)}
    return tuple(one for one in found if once[one.url] is one), warnings


def file_of(environ: Mapping[str, str]) -> Path | None:
    """The file that is named, else the user's, else the machine's; None where there is none."""
    if environ.get(FILE):
        return Path(environ[FILE])
    return next((path for path in (*own(environ), FOR_ALL) if os.path.lexists(path)), None)


def usual(environ: Mapping[str, str]) -> Path:
    """The file one would write."""
    return next(own(environ), FOR_ALL)


def own(environ: Mapping[str, str]) -> Iterator[Path]:
    """The user's own file; a job of cron may run without HOME, then the system is asked for it."""
    home = environ.get("HOME") or home_by_system()
    folder = environ.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    if folder:
        yield Path(folder) / "itil" / "notify"


def home_by_system() -> str:
    """The home folder of this process's user, or nothing where the system knows none."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_dir
    except (ImportError, KeyError):
        return ""


def of_file(path: Path, desk_root: Path) -> list[Address]:
    """One address a line; empty lines and those that begin with # are none.

    :raises Refused: when it lies in the desk's repository, or cannot be read.
    """
    if in_repository(path, desk_root):
        raise Refused([_problem(
            "E-notify-in-desk", t("{path} lies in the desk's repository; its keys would be committed", path=path),
            t("move it to {path} and name it with {name}; keys that were committed must be replaced",
              path=FOR_ALL, name=FILE),
        )])  # fmt: skip
    hint = t("mend the file or its rights; {name} names another", name=FILE)
    try:
        if path.exists() and not path.is_file():
            raise Refused([_problem("E-notify-file", t("{path} is not a file", path=path), hint)])
        with path.open("rb") as file:
            lines = file.read(MOST).decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why: Text | str = t("it is not text in UTF-8") if isinstance(error, UnicodeDecodeError) else reason_of(error)
        message = t("{path}, the file with the addresses to notify, cannot be read: {why}", path=path, why=why)
        raise Refused([_problem("E-notify-file", message, hint)]) from None
    rows = ((place, line.strip()) for place, line in enumerate(lines, 1))
    return [Address(line, f"{path}:{place}") for place, line in rows if line and not line.startswith("#")]


def in_repository(path: Path, desk_root: Path) -> bool:
    """Whether a file, or what it points to, lies in the repository that the desk is part of."""
    desk_root = desk_root.resolve()
    top = next((one for one in (desk_root, *desk_root.parents) if (one / ".git").exists()), desk_root)
    return path.resolve().is_relative_to(top)


def exposed(path: Path) -> tuple[Problem, ...]:
    """A warning where others than its owner may read or write the file, as ssh has it for keys."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name != "posix" or not mode & 0o077:
        return ()
    message = t("others can read the keys in {path}: its mode is {mode}", path=path, mode=f"{mode:03o}")
    return (_problem("W-notify-open", message, t("close it with: chmod 600 {path}", path=path)),)


def _problem(code: str, message: Text, hint: Text) -> Problem:
    return Problem(code, message, hint, kind=Kind.DESK)
