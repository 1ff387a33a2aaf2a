"""A journey: a console transcript in Markdown that is run again through the real command line.

In a block ``console`` each line ``PERSON MM-DD HH:MM $ COMMAND`` is typed by that person at that time (of 2026, or ``YYYY-MM-DD``);
what follows, up to the next such line, is what was printed, refusals with their exit code in brackets. A heading ``##`` begins
another part in a fresh desk. A block ``text NAME`` is a file in the typist's folder; scans that a command names lie there too. What
is drawn at random is told by fixed names, in the order in which it first appears.
"""

from __future__ import annotations

import os
import random
import re
import secrets
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest.mock import patch

import frontmatter
from conftest import EMAILS, TestDesk, desk_at

HERE = Path(__file__).parent
YEAR = "2026"
BUG = 70
PROMPT = re.compile(r"(?P<who>[^\s`]+) (?P<at>(?:\d{4}-)?\d\d-\d\d \d\d:\d\d) \$ (?P<typed>.*)")
BLOCK = re.compile(r"^```(?P<kind>console|text (?P<name>\S+))\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
PART = re.compile(r"^(?=## )", re.MULTILINE)
SCAN = re.compile(r"[^=]+\.(?:jpg|png|pdf)")
CASE, ARTICLE = re.compile(r"INC-\d{8}-([0-9A-Z]{4})(?![0-9A-Za-z])"), re.compile(r"KB-([0-9A-Z]{4})(?![0-9A-Za-z])")
ENTRY = re.compile(r"history#[0-9A-Z]{8}")
WORD = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{4,40}(?![0-9A-Za-z])")
HASH = re.compile(r"(?!20\d{6}$)(?:[0-9a-f]{7,12}|[0-9a-f]{40})")  # but not the day in an ID
CASES = [
    "7K3Q", "8M2P", "4WX9", "2B6T", "9CEH", "3FN5", "5GRA", "6JDV", "1QYK", "0ZT8", "7PW2", "8HC4", "4E6M", "2XR9", "9DK3", "3VB7",
    "5TN1", "6YQ8", "1GF2", "0MJ5", "7RD6", "8BX1", "4NK7", "2HV3",
]  # fmt: skip
ARTICLES = ["3N8V", "6T2C", "9QW4", "1RX7"]
COMMITS = [f"{number * 0x1F3A5B71 + 0xA11CE000:08x}"[:8] for number in range(1, 200)]


@dataclass(frozen=True)
class Step:
    """One line typed by a person: ``lines`` as they stand, ``typed`` as one command."""

    who: str
    at: str
    typed: str
    lines: str

    @property
    def now(self) -> str:
        """The time of the step, RFC 3339."""
        day, clock = self.at.split()
        return f"{day if len(day) > 5 else f'{YEAR}-{day}'}T{clock}:00+08:00"


@dataclass(frozen=True)
class Journey:
    """One transcript file: what its front matter says for the index, and its parts, each with a desk of its own."""

    path: Path

    @property
    def text(self) -> str:
        """The file."""
        return self.path.read_text(encoding="utf-8")

    @property
    def parts(self) -> list[str]:
        """The text cut before each heading; joined again it is the file."""
        return PART.split(self.text)

    @property
    def about(self) -> dict[str, object]:
        """The front matter: ``happens``, ``type`` (the commands that matter) and ``stays`` (where it shows)."""
        return dict(frontmatter.loads(self.text).metadata)

    @property
    def commands(self) -> list[str]:
        """Everything typed in it."""
        return [step.typed for block in BLOCK.finditer(self.text) if not block["name"] for step in steps(block["body"])]


def journeys() -> list[Journey]:
    """All transcripts, by number."""
    return [Journey(path) for path in sorted(HERE.glob("[0-9][0-9]-*.md"))]


def steps(body: str) -> Iterator[Step]:
    """The typed lines of a console block; a backslash at the end goes on in the next line."""
    lines = iter(body.splitlines())
    for line in lines:
        if found := PROMPT.fullmatch(line):
            shown = [line]
            while shown[-1].endswith("\\"):
                shown.append(next(lines))
            typed = " ".join(part.removesuffix("\\").strip() for part in [found["typed"], *shown[1:]])
            yield Step(found["who"], found["at"], typed, "\n".join(shown))


@dataclass
class Names:
    """The fixed names of what was drawn at random in one desk."""

    known: dict[str, str] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)

    def shown(self, text: str, desk: TestDesk) -> str:
        """What was printed, with the fixed names."""
        for pattern, names in ((CASE, CASES), (ARTICLE, ARTICLES)):
            for code in pattern.findall(text):
                self.known.setdefault(code, next(name for name in names if name not in self.known.values()))
        text = ENTRY.sub("history#…", text)
        words = [word for word in WORD.findall(text) if HASH.fullmatch(word)]
        commits = desk.git("rev-list", "--all").split() if words else []
        for word in words:
            for commit in commits:
                if commit.startswith(word):
                    self.known[word] = self.commits.setdefault(commit, COMMITS[len(self.commits)])
        return WORD.sub(lambda word: self.known.get(word[0], word[0]), text).replace(str(desk.root), "服务台")

    def meant(self, typed: str) -> str:
        """What was typed, with the names the desk has drawn."""
        drawn = {name: code for code, name in self.known.items()}
        return WORD.sub(lambda word: drawn.get(word[0].upper(), word[0]), typed)


@dataclass
class Typist:
    """The desk of one part, the folder its people type in, and the names."""

    desk: TestDesk
    names: Names = field(default_factory=Names)

    def said(self, step: Step) -> str:
        """What a step prints; a refusal ends with its exit code."""
        printed = ""
        for command in self.names.meant(step.typed).split(" && "):
            words = shlex.split(command)
            code, text = {"itil": self.itil, "git": self.git, "sed": self.sed}[words[0]](step, words[1:])
            printed += self.names.shown(text, self.desk)
            if code:
                printed += f"[退出码 {code}]\n"
                break
        return "\n".join(line.rstrip() for line in printed.splitlines())

    def itil(self, step: Step, words: list[str]) -> tuple[int, str]:
        """The real command line."""
        for word in words:
            if SCAN.fullmatch(word) and not Path(word).exists():
                Path(word).parent.mkdir(exist_ok=True)
                Path(word).write_bytes(b"\xff\xd8\xffscan")
        said = self.desk.itil(*words, who=step.who, now=step.now, code=None)
        assert said.code != BUG, said.err
        return said.code, said.err + said.out  # what is amiss is told first

    def git(self, step: Step, words: list[str]) -> tuple[int, str]:
        """Git, by the same person."""
        email = EMAILS[step.who]
        who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
               for what, value in (("NAME", step.who), ("EMAIL", email), ("DATE", step.now))}  # fmt: skip
        done = subprocess.run(
            ["git", *words], cwd=self.desk.root, env={**os.environ, **who}, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def sed(self, step: Step, words: list[str]) -> tuple[int, str]:
        """An editor, told like ``sed -i s/OLD/NEW/ FILE``: plain text, once, as a careful hand does it."""
        change, name = words[-2:]
        _, old, new, _ = change.split("/")
        path = self.desk.root / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if old not in before:
            return 1, f"{old} 不在 {name}\n"
        path.write_text(before.replace(old, new, 1), encoding="utf-8")
        return 0, ""


@cache
def pattern() -> tempfile.TemporaryDirectory[str]:
    """A desk to copy, with the sample desk's year of working days, so that its dates are no guesses."""
    scratch = tempfile.TemporaryDirectory()
    desk = desk_at(Path(scratch.name, "desk"))
    (desk.root / "calendar").mkdir()
    shutil.copy(HERE.parent.parent / "calendar" / f"{YEAR}.yaml", desk.root / "calendar")
    desk.commit("calendar")
    return scratch


@contextmanager
def typist() -> Iterator[Typist]:
    """A fresh desk, and an empty folder beside it to type in."""
    drawn = random.Random(1)  # what is listed by ID stands in the same order each time
    with (
        tempfile.TemporaryDirectory() as scratch,
        patch.dict(os.environ, COLUMNS="120"),
        patch.object(secrets, "choice", drawn.choice),
    ):
        folder = Path(scratch, "folder")
        folder.mkdir()
        with chdir(folder):
            root = Path(scratch).resolve() / "desk"
            yield Typist(TestDesk(shutil.copytree(Path(pattern().name, "desk"), root)))


def run_again(part: str) -> tuple[str, list[str]]:
    """A part with what its commands print now, and what is wrong in the desk they leave.

    Errors of ``itil check`` and uncommitted files are wrong, unless the last command shows them itself; a part without commands
    is as it was.
    """
    if not BLOCK.search(part):
        return part, []
    last: Step | None = None
    with typist() as at_work:

        def block(found: re.Match[str]) -> str:
            nonlocal last
            if found["name"]:
                Path(found["name"]).write_text(found["body"], encoding="utf-8")
                return found[0]
            told = []
            for last in steps(found["body"]):
                told.append(f"{last.lines}\n{at_work.said(last)}".rstrip())
            return "```console\n" + "\n\n".join(told) + "\n```"

        again = BLOCK.sub(block, part)
        return again, [] if last is None or last.typed.startswith("itil check") else left_wrong(at_work, last)


def left_wrong(at_work: Typist, last: Step) -> list[str]:
    """What ``itil check`` and ``git status`` find in the desk at the end."""
    found = at_work.desk.itil("check", "--json", now=last.now, code=None).json
    wrong = [f"{row['where']} {row['code']} {row['message']}" for row in found if row["level"] == "error"]
    return wrong + at_work.desk.git("status", "--porcelain").splitlines()
