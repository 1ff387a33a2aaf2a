"""The knowledge base: drafting, out of a case too, showing, listing, publishing (§5.13, F30, B17)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import EMAILS, TestDesk

from itilcli.model.article import sections
from itilcli.model.case import ARTICLE_ID

TEXTS = ("--symptom", "读卡器无法识别", "--cause", "驱动版本不符", "--solution", "更新驱动到 2.1")
FULL = ("--title", "读卡器驱动", *TEXTS)


def new(desk: TestDesk, *words: str, who: str = "张三") -> dict[str, Any]:
    made: dict[str, Any] = desk.itil("kb", "new", *words, "--json", who=who).json
    return made


def shown(desk: TestDesk, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = desk.itil("kb", "show", reference, "--json").json
    return found


def by_hand(desk: TestDesk, name: str, text: str) -> Path:
    (desk.root / "knowledge").mkdir(exist_ok=True)
    file = desk.root / "knowledge" / f"{name}.md"
    file.write_text(text, "utf-8")
    desk.commit()
    return file


def test_a_draft_in_one_commit(desk: TestDesk) -> None:
    made = new(desk, *FULL, "--category", "终端设备", who="李四")
    assert ARTICLE_ID.fullmatch(made["id"]) and not made["id"][3:].isdigit()
    found = shown(desk, made["id"])
    assert (found["status"], found["version"], found["author"], found["title"]) == ("draft", 1, "李四", "读卡器驱动")
    assert found["form_no"] == "JQ-ITSMS-04-01-04" and found["category"] == "terminal"
    assert found["created_at"].endswith("+08:00")
    assert found["sections"] == {
        "symptom": "读卡器无法识别",
        "environment": "",
        "cause": "驱动版本不符",
        "solution": "更新驱动到 2.1",
        "workaround": "",
    }
    assert desk.git("show", "--name-only", "--format=", "HEAD").split() == [made["path"]]
    trailers = desk.git("log", "-1", "--format=%(trailers:only,unfold)")
    expected = f"Itil-Id: {made['id']}\nItil-Action: kb-new\nItil-Clause: 5.13\nItil-Actor: 李四\n"
    assert trailers.startswith(expected)


def test_headings_stand_in_the_desks_language(desk: TestDesk) -> None:
    text = (desk.root / new(desk, *FULL)["path"]).read_text("utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["现象", "环境", "原因", "解决方案", "替代方案"]
    settings = desk.root / "desk.yaml"
    settings.write_text(settings.read_text("utf-8").replace('"zh"', '"en"'), "utf-8")
    desk.commit()
    text = (desk.root / new(desk, *FULL)["path"]).read_text("utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Symptom", "Environment", "Cause", "Solution", "Workaround"]


def test_a_text_with_headings_and_dashes_stays_in_its_section(desk: TestDesk) -> None:
    said = "#1 窗口\n---\n## 原因\n  # x\n```\nend"
    found = shown(desk, new(desk, "--title", "---", "--symptom", said)["id"])
    assert found["sections"]["symptom"].replace("\\#", "#") == said
    assert found["sections"]["cause"] == "" and found["title"] == "---"


def test_out_of_a_case(desk: TestDesk) -> None:
    """Symptom, cause and solution come from the case, nothing of its customer; what is typed goes before it."""
    case = desk.new("--solution", "重新插拔后正常", "--took", "7m")
    made = new(desk, "--from", case, "--cause", "接触不良")
    found = shown(desk, made["id"])
    assert found["sections"]["symptom"] == "读卡器无法识别" and found["sections"]["cause"] == "接触不良"
    assert found["sections"]["solution"] == "重新插拔后正常" and found["title"] == "读卡器无法识别"
    assert found["category"] == "terminal" and found["source_incidents"] == [desk.show(case)["id"]]
    text = (desk.root / made["path"]).read_text("utf-8")
    assert not [secret for secret in ("第一人民医院", "张三丰", "88886666", "庆春路") if secret in text]


def test_a_workaround_waits_for_its_solution(desk: TestDesk) -> None:
    case = desk.new("--solution", "先用备用窗口", "--kind", "workaround", "--took", "7m")
    made = new(desk, "--from", case)
    found = shown(desk, made["id"])["sections"]
    assert found["workaround"] == "先用备用窗口" and found["solution"] == ""
    assert made["lacks"] == ["cause", "solution"]


def test_closing_with_a_new_article_drafts_it(desk: TestDesk) -> None:
    """B17: ``--knowledge new`` drafts the article in the commit that closes the case."""
    case = desk.new("--solution", "重新插拔", "--took", "7m")
    before = desk.git("rev-list", "--count", "HEAD")
    desk.itil("diagnose", case, "--diagnosis", "比对", "--cause", "接口松动", code=None)
    desk.itil("close", case, "--confirmed-by", "张三丰", "--method", "phone", "--knowledge", "new", "--rest", "none")
    reference = desk.show(case)["knowledge"]["ref"]
    found = shown(desk, reference)
    assert found["status"] == "draft" and found["source_incidents"] == [desk.show(case)["id"]]
    assert found["sections"]["solution"] == "重新插拔"
    changed = desk.git("show", "--name-only", "--format=", "HEAD").split()
    assert f"knowledge/{reference}.md" in changed and any(name.endswith(".incident.yaml") for name in changed)
    assert int(desk.git("rev-list", "--count", "HEAD")) > int(before)


def test_the_cause_comes_from_the_last_diagnosis(desk: TestDesk) -> None:
    case = desk.new()
    desk.itil("respond", case, "-k", "none", "--guidance", "重插")
    desk.itil("remote", case, "--consent-by", "张三丰", "--tool", "向日葵", "--actions", "重装驱动", "--unsolved")
    desk.itil("diagnose", case, "--diagnosis", "比对", "--cause", "驱动版本不符")
    desk.itil("resolve", case, "--solution", "更新驱动")
    assert shown(desk, new(desk, "--from", case)["id"])["sections"]["cause"] == "驱动版本不符"


@pytest.mark.parametrize("who", ["张三", "陈一", "李四", "周总"])
def test_who_writes(desk: TestDesk, who: str) -> None:
    assert shown(desk, new(desk, *FULL, who=who)["id"])["author"] == who


@pytest.mark.parametrize("who", ["王五", "赵总", "档案", "孙供"])
def test_who_does_not_write(desk: TestDesk, who: str) -> None:
    assert desk.refused("kb", "new", *FULL, who=who, code=4) == ["E-5.13-role"]


def test_a_draft_needs_a_title_and_a_known_category(desk: TestDesk) -> None:
    said = desk.refused("kb", "new", "--symptom", "x", "--category", "nonsense", code=2)
    assert said == ["E-5.13-title", "E-5.13-category"]
    assert desk.refused("kb", "new", "--from", "ZZZZ", code=3) == ["E-find-none"]
    assert desk.refused("kb", "new", "--title", "x", "--at", "+2h", code=2) == ["E-5-future"]


def test_publishing(desk: TestDesk) -> None:
    made = new(desk, *FULL, who="李四")
    assert made["next"] == f"itil kb submit {made['id'][3:]}"
    desk.itil("kb", "publish", made["id"][3:])
    found = shown(desk, made["id"])
    assert (found["status"], found["reviewed_by"], found["author"]) == ("published", "张三", "李四")
    assert found["reviewed_at"].startswith("2026-11-23T09:00:00")
    trailers = desk.git("log", "-1", "--format=%(trailers:only,unfold)")
    assert f"Itil-Id: {made['id']}\nItil-Action: kb-publish\nItil-Clause: 5.13\n" in trailers
    assert desk.refused("kb", "publish", made["id"], code=1) == ["E-5.13-not-a-draft"]


def test_everything_an_article_lacks_is_said_at_once(desk: TestDesk) -> None:
    by_hand(desk, "KB-AB12", "---\nid: KB-AB12\nstatus: draft\n---\n\n## 现象\n\n \n\n## 原因\n")
    said = desk.refused("kb", "publish", "AB12", code=1)
    assert said == ["E-5.13-title", "E-5.13-symptom", "E-5.13-cause", "E-5.13-solution"]


@pytest.mark.parametrize("who", ["陈一", "李四", "周总", "钱经理"])
def test_only_the_incident_manager_publishes(desk: TestDesk, who: str) -> None:
    """Permission counts most: the exit code is 4 whatever else is wrong."""
    made = new(desk, "--title", "空")
    assert "E-5.13-role" in desk.refused("kb", "publish", made["id"], who=who, code=4)


def test_hand_written_text_and_unknown_fields_survive(desk: TestDesk) -> None:
    body = (
        "# 读卡器\n\n前言\n\n### Symptom\n\n| a | b |\n|---|---|\n\n## 原因\nx\n\n## 解决方案\n* y\n\n## 附录\n保留\n"
    )
    front = "---\n# 手写\nid: KB-AB12\ntitle: 手写的   # 标题\nstatus: draft\nowner_team: 一组\ntags: [a, b]\n---\n"
    file = by_hand(desk, "KB-AB12", front + body)
    desk.itil("kb", "publish", "ab12")
    text = file.read_text("utf-8")
    assert text.endswith("---\n" + body)
    for line in ("# 手写", "title: 手写的   # 标题", "owner_team: 一组", "tags: [a, b]"):
        assert line in text.splitlines()
    assert shown(desk, "AB12")["status"] == "published"


def test_any_unique_part_finds_an_article(desk: TestDesk) -> None:
    for name in ("KB-AB10", "KB-AB20", "KB-10AB"):
        by_hand(desk, name, f"---\nid: {name}\ntitle: t {name}\nstatus: draft\n---\n")
    for typed in ("KB-AB10", "kb-ab10", "ab10", "ABIO", "10", "b1", "ａｂ１０"):
        said = desk.itil("kb", "show", typed, "--json", code=None)
        expected = "KB-AB10" if typed not in ("10",) else None
        assert (json.loads(said.out)["id"] if said.code == 0 else None) == expected, typed
    several = desk.itil("kb", "show", "AB", "--json", code=3).json["error"]["problems"][0]
    assert several["code"] == "E-5.13-find-several" and "t KB-AB10" in several["hint"]
    assert desk.refused("kb", "show", "ZZ", code=3) == ["E-5.13-find-none"]
    assert desk.refused("kb", "show", "../desk", code=3) == ["E-5.13-find-none"]


def test_the_list(desk: TestDesk) -> None:
    assert desk.itil("kb", "list", "--json").json == [] and desk.itil("kb", "list").out == ""
    one, two = new(desk, *FULL), new(desk, "--title", "另一篇")
    desk.itil("kb", "publish", one["id"])
    (desk.root / "knowledge/README.md").write_text("# no article\n")
    assert {row["id"]: row["status"] for row in desk.itil("kb", "list", "--json").json} == {
        one["id"]: "published", two["id"]: "draft",
    }  # fmt: skip
    assert [row["id"] for row in desk.itil("kb", "list", "--status", "草稿", "--json").json] == [two["id"]]
    table = desk.itil("kb", "list").out
    assert "已发布" in table and "另一篇" in table and table.count("\n") == 3
    assert desk.refused("kb", "list", "--status", "lost", code=2) == ["E-5.13-status"]


def test_a_broken_article_does_not_hide_the_others(desk: TestDesk) -> None:
    by_hand(desk, "KB-BAD1", "no front matter\n")
    by_hand(desk, "KB-BAD2", "---\nid: KB-BAD2\ntitle: 好\nstatus: nonsense\n---\n")
    good = new(desk, *FULL)
    rows = {row["id"]: row.get("problems", []) for row in desk.itil("kb", "list", "--json").json}
    assert rows == {"KB-BAD1": ["E-article-front-matter"], "KB-BAD2": ["E-record-code"], good["id"]: []}
    assert desk.refused("kb", "show", "BAD1", code=1) == ["E-article-front-matter"]
    assert desk.refused("kb", "publish", "BAD2", code=1) == ["E-record-code"]


def test_what_steers_a_terminal_is_made_visible(desk: TestDesk) -> None:
    by_hand(desk, "KB-AB12", '---\nid: KB-AB12\ntitle: "a\\u202eb"\nstatus: draft\n---\n\n## 现象\n\n\u202e坏\u2066\n')
    for words in (("kb", "show", "AB12"), ("kb", "list")):
        out = desk.itil(*words).out
        assert "\u202e" not in out and "\u2066" not in out


def test_show_reads_like_the_article(desk: TestDesk) -> None:
    out = desk.itil("kb", "show", new(desk, *FULL)["id"]).out
    assert "读卡器驱动" in out and "草稿" in out and "张三" in out and "## 解决方案\n\n更新驱动到 2.1\n" in out


def test_dry_run_writes_nothing(desk: TestDesk) -> None:
    said = desk.itil("kb", "new", *FULL, "--dry-run", "--json").json
    assert "+## 现象" in said["diff"] and "Itil-Action: kb-new" in said["message"] and said["commit"] is None
    assert not (desk.root / "knowledge").exists() and desk.git("status", "--porcelain") == ""


def test_a_draft_edited_by_hand_is_committed_first(desk: TestDesk) -> None:
    made = new(desk, *FULL)
    file = desk.root / made["path"]
    file.write_text(file.read_text("utf-8") + "\n多一行\n", "utf-8")
    held = file.read_bytes()
    assert desk.refused("kb", "publish", made["id"], code=5) == ["E-desk-uncommitted"]
    assert file.read_bytes() == held
    desk.commit()
    desk.itil("kb", "publish", made["id"])
    assert sections(file.read_text("utf-8"))["workaround"] == "多一行"


def test_control_characters_are_refused(desk: TestDesk) -> None:
    assert desk.refused("kb", "new", "--title", "a", "--symptom", "x\x1b[31m") == ["E-text-control"]
    assert desk.refused("kb", "new", "--title", "a\x07") == ["E-text-control"]


def test_nobody_unknown_writes(desk: TestDesk) -> None:
    assert "stranger@example.com" not in EMAILS.values()
    assert desk.refused("kb", "new", *FULL, who="stranger@example.com", code=4) == ["E-actor-unknown"]
