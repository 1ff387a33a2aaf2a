"""Incident models (F5): made by the incident manager, filled into calls, examined by check."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CALLER, TestDesk

CARD = (
    "--type", "故障", "-g", "终端", "-s", "低", "-q", "一般", "-y", "读卡器无法识别",
    "--guidance", "重新插拔读卡器", "-k", "none", "--solution", "重装驱动",
)  # fmt: skip
CALL = (*CALLER, "-b", "3号窗口无法结算", "-e", "无")


def written(desk: TestDesk, name: str, text: str) -> None:
    """A model made by hand."""
    (desk.root / "models").mkdir(exist_ok=True)
    (desk.root / f"models/{name}.yaml").write_text(text, encoding="utf-8")
    desk.commit()


def short(made: dict[str, str]) -> str:
    return made["id"].rpartition("-")[2]


def test_a_usual_call_needs_no_classification(desk: TestDesk) -> None:
    """The commonest call: customer and impact are typed, the rest is the model's; it is closed in one command."""
    desk.itil("model", "new", "读卡器", *CARD)
    done = ("--took", "7m", "--solution", "重新插拔后正常", "--confirmed-by", "张三丰", "--rest", "none")
    made = desk.itil("new", *CALL, "-m", "读卡器", *done, "--json").json
    case = desk.show(short(made))
    assert (case["status"], case["model"], case["priority"]) == ("completed", "读卡器", "low")
    assert (case["type"], case["category"], case["severity"]) == ("fault", "terminal", "low")
    form = case["forms"][0]
    assert (form["guidance"], form["none_found"]) == ("重新插拔读卡器", True)
    assert case["resolution"]["steps"] == "重新插拔后正常"
    assert desk.itil("check").code == 0


def test_what_is_typed_counts_over_the_model(desk: TestDesk) -> None:
    desk.itil("model", "new", "读卡器", *CARD, "--supplier", "某厂", "--contract", "C-1")
    said = (
        "-y",
        "读卡器不亮",
        "--type",
        "consultation",
        "-q",
        "紧急不重要",
        "--guidance",
        "换一个接口",
        "--supplier",
        "别家",
    )
    case = desk.show(short(desk.itil("new", *CALL, "-m", "读卡", *said, "--json").json))
    assert (case["symptom"], case["type"], case["urgency"]) == ("读卡器不亮", "consultation", "urgent")
    assert (case["category"], case["severity"], case["supplier"]) == (None, None, "别家")
    assert "contract" not in case, "a contract comes only with its supplier"
    assert case["forms"][0]["guidance"] == "换一个接口"


def test_guidance_is_told_only_where_the_customer_listens(desk: TestDesk) -> None:
    """A model never makes up a first response: an e-mail is not answered by being recorded."""
    desk.itil("model", "new", "读卡器", *CARD)
    said = desk.itil("new", *CALL, "-m", "读卡器")
    assert "重新插拔读卡器" in said.err and "--solution '重装驱动'" in said.err
    heard, mail = (
        desk.show(short(desk.itil("new", *CALL, "--channel", way, "-m", "读卡器", "--json").json))
        for way in ("电话", "邮件")
    )
    assert (heard["stage"], mail["stage"]) == ("tier1", "classified")
    assert mail["first_response_at"] is None and "guidance" not in mail["forms"][0]


def test_a_logged_case_is_completed_and_a_classified_one_regraded(desk: TestDesk) -> None:
    desk.itil("model", "new", "读卡器", *CARD)
    desk.itil(
        "model",
        "new",
        "系统宕机",
        "--type",
        "fault",
        "-g",
        "application",
        "-s",
        "high",
        "-q",
        "重要紧急",
        "--not-major",
    )
    case = short(desk.itil("new", "-o", "第一人民医院", "-y", "刷不了卡", "--incomplete", "占线", "--json").json)
    desk.itil("classify", case, "-m", "读卡器", "-c", "张三丰", "-p", "0571-88886666", "-b", "无法结算", "-e", "无")
    found = desk.show(case)
    assert (found["stage"], found["symptom"], found["model"]) == ("classified", "刷不了卡", "读卡器")
    assert desk.refused("classify", case, "-m", "宕机", code=2) == ["E-5.2-reason"]
    desk.itil("classify", case, "-m", "宕机", "--reason", "影响全院")
    found = desk.show(case)
    assert (found["severity"], found["priority"], found["model"], found["major"]) == ("high", "high", "系统宕机", False)


def test_a_logged_case_remembers_its_model(desk: TestDesk) -> None:
    desk.itil("model", "new", "读卡器", *CARD)
    case = short(desk.itil("new", *CALLER, "-m", "读卡器", "--incomplete", "占线", "--json").json)
    desk.itil("classify", case, "-b", "无法结算", "-e", "无", "-s", "medium")
    found = desk.show(case)
    assert (found["stage"], found["severity"], found["category"]) == ("classified", "medium", "terminal")


def test_names_are_found_by_any_part(desk: TestDesk) -> None:
    for name in ("读卡器", "读卡器 驱动", "POS机"):
        desk.itil("model", "new", name, *CARD)
    assert [row["name"] for row in desk.itil("model", "list", "--json").json] == ["POS机", "读卡器", "读卡器 驱动"]
    for typed, name in (("读卡器", "读卡器"), ("驱动", "读卡器 驱动"), ("ｐｏｓ", "POS机")):
        assert desk.itil("model", "show", typed, "--json").json["name"] == name
    assert desk.refused("new", *CALL, "-m", "打印机", code=2) == ["E-5.2-model"]
    assert desk.refused("new", *CALL, "-m", "读卡", code=2) == ["E-5.2-model-several"]
    assert desk.refused("model", "show", "打印机", code=3) == ["E-5.2-model"]
    assert "读卡器 驱动" in desk.itil("new", *CALL, "-m", "读卡", code=2).err
    for words in (("model", "list"), ("model", "show", "POS机")):
        assert "故障处理" in desk.itil(*words).out


def test_a_model_out_of_a_case_holds_nothing_of_the_customer(desk: TestDesk) -> None:
    case = desk.new("-k", "none", "--guidance", "重新插拔", "--item", "读卡器-03", "--project", "医保二期")
    desk.itil("resolve", case, "--solution", "更新驱动")
    made = desk.itil("model", "new", "读卡器", "--from", case, "-s", "medium", "--json").json
    path = desk.root / made["path"]
    assert {name: made[name] for name in ("symptom", "severity", "guidance", "consulted", "solution", "kind")} == {
        "symptom": "读卡器无法识别", "severity": "medium", "guidance": "重新插拔", "consulted": ["none"],
        "solution": "更新驱动", "kind": "permanent",
    }  # fmt: skip
    assert (made["approved_by"], made["approved_at"]) == ("张三", "2026-11-23T09:00:00+08:00")
    text = path.read_text("utf-8")
    assert not any(word in text for word in ("人民医院", "张三丰", "8888", "结算", "读卡器-03", "医保", "INC-"))
    assert desk.git("show", "--name-only", "--format=", "-z", "HEAD").strip("\0\n") == made["path"]
    named = desk.new("-y", "第一人民医院读卡器无法识别")
    wrong = desk.refused("model", "new", "医院", "--from", named, code=2)
    assert wrong == ["E-5.2-model-customer", "E-5.2-model-customer"], "title and symptom"
    desk.itil("model", "new", "医院", "--from", named, "-y", "读卡器无法识别", "-t", "读卡器", "--dry-run")
    assert not (desk.root / "models/医院.yaml").exists()


def test_everything_wrong_with_a_new_model_is_told_at_once(desk: TestDesk) -> None:
    desk.itil("model", "new", "POS", *CARD)
    assert desk.refused("model", "new", "ｐｏｓ", "--type", "fault") == [
        "E-5.2-model-exists", "E-5.2-category", "E-5.2-severity", "E-5.2-importance", "E-5.2-urgency",
    ]  # fmt: skip
    for name in ("../desk", ".git", "a/b", "读" * 61, "a\u202eb", "CON:"):
        assert desk.refused("model", "new", name, *CARD, code=2) == ["E-5.2-model-name"]
    assert desk.refused("model", "new", "别的", *CARD, who="陈一", code=4) == ["E-5.2-role"]
    assert "E-answer-severity" in desk.refused("model", "new", "别的", "--type", "fault", "-s", "grave")


def test_check_reads_models(desk: TestDesk) -> None:
    written(desk, "读卡器", 'type: "fault"\nseverity: "grave"\ncolour: "red"\nconsulted:\n  - "none"\n  - "KB-AAAA"\n')
    written(desk, ".hidden", "type: 1\n")
    (desk.root / "models/notes.txt").write_text("?")
    found = {(row["code"], row["line"]) for row in desk.itil("check", "--json", code=1).json}
    assert found == {
        ("E-record-code", 2), ("W-record-unknown-field", 3), ("W-5.2-model-article", 6), ("E-5.2-model-name", None),
    }  # fmt: skip
    assert desk.refused("new", *CALL, "-m", "读卡器") == ["E-record-code"]


def test_links_are_not_followed(desk: TestDesk, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "外.yaml").write_text('type: "fault"\n', encoding="utf-8")
    (desk.root / "models").mkdir()
    (desk.root / "models/外.yaml").symlink_to(outside / "外.yaml")
    assert desk.itil("model", "list", "--json").json == []
    assert desk.refused("new", *CALL, "-m", "外", code=2) == ["E-5.2-model"]
    assert "E-file-link" in {row["code"] for row in desk.itil("check", "--json", code=1).json}
    (desk.root / "models/外.yaml").unlink()
    (desk.root / "models").rmdir()
    (desk.root / "models").symlink_to(outside, target_is_directory=True)
    assert desk.itil("model", "list", "--json").json == []
    assert "E-file-link" in desk.refused("model", "new", "新", *CARD)
    assert "E-file-link" in {row["code"] for row in desk.itil("check", "--json", code=1).json}


@pytest.mark.parametrize("text", ["[]\n", "type: [\n", "consulted: KB-1\n", ""])
def test_a_broken_model_is_told_and_not_used(desk: TestDesk, text: str) -> None:
    written(desk, "坏", text)
    assert desk.itil("model", "list", "--json").json[0]["problems"]
    assert desk.itil("model", "list").out.count("坏") == 1
    assert all(code.startswith(("E-yaml", "E-record")) for code in desk.refused("new", *CALL, "-m", "坏"))


def test_names_are_completed(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    from itilcli.cli.complete import models

    written(desk, "读卡器", 'description: "刷不了卡"\n')
    monkeypatch.setenv("ITIL_DESK", str(desk.root))
    assert models("卡") == [("读卡器", "刷不了卡")] and models("打印") == []
