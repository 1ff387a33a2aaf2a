"""The two ways of making a commit, and keeping the user's index in step with it. Part of the journal's room.

Swift: ``git fast-import`` writes the objects and moves the branch, whatever the size of the repository. Careful: a
private index, for hooks, signatures and filters. Neither touches the user's index, which is prepared as a copy and
put in place after the branch has moved. Measured in docs/decisions/committing.md.
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from itilcli.errors import Refused
from itilcli.journal.index import Held
from itilcli.journal.intent import read
from itilcli.journal.running import Git, desk_problem, environment, failure, said, unlocked
from itilcli.journal.settings import Identity
from itilcli.store.change import Change
from itilcli.text import Text, t
from itilcli.values import value

_PATIENCE = 30.0
"""Seconds to wait for a command that has been told to end."""
_NOWHERE = "refs/itil/nowhere"
"""A branch that never comes to be."""


@value
class Order:
    """A commit to be made: what, on which branch after which commit, by whom, when."""

    changes: Sequence[Change]
    message: str
    ref: str
    head: str | None
    author: Identity
    committer: Identity
    when: datetime
    others: tuple[str, ...] = ()
    """The commits besides ``head`` that it brings together."""
    forward: str | None = None
    """The commit itself, where it is there already and the branch only moves on to it."""
    modes: Mapping[str, str] = field(default_factory=dict)
    """The modes of files that are no plain 100644."""
    key: str | None = None
    """The SSH key it is signed with, as git is told of one; None: as git's own settings have it."""

    def variables(self) -> dict[str, str]:
        """Author, committer and date for git's environment."""
        people = (("AUTHOR", self.author), ("COMMITTER", self.committer))
        found: dict[str, str] = {}
        for role, who in people:
            found |= {f"GIT_{role}_NAME": who.name, f"GIT_{role}_EMAIL": who.email, f"GIT_{role}_DATE": f"@{self.date}"}
        return found

    @property
    def date(self) -> str:
        """The date in git's raw format: seconds since 1970 and the offset."""
        return f"{int(self.when.timestamp())} {self.when.strftime('%z')[:5]}"


# ── swift


class Importer:
    """One ``git fast-import``: first asked what a commit holds, then given the new one. Nothing lands before land()."""

    def __init__(self, git: Git) -> None:
        import tempfile

        self._place = git.place
        self._prepared = False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the process)
        self._process = subprocess.Popen(
            ["git", "fast-import", "--quiet", "--done", "--date-format=raw"],
            cwd=git.place.root,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            pass_fds=() if git.hold is None else (git.hold,),
            process_group=0,  # an interrupt is ours to act on: git would leave unfinished packs behind
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout

    def entries(self, commit: str | None, paths: Sequence[str]) -> dict[str, Held]:
        """What ``commit`` holds at each of ``paths`` (from the top of the work tree), folders included."""
        found: dict[str, Held] = {}
        pending = iter(paths if commit else ())
        while chunk := list(islice(pending, 100)):
            self._send(b"".join(b"ls %s %s\n" % ((commit or "").encode(), _quoted(path)) for path in chunk))
            for path in chunk:
                mode, _, rest = self._answer().partition(" ")
                if mode != "missing":
                    found[path] = Held(mode, rest.split(" ", 1)[1].partition("\t")[0])
        return found

    def prepare(self, order: Order, modes: Mapping[str, str]) -> str:
        """Hand over the commit; its id. Raises Refused when git cannot make it."""
        self._prepared = True
        message = order.message.encode()
        self._send(b"commit %s\nmark :1\n" % order.ref.encode())
        for role, who in (("author", order.author), ("committer", order.committer)):
            self._send(f"{role} {who.name} <{who.email}> {order.date}\n".encode())
        self._send(b"data %d\n%s\n" % (len(message), message))
        if order.head:
            self._send(b"from %s\n" % order.head.encode())
        for other in order.others:
            self._send(b"merge %s\n" % other.encode())
        for change in order.changes:
            path = _quoted(self._place.prefix + change.path)
            if change.after is None:
                self._send(b"D %s\n" % path)
            else:
                mode = modes.get(change.path, "100644").encode()
                self._send(b"M %s inline %s\ndata %d\n%s\n" % (mode, path, len(change.after), change.after))
        self._send(b"get-mark :1\n")
        return self._answer()

    def tree(self, order: Order, modes: Mapping[str, str]) -> str:
        """The id of the tree that the commit would have, written to the repository; no branch is touched. Raises Refused."""
        self.prepare(replace(order, ref=_NOWHERE), modes)
        self._send(b'ls :1 ""\n')
        tree = self._answer().split()[2]
        self._send(b"reset %s\nfrom %s\n\n" % (_NOWHERE.encode(), b"0" * len(tree)))
        self.land()
        return tree

    def land(self) -> None:
        """Move the branch. Raises Refused when it moved meanwhile, or is locked."""
        self._send(b"done\n")
        with contextlib.suppress(BrokenPipeError):
            self._in.close()
        if self._process.wait():
            self._fail()
        self._errors.seek(0)
        unlocked(self._place, self._errors.read())
        self._out.close()
        self._errors.close()

    def after(self) -> None:
        """Nothing is left to do."""

    def abandon(self) -> None:
        """End without a commit; harmless after one."""
        with contextlib.suppress(BrokenPipeError, ValueError):
            self._in.write(b"" if self._prepared else b"done\n")
        with contextlib.suppress(BrokenPipeError):
            self._in.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._out.close()
        self._errors.close()
        (self._place.git_dir / f"fast_import_crash_{self._process.pid}").unlink(missing_ok=True)

    def _send(self, data: bytes) -> None:
        try:
            self._in.write(data)
        except BrokenPipeError:
            self._fail()

    def _answer(self) -> str:
        try:
            self._in.flush()
        except BrokenPipeError:
            self._fail()
        line = self._out.readline()
        if not line:
            self._fail()
        return line.decode("utf-8", "surrogateescape").rstrip("\n")

    def _fail(self) -> None:
        self._process.wait()
        self._errors.seek(0)
        raise Refused([failure(self._errors.read())])


def _quoted(path: str) -> bytes:
    return b'"' + path.encode("utf-8", "surrogateescape").replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


# ── forward


class Forward:
    """No commit is made: the branch moves on to one that is there."""

    def __init__(self, git: Git, order: Order) -> None:
        self._git, self._order = git, order

    def prepare(self, order: Order, modes: Mapping[str, str]) -> str:
        """The id of the commit."""
        assert order.forward is not None
        return order.forward

    def land(self) -> None:
        """Move the branch. Raises Refused when it moved meanwhile, or is locked."""
        assert self._order.forward is not None
        self._git.run("update-ref", "-m", "sync: forward", self._order.ref, self._order.forward, self._order.head or "")

    def abandon(self) -> None:
        """End without having moved; harmless after it."""

    def after(self) -> None:
        """Nothing is left to do."""


# ── careful


class Careful:
    """A commit through a private index, git's hooks and its signing program."""

    def __init__(self, git: Git, order: Order, hooks: frozenset[str], *, sign: bool) -> None:
        self._git, self._order, self._hooks, self._sign = git, order, hooks, sign
        self._index = {"GIT_INDEX_FILE": str(git.place.git_dir / "itil-commit-index")}
        self._made = ""

    def prepare(self, order: Order, modes: Mapping[str, str]) -> str:
        """The id of the commit, on no branch yet. Raises Refused: E-desk-hook, E-desk-hook-changed, E-desk-signing."""
        root = self._git.place.root
        try:
            self._git.run("read-tree", order.head or "--empty", extra=self._index)
            paths = "\0".join(change.path for change in order.changes)
            self._git.run("update-index", "--add", "--remove", "-z", "--stdin", stdin=paths, extra=self._index)
            tree = self._tree()
            self._run_hook("pre-commit")
            if self._hooks and (self._tree() != tree or any(read(root / c.path) != c.after for c in order.changes)):
                raise self._meddled(t("The pre-commit hook changed the desk's files."))
            self._made = self._commit(tree, self._message())
        finally:
            Path(self._index["GIT_INDEX_FILE"]).unlink(missing_ok=True)
        return self._made

    def land(self) -> None:
        """Move the branch to the commit. Raises Refused when it moved meanwhile, or is locked."""
        log = "commit: " + self._order.message.partition("\n")[0]
        self._git.run("update-ref", "-m", log, self._order.ref, self._made, self._order.head or "")

    def abandon(self) -> None:
        """End without a commit: what was made belongs to no branch, and git removes it in time."""

    def after(self) -> None:
        """Run the post-commit hook; it can forbid nothing any more."""
        with contextlib.suppress(Refused):
            self._run_hook("post-commit", {})

    def _tree(self) -> str:
        return self._git.run("write-tree", extra=self._index).decode().strip()

    def _message(self) -> str:
        text = self._order.message
        if not self._hooks & {"prepare-commit-msg", "commit-msg"}:
            return text
        file = self._git.place.git_dir / "COMMIT_EDITMSG"
        file.write_text(text, "utf-8")
        self._run_hook("prepare-commit-msg", self._index, str(file), "message")
        self._run_hook("commit-msg", self._index, str(file))
        edited = self._git.run("stripspace", stdin=file.read_bytes()).decode("utf-8", "replace")
        if not set(text.rstrip().rpartition("\n\n")[2].splitlines()) <= set(edited.splitlines()):
            raise self._meddled(t("A hook changed the last paragraph of the commit message."))
        return edited

    def _commit(self, tree: str, text: str) -> str:
        return commit_tree(self._git, self._order, tree, text, sign=self._sign)

    def _run_hook(self, name: str, index: Mapping[str, str] | None = None, *args: str) -> None:
        if name not in self._hooks:
            return
        extra = {**self._order.variables(), **(self._index if index is None else index), "GIT_EDITOR": ":"}
        command = ["hook", "run", "--ignore-missing", name, *(("--", *args) if args else ())]
        done = self._git.attempt(*command, extra=extra, plain=True, limit=None)
        if done.returncode:
            message = t("The {hook} hook refused the commit: {why}", hook=name, why=said(done))
            raise Refused([desk_problem("hook", message, t("Nothing was changed. Mend what it says, and try again."))])

    @staticmethod
    def _meddled(message: Text) -> Refused:
        hint = t("Let the hook check without changing, or leave the desk's files out of it.")
        return Refused([desk_problem("hook-changed", message, hint)])


# ── signed


class Sealed:
    """The objects as the swift way writes them, and a commit of them that git signs with an SSH key."""

    def __init__(self, git: Git, importer: Importer) -> None:
        self._git, self._importer = git, importer
        self._order: Order | None = None
        self._made = ""

    def prepare(self, order: Order, modes: Mapping[str, str]) -> str:
        """The id of the commit, on no branch yet. Raises Refused: E-desk-signing."""
        self._order = order
        tree = self._importer.tree(order, modes)
        self._made = commit_tree(self._git, order, tree, order.message, sign=True)
        return self._made

    def land(self) -> None:
        """Move the branch to the commit. Raises Refused when it moved meanwhile, or is locked."""
        assert self._order is not None
        log = "commit: " + self._order.message.partition("\n")[0]
        self._git.run("update-ref", "-m", log, self._order.ref, self._made, self._order.head or "")

    def abandon(self) -> None:
        """End without a commit: what was made belongs to no branch, and git removes it in time."""
        self._importer.abandon()

    def after(self) -> None:
        """Nothing is left to do."""


def commit_tree(git: Git, order: Order, tree: str, text: str, *, sign: bool) -> str:
    """A commit of ``tree``, on no branch, signed with the key of ``order`` or as git's settings have it; its id.

    :raises Refused: E-desk-signing.
    """
    parent = [word for one in (order.head, *order.others) if one for word in ("-p", one)]
    signing = [f"-S{order.key}"] if order.key else ["-S"] if sign else []
    settings = ("-c", "i18n.commitEncoding=UTF-8", *(("-c", "gpg.format=ssh") if order.key else ()))
    done = git.attempt(
        *settings, "commit-tree", *signing, *parent, tree, stdin=text, extra=order.variables(), limit=None
    )
    if done.returncode == 0:
        return done.stdout.decode().strip()
    if not signing:
        raise Refused([failure(done.stderr)])
    hint = t("See git's settings commit.gpgSign and user.signingKey.")
    if order.key:
        hint = t("The private key must lie beside {key}, or be in the agent (ssh-add -L shows those).", key=order.key)
    raise Refused([desk_problem("signing", t("The commit could not be signed: {why}", why=said(done)), hint)])
