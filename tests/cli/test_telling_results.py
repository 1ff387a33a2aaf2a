"""What a step did stands in the headline, one line, also where the stage stays as it was; problems are told in plain words."""

from __future__ import annotations

import pytest

SOLVED = ("--took", "7m", "-k", "none", "--solution", "重新插拔后正常")
CLOSED = (*SOLVED, "--confirmed-by", "张三丰", "--rest", "none")
WORKED = ("-k", "none", "--guidance", "重新插拔")


def head(said):
    """The headline of a step: one line, and the likely next command below it."""
    lines = said.out.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("  → ")
    return lines[0]


STAYS = [
    (WORKED, ("note", "已换线"), "已备注"),
    (WORKED, ("note", "客户催办", "--from-customer"), "已催办"),
    (WORKED, ("note", "已到货", "--to-customer"), "已告知客户"),
    (WORKED, ("respond", "--guidance", "再插一次"), "已记录：电话指导"),
    (WORKED, ("assign", "--to", "陈一", "--reason", "换班"), "已指派：陈一"),
    (WORKED, ("escalate", "--to", "管理层", "--reason", "纠纷投诉"), "已上报公司管理层"),
    (WORKED, ("agree", "--until", "11-25 10:00", "--reason", "等备件"), "已约定：11-25 10:00"),
    (WORKED, ("correct", "电话=0571-88886667"), "已更正"),
    (SOLVED, ("confirm", "--no-answer"), "已记录：联系未果 1/3"),
    (CLOSED, ("follow-up", "--result", "没人接"), "已回访：无人接听"),
]


@pytest.mark.parametrize(("made", "typed", "said"), STAYS, ids=[row[2] for row in STAYS])
def test_a_step_that_leaves_the_stage_says_what_it_did(desk, made, typed, said):
    """Behind the stage; the commit's subject stays as it was."""
    case = desk.new(*made)
    assert head(desk.itil(typed[0], case, *typed[1:])).endswith(said)
    assert said.partition(":")[0] not in desk.git("log", "-1", "--format=%s").partition(":")[2]


def test_three_vain_attempts_are_counted(desk):
    """Which one of how many."""
    case = desk.new(*SOLVED)
    desk.itil("confirm", case, "--no-answer")
    assert "2/3" in head(desk.itil("confirm", case, "--no-answer"))


def test_a_visit_from_its_request_to_its_paper(desk):
    """Rejected, planned, put off, left, sent back and received: each says so."""
    case = desk.new(*WORKED, "-s", "medium", "--channel", "hotline")
    asked = (
        "dispatch",
        case,
        "--decided-by",
        "王五",
        "--reason",
        "远程无法解决",
        "--engineer",
        "李四",
        "--from",
        "13:30",
        "--until",
        "17:00",
    )
    desk.itil(*asked)
    assert head(desk.itil("reject", case, "--reason", "先换备用机", who="赵总")).endswith("已驳回")
    desk.itil(*asked)
    desk.itil("approve", case, who="赵总")
    planned = desk.itil(
        "visit", "plan", case, "--appointment", "11-24 14:00", "--cooperation", "钥匙", "--ready", who="李四"
    )
    assert head(planned).endswith("已预约：11-24 14:00")
    moved = desk.itil("visit", "plan", case, "--appointment", "11-25 10:00", "--reason", "客户改期", who="李四")
    assert head(moved).endswith("已改约：11-25 10:00")
    assert head(desk.itil("visit", "plan", case, "--cooperation", "清场", who="李四")).endswith("已记录：预约上门")
    day = {"now": "2026-11-25T10:00:00+08:00"}
    desk.itil("visit", "start", case, who="李四", **day)
    away = desk.itil("visit", "leave", case, "--back", "11-26 09:00", "--reason", "等备件", who="李四", **day)
    assert head(away).endswith("已离开现场，11-26 09:00 返回")
    last = {"now": "2026-11-26T10:00:00+08:00"}
    desk.itil("visit", "start", case, who="李四", **last)
    done = (
        "--diagnosis",
        "替换法",
        "--cause",
        "内存",
        "--solved",
        "--solution",
        "换内存",
        "--backup",
        "移动硬盘",
        "--signed-by",
        "张三丰",
    )
    scan = desk.root.parent / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4")
    desk.itil("visit", "finish", case, *done, "--signature", str(scan), who="李四", **last)
    desk.itil("close", case, "--rest", "none", **last)
    back = desk.itil("receive", case, "--refuse", "缺签字", who="档案", **last)
    assert head(back).endswith("已退回：缺签字")
    assert head(desk.itil("receive", case, "--location", "A柜3层", who="档案", **last)).endswith("已接收：A柜3层")


def test_a_complaint_is_answered_and_a_missing_confirmation_accepted(desk):
    """Both leave the stage as it is."""
    case = desk.new(*CLOSED)
    desk.itil("follow-up", case, "--result", "reached", "--satisfaction", "1", "--solved", "--complaint", "态度差")
    assert head(desk.itil("follow-up", case, "--outcome", "已道歉")).endswith("投诉已答复")
    other = desk.new(*SOLVED, who="陈一")
    desk.itil("confirm", other, "--unsigned", "人不在", "--reason", "出差", who="陈一")
    assert head(desk.itil("confirm", other, "--accept")).endswith("未确认情况已认可")


def test_what_is_taken_back_and_merged_says_so(desk):
    """Undo, and the case that goes on."""
    case, other = desk.new(*WORKED), desk.new(*WORKED)
    desk.itil("note", case, "写错了")
    assert head(desk.itil("undo", case)).endswith(("备注（09:00）", "备注 (09:00)"))
    assert desk.itil("merge", other, "--into", case, "--reason", "重复").out.splitlines()[0].endswith(f"已并入 {case}")


def test_english_reads_well(desk):
    """The same in the other language."""
    case = desk.new(*SOLVED)
    assert head(desk.itil("confirm", case, "--no-answer", "--language", "en")).endswith(
        "recorded: attempt to confirm 1/3"
    )
    assert head(desk.itil("correct", case, "phone=0571-88886668", "--language", "en")).endswith("corrected")


# ── times


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (("note", "x", "--at", "11-25 09:00"), "E-5-future"),
        (("hold", "--on", "supplier", "--reason", "x", "--until", "11-20 09:00"), "E-5-until-past"),
        (("correct", "--step", "1", "--set", "at=11-25 09:00", "--reason", "x"), "E-5-future"),
    ],
)
def test_a_time_is_told_by_the_minute_in_the_desks_zone(desk, typed, code):
    """Neither seconds nor an offset."""
    case = desk.new(*WORKED)
    said = desk.itil(typed[0], case, *typed[1:], code=2)
    assert code in said.err
    assert "09:00 " in said.err.replace("，", " ").replace("尚", " ") or " 09:00" in said.err
    assert "+08:00" not in said.err
    assert "09:00:00" not in said.err


# ── the order of the steps


def test_a_correction_that_breaks_the_order_names_the_two_steps_once(desk):
    """By their numbers; no list of verbs."""
    case = desk.new(*WORKED)
    desk.itil("resolve", case, "--solution", "更换读卡器")
    said = desk.itil("correct", case, "--step", "4", "--set", "at=-3h", "--reason", "x", code=1)
    assert "“解决”（第 4 步，2026-11-23 06:00）会早于“受理”（第 1 步，2026-11-23 09:00）" in said.err
    assert said.err.count("会早于") == 1
    assert "现在可以" not in said.err
    assert "第 4 步 · E-5.9-stage" in said.err
    shown = desk.itil("correct", case, "--step", "4", "--set", "at=-3h", "--reason", "x", "--json", code=1).json
    assert [row["where"] for row in shown["error"]["problems"] if row["code"] == "E-5.9-stage"] == [
        "incident:history#4"
    ]


def test_a_step_recorded_late_names_what_it_would_come_before(desk):
    """A solution before the call."""
    case = desk.new(*WORKED)
    said = desk.itil("resolve", case, "--solution", "好了", "--at", "08:00", code=1)
    assert "会早于“受理”（第 1 步，2026-11-23 09:00）" in said.err
    assert "--at" in said.err


def test_a_step_that_others_stand_on_is_not_taken_back(desk):
    """The answer of the second tier stands on the escalation."""
    case = desk.new(*WORKED)
    desk.itil("escalate", case, "--to", "tier2", "--reason", "unresolved", "--tried", "重装")
    desk.itil("return", case, "--reason", "一线可以处理")
    said = desk.itil("correct", case, "--step", "4", "--retract", "--reason", "x", code=1)
    assert "“退回”（第 5 步）以“升级”（第 4 步）为前提" in said.err


def test_a_merged_case_names_the_one_it_went_into(desk):
    """And never an empty list of what is possible."""
    case, other = desk.new(*WORKED), desk.new(*WORKED)
    desk.itil("merge", other, "--into", case, "--reason", "重复")
    said = desk.itil("note", other, "补充", code=1)
    assert f"{other} 已并入 {case}" in said.err
    assert f"itil note {case}" in said.err
    gone = desk.new(*WORKED)
    desk.itil("void", gone, "--reason", "误报")
    said = desk.itil("resolve", gone, "--solution", "x", code=1)
    assert "itil new" in said.err


# ── hints


def test_whom_a_case_cannot_be_assigned_to_and_how_it_gets_there(desk):
    """Up by an escalation, down by handing it back; else who there is."""
    case = desk.new(*WORKED)
    assert f"itil escalate {case} --to tier2 --assignee 李四 --reason" in desk.itil(
        "assign", case, "--to", "李四", code=1
    ).err.replace("INC-20261123-", "")
    assert "张三" in desk.itil("assign", case, "--to", "档案", code=1).err

    wrong = desk.itil("escalate", case, "--to", "tier2", "--reason", "beyond", "--assignee", "陈一", code=1)
    assert "李四" in wrong.err


def test_a_commit_goes_by_eight_characters(desk):
    """In the log and where nothing can be taken back."""
    case = desk.new(*WORKED, who="陈一")
    hash_ = desk.git("rev-parse", "HEAD").strip()
    assert f"    {hash_[:8]}  陈一" in desk.itil("log", case).out
    assert f"，{hash_[:8]}）" in desk.itil("undo", case, who="李四", code=1).err


def test_somebody_who_has_left_is_told_so(desk):
    """Not which roles are wanting."""
    case = desk.new(*WORKED)
    desk.itil("people", "leave", "陈一", "--on", "11-20")
    said = desk.itil("respond", case, "--guidance", "x", who="陈一", code=4)
    assert "陈一 已于 2026-11-20 离岗" in said.err
    assert desk.refused("respond", case, "--guidance", "x", who="陈一", code=4) == ["E-2.5-gone"]
    assert desk.refused("people", "add", "新人", "--email", "n@example.com", "--role", "tier1", who="陈一", code=4) == [
        "E-2.5-gone"
    ]


def test_a_note_without_words_and_nothing_to_accept(desk):
    """One refusal each, with what to type."""
    case = desk.new(*SOLVED)
    assert f'itil note {case} "…"' in desk.itil("note", case, code=2).err
    assert desk.refused("confirm", case, "--accept", code=1) == ["E-5.10-nothing-to-accept"]


# ── corrections


@pytest.mark.parametrize(
    ("word", "field", "now"),
    [
        ("症状=打印机不出纸", "symptom", "打印机不出纸"),
        ("现象=打印机不出纸", "symptom", "打印机不出纸"),
        ("影响=2号窗口", "business_impact", "2号窗口"),
        ("期望=11-24 09:00", "expected_by", "2026-11-24T09:00:00+08:00"),
        ("标题=打印", "title", "打印"),
    ],
)
def test_a_correction_knows_the_usual_words(desk, word, field, now):
    """The same as on a pasted slip."""
    case = desk.new(*WORKED)
    desk.itil("correct", case, word)
    assert desk.show(case)[field] == now


def test_a_customer_is_corrected_by_the_usual_word(desk):
    """客户 and 单位 are the organisation."""
    case = desk.new(*WORKED)
    desk.itil("correct", case, "客户=第二人民医院")
    desk.itil("correct", case, "单位=第三人民医院", "联系人=李医生")
    assert desk.show(case)["customer"]["organisation"] == "第三人民医院"
    assert desk.show(case)["customer"]["contact"] == "李医生"


@pytest.mark.parametrize(
    ("said", "wanted"),
    [("重要紧急", ("important", "urgent")), ("重要不紧急", ("important", "normal")), ("高", ("important", "urgent"))],
)
def test_the_priority_is_corrected_in_one_word(desk, said, wanted):
    """As with -q."""
    case = desk.new(*WORKED)
    desk.itil("correct", case, f"优先级={said}", "--reason", "全院")
    shown = desk.show(case)
    assert (shown["importance"], shown["urgency"]) == wanted


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("电话=123", "电话=…"),
        ("处理人=李四", "itil assign {case} --to 李四 --reason"),
        ("跟踪人=陈一", "itil assign {case} --owner 陈一 --reason"),
        ("阶段=已解决", "resolve"),
        ("priority=紧急", "重要紧急"),
    ],
)
def test_what_is_not_corrected_so_says_what_to_do(desk, word, hint):
    """A number too short, who has the case, where it stands."""
    case = desk.new(*WORKED)
    said = desk.itil("correct", case, word, "--reason", "x", code=None)
    assert said.code in (1, 2)
    assert hint.format(case=case) in said.err


def test_a_correction_that_changes_nothing_says_so_in_words(desk):
    """The field and its value by their labels; a step by its time."""
    case = desk.new(*WORKED)
    said = desk.itil("correct", case, "类型=故障处理", "--reason", "x", code=1)
    assert "事件类型 已经是：故障处理" in said.err
    said = desk.itil("correct", case, "--step", "1", "--set", "at=09:00", "--reason", "x", code=1)
    assert "该步骤的时间已经是：2026-11-23 09:00" in said.err
    assert desk.refused("correct", case, "--step", "1", "--set", "at=09:00", "--reason", "x") == ["E-5-correct-same"]


# ── codes


def test_every_usual_word_names_one_code():
    """No word of a list stands under two codes, or under another's label."""
    from itilcli.model import codes

    for known in (one for one in vars(codes).values() if isinstance(one, codes.Codes)):
        for code, label in known.labels.items():
            assert {known.parse(text) for text in (label.code, label.zh, label.en)} == {code}


@pytest.mark.parametrize(
    ("name", "typed", "found"),
    [
        ("UNSIGNED", "人不在", ["signatory_absent"]), ("UNSIGNED", "联系不上", ["unreachable"]), ("UNSIGNED", "拒签", ["refused_to_sign"]),
        ("UNSIGNED", "签字", ["refused_to_sign", "signatory_absent"]), ("FOLLOW_UP_RESULT", "接通", ["reached"]),
        ("FOLLOW_UP_RESULT", "接听", ["reached"]), ("FOLLOW_UP_RESULT", "没人接", ["no_answer"]), ("FOLLOW_UP_RESULT", "answer", []),
        ("ESCALATION_REASON", "未解决", ["unresolved"]), ("ESCALATION_REASON", "超出能力", ["beyond_capability"]),
        ("ESCALATION_REASON", "resolved", []), ("PROBLEM_REASON", "重大", ["significant"]), ("PROBLEM_REASON", "反复", ["recurring"]),
        ("CHANNEL", "微信", ["im"]), ("CONFIRM_METHOD", "电话确认", ["phone"]), ("CATEGORY", "硬", ["server_hardware"]),
        ("CATEGORY", "端", ["server_hardware", "terminal"]), ("SATISFACTION", "很满意", ["5"]), ("SATISFACTION", "非常", ["5", "1"]),
        ("SATISFACTION", "满意", ["4"]), ("DIAGNOSIS", "日志", ["log_analysis"]), ("CHECKLIST_STATE", "需要", []),
    ],
)  # fmt: skip
def test_a_label_is_taken_for_what_is_obvious(name, typed, found):
    """Code, label, usual word, or a part of one label; never what a label denies."""
    from itilcli.model import codes

    assert getattr(codes, name).nearly(typed) == found


def test_a_flag_that_fits_several_names_them(desk):
    """And those alone."""
    case = desk.new(*SOLVED)
    said = desk.itil("confirm", case, "--unsigned", "签字", "--reason", "x", code=2)
    assert "refused_to_sign" in said.err
    assert "unreachable" not in said.err
    assert desk.refused("confirm", case, "--unsigned", "签字", "--reason", "x", code=2) == ["E-answer-unsigned"]


# ── the report


def test_the_report_names_a_broken_rule_in_words(desk):
    """In either language; every rule that can be broken has its words."""
    from itilcli.figures.breaches import EVERY
    from itilcli.figures.rules import RULES

    desk.new(*SOLVED, "--kind", "临时")
    assert "| B22 | 替代方案的根本原因未查明 | 1 | " in desk.itil("report", "2026-11").out
    assert "| B22 | workaround without its root cause | 1 | " in desk.itil("report", "2026-11", "--language", "en").out
    assert {number for numbers, _ in EVERY for number in numbers} | {"B19"} <= set(RULES)
