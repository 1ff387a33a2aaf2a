"""`new --edit`: the form in the user's editor; and what was typed at a prompt outlives a cut of the power."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import TestDesk
from test_prompting import environment, on_terminal, only_case

from itilcli.cli.editor import edit_text
from itilcli.errors import Refused

ANSWERS = {
    "contact": "张三丰", "phone": "057188886666", "symptom": "读卡器无法识别", "business_impact": "停诊", "expected_by": "无",
    "type": "fault", "category": "终端", "severity": "低", "square": "一般",
}  # fmt: skip
EDITOR = """\
import json, pathlib, sys
script, seen, path = (pathlib.Path(word) for word in sys.argv[1:])
rounds = json.loads(script.read_text(encoding="utf-8"))
todo, text = rounds.pop(0), path.read_text(encoding="utf-8")
script.write_text(json.dumps(rounds), encoding="utf-8")
with seen.open("a", encoding="utf-8") as file:
    file.write(f"{path}\\n{text}\\f")
if isinstance(todo, int):
    sys.exit(todo)
if isinstance(todo, str):
    path.write_text(todo, encoding="utf-8")
for key, value in (todo if isinstance(todo, dict) else {}).items():
    import re
    text = re.sub(rf"(?m)^{key}:.*$", f"{key}: {value}", text)
    path.write_text(text, encoding="utf-8")
"""
NOTHING: dict[str, str] = {}


class Editor:
    """An editor that does one thing each time: fills in a dict, writes a text, leaves it, or fails with a code."""

    def __init__(self, folder: Path, *rounds: object) -> None:
        (folder / "editor.py").write_text(EDITOR, encoding="utf-8")
        (folder / "rounds").write_text(json.dumps(rounds), encoding="utf-8")
        self._seen = folder / "seen it"
        self.command = shlex.join(
            [sys.executable, *(str(folder / name) for name in ("editor.py", "rounds", "seen it"))]
        )

    @property
    def seen(self) -> list[str]:
        """What it showed, each time."""
        return self._seen.read_text(encoding="utf-8").split("\f")[:-1]


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Makes the editor of the next command."""

    def made(*rounds: object) -> Editor:
        found = Editor(tmp_path, *rounds)
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setenv("EDITOR", found.command)
        return found

    return made


def drafts(desk: TestDesk) -> list[Path]:
    return sorted((desk.root / ".git" / "itil" / "drafts").glob("*"))


def kept(desk: TestDesk) -> dict[str, object]:
    """The answers of the one draft there is."""
    (path,) = drafts(desk)
    assert path.stat().st_mode & 0o077 == 0
    answers: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))["answers"]
    return answers


def test_the_form_is_filled_in_and_becomes_a_case(desk: TestDesk, editor) -> None:
    """What was typed as a flag stands in it, phones keep their zeros, empty lines are left out, the file is gone."""
    ed = editor({**ANSWERS, "at": "08:30", "consulted": "[none]"})
    made = desk.itil("new", "--edit", "-o", "九院", "--major", "--json", code=None)
    assert made.code == 0, made.err
    case = desk.show(made.json["id"])
    assert case["customer"] == {"organisation": "九院", "contact": "张三丰", "phone": "057188886666"}
    assert (case["channel"], case["reported_at"], case["severity"]) == ("hotline", "2026-11-23T08:30:00+08:00", "low")
    path, form = ed.seen[0].split("\n", 1)
    assert path.endswith(".yaml") and not Path(path).parent.exists() and drafts(desk) == []
    lines = form.split("\n")
    assert 'organisation: "九院"' in lines and 'channel: "hotline"' in lines and "major: true" in lines
    assert lines.index("severity:") < lines.index("at:") and "high（高）" in lines[lines.index("severity:") - 1]
    required, optional = [place for place, line in enumerate(lines) if not line][:2]
    assert {re.sub(":.*", "", line) for line in lines[required:optional] if line[:1] not in ("#", "")} == {
        "organisation", "channel", *ANSWERS,
    }  # fmt: skip


@pytest.mark.parametrize("left", [NOTHING, "", "# 只有说明\n", "organisation:\n"])
def test_a_form_unchanged_or_emptied_makes_nothing(desk: TestDesk, editor, left: object) -> None:
    editor(left)
    assert desk.refused("new", "--edit", "-o", "九院", code=1) == ["E-cli-unchanged"]
    assert drafts(desk) == []


def test_without_a_terminal_a_form_with_faults_is_refused_and_kept(desk: TestDesk, editor) -> None:
    """As answers where it could be read, then the editor goes on from them; else as its text."""
    editor({**ANSWERS, "severity": "极高"})
    assert desk.refused("new", "--edit", "-o", "九院", code=2) == ["E-answer-severity"]
    assert kept(desk)["phone"] == "057188886666"
    ed = editor({"severity": "低"})
    desk.itil("new", "--draft", "--edit")
    assert 'symptom: "读卡器无法识别"' in ed.seen[-1] and drafts(desk) == []
    editor("单位: 十院\n楼层: 3\n单位: 九院\n")
    assert desk.refused("new", "--edit") == ["E-yaml-duplicate-key"]
    (path,) = drafts(desk)
    assert path.read_text(encoding="utf-8") == "---\n单位: 十院\n楼层: 3\n单位: 九院\n"
    editor("单位: 十院\n楼层: 3\n")
    assert desk.refused("new", "--edit", code=2) == ["E-slips-key"]


def test_on_a_terminal_the_form_opens_again_with_what_is_wrong(desk: TestDesk, tmp_path: Path, monkeypatch) -> None:
    """Until it is right; left as it was, it stops and the answers are kept."""
    ed = Editor(tmp_path, {**ANSWERS, "severity": "极高"}, {"severity": "低"})
    monkeypatch.setattr("test_prompting.environment", lambda desk: environment(desk) | {"EDITOR": ed.command})
    code, shown, _ = on_terminal(desk, ("new", "--edit", "-o", "九院"))
    assert code == 0, shown
    assert desk.show(only_case(desk))["severity"] == "low" and drafts(desk) == []
    assert ed.seen[1].split("\n")[1].startswith("#! ") and "极高" in ed.seen[1]
    Editor(tmp_path, {**ANSWERS, "severity": "极高"}, NOTHING)
    code, shown, _ = on_terminal(desk, ("new", "--edit", "-o", "九院"))
    assert code == 2 and "E-answer-severity" in shown and "--draft" in shown
    assert kept(desk)["severity"] == "极高"


def test_an_editor_that_fails_or_is_missing(desk: TestDesk, editor, monkeypatch: pytest.MonkeyPatch) -> None:
    """VISUAL counts before EDITOR; the words are told apart without a shell."""
    editor(3)
    assert desk.refused("new", "--edit", code=2) == ["E-cli-editor"]
    for command in ("/nowhere/editor", "'half quoted", "touch; true"):
        monkeypatch.setenv("VISUAL", command)
        assert desk.refused("new", "--edit", code=2) == ["E-cli-editor"]
    assert not drafts(desk)


def test_any_text_can_be_edited(editor) -> None:
    """The text as it was left, None where nothing changed; bytes that are no text are refused."""
    ed = editor("新的\n", NOTHING)
    assert edit_text("旧的\n", ".md") == "新的\n" and edit_text("旧的") is None
    assert ed.seen[0].split("\n")[0].endswith(".md")
    editor("\x07\n")
    with pytest.raises(Refused):
        edit_text("旧的\n")


def test_killed_while_typing_loses_only_the_line_being_typed(desk: TestDesk) -> None:
    """Each answer is on the disk before the next question; the next call says so, and goes on."""
    master, slave = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-m", "itilcli", "new", "-o", "二院"], env=environment(desk),
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    shown, until = b"", time.monotonic() + 30
    for line in ("开机黑屏\n", "李医生\n", "0571-888"):
        while not shown.endswith(b"> ") and time.monotonic() < until:
            if select.select([master], [], [], 0.5)[0]:
                shown += os.read(master, 4096)
        assert kept(desk)["organisation"] == "二院"
        os.write(master, line.encode())
        shown = b""
    program.send_signal(signal.SIGKILL)
    program.wait(timeout=30)
    os.close(master)
    assert kept(desk) | {"channel": None} == {
        "organisation": "二院",
        "symptom": "开机黑屏",
        "contact": "李医生",
        "channel": None,
    }
    code, shown_next, _ = on_terminal(desk, ("new",), "\x03")
    assert code == 130 and "itil new --draft" in shown_next and "二院" in shown_next
    rest = (
        "-p",
        "0571-88880001",
        "-b",
        "停诊",
        "-e",
        "none",
        "--type",
        "fault",
        "-g",
        "terminal",
        "-s",
        "low",
        "-q",
        "一般",
    )
    desk.itil("new", "--draft", *rest)
    assert desk.show(only_case(desk))["symptom"] == "开机黑屏" and drafts(desk) == []
