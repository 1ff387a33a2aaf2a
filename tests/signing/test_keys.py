"""Whose key is whose, from which day until which: ``people.yaml``, its verbs, and what they mean for what was signed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import PEOPLE, TestDesk
from signing_desk import Signing, signing_at

from itilcli.journal.running import Git, Place
from itilcli.journal.signatures import signatures, verdict
from itilcli.model.keys import parse_key
from itilcli.store.people import read_people

SHANGHAI = ZoneInfo("Asia/Shanghai")
LATER = "2026-12-10T09:00:00+08:00"


@pytest.fixture
def signing(desk: TestDesk, tmp_path: Path) -> Signing:
    """A desk that asks for no signature yet; nobody has a key."""
    return signing_at(desk, tmp_path / "keys")


def signed(signing: Signing, key: str, email: str, at: str) -> str:
    """A commit on no branch, signed with a key in the name of an address at a time."""
    words = ["-c", "gpg.format=ssh", "commit-tree", f"-S{signing.key(key)}", "-m", "x", "HEAD^{tree}"]
    said = {"NAME": "x", "EMAIL": email, "DATE": at}
    who = [f"GIT_{role}_{part}={text}" for role in ("AUTHOR", "COMMITTER") for part, text in said.items()]
    command = ["env", *who, "git", "-C", str(signing.desk.root), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_keys_come_and_end_by_day(signing: Signing) -> None:
    """One commit each; the manager does it; the list tells what ssh-keygen prints."""
    desk = signing.desk
    key = signing.key("zhao")
    assert desk.refused("people", "key", "add", "赵总", "--key", str(key), who="赵总", code=4) == ["E-2.5-role"]
    assert desk.refused("people", "key", "add", "赵总", code=2) == ["E-2.5-key"]
    assert desk.refused("people", "key", "add", "赵总", "--key", "ssh-ed25519 AAAA", code=2) == ["E-2.5-key"]
    desk.itil("people", "key", "add", "赵总", "--key", str(key), "--from", "2026-11-20")
    assert desk.git("log", "-1", "--format=%(trailers:key=Itil-Action,valueonly)").strip() == "people-key-add"
    [row] = desk.itil("people", "key", "list", "--json").json
    shown = subprocess.run(["ssh-keygen", "-lf", str(key)], check=True, capture_output=True, text=True).stdout
    assert row["fingerprint"] == shown.split()[1] and row["comment"] == "zhao"
    assert (row["person"], row["from"], row["until"]) == ("赵总", "2026-11-20", None)
    again = ("people", "key", "add", "李四", "--key", key.read_text())
    assert desk.refused(*again, code=2) == ["E-2.5-key-twice"]
    assert desk.refused("people", "key", "add", "赵总", "--key", str(key), code=2) == ["E-2.5-key-held"]
    assert desk.refused("people", "key", "end", "赵总", "nothing", code=2) == ["E-2.5-key-none"]
    [warning] = desk.itil(
        "people", "key", "end", "赵总", row["fingerprint"][7:15], "--on", "2026-11-21", "--json"
    ).json["warnings"]
    assert warning["code"] == "W-2.5-key-past"
    desk.itil(*again)
    line = desk.itil("people", "key", "list", "--signers").out.splitlines()[-1]
    assert line.startswith(
        'zhao@example.com namespaces="git",valid-after="20261119160000Z",valid-before="20261121155959Z" ssh-'
    )
    desk.itil("people", "leave", "李四", "--on", "2026-11-30", "--to", "张三")
    left = read_people(desk.root)[0].get("李四")
    assert left is not None and [str(span.until) for span in left.keys] == ["2026-11-30"]
    desk.itil("check")


def test_what_was_signed_stays_good_and_nothing_else_does(signing: Signing) -> None:
    """By the committer's time: a key before its first and after its last day, another's, nobody's, an altered commit."""
    desk = signing.desk
    desk.itil("people", "key", "add", "赵总", "--key", str(signing.key("zhao")), "--from", "2026-11-20")
    desk.itil("people", "key", "add", "李四", "--key", str(signing.key("li")), "--from", "2026-11-20")
    desk.itil("people", "key", "end", "赵总", "--on", "2026-11-30")
    desk.itil("people", "leave", "李四", "--on", "2026-11-25")
    zhao, li = "zhao@example.com", "li@example.com"
    good = signed(signing, "zhao", zhao, "2026-11-30T23:59:59+0800")
    altered = subprocess.run(
        ["git", "-C", str(desk.root), "hash-object", "-t", "commit", "-w", "--stdin"], check=True, capture_output=True,
        input=desk.git("cat-file", "commit", good).replace("\n\nx", "\n\nz").encode(),
    ).stdout.decode().strip()  # fmt: skip
    wanted = {
        good: ("good", "赵总"), signed(signing, "li", li, "2026-11-25T10:00:00+0800"): ("good", "李四"),
        signed(signing, "zhao", zhao, "2026-12-01T00:00:00+0800"): ("bad", "赵总"),
        signed(signing, "zhao", zhao, "2026-11-19T23:59:59+0800"): ("bad", "赵总"),
        signed(signing, "li", li, "2026-11-26T10:00:00+0800"): ("bad", "李四"),
        signed(signing, "li", zhao, "2026-11-24T10:00:00+0800"): ("bad", "李四"),
        signed(signing, "stranger", zhao, "2026-11-24T10:00:00+0800"): ("bad", ""),
        altered: ("bad", ""), desk.git("rev-parse", "HEAD").strip(): ("none", ""),
    }  # fmt: skip
    bare = desk.root.parent / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(desk.root), str(bare)], check=True)
    place = Place(bare, bare, bare, bare)
    lent = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": str(desk.root / ".git" / "objects")}
    found = signatures(Git(place), [*wanted, "0" * 40], lent)
    people = read_people(desk.root)[0]
    said = {commit: verdict(one, people, SHANGHAI) for commit, one in found.items()}
    assert {commit: (one.state, one.person) for commit, one in said.items()} == wanted
    assert all((one.reason is not None) == (one.state == "bad") for one in said.values())


def test_the_manager_signs_what_says_whose_keys_are_whose(signing: Signing) -> None:
    """The first key has to get there somehow; from then on people are changed, and changes undone, by signed commits alone."""
    desk = signing.desk
    signing.asks("required")
    desk.itil("people", "key", "add", "张三", "--key", str(signing.key("zhang")))
    assert signing.verdict() == ("none", "")
    add = ("people", "key", "add", "赵总", "--key", str(signing.key("zhao")))
    assert desk.refused(*add, code=4) == ["E-desk-no-key"]
    assert desk.refused("people", "deputy", "陈一", "--to", "李四", "--until", "2026-11-30", who="陈一", code=4) == [
        "E-desk-no-key"
    ]
    signing.signs_with("zhang")
    desk.itil(*add)
    assert signing.verdict() == ("good", "张三")
    desk.git("config", "--unset", "user.signingKey")
    assert desk.refused("undo", code=4) == ["E-desk-no-key"]
    signing.signs_with("zhang")
    desk.itil("undo")
    assert signing.verdict() == ("good", "张三")


def test_what_a_hand_edit_gets_wrong_is_told(desk: TestDesk, tmp_path: Path) -> None:
    """No key, days the wrong way round, one key of two at once; a private key is none."""
    one = signing_at(desk, tmp_path / "keys").key("one").read_text().strip()
    private = "-----BEGIN OPENSSH PRIVATE KEY-----"
    text = PEOPLE.replace(
        'id: "陈一"\n', f'id: "陈一"\n    keys: [{{key: "{one}"}}, {{key: "{private}"}}, {{key: "ssh-ed25519 AAAA"}}]\n'
    ).replace(
        'id: "李四"\n',
        f'id: "李四"\n    keys: [{{key: "{one}", from: "2026-11-03", until: "2026-11-01"}}, {{key: "{one}"}}]\n',
    )
    (desk.root / "people.yaml").write_text(text, "utf-8")
    desk.commit()
    found = [row["code"] for row in desk.itil("check", "--json", code=1).json]
    assert sorted(found) == ["E-people-key", "E-people-key", "E-people-key-days", "E-people-key-twice"]
    settings = desk.root / "desk.yaml"
    settings.write_text(settings.read_text("utf-8") + "signing: always\n", "utf-8")
    assert "E-record-code" in desk.itil("list", "--json", code=None).codes


@pytest.mark.parametrize("kind", [("ed25519", "256"), ("ecdsa", "256"), ("ecdsa", "521"), ("rsa", "2048")])
def test_the_kinds_of_keys(tmp_path: Path, kind: tuple[str, str]) -> None:
    """What ssh-keygen makes is read, and nothing that is cut short or told by another kind's name."""
    signing_at(TestDesk(tmp_path), tmp_path / "keys")
    file = tmp_path / "keys" / "k"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind[0], "-b", kind[1], "-N", "", "-C", "a b", "-f", str(file)], check=True
    )
    line = file.with_name("k.pub").read_text().strip()
    key = parse_key(line)
    shown = subprocess.run(["ssh-keygen", "-lf", str(file)], check=True, capture_output=True, text=True).stdout
    assert key is not None and key.comment == "a b" and key.fingerprint == shown.split()[1]
    name, data, _ = line.split(" ", 2)
    for wrong in (
        f"{name} {data[:-8]}",
        f"ssh-dss {data}",
        f"{name} {data}AAAA",
        f"{name}",
        f"{data}",
        f"{line}\nmore",
        "ssh-rsa x",
    ):
        assert parse_key(wrong) is None


def test_a_key_that_ends_before_its_first_day_never_ran(signing: Signing) -> None:
    """By `key end` and by `leave`: every command goes on, nobody signs with it, and it can be given anew."""
    desk = signing.desk
    desk.itil("people", "key", "add", "赵总", "--key", str(signing.key("zhao")), "--from", "2026-11-20")
    desk.itil("people", "key", "end", "赵总", "--on", "2026-11-10")
    desk.itil("people", "key", "add", "李四", "--key", str(signing.key("li")), "--from", "2026-12-20")
    desk.itil("people", "leave", "李四", "--on", "2026-12-10", "--to", "张三")
    people = read_people(desk.root)[0]
    assert [str(one.keys[0].until) for one in map(people.get, ("赵总", "李四")) if one] == ["2026-11-19", "2026-12-19"]
    desk.itil("check")
    assert desk.itil("people", "key", "list", "--signers").out.strip() == ""
    desk.itil("people", "key", "add", "赵总", "--key", str(signing.key("zhao")), "--from", "2026-11-20")
    assert desk.itil("people", "key", "list", "--signers").out.count("ssh-ed25519") == 1
