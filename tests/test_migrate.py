"""`itil migrate`: formats of a desk, older and newer."""

from __future__ import annotations

import os

import pytest

from itilcli.actions.migrate import Files, migrate_desk
from itilcli.errors import Refused


def settings(desk, text: str) -> None:
    """``desk.yaml`` as given, committed."""
    (desk.root / "desk.yaml").write_text(text, encoding="utf-8")
    desk.commit()


def test_a_desk_of_this_format_has_nothing_to_do(desk):
    """Exit code 0, no commit."""
    before = desk.git("rev-parse", "HEAD")
    assert desk.itil("migrate", "--json").json == {"found": 1, "format": 1, "changed": [], "commit": None}
    assert "1" in desk.itil("migrate").out
    assert desk.git("rev-parse", "HEAD") == before


def test_a_desk_without_a_number_gets_it(desk):
    """At the top, comments kept, in one commit; the dry run writes nothing."""
    settings(desk, '# ours\norganisation: "测试服务公司"  # the name\nlanguage: "zh"\n')
    before = desk.git("rev-parse", "HEAD")
    shown = desk.itil("migrate", "--dry-run").out
    assert "+format: 1" in shown and "Itil-Action: migrate" in shown and desk.git("rev-parse", "HEAD") == before
    assert desk.itil("migrate", "--json").json["changed"] == ["desk.yaml"]
    text = (desk.root / "desk.yaml").read_text(encoding="utf-8")
    assert "format: 1\n" in text and "# ours" in text and "# the name" in text
    assert desk.git("status", "--porcelain") == "" and "Itil-Actor: 张三" in desk.git("log", "-1", "--format=%B")
    desk.itil("migrate")
    desk.itil("check")


@pytest.mark.parametrize(
    ("line", "code"), [("format: 2", "E-desk-format-newer"), ('format: "x"', "E-desk-format-number")]
)
def test_a_format_it_does_not_know(desk, line, code):
    """A newer desk is left alone."""
    settings(desk, f'{line}\nlanguage: "zh"\n')
    assert desk.refused("migrate", code=5) == [code]


def test_only_the_incident_manager_migrates(desk):
    """§2.5; whoever looks at a desk of today's format needs no role."""
    desk.itil("migrate", who="李四")
    settings(desk, 'language: "zh"\n')
    assert desk.refused("migrate", who="李四", code=4) == ["E-2.5-role"]
    assert desk.refused("migrate", who="nobody@example.com", code=4) == ["E-actor-unknown"]


def test_migrations_follow_each_other(desk, monkeypatch):
    """Each brings a desk one format further; all of them make one commit."""
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "zhang@example.com")

    def first(files: Files) -> None:
        files.write("people.yaml", files.read("people.yaml") + b"# first\n")

    def second(files: Files) -> None:
        files.write("people.yaml", files.read("people.yaml") + b"# second\n")

    made = migrate_desk(desk.root, os.environ, migrations={1: first, 2: second}, wanted=3)
    assert (made.found, made.format, sorted(made.paths)) == (1, 3, ["desk.yaml", "people.yaml"])
    assert (desk.root / "people.yaml").read_bytes().endswith(b"# first\n# second\n")
    assert desk.git("rev-list", "--count", "HEAD").strip() == "2" and desk.git("status", "--porcelain") == ""
    with pytest.raises(Refused):
        migrate_desk(desk.root, os.environ)
