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


def test_the_first_of_the_management_is_approved_by_nobody(desk: TestDesk) -> None:
    """L207: there is none yet who could; the second one is to be approved by the first."""
    people = desk.root / "people.yaml"
    people.write_text(people.read_text("utf-8").replace('"top_management"', '"project_manager"'), "utf-8")
    desk.commit("no management yet")
    add = ("people", "add", "--role", "top_management", "--json")
    assert not desk.itil(*add, "高总", "--email", "gao@example.com").json.get("warnings")
    (second,) = desk.itil(*add, "何总", "--email", "he@example.com").json["warnings"]
    assert second["code"] == "W-2.5-unapproved"


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


# ── people set


def spans(desk: TestDesk, who: str) -> list[tuple[str | None, str, str]]:
    person = read_people(desk.root)[0].get(who)
    assert person is not None
    return [(span.role, str(span.from_ or ""), str(span.until or "")) for span in person.roles]


def roles_on(desk: TestDesk, who: str, day: str) -> list[str]:
    rows = desk.itil("people", "list", "--on", day, "--json").json
    return next((list(row["roles"]) for row in rows if row["id"] == who), [])


def test_a_role_ends_and_begins_and_the_past_stays(desk: TestDesk) -> None:
    """A removed role is held to the end of the day, so that the day's work keeps its right."""
    said = desk.itil(
        "people", "set", "陈一", "--add-role", "二线支持", "--remove-role", "tier1", "--from", "2026-12-01",
        "--email", "chen2@example.com", "--phone", "0571-2", "--name", "陈一一", "--json",
    ).json  # fmt: skip
    assert said["removed"] == [{"role": "tier1", "until": "2026-11-30"}] and said["changed"] == [
        "phone",
        "name",
        "emails",
    ]
    assert spans(desk, "陈一") == [("tier1", "", "2026-11-30"), ("tier2", "2026-12-01", "")]
    assert (roles_on(desk, "陈一", "2026-11-30"), roles_on(desk, "陈一", "2026-12-01")) == (["tier1"], ["tier2"])
    assert desk.itil("whoami", "--json", who="chen2@example.com").json["name"] == "陈一一"
    assert "Itil-Action: people-set\nItil-Clause: 2.5" in desk.git("log", "-1", "--format=%B")


def test_a_role_added_and_removed_on_one_day_leaves_its_trace(desk: TestDesk) -> None:
    desk.itil("people", "set", "陈一", "--add-role", "tier2")
    desk.itil("people", "set", "陈一", "--remove-role", "tier2")
    today = "2026-11-23"
    assert spans(desk, "陈一")[1:] == [("tier2", today, today)]
    desk.itil("people", "set", "陈一", "--add-role", "tier2")
    assert spans(desk, "陈一")[1:] == [("tier2", today, "")], "given back on the same day it was never interrupted"
    desk.itil("people", "set", "陈一", "--remove-role", "tier2", "--until", "昨天")
    assert spans(desk, "陈一")[1:] == [("tier2", today, "2026-11-22")] and roles_on(desk, "陈一", today) == ["tier1"]


def test_what_cannot_be_set_is_said_at_once(desk: TestDesk) -> None:
    assert desk.refused("people", "set", "陈一", code=2) == ["E-2.5-nothing"]
    assert desk.refused("people", "set", "没有", "--add-role", "tier1", code=3) == ["E-2.5-nobody"]
    wrong = ("--add-role", "tier1", "--remove-role", "tier3", "--email", "x", "--until", "2026-11-01")
    assert desk.refused("people", "set", "陈一", *wrong, code=2) == [
        "E-2.5-until", "E-2.5-email", "E-2.5-not-held",
    ]  # fmt: skip
    both = ("--add-role", "tier2", "--remove-role", "tier1", "--until", "12-01")
    assert desk.refused("people", "set", "陈一", *both) == ["E-2.5-until"], "of the one or of the other"
    assert desk.refused("people", "set", "陈一", "--add-role", "tier1") == ["E-2.5-role-held"]
    assert desk.refused("people", "set", "陈一", "--email", "li@example.com") == ["E-2.5-email-twice"]
    assert desk.refused("people", "set", "陈一", "--add-role", "tier2", who="陈一", code=4) == ["E-2.5-role"]


def test_the_desk_keeps_an_incident_manager(desk: TestDesk) -> None:
    end = ("people", "set", "张三", "--remove-role", "事件管理负责人")
    assert desk.refused(*end, code=1) == ["E-2.5-last-manager"]
    assert desk.refused("people", "leave", "张三", "--on", "2027-01-31", code=1) == ["E-2.5-last-manager"]
    desk.itil("people", "deputy", "张三", "--to", "陈一")
    assert desk.refused(*end) == ["E-2.5-last-manager"], "a deputy has the role only through the other"
    desk.itil("people", "set", "陈一", "--add-role", "incident_manager", "--until", "2026-12-31")
    assert desk.refused(*end) == ["E-2.5-last-manager"], "from January on there would be nobody"
    desk.itil("people", "set", "陈一", "--add-role", "incident_manager", "--from", "2027-01-01")
    desk.itil(*end)


def test_an_end_in_the_past_tells_of_work_done_since(desk: TestDesk) -> None:
    desk.new(who="陈一")
    said = desk.itil("people", "set", "陈一", "--remove-role", "tier1", "--until", "2026-11-20", "--json").json
    assert [row["code"] for row in said["warnings"]] == ["W-2.5-past"]


# ── people leave


def test_who_leaves_with_open_cases_is_warned_of(desk: TestDesk) -> None:
    case = desk.new(who="陈一")
    said = desk.itil("people", "leave", "陈一", "--on", "2026-11-30", "--json").json
    assert [row["code"] for row in said["warnings"]] == ["W-2.5-cases-left"]
    assert [one.rpartition("-")[2] for one in said["open_cases"]] == [case]
    assert said["left_on"] == "2026-11-30" and spans(desk, "陈一") == [("tier1", "", "")]
    assert (roles_on(desk, "陈一", "2026-11-30"), roles_on(desk, "陈一", "2026-12-01")) == (["tier1"], [])
    assert desk.refused("people", "leave", "陈一", code=2) == ["E-2.5-left"]
    desk.itil("people", "leave", "陈一", "--on", "2026-12-10")
    assert desk.refused("people", "leave", "李四", who="李四", code=4) == ["E-2.5-role"]
    assert desk.refused("people", "leave", "李四", "--on", "someday", code=2) == ["E-2.5-day"]


def test_who_leaves_hands_over_in_the_same_commit(desk: TestDesk) -> None:
    case = desk.new(who="陈一")
    before = desk.git("rev-list", "--count", "HEAD").strip()
    assert desk.refused("people", "leave", "陈一", "--to", "陈一") == ["E-2.5-leave-to"]
    said = desk.itil("people", "leave", "陈一", "--to", "张三", "--json").json
    assert [one["id"].rpartition("-")[2] for one in said["cases"]] == [case] and said["commit"]
    assert int(desk.git("rev-list", "--count", "HEAD")) == int(before) + 1
    assert (desk.show(case)["owner"], desk.show(case)["assignee"]) == ("张三", "张三")
    last = desk.git("log", "-1", "--name-only", "--format=%(trailers:key=Itil-Action)")
    assert "people-leave" in last and "people.yaml" in last and f"{case}.incident.yaml" in last
    assert desk.itil("check", "--json", now="2026-11-24T09:00:00+08:00").json == []


def test_who_left_comes_back_with_a_new_role(desk: TestDesk) -> None:
    desk.itil("people", "deputy", "李四", "--to", "陈一")
    desk.itil("people", "leave", "李四", "--on", "2026-11-30")
    desk.itil("people", "set", "李四", "--add-role", "tier1", "--from", "2027-03-01")
    assert spans(desk, "李四") == [("tier2", "", "2026-11-30"), ("tier1", "2027-03-01", "")]
    days = ("2026-11-30", "2027-01-01", "2027-03-01")
    assert [roles_on(desk, "李四", day) for day in days] == [["tier2"], [], ["tier1"]]
    rows = desk.itil("people", "list", "--on", "2027-03-01", "--json").json
    assert next(row["acting"] for row in rows if row["id"] == "陈一") == []


# ── deputies


def test_a_deputy_has_the_roles_of_the_other_and_no_more(desk: TestDesk) -> None:
    said = desk.itil("people", "deputy", "赵总", "--to", "王五", "--until", "2026-12-05", "--json", who="赵总").json
    assert said["changed"] == [{"to": "王五", "from": "2026-11-23", "until": "2026-12-05"}] and said["warnings"] == []
    desk.itil("people", "deputy", "王五", "--to", "李四", "--until", "2026-12-05")
    me = desk.itil("whoami", "--json", who="王五").json
    assert (me["roles"], me["acting"]) == (
        ["project_manager"],
        [{"for": "赵总", "roles": ["technical_director"], "until": "2026-12-05"}],
    )
    inherited = desk.itil("whoami", "--json", who="李四").json["acting"]
    assert [row["roles"] for row in inherited] == [["project_manager"]], "what is acted is not handed on"
    assert "技术总监" in desk.itil("whoami", who="王五").out
    assert "technical director (until 2026-12-05)" in desk.itil("people", "list", "--language", "en").out
    assert desk.itil("whoami", "--json", who="王五", now="2026-12-06T09:00:00+08:00").json["acting"] == []


def test_the_deputy_of_the_technical_director_approves_but_not_his_own_order(desk: TestDesk) -> None:
    desk.itil("people", "deputy", "赵总", "--to", "王五", "--until", "2026-12-05", who="赵总")
    order = ("--reason", "远程无法解决", "--engineer", "李四", "--from", "2026-11-24T09:00:00+08:00",
             "--until", "2026-11-24T12:00:00+08:00", "--mode-exception", "客户要求")  # fmt: skip
    first, second = desk.new(), desk.new()
    for case in (first, second):
        desk.itil("respond", case, "-k", "none")
    desk.itil("dispatch", first, "--decided-by", "王五", *order)
    desk.itil("dispatch", second, *order, who="王五")
    waiting = [row["id"].rpartition("-")[2] for row in desk.itil("due", "--json", who="王五").json]
    assert first in waiting and second not in waiting
    assert "E-5.6-own-order" in desk.refused("approve", second, who="王五", code=4)
    desk.itil("approve", first, who="王五")
    errors = [row for row in desk.itil("check", "--json", code=None).json if row["level"] == "error"]
    assert errors == []


def test_a_deputy_is_not_the_one_person_of_a_tier(desk: TestDesk) -> None:
    """The one person of a role is looked for among those whose own role it is."""
    desk.itil("people", "deputy", "李四", "--to", "陈一", "--until", "2026-12-05")
    case = desk.new("-s", "medium")
    desk.itil("respond", case, "-k", "none")
    desk.itil("escalate", case, "--to", "tier2", "--reason", "unresolved", "--tried", "重装")
    assert desk.show(case)["assignee"] == "李四"
    assert "work" in [row["kind"] for row in desk.itil("due", "--json", who="陈一").json]


def test_a_deputyship_is_moved_and_ended_but_never_taken_out(desk: TestDesk) -> None:
    name = ("people", "deputy", "赵总")
    said = desk.itil(*name, "--to", "王五", "--json").json
    assert [row["code"] for row in said["warnings"]] == ["W-2.5-deputy-open"]
    desk.itil(*name, "--to", "王五", "--from", "2026-11-25", "--until", "2026-12-05")
    person = read_people(desk.root)[0].get("赵总")
    assert person is not None and [(str(row.from_), str(row.until)) for row in person.deputies] == [
        ("2026-11-23", "2026-12-05")
    ]
    assert desk.refused(*name, "--to", "王五", "--until", "2026-12-05", code=2) == ["E-2.5-nothing"]
    desk.itil(*name, "--end", now="2026-11-25T09:00:00+08:00")
    assert len(desk.itil("whoami", "--json", who="王五", now="2026-11-25T10:00:00+08:00").json["acting"]) == 1
    assert desk.itil("whoami", "--json", who="王五", now="2026-11-26T09:00:00+08:00").json["acting"] == []
    assert desk.refused(*name, "--end", now="2026-11-26T09:00:00+08:00", code=2) == ["E-2.5-no-deputy"]


def test_who_may_be_whose_deputy(desk: TestDesk) -> None:
    assert desk.refused("people", "deputy", "赵总", code=2) == ["E-2.5-deputy"]
    assert desk.refused("people", "deputy", "赵总", "--to", "赵总") == ["E-2.5-deputy-self"]
    assert desk.refused("people", "deputy", "赵总", "--to", "没有", code=2) == ["E-2.5-nobody"]
    assert desk.refused("people", "deputy", "赵总", "--to", "王五", "--until", "2026-11-01") == ["E-2.5-until"]
    assert desk.refused("people", "deputy", "赵总", "--to", "王五", who="王五", code=4) == ["E-2.5-role"]
    desk.itil("people", "deputy", "赵总", "--to", "王五", "--until", "2026-12-31")
    left = desk.itil("people", "leave", "王五", "--on", "2026-11-30", "--json").json
    assert [row["code"] for row in left["warnings"]] == ["W-2.5-deputy-leaves", "W-2.5-role-empty"]
    assert desk.refused("people", "deputy", "周总", "--to", "王五", "--until", "12-01") == ["E-2.5-deputy-left"]
    desk.itil("people", "deputy", "周总", "--to", "王五", "--until", "2026-11-30")


def test_what_is_changed_about_a_person_is_told_from_what_to_what(desk: TestDesk) -> None:
    """The value, and what it was; a commit's message names the fields alone."""
    first = desk.itil(
        "people", "set", "李四", "--phone", "0571-11112222", "--approved-by", "周总", "--email", "li@home.example.com"
    )
    second = desk.itil("people", "set", "李四", "--phone", "0571-33334444")
    assert "0571-11112222" in first.out and "周总" in first.out and "li@home.example.com" in first.out
    assert "0571-11112222 → 0571-33334444" in second.out
    assert "0571" not in desk.git("log", "-1", "--format=%B")
