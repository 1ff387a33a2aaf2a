"""How long the gate takes for a push, side by side with `git fsck` and `git log -p` over the same commits; the audit likewise.

    python benchmarks/gate.py [COMMITS] [RUNS]

A case is led through ten steps by the real command line; its commits are then repeated for as many cases as it takes,
in turns, as a busy desk has them. The ratio counts, not the seconds: each round runs all commands, one after another.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from itilcli.cli.app import run
from itilcli.cli.commands import COMMANDS
from itilcli.journal.running import find
from itilcli.journal.walked import Walk, Walked
from itilcli.model.case import ALPHABET
from itilcli.store import yaml

NOW = "2026-11-20T09:00:00+08:00"
DAY = date(2026, 11, 20)
A_DAY = 100
"""So many cases lie in the folder of a day."""
ME = {"GIT_AUTHOR_NAME": "张三", "GIT_AUTHOR_EMAIL": "zhang@example.com", "GIT_COMMITTER_NAME": "张三",
      "GIT_COMMITTER_EMAIL": "zhang@example.com", "GIT_CONFIG_GLOBAL": os.devnull, "ITIL_NOW": NOW}  # fmt: skip
CALL = ("-o", "第一人民医院", "-c", "张三丰", "-p", "0571-88886666", "-y", "读卡器无法识别", "-b", "3号窗口无法结算", "-e", "无", "--type",
        "fault", "-g", "terminal", "-s", "low", "-q", "一般")  # fmt: skip
STEPS = (
    ("respond", "-k", "none", "--guidance", "重新插拔读卡器"), ("note", "客户来电催办", "--from-customer"),
    ("remote", "--consent-by", "张三丰", "--tool", "向日葵", "--actions", "重装驱动", "--unsolved"),
    ("hold", "--on", "customer", "--until", "3wd", "--reason", "等客户"), ("resume",), ("note", "已致电", "--to-customer"),
    ("correct", "symptom=读卡器不识别医保卡"), ("resolve", "--solution", "更换读卡器"),
    ("confirm", "--confirmed-by", "张三丰", "--method", "phone"),
)  # fmt: skip


def git(root: Path, *words: str, stdin: bytes = b"") -> bytes:
    """What git prints."""
    return subprocess.run(["git", "-C", str(root), *words], check=True, input=stdin, capture_output=True).stdout


def itil(root: Path, *words: str) -> None:
    """One command that is done."""
    os.environ["ITIL_DESK"] = str(root)
    if run(COMMANDS, ["--quiet", *words]):
        raise SystemExit(f"itil {' '.join(words)} was refused")


def worked(root: Path, cases: int) -> str:
    """A desk with so many cases of ten commits each; the commit before them."""
    itil(root, "init", str(root), "--organisation", "示例科技")
    itil(root, "customer", "add", "第一人民医院", "--contact", "张三丰", "-p", "0571-88886666")
    began = git(root, "rev-parse", "HEAD").decode().strip()
    itil(root, "new", *CALL)
    code = next(root.glob("records/*/*/*/*.incident.yaml")).name.partition(".")[0][-4:]
    for verb, *answers in STEPS:
        itil(root, verb, code, *answers)
    walk = Walk(find(root))
    commits = walk.commits("HEAD", f"^{began}")
    git(root, "update-ref", "refs/heads/main", began)
    with subprocess.Popen(
        ["git", "-C", str(root), "fast-import", "--quiet", "--force"], stdin=subprocess.PIPE
    ) as taking:
        assert taking.stdin is not None
        taking.stdin.writelines(repeated(walk, commits, code, cases, began))
    if taking.returncode:
        raise SystemExit("git fast-import failed")
    return began


def repeated(walk: Walk, commits: list[Walked], code: str, cases: int, began: str) -> Iterator[bytes]:
    """The commits for each of so many cases, some on each day: a step of all cases of a day before the next step of any."""
    data = walk.contents({new[1] for one in commits for _, _, new in one.changes[0] if new})
    first = True
    for start in range(0, cases, A_DAY):
        day = DAY - timedelta(days=start // A_DAY)
        codes = [_code(n) for n in range(start, min(start + A_DAY, cases))]
        for one in commits:
            for other in codes:
                yield from _commit(one, data, {code: other, f"{DAY:%Y%m%d}-": f"{day:%Y%m%d}-", f"{DAY:%Y/%m/%d}": f"{day:%Y/%m/%d}"},
                                   began if first else "")  # fmt: skip
                first = False
    yield b"done\n"


def _code(number: int) -> str:
    return f"A{ALPHABET[number // 1024 % 32]}{ALPHABET[number // 32 % 32]}{ALPHABET[number % 32]}"


def _commit(one: Walked, data: dict[str, bytes], other: dict[str, str], parent: str) -> Iterator[bytes]:
    """A commit as ``git fast-import`` reads it, with other words for some."""

    def put(text: bytes) -> bytes:
        for word, instead in other.items():
            text = text.replace(word.encode(), instead.encode())
        return text

    message = put(
        ("step\n\n" + "".join(f"{name}: {said}\n" for name, held in one.trailers.items() for said in held)).encode()
    )
    at = f"{int(one.committed_at.timestamp())} +0800"
    roles = "".join(f"{role} 张三 <zhang@example.com> {at}\n" for role in ("author", "committer"))
    yield f"commit refs/heads/main\n{roles}".encode() + b"data %d\n%s\n" % (len(message), message)
    yield f"from {parent}\n".encode() if parent else b""
    for path, _, new in one.changes[0]:
        if new and path.startswith("records/"):
            held_ = put(data[new[1]])
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (put(path.encode()), len(held_), held_)


def parse(root: Path, span: str) -> float:
    """How long one process takes to read and parse each record that a span of commits holds anew, in seconds: nothing more
    than YAML made to plain values."""
    walk = Walk(find(root))
    blobs = {
        new[1]: path
        for one in walk.commits(*span.split())
        for path, _, new in one.changes[0]
        if new and path[-5:] == ".yaml"
    }
    begun = time.perf_counter()
    names = [*blobs]
    for start in range(0, len(names), 1000):
        for blob, held_ in walk.contents(names[start : start + 1000]).items():
            yaml.read(held_, blobs[blob])
    return time.perf_counter() - begun


def seconds(words: list[str], stdin: bytes = b"", **variables: str) -> tuple[float, float]:
    """How long a command takes, to the end, and how much time of all processors."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(words, input=stdin, env={**os.environ, **variables}, capture_output=True, check=False)
    took, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.returncode}\n{(done.stderr + done.stdout).decode()[-3000:]}")
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measured(top: Path, count: int, runs: int) -> None:
    """Prints the medians and the two ratios."""
    root, server = top / "desk", top / "server.git"
    began = worked(root, count // (len(STEPS) + 1))
    head = git(root, "rev-parse", "refs/heads/main").decode().strip()
    git(root, "update-ref", "refs/heads/before", began)
    git(top, "clone", "-q", "--bare", "--single-branch", "--branch", "before", f"file://{root}", str(server))
    git(server, "update-ref", "refs/heads/main", began)
    push = f"{began} {head} refs/heads/main\n".encode()
    apart = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": str(root / ".git" / "objects"), "GIT_DIR": str(server)}
    at = ["git", "-C", str(root)]
    program = [sys.executable, "-m", "itilcli"]
    asked = {
        "fsck": ([*at, "fsck", "--no-dangling"], {}), "log -p": ([*at, "log", "-p", f"{began}..{head}"], {}),
        "gate": ([*program, "gate"], apart), "log --raw": ([*at, "log", "--raw", head], {}),
        "audit": ([*program, "audit", "--all", "--json"], {}),
    }  # fmt: skip
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in (*asked, "parse")}
    for _ in range(min(runs - 1, 1)):  # a round that is not counted, where there is time for it
        for name, (words, variables) in asked.items():
            seconds(words, push if name == "gate" else b"", **variables)
    for _ in range(runs):
        for name, (words, variables) in asked.items():
            times[name].append(seconds(words, push if name == "gate" else b"", **variables))
        before = time.process_time()
        times["parse"].append((parse(root, f"{head} ^{began}"), time.process_time() - before))
    for place, what in enumerate(("waited", "of the processors")):
        found = {name: statistics.median(row[place] for row in rows) for name, rows in times.items()}
        shown = ", ".join(f"{name} {1000 * took:.0f} ms" for name, took in found.items())
        print(f"{count} commits, {what}: {shown}")
        print(f"  gate / (fsck + log -p) = {found['gate'] / (found['fsck'] + found['log -p']):.2f}")
        print(f"  audit / (3 × log --raw + parse) = {found['audit'] / (3 * found['log --raw'] + found['parse']):.2f}")


def main() -> None:
    """Measures in a folder that is removed at the end."""
    os.environ.update(ME)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled already
    count, runs = (
        (int(word) for word in [*sys.argv[1:], "1000", "5"][:2]) if len(sys.argv) != 2 else (int(sys.argv[1]), 5)
    )
    with tempfile.TemporaryDirectory(prefix="itil-gate-") as top:
        measured(Path(top), count, runs)


if __name__ == "__main__":
    main()
