"""The rows of the table: each of our commands, what it is held against, and its targets at each size.

P is ``python -c pass``, G is ``git add`` and ``git commit --only`` of the same files in the plain repository. The order
matters: what only reads comes first, then what writes, then what makes every file look changed.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import desks
from peers import PEERS, Peer
from places import Place
from timing import ITIL, PASS, PYTHON, Contest, Run, Target, Took, told, took

P, G, STATUS, BARE_TYPER, LOOP_OF_YAML, TWO_SECONDS = "P", "G", "git status", "bare typer", "yaml-rs loop", "2 s"
BARE = """
import typer
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
@app.command()
def main(name: str = "") -> None: ...
app(["--help"])
"""
LOOP = """
import os, sys
import yaml_rs
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name.endswith(".yaml"):
            with open(f"{folder}/{name}", encoding="utf-8") as file:
                yaml_rs.loads(file.read(), parse_datetime=False)
"""
NEW = (
    "new", "-o", "第一人民医院", "-c", "张三丰", "-p", "0571-88886666", "-y", "读卡器无法识别医保卡,重启后仍然如此",
    "-b", "3号窗口无法结算", "--no-expected", "--type", "fault", "-g", "terminal", "-s", "low", "-q", "一般",
)  # fmt: skip
ESCALATE = ("--to", "tier2", "--reason", "unresolved", "--tried", "重装驱动、更换接口均无效", "--assignee", "李四")
LIST, CHECK, DUE = (*ITIL, "list", "--open"), (*ITIL, "check"), (*ITIL, "due")
MONTH = "2026-10"
TARGETS: dict[str, dict[int, tuple[Target, ...]]] = {
    "--help": dict.fromkeys((1_000, 10_000, 100_000), (Target(P, 7),)),
    "--version": dict.fromkeys((1_000, 10_000, 100_000), (Target(P, 7),)),
    **{
        name: {1_000: (Target(P, 9),), 10_000: (Target(P, 9),), 100_000: (Target(P, 10),)}
        for name in ("show ID", "next ID", "completion of an ID")
    },
    **{
        name: {
            1_000: (Target(P, 10),),
            10_000: (Target(P, 14), Target("microbeads", 1), Target("todoman", 1), Target("hledger", 1)),
            100_000: (Target(STATUS, 1),),
        }
        for name in ("list --open", "due")
    },
    "report": {
        1_000: (Target(P, 16),),
        10_000: (Target("taskwarrior", 1),),
        100_000: (Target(TWO_SECONDS, 1), Target(STATUS, 3)),
    },
    "check": {10_000: (Target("hledger", 1),), 100_000: (Target(STATUS, 3),)},
    **{
        name: {1_000: (Target(G, 8),), 10_000: (Target(G, 2),), 100_000: (Target(G, 0.3),)}
        for name in ("new", "escalate")
    },
    "list --open after every mtime changed": {10_000: (Target(P, 30),), 100_000: (Target(STATUS, 3),)},
    "check cold": {10_000: (Target("todoman", 0.6),), 100_000: (Target(LOOP_OF_YAML, 3),)},
}
"""At sizes that are not named here there is no target."""
PEAKS = {1_000: 80, 10_000: 120, 100_000: 300}
"""MB: the most that any command may need."""


MANY = 10_000
"""More cases than any peer with a file a case lists cold in a sensible time."""
COLD = ("--help", "--version", "new", "escalate", "check cold")
"""The rows that need no warming up but the round that is not counted."""


def contests(place: Place, only: Sequence[str] = ()) -> Iterator[Contest]:
    """Every row but the import, or the rows named ``only``."""
    warm = False
    for name, ours, against in itertools.chain(_starting(place), _reading(place), _writing(place), _unlike(place)):
        if only and name not in only:
            continue
        if not warm and name not in COLD:
            _warm_up(place)
            warm = True
        yield Contest(name, ours, {P: _run(PASS, place), **against}, TARGETS[name].get(place.cases, ()))


Row = tuple[str, Run, Mapping[str, Run | None]]


def _run(
    command: Sequence[str],
    place: Place,
    more: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> Run:
    """``command`` in the desk; ``before`` is called first, untimed."""
    environ = {**place.environ, **(more or {})}

    def run() -> Took:
        if before:
            before()
        return took(command, environ, place.desk)

    return run


def _peers(place: Place, job: str, before: Callable[[Peer, Path], None] | None = None) -> dict[str, Run | None]:
    """The peers that can do the job; where one has two ways, the second word of its job stands behind its name."""
    found: dict[str, Run | None] = {}
    for peer in PEERS:
        for name, command in peer.jobs.items():
            kind, _, way = name.partition(" ")
            if kind == job:
                found[f"{peer.name} ({way})" if way else peer.name] = (
                    _peer_run(peer, command, place.peers[peer.name], before) if peer.name in place.peers else None
                )
    return found


def _peer_run(peer: Peer, command: Sequence[str], data: Path, before: Callable[[Peer, Path], None] | None) -> Run:
    environ = peer.environ(data)

    def run() -> Took:
        if before:
            before(peer, data)
        return took(command, environ, data)

    return run


def _starting(place: Place) -> Iterator[Row]:
    bare: dict[str, Run | None] = {BARE_TYPER: _run((PYTHON, "-c", BARE), place)}
    yield "--help", _run((*ITIL, "--help"), place), bare
    yield "--version", _run((*ITIL, "--version"), place), {}


def _report(place: Place) -> tuple[str, ...]:
    return (*ITIL, "report", MONTH, "--output", str(place.desk.parent / "report.md"))


def _warm_up(place: Place) -> None:
    """What was to be remembered is remembered, on the second time also of what looked too new to be trusted."""
    told(f"  warming up among {place.cases:,} cases …")
    for command in (LIST, CHECK, _report(place), DUE, LIST, CHECK, DUE):
        took(command, place.environ, place.desk)


def _reading(place: Place) -> Iterator[Row]:
    code, status = _open_codes(place.cases)[0], _run(("git", "status"), place)
    yield "show ID", _run((*ITIL, "show", desks.code_of(place.cases // 2)), place), _peers(place, "show")
    yield "next ID", _run((*ITIL, "next", code), place), {}
    yield "completion of an ID", _run(ITIL, place, _typed(place, code)), {}
    yield "list --open", _run(LIST, place), {STATUS: status, **_peers(place, "list")}
    yield "due", _run(DUE, place), {STATUS: status, **_peers(place, "list")}
    yield (
        "report",
        _run(_report(place), place),
        {STATUS: status, TWO_SECONDS: lambda: Took(2, 2, 0), **_peers(place, "report")},
    )
    yield "check", _run(CHECK, place), {STATUS: status, **_peers(place, "check")}


def _typed(place: Place, code: str) -> dict[str, str]:
    """What bash tells the program when half of the code is typed; the whole of it must be offered."""
    typed = {"_ITIL_COMPLETE": "bash", "_ITIL_LINE": f"itil escalate {code[:2]}"}
    environ = {**place.environ, **typed}
    said = subprocess.run(ITIL, cwd=place.desk, env=environ, capture_output=True, text=True, check=True)
    if code not in said.stdout:
        sys.exit(f"the completion of {code[:2]} does not offer {code}:\n{said.stdout}{said.stderr}")
    return typed


def _open_codes(cases: int) -> list[str]:
    """The codes of the open cases that tier 1 has, as :func:`desks.steps` leaves them."""
    return [desks.code_of(number) for number in range(cases) if desks.is_open(number, cases) and number % 5]


def _writing(place: Place) -> Iterator[Row]:
    codes = itertools.cycle(_open_codes(place.cases))

    def by_git(undone: bool) -> Run:
        def run() -> Took:
            taken = _by_git_alone(place)
            if undone:
                place.git("reset", "-q", "--hard", "HEAD~1")
            return taken

        return run

    def escalate() -> Took:
        return took((*ITIL, "escalate", next(codes), *ESCALATE), place.environ, place.desk)

    yield "new", _run((*ITIL, *NEW), place), {G: by_git(undone=False), **_peers(place, "new")}
    yield "escalate", escalate, {G: by_git(undone=True)}


def _by_git_alone(place: Place) -> Took:
    """What git needs in the plain repository for the files of the desk's last commit."""
    said = place.git("show", "--format=", "--name-only", "-z", "HEAD")
    paths = [path for path in said.split("\0") if path]
    for path in paths:
        (place.plain / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(place.desk / path, place.plain / path)
    added = took(("git", "add", "--", *paths), place.environ, place.plain)
    commit = ("git", "commit", "-q", "-m", "one case", "--only", "--", *paths)
    return added.and_then(took(commit, place.environ, place.plain))


def _unlike(place: Place) -> Iterator[Row]:
    """After every file has got another time of change, and without what was remembered."""
    files = [place.desk / path for path in place.git("ls-files", "-z").split("\0") if path]

    def touch(paths: Sequence[Path]) -> None:
        now = time.time()
        for path in paths:
            os.utime(path, (now, now))

    def touch_peer(peer: Peer, data: Path) -> None:
        touch([found for found in (data / peer.entries).rglob("*.*") if found.is_file()] if peer.entries else [])

    def touch_desk() -> None:
        touch(files)

    def forget_peer(peer: Peer, data: Path) -> None:
        if peer.cold:
            shutil.rmtree(data / peer.cold, ignore_errors=True)

    def forget() -> None:
        for file in place.index_files():
            file.unlink()

    in_files = {peer.name for peer in PEERS if peer.entries and place.cases <= MANY}
    if place.cases > MANY:
        told("  peers with a file a case are left out of what follows: todoman's list takes more than 25 minutes here")
    lists = {name: run for name, run in _peers(place, "list", touch_peer).items() if name in in_files}
    status = _run(("git", "status"), place, before=touch_desk)
    yield "list --open after every mtime changed", _run(LIST, place, before=touch_desk), {STATUS: status, **lists}
    loop = _run((PYTHON, "-c", LOOP, str(place.desk / "records")), place)
    lists = {name: run for name, run in _peers(place, "list", forget_peer).items() if name in in_files}
    yield "check cold", _run(CHECK, place, before=forget), {LOOP_OF_YAML: loop, **lists}
