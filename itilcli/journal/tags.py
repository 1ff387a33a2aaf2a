"""Tags: a name given to a commit for good. Part of the journal's room; docs/decisions/snapshots.md has the reasons."""

from __future__ import annotations

from datetime import datetime

from itilcli.errors import Refused
from itilcli.journal.revisions import commit_id, sayable
from itilcli.journal.running import Git, desk_problem, failure
from itilcli.journal.settings import Identity
from itilcli.journal.wording import SHORT
from itilcli.text import t


def tag_commit(git: Git, name: str) -> str | None:
    """The commit that the tag ``name`` marks; None where there is no such tag, or it marks no commit. Raises Refused."""
    if not sayable(name):
        return None
    ref = f"refs/tags/{name}"
    said = git.run("for-each-ref", "--format=%(objectname) %(refname)", ref).decode("utf-8", "surrogateescape")
    rows = (line.partition(" ") for line in said.splitlines())
    held = next((marked for marked, _, full in rows if full == ref), None)
    try:
        return commit_id(git, held) if held else None
    except Refused:
        return None


def tag(
    git: Git,
    name: str,
    commit: str,
    message: str,
    tagger: Identity,
    when: datetime | None,
    key: str | None = None,
) -> None:
    """Mark ``commit`` with an annotated tag; nothing happens where it is marked so already.

    ``when`` dates the tag (None: now), ``key`` is the SSH key it is signed with (None: it is not).

    Raises Refused: E-desk-tag where the tag marks another commit or git, or a hook, does not make it; E-desk-revision
    where there is no such commit.
    """
    target = commit_id(git, commit)
    if not sayable(name):
        raise _not_made(ascii(name), b"fatal: this is not a valid tag name.")
    held = tag_commit(git, name)
    if held is None:
        signed = ("-s", "-u", key) if key else ("-a", "--no-sign")
        done = git.attempt(
            *(*(("-c", "gpg.format=ssh") if key else ()), "tag"),
            *(*signed, "--cleanup=verbatim", "-F", "-", "--", name, target),
            stdin=message if message.endswith("\n") else f"{message}\n",
            extra=_tagger(tagger, when),
            limit=None if key else 600,
        )
        if done.returncode == 0:
            return
        held = tag_commit(git, name)
        if held is None:
            raise _not_made(name, done.stderr)
    if held != target:
        message_ = t("the tag {name} marks another commit, {commit}", name=name, commit=held[:SHORT])
        hint = t("look at it with: git show {name}; a wrong tag is removed with: git tag -d {name}", name=name)
        raise Refused([desk_problem("tag", message_, hint)])


def _tagger(who: Identity, when: datetime | None) -> dict[str, str]:
    found = {"GIT_COMMITTER_NAME": who.name, "GIT_COMMITTER_EMAIL": who.email}
    if when is not None:
        aware = when if when.tzinfo else when.astimezone()
        found["GIT_COMMITTER_DATE"] = f"@{int(aware.timestamp())} {aware.strftime('%z')[:5]}"
    return found


def _not_made(name: str, stderr: bytes) -> Refused:
    problem = failure(stderr)
    if problem.code != "E-desk-git":
        return Refused([problem])
    lines = [line.removeprefix("fatal: ").strip() for line in stderr.decode("utf-8", "replace").splitlines()]
    why = "; ".join(dict.fromkeys(line for line in lines if line))
    message = t("the tag {name} could not be made: {why}", name=name, why=why)
    return Refused([desk_problem("tag", message, t("Nothing was changed. Mend what it says, and try again."))])
