"""``itil people`` and ``itil whoami``: who works here, by whose word, and what is said of them (§2.5)."""

from __future__ import annotations

import pytest
from conftest import TestDesk

from itilcli.store.people import read_people

ADD = ("people", "add", "吴新", "--email", "wu@example.com", "--role", "tier1")
PEOPLE = """\
# the people of the desk
people:
  # the boss
  - id: "张三"   # since the beginning
    emails: [zhang@example.com]
    roles: [{role: incident_manager}, {role: tier1}]
    nickname: 三哥
  - id: "周总"
    emails: ["zhou@example.com"]
    roles:
      - role: "top_management"
        until: "2026-12-31"   # retires
# the end
"""


def test_a_person_is_added_in_one_commit(desk: TestDesk) -> None:
    before = desk.git("rev-parse", "HEAD").strip()
    said = desk.itil(
        *ADD, "--role", "二线支持", "--role", "tier1", "--approved-by", "周总", "--phone", "０571-1", "--json"
    )
    assert said.json["id"] == "吴新" and said.json["roles"] == ["tier1", "tier2"] and said.json["warnings"] == []
    person = read_people(desk.root)[0].get("吴新")
    assert person is not None and person.emails == ("wu@example.com",) and person.phone == "0571-1"
    assert [(span.role, span.from_) for span in person.roles] == [("tier1", None), ("tier2", None)]
    assert person.approved_by == "周总" and person.name is None
    assert desk.git("rev-parse", "HEAD~1").strip() == before
    trailers = desk.git("log", "-1", "--format=%(trailers:only,unfold)")
    assert trailers.startswith("Itil-Action: people-add\nItil-Clause: 2.5\nItil-Actor: 张三\n")
    assert desk.git("show", "--name-only", "--format=", "HEAD").split() == ["people.yaml"]
    assert desk.itil("whoami", "--json", who="wu@example.com").json["id"] == "吴新"


def test_comments_and_hand_edits_survive(desk: TestDesk) -> None:
    (desk.root / "people.yaml").write_text(PEOPLE, "utf-8")
    desk.commit()
    desk.itil(*ADD, "--approved-by", "周总")
    text = (desk.root / "people.yaml").read_text("utf-8")
    gone = [line for line in PEOPLE.splitlines() if line not in text.splitlines()]
    assert gone == [] and '"吴新"' in text
    assert desk.git("diff", "--numstat", "HEAD~1").split()[1] == "0", "lines were only added"


def test_the_answer_is_two_lines_and_a_warning(desk: TestDesk) -> None:
    """L207: new staff are approved by the management; without a name it warns."""
    said = desk.itil(*ADD)
    assert said.out.count("\n") == 2 and "吴新" in said.out and "itil people list" in said.out
    assert "--approved-by" in said.err
    assert (
        desk.itil("people", "add", "甲", "--email", "jia@example.com", "--role", "tier3", "--json").json["warnings"][0][
            "code"
        ]
        == "W-2.5-unapproved"
    )


@pytest.mark.parametrize("who", ["陈一", "李四", "周总", "钱经理", "孙供"])
def test_only_the_incident_manager_adds(desk: TestDesk, who: str) -> None:
    assert desk.refused(*ADD, who=who, code=4) == ["E-2.5-role"]


def test_a_stranger_is_refused(desk: TestDesk) -> None:
    assert desk.refused(*ADD, who="nobody@example.com", code=4) == ["E-actor-unknown"]


@pytest.mark.parametrize(
    ("words", "codes", "code"),
    [
        (("李四", "--email", "other@example.com", "--role", "tier1"), ["E-2.5-twice"], 2),
        (("吴新", "--id", "李四", "--email", "other@example.com", "--role", "tier1"), ["E-2.5-twice"], 2),
        (("吴新", "--email", "LI@example.com", "--role", "tier1"), ["E-2.5-email-twice"], 1),
        (("吴新",), ["E-2.5-email", "E-2.5-role-missing"], 2),
        ((" ", "--email", "a", "--email", "b@", "--role", "boss", "--from", "soon", "--approved-by", "没有"),
         ["E-2.5-name", "E-2.5-email", "E-2.5-email", "E-2.5-role-unknown", "E-2.5-day", "E-2.5-approver"], 2),
        (("吴新", "--email", "wu@example.com", "--role", "tier1", "--approved-by", "李四"), ["E-2.5-approver"], 2),
        (("吴\x07新", "--email", "wu@example.com", "--role", "tier1"), ["E-text-control"], None),
    ],
)  # fmt: skip
def test_everything_wrong_is_said_at_once(desk: TestDesk, words: tuple[str, ...], codes: list[str], code: int) -> None:
    assert desk.refused("people", "add", *words, code=code) == codes


def test_two_people_of_one_name(desk: TestDesk) -> None:
    desk.itil("people", "add", "李四", "--id", "李四2", "--email", "li2@example.com", "--role", "tier1")
    person = read_people(desk.root)[0].get("李四2")
    assert person is not None and person.name == "李四"
    rows = desk.itil("people", "list", "--json").json
    assert [row["name"] for row in rows if row["id"] == "李四2"] == ["李四"]


def test_roles_begin_on_a_day(desk: TestDesk) -> None:
    desk.itil(*ADD, "--from", "2026-12-01")
    assert desk.itil("whoami", "--json", who="wu@example.com").json["roles"] == []
    on = {
        day: desk.itil("people", "list", "--on", day, "--json").json[-1]["roles"]
        for day in ("2026-11-30", "2026-12-01")
    }
    assert on == {"2026-11-30": [], "2026-12-01": ["tier1"]}


def test_at_dates_the_roles(desk: TestDesk) -> None:
    desk.itil(*ADD, "--at", "2026-11-02 09:00")
    person = read_people(desk.root)[0].get("吴新")
    assert person is not None and str(person.roles[0].from_) == "2026-11-02"


def test_who_was_here_on_a_day(desk: TestDesk) -> None:
    text = (desk.root / "people.yaml").read_text("utf-8")
    (desk.root / "people.yaml").write_text(
        text + '  - id: "郑旧"\n    left_on: "2026-06-30"\n    roles: [{role: tier1}]\n', "utf-8"
    )
    then = {row["id"]: row["roles"] for row in desk.itil("people", "list", "--on", "2026-06-30", "--json").json}
    now = {row["id"] for row in desk.itil("people", "list", "--json").json}
    assert then["郑旧"] == ["tier1"] and "郑旧" not in now
    assert desk.refused("people", "list", "--on", "someday", code=2) == ["E-2.5-day"]


def test_the_table_shows_labels_and_takes_no_harm(desk: TestDesk) -> None:
    text = (desk.root / "people.yaml").read_text("utf-8")
    (desk.root / "people.yaml").write_text(text + '  - id: "坏\\u202e人"\n', "utf-8")
    shown = desk.itil("people", "list").out
    assert "事件管理负责人、一线支持" in shown and "\u202e" not in shown
    assert desk.itil("people", "list", "--language", "en").out.count("incident manager, tier 1") == 1


def test_dry_run_shows_the_diff(desk: TestDesk) -> None:
    said = desk.itil(*ADD, "--dry-run", "--json").json
    assert '+  - id: "吴新"' in said["diff"] and "Itil-Action: people-add" in said["message"]
    assert desk.git("status", "--porcelain") == "" and desk.git("rev-list", "--count", "HEAD").strip() == "1"


def test_who_am_i(desk: TestDesk) -> None:
    said = desk.itil("whoami", "--json", who="李四").json
    assert (said["id"], said["name"], said["email"], said["roles"]) == ("李四", "李四", "li@example.com", ["tier2"])
    assert desk.itil("whoami", who="李四").out == "李四 <li@example.com>: 二线支持\n"
    assert desk.refused("whoami", who="nobody@example.com", code=4) == ["E-actor-unknown"]


def test_an_edit_by_hand_is_not_taken_along(desk: TestDesk) -> None:
    file = desk.root / "people.yaml"
    file.write_text(file.read_text("utf-8") + "# not committed\n", "utf-8")
    held = file.read_bytes()
    assert desk.refused(*ADD, code=5) == ["E-desk-uncommitted"]
    assert file.read_bytes() == held
