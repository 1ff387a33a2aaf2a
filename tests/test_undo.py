"""`itil undo`: my own last step goes while nothing stands on it, by an inverse commit; else it says what stands there."""

from __future__ import annotations

import subprocess

import pytest

CLOSED = ("--solution", "重新插拔", "--confirmed-by", "张三丰", "--rest", "none")
REACHED = ("--result", "reached", "--satisfaction", "5", "--solved")
TIER2 = ("--to", "tier2", "--reason", "unresolved", "--tried", "重装驱动")


def tree(desk):
    """What the last commit holds, by path."""
    return desk.git("rev-parse", "HEAD^{tree}")


def undone(desk, *words, who="张三", now=None):
    """The step takes the desk back to where it was, on disk and in git, and `check` is content."""
    made = desk.itil("undo", *words, "--json", who=who, now=now).json
    assert made["commit"] == desk.git("rev-parse", "HEAD").strip()
    assert desk.git("status", "--porcelain") == ""
    desk.itil("check", code=0)
    return made


def trailers(desk):
    """The trailers of the last commit."""
    said = desk.git("log", "-1", "--format=%(trailers:only,unfold)")
    return [tuple(line.split(": ", 1)) for line in said.splitlines() if line]


def test_a_step_is_taken_back_by_a_commit_that_names_it(desk):
    case = desk.new()
    before, full = tree(desk), desk.show(case)["id"]
    desk.itil("respond", case, "-k", "none", "--guidance", "重新插拔")
    step, subject = desk.git("log", "-1", "--format=%H%n%s").splitlines()
    shown = desk.itil("undo").out.splitlines()
    assert tree(desk) == before
    assert shown[0].startswith(full), shown
    assert "一线处理中→已分类" in shown[0], shown
    assert shown[1].strip() == f"→ itil respond {case} -k none --guidance …"
    assert trailers(desk)[:2] == [("Itil-Id", full), ("Itil-Action", "undo")]
    assert ("Itil-Undoes", step) in trailers(desk)
    assert ("Itil-Clause", "5.3") in trailers(desk)
    assert ("Itil-Actor", "张三") in trailers(desk)
    assert subject[:6] in desk.git("log", "-1", "--format=%s")


def test_taken_back_again_goes_further_back(desk):
    case = desk.new()
    first = tree(desk)
    desk.itil("note", case, "一")
    second = tree(desk)
    desk.itil("note", case, "二")
    assert undone(desk)["action"] == "note"
    assert tree(desk) == second
    undone(desk, case)
    assert tree(desk) == first
    gone = undone(desk)
    assert gone["gone"] == [gone["id"]]
    assert desk.refused("undo", code=1) == ["E-5-undo-none"]


def test_a_new_case_is_gone_with_its_folders(desk):
    desk.itil("people", "add", "王二", "--email", "w2@example.com", "--role", "tier1", "--approved-by", "周总")
    before = tree(desk)
    desk.new()
    shown = desk.itil("undo", "--language", "en").out
    assert "第一人民医院·读卡器无法识别 taken back, there is no such case any more" in shown, shown
    assert tree(desk) == before
    assert not (desk.root / "records" / "2026" / "11" / "23").exists()
    assert desk.git("status", "--porcelain") == ""
    assert undone(desk)["id"] is None, "people were changed before"
    assert "王二" not in (desk.root / "people.yaml").read_text(encoding="utf-8")


def test_every_kind_of_step_goes_back_whole(desk):
    """Each step by whoever made it, from the last to the first; after each the desk is as it was before it."""
    trees = []

    def step(*words, who="张三"):
        trees.append((tree(desk), who))
        return desk.itil(*words, who=who)

    trees.append((tree(desk), "张三"))
    case = desk.new("-s", "medium")
    step("respond", case, "-k", "none", "--guidance", "重新插拔")
    step("escalate", case, *TIER2)
    step("assign", case, "--to", "李四")
    step("remote", case, "--consent-by", "张三丰", "--tool", "向日葵", "--actions", "重装", "--unsolved", who="李四")
    step("hold", case, "--on", "customer", "--until", "3wd", "--reason", "等回电", who="李四")
    step("resume", case, who="李四")
    wanted = ("--engineer", "李四", "--from", "+1h", "--until", "+3h")
    step("dispatch", case, "--decided-by", "王五", "--reason", "远程无效", *wanted)
    step("approve", f"{case}/work-order-1", who="赵总")
    step("withdraw", f"{case}/work-order-1", "--reason", "客户已恢复", who="赵总")
    step("close", case, *CLOSED, "--backup", "/backup/1")
    step("follow-up", case, *REACHED)
    assert desk.git("ls-files", "records/serials") != ""
    for before, who in reversed(trees):
        undone(desk, who=who)
        assert tree(desk) == before
    assert desk.git("ls-files", "records") == ""


def test_a_serial_goes_back_only_while_it_is_the_last(desk):
    first = desk.new(*CLOSED)
    counters = (desk.root / "records/serials/2026.yaml").read_bytes()
    second = desk.new(*CLOSED)
    said = desk.itil("undo", first, "--json", code=1)
    assert said.codes == ["E-5-undo-stands-on"]
    problem = said.json["error"]["problems"][0]
    assert "records/" not in f"{problem['where']}{problem['message']}"
    assert "张三" in problem["message"]
    assert f"itil correct {first} --step" in problem["hint"]
    undone(desk, second)
    assert (desk.root / "records/serials/2026.yaml").read_bytes() == counters
    undone(desk, first)
    assert not (desk.root / "records/serials").exists()


def test_what_others_did_stands(desk):
    case = desk.new()
    desk.itil("escalate", case, *TIER2, "--assignee", "李四")
    desk.itil("resolve", case, "--solution", "更换读卡器", who="李四")
    said = desk.itil("undo", case, "--json", code=1)
    assert said.codes == ["E-5-undo-stands-on"]
    assert "李四" in said.json["error"]["problems"][0]["message"]
    other = desk.itil("undo", "--json", who="陈一", code=1)
    assert other.codes == ["E-5-undo-none"]
    assert "李四" in other.json["error"]["problems"][0]["message"], "whose the last step was"
    assert desk.refused("undo", who="nobody@example.com", code=4) == ["E-actor-unknown"]
    assert desk.refused("undo", "ZZZZ", code=3) == ["E-find-none"]
    assert desk.refused("undo", "--at", "09:00", code=2) == ["E-5-undo-at"]


def test_a_case_that_another_knows_stays(desk):
    first, second = desk.new(), desk.new(who="陈一")
    desk.itil("note", second, f"与 {desk.show(first)['id']} 同一原因", who="陈一")
    assert desk.refused("undo", first, code=1) == ["E-5-undo-stands-on"]
    undone(desk, second, who="陈一")
    undone(desk, first)


def test_people_stay_once_somebody_worked_on(desk):
    desk.itil("people", "add", "王二", "--email", "w2@example.com", "--role", "tier1", "--approved-by", "周总")
    desk.new(who="陈一")
    assert desk.refused("undo", code=1) == ["E-5-undo-stands-on"]


def test_several_cases_of_one_commit_go_back_together(desk):
    first, second = desk.new(), desk.new()
    before = tree(desk)
    desk.itil("assign", first, second, "--to", "陈一")
    made = undone(desk, second)
    assert [case["assignee"] for case in made["cases"]] == ["张三", "张三"]
    assert [case["id"] for case in made["cases"]] == made["ids"] == [desk.show(case)["id"] for case in (first, second)]
    assert tree(desk) == before
    desk.itil("assign", first, second, "--to", "陈一")
    desk.itil("note", second, "已接手", who="陈一")
    assert desk.refused("undo", first, code=1) == ["E-5-undo-stands-on"], "both or none"
    assert len(desk.itil("undo", who="陈一").out.splitlines()) == 2
    assert len(desk.itil("undo").out.splitlines()) == 4


def test_a_draft_goes_with_the_step_that_made_it(desk):
    """Unless it was edited by hand, or is known elsewhere."""
    case = desk.new("--solution", "更新驱动", "--confirmed-by", "张三丰")
    before = tree(desk)
    desk.itil("close", case, "--knowledge", "new", "--rest", "none")
    (draft,) = desk.root.glob("knowledge/*.md")
    text = draft.read_text(encoding="utf-8")
    draft.write_text(text + "\n改了\n", encoding="utf-8")
    said = desk.itil("undo", "--json", code=5)
    assert said.codes == ["E-desk-uncommitted"]
    draft.write_text(text, encoding="utf-8")
    other = desk.new(who="陈一")
    desk.itil("note", other, f"见 {draft.stem}", who="陈一")
    assert desk.refused("undo", code=1) == ["E-5-undo-stands-on"]
    undone(desk, other, who="陈一")
    undone(desk, other, who="陈一")
    undone(desk)
    assert tree(desk) == before
    assert not draft.exists()


def test_an_article_goes_back_step_by_step(desk):
    flags = (
        "--title",
        "读卡器",
        "--symptom",
        "黑屏",
        "--cause",
        "驱动",
        "--solution",
        "重装",
        "--category",
        "terminal",
    )
    before = tree(desk)
    made = desk.itil("kb", "new", *flags, "--json").json["id"]
    drafted = tree(desk)
    desk.itil("kb", "publish", made)
    assert undone(desk, made)["id"] == made
    assert tree(desk) == drafted
    assert undone(desk)["action"] == "kb-new"
    assert tree(desk) == before


def test_what_is_never_taken_back(desk):
    """By its trailers alone: the commits of an import, a migration and a report."""
    case = desk.new()
    for action in ("import", "migrate", "init", "report"):
        desk.git("commit", "-q", "--allow-empty", "-m", f"x\n\nItil-Action: {action}\nItil-Actor: 张三")
        assert desk.refused("undo", code=1) == ["E-5-undo-never"], action
    assert desk.refused("undo", case, code=1) == ["E-5-undo-reported"]


def test_a_published_step_goes_too_and_merges_do_no_harm(desk, tmp_path):
    case = desk.new()
    desk.git("init", "-q", "--bare", str(tmp_path / "shared.git"))
    desk.git("remote", "add", "origin", str(tmp_path / "shared.git"))
    desk.git("push", "-q", "-u", "origin", "main")
    desk.git("switch", "-q", "-c", "side")
    other = desk.new(who="陈一")
    desk.git("switch", "-q", "main")
    desk.itil("note", case, "一")
    desk.git("merge", "-q", "--no-edit", "side")
    before = desk.file(other).read_bytes()
    assert undone(desk)["action"] == "note"
    assert undone(desk)["action"] == "new"
    assert desk.file(other).read_bytes() == before


def test_where_a_shallow_clone_ends_nothing_is_taken_back(desk, tmp_path):
    case = desk.new()
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{desk.root}", str(shallow)], check=True)
    clone = type(desk)(shallow)
    clone.git("config", "user.email", "zhang@example.com")
    clone.git("config", "user.name", "张三")
    assert clone.refused("undo", case, code=1) == ["E-5-undo-never"]
    clone.itil("note", case, "一")
    before = tree(desk)
    assert undone(clone)["action"] == "note"
    assert tree(clone) == before


def test_a_rehearsal_writes_nothing(desk):
    case = desk.new()
    desk.itil("note", case, "一")
    before = desk.git("rev-parse", "HEAD")
    said = desk.itil("undo", "--dry-run", "--json").json
    assert said["dry_run"] and said["commit"] is None and said["undone"] == before.strip()
    assert [line for line in said["diff"].splitlines() if line.startswith("-") and "一" in line]
    assert "Itil-Undoes: " + before.strip() in said["message"]
    assert desk.itil("undo", "--dry-run").out.startswith("--- a/records/")
    assert desk.git("rev-parse", "HEAD") == before


@pytest.mark.parametrize("days, code", [(30, 0), (32, 1)])
def test_a_step_of_long_ago_is_no_last_step(desk, days, code):
    case = desk.new(now="2026-10-01T09:00:00+08:00")
    now = f"2026-{10 if days < 31 else 11}-{31 if days < 31 else 2:02}T09:00:00+08:00"
    desk.itil("undo", case, now=now, code=code)


def test_the_register_of_customers_never_blocks(desk):
    """A line learned from the call goes with it, unless the register has moved on."""
    register = desk.root / "customers.yaml"
    case = desk.new()
    register.write_text("customers: []\n", encoding="utf-8")
    desk.git("add", "-A")
    desk.git("commit", "-q", "--amend", "--no-edit")
    register.write_text("customers: []\n# 后来\n", encoding="utf-8")
    desk.commit()
    undone(desk, case)
    assert "后来" in register.read_text(encoding="utf-8")
