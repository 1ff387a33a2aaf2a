"""Words that people try before they read a help page: other verbs, other flags, words where flags are meant."""

from __future__ import annotations

import pytest

from itilcli.cli.aliases import FLAGS, OWN, VERBS, readings
from itilcli.cli.commands import COMMANDS
from itilcli.procedure import MOVES

NAMES = {command.name for command in COMMANDS}
GROUPS = {name.partition(" ")[0] for name in NAMES if " " in name}
LATER = "2026-11-24T16:00:00+08:00"


def test_every_alias_is_no_verb_and_leads_to_one():
    """The table of other words stays true when verbs come and go."""
    assert not set(VERBS) & (NAMES | GROUPS)
    assert set(VERBS.values()) <= NAMES | GROUPS | {"help", "sync"}


def test_the_words_of_the_forms_are_verbs():
    """What the history calls a step may be typed for it."""
    steps = {name: label.label.zh for name, (_, label) in MOVES.items()}
    named = {name: zh for name, zh in steps.items() if name.replace("visit-", "visit ") in NAMES}
    assert {zh: VERBS.get(zh) for zh in named.values()} == {
        zh: name.replace("visit-", "visit ") for name, zh in named.items()
    }


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("关闭 7K3Q 好了", "close 7K3Q 好了"),
        ("--json 查看 7K3Q", "--json show 7K3Q"),
        ("--desk 列表 列表 --all", "--desk 列表 list"),
        ("到场 7K3Q", "visit start 7K3Q"),
        ("people", "people list"),
        ("kb --json", "kb list --json"),
        ("模型", "model list"),
        ("people --help", "people --help"),
        ("model add 读卡器", "model new 读卡器"),
        ("customer new 市立医院", "customer add 市立医院"),
        ("人员 新增 李四 --tel 1", "people add 李四 --phone 1"),
        ("people set 李四 --role tier2", "people set 李四 --add-role tier2"),
        ("people add 李四 --role tier2", "people add 李四 --role tier2"),
        ("list --from 11-01 --to=11-30 --customer 青山", "list --since 11-01 --until=11-30 --organisation 青山"),
        ("new --org 青山 --desc 黑屏 --not-solved", "new --organisation 青山 --symptom 黑屏 --not-solved"),
        ("remote 7K3Q --not-solved", "remote 7K3Q --unsolved"),
        ("note 7K3Q x --urged", "note 7K3Q x --from-customer"),
        ("receive 7K3Q --return 缺签名", "receive 7K3Q --refuse 缺签名"),
        ("model new 读卡器 --knowledge none --description x", "model new 读卡器 --consulted none --description x"),
        ("note 7K3Q -- --org", "note 7K3Q -- --org"),
        ("visit", "visit"),
    ],
)
def test_what_is_meant(words, meant):
    """Verbs, groups and flags by their other words; what the table knows itself is never touched."""
    assert readings(COMMANDS, words.split()) == (meant.split(),)


def test_other_flags_lead_somewhere():
    """Every flag that another stands for is one of some command."""
    there = {part for c in COMMANDS for o in c.options() for flag in o.flags for part in flag.split("/")}
    targets = {*FLAGS.values(), *(to for row in OWN.values() for to in row.values())} - {""}
    assert targets <= there


def test_chinese_verbs_work_a_whole_day(desk):
    """A call taken, noted, closed and told in Chinese alone."""
    case = desk.new("-k", "无")
    desk.itil("备注", case, "客户来电催办", "--urged")
    desk.itil("关闭", case, "更换信号线", "-w", "张三丰", "-r")
    assert desk.show(case)["status"] == "completed"
    assert case in desk.itil("列表", "--all").out
    assert "升级" in desk.itil("升级单", case, code=2).err
    assert "用法" in desk.itil("关闭", "--help").out + desk.itil("帮助", "关闭").out


def test_a_number_alone_is_a_case_or_is_looked_for(desk):
    """One case of this phone is shown; of several the list is given; of none it is said."""
    case = desk.new("-k", "无")
    assert desk.itil("8886666", "--json").json["id"].endswith(case)
    other = desk.new("-k", "无")
    found = desk.itil("0571-88886666").out
    assert case in found
    assert other in found
    assert desk.itil("99990000").code == 0


def test_suggestions_are_near_or_none(desk):
    """A flag that resembles none suggests none; a slip of the finger does."""
    assert "--at" not in desk.itil("new", "--name", "x", code=2).err.partition("new --help")[0]
    assert "--symptom" in desk.itil("new", "--symtom", "x", code=2).err
    assert "--color" not in desk.itil("people", "list", "--org", "x", code=2).err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("list", "青山"), "itil search 青山"),
        (("due", "周健"), "itil due"),
        (("show", "A", "B"), "itil show ID"),
        (("new", "黑屏"), "--symptom"),
        (("notify", "A", "钱经理"), "--to"),
    ],
)
def test_a_word_too_many_is_told_where_it_belongs(desk, words, hint):
    """A flag, a search, or how the command is called; not always quotation marks."""
    assert hint in desk.itil(*words, code=2).err
    assert "E-cli-word" in desk.refused(*words)


def test_language_by_its_name(desk):
    """中文 and 英文 name the languages."""
    assert "Usage" in desk.itil("due", "--help", "--language", "英文").out
    assert "用法" in desk.itil("due", "--help", "--language", "中文").out
