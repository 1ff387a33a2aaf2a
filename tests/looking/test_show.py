"""`itil show`, `next` and `log`: one case, what can be done with it, how it came about."""

from __future__ import annotations

import pytest

from itilcli.model.case import KINDS
from itilcli.model.incident import Incident
from itilcli.model.labels import FIELD
from itilcli.model.shape import shapes

DISPATCH = ("--decided-by", "王五", "--reason", "远程无法解决", "--engineer", "李四", "--from", "+1h", "--until", "+3h")


@pytest.fixture
def case(desk):
    """A medium fault, guided by phone, recorded two hours late."""
    code = desk.new("-s", "medium", "-q", "重要紧急", "--not-major")
    desk.itil("respond", code, "-k", "none", "--guidance", "重新插拔\n再重启", now="2026-11-23T09:10:00+08:00")
    remote = ("--consent-by", "张三丰", "--tool", "向日葵", "--actions", "重装驱动", "--unsolved")
    desk.itil("remote", code, *remote, "--at", "2026-11-23T09:30:00+08:00", now="2026-11-23T11:35:00+08:00")
    return code


def test_show_reads_like_the_paper(desk, case):
    out = desk.itil("show", case, now="2026-11-23T12:00:00+08:00").out
    for words in (
        *("读卡器无法识别", "一线处理中", "第一人民医院", "0571-88886666", "3号窗口无法结算", "故障等级"),
        *("远程服务记录单", "JQ-ITSMS-04-01-02", "向日葵", "2026-11-23 09:30", "§5.4  远程处理  张三"),
    ):
        assert words in out, words
    assert [line for line in out.splitlines() if "2 h 5 min" in line or "2 小时 5 分" in line]
    guidance = [place for place, line in enumerate(out.splitlines()) if "重新插拔" in line]
    assert out.splitlines()[guidance[0] + 1].strip() == "再重启", "each line of a text stands under the one before"


def test_show_speaks_english_too(desk, case):
    out = desk.itil("show", case, "--language", "en").out
    for words in (
        "with tier 1",
        "severity",
        "medium",
        "remote service record",
        "§5.4  remote session",
        "recorded late",
    ):
        assert words in out, words


def test_a_form_alone(desk, case):
    out = desk.itil("show", f"{case}/remote-1").out
    assert "向日葵" in out
    assert "3号窗口" not in out
    form = desk.itil("show", f"{case}/remote-1", "--json").json
    assert form["tool"] == "向日葵"
    assert form["path"].endswith(".remote-1.yaml")


def test_a_phone_number_or_a_serial_finds_the_case(desk):
    code = desk.new("--solution", "重启", "--confirmed-by", "张三丰", "--rest", "none")
    for typed in ("0571-88886666", "88886666", "JQ-ITSMS-04-01-02-2026-0001"):
        assert code in desk.itil("show", typed).out
    other = desk.new("-p", "13800138000")
    assert other in desk.itil("show", "13800138000").out
    assert desk.itil("show", "99999999", code=3).err


def test_what_could_steer_a_terminal_is_shown_and_not_sent(desk):
    code = desk.new("--title", "右\u202e左")
    for verb in ("show", "next", "log", "list", "due"):
        out = desk.itil(verb, *([code] if verb in ("show", "next", "log") else [])).out
        assert "\u202e" not in out
        assert "\\u202e" in out, verb
    assert desk.show(code)["title"] == "右\u202e左"


def test_every_field_of_every_form_has_a_label():
    def names(form):
        for key, shape in shapes(form).items():
            yield key
            if shape.part:
                yield from names(shape.part)

    used = {name for form in (Incident, *(kind.form for kind in KINDS.values())) for name in names(form)}
    assert used - FIELD.keys() == set()


CONFLICT = "<<<<<<< ours\nid: a\n=======\nid: b\n>>>>>>> theirs\n"


@pytest.mark.parametrize("text", ["id: [\n", CONFLICT])
@pytest.mark.parametrize("verb", ["show", "log", "next"])
def test_an_incident_that_cannot_be_read_is_refused(desk, verb, text):
    code = desk.new()
    desk.file(code).write_text(text, encoding="utf-8")
    assert desk.refused(verb, code, code=1)
    said = desk.itil(verb, code, code=1)
    assert (said.out, f"{code}.incident.yaml" in said.err) == ("", True)


def test_the_history_tells_an_escalation_and_says_the_tier_once(desk):
    code = desk.new()
    desk.itil("respond", code, "-k", "none")
    desk.itil("escalate", code, "--to", "top_management", "--reason", "dispute")
    desk.itil("escalate", code, "--to", "tier2", "--reason", "beyond_capability")
    desk.itil("resolve", code, "--solution", "换线", who="李四")
    for verb in ("show", "log"):
        out = desk.itil(verb, code, "--language", "en").out
        managers, tier = (line for line in out.splitlines() if "§5.5" in line)
        assert "→ top management" in managers
        assert "dispute" in managers
        assert "beyond capability" in tier
        assert "tier tier" not in out
        assert ("solved by tier 2" if verb == "show" else "solved by tier: tier 2") in out
        assert "→ 公司管理层  纠纷投诉" in desk.itil(verb, code, "--language", "zh").out


# ── next


def steps(said):
    return {step["action"]: step for step in said.json["steps"]}


def test_next_tells_what_each_step_lacks(desk, case):
    said = steps(desk.itil("next", case, "--json"))
    assert {"resolve", "escalate", "dispatch", "hold", "close"} <= said.keys()
    assert "new" not in said
    assert {row["code"] for row in said["escalate"]["missing"]} == {"E-5.5-to", "E-5.5-reason"}
    assert said["escalate"]["command"] == f"itil escalate {case} --to … --reason …"
    assert said["resolve"]["permitted"] is True
    assert {"code", "message", "hint", "clause", "where"} == said["resolve"]["missing"][0].keys()
    assert "--solution …" in said["close"]["command"]


def test_next_is_for_the_person_who_asks(desk, case):
    mine = steps(desk.itil("next", case, "--json", who="李四"))
    assert mine["resolve"]["permitted"] is True
    assert mine["void"]["permitted"] is False
    assert mine["void"]["people"] == ["张三"]
    out = desk.itil("next", case, who="李四").out
    assert "事件管理负责人" in out
    nobody = desk.itil("next", case, "--json", who="nobody@example.com")
    assert not any(step["permitted"] for step in nobody.json["steps"])


def test_who_asked_for_a_work_order_is_told_that_another_approves_it(desk, case):
    desk.itil("dispatch", case, *DISPATCH, now="2026-11-23T12:00:00+08:00")
    later = "2026-11-23T12:10:00+08:00"
    said = steps(desk.itil("next", case, "--json", who="赵总", now=later))
    assert said["approve"]["command"] == f"itil approve {case}/work-order-1"
    assert (said["approve"]["permitted"], said["approve"]["missing"]) == (True, [])
    assert steps(desk.itil("next", case, "--json", now=later))["approve"]["people"] == ["赵总"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_next_reads_well(desk, case, language):
    out = desk.itil("next", case, "--language", language).out
    assert {"zh": "升级", "en": "escalate"}[language] in out
    assert "E-5.5-reason" in out


def test_every_command_that_next_offers_is_one(desk, case):
    from itilcli.cli.commands import COMMANDS

    known = {command.name for command in COMMANDS}
    for step in desk.itil("next", case, "--json").json["steps"]:
        words = step["command"].split()[1:]
        assert words[0] in known or " ".join(words[:2]) in known, step["command"]


# ── log


def test_log_tells_who_when_what_and_in_which_commit(desk, case):
    made = desk.itil("log", case, "--json").json
    assert [step["action"] for step in made["steps"]] == ["new", "classify", "respond", "remote"]
    assert made["steps"][0]["commit"] == made["steps"][1]["commit"], "one command, one commit"
    commits = desk.git("log", "--format=%H").split()
    assert [step["commit"]["id"] for step in made["steps"]] == [commits[2], commits[2], commits[1], commits[0]]
    late = made["steps"][3]
    assert (late["late"], late["delay_minutes"], late["commit"]["author"]["email"]) == (True, 125, "zhang@example.com")
    out = desk.itil("log", case).out
    assert commits[0][:8] in out
    assert "§5.4" in out


def test_log_tells_two_commands_of_one_second_apart(desk, case):
    for text in ("一", "二"):
        desk.itil("note", case, text, now="2026-11-23T12:00:00+08:00")
    steps_ = desk.itil("log", case, "--json").json["steps"]
    assert steps_[-1]["commit"]["id"] != steps_[-2]["commit"]["id"]


def test_log_shows_a_hand_edit(desk, case):
    path = desk.file(case)
    path.write_text(path.read_text(encoding="utf-8").replace("3号窗口", "4号窗口"), encoding="utf-8")
    desk.commit("手工改动")
    made = desk.itil("log", case, "--json").json
    assert [commit["subject"] for commit in made["other_commits"]] == ["手工改动"]
    assert "手工改动" in desk.itil("log", case).out


def test_log_of_a_step_not_yet_committed(desk, case):
    desk.git("reset", "-q", "--soft", "HEAD~1")
    assert desk.itil("log", case, "--json").json["steps"][-1]["commit"] is None
