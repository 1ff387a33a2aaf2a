"""What the shells complete: asked as they ask, then typed into real ones in a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import TestDesk, desk_at

from itilcli.actions.shells import SHELLS, install, installed
from itilcli.cli.commands import COMMANDS
from itilcli.cli.completing import raw, split
from itilcli.cli.table import COMPLETE

PROJECT = Path(__file__).resolve().parents[2]
PWNED, LATER = "pwned", "2026-11-23T09:30:00+08:00"
TITLES = (
    '"引号" 与 50% $HOME: 冒号',
    r"\$(touch pwned) `touch pwned` \`touch pwned\`",
    "a'b; touch pwned; ' ) ]] ${(e)x} %F{red}",
)
HOSTILE = r'"甲\u202e乙\t丙"'


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> TestDesk:
    """A desk whose cases have titles that mean something to a shell or a terminal, and one case with forms."""
    made = desk_at(tmp_path_factory.mktemp("completion") / "desk")
    for title in TITLES:
        made.new("-t", title)
    code = made.new("-t", "HOSTILE")
    file = made.file(code)
    file.write_text(file.read_text("utf-8").replace('"HOSTILE"', HOSTILE), "utf-8")
    made.commit()
    return made


@pytest.fixture(scope="module")
def formed(desk: TestDesk) -> str:
    """The code of a case with forms."""
    code = desk.new("-t", "打印机卡纸")
    desk.itil("respond", code, "-k", "none", "--guidance", "重启", now=LATER)
    desk.itil("remote", code, "--consent-by", "张三丰", "--consent-via", "phone", "--tool", "向日葵",
              "--actions", "重装驱动", "--started", "-5m", "--ended", "-1m", "--unsolved", now=LATER)  # fmt: skip
    return code


def environ(desk: TestDesk, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "ITIL_"))}
    return {
        **kept,
        "PYTHONPATH": str(PROJECT),
        "ITIL_DESK": str(desk.root),
        "LANG": "C.UTF-8",
        "ITIL_NOW": desk.now,
        **more,
    }


def asked(desk: TestDesk, *words: str, shell: str = "zsh", **more: str) -> list[tuple[str, str]]:
    """What a shell is told, first line apart."""
    done = subprocess.run([sys.executable, "-m", "itilcli", *words], env=environ(desk, **{COMPLETE: shell}, **more),
                          capture_output=True, text=True, timeout=60, check=True)  # fmt: skip
    assert done.stderr == ""
    kind, *lines = done.stdout.splitlines()
    assert kind in ("words", "files")
    rows = [tuple(line.split("\t")) for line in lines]
    assert all(len(row) == 2 and all(map(str.isprintable, row)) for row in rows)
    return [("files", ""), *rows] if kind == "files" else rows  # type: ignore[return-value,list-item]


TOLD = [
    ("esc", "escalate", "转二线"),
    ("升", "升级", "转二线"),
    ("people ", "key", "add · end · list"),
    ("people key ", "end", "密钥"),
    ("人员 ", "add", "新增人员"),
    ("help esc", "escalate", "转二线"),
    ("escalate X --to ", "tier2", "二线"),
    ("升级 X --to 二", "二线", "tier2"),
    ("escalate X 超", "超出能力范围", "beyond_capability"),
    ("list --severity=h", "--severity=high", "高"),
    ("list --severity high,m", "high,medium", "中"),
    ("dispatch X --engineer 李", "李四", "二线支持"),
    ("assign X 李", "李四", "二线支持"),
    ("report 2026-1", "2026-10", "未签发"),
    ("report --format x", "xlsx", ""),
    ("new -o 第一", "第一人民医院", "庆春路1号"),
    ("new -p 05", "0571-88886666", "张三丰"),
    ("log --clause 5.6", "5.6", "派单"),
    ("change X ", "none", "不需要变更"),
    ("due --al", "--all", "所有人"),
    ("--lang", "--language", ""),
    ("--language ", "zh", ""),
    ("--language en esc", "escalate", "hand it to tier 2"),
    ("attach X ", "files", ""),
    ("--desk ", "files", ""),
    ("--install-completion f", "fish", ""),
]


@pytest.mark.parametrize(("typed", "value", "label"), TOLD, ids=[row[0] for row in TOLD])
def test_what_may_be_typed_next(typed: str, value: str, label: str, desk: TestDesk) -> None:
    rows = dict(asked(desk, *split(f"itil {typed}")[1:], ITIL_LANGUAGE="" if "--language" in typed else "zh"))
    assert value in rows, rows
    assert label in rows[value]


def test_cases_come_with_their_titles_and_forms(desk: TestDesk, formed: str) -> None:
    titles = {label for _, label in asked(desk, "show", "")}
    assert set(TITLES) < titles
    assert r"甲\u202e乙␉丙" in titles
    assert asked(desk, "show", formed.lower()) == [(formed, "打印机卡纸")]
    assert [row[0] for row in asked(desk, "show", f"{formed}/r")] == [f"{formed}/remote-1"]
    assert "远程" in asked(desk, "show", f"{formed}/", ITIL_LANGUAGE="zh")[0][1]


def test_nothing_is_offered_where_nothing_can_be_read(desk: TestDesk) -> None:
    assert asked(desk, "show", "", ITIL_DESK="/no/such/desk") == []
    assert asked(desk, "no-such-verb", "") == []
    assert asked(desk, "list", "--no-such", "") != []
    for command in COMMANDS:
        asked_here = [*command.name.split(), ""]
        assert isinstance(asked_here, list)


def test_it_loads_no_typer(desk: TestDesk) -> None:
    code = "import sys\nfrom itilcli.cli import main\nmain()\nprint({'typer', 'rich', 'ruamel', 'git'} & set(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, "show", ""], env=environ(desk, **{COMPLETE: "zsh"}),
                          capture_output=True, text=True, timeout=60)  # fmt: skip
    assert done.stderr == "set()\n"


@pytest.mark.parametrize(
    ("line", "words", "last"),
    [
        ("itil show ", ["itil", "show", ""], ""),
        ("itil show 7K", ["itil", "show", "7K"], "7K"),
        ('itil new -o "第一 人', ["itil", "new", "-o", "第一 人"], '"第一 人'),
        ("itil new -o 第一\\ 人", ["itil", "new", "-o", "第一 人"], "第一\\ 人"),
        ("itil new -o 'a\"b", ["itil", "new", "-o", 'a"b'], "'a\"b"),
        ("itil new -o \\", ["itil", "new", "-o", "\\"], "\\"),
    ],
)
def test_a_line_of_bash_is_read_as_bash_does(line: str, words: list[str], last: str) -> None:
    assert split(line) == words
    assert raw(line) == last


def test_bash_gets_values_that_it_can_put_in(desk: TestDesk) -> None:
    desk.itil("customer", "add", "甲 医院's (东)")
    assert asked(desk, shell="bash", _ITIL_LINE="itil new -o 甲")[0][0] == r"甲\ 医院\'s\ \(东\)"
    assert asked(desk, shell="bash", _ITIL_LINE='itil new -o "甲')[0][0] == "甲 医院's (东)"
    assert asked(desk, shell="bash", _ITIL_LINE="itil new -o '甲") == []
    assert asked(desk, shell="bash", _ITIL_LINE="itil list --severity=h", _ITIL_BREAKS=" =:")[0][0] == "high"


# ── real shells

START = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "PS1='> '; bind 'set bell-style none'; source {script}"),
    "zsh": (["zsh", "-f", "-i"], "PS1='> '; autoload -Uz compinit; compinit -u -D; source {script}"),
    "fish": (["fish", "--no-config", "-i"], "function fish_prompt; echo -n '> '; end; source {script}"),
}


class Terminal:
    """A shell in a terminal of its own."""

    def __init__(self, shell: str, desk: TestDesk, folder: Path) -> None:
        programs = folder / "programs"
        programs.mkdir()
        itil = programs / "itil"
        itil.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m itilcli "$@"\n')
        itil.chmod(0o755)
        script = folder / f"completion.{shell}"
        script.write_text(SHELLS[shell], "utf-8")
        words, start = START[shell]
        env = environ(
            desk,
            PATH=f"{programs}:{os.environ['PATH']}",
            HOME=str(folder),
            TERM="xterm",
            ITIL_LANGUAGE="zh",
            HISTFILE="",
        )
        env |= {"XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder), "fish_greeting": ""}
        self.lines = 0
        self.pid, self.handle = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(words[0], words, env)
        fcntl.ioctl(self.handle, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
        self.said()
        self.type(start.format(script=script) + "\r")
        self.type("echo re''ady\r", "ready")

    def type(self, text: str, until: str = "") -> str:
        """Types, and gives what is shown until that stands there, or until nothing more comes."""
        os.write(self.handle, text.encode())
        return self.said(until)

    def emptied(self) -> None:
        """The line is empty, and all that was typed before is done. Ctrl-C would not do: it cuts off a completion that is still
        running, such as that of a second Tab, and with it the terminal forgets what was typed behind it, Ctrl-U too."""
        self.lines += 1
        shown = self.type(f"\x15echo emp''tied{self.lines}\r", f"emptied{self.lines}")
        assert f"emptied{self.lines}" in shown, shown

    def said(self, until: str = "", quiet: float = 0.4, most: float = 60) -> str:
        shown, end = b"", time.monotonic() + most
        while time.monotonic() < end:
            wait = quiet if not until or until in clean(shown) else most
            if not select.select([self.handle], [], [], min(wait, max(end - time.monotonic(), 0)))[0]:
                break
            try:
                shown += os.read(self.handle, 65536)
            except OSError:
                break
            if until and until in clean(shown):
                until = until if quiet else ""
        return clean(shown)

    def close(self) -> None:
        os.close(self.handle)
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)


def clean(shown: bytes) -> str:
    """What a person sees, more or less."""
    return re.sub(r"\x1b(\[[0-9;?>]*[A-Za-z]|\][^\x07]*\x07|[=>()][A-Z0-9]?)", "", shown.decode("utf-8", "replace"))


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest, desk: TestDesk, tmp_path: Path) -> Iterator[tuple[str, Terminal, Path]]:
    """Each of the shells, with itil's completion."""
    if shutil.which(request.param) is None:
        pytest.skip(f"there is no {request.param} here (Debian: apt install {request.param})")
    terminal = Terminal(request.param, desk, tmp_path)
    yield request.param, terminal, tmp_path
    terminal.close()


def test_a_real_shell_completes(shell: tuple[str, Terminal, Path], desk: TestDesk, formed: str) -> None:
    _, terminal, folder = shell
    assert "escalate " in terminal.type("itil esca\t", "escalate")
    terminal.emptied()
    assert f"show {formed}" in terminal.type(f"itil show {formed[:3]}\t", formed)
    terminal.emptied()
    listed = terminal.type("itil show \t\t", "打印机卡纸")
    for title in TITLES:
        assert title[:12] in listed, (title, listed)
    terminal.emptied()
    told = terminal.type("itil escalate X --to \t\t", "三线")
    assert "tier2" in told and "二线" in told
    terminal.emptied()
    assert not (folder / PWNED).exists() and not (desk.root / PWNED).exists()


@pytest.mark.parametrize("name", SHELLS)
def test_it_is_put_where_the_shell_reads_it_and_once(name: str, tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path)}
    assert not installed(name, home)
    for _ in range(2):
        places = install(name, home)
    assert installed(name, home)
    assert places.script.read_text("utf-8") == SHELLS[name]
    if places.start:
        assert places.start.read_text("utf-8").count(places.lines) == 1


def test_the_flags_that_install_it_and_show_it(desk: TestDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert desk.itil("--show-completion", "zsh").out == SHELLS["zsh"]
    assert ".zfunc" in desk.itil("--install-completion", "zsh").out
    assert (tmp_path / ".zshrc").exists()
    said = desk.itil("--install-completion", "csh", "--json", code=2)
    assert said.codes == ["E-cli-choice"]
