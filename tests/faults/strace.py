"""One command taken apart by strace: every call that changes a file, in every process, and what happens if it fails.

A :class:`Trial` is a scene (a folder made once, copied for each turn), a command done in it, and what must be true
afterwards. Python is traced by itself and each git under a wrapper of its own, so that every call has a name that a
second run finds again: ``python fsync 3``, ``fast-import-1 renameat 2``.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PYTHON = "python"
CHANGING = (
    "openat", "open", "creat", "write", "pwrite64", "writev", "pwritev", "rename", "renameat", "renameat2", "link", "linkat",
    "symlink", "symlinkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "ftruncate", "truncate", "fallocate",
    "fsync", "fdatasync", "sync", "syncfs", "sync_file_range", "chmod", "fchmod", "fchmodat", "utimensat", "flock", "copy_file_range",
    "sendfile",
)  # fmt: skip
"""The calls that can change a file; those a machine does not know are left out (``?`` tells strace so)."""
TRACED = ",".join(f"?{name}" for name in (*CHANGING, "chdir"))
LINE = re.compile(r"(?:(?P<pid>\d+) +)?(?P<time>\d+\.\d+) (?P<name>\w+)\((?P<args>.*)\) += (?P<result>.*)$")
WRAPPER = """\
#!/bin/sh
# Stands before git: each gets a name, and is traced or hurt as FAULT_… says.
verb= last=
for word; do
  case "$last" in -c|-C) last=; continue;; esac
  case "$word" in -*) last=$word;; *) verb=$word; break;; esac
done
turn=1
while ! mkdir "$FAULT_LOG/$verb-$turn" 2>/dev/null; do turn=$((turn + 1)); done
PATH=${PATH#*:}
if [ -n "$FAULT_TRACE" ]; then
  exec strace -f -ttt -y -s 4096 -o "$FAULT_LOG/$verb-$turn/trace" -e trace="$FAULT_TRACE" git "$@"
elif [ "$FAULT_PROCESS" = "$verb-$turn" ]; then
  exec strace -f -qq -o "$FAULT_LOG/$verb-$turn/trace" -e trace="$FAULT_CALL" -e inject="$FAULT_INJECT" git "$@"
fi
exec git "$@"
"""


@dataclass(frozen=True)
class Call:
    """One call of a traced process: ``turn`` is its number among those of its name; ``path`` is what it was about."""

    time: float
    process: str
    name: str
    turn: int
    args: str
    result: str
    here: str = ""

    @property
    def failed(self) -> bool:
        """Whether the system refused it."""
        return self.result.startswith("-1")

    @property
    def descriptor(self) -> str:
        """The file behind the descriptor it was given, empty for calls that take a path."""
        found = re.match(r"\d+<([^>]*)>", self.args)
        return found[1] if found else ""

    @property
    def opened(self) -> str:
        """The file behind the descriptor it gave back."""
        found = re.match(r"\d+<([^>]*)>", self.result)
        return found[1] if found else ""

    @property
    def paths(self) -> list[str]:
        """The paths it was given, made whole from the folder of its process (or the one its descriptor names)."""
        found, above = [], self.here
        for folder, name in re.findall(r"(?:AT_FDCWD|\d+)<([^>]*)>|\"((?:[^\"\\]|\\.)*)\"", self.args):
            if folder:
                above = folder
            else:
                plain = (
                    name.encode("latin-1", "replace")
                    .decode("unicode_escape")
                    .encode("latin-1")
                    .decode("utf-8", "replace")
                )
                found.append(os.path.normpath(Path(above, plain)))
        return found

    def changes(self, root: str) -> bool:
        """Whether it may change something under ``root``: no reading, no pipe, no terminal, nothing elsewhere."""
        if self.name in ("open", "openat", "creat") and not re.search("O_(WRONLY|RDWR|CREAT|TRUNC)", self.args):
            return False
        about = [self.descriptor] if self.descriptor and '"' not in self.args.partition(">")[0] else []
        if self.name in ("write", "pwrite64", "writev", "pwritev"):
            return (self.descriptor or "").startswith(root)
        return self.name in ("sync",) or any(one.startswith(root) for one in (*about, *self.paths))


@dataclass(frozen=True)
class Point:
    """Where a command is hurt: at the ``turn``-th call of a name in one of its processes."""

    process: str
    call: str
    turn: int

    def __str__(self) -> str:
        return f"{self.process} {self.call} {self.turn}"


@dataclass(frozen=True)
class Ended:
    """How a hurt command ended."""

    code: int
    out: str
    err: str
    hurt: bool


@dataclass(frozen=True)
class Trial:
    """A command that must leave its scene whole however it ends.

    ``prepare`` makes the scene in an empty folder and says what to type in which folder of it; nothing in a scene may
    name its own place, for each turn works on a copy. ``afterwards`` is called with the copy when all processes have
    ended, and raises AssertionError; it says in a word how the command had ended (landed, undone, …).
    """

    prepare: Callable[[Path], None]
    words: Callable[[Path], Sequence[str]]
    afterwards: Callable[[Path], str]
    desk: str = "desk"
    codes: frozenset[int] = frozenset({0, 5})
    """How the command may end where a call fails."""
    environ: Mapping[str, str] = field(default_factory=dict)


def lacking() -> str:
    """Why nothing can be traced here; empty where it can."""
    if sys.platform != "linux" or not shutil.which("strace"):
        return "strace is not installed"
    done = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"strace may not trace here: {done.stderr.strip()}"


def environment(trial: Trial, scene: Path, **more: str) -> dict[str, str]:
    """That of a traced command; nothing of it changes from turn to turn."""
    base = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "ITIL_"))}
    base |= {name: os.environ[name] for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM") if name in os.environ}
    ours = {"PYTHONPATH": str(PROJECT), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    people = {"GIT_AUTHOR_NAME": "张三", "GIT_AUTHOR_EMAIL": "zhang@example.com"}
    where = {"ITIL_DESK": str(scene / trial.desk), "ITIL_NOW": "2026-11-23T09:30:00+08:00", "ITIL_NO_INDEX": "1"}
    return {**base, **ours, **people, **where, **trial.environ, **more}


def wrapped(folder: Path) -> dict[str, str]:
    """What puts the wrapper before git; its notes go to ``folder``."""
    (folder / "bin").mkdir(parents=True)
    (folder / "log").mkdir()
    wrapper = folder / "bin" / "git"
    wrapper.write_text(WRAPPER)
    wrapper.chmod(0o755)
    return {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "FAULT_LOG": str(folder / "log")}


def traced(trial: Trial, scene: Path, folder: Path) -> list[Call]:
    """Every call of :data:`CHANGING` that the whole command makes, in the order of time; it must go well."""
    env = environment(trial, scene, **wrapped(folder), FAULT_TRACE=TRACED)
    log = folder / "log" / "trace"
    strace = ["strace", "-ttt", "-y", "-s", "4096", "-o", str(log), "-e", f"trace={TRACED}"]
    command = [*strace, sys.executable, "-m", "itilcli", *trial.words(scene)]
    done = subprocess.run(
        command, env=env, cwd=scene / trial.desk, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    settled(scene)
    here = str(scene / trial.desk)
    found = read(log, PYTHON, here)
    for file in (folder / "log").glob("*/trace"):
        found += read(file, file.parent.name, here)
    return sorted(found, key=lambda call: call.time)


def read(log: Path, process: str, here: str) -> list[Call]:
    """The calls of one log, begun in the folder ``here``; those of a child are counted by themselves, as strace does."""
    found, turns, begun, folders = [], Counter[tuple[str, str]](), dict[str, str](), dict[str, str]()
    for line in log.read_text("utf-8", "replace").splitlines():
        if line.endswith("<unfinished ...>"):
            pid, rest = line.split(" ", 1)
            begun[pid] = rest.strip().removesuffix("<unfinished ...>").rstrip()
            continue
        if resumed := re.match(r"(\d+) +[\d.]+ <\.\.\. \w+ resumed>(.*)$", line):
            line = f"{resumed[1]} {begun.pop(resumed[1])}{resumed[2]}"
        if read_ := LINE.match(line):
            pid = read_["pid"] or ""
            folder = folders.setdefault(pid, here)
            turns[pid, read_["name"]] += 1
            turn = turns[pid, read_["name"]]
            call = Call(float(read_["time"]), process, read_["name"], turn, read_["args"], read_["result"], folder)
            if call.name == "chdir":
                folders[pid] = here = call.paths[0]  # a child begins where its parent is
            else:
                found.append(call)
    return found


def points(calls: Sequence[Call], root: Path) -> list[Point]:
    """Every call that may change a file under ``root``, once each, in the order of time."""
    found = (Point(one.process, one.name, one.turn) for one in calls if one.changes(str(root)))
    return list(dict.fromkeys(found))


def hurt(trial: Trial, scene: Path, folder: Path, point: Point, how: str, whole: bool = False) -> Ended:
    """The command with one of its calls hurt: ``how`` is strace's ``signal=SIGKILL`` or ``error=ENOSPC``.

    ``whole``: when Python has ended so, everything that it had started is killed as well, as when the machine stops.
    """
    inject = f"{point.call}:{how}:when={point.turn}"
    env = environment(trial, scene, **wrapped(folder))
    env |= {"FAULT_PROCESS": point.process, "FAULT_CALL": point.call, "FAULT_INJECT": inject}
    command = [sys.executable, "-m", "itilcli", *trial.words(scene)]
    log = folder / "log" / "trace"
    if point.process == PYTHON:
        command = ["strace", "-qq", "-o", str(log), "-e", f"trace={point.call}", "-e", f"inject={inject}", *command]
    running = subprocess.Popen(
        command, env=env, cwd=scene / trial.desk, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    if whole:
        running.wait(120)
        kill_session(running.pid)
    out, err = running.communicate(timeout=120)
    settled(scene)
    logs = [log, *(folder / "log").glob("*/trace")]
    struck = any(
        re.search(r"\(INJECTED\)|killed by SIGKILL", one.read_text("utf-8", "replace")) for one in logs if one.exists()
    )
    return Ended(running.returncode, out, err, struck or running.returncode in (-signal.SIGKILL, 137))


def kill_session(leader: int) -> None:
    """Kill whatever a command has started: all of the session that was opened for it."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if os.getsid(int(entry.name)) == leader:
                    os.kill(int(entry.name), signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue


def settled(scene: Path) -> None:
    """Wait until no process works in the scene any more: what a killed command had started may still be at it."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if not any(_works_in(entry, str(scene)) for entry in Path("/proc").iterdir() if entry.name.isdigit()):
            return
        time.sleep(0.01)
    raise AssertionError("a process is still at work")


def _works_in(entry: Path, scene: str) -> bool:
    try:
        return str((entry / "cwd").readlink()).startswith(scene)
    except OSError:
        return False


def copied(scene: Path, to: Path) -> Path:
    """A copy of a scene, with its times: git looks at them."""
    shutil.copytree(scene, to, symlinks=True)
    return to
