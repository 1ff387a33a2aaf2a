"""What an engineer does whose push was refused: the commands that the refusal names, and the push goes through."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tampering"))
from conftest import EMAILS
from insider import CLOSED, NOW, OPEN, VISITED, WAITING, Insider, insider

from itilcli.cli.gating import lines
from itilcli.language import translator


@pytest.fixture
def hands(tmp_path: Path) -> Insider:
    """The story of the insider, who is an honest engineer here."""
    made = insider(tmp_path)
    made.write(".gitattributes", "* -text\n*.yaml text eol=lf merge=itil\n")
    made.hand("张三")
    made.run("remote", "add", "origin", str(made.server))
    made.desk.itil("sync")
    made.began = made.run("rev-parse", "HEAD")
    return made


def codes(hands: Insider, level: str = "error") -> list[str]:
    """What the push is refused for, or warned of."""
    return sorted({one.problem.code for one in hands.push().findings if one.problem.level == level})


def told(hands: Insider) -> str:
    """What who pushes reads."""
    return "\n".join(lines(hands.push(), translator("en")))


def pasted(hands: Insider, who: str, *patterns: str) -> None:
    """The commands that the refusal names, run as they stand there."""
    text = told(hands)
    for pattern in patterns:
        found = re.search(pattern, text)
        assert found, text
        environ = {**os.environ, "GIT_AUTHOR_NAME": who, "GIT_AUTHOR_EMAIL": EMAILS[who], "GIT_AUTHOR_DATE": NOW}
        environ |= {"GIT_COMMITTER_NAME": who, "GIT_COMMITTER_EMAIL": EMAILS[who], "GIT_COMMITTER_DATE": NOW}
        done = subprocess.run(
            found[0], shell=True, cwd=hands.root, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


REVERT = r"git revert --no-edit [0-9a-f]{12}"


@pytest.mark.parametrize("who", ["张三", "陈一", "李四"])
def test_texts_of_an_open_case_may_be_typed(hands: Insider, who: str):
    """As the README says: whoever may correct them; it is told, not refused."""
    with hands.record(OPEN) as incident:
        incident["symptom"] = "叫号屏不刷新，只在上午"
        incident["customer"]["phone"] = "0571-88886667"
    with hands.record(OPEN, "remote-1") as form:
        form["guidance"] = "重启叫号服务两次"
    hands.hand(who)
    assert (codes(hands), codes(hands, "warning")) == ([], ["W-gate-by-hand"])


@pytest.mark.parametrize(
    ("case", "part", "field", "value", "who"),
    [
        (OPEN, "incident", "symptom", "另一现象", "档案"),
        (OPEN, "incident", "severity", "high", "张三"),
        (OPEN, "incident", "secret", "自定义", "张三"),
        (CLOSED, "incident", "symptom", "另一现象", "张三"),
        (WAITING, "work-order-1", "requested_by", "陈一", "张三"),
    ],
)
def test_what_was_typed_and_may_not_be_is_taken_back(
    hands: Insider, case: str, part: str, field: str, value: str, who: str
):
    """By the commands that the refusal names, also when steps were recorded since; nothing is lost, and it is told."""
    with hands.record(case, part) as record:
        record[field] = value
    commit = hands.hand(who)
    hands.desk.itil("note", hands.ids[OPEN], "后来的步骤", code=None)
    assert codes(hands)
    assert commit[:8] in told(hands)
    pasted(hands, who, REVERT)
    assert codes(hands) == []
    assert "W-gate-taken-back" in codes(hands, "warning")


@pytest.mark.parametrize("field", ["due_on", "first_response_at", "status"])
def test_what_follows_from_the_history_is_put_right_by_the_next_step(hands: Insider, field: str):
    """Every verb writes it anew; the push is judged by what comes of it."""
    with hands.record(OPEN) as record:
        record[field] = {"due_on": "2026-12-31", "status": "completed"}.get(field, "2026-11-23T08:50:00+08:00")
    hands.hand("张三")
    assert codes(hands)
    hands.desk.itil("note", hands.ids[OPEN], "后来的步骤")
    assert (codes(hands), codes(hands, "warning")) == ([], ["W-gate-taken-back"])


@pytest.mark.parametrize("case", [CLOSED, VISITED])
def test_a_deleted_record_brought_back(hands: Insider, case: str):
    """Nothing is gone when it arrives."""
    hands.path(case).unlink()
    hands.hand("陈一")
    assert "E-gate-deleted" in codes(hands)
    pasted(hands, "陈一", REVERT)
    assert codes(hands) == []


def test_roles_for_oneself_are_not_used_before_they_are_taken_back(hands: Insider):
    """What was approved between is judged by people.yaml as it would have been."""
    path = hands.root / "people.yaml"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace('roles: [{role: "tier2"}]', 'roles: [{role: "tier2"}, {role: "technical_director"}]'), "utf-8"
    )
    commit = hands.hand("李四")
    hands.run("revert", "--no-edit", commit, who="李四")
    assert codes(hands) == []
    hands.run("reset", "-q", "--hard", commit)
    hands.desk.itil("approve", who="李四")
    hands.run("revert", "--no-edit", commit, who="李四")
    assert codes(hands) == ["E-5.6-not-director", "E-5.6-role"]


def test_a_form_changed_for_a_step_and_set_back_leaves_the_step_wrong(hands: Insider):
    """Who asked approves while the paper names another, and then it names him again."""
    hands.desk.itil(
        "people", "set", "张三", "--add-role", "technical_director", "--approved-by", "周总", "--from", "2026-11-01"
    )
    with hands.record(WAITING, "work-order-1") as order:
        order["requested_by"] = "陈一"
    commit = hands.hand("张三")
    hands.desk.itil("approve", who="张三")
    hands.run("revert", "--no-edit", commit, who="张三")
    assert codes(hands)


def markers(hands: Insider, who: str = "陈一") -> str:
    """A case with git's markers in it, committed; what a merge without the driver leaves."""
    path = hands.path(OPEN)
    text = path.read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("symptom:"))
    path.write_text(text.replace(line, f'<<<<<<< HEAD\n{line}\n=======\n{line[:-1]}，偶发"\n>>>>>>> theirs'), "utf-8")
    return hands.hand(who)


def test_committed_markers_are_one_message_and_sync_mends_them(hands: Insider):
    """Whoever mended them later in the push gets in."""
    commit = markers(hands)
    found = hands.push().errors
    assert [one.problem.code for one in found] == ["E-gate-markers"]
    assert found[0].commit == commit and found[0].file.endswith(".incident.yaml")
    assert "itil sync" in told(hands)
    hands.desk.itil("sync", who="陈一")
    assert codes(hands) == []


def test_markers_mended_in_an_editor(hands: Insider):
    """The result is what counts, and what it says beyond the two versions is refused as it would be in any commit."""
    commit = markers(hands)
    hands.run("checkout", "-q", f"{commit}^", "--", ".")
    hands.hand("陈一")
    assert (codes(hands), codes(hands, "warning")) == ([], ["W-gate-taken-back"])
    hands.run("reset", "-q", "--hard", commit)
    hands.run("checkout", "-q", f"{commit}^", "--", ".")
    with hands.record(OPEN) as incident:
        incident["severity"] = "high"
    hands.hand("陈一")
    assert "E-gate-no-step" in codes(hands)


def test_a_merge_by_hand_is_judged_by_its_result(hands: Insider):
    """Dropping the other side's step is refused; left out by the command that is named, the sync makes the merge."""
    start = hands.began
    hands.desk.itil("note", hands.ids[OPEN], "甲")
    mine = hands.run("rev-parse", "HEAD")
    hands.run("checkout", "-q", "-b", "other", start)
    hands.desk.itil("note", hands.ids[OPEN], "乙", who="陈一")
    theirs = hands.run("rev-parse", "HEAD")
    hands.run("checkout", "-q", "main")
    hands.run("merge", "-q", "-s", "ours", "--no-edit", "other", who="张三")
    hands.desk.itil("note", hands.ids[OPEN], "丙")
    assert {"E-gate-history", "E-gate-joined"} & {*codes(hands)}
    pasted(hands, "张三", r"git rebase --committer-date-is-author-date --onto [0-9a-f]{12}\^ [0-9a-f]{12}")
    assert codes(hands) == [] and hands.run("rev-parse", "HEAD^") == mine
    hands.run("push", "-q", str(hands.server), f"{theirs}:refs/heads/main")
    hands.desk.itil("sync")
    assert codes(hands) == []
    assert {"甲", "乙", "丙"} <= {*re.findall("[甲乙丙]", hands.path(OPEN).read_text("utf-8"))}


def test_a_file_of_nobodys_business_taken_back(hands: Insider):
    """A stray file, an attachment put there by hand."""
    hands.write("records/2026/11/23/INC-20261123-ZZZZ.notes.txt", "x")
    photo = f"{hands.path(OPEN).relative_to(hands.root)}".replace(".incident.yaml", ".files/照片.png")
    hands.write(photo, b"\x89PNG\r\n\x1a\n")
    hands.hand("陈一")
    assert codes(hands) == ["E-gate-attachment-unrecorded", "E-gate-stray"]
    pasted(hands, "陈一", REVERT)
    assert codes(hands) == []


def test_what_harms_a_checkout_is_never_put_right(hands: Insider):
    """A link stays in the history for whoever looks at that commit."""
    (hands.root / "records" / "link.yaml").symlink_to("/etc/passwd")
    commit = hands.hand("陈一")
    hands.run("revert", "--no-edit", commit, who="陈一")
    assert "E-gate-link" in codes(hands)
    hands.run("reset", "-q", "--hard", commit)
    pasted(hands, "陈一", r"git rebase --committer-date-is-author-date --onto [0-9a-f]{12}\^ [0-9a-f]{12}")
    assert codes(hands) == []
