"""§5.1 by e-mail, as it goes on: drafts that people complete, answers to closed and merged cases, two at once, and refusals."""

from __future__ import annotations

import base64
import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from conftest import EMAILS, TestDesk

REGISTER = """\
customers:
  - organisation: "第一人民医院"
    projects: ["核心系统", "门诊"]
    contacts:
      - name: "张三丰"
        phone: "0571-88886666"
        email: "zsf@hospital.cn"
"""
FLAGS = ("--type", "fault", "-g", "terminal", "-s", "low", "-q", "一般", "-b", "3号窗口无法结算", "-e", "无")


def letter(folder: Path, name: str, *head: str, body: str = "读卡器无法识别", sender: str = "zsf@hospital.cn") -> Path:
    """A message of plain text."""
    path = folder / f"{name}.eml"
    lines = (f"From: 张三丰 <{sender}>", "Date: Mon, 23 Nov 2026 08:30:00 +0800", f"Message-ID: <{name}@x>", *head)
    path.write_text("\n".join((*lines, "", body, "")), encoding="utf-8")
    return path


def taken(desk: TestDesk, path: Path, *flags: str, **more: Any) -> dict[str, Any]:
    """What came of a message, as programs are told."""
    made: dict[str, Any] = desk.itil("new", "--from-email", str(path), *flags, "--json", **more).json
    return made


@pytest.fixture
def post(desk: TestDesk) -> TestDesk:
    """A desk with a register."""
    (desk.root / "customers.yaml").write_text(REGISTER, encoding="utf-8")
    desk.commit("a register")
    return desk


def test_a_reply_to_a_draft_says_so_and_is_noted_once_that_is_a_case(post: TestDesk, tmp_path: Path) -> None:
    first = taken(post, letter(tmp_path, "a", "Subject: 读卡器"))
    path = letter(tmp_path, "b", "Subject: 回复：读卡器", "References: <a@x>", body="有人来看吗？")
    reply = taken(post, path)
    assert reply["result"] == "draft" and any("读卡器" in why and "草稿" in why for why in reply["why"]), reply["why"]
    assert not any("草稿" in why for why in first["why"])
    case = taken(post, Path(first["draft"]), *FLAGS, "--not-major")
    assert post.show(case["id"])["major"] is False
    noted = taken(post, Path(reply["draft"]))
    assert (noted["result"], noted["id"]) == ("note", case["id"])
    assert post.itil("new", "--drafts", "--json").json == []


def test_the_list_of_drafts_has_a_line_for_each_and_going_on_shows_what_is_answered(
    post: TestDesk, tmp_path: Path
) -> None:
    taken(post, letter(tmp_path, "a", "Subject: 读卡器", body="您好：\n\n读卡器\n无法识别" + "很" * 90))
    out = post.itil("new", "--drafts").out
    assert "您好： 读卡器 无法识别" in out and "␊" not in out and "很…" in out
    assert "很" * 90 in post.itil("new", "--drafts", "--json").json[0]["symptom"]


def test_a_draft_is_completed(post: TestDesk, tmp_path: Path) -> None:
    """It is kept once, shown to who looks, gone on from with the message and its files, and gone then."""
    path = letter(tmp_path, "a", "Subject: 读卡器", "To: desk+核心系统@desk.example.org")
    first, again = taken(post, path), taken(post, path)
    assert first["result"] == again["result"] == "draft" and first["draft"] == again["draft"]
    assert {row["code"] for row in first["missing"]} >= {"E-5.1-business-impact", "E-5.2-type"}
    assert Path(first["draft"]).stat().st_mode & 0o077 == 0
    (row,) = post.itil("new", "--drafts", "--json").json
    assert (row["organisation"], row["symptom"], row["email"]) == ("第一人民医院", "读卡器无法识别", first["draft"])
    assert "读卡器" in post.itil("new", "--drafts").out
    assert "E-5.2-type" in post.refused("new", "--draft", "-s", "low", code=2)
    made = post.itil("new", "--draft", *FLAGS, "--json").json
    case = post.show(made["id"])
    assert (case["stage"], case["channel"], case["project"], case["title"]) == (
        "classified",
        "email",
        "核心系统",
        "读卡器",
    )
    assert (case["attachments"][0]["message_id"], case["reported_at"][11:16]) == ("a@x", "08:30")
    assert post.itil("new", "--drafts", "--json").json == []
    assert not list((post.root / ".git/itil/drafts").iterdir())
    assert taken(post, path)["result"] == "known"


def test_flags_win_and_a_dry_run_writes_nothing(post: TestDesk, tmp_path: Path) -> None:
    path = letter(tmp_path, "b", "Subject: 甲")
    before = post.git("rev-parse", "HEAD")
    assert taken(post, path, "--dry-run")["draft"] is None
    tried = taken(post, path, *FLAGS, "-t", "乙", "-c", "王护士", "--dry-run")
    assert tried["dry_run"] and "title" in tried["diff"]
    assert (post.git("rev-parse", "HEAD"), (post.root / ".git/itil/drafts").exists()) == (before, False)
    made = taken(post, path, *FLAGS, "-t", "乙", "-c", "王护士", "--at", "08:00", "--received-by", "陈一")
    case = post.show(made["id"])
    assert (case["title"], case["customer"]["contact"], case["reported_at"][11:16], case["owner"]) == (
        "乙",
        "王护士",
        "08:00",
        "陈一",
    )


def test_an_answer_to_a_closed_case_is_a_linked_one(post: TestDesk, tmp_path: Path) -> None:
    """Nobody but a person says that it is the same fault; a merged case leads to the one it went into."""
    first = taken(post, letter(tmp_path, "a", "Subject: 甲"), *FLAGS)["id"]
    second = taken(post, letter(tmp_path, "b", "Subject: 乙"), *FLAGS)["id"]
    post.itil("merge", second, "--into", first, "--reason", "重复")
    answer = taken(post, letter(tmp_path, "c", "In-Reply-To: <b@x>", "Subject: 回复:乙", body="还没好"))
    assert (answer["result"], answer["id"]) == ("note", first)
    post.itil("close", first, "-x", "换读卡器", "--confirmed-by", "张三丰", "--rest", "none")
    late = taken(
        post,
        letter(tmp_path, "d", "References: <a@x> <c@x>", "Subject: 回复:甲", body="又坏了"),
        "--incomplete",
        "邮件",
    )
    assert late["result"] == "case" and late["id"] not in (first, second)
    assert post.show(late["id"])["related"] == [first]
    assert post.show(first)["stage"] == "closed" and any("reopen" in said for said in late["why"])
    assert post.itil("check", "--json").json == []


def test_a_colleague_writes(post: TestDesk, tmp_path: Path) -> None:
    """What goes to the customer with a copy to the desk is told; a new message says for whom first."""
    case = taken(post, letter(tmp_path, "a", "Subject: 甲"), *FLAGS)["id"]
    to = ("To: zsf@hospital.cn", "Cc: desk@desk.example.org", "In-Reply-To: <a@x>")
    told = taken(post, letter(tmp_path, "b", *to, body="备件明天到", sender=EMAILS["李四"]))
    assert told["result"] == "note" and "备件明天到" in post.show(case)["told"][0]["text"]
    new = taken(post, letter(tmp_path, "c", "Subject: 客户来电", sender=EMAILS["李四"]), "--incomplete", "邮件")
    assert (new["result"], [row["code"] for row in new["missing"]]) == ("draft", ["E-5.1-caller"])


def test_who_wrote_is_learned(desk: TestDesk, tmp_path: Path) -> None:
    """The first message of a customer is completed by a person; the next one by the register."""
    first = ("-o", "第三医院", "-c", "张三丰", "-p", "0571-66665555")
    taken(desk, letter(tmp_path, "a", sender="someone@third.example.net"), *first, *FLAGS)
    second = taken(desk, letter(tmp_path, "b", "Subject: 第二次", sender="someone@third.example.net"), *FLAGS)
    assert desk.show(second["id"])["customer"] == {
        "organisation": "第三医院", "contact": "张三丰", "phone": "0571-66665555", "email": "someone@third.example.net",
    }  # fmt: skip


def test_a_large_message(post: TestDesk, tmp_path: Path) -> None:
    """Its files are kept once; so many files that some have no room: then the message is kept whole."""
    scan = base64.encodebytes(os.urandom(1_200_000)).decode()
    head = ('Content-Type: multipart/mixed; boundary="b"', "Subject: 扫描件", "MIME-Version: 1.0")
    part = (
        "--b\nContent-Type: {}\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename={}\n\n{}"
    )
    text = "--b\nContent-Type: text/plain; charset=utf-8\n\n扫描件见附件\n"
    path = letter(tmp_path, "a", *head, body=text + part.format("application/pdf", "a.pdf", scan) + "--b--")
    case = post.show(taken(post, path, *FLAGS)["id"])
    (kept,) = post.root.glob(f"records/*/*/*/{case['id']}.files/mail-*.eml")
    assert [row["file"] for row in case["attachments"]] == [kept.name, "a.pdf"]
    said = kept.read_text("utf-8")
    assert len(said) < 1000 and "X-Itil-Kept:" in said and "扫描件见附件" in said and "Message-ID: <a@x>" in said
    many = "".join(part.format("image/png", f"{number}.png", "AAAA\n") for number in range(60))
    path = letter(tmp_path, "b", *head, body=text + many + "--b--")
    case = post.show(taken(post, path, *FLAGS)["id"])
    assert len(case["attachments"]) == 51 and case["attachments"][0]["size"] == path.stat().st_size
    assert taken(post, path)["result"] == "known"


def test_two_at_once_make_one_case(post: TestDesk, tmp_path: Path) -> None:
    """The same message by two ways, and others beside it: each once."""
    paths = [letter(tmp_path, name, f"Subject: {name}") for name in ("a", "a", "b", "c")]
    environ = {**os.environ, "ITIL_DESK": str(post.root), "ITIL_NOW": post.now, "GIT_AUTHOR_NAME": "张三",
               "GIT_AUTHOR_EMAIL": EMAILS["张三"], "PYTHONPATH": str(Path(__file__).parents[2])}  # fmt: skip

    def give(path: Path) -> dict[str, Any]:
        words = [sys.executable, "-m", "itilcli", "new", "--from-email", "-", "--incomplete", "邮件", "--json"]
        done = subprocess.run(words, env=environ, input=path.read_bytes(), capture_output=True, check=True)
        made: dict[str, Any] = json.loads(done.stdout)
        return made

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(give, paths))
    assert sorted(one["result"] for one in made) == ["case", "case", "case", "known"]
    assert len(post.itil("list", "--json").json) == 3


def test_the_documented_line_over_a_maildir(post: TestDesk, tmp_path: Path) -> None:
    """The script of docs/email.md, as it stands there."""
    page = (Path(__file__).parents[2] / "docs/email.md").read_text("utf-8")
    script = tmp_path / "itil-mail"
    script.write_text(page.partition("```sh itil-mail\n")[2].partition("```")[0], encoding="utf-8")
    box = tmp_path / "Maildir"
    for folder in ("new", "cur", "tmp"):
        (box / folder).mkdir(parents=True)
    letter(box / "new", "1", "Subject: 甲").rename(box / "new/1.host")
    letter(box / "new", "2", "Auto-Submitted: auto-replied").rename(box / "new/2.host")
    letter(box / "new", "3", sender="nobody@qq.com").rename(box / "new/3.host")
    environ = {**os.environ, "ITIL_DESK": str(post.root), "GIT_AUTHOR_NAME": "张三", "ITIL_NOW": post.now, "MAILDIR": str(box),
               "PYTHONPATH": str(Path(__file__).parents[2])}  # fmt: skip
    wrapper = tmp_path / "bin/itil"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m itilcli "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    environ["PATH"] = f"{wrapper.parent}:{environ['PATH']}"

    def run(email: str) -> list[str]:
        subprocess.run(
            ["sh", str(script)], env={**environ, "GIT_AUTHOR_EMAIL": email}, check=False, capture_output=True
        )
        return sorted(one.name[:6] for one in (box / "new").iterdir())

    assert run("nobody@example.com") == ["1.host", "2.host", "3.host"]
    assert run(EMAILS["张三"]) == []
    assert sorted(one.name for one in (box / "cur").iterdir()) == ["1.host:2,S", "2.host:2,S", "3.host:2,S"]
    assert len(post.itil("list", "--json").json) == len(post.itil("new", "--drafts", "--json").json) == 1


@pytest.mark.parametrize(
    ("words", "who", "codes", "code"),
    [
        (("{empty}",), "张三", ["E-mail-empty"], 2),
        (("{gone}",), "张三", ["E-mail-file"], 2),
        (("{good}", "--draft"), "张三", ["E-mail-alone"], 2),
        (("{good}", "--severity", "超高"), "张三", ["E-answer-severity"], 2),
        (("{good}", *FLAGS), "李四", ["E-5.1-role"], 4),
        (("{good}",), "nobody@example.com", ["E-actor-unknown"], 4),
    ],
)
def test_what_is_refused_stays_where_it_came_from(
    post: TestDesk, tmp_path: Path, words: tuple[str, ...], who: str, codes: list[str], code: int
) -> None:
    """A wrong command line or a wrong person; nothing is kept, so whoever gave the message keeps it."""
    (tmp_path / "empty").write_bytes(b" \n")
    places = {"empty": tmp_path / "empty", "gone": tmp_path / "gone", "good": letter(tmp_path, "a", "Subject: 甲")}
    given = [word.format(**places) for word in words]
    assert post.refused("new", "--from-email", *given, who=who, code=code) == codes
    assert not (post.root / ".git/itil/drafts").exists()


def test_what_there_is_no_room_for(post: TestDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too large a message is refused; one with files that no case can hold waits for a person; so many wait and no more."""
    from itilcli.actions.taking.letters import contents, taking, waiting

    path = letter(tmp_path, "a", "Subject: 甲", body="x" * 3000)
    with monkeypatch.context() as patched:
        patched.setattr(taking, "LARGEST", 2000)
        assert post.refused("new", "--from-email", str(path), code=2) == ["E-mail-size"]
    many = "".join(f"--b\nContent-Type: image/png; name={number}.png\n\nx\n" for number in range(60))
    path = letter(tmp_path, "b", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", body=many + "--b--")
    with monkeypatch.context() as patched:
        patched.setattr(contents, "LIMIT", 1000)
        made = taken(post, path, *FLAGS)
    assert (made["result"], [row["code"] for row in made["missing"]]) == ("draft", ["E-mail-room"])
    monkeypatch.setattr(waiting, "MOST", 1)
    path = letter(tmp_path, "c", "Subject: 甲")
    assert post.refused("new", "--from-email", str(path), code=5) == ["E-mail-full"]
    drafts = post.root / ".git/itil/drafts"
    assert post.itil("new", "--drop-drafts", "--json").json == {"dropped": 1}
    drafts = post.root / ".git/itil/drafts"
    drafts.rmdir()
    drafts.write_text("in the way", encoding="utf-8")
    assert post.refused("new", "--from-email", str(path), code=5) == ["E-mail-keep"]
