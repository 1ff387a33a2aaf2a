"""`itil form` on the real command line: files, case files, blank forms, a desk's own templates, codes on paper."""

from __future__ import annotations

import hashlib
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import TestDesk, desk_at
from worked_case import PNG, worked_case

from itilcli.cli.complete import printable_refs

NOW = "2026-11-25T12:00:00+08:00"


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> tuple[TestDesk, str]:
    """A desk with a case of all four forms, which tests read, and its short ID."""
    folder = tmp_path_factory.mktemp("worked")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
        made = desk_at(folder / "desk")
        made.now = NOW
        return made, worked_case(made, folder)


@pytest.fixture
def own(worked: tuple[TestDesk, str], tmp_path: Path) -> tuple[TestDesk, str]:
    """A copy of it that a test may change."""
    desk, case_id = worked
    shutil.copytree(desk.root, tmp_path / "desk", symlinks=True)
    return TestDesk(tmp_path / "desk", NOW), case_id


@pytest.fixture(autouse=True)
def here(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tests write into a folder of their own."""
    folder = tmp_path_factory.mktemp("here")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.covers("RT1", "F27", "F28")
def test_a_visit_on_paper(worked: tuple[TestDesk, str], here: Path) -> None:
    desk, case_id = worked
    page = desk.itil("form", f"{case_id}/onsite").out
    for word in (
        "现场服务记录单",
        "JQ-ITSMS-04-01-01-2026-0001",
        "第一人民医院",
        "☑中",
        "2026-11-24 10:05",
        "李四",
        "张三丰",
    ):
        assert word in page
    assert hashlib.sha256(PNG).hexdigest() in page and "src='http" not in page and "<script" not in page
    said = desk.itil("form", f"{case_id}/onsite-1", "--json").json
    made = here / f"INC-20261123-{case_id}-onsite-1.html"
    assert said["path"] == str(made) and said["sha256"] == hashlib.sha256(made.read_bytes()).hexdigest()
    (about,) = said["forms"]
    assert re.fullmatch(rf"INC-20261123-{case_id}/onsite-1@[0-9a-f]{{12}}", about["code"])
    assert about["form_no"] == "JQ-ITSMS-04-01-01"
    text = desk.itil("form", f"{case_id}/onsite", "--format", "md", "--language", "en").out
    assert (
        "# Onsite service record" in text and "| Place | 门诊楼 |" in text and "☑ medium" in text.replace("\u00a0", " ")
    )


def test_a_file_is_not_overwritten_unasked(worked: tuple[TestDesk, str], here: Path) -> None:
    desk, case_id = worked
    words = ("form", f"{case_id}/remote", "--output")
    desk.itil(*words, "r.html")
    first = (here / "r.html").read_bytes()
    assert "无变化" in desk.itil(*words, "r.html").err or "unchanged" in desk.itil(*words, "r.html").err
    (here / "r.html").write_text("mine", encoding="utf-8")
    assert desk.refused(*words, "r.html", code=2) == ["E-form-exists"]
    desk.itil(*words, "r.html", "--force")
    assert (here / "r.html").read_bytes() == first
    desk.itil(*words, str(here))
    assert (here / f"INC-20261123-{case_id}-remote-1.html").read_bytes() == first


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["{id}"], "E-find-form", 3),
        (["{id}/onsite-9"], "E-find-form", 3),
        (["{id}/onsite", "--format", "odt"], "E-form-format", 2),
        (["{id}/onsite", "--format", "md", "--output", "x.pdf"], "E-form-format", 2),
        (["{id}/onsite", "--format", "pdf", "--output", "-"], "E-form-output", 2),
        (["{id}/onsite", "--output", "-"], "E-form-flags", 2),
        (["{id}", "--all", "--blank"], "E-form-flags", 2),
        (["2026-10", "--all"], "E-form-flags", 2),
        ([], "E-form-ref", 2),
        (["月报", "--blank"], "E-form-kind", 3),
        (["KB-ZZZZ"], "E-5.13-find-none", 3),
        (["{id}/onsite", "--output", "nowhere/x.html"], "E-cli-output", 2),
    ],
)  # fmt: skip
def test_what_cannot_be_printed(worked: tuple[TestDesk, str], words: list[str], code: str, exit_code: int) -> None:
    desk, case_id = worked
    assert code in desk.refused("form", *(word.format(id=case_id) for word in words), code=exit_code)


def test_the_whole_case_file_stands_in_order_behind_its_cover(worked: tuple[TestDesk, str]) -> None:
    desk, case_id = worked
    said = desk.itil("form", case_id, "--all", "--json").json
    refs = [str(one["ref"]).partition("/")[2] for one in said["forms"]]
    assert refs == ["", "remote-1", "work-order-1", "onsite-1", "follow-up-1"]
    page = Path(said["path"]).read_text(encoding="utf-8")
    assert page.count('<section class="sheet"') == 5
    cover = page.partition("</section>")[0]
    for word in (
        "事件案卷",
        "项目技术支持工单",
        "JQ-ITSMS-04-01-05-2026-0001",
        "医保结算系统",
        "5.10",
        "2026-11-24 11:40",
    ):
        assert word in cover


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("onsite", "现场服务记录单"), ("远程服务记录单", "远程工具"), ("工单", "技术总监"),
        ("JQ-ITSMS-04-01-04", "替代方案"), ("回访", "☐非常满意"),
    ],
)  # fmt: skip
def test_a_blank_form_needs_no_desk(desk: TestDesk, tmp_path: Path, kind: str, word: str) -> None:
    page = desk.itil("form", kind, "--blank").out
    assert word in page and "测试服务公司" in page and "☑" not in page
    assert desk.itil("form", kind, "--blank", "--desk", str(tmp_path / "nowhere"), code=None).code == 5


def test_a_blank_form_where_no_desk_is(monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import redirect_stdout
    from io import StringIO

    from itilcli.cli.app import run
    from itilcli.cli.commands import COMMANDS

    monkeypatch.delenv("ITIL_DESK", raising=False)
    out = StringIO()
    with redirect_stdout(out):
        assert run(COMMANDS, ["form", "工单", "--blank", "--language", "zh"]) == 0
    assert "项目技术支持工单" in out.getvalue() and "____________" in out.getvalue()


def test_the_code_on_a_paper_finds_its_record_and_says_whether_it_changed(own: tuple[TestDesk, str]) -> None:
    desk, case_id = own
    code = desk.itil("form", f"{case_id}/onsite", "--json").json["forms"][0]["code"]
    shown = desk.itil("show", code, "--json").json
    assert shown["printed"] == {"commit": code.partition("@")[2], "changed": False, "steps": []}
    desk.itil("receive", f"{case_id}/work-order-1", "--location", "A柜3层", who="档案")
    assert desk.itil("show", code, "--json").json["printed"]["changed"] is True
    assert desk.itil("show", code, "--json").json["printed"]["steps"] == ["receive"]
    assert "receive" in desk.itil("show", code, "--language", "en").err
    assert desk.itil("show", code.upper().replace("@", "＠")).code == 0
    assert desk.itil("show", f"{case_id}@0123456789ab", "--json").json["printed"]["changed"] is None
    assert desk.itil("search", code, "--json").json and desk.itil("打印", code, "--output", "-").out
    assert desk.itil("log", code).code == 0 and desk.itil("next", code).code == 0
    again = desk.itil("form", code, "--json", "--force").json["forms"][0]["code"]
    assert again.partition("@")[0] == code.partition("@")[0] and again != code


def test_what_no_commit_holds_bears_no_commit(own: tuple[TestDesk, str]) -> None:
    desk, case_id = own
    file = desk.file(case_id, "onsite-1")
    file.write_text(file.read_text(encoding="utf-8").replace("门诊楼", "住院部"), encoding="utf-8")
    said = desk.itil("form", f"{case_id}/onsite", "--json")
    assert "onsite-1.yaml" in said.err and said.json["forms"][0]["code"] == f"INC-20261123-{case_id}/onsite-1"


def test_a_form_that_cannot_be_read_whole_is_not_printed(own: tuple[TestDesk, str]) -> None:
    desk, case_id = own
    file = desk.file(case_id, "onsite-1")
    file.write_text(file.read_text(encoding="utf-8").replace("solved: true", 'solved: "perhaps"'), encoding="utf-8")
    assert "E-record-type" in desk.refused("form", f"{case_id}/onsite")


def test_an_article_on_paper(desk: TestDesk) -> None:
    body = ("--symptom", "灯不亮", "--cause", "接触不良", "--solution", "重新插拔\n一次")
    made = desk.itil("kb", "new", "--title", "读卡器 <b>", "--category", "terminal", *body, "--json").json
    page = desk.itil("form", made["id"]).out
    assert "读卡器 &lt;b&gt;" in page and "☑草稿" in page and "重新插拔\n一次" in page
    code = desk.itil("form", made["id"], "--json").json["forms"][0]["code"]
    assert desk.itil("show", code, "--json").json["printed"]["changed"] is False
    assert desk.itil("kb", "show", code).code == 0


@pytest.mark.covers("RT6")
def test_the_sixth_form_is_the_monthly_report(worked: tuple[TestDesk, str]) -> None:
    desk, _ = worked
    assert "<h1" in desk.itil("form", "2026-10").out
    assert desk.itil("form", "2026-10", "--format", "md").out.startswith("# ")
    if find_spec("itilcli.formats.form_pdf"):
        assert Path(desk.itil("form", "2026-10", "--format", "pdf", "--json").json["path"]).read_bytes()[:5] == b"%PDF-"


def test_a_desks_own_template_with_a_logo_and_a_field_more(own: tuple[TestDesk, str]) -> None:
    desk, case_id = own
    folder = desk.root / "templates/forms"
    folder.mkdir(parents=True)
    (desk.root / "templates/logo.png").write_bytes(PNG)
    assert 'class="logo"><img src="data:image/png' in desk.itil("form", f"{case_id}/onsite").out
    (folder / "follow-up.html.j2").write_text(
        '<form title="本院回访单" number="BY-7" version="3">\n<table><col width="1"><col width="2">\n'
        "<tr><th>满意度</th><td>{{ form.satisfaction.boxes }}</td></tr>\n"
        "{% for row in case.history %}{% if loop.first %}\n<tr><th>首步</th><td>{{ row.action }}</td></tr>\n{% endif %}{% endfor %}\n"
        "</table></form>\n",
        encoding="utf-8",
    )
    for shape in ("html", "md"):
        page = desk.itil("form", f"{case_id}/follow-up", "--format", shape).out
        assert "本院回访单" in page and "BY-7" in page and "☑非常满意" in page and "new" in page
    said = desk.itil("form", "--check-templates", "--json").json
    assert [one["template"] for one in said if one["own"]] == ["forms/follow-up.html.j2"]


def test_everything_wrong_in_a_desks_own_templates_is_told_with_its_line(own: tuple[TestDesk, str]) -> None:
    desk, case_id = own
    folder = desk.root / "templates/forms"
    folder.mkdir(parents=True)
    (folder / "remote.html.j2").write_text(
        '<form title="x">\n<table><col width="1">\n<tr><td>{{ form.gidance }}{{ frm.tool }}</td></tr>\n'
        "{% if form.solved.code %}\n<tr><td>{{ case.customer.fone }}</td></tr>\n{% endif %}\n"
        "<tr><td>x</td><td>y</td></tr>\n</table>\n<script>1</script>\n</form>\n",
        encoding="utf-8",
    )
    (folder / "onsite.html.j2").write_text("x\n{{ title.__class__ }}", encoding="utf-8")
    said = desk.itil("form", "--check-templates", "--json", "--language", "en", code=5).json["error"]["problems"]
    told = {(one["code"], Path(one["where"]).name.partition(":")[0], one["where"].rpartition(":")[2]) for one in said}
    remote = "remote.html.j2"
    assert {
        ("E-form-undefined", remote, "3"), ("E-form-undefined", remote, "5"), ("E-form-template", remote, "7"),
        ("E-form-template", remote, "9"), ("E-form-template", "onsite.html.j2", "2"),
    } <= told  # fmt: skip
    assert {"gidance", "frm", "fone"} <= {one["message"].rpartition("'")[0].rpartition("'")[2] for one in said}
    assert not any("<?" in one["message"] for one in said), "no mark of ours is shown"
    (printed,) = desk.itil("form", f"{case_id}/remote", "--json", "--language", "en", code=5).json["error"]["problems"]
    assert printed["code"] == "E-paper-template"
    assert printed["message"].endswith("there is no field and no variable 'gidance'"), "and no class of ours"
    (folder / "remote.html.j2").write_text('<form title="x"><p>{{ form.tool }}</p></form>', encoding="utf-8")
    assert "E-form-template" in desk.refused("form", f"{case_id}/remote", code=5)


def test_completion_offers_what_can_be_printed(worked: tuple[TestDesk, str], monkeypatch: pytest.MonkeyPatch) -> None:
    desk, case_id = worked
    monkeypatch.setenv("ITIL_DESK", str(desk.root))
    monkeypatch.setenv("ITIL_NOW", NOW)
    assert [row[0] for row in printable_refs(case_id[:3])] == [case_id]
    assert [row[0] for row in printable_refs(f"{case_id}/o")] == [f"{case_id}/onsite-1"]
    assert [row[0] for row in printable_refs("wor")] == ["work-order"]
    assert "2026-10" in [row[0] for row in printable_refs("2026")]
