"""What a desk wants signed is signed by its author's own key of that day, or it is not let in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from insider import NOW, Insider, insider

sys.path.insert(0, str(Path(__file__).parents[1] / "signing"))
from signing_desk import Signing, signing_at

from itilcli.cli.gating import lines
from itilcli.language import translator


@pytest.fixture
def signing(tmp_path: Path) -> tuple[Insider, Signing]:
    """The story on a desk that has asked for signatures since; the director has a key, an engineer another."""
    hands = insider(tmp_path)
    keys = signing_at(hands.desk, tmp_path / "keys")
    for name, person in (("zhang", "张三"), ("zhao", "赵总"), ("li", "李四")):
        hands.desk.itil("people", "key", "add", person, "--key", str(keys.key(name)))
    settings = hands.root / "desk.yaml"
    settings.write_text(settings.read_text("utf-8") + 'signing: "required"\n', "utf-8")
    keys.signs_with("zhang")
    hands.hand("张三")
    assert not hands.push().errors
    return hands, keys


def codes(hands: Insider) -> set[str]:
    """What the push is refused for."""
    return {one.problem.code for one in hands.push().errors}


def test_a_signed_approval_is_let_in(signing: tuple[Insider, Signing]):
    """By the verb, with the director's own key."""
    hands, keys = signing
    keys.signs_with("zhao")
    hands.desk.itil("approve", who="赵总")
    assert codes(hands) == set()


def test_an_approval_without_its_signature_is_not(signing: tuple[Insider, Signing]):
    """The same commit made again by a client that does not sign."""
    hands, keys = signing
    keys.signs_with("zhao")
    hands.desk.itil("approve", who="赵总")
    hands.run("commit", "-q", "--amend", "--no-edit", "--no-gpg-sign", "--reset-author", who="赵总")
    assert codes(hands) == {"E-gate-unsigned"}
    assert "E-gate-unsigned" in {one["code"] for one in hands.desk.itil("audit", "--json", code=1).json["findings"]}


def test_a_forged_author_shows(signing: tuple[Insider, Signing]):
    """An engineer signs with his key what he says the director did: the name is free text, the key is not."""
    hands, keys = signing
    keys.signs_with("zhao")
    hands.desk.itil("approve", who="赵总")
    keys.signs_with("li")
    config = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={keys.key('li')}")
    hands.run(*config, "commit", "-q", "--amend", "--no-edit", "-S", "--reset-author", who="赵总", at=NOW)
    assert codes(hands) == {"E-gate-signature"}


def test_a_seal_is_signed_where_the_desk_signs(signing: tuple[Insider, Signing]):
    """With the sealer's key; without one there is no seal."""
    hands, keys = signing
    keys.signs_with("zhang")
    said = hands.desk.itil("audit", "--seal", "--json").json
    assert "BEGIN SSH SIGNATURE" in hands.desk.git("cat-file", "-p", said["sealed"])
    hands.desk.git("config", "--unset", "user.signingKey")
    assert hands.desk.refused("audit", "--seal", code=1) == ["E-audit-key"]


def test_what_was_verified_is_remembered_but_not_by_a_whole_audit(signing: tuple[Insider, Signing]):
    """The file in git's folder saves time; whoever forges it deceives that clone's quick audit, and no other."""
    hands, keys = signing
    keys.signs_with("zhao")
    hands.desk.itil("approve", who="赵总")
    kept = hands.root / ".git" / "itil-signatures"

    def found(*words: str) -> set[str]:
        return {one["code"] for one in hands.desk.itil("audit", "--json", *words, code=None).json["findings"]}

    assert "E-gate-signature" not in found()
    good = dict(row.split() for row in kept.read_text("ascii").splitlines())[hands.run("rev-parse", "HEAD")]
    keys.signs_with("li")
    config = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={keys.key('li')}")
    hands.run(*config, "commit", "-q", "--amend", "--no-edit", "-S", "--reset-author", who="赵总", at=NOW)
    head = hands.run("rev-parse", "HEAD")
    assert "E-gate-signature" in found()
    assert head in kept.read_text("ascii")
    kept.write_text(f"{head} {good}\n", "ascii")
    assert "E-gate-signature" not in found()
    assert "E-gate-signature" in found("--all")
    kept.write_text("\udc00 nonsense", "utf-8", "surrogatepass")
    assert "E-gate-signature" in found()


def unsigned(hands: Insider, who: str, path: str, old: str, new: str) -> str:
    """A change of a file by somebody whose git signs nothing; the commit."""
    file = hands.root / path
    assert old in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    return hands.hand(who)


GIVEN = ('roles: [{role: "tier2"}]', 'roles: [{role: "tier2"}, {role: "incident_manager"}]')


@pytest.mark.parametrize(
    ("who", "path", "old", "new"),
    [
        ("张三", "people.yaml", *GIVEN),
        ("赵总", "people.yaml", 'id: "赵总"\n', 'id: "赵总"\n    deputies: [{to: "李四"}]\n'),
        ("张三", "desk.yaml", 'signing: "required"', 'signing: "off"'),
    ],
)
def test_what_all_else_rests_on_is_signed(signing: tuple[Insider, Signing], who: str, path: str, old: str, new: str):
    """Whoever writes the manager's name into his commits gets no roles by it, nor are signatures switched off so."""
    hands, _ = signing
    unsigned(hands, who, path, old, new)
    assert codes(hands) == {"E-gate-unsigned"}
    assert "E-gate-unsigned" in {one["code"] for one in hands.desk.itil("audit", "--json", code=1).json["findings"]}


def test_a_merge_by_hand_is_no_way_around(signing: tuple[Insider, Signing]):
    """What it holds beyond what both sides changed is judged by the people before it, and wants a signature."""
    hands, _ = signing
    hands.run("checkout", "-q", "-b", "other", "HEAD~1")
    hands.desk.itil("note", hands.ids["open"], "乙", who="陈一")
    hands.run("checkout", "-q", "main")
    hands.run("merge", "-q", "--no-edit", "--no-commit", "other", who="李四")
    unsigned(hands, "李四", "people.yaml", *GIVEN)
    assert len(hands.run("log", "-1", "--format=%P").split()) == 2
    assert codes(hands) == {"E-gate-role", "E-gate-unsigned"}


def test_a_sync_of_what_two_changed_is_nobodys_change(signing: tuple[Insider, Signing]):
    """Two signed changes of people.yaml, brought together by somebody without a key."""
    hands, keys = signing
    hands.run("checkout", "-q", "-b", "other")
    keys.signs_with("zhang")
    hands.desk.itil("people", "set", "陈一", "--phone", "13800000000")
    hands.run("push", "-q", str(hands.server), "other:refs/heads/main")
    hands.run("checkout", "-q", "main")
    hands.desk.itil("people", "set", "档案", "--phone", "13900000000")
    hands.began = hands.run("rev-parse", "other")
    hands.run("remote", "add", "origin", str(hands.server))
    hands.desk.git("config", "--unset", "user.signingKey")
    hands.desk.itil("sync", who="陈一")
    assert len(hands.run("log", "-1", "--format=%P").split()) == 2
    assert codes(hands) == set()


def test_the_refusal_says_how_to_sign_anew(signing: tuple[Insider, Signing]):
    """Pasted as it stands, with later commits on top: the push goes through, dates and files as they were."""
    hands, keys = signing
    keys.signs_with("zhang")
    commit = unsigned(hands, "张三", "people.yaml", *GIVEN)
    hands.desk.itil("note", hands.ids["open"], "乙", who="陈一")
    before = hands.run("log", "--format=%an %aI %cI %T", f"{commit}^..HEAD")
    text = "\n".join(lines(hands.push(), translator("en")))
    found = re.search(r"FILTER_BRANCH.*--remotes", text)
    assert found and commit[:8] in text, text
    done = subprocess.run(
        found[0], shell=True, cwd=hands.root, env=os.environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert codes(hands) == set()
    assert hands.run("log", "--format=%an %aI %cI %T", f"{hands.began}..HEAD").startswith(before)
