"""The seal of an audit: a dated, annotated tag with the counts and the tree that were audited; the next audit starts from it."""

from __future__ import annotations

import re
from datetime import date, datetime

from itilcli.desk import Desk
from itilcli.errors import Problem, Refused
from itilcli.journal.walked import Walk
from itilcli.text import t
from itilcli.values import value

PREFIX = "audit/"
_ROW = re.compile(r"^(Itil-Audit-[A-Za-z]+): (.*)$", re.MULTILINE)


@value
class Seal:
    """What a seal says: its tag, the commit and tree, how many commits led there, which seal went before (its tag and object)."""

    tag: str
    object: str
    commit: str
    tree: str
    commits: int
    before: str = ""
    at: datetime | None = None


def seals(walk: Walk) -> list[Seal]:
    """Every seal of the repository, oldest first."""
    said = walk.run(
        "for-each-ref", "--sort=creatordate", "--format=%(refname)%00%(objectname)%00%(*objectname)%00%(creatordate:iso-strict)"
        "%00%(contents)%01", f"refs/tags/{PREFIX}",
    )  # fmt: skip
    found = []
    for row in said.decode("utf-8", "replace").split("\x01"):
        pieces = row.lstrip("\n").split("\0")
        if len(pieces) == 5:
            name, object_, commit, at, text = pieces
            told = dict(_ROW.findall(text))
            count = told.get("Itil-Audit-Commits", "")
            found.append(
                Seal(
                    name.removeprefix("refs/tags/"), object_, commit, told.get("Itil-Audit-Tree", ""),
                    int(count) if count.isdigit() else -1, told.get("Itil-Audit-Before", ""),
                    datetime.fromisoformat(at) if at else None,
                )
            )  # fmt: skip
    return found


def broken(walk: Walk, seal: Seal, known: list[Seal], head: str) -> list[Problem]:
    """What shows that the past was rewritten since a seal, or that the seal is none."""
    problems = []
    cut = walk.cut(head)  # of what lies before a shallow clone knows nothing
    hint = t("compare with another clone, which still has the old history: git log {tag}", tag=seal.tag)
    if cut and not walk.asks("cat-file", "-e", f"{seal.commit}^{{commit}}"):
        return []
    if not seal.commit or not walk.asks("merge-base", "--is-ancestor", seal.commit, head):
        message = t("the past was rewritten: {tag} sealed commit {commit}, which is gone from it", tag=seal.tag,
                    commit=seal.commit[:8] or "?")  # fmt: skip
        return [Problem("E-audit-rewritten", message, hint, "5", seal.tag)]
    tree = walk.run("rev-parse", f"{seal.commit}^{{tree}}").decode().strip()
    count = int(walk.run("rev-list", "--count", seal.commit, "--").decode())
    if tree != seal.tree or (count != seal.commits and not cut):
        message = t("{tag} says {said} commits, there are {count}", tag=seal.tag, said=seal.commits, count=count)
        problems.append(Problem("E-audit-seal", message, hint, "5", seal.tag))
    before = seal.before.split()
    if before and not cut and not any((one.tag, one.object) == (before[0], before[-1]) for one in known):
        message = t("{tag} stands on {before}, which is gone or was made anew", tag=seal.tag, before=before[0])
        problems.append(Problem("E-audit-seal", message, hint, "5", seal.tag))
    return problems


def standing(walk: Walk, head: str | None) -> str | None:
    """The tag of a seal that holds and seals this very commit; None where there is none."""
    known = seals(walk)
    return next((one.tag for one in reversed(known) if one.commit == head and not broken(walk, one, known, head)), None)


def put(desk: Desk, walk: Walk, words: str, key: str | None) -> str:
    """Seals the last commit; the tag's name. ``words``: what the audit found, in the desk's language.

    :raises Refused: all that the journal raises.
    """
    head = desk.journal.head()
    if head is None:
        raise Refused([Problem("E-audit-empty", t("there is no commit yet"), t("make a desk with: itil init PATH"))])
    known = seals(walk)
    name = free(desk.now.date(), {one.tag for one in known})
    tree = walk.run("rev-parse", f"{head}^{{tree}}").decode().strip()
    count = walk.run("rev-list", "--count", head, "--").decode().strip()
    rows = [f"Itil-Audit-Commit: {head}", f"Itil-Audit-Tree: {tree}", f"Itil-Audit-Commits: {count}"]
    if known:
        rows.append(f"Itil-Audit-Before: {known[-1].tag} {known[-1].object}")
    message = f"{name}\n\n{words}\n\n" + "\n".join(rows) + "\n"
    desk.journal.tag(name, head, message, desk.now if desk.rehearsed else None, key)
    return name


def free(day: date, taken: set[str]) -> str:
    """The name of a day's seal; a second one of the day is numbered."""
    name, number = f"{PREFIX}{day.isoformat()}", 2
    while name in taken:
        name, number = f"{PREFIX}{day.isoformat()}-{number}", number + 1
    return name
