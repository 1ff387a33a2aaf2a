"""Other trackers that keep plain files or one small database, with as many entries as the desk has cases.

``python benchmarks/peers.py --install`` puts the Python ones into ``benchmarks/.peers``, ``python benchmarks/peers.py``
says which are found. Each gets the same entries: Chinese text, 36 months, the same share of them open, finished and
ordered as that tool keeps them; its own import or data format is used, since one command an entry would take hours.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import desks
from timing import environment

VENV = Path(__file__).resolve().parent / ".peers"
TEXT = "扫码后无反应,重启后仍然如此"


@dataclass(frozen=True)
class Entry:
    """What every peer is told of one incident; ``closed`` is None while it is open."""

    number: int
    title: str
    organisation: str
    opened: datetime
    closed: datetime | None


@dataclass(frozen=True)
class Peer:
    """One tool: how its data is made in a folder, the environment it wants, and its command for each job.

    ``cold`` names what must be deleted in the folder before its cache is gone, ``entries`` the folder of its entries
    where each is a file.
    """

    name: str
    program: str
    version: tuple[str, ...]
    make: Callable[[Path, Sequence[Entry], dict[str, str]], None]
    jobs: Mapping[str, tuple[str, ...]]
    settings: Mapping[str, str] = field(default_factory=dict)
    cold: str = ""
    entries: str = ""

    def environ(self, folder: Path) -> dict[str, str]:
        """The environment of its commands, with nothing of the user's; ``{}`` in a setting stands for the folder."""
        own = {"HOME": str(folder), "USER": "bench", "PATH": os.pathsep.join((*programs(), os.environ.get("PATH", "")))}
        return environment(**own, **{name: text.format(folder) for name, text in self.settings.items()})

    def found(self) -> bool:
        """Whether it is installed."""
        return shutil.which(self.program, path=self.environ(Path())["PATH"]) is not None

    def said_version(self) -> str:
        """What it says its version is."""
        program = "python" if self.version[0] == "-c" else self.program
        said = subprocess.run(
            (program, *self.version), env=self.environ(Path.cwd()), capture_output=True, text=True, check=False
        )
        return (said.stdout or said.stderr).strip().partition("\n")[0] or "?"


def programs() -> list[str]:
    """The folders of the Python peers' programs: of the environment named by ``PEERS``, else ``benchmarks/.peers``."""
    return [str(Path(os.environ.get("PEERS") or VENV).resolve() / "bin")]


def entries(count: int) -> Iterator[Entry]:
    """As the cases of :func:`desks.make`: when they came, how long they took, which are open."""
    for number in range(count):
        chance = random.Random(number)
        category = chance.choice(tuple(desks.FAULTS))
        opened = desks.reported_at(number, count, desks.DAYS, desks.UNTIL).astimezone(UTC)
        closed = None if desks.is_open(number, count) else opened + timedelta(minutes=chance.randrange(30, 310))
        title = f"{chance.choice(desks.FAULTS[category])}({number}号窗口)"
        yield Entry(number, title, chance.choice(desks.HOSPITALS), opened, closed)


def fossil(folder: Path, wanted: Sequence[Entry], environ: dict[str, str]) -> None:
    """Tickets, each a change artifact for its opening and another for its closing."""
    database, artifacts = folder / "desk.fossil", folder / "artifacts"
    call(("fossil", "init", "-A", "bench", str(database)), environ, folder)
    artifacts.mkdir()
    call(("fossil", "deconstruct", str(artifacts), "-R", str(database)), environ, folder)
    for entry in wanted:
        name = hashlib.sha1(str(entry.number).encode()).hexdigest()
        told = {
            "comment": TEXT,
            "status": "Open",
            "subsystem": entry.organisation,
            "title": entry.title,
            "type": "Incident",
        }
        _artifact(artifacts, name, entry.opened, told)
        if entry.closed:
            _artifact(artifacts, name, entry.closed, {"resolution": "Fixed", "status": "Closed"})
    database.unlink()
    call(("fossil", "reconstruct", str(database), str(artifacts)), environ, folder)
    call(("fossil", "user", "default", "bench", "-R", str(database)), environ, folder)
    shutil.rmtree(artifacts)


def _artifact(folder: Path, ticket: str, at: datetime, told: Mapping[str, str]) -> None:
    cards = [f"D {at:%Y-%m-%dT%H:%M:%S.000}"]
    cards += [f"J {name} " + text.replace("\\", "\\\\").replace(" ", "\\s") for name, text in sorted(told.items())]
    body = "".join(f"{card}\n" for card in (*cards, f"K {ticket}", "U bench")).encode()
    data = body + f"Z {hashlib.md5(body).hexdigest()}\n".encode()
    path = folder / ticket[:2] / hashlib.sha3_256(data).hexdigest()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def taskwarrior(folder: Path, wanted: Sequence[Entry], environ: dict[str, str]) -> None:
    """Its own two files, one line a task; importing 100,000 as JSON takes it far longer."""
    data = folder / "task"
    data.mkdir()
    (folder / "taskrc").write_text(f"data.location={data}\nconfirmation=off\nnews.version=2.6.0\n", encoding="utf-8")
    with (data / "pending.data").open("w") as pending, (data / "completed.data").open("w") as completed:
        for entry in wanted:
            told = {"description": entry.title, "entry": str(int(entry.opened.timestamp()))}
            told |= {"modified": str(int((entry.closed or entry.opened).timestamp())), "project": entry.organisation}
            told |= {"end": told["modified"], "status": "completed"} if entry.closed else {"status": "pending"}
            told["uuid"] = str(uuid.UUID(int=entry.number + 2**120, version=4))
            line = " ".join(f'{name}:"{text}"' for name, text in sorted(told.items()))
            print(f"[{line}]", file=completed if entry.closed else pending)


def hledger(folder: Path, wanted: Sequence[Entry], environ: dict[str, str]) -> None:
    """A journal: a transaction of two postings for each entry, marked pending while it is open."""
    with (folder / "desk.journal").open("w", encoding="utf-8") as journal:
        for entry in wanted:
            mark = "*" if entry.closed else "!"
            journal.write(
                f"{entry.opened:%Y-%m-%d} {mark} ({entry.number}) {entry.title}\n"
                f"    客户:{entry.organisation}    1 件\n    事件\n\n"
            )


def todoman(folder: Path, wanted: Sequence[Entry], environ: dict[str, str]) -> None:
    """A calendar folder: one .ics file with one VTODO for each entry."""
    items = folder / "lists" / "desk"
    items.mkdir(parents=True)
    (folder / "config.py").write_text(
        f"path = {str(folder / 'lists' / '*')!r}\ncache_path = {str(folder / 'cache' / 'cache.sqlite3')!r}\n"
        "default_list = 'desk'\ndate_format = '%Y-%m-%d'\ntime_format = '%H:%M'\n",
        encoding="utf-8",
    )
    for entry in wanted:
        opened, uid = f"{entry.opened:%Y%m%dT%H%M%SZ}", f"incident-{entry.number}"
        done = [f"COMPLETED:{entry.closed:%Y%m%dT%H%M%SZ}", "PERCENT-COMPLETE:100"] if entry.closed else []
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//itil//benchmarks//EN", "BEGIN:VTODO", f"UID:{uid}"]
        lines += [f"DTSTAMP:{opened}", f"CREATED:{opened}", f"SUMMARY:{entry.title}", f"LOCATION:{entry.organisation}"]
        lines += [f"DESCRIPTION:{TEXT.replace(',', chr(92) + ',')}", *done]
        lines += [f"STATUS:{'COMPLETED' if done else 'NEEDS-ACTION'}", "END:VTODO", "END:VCALENDAR", ""]
        (items / f"{uid}.ics").write_bytes("\r\n".join(lines).encode())


def microbeads(folder: Path, wanted: Sequence[Entry], environ: dict[str, str]) -> None:
    """Its branch's own work tree: one JSON file for each issue, in a folder for the open and one for the closed."""
    call(("git", "init", "-q"), environ, folder)
    call(("git", "commit", "-q", "--allow-empty", "-m", "first"), environ, folder)
    call(("mb", "init"), environ, folder)
    tree = folder / ".git" / "microbeads-worktree"
    issues = tree / ".microbeads" / "issues"
    for name in ("active", "closed"):
        (issues / name).mkdir(parents=True, exist_ok=True)
    for entry in wanted:
        opened = f"{entry.opened:%Y-%m-%dT%H:%M:%SZ}"
        closed = f"{entry.closed:%Y-%m-%dT%H:%M:%SZ}" if entry.closed else None
        told = {
            "acceptance_criteria": "", "closed_at": closed, "closed_reason": "已解决" if closed else None,
            "created_at": opened, "dependencies": [], "description": TEXT, "design": "", "id": f"mb-{entry.number:08x}",
            "labels": [entry.organisation], "notes": "", "priority": 2, "status": "closed" if closed else "open",
            "title": entry.title, "type": "bug", "updated_at": closed or opened,
        }  # fmt: skip
        path = issues / ("closed" if closed else "active") / f"{told['id']}.json"
        path.write_text(json.dumps(told, ensure_ascii=False, indent=2), encoding="utf-8")
    call(("git", "add", "-A"), environ, tree)
    call(("git", "commit", "-q", "-m", "all of it"), environ, tree)


NEW = "读卡器无法识别医保卡,重启后仍然如此"
PEERS = (
    Peer(
        "fossil", "fossil", ("version",), fossil,
        {
            "list": ("fossil", "ticket", "show", "1", "status='Open'", "-R", "desk.fossil"),
            "new": ("fossil", "ticket", "add", "title", NEW, "status", "Open", "type", "Incident", "-R", "desk.fossil"),
        },
        {"FOSSIL_HOME": "{}"},
    ),
    Peer(
        "taskwarrior", "task", ("--version",), taskwarrior,
        {
            "list": ("task", "list"), "show": ("task", "1", "info"), "new": ("task", "add", NEW),
            "report": ("task", "history.monthly"),
        },
        {"TASKRC": "{}/taskrc"},
    ),
    Peer(
        "hledger", "hledger", ("--version",), hledger,
        {
            "list": ("hledger", "-f", "desk.journal", "register", "--pending"),
            "report": ("hledger", "-f", "desk.journal", "balance", "--monthly"),
            "check": ("hledger", "-f", "desk.journal", "check"),
        },
    ),
    Peer(
        "todoman", "todo", ("--version",), todoman,
        {"list": ("todo", "list"), "show": ("todo", "show", "1"), "new": ("todo", "new", "-l", "desk", NEW)},
        {"TODOMAN_CONFIG": "{}/config.py", "XDG_CONFIG_HOME": "{}", "XDG_CACHE_HOME": "{}"},
        cold="cache", entries="lists",
    ),
    Peer(
        "microbeads", "mb", ("-c", "import importlib.metadata as m; print(m.version('microbeads'))"), microbeads,
        {
            "list": ("mb", "list"), "list open": ("mb", "list", "--status", "open"), "show": ("mb", "show", "mb-00000001"),
            "new": ("mb", "create", NEW),
        },
        cold=".git/microbeads-cache", entries=".git/microbeads-worktree/.microbeads/issues",
    ),
)  # fmt: skip


def call(command: Sequence[str], environ: Mapping[str, str], here: Path) -> None:
    """Runs what makes the data, which must succeed."""
    done = subprocess.run(command, env=environ, cwd=here, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")


def install() -> None:
    """The peers that are Python packages, in an environment of their own that git does not see."""
    subprocess.run((sys.executable, "-m", "venv", str(VENV)), check=True)
    (VENV / ".gitignore").write_text("*\n", encoding="utf-8")
    subprocess.run((str(VENV / "bin" / "pip"), "install", "--quiet", "todoman", "microbeads"), check=True)


if __name__ == "__main__":
    if "--install" in sys.argv[1:]:
        install()
    for one in PEERS:
        print(f"{one.name}: {one.said_version() if one.found() else 'not installed'}")
