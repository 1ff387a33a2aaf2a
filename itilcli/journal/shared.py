"""The repository that clones share their commits through: fetched from, compared with, pushed to. Part of the journal's room.

Never forced, never rebased. Nothing here touches the work tree, the index or the user's branch.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from itilcli.errors import Kind, Problem, Refused
from itilcli.journal import state
from itilcli.journal.running import Git, failure
from itilcli.journal.ways import Order
from itilcli.text import t
from itilcli.values import value

LATER = (
    "non-fast-forward",
    "fetch first",
    "stale info",
    "cannot lock ref",
    "incorrect old value",
    "failed to update ref",
)
"""What git says of a push when somebody else was quicker."""
_ABSENT = "0"
_DEPTH = 500
"""So many commits more are fetched at a time where a shallow clone does not reach back to where two parted."""
_TURNS = 20


@value
class Joined:
    """What a commit brings together with the last one: ``others`` are its further parents; or the branch only moves on,
    ``forward``, to a commit that is there. ``modes`` are those of files that are no plain 100644."""

    others: tuple[str, ...] = ()
    forward: str | None = None
    modes: Mapping[str, str] = field(default_factory=dict)


@value
class Held:
    """A file of a commit: its mode, and the name of its content."""

    mode: str
    blob: str


class Shared:
    """The remote of the desk's branch, as git is configured."""

    def __init__(self, git: Git, config: Mapping[str, str]) -> None:
        """Raises Refused: E-sync-remote where there is none, or several and none is the branch's."""
        self._git = git
        ref = state.head(git.place)[0] or ""
        self.ref = ref
        own = ref.removeprefix("refs/heads/")
        names = sorted(
            name[len("remote.") : -len(".url")]
            for name in config
            if name.startswith("remote.") and name.endswith(".url")
        )
        named = config.get(f"branch.{own}.remote")
        self.name = named if named in names else "origin" if "origin" in names else names[0] if len(names) == 1 else ""
        if not self.name:
            hint = t("name the one that the desk is shared through: git remote add origin URL")
            message = t("there is no repository to share with") if not names else t("several repositories are known")
            raise Refused([Problem("E-sync-remote", message, hint, kind=Kind.DESK)])
        upstream = config.get(f"branch.{own}.merge", "") if named == self.name else ""
        self.branch = upstream.removeprefix("refs/heads/") or own
        self._tracking = f"refs/remotes/{self.name}/{self.branch}"
        self._knows_upstream = bool(upstream)

    def holds(self, commit: str, of: str | None) -> bool:
        """Whether a commit is one of those that ``of`` stands on, or it itself."""
        return of is not None and self._git.attempt("merge-base", "--is-ancestor", commit, of).returncode == 0

    @property
    def whole(self) -> bool:
        """Whether the desk is a repository of its own, and not a folder in a larger one."""
        return not self._git.place.prefix

    # ── going there

    def fetch(self, limit: float | None = None) -> str | None:
        """Fetches the shared branch; its last commit, None where there is none yet.

        :param limit: seconds, after which it counts as unreachable. Raises Refused: E-sync-offline.
        """
        spec = f"+refs/heads/{self.branch}:{self._tracking}"
        done = self._run(
            "fetch", "--quiet", "--no-recurse-submodules", "--no-write-fetch-head", self.name, spec, limit=limit
        )
        if done[0] == 0:
            return self.tip()
        if "couldn't find remote ref" in done[1]:
            self._git.attempt("update-ref", "-d", self._tracking)
            return None
        raise self._offline(done[1])

    def push(self, commit: str, limit: float | None = None) -> bool:
        """Pushes a commit, with the annotated tags on the way to it; False where somebody else was quicker.

        :raises Refused: E-sync-offline; E-sync-refused with the words of the server.
        """
        spec = f"{commit}:refs/heads/{self.branch}"
        code, words = self._run(
            "push", "--porcelain", "--follow-tags", "--no-recurse-submodules", self.name, spec, limit=limit
        )
        if code == 0:
            self._git.attempt("update-ref", self._tracking, commit)
            self._remember()
            return True
        if any(one in words for one in LATER):
            return False
        if "[remote rejected]" in words or "pre-receive hook declined" in words:
            message = t("{name} refused it: {why}", name=self.name, why=words)
            raise Refused([Problem("E-sync-refused", message, t("mend what it says, then: itil sync"), kind=Kind.RULE)])
        raise self._offline(words)

    def _remember(self) -> None:
        """From now on git too knows which branch is shared where, if nobody has said."""
        own = self.ref.removeprefix("refs/heads/")
        if not self._knows_upstream and own:
            self._git.attempt("config", f"branch.{own}.remote", self.name)
            self._git.attempt("config", f"branch.{own}.merge", f"refs/heads/{self.branch}")

    def _offline(self, words: str) -> Refused:
        lines = [line.strip() for line in words.splitlines() if line.strip()]
        why = next(
            (line for line in lines if line.startswith(("fatal:", "error:", "ssh:"))), lines[0] if lines else "—"
        )
        message = t("{name} cannot be reached: {why}", name=self.name, why=why)
        hint = t("nothing was changed; what is recorded here is kept, and shared by the next: itil sync")
        return Refused([Problem("E-sync-offline", message, hint, kind=Kind.DESK)])

    def _run(self, *words: str, limit: float | None) -> tuple[int, str]:
        """How a command that goes through the network ended, and what it said; it asks nothing without a terminal."""
        asks = {} if sys.stdin.isatty() and limit is None else {"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": _ssh()}
        try:
            done = self._git.attempt(*words, extra=asks, limit=limit)
        except Refused as refused:  # it took too long
            return 1, refused.problems[0].message.render(str)
        return done.returncode, (done.stderr + b"\n" + done.stdout).decode("utf-8", "replace").strip()

    # ── comparing

    def tip(self) -> str | None:
        """The shared branch's last commit, as far as this clone knows."""
        done = self._git.attempt("rev-parse", "--verify", "--quiet", f"{self._tracking}^{{commit}}")
        return done.stdout.decode().strip() or None if done.returncode == 0 else None

    def base(self, ours: str, theirs: str) -> str | None:
        """The commit at which two histories parted; a shallow clone fetches more until it is found. None: they never met."""
        for _ in range(_TURNS):
            done = self._git.attempt("merge-base", ours, theirs)
            if done.returncode == 0:
                return done.stdout.decode().split()[0]
            if not (self._git.place.common_dir / "shallow").exists():
                return None
            spec = f"+refs/heads/{self.branch}:{self._tracking}"
            code, words = self._run("fetch", "--quiet", f"--deepen={_DEPTH}", self.name, spec, limit=None)
            if code:
                raise self._offline(words)
        return None

    @property
    def nothing(self) -> str:
        """The name of a tree without files."""
        return self._git.run("hash-object", "-t", "tree", "--stdin").decode().strip()

    def ahead(self, commit: str, of: str | None) -> int:
        """How many commits ``commit`` has that ``of`` has not."""
        span = commit if of is None else f"{of}..{commit}"
        return int(self._git.run("rev-list", "--count", span).decode())

    def merged_by_hand(self, commit: str, *known: str | None) -> bool:
        """Whether git itself, and not this program, brought clones together in a commit or in those it stands on.

        :param known: commits that are not looked at, with all that they stand on.
        """
        span = [commit, *(f"^{one}" for one in known if one)]
        form = "--format=%(trailers:key=Itil-Action,valueonly,separator=%x2C)"
        said = self._git.run("log", "--merges", "-z", form, *span, "--")
        return any(
            one.strip() != "sync" for one in said.decode("utf-8", "replace").split("\0")[: said.count(b"\0")] or []
        )

    def changed(self, old: str, new: str) -> dict[str, tuple[Held | None, Held | None]]:
        """The files that two commits hold differently, each as the one and the other has it."""
        found: dict[str, tuple[Held | None, Held | None]] = {}
        said = self._git.run("diff-tree", "-r", "-z", "--raw", "--no-renames", "--full-index", old, new)
        pieces = iter(said.decode("utf-8", "surrogateescape").split("\0"))
        for about in pieces:
            if about:
                before, after, old_blob, new_blob, _ = about[1:].split(" ")
                found[next(pieces)] = (_held(before, old_blob), _held(after, new_blob))
        return found

    def files(self, commit: str, folders: Sequence[str]) -> dict[str, Held]:
        """The files that a commit holds in these folders, by path."""
        said = self._git.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *(f"{one}/" for one in folders))
        found: dict[str, Held] = {}
        for line in filter(None, said.decode("utf-8", "surrogateescape").split("\0")):
            about, _, path = line.partition("\t")
            mode, _, blob = about.split(" ")
            found[path] = Held(mode, blob)
        return found

    def contents(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """What is in the repository under these names, each with the path that it would be checked out at."""
        rows = list(dict.fromkeys(wanted))
        told = "".join(f"{blob} {path}\n" for blob, path in rows).encode("utf-8", "surrogateescape")
        said = self._git.run("cat-file", "--batch", "--filters", stdin=told) if rows else b""
        found, place = {}, 0
        for row in rows:
            end = said.index(b"\n", place)
            size = int(said[place:end].split()[2])
            found[row] = said[end + 1 : end + 1 + size]
            place = end + 1 + size + 1
        return found

    def joined_text(self, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
        """Three versions of a text brought together line by line, as git does; None where both changed one place."""
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="itil-") as folder:
            names = [os.path.join(folder, name) for name in ("ours", "base", "theirs")]  # noqa: PTH118
            for name, data in zip(names, (ours, base, theirs), strict=True):
                with open(name, "wb") as file:  # noqa: PTH123
                    file.write(data)
            done = self._git.attempt("merge-file", "-p", *names)
        return done.stdout if done.returncode == 0 else None


def drafted(git: Git, order: Order, sign: bool) -> str:
    """The commit of an order, on no branch; neither the index nor any file of the work tree is touched.

    :raises Refused: what git refuses, E-desk-signing among it.
    """
    index = {"GIT_INDEX_FILE": str(git.place.git_dir / "itil-draft-index")}
    try:
        git.run("read-tree", order.head or "--empty", extra=index)
        rows = []
        for change in order.changes:
            blob = git.run("hash-object", "-w", "--stdin", stdin=change.after or b"").decode().strip()
            rows.append(f"100644 {blob}\t{git.place.prefix}{change.path}\0")
        git.run("update-index", "--add", "-z", "--index-info", stdin="".join(rows), extra=index)
        tree = git.run("write-tree", extra=index).decode().strip()
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(index["GIT_INDEX_FILE"])  # noqa: PTH108
    parents = [word for one in (order.head, *order.others) if one for word in ("-p", one)]
    command = ["commit-tree", *(["-S"] if sign else []), *parents, tree]
    done = git.attempt(
        "-c", "i18n.commitEncoding=UTF-8", *command, stdin=order.message, extra=order.variables(), limit=None
    )
    if done.returncode:
        raise Refused([failure(done.stderr)])
    return done.stdout.decode().strip()


def _held(mode: str, blob: str) -> Held | None:
    return Held(mode, blob) if blob.strip(_ABSENT) else None


def _ssh() -> str:
    """How ssh is called where nobody can answer it: with whatever the user has set, and no questions."""
    return f"{os.environ.get('GIT_SSH_COMMAND', 'ssh')} -oBatchMode=yes"
