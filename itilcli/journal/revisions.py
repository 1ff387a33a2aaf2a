"""Which commit is meant, and what differs between commits. Part of the journal's room."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from datetime import datetime

from itilcli.errors import Kind, Problem, Refused
from itilcli.journal.running import Git, Place, failure
from itilcli.journal.state import is_object_id
from itilcli.journal.vouching import STATUS, paths_in
from itilcli.journal.wording import SHORT
from itilcli.text import Text, t
from itilcli.values import value


@value
class Revision:
    """A commit that exists: its full id and the time on its committer's clock, with that clock's offset."""

    id: str
    committed_at: datetime


# ── which commit


def commit_id(git: Git, revision: str) -> str:
    """The full id of the commit a user means. Raises Refused: E-desk-revision (kind NOT_FOUND)."""
    wanted = revision.strip()
    stderr = b""
    if wanted and sayable(wanted) and not wanted.startswith("-"):
        done = git.attempt("rev-parse", "--verify", "--end-of-options", f"{wanted}^{{commit}}")
        said = done.stdout.decode("utf-8", "replace").strip()
        if done.returncode == 0 and is_object_id(said):
            return said
        stderr = done.stderr
        if b"dubious ownership" in stderr:
            raise Refused([failure(stderr)])
    shown = wanted if wanted.isprintable() else ascii(wanted)
    hint = t("see the commits with: git log --oneline")
    if b"is ambiguous" in stderr:
        hint = t("several begin like this; write more of its characters")
    elif shallow(git.place):
        hint = _deepen()
    raise unknown(t('"{revision}" is no commit of this repository', revision=shown), hint)


def sayable(text: str) -> bool:
    """Whether a process can be given ``text`` as a word: no zero byte, no half of a character."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def resolve(git: Git, revision: str) -> Revision:
    """The commit a user means, with its time. Raises Refused: E-desk-revision (kind NOT_FOUND)."""
    found = commit_id(git, revision)
    said = git.run("log", "-1", "--no-show-signature", "--format=%cI", found, "--").decode().strip()
    try:
        return Revision(found, datetime.fromisoformat(said))
    except ValueError:
        message = t("the time of commit {commit} cannot be read: {value}", commit=found[:SHORT], value=said or "—")
        raise unknown(message, t("To see what is damaged: git fsck")) from None


def at_time(git: Git, head: str | None, moment: datetime) -> Revision | None:
    """The first commit, going back from ``head`` by first parents, that was committed at ``moment`` or before.

    None where there is none. Raises Refused: E-desk-revision where a shallow clone ends before that is known.
    """
    seconds = math.floor(moment.timestamp())
    if head is None or seconds < 0:
        return None
    walk = ("rev-list", "--first-parent")
    found = git.run(*walk, "-n1", f"--min-age={seconds}", head, "--").decode().strip()
    if found:
        return resolve(git, found)
    if cut := shallow(git.place):
        last = git.run(*walk, "--max-parents=0", head, "--").decode().split()
        if cut & {*last}:
            at = moment.isoformat(sep=" ", timespec="minutes")
            raise unknown(t("this clone does not reach back to {time}", time=at), _deepen())
    return None


def shallow(place: Place) -> frozenset[str]:
    """The commits at which a shallow clone ends; none in a whole one."""
    file = place.common_dir / "shallow"
    return frozenset(file.read_text("utf-8").split()) if file.is_file() else frozenset()


def _deepen() -> Text:
    return t("only the newest commits were fetched; fetch the others with: git fetch --unshallow")


def unknown(message: Text, hint: Text) -> Refused:
    """The refusal of a commit that is not there."""
    return Refused([Problem("E-desk-revision", message, hint, kind=Kind.NOT_FOUND)])


# ── what differs


def changed_between(git: Git, old: str, new: str) -> list[str]:
    """The files of the desk that two commits hold otherwise, sorted. Raises Refused: E-desk-revision."""
    both = [commit_id(git, revision) for revision in (old, new)]
    said = git.run("diff-tree", "-r", "-z", "--name-only", "--no-renames", "--relative", *both, "--")
    return sorted(path for path in said.decode("utf-8", "surrogateescape").split("\0") if path)


def dirty(git: Git) -> list[str]:
    """The desk's files that differ, in the work tree or the index, from the last commit, sorted. Raises Refused."""
    return dirty_soon(git)()


def dirty_soon(git: Git) -> Callable[[], list[str]]:
    """:func:`dirty`, for which git begins to look now, and which is had by calling what this gives."""
    looking = git.begin("-c", "core.fsmonitor=false", *STATUS)

    def found() -> list[str]:
        said, complained = looking.communicate()
        if looking.returncode:
            raise Refused([failure(complained, said)])
        return paths_in(said, git.place.prefix)

    return found
