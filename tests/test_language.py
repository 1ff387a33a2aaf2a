"""The language door, and the script that keeps the catalogues."""

from __future__ import annotations

import gettext
import subprocess
import sys
from pathlib import Path

import pytest

from itilcli.language import choose, known, of_desk, translator

PROJECT = Path(__file__).resolve().parent.parent
SCRIPT = PROJECT / "docs" / "catalogues.py"


@pytest.mark.parametrize(
    ("tag", "language"),
    [("zh", "zh"), ("zh_CN", "zh"), ("zh-CN", "zh"), ("zh_CN.UTF-8", "zh"), ("zh-Hans-CN", "zh"), ("EN", "en"),
     ("en_US.UTF-8", "en"), ("en.UTF-8", "en"),
     ("C", None), ("POSIX", None), ("fr_FR", None), ("", None), (None, None)],
)  # fmt: skip
def test_tags(tag: str | None, language: str | None) -> None:
    assert known(tag) == language


@pytest.mark.parametrize(
    ("flag", "environ", "desk", "language"),
    [
        ("en", {"ITIL_LANGUAGE": "zh", "LANG": "zh_CN.UTF-8"}, "zh", "en"),
        (None, {"ITIL_LANGUAGE": "zh-CN", "LANG": "en_US.UTF-8"}, "en", "zh"),
        (None, {"LANG": "en_US.UTF-8"}, "zh", "zh"),
        (None, {"LANG": "zh_CN.UTF-8"}, None, "zh"),
        (None, {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, None, "en"),
        (None, {"LC_MESSAGES": "zh_CN", "LANG": "en_US"}, None, "zh"),
        (None, {}, None, "en"),
        ("klingon", {"LANG": "zh_CN"}, None, "zh"),
    ],
)
def test_what_decides(flag: str | None, environ: dict[str, str], desk: str | None, language: str) -> None:
    assert choose(flag, environ, desk) == language


def test_the_desk_above_is_found(tmp_path: Path) -> None:
    below = tmp_path / "records" / "2026"
    below.mkdir(parents=True)
    assert of_desk(None, {}, str(below)) is None
    (tmp_path / "desk.yaml").write_text('# language: en\nlanguage: "zh-CN"\nother:\n  language: en\n', "utf-8-sig")
    assert of_desk(None, {}, str(below)) == "zh"
    assert of_desk(str(tmp_path), {}, "/") == of_desk(None, {"ITIL_DESK": str(tmp_path)}, "/") == "zh"
    assert of_desk(str(below), {}, str(tmp_path)) is None
    assert of_desk("a\0b", {}, str(tmp_path)) is None


def test_english_is_the_source_and_chinese_the_catalogue() -> None:
    assert translator("en")("Interrupted.") == "Interrupted."
    assert translator("zh")("Interrupted.") == "已中断。"
    assert translator("zh")("a message nobody wrote") == "a message nobody wrote"
    assert translator("zh")("") == ""


def test_importing_it_is_cheap() -> None:
    code = (
        "import sys; import itilcli.language as l; l.translator('zh'); print({'gettext', 'pathlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(PROJECT)!r}); {code}"],
                          capture_output=True, text=True, timeout=30)  # fmt: skip
    assert done.stdout == "set()\n"


def catalogues(action: str, root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), action, "--root", str(root)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_the_catalogues_hold_every_message_of_the_project() -> None:
    done = catalogues("check", PROJECT)
    assert done.returncode == 0, f"run docs/catalogues.py update, translate, compile:\n{done.stderr}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one module and one template, with a complete catalogue."""
    (tmp_path / "itilcli").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "itilcli" / "a.py").write_text('from x import N_, t\nt("Hello {name}", name="x")\nN_("label")\n')
    (tmp_path / "templates" / "form.md.j2").write_text('# {{ _("Title of the form") }}\n')
    assert catalogues("update", tmp_path).returncode == 0
    po = catalogue(tmp_path)
    text = po.read_text("utf-8")
    for english, chinese in (("Hello {name}", "你好 {name}"), ("label", "标签"), ("Title of the form", "表单标题")):
        text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{chinese}"')
    po.write_text(text, "utf-8")
    assert catalogues("compile", tmp_path).returncode == 0
    return tmp_path


def catalogue(root: Path) -> Path:
    return root / "itilcli" / "locale" / "zh" / "LC_MESSAGES" / "itil.po"


def test_a_complete_catalogue_passes_and_stays_as_it_is(project: Path) -> None:
    before = catalogue(project).read_bytes()
    done = catalogues("check", project)
    assert (done.returncode, done.stderr) == (0, "")
    assert catalogues("update", project).returncode == 0
    assert catalogue(project).read_bytes() == before
    assert b"Date" not in before
    assert b"a.py" not in before


def test_what_is_wrong_with_a_catalogue_is_found(project: Path) -> None:
    (project / "itilcli" / "a.py").write_text(
        'from x import N_, t\nt("Hello {name}", name="x")\nN_("new")\nt(name)\nf"{t(\'hidden\')}"\n'
    )
    po = catalogue(project)
    text = po.read_text("utf-8").replace("你好 {name}", "你好 {nom}")
    po.write_text(
        text.replace('msgid "Title', '#, fuzzy\nmsgid "Title') + '\n#~ msgid "gone"\n#~ msgstr "旧"\n', "utf-8"
    )
    done = catalogues("check", project)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "itilcli/a.py:4: t() needs its message written out",
        "itilcli/a.py:5: a message inside an f-string is not extracted: 'hidden'",
        "zh: missing: 'new'",
        "zh: fuzzy: 'Title of the form'",
        "zh: no longer used: 'label'",
        "zh: no longer used: 'gone'",
        "zh: other placeholders: 'Hello {name}'",
        "zh: itil.mo is out of date",
    ]


def test_a_message_is_found_in_the_catalogue_as_gettext_finds_it() -> None:
    whole = gettext.translation("itil", PROJECT / "itilcli" / "locale", ["zh"])
    messages = [message for message in vars(whole)["_catalog"] if message]
    translate = translator("zh")
    assert len(messages) > 1000
    assert {message: translate(message) for message in messages} == {one: whole.gettext(one) for one in messages}
    for unknown in ("", "no message", "\udc80", messages[0] + "x", messages[-1] + "x", "\U0010ffff", "!"):
        assert translate(unknown) == unknown
