"""What a desk wants signed is signed by its author's own key of that day, or it is not let in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from insider import NOW, Insider, insider

sys.path.insert(0, str(Path(__file__).parents[1] / "signing"))
from signing_desk import Signing, signing_at


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
