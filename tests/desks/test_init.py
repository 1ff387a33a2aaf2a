"""``itil init``: a ready desk in one commit, or what one lacks; nothing that is there is touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import FAULT, Said, TestDesk

from itilcli.cli.app import run
from itilcli.cli.commands import COMMANDS
from itilcli.journal import Change, init
from itilcli.journal.intent import Intent, Step, write_intent
from itilcli.journal.running import find
from itilcli.store.calendar import read_calendar
from itilcli.store.people import read_people, read_settings

NOW = "2026-11-23T09:00:00+08:00"
FILES = {
    ".gitattributes", "README.md", "desk.yaml", "people.yaml", "calendar/2025.yaml", "calendar/2026.yaml",
    "calendar/README.md", "knowledge/README.md", "records/README.md", "templates/README.md",
}  # fmt: skip


@pytest.fixture(autouse=True)
def somebody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git user with a configuration of their own; commands run in an empty folder."""
    config = tmp_path / "gitconfig"
    config.write_text("[user]\n\tname = 张三\n\temail = zhang@example.com\n[init]\n\tdefaultBranch = main\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    for name in ("LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return config


def made(root: Path, *words: str, code: int | None = 0, now: str = NOW) -> Said:
    return TestDesk(root, now).itil("init", str(root), *words, code=code)


def git(root: Path, *words: str) -> str:
    return TestDesk(root).git(*words)


def everything(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_ready_desk_in_one_commit(tmp_path: Path) -> None:
    root = tmp_path / "服务台"
    said = made(root, "--organisation", "示例科技")
    assert said.out.count("\n") == 2 and str(root) in said.out
    assert set(git(root, "ls-files", "-z").split("\0")) - {""} == FILES
    assert git(root, "status", "--porcelain") == ""
    assert git(root, "rev-list", "--count", "HEAD").strip() == "1"
    trailers = git(root, "log", "-1", "--format=%(trailers:only,unfold)")
    assert "Itil-Action: init\nItil-Actor: 张三\nItil-Clock: 2026-11-23" in trailers
    assert git(root, "log", "-1", "--format=%cI").startswith("2026-11-23T09:00:00")


def test_the_desk_works_at_once(tmp_path: Path) -> None:
    """The first call can be taken, and attachments, calendar, people and settings read without a problem."""
    root = tmp_path / "desk"
    made(root)
    desk = TestDesk(root, NOW)
    assert desk.new("-s", "low")
    _, problems = read_calendar(root)
    settings, wrong = read_settings(root)
    people, faults = read_people(root)
    assert (problems, wrong, faults) == ([], [], [])
    assert (settings.format, settings.language, settings.timezone) == (1, "zh", "Asia/Shanghai")
    assert [(one.id, one.emails, [span.role for span in one.roles]) for one in people] == [
        ("张三", ("zhang@example.com",), ["incident_manager", "tier1"])
    ]
    assert settings.response_targets is None, "a default target would make up K2"
    assert settings.recurrence_count == 3 and settings.recurrence_days == 90 and settings.intake_channel == "hotline"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_setting_is_explained_in_the_desks_language(tmp_path: Path, language: str) -> None:
    root = tmp_path / "desk"
    made(root, "--language", language, "--organisation", "A & B")
    lines = (root / "desk.yaml").read_text("utf-8").splitlines()
    keys = [number for number, line in enumerate(lines) if line and line[0] not in "# "]
    assert [lines[number].partition(":")[0] for number in keys] == [
        "format", "organisation", "language", "timezone", "intake_channel", "working_hours", "recurrence",
    ]  # fmt: skip
    assert all(lines[number - 1].startswith("#") for number in keys)
    for commented in ("# response_targets:", "#   high:", "# major_when:"):
        assert any(line.startswith(commented) for line in lines)
    for name in ("desk.yaml", "README.md", "records/README.md", "templates/README.md"):
        chinese = any("\u4e00" <= char <= "\u9fff" for char in (root / name).read_text("utf-8"))
        assert chinese == (language == "zh"), name
    assert read_settings(root)[0].language == language


def test_both_languages_explain_the_same_files() -> None:
    top = Path(__file__).resolve().parents[2] / "templates/desk"
    names = [{str(file.relative_to(top / one)) for file in (top / one).rglob("*")} for one in ("zh", "en")]
    assert names[0] == names[1]


def test_uncommenting_the_targets_gives_valid_settings(tmp_path: Path) -> None:
    for language in ("zh", "en"):
        root = tmp_path / language
        made(root, "--language", language)
        text = (root / "desk.yaml").read_text("utf-8")
        for key in ("response_targets:", "  high:", "  medium:", "  low:", "  consultation:", "major_when:"):
            assert f"# {key}" in text
            text = text.replace(f"# {key}", key)
        (root / "desk.yaml").write_text(text, "utf-8")
        settings, problems = read_settings(root)
        assert problems == [] and settings.target_minutes("high") == 30 and settings.major_when


@pytest.mark.parametrize(
    "name",
    [
        '测试"公司: #1',
        "A: B # c",
        "$title ${people}",
        "*注*|<b>",
        "no",
        "12",
        "{{ 7*7 }}",
        "é\u202e𠮷",
    ],
)
def test_any_name_of_an_organisation_is_kept(tmp_path: Path, name: str) -> None:
    made(tmp_path / "desk", "--organisation", name)
    settings, problems = read_settings(tmp_path / "desk")
    assert settings.organisation == name and problems == []


def test_a_control_character_is_refused(tmp_path: Path) -> None:
    said = made(tmp_path / "desk", "--organisation", "a\x1b[31m", "--json", code=None)
    assert said.code in (1, 2) and said.codes == ["E-text-control"]
    assert not (tmp_path / "desk").exists()


def test_the_calendar_covers_the_years_around_the_desks_clock(tmp_path: Path) -> None:
    made(tmp_path / "a", now="2020-06-01T00:00:00Z")
    made(tmp_path / "b", now="2040-06-01T00:00:00Z")
    made(tmp_path / "c", now="2025-12-31T23:00:00+00:00")
    years = [sorted(path.stem for path in (tmp_path / one / "calendar").glob("*.yaml")) for one in "abc"]
    assert years == [["2019", "2020", "2021"], [], ["2025", "2026"]], "it is 2026 already in Shanghai in the third"


def test_an_existing_repository_gets_only_what_is_missing(tmp_path: Path) -> None:
    """The user's staged, edited and untracked files stay as they are; a deleted one stays deleted."""
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q")
    for name, text in {"README.md": "mine\n", "kept.txt": "1\n", "templates/x.md": "x\n", "gone.txt": "g\n"}.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    git(root, "add", ".")
    git(root, "commit", "-qm", "mine")
    (root / "kept.txt").write_text("2\n")
    (root / "staged.txt").write_text("s\n")
    git(root, "add", "staged.txt")
    (root / "untracked.txt").write_text("u\n")
    (root / "people.yaml").write_text("people: []\n")
    (root / "gone.txt").unlink()
    before, seen = everything(root), git(root, "status", "--porcelain")
    answer = made(root, "--json").json
    assert set(answer["added"]) == FILES - {"README.md", "people.yaml"}
    assert set(answer["kept"]) == {"README.md", "people.yaml"}
    assert git(root, "rev-list", "--count", "HEAD").strip() == "2"
    listed = git(root, "show", "--name-only", "--format=", "HEAD").split()
    assert set(listed) == set(answer["added"])
    assert git(root, "status", "--porcelain") == seen
    after = everything(root)
    assert {name: after[name] for name in before if not name.startswith(".git/")} == {
        name: data for name, data in before.items() if not name.startswith(".git/")
    }


def test_a_committed_file_that_was_deleted_is_not_brought_back(tmp_path: Path) -> None:
    root = tmp_path / "desk"
    made(root)
    (root / "README.md").unlink()
    (root / "templates/README.md").unlink()
    git(root, "add", "templates")
    git(root, "commit", "-qm", "no templates")
    assert made(root, "--json").json["added"] == ["templates/README.md"]
    assert git(root, "status", "--porcelain") == " D README.md\n"


def test_a_whole_desk_lacks_nothing(tmp_path: Path) -> None:
    root = tmp_path / "desk"
    made(root, "--organisation", "甲")
    before = everything(root)
    answer = made(root, "--organisation", "乙", "--language", "en", "--json").json
    assert answer["added"] == [] and answer["commit"] is None and answer["language"] == "zh"
    assert everything(root) == before


def test_a_desk_without_its_organisation_gets_it_and_one_that_has_it_keeps_it(tmp_path: Path) -> None:
    """The comments stay; `check` asks for it until then; whoever names another is told that it stays."""
    root = tmp_path / "desk"
    made(root)
    before = (root / "desk.yaml").read_text("utf-8")
    desk = TestDesk(root, now="2026-11-23T09:00:00+08:00")
    found = desk.itil("check", "--json").json
    assert [(row["code"], row["file"]) for row in found] == [("W-desk-organisation", "desk.yaml")]
    dry = made(root, "--organisation", "甲", "--dry-run")
    assert '+organisation: "甲"' in dry.out and (root / "desk.yaml").read_text("utf-8") == before
    answer = made(root, "--organisation", "甲", "--json").json
    assert (answer["added"], answer["organisation"], answer["named"]) == ([], "甲", True) and answer["commit"]
    assert (root / "desk.yaml").read_text("utf-8") == before.replace('organisation: ""', 'organisation: "甲"')
    assert desk.git("status", "--porcelain") == "" and desk.itil("check", "--json").json == []
    said = made(root, "--organisation", "乙")
    assert "甲" in said.err and "乙" not in (root / "desk.yaml").read_text("utf-8")


def test_half_a_desk_goes_on_in_its_own_language(tmp_path: Path) -> None:
    root = tmp_path / "desk"
    root.mkdir()
    (root / "desk.yaml").write_text('format: 1\nlanguage: "en"\n')
    made(root, "--language", "zh")
    assert "incident desk" in (root / "README.md").read_text().lower()
    assert (root / "desk.yaml").read_text() == 'format: 1\nlanguage: "en"\n'
    assert git(root, "status", "--porcelain") == "?? desk.yaml\n", "what was not committed is not taken along"


def test_a_folder_of_a_larger_repository(tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    git(top, "init", "-q")
    (top / "a").write_text("a")
    git(top, "add", ".")
    git(top, "commit", "-qm", "a")
    made(top / "sub" / "desk")
    assert not (top / "sub/desk/.git").exists()
    assert git(top, "show", "--name-only", "--format=", "HEAD").split() == sorted(f"sub/desk/{name}" for name in FILES)
    assert git(top, "status", "--porcelain") == ""


def test_no_identity_is_refused_before_anything_is_made(
    tmp_path: Path, somebody: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    somebody.write_text("")
    assert run(COMMANDS, ["init", str(tmp_path / "desk"), "--json"]) == 4
    assert json.loads(capsys.readouterr().err)["error"]["code"] == "E-actor-identity"
    assert not (tmp_path / "desk").exists()


def test_a_commit_that_fails_leaves_nothing(tmp_path: Path, somebody: Path) -> None:
    """A signature is wanted that cannot be made: no folder, no repository."""
    somebody.write_text(somebody.read_text() + "[commit]\n\tgpgsign = true\n[user]\n\tsigningkey = DEADBEEF\n")
    said = made(tmp_path / "a/b/desk", "--json", code=5)
    assert said.codes == ["E-desk-signing"]
    assert not (tmp_path / "a").exists()


def test_an_init_that_was_killed_is_begun_anew(tmp_path: Path) -> None:
    """Half of the files written, nothing committed: the next ``init`` makes the whole desk."""
    root = tmp_path / "desk"
    journal = init(root)
    (root / "desk.yaml").write_text("half\n")
    steps = (Step.of(Change("desk.yaml", None, b"half\n")), Step.of(Change("people.yaml", None, b"x\n")))
    place = find(root)
    write_intent(place, Intent("refs/heads/main", None, steps, ()))
    assert journal.pending() == ["desk.yaml", "people.yaml"]
    assert set(made(root, "--json").json["added"]) == FILES
    assert git(root, "status", "--porcelain") == "" and read_settings(root)[1] == []


@pytest.mark.parametrize("crlf", ["true", "input", "false"])
def test_line_ends_are_the_desks_own_matter(tmp_path: Path, somebody: Path, crlf: str) -> None:
    """A hostile core.autocrlf changes neither records nor attachments, here or in a clone."""
    somebody.write_text(somebody.read_text() + f"[core]\n\tautocrlf = {crlf}\n\teol = crlf\n")
    root = tmp_path / "desk"
    made(root)
    desk = TestDesk(root, NOW)
    case = desk.new()
    (tmp_path / "log.yaml").write_bytes(b"a\r\nb\n\x00")
    desk.itil("attach", case, str(tmp_path / "log.yaml"))
    assert git(root, "status", "--porcelain") == ""
    subprocess.run(["git", "clone", "-q", str(root), str(tmp_path / "clone")], check=True)
    assert all(
        (tmp_path / "clone" / name).read_bytes() == (root / name).read_bytes()
        for name in filter(None, git(root, "ls-files", "-z").split("\0"))
    )
    assert next((tmp_path / "clone").glob("records/*/*/*/*.files/*log.yaml")).read_bytes() == b"a\r\nb\n\x00"


def test_a_new_repository_suits_many_small_files(tmp_path: Path) -> None:
    made(tmp_path / "desk")
    assert git(tmp_path / "desk", "config", "core.untrackedCache").strip() == "true"
    assert git(tmp_path / "desk", "config", "index.version").strip() == "4"


def test_dry_run_shows_it_and_makes_nothing(tmp_path: Path) -> None:
    answer = made(tmp_path / "desk", "--dry-run", "--json").json
    assert set(answer["added"]) == FILES and "+++ b/desk.yaml" in answer["diff"] and answer["commit"] is None
    assert "Itil-Action: init" in answer["message"]
    assert not (tmp_path / "desk").exists()


def arranged(root: Path, name: str) -> Path:
    """A path at which no desk can be made."""
    (root / "file").write_text("")
    (root / "repo").mkdir()
    git(root / "repo", "init", "-q")
    (root / "dangling").symlink_to(root / "nowhere")
    (root / "loop").symlink_to(root / "loop")
    return root / name


@pytest.mark.parametrize("name", ["file", "file/below", "dangling", "loop", "repo/.git", "repo/.git/desk"])
def test_paths_where_no_desk_can_be(tmp_path: Path, name: str) -> None:
    path = arranged(tmp_path, name)
    said = TestDesk(tmp_path, NOW).itil("init", str(path), "--json", code=None)
    assert said.code in (2, 5) and said.codes[0] in ("E-init-path", "E-desk-bare"), said.err
    assert not (tmp_path / "nowhere").exists() and not (tmp_path / "repo/.git/desk").exists()


@pytest.mark.parametrize("kind", ["link", "file"])
def test_a_folder_of_the_desk_must_be_a_folder(tmp_path: Path, kind: str) -> None:
    root = tmp_path / "desk"
    root.mkdir()
    (tmp_path / "elsewhere").mkdir()
    if kind == "link":
        (root / "records").symlink_to(tmp_path / "elsewhere")
    else:
        (root / "records").write_text("")
    said = made(root, "--json", code=5)
    assert said.codes == ["E-init-blocked"]
    assert sorted(path.name for path in root.iterdir()) == ["records"] and not list((tmp_path / "elsewhere").iterdir())


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert made(tmp_path / "link", "--json").json["path"] == str(tmp_path / "real")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--timezone", "Mars/Base"), "E-desk-timezone"),
        (("--timezone", "../../etc/passwd"), "E-desk-timezone"),
        (("--language", "fr"), "E-cli-choice"),
        (("--at", "09:00"), "E-init-at"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_made(tmp_path: Path, words: tuple[str, ...], code: str) -> None:
    said = made(tmp_path / "desk", *words, "--json", code=2)
    assert code in said.codes
    assert not (tmp_path / "desk").exists()


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "zh"), ({"LANG": "C.UTF-8"}, "zh"), ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "ITIL_LANGUAGE": "zh"}, "zh"), ({"LANG": "zh_CN.UTF-8"}, "zh"),
    ],
)  # fmt: skip
def test_the_language_nobody_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], language: str
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert made(tmp_path / "desk", "--json").json["language"] == language


def test_another_time_zone_decides_the_day(tmp_path: Path) -> None:
    root = tmp_path / "desk"
    made(root, "--timezone", "America/New_York")
    answer: Any = TestDesk(root, "2026-11-23T03:00:00Z").itil("new", *FAULT, "-s", "low", "-q", "一般", "--json").json
    assert answer["id"].startswith("INC-20261122-")


def test_the_first_person_is_the_git_user(tmp_path: Path, somebody: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with quotes and colons becomes an id that reads back as it is, and is known at once."""
    name = 'O\'Neil: "#1" 张'
    root = tmp_path / "desk"
    desk = TestDesk(root, NOW)
    desk.itil("init", str(root), who=name)
    assert [(one.id, one.emails) for one in read_people(root)[0]] == [(name, (name,))]
    assert desk.itil("whoami", "--json", who=name).json["roles"] == ["incident_manager", "tier1"]


def test_a_desk_is_made_from_a_folder_that_is_gone(tmp_path: Path) -> None:
    """What is begun early for a command must not stand in its way."""
    gone, made = tmp_path / "gone", tmp_path / "made"
    gone.mkdir()
    command = f"cd {gone} && rmdir {gone} && exec {sys.executable} -m itilcli init {made} --language zh"
    environ = {
        **os.environ,
        "GIT_AUTHOR_NAME": "张三",
        "GIT_AUTHOR_EMAIL": "a@b.c",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    done = subprocess.run(["sh", "-c", command], env=environ, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (made / "desk.yaml").exists()
