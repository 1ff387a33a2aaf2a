"""``desk.yaml: signing``: approving, confirming, closing and issuing are signed with the person's own key of that day."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import TestDesk
from signing_desk import Signing, signing_at

DISPATCH = ("--decided-by", "王五", "--reason", "远程无法解决", "--engineer", "李四", "--from", "+1h", "--until", "+3h")
ENDED = ("--guidance", "重启", "--confirmed-by", "张三丰", "--close", "--rest", "none")
LATER = "2026-12-10T09:00:00+08:00"


@pytest.fixture
def signing(desk: TestDesk, tmp_path: Path) -> Signing:
    """A desk that asks for no signature yet; nobody has a key."""
    return signing_at(desk, tmp_path / "keys")


def pending(desk: TestDesk) -> str:
    """A case whose work order waits for the director."""
    case = desk.new("-s", "medium")
    desk.itil("respond", case, "-k", "none", "--guidance", "重新插拔")
    desk.itil("remote", case, "--consent-by", "张三丰", "--tool", "向日葵", "--actions", "重装驱动", "--unsolved")
    desk.itil("dispatch", case, *DISPATCH)
    return case


def solved(desk: TestDesk) -> str:
    """A case that was solved on the phone and waits for the customer's word."""
    case = desk.new()
    desk.itil("respond", case, "-k", "none", "--guidance", "重启")
    desk.itil("resolve", case, "--solution", "重启后恢复", "--kind", "permanent")
    return case


def test_what_is_to_be_signed_is_signed_and_nothing_else(signing: Signing) -> None:
    """By the author's own key; git agrees, with the file that was made of people.yaml."""
    desk = signing.desk
    signing.signs_with("zhang")
    desk.itil("people", "key", "add", "张三")
    desk.itil("people", "key", "add", "赵总", "--key", str(signing.key("zhao")))
    signing.asks("required")
    case = pending(desk)
    assert signing.verdict() == ("none", "")
    signing.signs_with("zhao")
    desk.itil("approve", case, who="赵总")
    assert signing.verdict() == ("good", "赵总")
    done = signing.verify()
    assert done.returncode == 0 and "zhao@example.com" in done.stderr
    signing.signs_with("zhang")
    other = solved(desk)
    assert signing.verdict() == ("none", "")
    desk.itil("confirm", other, "--confirmed-by", "张三丰")
    assert signing.verdict() == ("good", "张三")
    desk.itil("close", other, "--rest", "none")
    assert signing.verdict() == ("good", "张三") and signing.verify().returncode == 0
    told = desk.itil("log", other).out
    assert told.count("signed by 张三") + told.count("由 张三 签名") == 2 and "赵总" not in told
    [row] = desk.itil("log", case, "--json").json["signatures"]
    assert (row["state"], row["person"], row["reason"]) == ("good", "赵总", None)
    assert desk.git("status", "--porcelain") == "" and desk.git("for-each-ref", "refs/itil") == ""
    desk.git("fsck", "--strict")


def test_required_without_a_key_of_ones_own_changes_nothing(signing: Signing) -> None:
    """No key at all; a key that nobody registered; somebody else's; one that has ended; and after leaving."""
    desk = signing.desk
    signing.asks("required")
    case = solved(desk)
    confirm = ("confirm", case, "--confirmed-by", "张三丰")
    assert desk.refused(*confirm, code=4) == ["E-desk-no-key"]
    assert desk.refused(*confirm, "--dry-run", code=4) == ["E-desk-no-key"]
    desk.git("config", "user.signingKey", "3AA5C34371567BD2")  # one of OpenPGP
    assert desk.refused(*confirm, code=4) == ["E-desk-no-key"]
    signing.signs_with("zhang")
    assert desk.refused(*confirm, code=4) == ["E-desk-foreign-key"]
    said = desk.itil(*confirm, code=4)
    assert "itil people key add 张三 --key" in said.err
    desk.itil("people", "key", "add", "陈一", "--key", str(signing.key("zhang")))
    assert desk.refused(*confirm, code=4) == ["E-desk-foreign-key"]
    signing.signs_with("new")
    desk.itil("people", "key", "add", "张三")
    desk.itil("people", "key", "end", "张三", "new", "--on", "2026-11-30")
    assert desk.refused(*confirm, now=LATER, code=4) == ["E-desk-foreign-key"]
    desk.itil(*confirm)
    assert signing.verdict() == ("good", "张三")


def test_a_key_that_cannot_sign_leaves_the_desk_as_it_was(signing: Signing) -> None:
    """The public key is there and known, the private one is gone."""
    desk = signing.desk
    signing.signs_with("zhang")
    desk.itil("people", "key", "add", "张三")
    signing.asks("required")
    case = solved(desk)
    signing.key("zhang").with_suffix("").unlink()
    assert desk.refused("confirm", case, "--confirmed-by", "张三丰", code=5) == ["E-desk-signing"]
    desk.itil("check")


def test_optional_signs_where_it_can_and_says_where_it_cannot(signing: Signing) -> None:
    """And ``off`` leaves the settings of those who sign everything by themselves alone."""
    desk = signing.desk
    signing.asks("optional")
    case = solved(desk)
    [warning] = desk.itil("confirm", case, "--confirmed-by", "张三丰", "--json").json["warnings"]
    assert warning["code"] == "W-desk-unsigned" and signing.verdict() == ("none", "")
    signing.signs_with("zhang")
    desk.itil("people", "key", "add", "张三")
    assert desk.itil("close", case, "--rest", "none", "--json").json["warnings"] == []
    assert signing.verdict() == ("good", "张三")
    settings = desk.root / "desk.yaml"
    settings.write_text(settings.read_text("utf-8").replace('"optional"', "off"), "utf-8")
    desk.commit()
    desk.git("config", "user.signingKey", "nobody@example.com")
    desk.git("config", "commit.gpgSign", "true")
    phoned = ("customer", "add", "某公司", "--contact", "某人", "--phone", "057188888888")
    assert desk.refused(*phoned, code=5) == ["E-desk-signing"], "as git's own settings have it"
    desk.git("config", "commit.gpgSign", "false")
    other = solved(desk)
    assert desk.itil("close", other, "--confirmed-by", "张三丰", "--rest", "none", "--json").json["warnings"] == []
    assert signing.verdict() == ("none", "")


def test_a_hook_sees_what_is_signed(signing: Signing) -> None:
    """The careful way signs too; and a key given apart from git's own."""
    desk = signing.desk
    desk.git("config", "user.signingKey", "3AA5C34371567BD2")
    desk.git("config", "itil.signingKey", str(signing.key("zhang").with_suffix("")))
    desk.itil("people", "key", "add", "张三")
    signing.asks("required")
    case = solved(desk)
    hook = desk.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch .git/seen\n")
    hook.chmod(0o755)
    desk.itil("close", case, "--confirmed-by", "张三丰", "--rest", "none")
    assert (desk.root / ".git" / "seen").exists() and signing.verdict() == ("good", "张三")


def test_an_issued_report_is_signed_with_its_tag(signing: Signing) -> None:
    """``report --issue``: both the commit and the tag."""
    desk = signing.desk
    signing.signs_with("zhang")
    desk.itil("people", "key", "add", "张三", "--from", "2026-11-01")
    signing.asks("required")
    desk.new(now="2026-11-23T10:00:00+08:00")
    issue = ("report", "2026-11", "--issue", "--comment", "本月平稳。")
    desk.git("config", "--unset", "user.signingKey")
    assert desk.refused(*issue, now=LATER, code=4) == ["E-desk-no-key"]
    signing.signs_with("zhang")
    desk.itil(*issue, now=LATER)
    assert signing.verdict() == ("good", "张三")
    assert signing.verify().returncode == 0 and signing.verify("tag", "report/2026-11").returncode == 0
