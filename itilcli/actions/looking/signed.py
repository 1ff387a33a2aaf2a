"""Who signed which commit of a case's story, by the people of today; a judge asks those of the time instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from itilcli.desk import Desk
from itilcli.journal.signatures import GOOD, NOTHING, Verdict, verdict
from itilcli.text import Text, t


def signed_by(desk: Desk, commits: Iterable[str]) -> dict[str, Verdict]:
    """What is to be thought of the signature of each of these commits that has one; nothing where nobody has a key."""
    if not any(person.keys for person in desk.people):
        return {}
    found = desk.journal.signatures(commits)
    said = {commit: verdict(one, desk.people, desk.zone) for commit, one in found.items()}
    return {commit: one for commit, one in said.items() if one.state != NOTHING}


def told(found: Verdict) -> Text:
    """A signature in a few words."""
    if found.state == GOOD:
        return t("signed by {person}", person=found.person)
    return t("signature not valid: {reason}", reason=found.reason or "?")


def as_rows(found: Mapping[str, Verdict]) -> list[dict[str, Any]]:
    """The signatures as programs see them."""
    return [
        {
            "commit": commit,
            "state": one.state,
            "person": one.person or None,
            "key": one.fingerprint or None,
            "reason": str(one.reason) if one.reason else None,
        }
        for commit, one in found.items()
    ]
