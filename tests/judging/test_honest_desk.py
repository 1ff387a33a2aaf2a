"""An honest desk is proved, and let in, without a word: every verb of the procedure, as people use them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import EMAILS, TestDesk, desk_at

from itilcli.actions.proving.audit import Asked, Audited, audit
from itilcli.actions.proving.gate import gate
from itilcli.actions.waiting.suggest import COMMAND_OF
from itilcli.desk import Desk
from itilcli.procedure import MOVES

sys.path.insert(0, str(Path(__file__).parents[1] / "journeys"))
from journey import BLOCK, Journey, journeys, steps, typist

TOLD = ("02", "03", "05", "07", "08", "09", "10", "12", "15", "16")
"""The journeys that between them take every step there is, or nearly."""
CLOSING = ("-k", "none", "--solution", "重新插拔后正常", "--confirmed-by", "张三丰", "--rest", "none")
MAP = """\
name: "log"
rows: "incidents"
key: "no"
times: {formats: ["%Y-%m-%d %H:%M"]}
fields:
  reported_at: "opened"
  channel: {constant: "email"}
  type: {constant: "fault"}
  severity: {constant: "low"}
  resolved_at: "solved"
  closed_at: "closed"
"""


@contextmanager
def set_to(**variables: str) -> Iterator[None]:
    """The environment with some variables set."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


def audited(desk: TestDesk, now: str = "2026-12-31T09:00:00+08:00", asked: Asked | None = None) -> Audited:
    """What the audit finds."""
    with set_to(ITIL_NOW=now):
        return audit(Desk.open(str(desk.root)), asked or Asked())


def honest(desk: TestDesk, now: str = "2026-12-31T09:00:00+08:00") -> Audited:
    """That the audit proves the desk, and an empty server lets all of it in."""
    found = audited(desk, now)
    told = {commit.partition(" ")[0]: commit for commit in desk.git("log", "--format=%H %s").splitlines()}
    wrong = [f"{told[one.finding.commit]}: {one.finding.problem}" for one in found.rows
             if one.finding.problem.level == "error"]  # fmt: skip
    assert not wrong, "\n".join(wrong)
    server = desk.root.parent / "server.git"
    subprocess.run(["git", "init", "-q", "--bare", str(server)], check=True)
    head = desk.git("rev-parse", "HEAD").strip()
    with set_to(GIT_ALTERNATE_OBJECT_DIRECTORIES=str(desk.root / ".git" / "objects")):
        gated = gate(server, [f"{'0' * 40} {head} refs/heads/main"], {"ITIL_NOW": now})
    assert not gated.errors
    assert gated.commits == found.commits > 0
    return found


@pytest.mark.parametrize(
    "told", [one for one in journeys() if one.path.name[:2] in TOLD], ids=lambda one: one.path.name[:2]
)
def test_each_journey_is_proved(told: Journey):
    """What the transcripts type leaves nothing to say."""
    for part in told.parts:
        with typist() as at_work:
            now = ""
            for block in BLOCK.finditer(part):
                if block["name"]:
                    Path(block["name"]).write_text(block["body"], encoding="utf-8")
                    continue
                for step in steps(block["body"]):
                    at_work.said(step)
                    now = max(now, step.now)
            if now:
                honest(at_work.desk, now)


def test_the_journeys_take_nearly_every_step():
    """What they leave out is tried below; asked of what they type, for each may be played by another process."""
    typed = {
        " ".join(step.typed.split()[1:3])
        for told in journeys() if told.path.name[:2] in TOLD
        for part in told.parts for block in BLOCK.finditer(part) if not block["name"]
        for step in steps(block["body"]) if step.typed.startswith("itil ")
    }  # fmt: skip
    verbs = {word for line in typed for word in (line.split(" ")[0], line.replace(" ", "-"))}
    untried = {action for action in MOVES if COMMAND_OF.get(action, action).replace(" ", "-") not in verbs}
    assert len(untried) < len(MOVES) / 2, sorted(untried)


def test_all_that_is_no_journey(tmp_path: Path):
    """People, customers, articles, models, improvements, an import, a report, what is undone, and the seldom steps."""
    desk = desk_at(tmp_path / "desk")
    desk.now = "2026-10-09T09:00:00+08:00"
    file = tmp_path / "截图.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n")
    desk.itil("calendar", "update", "2026")
    desk.itil("customer", "add", "二院", "--contact", "王重阳", "-p", "0571-66666666", "--address", "文三路2号")
    desk.itil("people", "add", "新人", "--email", "new@example.com", "--role", "tier1", "--approved-by", "周总")
    EMAILS.setdefault("新人", "new@example.com")
    desk.itil("people", "set", "新人", "--add-role", "tier2")
    desk.itil("people", "deputy", "赵总", "--to", "李四", "--until", "2026-12-05", who="赵总")
    article = desk.itil("kb", "new", "--title", "读卡器驱动", "--symptom", "无法识别", "--cause", "驱动", "--solution", "更新",
                        "--json", who="陈一").json["id"]  # fmt: skip
    desk.itil("kb", "publish", article)
    desk.itil("model", "new", "读卡器", "--type", "故障", "-g", "终端", "-s", "低", "-q", "一般", "-y", "无法识别")
    one = desk.new("-k", article, "--guidance", "重新插拔", who="新人")
    desk.itil("attach", one, str(file), who="新人")
    desk.itil("classify", one, "--severity", "medium", "--not-major", "--reason", "影响全院", who="新人")
    desk.itil("agree", one, "--until", "3wd", "--reason", "等备件", who="新人")
    desk.itil("hold", one, "--on", "agreed_date", "--reason", "等备件", who="新人")
    desk.itil("resume", one, who="新人")
    desk.itil("backup", one, "--location", "/bak/2", who="新人")
    desk.itil("diagnose", one, "--diagnosis", "比对", "--cause", "驱动不符", who="新人")
    desk.itil("change", one, "--class", "normal", "--ref", "CH-1", who="新人")
    desk.itil("problem", one, "none", who="新人")
    desk.itil("item", one, "--update", "读卡器.驱动=2.1", who="新人")
    desk.itil(
        "escalate", one, "--to", "tier2", "--reason", "unresolved", "--tried", "重装", "--assignee", "李四", who="新人"
    )
    desk.itil("return", one, "--reason", "现场接线", who="李四")
    desk.itil("undo", who="李四")
    desk.itil("assign", one, "--to", "新人", "--reason", "换班", who="李四")
    desk.itil("resolve", one, "--solution", "更新驱动", who="新人")
    desk.itil("item", one, "--done", "--commit", "abc123", who="配置")
    desk.itil("confirm", one, "--no-answer", who="新人")
    desk.itil("confirm", one, "--confirmed-by", "张三丰", "--method", "phone", who="新人")
    desk.itil("archive", one, who="新人")
    desk.itil("close", one, "--rest", "none", who="新人")
    desk.itil("follow-up", one, "--result", "reached", "--satisfaction", "2", "--unsolved", "--complaint", "太慢",
              now="2026-10-10T09:00:00+08:00")  # fmt: skip
    desk.itil("follow-up", one, "--outcome", "已道歉", now="2026-10-10T10:00:00+08:00")
    desk.itil("correct", one, "phone=0571-88886667", "--reason", "号码有误", now="2026-10-10T11:00:00+08:00")
    desk.itil("reopen", one, "--reason", "又坏了", now="2026-10-11T09:00:00+08:00")
    desk.itil(
        "close",
        one,
        "--solution",
        "换新",
        "--confirmed-by",
        "张三丰",
        "--rest",
        "none",
        now="2026-10-11T12:00:00+08:00",
    )
    desk.now = "2026-10-20T09:00:00+08:00"
    two, three, four = (desk.new("-y", text) for text in ("叫号屏黑屏", "叫号屏黑屏又", "误报"))
    desk.itil("merge", three, "--into", two, "--reason", "同一故障")
    desk.itil("void", four, "--reason", "误报")
    five = desk.new("-y", "写错了的")
    desk.itil("undo", five)
    desk.itil("correct", two, "symptom=叫号屏花屏")
    desk.itil(
        "respond", two, "-k", "none", "--guidance", "重启", "--at", "08:10", now="2026-10-20T11:00:00+08:00", code=None
    )
    desk.itil("note", two, "打电话问过", "--at", "09:10", now="2026-10-20T11:00:00+08:00")
    desk.itil("handover", "--to", "陈一")
    desk.now = "2026-10-20T12:00:00+08:00"
    action = desk.itil("action", "add", "补充备件", "--owner", "李四", "--due", "2026-12-15", "--json").json["id"]
    desk.itil("action", "done", action, "--note", "已到货")
    log, explained = tmp_path / "log.csv", tmp_path / "map.yaml"
    log.write_text("no,opened,solved,closed\nA1,2026-09-02 10:00,2026-09-02 11:00,2026-09-02 12:00\n", "utf-8")
    explained.write_text(MAP, "utf-8")
    desk.itil("import", str(log), "--map", str(explained))
    desk.now = "2026-11-02T09:00:00+08:00"
    desk.itil("report", "2026-10", "--issue", "--comment", "本月平稳")
    desk.itil("people", "leave", "新人", "--on", "2026-11-30", "--to", "陈一", code=None)
    desk.itil(
        "close",
        two,
        "--solution",
        "换屏",
        "-k",
        "none",
        "--confirmed-by",
        "张三丰",
        "--rest",
        "none",
        who="陈一",
        code=None,
    )
    found = honest(desk)
    assert found.reports == ("2026-10",)
    assert {one.action for one in found.late} >= {"note"}
    assert found.people["新人"] > 10


def test_a_desk_made_by_init(tmp_path: Path):
    """The first commit makes the desk, its first manager and its files; nothing is wrong with that."""
    root = tmp_path / "desk"
    desk = TestDesk(root)
    with set_to(GIT_COMMITTER_NAME="张三", GIT_COMMITTER_EMAIL=EMAILS["张三"]):
        desk.itil("init", str(root), "--organisation", "示例科技")
        desk.new(*CLOSING)
        honest(desk)
