"""What state git is in, read from its own files where they are plain: a writing command can afford few processes.

Part of the journal's room.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from itilcli.errors import Problem, Refused
from itilcli.journal.running import Git, Place, desk_problem, disk_problem, locked_problem
from itilcli.text import Text, t

PARTS = (
    "desk.yaml", "people.yaml", "customers.yaml", "suppliers.yaml", "history.csv",
    "calendar", "models", "records", "knowledge", "templates",
)  # fmt: skip
"""What a desk consists of, files and folders; whatever else the repository holds is no part of it."""
INTENT = "itil-intent"
"""In the git folder of a work tree: what a writing command is about to do, there only while it does it."""
_HEXADECIMAL = frozenset("0123456789abcdef")


def is_object_id(text: str) -> bool:
    """Whether a text is the full name of a git object: 40 or 64 hexadecimal digits."""
    return len(text) in (40, 64) and _HEXADECIMAL.issuperset(text)


def is_written_to(place: Place) -> bool:
    """Whether a command is writing into this work tree now, or was killed while it did."""
    return os.path.lexists(place.git_dir / INTENT)


def knows_others(place: Place) -> bool:
    """Whether branches of another repository are known here."""
    if (place.common_dir / "refs/remotes").is_dir():
        return True
    packed = place.common_dir / "packed-refs"
    return packed.is_file() and " refs/remotes/" in packed.read_text("utf-8", "surrogateescape")


def committed(git: Git, path: str) -> bytes | None:
    """What the last commit holds at ``path``, as it would be checked out; None where it holds nothing."""
    if head(git.place)[1] is None or not git.run("ls-tree", "-z", "HEAD", "--", path):
        return None
    return git.run("cat-file", "--filters", f"HEAD:{git.place.prefix}{path}")


def head(place: Place) -> tuple[str | None, str | None]:
    """The branch (``refs/heads/…``; None when detached) and the commit (None when unborn).

    Raises Refused: E-desk-head when ``HEAD`` cannot be read.
    """
    if (place.common_dir / "reftable").is_dir():
        git = Git(place)
        ref = git.run("symbolic-ref", "-q", "HEAD", allowed=(0, 1)).decode().strip() or None
        return ref, git.run("rev-parse", "-q", "--verify", "HEAD", allowed=(0, 1)).decode().strip() or None
    try:
        text = (place.git_dir / "HEAD").read_text("utf-8", "surrogateescape").strip()
    except OSError as error:
        raise Refused([disk_problem(error)]) from None
    if is_object_id(text):
        return None, text
    ref = text.removeprefix("ref:").strip()
    if ref == text or not ref.startswith("refs/"):
        hint = t("For example: git symbolic-ref HEAD refs/heads/main")
        raise Refused([desk_problem("head", t("{path} is damaged.", path=place.git_dir / "HEAD"), hint)])
    return ref, _resolve(place, ref)


def _resolve(place: Place, ref: str) -> str | None:
    """The commit a branch names, from its own file or ``packed-refs``."""
    loose = place.common_dir / ref
    if loose.is_file():
        text = loose.read_text("utf-8", "surrogateescape").strip()
        if is_object_id(text):
            return text
        return Git(place).run("rev-parse", "-q", "--verify", "HEAD").decode().strip()
    packed = place.common_dir / "packed-refs"
    lines = packed.read_text("utf-8", "surrogateescape").splitlines() if packed.is_file() else []
    return next((line.partition(" ")[0] for line in lines if line.partition(" ")[2] == ref), None)


# ── what forbids a commit


def problems(place: Place) -> list[Problem]:
    """What forbids a commit now, by looking at files: operations under way, HEAD, locks, owner, permissions."""
    found = [
        desk_problem("under-way", text, hint) for name, text, hint in _under_way() if (place.git_dir / name).exists()
    ]
    try:
        ref, _ = head(place)
        if ref is None and not found:
            hint = t("Go back to a branch: git switch BRANCH")
            found.append(desk_problem("detached", t("HEAD is detached: a commit would belong to no branch."), hint))
    except Refused as refused:
        ref, found = None, [*found, *refused.problems]
    return [*found, *_locks(place, ref), *_owner(place), *_permissions(place)]


def _under_way() -> Sequence[tuple[str, Text, Text]]:
    return (
        (
            "MERGE_HEAD",
            t("A merge is under way."),
            t(
                "Bring both sides together: itil sync; another merge is finished (git commit) or stopped (git merge --abort)."
            ),
        ),
        ("rebase-merge", t("A rebase is under way."), t("git rebase --continue, or --abort.")),
        ("rebase-apply", t("A rebase or git am is under way."), t("git rebase --continue, or --abort.")),
        ("CHERRY_PICK_HEAD", t("A cherry-pick is under way."), t("git cherry-pick --continue, or --abort.")),
        ("REVERT_HEAD", t("A revert is under way."), t("git revert --continue, or --abort.")),
        ("BISECT_LOG", t("A bisection is under way."), t("End it: git bisect reset")),
    )


def _locks(place: Place, ref: str | None) -> list[Problem]:
    locks = [place.git_dir / "index.lock", place.git_dir / "HEAD.lock", place.common_dir / "reftable/tables.list.lock"]
    if ref:
        locks.append(place.common_dir / f"{ref}.lock")
    return [locked_problem(str(lock)) for lock in locks if lock.exists()]


def _owner(place: Place) -> list[Problem]:
    """Git trusts no repository of another user's, unless told to: ask it only where the owner differs."""
    if all(path.stat().st_uid == os.geteuid() for path in (place.top, place.git_dir)):
        return []
    try:
        Git(place).run("rev-parse", "--git-dir")
    except Refused as refused:
        return list(refused.problems)
    return []


def _permissions(place: Place) -> list[Problem]:
    shut = [p for p in (place.root, place.git_dir, place.common_dir / "objects") if not os.access(p, os.W_OK | os.X_OK)]
    return [desk_problem("read-only", t("{path} cannot be written.", path=path), where=str(path)) for path in shut]
