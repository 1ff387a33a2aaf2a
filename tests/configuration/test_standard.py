"""§5.8, §5.12: the standard configuration of a project: made, shown as it is and as it was, compared, changed for a case."""

from __future__ import annotations

import json

import pytest

ITEMS = """\
[HIS-DB01]
type = 数据库服务器
version = Oracle 19.3
memory = 64GB
[网关-01]
model = HP M1136
ip = 10.0.0.5
"""
OCTOBER, NOVEMBER = "2026-10-05T09:00:00+08:00", "2026-11-23T09:00:00+08:00"


@pytest.fixture
def standard(desk, tmp_path):
    """A desk with the standard configuration of 市一院HIS, made in October."""
    file = tmp_path / "items.ini"
    file.write_text(ITEMS, encoding="utf-8")
    desk.itil("config", "new", "市一院HIS", str(file), "--owner", "配置", who="配置", now=OCTOBER)
    return desk.root / "records/configuration/市一院HIS.yaml"


def asked(desk, *updates):
    """A case of the project that asks for these changes."""
    case = desk.new("--project", "市一院HIS")
    desk.itil("item", case, *(word for one in updates for word in ("--update", one)))
    return case


def test_made_out_of_a_file_and_shown(desk, standard):
    """An INI file's sections are items; the project is found by a part of its name."""
    shown = desk.itil("config", "show", "市一", "--json").json
    assert shown["owner"] == "配置" and shown["items"]["网关-01"] == {"model": "HP M1136", "ip": "10.0.0.5"}
    assert list(desk.itil("config", "show", "市一", "his db01", "--json").json["items"]) == ["HIS-DB01"]
    assert desk.itil("config", "list", "--json").json[0]["attributes"] == 5
    assert "HIS-DB01" in desk.itil("config", "show", "市一").out and desk.itil("check").code == 0


def test_only_the_configuration_manager_makes_one_and_names_are_safe(desk, standard):
    """Roles, a name that leaves the folder, one that is there, an owner who is nobody."""
    assert desk.refused("config", "new", "二院", code=4) == ["E-5.12-role"]
    assert desk.refused("config", "new", "../people", who="配置", code=2) == ["E-5.12-standard-name"]
    again = desk.refused("config", "new", "市一院HIS", "--owner", "谁", who="配置", code=2)
    assert again == ["E-5.12-standard-there", "E-5.12-standard-owner"]
    assert desk.refused("config", "show", "三院", code=3) == ["E-5.12-project"]
    assert desk.refused("config", "show", "市一", "没有", code=3) == ["E-5.12-no-item"]


@pytest.mark.covers("F29", "B16")
def test_a_request_is_applied_in_one_commit_with_comments_kept(desk, standard):
    """The file is changed in place; the case says what it was before; history and blame name the case."""
    text = standard.read_text(encoding="utf-8").replace('memory: "64GB"', "memory: 64GB   # 两条32GB")
    standard.write_text("# 手写的说明\n" + text, encoding="utf-8")
    desk.git("-c", "user.name=配置", "-c", "user.email=config@example.com", "commit", "-qam", "comments")
    case = asked(desk, "HIS-DB01.version=Oracle 19.10", "网关-01.net.port=8080")
    assert [row["kind"] for row in desk.itil("due", "--json", who="配置").json] == ["configuration"]
    assert desk.refused("config", "apply", case, code=4)
    before = desk.git("rev-list", "--count", "HEAD")
    desk.itil("config", "apply", case, who="配置")
    assert int(desk.git("rev-list", "--count", "HEAD")) == int(before) + 1
    after = standard.read_text(encoding="utf-8")
    assert (
        after.startswith("# 手写的说明\n")
        and "memory: 64GB   # 两条32GB" in after
        and 'version: "Oracle 19.10"' in after
    )
    update = desk.show(case)["configuration_update"]
    assert update["project"] == "市一院HIS" and update["done_at"] and update["items"][0]["before"] == "Oracle 19.3"
    assert not [row for row in desk.itil("due", "--json", who="配置").json if row["kind"] == "configuration"]
    newest = desk.itil("config", "history", "市一", "--json").json[0]
    assert newest["case"].endswith(case) and [one["attribute"] for one in newest["changes"]] == ["version", "net.port"]
    blamed = {row["attribute"]: row for row in desk.itil("config", "blame", "市一", "--json").json}
    assert (
        blamed["version"]["case"].endswith(case)
        and blamed["version"]["by"] == "配置"
        and blamed["memory"]["case"] is None
    )
    assert desk.itil("audit", "--json").json["errors"] == 0 and desk.itil("check").code == 0


def test_as_it_was_on_the_day_of_the_fault(desk, standard):
    """--on takes a day, or a case; before the first commit there was none."""
    early = desk.new("--project", "市一院HIS", now="2026-10-20T09:00:00+08:00")
    desk.itil("config", "apply", asked(desk, "HIS-DB01.memory=128GB"), who="配置")
    for on in (early, "2026-10-31"):
        assert desk.itil("config", "show", "市一", "--on", on, "--json").json["items"]["HIS-DB01"]["memory"] == "64GB"
    assert desk.itil("config", "show", "市一", "--json").json["items"]["HIS-DB01"]["memory"] == "128GB"
    assert desk.refused("config", "show", "市一", "--on", "2026-09-01", code=3) == ["E-5.12-then"]
    assert desk.refused("config", "show", "市一", "--on", "ZZZZZ", code=2) == ["E-5.12-on"]


def test_a_request_is_rejected_with_a_reason_and_answered_anew(desk, standard):
    """Who works on the case is told in due; the case is not complete until it is answered."""
    case = asked(desk, "HIS-DB01.version=21c")
    assert desk.refused("config", "reject", case, who="配置", code=2) == ["E-5.12-reason"]
    desk.itil("config", "reject", case, "--reason", "版本未经测试", who="配置")
    assert "configuration_rejected" in [row["kind"] for row in desk.itil("due", "--json").json]
    assert "W-5.12-rejected" in [row["code"] for row in desk.itil("check", "--json", code=None).json]
    assert desk.refused("config", "apply", case, who="配置", code=1) == ["E-5.12-decided"]
    desk.itil("item", case, "--update", "HIS-DB01.version=Oracle 19.10")
    assert len(desk.show(case)["configuration_update"]["items"]) == 1
    desk.itil("config", "apply", case, who="配置")
    assert "W-5.12-rejected" not in [row["code"] for row in desk.itil("check", "--json", code=None).json]


def test_what_does_not_fit_is_refused_and_changes_nothing(desk, standard):
    """An unknown item, no project that is plain, no request, one that was decided."""
    wrong = asked(desk, "HIS-DB99.version=1")
    assert desk.refused("config", "apply", wrong, who="配置", code=3) == ["E-5.12-no-item"]
    desk.itil("config", "apply", wrong, "--new-item", who="配置")
    assert desk.itil("config", "show", "市一", "HIS-DB99", "--json").json["items"] == {"HIS-DB99": {"version": "1"}}
    other = desk.new("--project", "二院")
    desk.itil("item", other, "--update", "打印机.model=X")
    assert desk.refused("config", "apply", other, who="配置", code=2) == ["E-5.12-project"]
    assert desk.refused("config", "apply", desk.new(), who="配置", code=1) == ["E-5.12-nothing"]
    assert desk.refused("config", "apply", wrong, who="配置", code=1) == ["E-5.12-decided"]


def test_a_hand_edit_is_never_overwritten(desk, standard):
    """What somebody is editing stops the change."""
    case = asked(desk, "HIS-DB01.memory=128GB")
    standard.write_text(standard.read_text(encoding="utf-8") + "# 未提交\n", encoding="utf-8")
    desk.refused("config", "apply", case, who="配置")
    assert standard.read_text(encoding="utf-8").endswith("# 未提交\n")


def test_a_closed_case_is_not_broken_by_what_is_applied_later(desk, standard):
    """The seal leaves out what the configuration manager decides."""
    case = desk.new("--project", "市一院HIS", "-x", "升级", "-w", "张三丰", "-r", "--item", "HIS-DB01.memory=128GB")
    assert desk.show(case)["status"] == "completed"
    desk.itil("config", "apply", case, who="配置")
    assert not [row for row in desk.itil("check", "--json", code=None).json if row["level"] == "error"]
    assert desk.itil("audit", "--json").json["errors"] == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("project: 别的\nitems: {}\n", "E-5.12-standard-project"),
        ("items:\n  - a\n", "E-5.12-standard-items"),
        ("items:\n  DB: 7\n", "E-5.12-standard-item"),
        ("items: {}\nowners: x\n", "W-5.12-standard-unknown"),
        ("owner: 谁\nitems: {}\n", "W-5.12-standard-owner"),
        ("owner: [谁]\nitems: {}\n", "E-5.12-standard-owner"),
    ],
)
def test_check_covers_the_files(desk, text, code):
    """Each with its code, and `show` refuses what is in fault."""
    folder = desk.root / "records/configuration"
    folder.mkdir(parents=True)
    (folder / "二院.yaml").write_text(text, encoding="utf-8")
    (folder / "a:b.yaml").write_text("items: {}\n", encoding="utf-8")
    found = [row["code"] for row in desk.itil("check", "--json", code=None).json]
    assert code in found and "E-5.12-standard-name" in found
    if code.startswith("E"):
        assert code in desk.refused("config", "show", "二院")


# ── comparing

FOUND = {
    "a.json": json.dumps(
        {"HIS-DB01": {"version": "oracle  19.10", "Memory": "64 GB", "cpu": 16, "type": "数据库服务器"}}
    ),
    "a.yaml": "HIS-DB01:\n  version: oracle 19.10\n  memory: 64 gb\n  cpu: 16\n  type: 数据库服务器\n",
    "a.ini": "[HIS-DB01]\nversion: oracle 19.10\nmemory=64GB\ncpu=16\ntype=数据库服务器\n",
    "a.properties": "version=oracle 19.10\nmemory=64GB\ncpu=16\nexport type='数据库服务器'\n",
    "lscpu.txt": "Version:   oracle 19.10\nMemory：64GB\nCPU           16\n类型说明\ntype: 数据库服务器\n",
}


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_beside_the_standard(desk, standard, tmp_path, name):
    """Every format tells the same: one different, one extra, the rest agrees whatever its width, case and blanks."""
    file = tmp_path / name
    file.write_text(FOUND[name], encoding="gb18030" if name.endswith("txt") else "utf-8")
    made = desk.itil("config", "compare", "市一", str(file), "--item", "HIS-DB01", "--exit-code", "--json", code=1).json
    assert made["agreeing"] == 2 and made["items"] == ["HIS-DB01"]
    assert [(one["kind"], one["attribute"].lower(), one["standard"]) for one in made["differences"]] == [
        ("different", "version", "Oracle 19.3"), ("extra", "cpu", None),
    ]  # fmt: skip


def test_what_is_missing_and_which_item_is_meant(desk, standard, tmp_path):
    """Sections that are items are compared each; a list of pairs must say its item."""
    file = tmp_path / "a.ini"
    file.write_text("[网关-01]\nmodel=HP M1136\n", encoding="utf-8")
    made = desk.itil("config", "compare", "市一", str(file), "--json").json
    assert made["differences"] == [
        {"kind": "missing", "item": "网关-01", "attribute": "ip", "standard": "10.0.0.5", "found": None}
    ]
    pairs = tmp_path / "a.txt"
    pairs.write_text("ip: 1\n", encoding="utf-8")
    assert desk.refused("config", "compare", "市一", str(pairs), code=2) == ["E-5.8-compare-item"]
    assert desk.refused("config", "compare", "市一", str(pairs), "--as", "xml", code=2) == ["E-5.8-compare-format"]
    pairs.write_text("\n", encoding="utf-8")
    assert desk.refused("config", "compare", "市一", str(pairs), "--item", "网关-01", code=2) == [
        "E-5.8-compare-unread"
    ]
    assert desk.refused("config", "compare", "市一", str(tmp_path / "none"), code=2)


@pytest.mark.covers("F21")
def test_a_comparison_is_kept_with_the_visit(desk, standard, tmp_path):
    """The page and what was found are attached; the diagnosis names them, and keeps them when it is made."""
    case = desk.new("--project", "市一院HIS")
    file = tmp_path / "网关 01.txt"
    file.write_text("model: HP M1136\nip: 10.0.0.9\n", encoding="utf-8")
    desk.itil("config", "compare", "市一", str(file), "--item", "网关-01", "--attach", case)
    desk.itil("diagnose", case, "--diagnosis", "baseline_comparison", "--cause", "地址被改动")
    shown = desk.show(case)
    diagnosis = shown["forms"][0]["diagnosis"]
    assert diagnosis["cause"] == "地址被改动" and diagnosis["evidence"] == ["compare-市一院HIS.md", "found-网关-01.txt"]
    page = next(desk.root.glob("records/*/*/*/*.files/compare-*.md")).read_text(encoding="utf-8")
    assert "10.0.0.9" in page and "10.0.0.5" in page
    assert desk.itil("audit", "--json").json["errors"] == 0


def test_numbers_in_a_hand_written_file_keep_their_kind(desk, standard):
    """A port written as a number stays one."""
    standard.write_text("items:\n  网关-01:\n    ports: [80, 443]\n    port: 80\n    on: true\n", encoding="utf-8")
    desk.commit("by hand")
    assert "E-gate-role" in [
        row["code"] for row in desk.itil("audit", "--json", code=1).json["findings"]
    ]  # 张三 keeps no configuration
    case = asked(desk, "网关-01.port=8080", "网关-01.on=false", "网关-01.ports=80, 8443")
    desk.itil("config", "apply", case, who="配置")
    text = standard.read_text(encoding="utf-8")
    assert "port: 8080\n" in text and "on: false\n" in text and "8443]" in text.replace("443, ", "")
