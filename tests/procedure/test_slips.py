"""§5.1: thirty paper slips after a power cut: pasted lines or YAML, a case each, one commit, all or none."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from conftest import TestDesk

from itilcli.actions.taking.slips import Slip, read_slips

FLAGS = ("--type", "fault", "-g", "terminal", "-s", "low", "-q", "一般", "-e", "无")
PASTED = """\
# 断电期间手写的单子
1. 单位:第一人民医院 联系人:张三丰 电话:0571-88886666 现象:读卡器无法识别，指示灯不亮 影响:3号窗口无法结算 时间:昨天 16:30
2、单位：第二人民医院，联系人：李四光，电话：057188887777，故障：打印机卡纸
  重启后仍然卡
影响：住院部无法打印；
期望:2wd；
等级:低。

单位:三院 联系人:王医生 现象:"系统提示:无法连接" 影响:停诊 时间:08:00 优先级:重要紧急 等级：中 渠道: other:企业微信
手机:13800001111
处理:重启服务
用时:20m
免备份:不涉及数据
知识:无
已知:
"""
LISTED = """\
# 夜班
- organisation: 一院
  contact: 张三丰
  phone: 057188886666   # 总机
  现象: 读卡器无法识别
  业务影响: |
    3号窗口: 12
    无法结算
  expected-by: 无
  时间: 昨天 16:30
  consulted: [none]
- 单位: 二院
  联系人: 李
  手机: 13800001111
  故障: 卡纸
  影响: 无法打印
  重要性: 重要
  紧急性: 紧急
"""


def names() -> list[str]:
    from itilcli.cli.taking import names

    return names()


def written(tmp_path: Path, text: str, name: str = "slips.txt") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def problems(desk: TestDesk, *words: str) -> list[tuple[str, str]]:
    """The code and place of each problem of a call that is refused and changes nothing."""
    head = desk.git("rev-parse", "HEAD")
    said = desk.itil(*words, "--json", "--language", "en", code=None)
    assert said.code and desk.git("rev-parse", "HEAD") == head and desk.git("status", "--porcelain") == ""
    return [(one["code"], one["where"]) for one in said.json["error"]["problems"]]


def typed(desk: TestDesk, monkeypatch: pytest.MonkeyPatch, text: str, *words: str, code: int = 0):
    """``itil new --from -`` with ``text`` on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    return desk.itil("new", "--from", "-", *words, code=code)


def test_pasted_lines_become_cases_in_one_commit(desk: TestDesk, tmp_path: Path) -> None:
    """Flags hold for each slip that does not say otherwise; the order stays; the counters and callers go along."""
    before = int(desk.git("rev-list", "--count", "HEAD"))
    slips = written(tmp_path, PASTED.replace("已知:", ""))
    made = desk.itil("new", "--from", slips, *FLAGS, "--json").json
    assert int(desk.git("rev-list", "--count", "HEAD")) == before + 1
    assert desk.git("status", "--porcelain") == "" and made["commit"] == desk.git("rev-parse", "HEAD").strip()
    first, second, third = (desk.show(case["id"]) for case in made["cases"])
    assert [case["possible_duplicates"] for case in made["cases"]] == [[], [], []]
    assert desk.git("log", "-1", "--format=%(trailers:key=Itil-Id,valueonly)").split() == [
        case["id"] for case in made["cases"]
    ]
    assert first["reported_at"] == "2026-11-22T16:30:00+08:00"
    assert (first["symptom"], first["stage"]) == ("读卡器无法识别，指示灯不亮", "classified")
    assert second["customer"] == {"organisation": "第二人民医院", "contact": "李四光", "phone": "057188887777"}
    assert (second["symptom"], second["expected_by"][:10]) == ("打印机卡纸\n重启后仍然卡", "2026-11-25")
    assert (third["symptom"], third["severity"], third["importance"]) == ("系统提示:无法连接", "medium", "important")
    assert (third["channel"], third["channel_detail"], third["customer"]["phone"]) == (
        "other",
        "企业微信",
        "13800001111",
    )
    assert "errors" not in desk.itil("check", "--json").out


def test_yaml_is_read_with_phones_as_typed(desk: TestDesk, tmp_path: Path) -> None:
    """A bare number keeps its zero; a block stays as it is; a slip's importance counts before the flag's square."""
    made = desk.itil("new", "--from", written(tmp_path, LISTED), *FLAGS, "--json").json
    first, second = (desk.show(case["id"]) for case in made["cases"])
    assert first["customer"]["phone"] == "057188886666" and second["customer"]["phone"] == "13800001111"
    assert first["business_impact"] == "3号窗口: 12\n无法结算\n"[:-1]
    assert (second["importance"], second["urgency"]) == ("important", "urgent")
    assert first["reported_at"] == "2026-11-22T16:30:00+08:00"


@pytest.mark.parametrize(
    "text",
    [
        "单位: 一院\n现象: 坏\n---\n单位: 二院\n现象: 好\n",
        "slips:\n  - 单位: 一院\n    现象: 坏\n  - 单位: 二院\n    现象: 好\n",
        '[{"单位": "一院", "现象": "坏"},\n {"单位": "二院", "现象": "好"}]',
        "---\n- 单位: 一院\n  现象: 坏\n- 单位: 二院\n  现象: 好\n",
        "- 单位:一院 现象:坏\n- 单位:二院 现象:好\n",
        "单位: 一院\n现象: 坏\n单位: 二院\n现象: 好\n",
        "单位：一院，现象：坏\n\n单位：二院。故障：好",
    ],
)
def test_the_same_slips_in_many_forms(text: str) -> None:
    """Several documents, a list, JSON, bullets, one key a line, Chinese stops."""
    found = read_slips(text, "slips", names())
    assert [slip.answers for slip in found] == [
        {"organisation": "一院", "symptom": "坏"},
        {"organisation": "二院", "symptom": "好"},
    ]
    assert all(not slip.problems for slip in found)


def test_each_slip_knows_its_line() -> None:
    """In lines and in YAML; JSON does not tell."""
    assert [slip.line for slip in read_slips(PASTED, "slips", names())] == [2, 3, 9]
    assert [slip.line for slip in read_slips(LISTED, "slips", names())] == [2, 12]
    assert [
        slip.line for slip in read_slips("a\n---\nb\n".replace("a", "单位: x").replace("b", "单位: y"), "", names())
    ] == [1, 3]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "电话：6666 现象：坏 时间：9:40\n单位：二院 联系人：王 电话：0571-88880009 现象：慢\n",
            [(1, {"phone": "6666", "symptom": "坏"}),
             (2, {"organisation": "二院", "contact": "王", "phone": "0571-88880009", "symptom": "慢"})],
        ),
        ("1.单位:一院\n现象:坏\n(2)联系人:王\n③ 地址:北\n4、地址:南",
         [(1, {"organisation": "一院", "symptom": "坏"}), (3, {"contact": "王"}), (4, {"address": "北"}), (5, {"address": "南"})]),
        ("夜里的单子\n单位:一院 现象:坏", [(1, {"organisation": "一院", "symptom": "坏"})]),
        ("处理:先停\n1. 停服务\n2. 再启动\n单位:一院", [(1, {"solution": "先停\n1. 停服务\n2. 再启动", "organisation": "一院"})]),
        ("1. 处理:停\n2. 一院的没写清", [(1, {"solution": "停"}), (2, {})]),
    ],
)  # fmt: skip
def test_where_the_next_slip_begins(text: str, expected: list[tuple[int, dict[str, str]]]) -> None:
    """A line of several fields, or one with a list's number, never lends a field to the slip before it."""
    assert [(slip.line, slip.answers) for slip in read_slips(text, "", names())] == expected


def test_a_file_without_any_key_is_shown_one_line_as_it_should_be(desk: TestDesk, tmp_path: Path) -> None:
    """Once, not once a line; and a key that is nearly one is answered in Chinese."""
    path = written(tmp_path, "1. 9:12 一院 陆护士长 6666 读卡器不识别\n-p 6666 -m 读卡器 --incomplete 停电补录\n")
    assert problems(desk, "new", "--from", path) == [("E-slips-none", path)]
    said = desk.itil("new", "--from", path, "--language", "zh", code=2)
    assert "单位:第一人民医院 联系人:张三丰" in said.err
    (slip,) = read_slips("单位:一院\n -p 0102 --incomplete 停电:是", "", names())
    assert "because" not in "".join(str(one.hint) for one in slip.problems)


def test_values_as_the_command_line_would_give_them() -> None:
    """Several stand with 、 between them or in a YAML list; an empty box is left out; a truth value is yes or no."""
    (slip,) = read_slips("查阅知识:KB-1、KB-2 重大:是 邮箱: 地址：http://a.cn/x:1 类型:故障。", "slips", names())
    assert slip.answers == {"consulted": ("KB-1", "KB-2"), "major": True, "address": "http://a.cn/x:1", "type": "故障"}
    (slip,) = read_slips("- consulted: [KB-1, 2]\n  major: no\n  email:\n  at: 16:30\n", "slips", names())
    assert (slip.answers, slip.at) == ({"consulted": ("KB-1", "2"), "major": False}, "16:30")
    assert isinstance(slip, Slip) and slip.number == 1


def test_everything_wrong_in_all_slips_is_named_at_once(desk: TestDesk, tmp_path: Path) -> None:
    """With the number of the slip, its line and whose it is; nothing is written."""
    slips = written(
        tmp_path,
        "单位:一院 联系人:张 电话:0571-88880001 现象:坏 等极:低 影响:停诊\n\n"
        "这一行什么都不是\n单位:二院 联系人:李 电话:0571-88880002 影响:停诊 期望:没说\n\n"
        "电话:0571-88880003 联系人:王 现象:坏 影响:停诊 重大:也许\n",
    )
    assert problems(desk, "new", "--from", slips, *FLAGS) == [
        ("E-slips-key", "slip 1 (line 1, 一院): 等极"),
        ("E-slips-line", "slip 2 (line 3, 二院): 这一行什么都不是"),
        ("E-answer-expected-by", "slip 2 (line 3, 二院): --expected-by"),
        ("E-5.1-symptom", "slip 2 (line 3, 二院): incident:symptom"),
        ("E-slips-value", "slip 3 (line 6, 0571-88880003): --major/--not-major"),
        ("E-5.1-organisation", "slip 3 (line 6, 0571-88880003): incident:customer.organisation"),
    ]
    said = desk.itil("new", "--from", slips, *FLAGS, code=2).err
    assert "第 1 张单据" in said or "slip 1" in said
    assert "等级" in said
    listed = written(tmp_path, "- 单位: 二院\n  公司: 三院\n- 一院\n", "slips.yaml")
    found = problems(desk, "new", "--from", listed, *FLAGS, "-c", "张", "-p", "0571-88880009", "-y", "坏", "-b", "停诊")
    assert found == [("E-slips-again", "slip 1 (line 1, 二院): 公司"), ("E-slips-mapping", "slip 2 (line 3)")]


def test_what_cannot_be_slips(desk: TestDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing, too much, no file, no YAML, bytes that are no text; and flags that do not go together."""
    monkeypatch.chdir(tmp_path)
    lines = "单位:一院\n\n" * 1001
    for text, code in (
        ("\n# 无\n", "E-slips-none"),
        (lines, "E-slips-many"),
        ("单位:一院\n" * 100_000, "E-slips-size"),
    ):
        assert problems(desk, "new", "--from", written(tmp_path, text)) == [(code, str(tmp_path / "slips.txt"))]
    assert problems(desk, "new", "--from", "nowhere") == [("E-slips-file", "nowhere")]
    assert problems(desk, "new", "--from", "slips.txt", "--edit") == [("E-slips-alone", "--from")]
    written(tmp_path, "- 单位: 一院\n  现象: [\n")
    assert problems(desk, "new", "--from", "slips.txt") == [("E-yaml-syntax", "slips.txt:2")]
    Path("gbk.txt").write_bytes("单位:一院\n".encode("gbk"))
    assert problems(desk, "new", "--from", "gbk.txt") == [("E-yaml-utf8", "gbk.txt:1")]


def test_refused_slips_out_of_standard_input_are_kept_until_they_are_cases(
    desk: TestDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was pasted once need not be pasted again; a dry run keeps and writes nothing."""
    text = "单位:一院 联系人:张 电话:0571-88880001 影响:停诊\n"
    kept = desk.root / ".git" / "itil" / "drafts"
    typed(desk, monkeypatch, text, *FLAGS, "--dry-run", code=2)
    assert not kept.exists()
    said = typed(desk, monkeypatch, text, *FLAGS, code=2)
    (path,) = kept.glob("slips-*.txt")
    assert str(path) in said.err and path.read_text(encoding="utf-8") == text and path.stat().st_mode & 0o077 == 0
    dry = desk.itil("new", "--from", str(path), *FLAGS, "-y", "坏", "--dry-run", "--json").json
    assert dry["dry_run"] and dry["commit"] is None and "一院" in dry["diff"] and path.exists()
    desk.itil("new", "--from", str(path), *FLAGS, "-y", "坏")
    assert not path.exists() and len(desk.itil("list", "--json").json) == 1


def test_thirty_slips_share_one_commit_and_no_id(desk: TestDesk, tmp_path: Path) -> None:
    """Each its own ID and its own serial later; one commit."""
    before = int(desk.git("rev-list", "--count", "HEAD"))
    text = "".join(
        f"单位:第{n}医院 联系人:张{n} 电话:0571-{n:08} 现象:第{n}台打印机卡纸 影响:停诊\n" for n in range(30)
    )
    made = desk.itil(
        "new",
        "--from",
        written(tmp_path, text),
        *FLAGS,
        "--solution",
        "清洁",
        "--confirmed-by",
        "客户",
        "--rest",
        "none",
        "--json",
    ).json
    assert len({case["id"] for case in made["cases"]}) == 30 and {case["stage"] for case in made["cases"]} == {"closed"}
    assert [case["title"] for case in made["cases"]] == [f"第{n}台打印机卡纸" for n in range(30)]
    assert int(desk.git("rev-list", "--count", "HEAD")) == before + 1
    said = desk.itil("check", code=None)
    assert said.code == 0, said.out + said.err
