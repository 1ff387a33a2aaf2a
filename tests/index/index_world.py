"""A desk with what stands around it (a clone, a worktree, an index file), on which deeds are done and questions asked.

After each deed every question is answered twice, with the index and without it; what differs is the finding.
"""

from __future__ import annotations

import atexit
import functools
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from conftest import CALLER, EMAILS, Said, TestDesk, desk_at
from hypothesis import strategies as st

import itilcli
from itilcli import desk as desk_room

sys.path.insert(0, str(Path(__file__).parents[1] / "checking"))
from worked_desk import work

PROJECT = Path(itilcli.__file__).resolve().parents[1]
INDEX = "itil-index.sqlite"
SIDECARS = ("-wal", "-shm", "-journal")
BUG = 70
desk_room.SETTLED = 36_500  # the files of every case are looked at, however long ago it was completed: test_settled.py
BEGIN = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
NUMBER = st.integers(0, 40)
"""Which of the cases, files, lines … there are; counted round."""
TEXTS = ("读卡器", "改", "0571-88886666", "驱动", "nothing at all", "陈一")
STAGE = re.compile(r'^stage: "?([a-z0-9_]+)"?$', re.MULTILINE)
CASE_FILE = re.compile(r"(INC-[0-9]{8}-[0-9A-Z]+)\.(.+)\.yaml")
NOTICE = re.compile(r"索引|\bindex\b")
"""What a line on standard error says that is about the index."""
CARD = (
    "--type", "故障", "-g", "终端", "-s", "低", "-q", "一般", "-y", "读卡器无法识别",
    "--guidance", "重新插拔读卡器", "-k", "none", "--solution", "重装驱动",
)  # fmt: skip
ARTICLE = ("--title", "读卡器驱动", "--symptom", "读卡器无法识别", "--cause", "驱动版本不符", "--solution", "更新驱动")


def deed(weight: int = 1, **arguments: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Marks a function as something that may happen to a world; ``weight`` is how many rules it becomes."""

    def marked(function: Callable[..., None]) -> Callable[..., None]:
        function.weight, function.arguments = weight, arguments  # type: ignore[attr-defined]
        return function

    return marked


@functools.cache
def template() -> Path:
    """The desk that every world begins with, and a clone of it; made once a process."""
    top = Path(tempfile.mkdtemp(prefix="itil-world-"))
    atexit.register(shutil.rmtree, top, ignore_errors=True)
    desk = desk_at(top / "desk")
    desk.now = "2026-09-15T09:00:00+08:00"
    desk.itil("calendar", "update", "2026")
    desk.itil("customer", "add", "二院", "--contact", "王重阳", "-p", "0571-66666666", "--address", "文三路2号")
    desk.itil("model", "new", "读卡器", *CARD)
    article = desk.itil("kb", "new", *ARTICLE, "--json").json["id"]
    desk.itil("kb", "publish", article)
    desk.itil("kb", "new", *ARTICLE[:2], "--symptom", "未写完")
    (desk.root / "history.csv").write_text("month,incidents_total,resolved\n2026-07,12,11\n2026-08,9,9\n", "utf-8")
    desk.commit("what was before")
    closing = ("-k", "none", "--solution", "重新插拔后正常", "--confirmed-by", "张三丰", "--rest", "none")
    for day in ("2026-09-17", "2026-10-09", "2026-10-20"):
        desk.new("-y", f"{day} 打印机卡纸", *closing, now=f"{day}T10:00:00+08:00")
    desk.now = "2026-10-12T09:00:00+08:00"
    work(desk)
    desk.now = "2026-11-20T09:00:00+08:00"
    desk.new("-y", "叫号屏黑屏", "-s", "medium", "--not-major", "--channel", "email")
    desk.new("-y", "自助机无法取号", "-q", "重要紧急")
    desk.itil("new", *CALLER, "-y", "说不清", "--incomplete", "客户不在现场")
    git(top, "clone", "-q", "desk", "other")
    git(top / "other", "config", "user.name", "陈一")
    git(top / "other", "config", "user.email", "chen@example.com")
    return top


def git(root: Path, *words: str) -> tuple[int, str]:
    """The exit code of git in ``root`` and all it printed."""
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, errors="replace")
    return done.returncode, done.stdout + done.stderr


@contextmanager
def without_index() -> Iterator[None]:
    """Answers come from the files alone meanwhile."""
    os.environ["ITIL_NO_INDEX"] = "1"
    try:
        yield
    finally:
        del os.environ["ITIL_NO_INDEX"]


def told(said: Said) -> tuple[int, str, list[str], int]:
    """What must be equal of an answer (its code, its output, its other words), and how many lines are of the index."""
    lines = said.err.splitlines()
    notices = [line for line in lines if NOTICE.search(line)]
    return said.code, said.out, [line for line in lines if line not in notices], len(notices)


@dataclass
class World:
    """What there is at one moment. ``script`` tells how it came to be."""

    top: Path
    now: datetime = BEGIN
    script: list[str] = field(default_factory=list)
    counts: Counter[tuple[str, bool]] = field(default_factory=Counter)
    order: list[str] = field(default_factory=list)
    saved: list[tuple[Path, Path]] = field(default_factory=list)
    locks: list[sqlite3.Connection] = field(default_factory=list)
    wide: bool = False
    paused: bool = True
    asked: int = 0
    last: str = ""
    serial: int = 0

    @classmethod
    def begun(cls, wide: bool = False) -> World:
        """A copy of the template; ``wide``: more questions are asked after each deed."""
        top = Path(tempfile.mkdtemp(prefix="itil-index-"))
        for name in ("desk", "other"):
            shutil.copytree(template() / name, top / name, symlinks=True)
        return cls(top, wide=wide)

    def end(self) -> None:
        """Takes everything away."""
        self.let_go()
        shutil.rmtree(self.top, ignore_errors=True)

    # ── what there is

    @property
    def root(self) -> Path:
        """The desk's folder."""
        return self.top / "desk"

    @property
    def tree(self) -> Path:
        """Where the linked worktree lies, if there is one."""
        return self.top / "tree"

    @property
    def index(self) -> Path:
        """The index file, which may not be there."""
        return self.root / ".git" / INDEX

    def folder(self, where: str) -> Path:
        """The folder of the place; the desk where there is no worktree."""
        place = {"desk": self.root, "other": self.top / "other", "tree": self.tree}[where]
        return place if (place / ".git").exists() else self.root

    def files(self, where: str = "desk") -> list[Path]:
        """Every YAML file of the cases, oldest case first as far as one knows."""
        root = self.folder(where)
        found = [file for file in root.glob("records/*/*/*/*.yaml") if CASE_FILE.fullmatch(file.name)]
        names = sorted({file.name.partition(".")[0] for file in found} - set(self.order))
        self.order += names
        return sorted(found, key=lambda file: (self.order.index(file.name.partition(".")[0]), str(file)))

    def file(self, number: int, where: str = "desk") -> Path | None:
        """One of them."""
        return pick(self.files(where), number)

    def case(self, number: int, stages: str = "", where: str = "desk") -> str:
        """The ID of a case in one of ``stages``, or of any where none is; a name that nothing has on an empty desk."""
        found = [file for file in self.files(where) if file.name.endswith(".incident.yaml")]
        fit = [file for file in found if stage_of(file) in stages.split()] or found
        chosen = pick(fit, number)
        self.last = chosen.name.partition(".")[0] if chosen else "INC-20261123-ZZZZ"
        return self.last

    # ── what happens

    def do(self, function: Callable[..., None], **arguments: Any) -> None:
        """One deed, written into the script."""
        called = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
        self.script.append(f"{function.__name__}({called})")
        function(self, **arguments)

    def note(self, text: object) -> None:
        """What a deed came to, for the script."""
        self.script[-1] += f"\n      {str(text).replace(str(self.top), '').strip()[:200]}"

    def itil(self, *words: str, who: str = "张三", where: str = "desk", index: bool = True) -> Said:
        """One command at this moment."""
        desk = TestDesk(self.folder(where), self.now.isoformat())
        if index:
            return desk.itil(*words, who=who, code=None)
        with without_index():
            return desk.itil(*words, who=who, code=None)

    def verb(self, *words: str, who: str = "张三", where: str = "desk") -> Said:
        """One command that is a deed: counted, and the clock goes on a minute."""
        said = self.itil(*words, who=who, where=where)
        self.counts[words[0], said.code == 0] += 1
        self.note(f"itil {' '.join(words)}  [{said.code}] {'' if said.code == 0 else said.err.splitlines()[:1]}")
        assert said.code != BUG, self.failure(words, said.err)
        self.now += timedelta(minutes=1)
        return said

    def git(self, *words: str, where: str = "desk") -> bool:
        """One git command that is a deed; whether it went well."""
        code, text = git(self.folder(where), *words)
        self.counts["git " + words[0], code == 0] += 1
        self.note(f"git {' '.join(words)}  [{code}] {text.splitlines()[:1] if code else ''}")
        return code == 0

    def save(self, file: Path) -> None:
        """Keeps this version of a file, to be put back one day."""
        self.serial += 1
        copy = self.top / "saved" / f"{self.serial}-{file.name}"
        copy.parent.mkdir(exist_ok=True)
        if file.is_file() and not file.is_symlink():
            shutil.copy2(file, copy)
            self.saved.append((file, copy))

    def process(self, *words: str, who: str = "张三", index: bool = True, **more: Any) -> subprocess.Popen[bytes]:
        """A command in a process of its own, begun."""
        environ = {
            **os.environ, "PYTHONPATH": str(PROJECT), "ITIL_DESK": str(self.root), "ITIL_NOW": self.now.isoformat(),
            "GIT_AUTHOR_EMAIL": EMAILS[who], "GIT_AUTHOR_NAME": who, **({} if index else {"ITIL_NO_INDEX": "1"}),
        }  # fmt: skip
        return subprocess.Popen(
            [sys.executable, "-m", "itilcli", *words],
            env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more,
        )  # fmt: skip

    def let_go(self) -> None:
        """Whoever holds the index lets it go."""
        while self.locks:
            self.locks.pop().close()

    # ── what is asked

    def questions(self) -> list[tuple[str, tuple[str, ...]]]:
        """Who asks what: some always, the others in turn, more of them where the world is wide."""
        before = (self.now.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
        known = self.files()
        case = self.last or (known[0].name.partition(".")[0] if known else "INC-20261123-ZZZZ")
        always = [
            ("张三", ("list", "--json")),
            ("张三", ("check", "--json")),
            ("张三", ("due", "--all", "--json")),
        ]
        rest = [
            ("张三", ("list", "--open")),
            ("张三", ("report", before, "--format", "json")),
            ("李四", ("due", "--json")),
            ("张三", ("search", TEXTS[self.asked % len(TEXTS)], "--json")),
            ("张三", ("show", case, "--json")),
            ("张三", ("list", "--completed", "--format", "csv")),
            ("李四", ("due", "--all", "--json")),
            ("张三", ("check", "--all")),
            ("张三", ("report", self.now.strftime("%Y-%m"), "--format", "json")),
            ("张三", ("next", case, "--json")),
            ("张三", ("check", case, "--json")),
            ("张三", ("show", case[-4:])),
            ("张三", ("list", "--month", before, "--json")),
            ("张三", ("kb", "list", "--json")),
            ("张三", ("log", case, "--json")),
        ]
        many = 7 if self.wide else 3
        begin = self.asked * many
        return always + [rest[place % len(rest)] for place in range(begin, begin + many)]

    def compare(self) -> None:
        """Asks everything with the index, without it, and now and then with it again; what differs ends the test."""
        places = ["desk"] + (["tree"] if self.tree.exists() and self.asked % 3 == 0 else [])
        for where in places:
            for who, words in self.questions():
                first = self.itil(*words, who=who, where=where)
                plain = self.itil(*words, who=who, where=where, index=False)
                self.same(words, where, first, plain)
                if words in (("check", "--json"), ("list", "--json")):
                    self.same(words, where, self.itil(*words, who=who, where=where), plain)
        self.asked += 1
        self.counts["answer out of an index", self.index.is_file()] += 1

    def same(self, words: tuple[str, ...], where: str, first: Said, plain: Said) -> None:
        """That an answer is the same with the index, less one line about it."""
        *got, lines = told(first)
        *wanted, silent = told(plain)
        self.counts["answer " + words[0], first.code == 0] += 1
        assert BUG not in (first.code, plain.code), self.failure(words, f"a bug\n{first.err}\n{plain.err}")
        assert got == wanted, self.failure(words, f"in {where}\n{difference(first, plain)}")
        assert lines <= 1 + silent, self.failure(words, f"more than a line about the index:\n{first.err}")

    def failure(self, words: tuple[str, ...], text: str) -> str:
        """What went wrong, after which steps."""
        steps = "\n".join(f"{number:4}. {line}" for number, line in enumerate(self.script, 1))
        return f"itil {' '.join(words)}: {text}\n── the steps\n{steps}\n── the files: {self.top}"


def pick(found: list[Any], number: int) -> Any:
    """One of a list, counted round; None of an empty one."""
    return found[number % len(found)] if found else None


def stage_of(incident: Path) -> str:
    """The stage that an incident file says it is in."""
    try:
        found = STAGE.search(incident.read_text("utf-8", "replace"))
    except OSError:
        return ""
    return found[1] if found else ""


def difference(first: Said, plain: Said) -> str:
    """The lines that only one of two answers has."""
    import difflib

    def lines(said: Said) -> list[str]:
        return [f"exit {said.code}", *said.out.replace("}, {", "},\n{").splitlines(), *said.err.splitlines()]

    changed = difflib.unified_diff(lines(plain), lines(first), "without the index", "with the index", n=0, lineterm="")
    return "\n".join(line[:600] for line in list(changed)[:60])
