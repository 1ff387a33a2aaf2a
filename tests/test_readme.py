"""The README's tour, typed as it stands there into a fresh desk: what it shows is what is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
README = (PROJECT / "README.md").read_text("utf-8")
ID = re.compile(r"INC-(\d{8})-([0-9A-Z]{4})")
CALL = """\
From: 陆护士长 <lu@hospital.example>
Subject: {subject}
Date: Mon, 23 Nov 2026 09:58:00 +0800
Message-ID: <{id}@hospital.example>
References: <1@hospital.example>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}
"""
LETTERS = {
    "求助.eml": ("三楼网络不通", 1, "三楼护士站电脑都上不了网。\n影响：护士站不能录医嘱\n期望解决时间：今天"),
    "再问.eml": ("回复：三楼网络不通", 2, "有人来看吗？"),
}
TOLD_ELSEWHERE = "8D70"
"""A case that the tour speaks of and does not make; its commands are those of the journeys."""
ONCE = ("itil handover",)
"""Of a block that is not typed as a whole, what is typed all the same."""


def steps(block: str) -> list[tuple[str, list[str]]]:
    """The commands of a block, each with the lines shown below it."""
    made: list[tuple[str, list[str]]] = []
    for line in block.replace("\\\n", "").splitlines():
        if line.startswith("$ "):
            made.append((line[2:].split("  #")[0].strip(), []))
        elif line.strip():
            made[-1][1].append(line.strip())
    return made


def tour() -> list[tuple[str, list[str]]]:
    """What is typed on the tour's desk, in order."""
    text = README[README.index("## Two minutes") : README.index("## Several people")]
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", text, re.S):
        whole = TOLD_ELSEWHERE not in block and "--preflight" not in block
        found += [step for step in steps(block) if whole or step[0].startswith(ONCE)]
    return found


class Reader:
    """Who types the tour: names of the README stand for those that came of it here."""

    def __init__(self, folder: Path) -> None:
        self.names: dict[str, str] = {}
        git = folder / "gitconfig"
        git.write_text("[user]\n\tname = 林岚\n\temail = linlan@example.com\n[init]\n\tdefaultBranch = main\n", "utf-8")
        (folder / "bin").mkdir()
        itil = folder / "bin/itil"
        itil.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m itilcli "$@"\n', "utf-8")
        itil.chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ITIL_", "GIT_", "LC_"))}
        self.environ = {
            **kept, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(PROJECT), "LANG": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": str(git), "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(folder), "PAGER": "cat",
            "ITIL_NOW": "2026-11-23T10:20:00+08:00",
        }  # fmt: skip
        self.folder = folder

    def type(self, command: str, shown: list[str]) -> str:
        """What a command prints, in the README's names; a folder that it enters is entered by the next ones."""
        for name, value in self.names.items():
            command = command.replace(name, value)
        if "@" in command and command.startswith("itil show"):
            command = re.sub(r"@[0-9a-f]{12}", self.commit(), command)
        script = f"{command}\nprintf '\\n%s' \"$PWD\""
        done = subprocess.run(["sh", "-c", script], cwd=self.folder, env=self.environ, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)  # fmt: skip
        out, _, place = done.stdout.rpartition("\n")
        self.folder = Path(place)
        for ours, theirs in zip(ID.findall("\n".join(shown)), ID.findall(out), strict=False):
            self.names.setdefault(ours[1], theirs[1])
        for name, value in self.names.items():
            out = out.replace(value, name)
        return out

    def commit(self) -> str:
        """The code's last part on the newest print."""
        done = subprocess.run(["itil", "form", self.names["VZ4N"], "--all", "--format", "md"], cwd=self.folder,
                              env=self.environ, capture_output=True, text=True, check=True)  # fmt: skip
        (found,) = set(re.findall(rf"INC-\d+-{self.names['VZ4N']}(@[0-9a-f]{{12}})", done.stdout))
        return found


def plain(text: str) -> str:
    """A line without what differs from desk to desk: commits, the day's figures of the machine."""
    return re.sub(r"[0-9a-f]{12}", "…", re.sub(r"\s+", " ", text)).strip()


@pytest.mark.slow
def test_the_tour_prints_what_the_readme_shows(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    typed = tour()
    assert [command.split()[0] for command, _ in typed].count("itil") == len(typed) - 1 > 20
    for command, shown in typed:
        for name, (subject, number, text) in LETTERS.items():
            (reader.folder / name).write_text(CALL.format(subject=subject, id=number, text=text), "utf-8")
        out = reader.type(command, shown)
        lines = {plain(line) for line in out.splitlines()}
        assert "Traceback" not in out and "error" not in out.lower(), (command, out)
        assert "错误" not in out or "错误" in "".join(shown), (command, out)
        for line in (
            shown[:1] if command == "itil doctor" else shown
        ):  # what it warns of hangs on the machine and the year
            if "…" in line or "正常 " in line:
                parts = [re.escape(part) for part in re.split(r"…|\d+ 项", plain(line)) if part.strip()]
                assert re.search(".*".join(parts), " ".join(sorted(lines, key=out.find))) or parts == [], (
                    command,
                    line,
                    out,
                )
            elif not line.startswith(("README.md",)):
                assert plain(line) in lines, (command, line, out)


def test_every_page_that_it_names_is_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (PROJECT / target).exists(), target
