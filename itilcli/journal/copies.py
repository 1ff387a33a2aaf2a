"""Commits that were published and came to be written anew (filter-branch, rebase, amend). Part of the journal's room.

A step has an id of its own; no two commits bring the same one into a case unless one is the other, written anew.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from itilcli.journal.running import Git
from itilcli.values import value

_NEWEST = 1000
"""So many commits of each side are compared: of a history that was written anew the newest tell it as well."""
_STEP = re.compile(rb'\s*-?\s*id:\s*"?([0-9A-Z]{8})"?\s*$')
_FORMAT = "--format=%x00%H%x00%at%x00%(trailers:key=Itil-Id,valueonly,separator=%x2C) " \
          "%(trailers:key=Itil-Action,valueonly,separator=%x2C)%x00"  # fmt: skip
_FIELDS = 4


@value
class Copies:
    """What of one side are copies of the other's: pairs (here, there), and the commits that are only here, oldest first."""

    pairs: tuple[tuple[str, str], ...]
    others: tuple[str, ...]


def copies(git: Git, ours: str, theirs: str) -> Copies:
    """The commits that ``ours`` has and ``theirs`` has not, so far as they are copies of some the other way round."""
    mine, yours = (
        _told(git, f"--max-count={_NEWEST}", f"{there}..{here}") for here, there in ((ours, theirs), (theirs, ours))
    )
    marks = [{mark for row in side.values() for mark in row} for side in (mine, yours)]
    known: dict[object, str] = {}
    for commit, deeds in _deeds(git, _of(yours, marks[0])):
        known |= dict.fromkeys(deeds, commit)
    found = {}
    for commit, deeds in _deeds(git, _of(mine, marks[1])):
        if there := next((known[one] for one in deeds if one in known), None):
            found[commit] = there
    return Copies(tuple(found.items()), tuple(one for one in reversed(mine) if one not in found))


def _told(git: Git, *span: str) -> dict[str, tuple[str, ...]]:
    """The commits of a span, newest first, merges left out, each with what a copy of it is likely to share."""
    said = git.run("log", "--no-merges", "--no-show-signature", _FORMAT, *span, "--").decode("utf-8", "replace")
    pieces = said.split("\0")[1:]
    rows = zip(*[iter(pieces)] * _FIELDS, strict=False)
    return {commit: (at, *([about] if about.strip() else [])) for commit, at, about, _ in rows}


def _of(side: dict[str, tuple[str, ...]], marks: set[str]) -> list[str]:
    return [commit for commit, row in side.items() if marks.intersection(row)]


def _deeds(git: Git, commits: list[str]) -> Iterable[tuple[str, set[object]]]:
    """What each of these commits did that no other one does: steps by case and id, or all its changes with its time."""
    if not commits:
        return
    said = git.run(
        "log", "--no-walk=unsorted", "--stdin", "-p", "-U0", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv",
        "--no-show-signature", "--format=%x00%H %at", stdin="".join(f"{one}\n" for one in commits),
    )  # fmt: skip
    for part in re.split(rb"\0(?=[0-9a-f]{40,64} -?\d+\n)", said)[1:]:
        head, _, patch = part.partition(b"\n")
        commit, at = head.decode().split(" ")
        yield commit, _steps(patch) or _whole(patch, at)


def _steps(patch: bytes) -> set[object]:
    """The steps that a patch adds and does not only move: file and id."""
    added: set[object] = set()
    gone: set[object] = set()
    path = b""
    for line in patch.split(b"\n"):
        if line.startswith(b"+++ "):
            path = line
        elif line[:1] in (b"+", b"-") and b".incident.yaml" in path and (found := _STEP.match(line, 1)):
            (added if line[:1] == b"+" else gone).add((path, found[1]))
    return added - gone


def _whole(patch: bytes, at: str) -> set[object]:
    lines = b"\n".join(line for line in patch.split(b"\n") if line[:1] in (b"+", b"-"))
    return {(at, hashlib.sha256(lines).digest())} if lines.strip() else set()
