"""How git is found and run, and what its failures mean. Part of the journal's room."""

from __future__ import annotations

import errno
import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL

from itilcli.errors import Kind, Problem, Refused
from itilcli.text import Text, t
from itilcli.values import value

LOCK_MARK = b"itil "
"""An ``index.lock`` that begins so was made by this program."""

# What a surrounding git command (a hook, say) tells its children about itself, not about our desk.
_LOCAL_VARIABLES = frozenset(
    [
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_AUTHOR_DATE",
        "GIT_CEILING_DIRECTORIES",
        "GIT_COMMITTER_DATE",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_DEFAULT_HASH",
        "GIT_DIFF_OPTS",
        "GIT_DIR",
        "GIT_EDITOR",
        "GIT_EXTERNAL_DIFF",
        "GIT_GLOB_PATHSPECS",
        "GIT_GRAFT_FILE",
        "GIT_ICASE_PATHSPECS",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INDEX_VERSION",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_LITERAL_PATHSPECS",
        "GIT_NAMESPACE",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_REFLOG_ACTION",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    ]
)
_OURS = {
    "LC_ALL": "C.UTF-8",
    "LANGUAGE": "",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM": "1",
}


@value
class Place:
    """A desk's folder (``root``, symbolic links resolved) and the git folders it belongs to.

    ``prefix`` is ``root`` as git names it from the top of the work tree: empty, or ending in a slash.
    """

    root: Path
    top: Path
    git_dir: Path
    common_dir: Path
    prefix: str = ""


def desk_problem(slug: str, message: Text, hint: Text | None = None, where: str = "") -> Problem:
    """A problem of the desk's state (exit code 5)."""
    return Problem(f"E-desk-{slug}", message, hint, where=where, kind=Kind.DESK)


def find(root: Path) -> Place:
    """The repository ``root`` lies in, found by walking up. Raises Refused: E-desk-no-git, E-desk-bare."""
    real = Path(os.path.realpath(root))
    for folder in (real, *real.parents):
        if (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir():
            hint = t("Clone it and work in the clone.")
            raise Refused([desk_problem("bare", t("{path} has no work tree.", path=folder), hint)])
        mark = folder / ".git"
        git_dir = _linked(mark) if mark.is_file() else mark
        if os.path.lexists(git_dir / "HEAD"):
            prefix = "" if folder == real else f"{real.relative_to(folder).as_posix()}/"
            return Place(real, folder, git_dir, _common(git_dir), prefix)
    hint = t("Make a desk with: itil init PATH")
    raise Refused([desk_problem("no-git", t("{path} is not in a git repository.", path=root), hint)])


def _linked(mark: Path) -> Path:
    """The git folder a ``.git`` file of a linked work tree or a submodule points to."""
    _, _, target = mark.read_text("utf-8", "surrogateescape").strip().partition("gitdir: ")
    return Path(os.path.realpath(mark.parent / target)) if target else mark


def _common(git_dir: Path) -> Path:
    pointer = git_dir / "commondir"
    if not pointer.is_file():
        return git_dir
    return Path(os.path.realpath(git_dir / pointer.read_text("utf-8", "surrogateescape").strip()))


def environment(extra: Mapping[str, str] | None = None, *, plain: bool = False) -> dict[str, str]:
    """The environment of a git command; ``plain`` (hooks): without the settings that make output easy to parse."""
    kept = {name: value for name, value in os.environ.items() if name not in _LOCAL_VARIABLES}
    return {**kept, **({} if plain else {**_OURS, **_lasting(kept)}), **(extra or {})}


def _lasting(kept: Mapping[str, str]) -> dict[str, str]:
    """What has git wait until objects are on the disk before a branch points to them, the branch and the index too.

    Git's own default leaves loose objects and references to chance if the power fails.
    """
    count = kept.get("GIT_CONFIG_COUNT", "")
    number = int(count) if count.isdigit() else 0
    ours = {"KEY": "core.fsync", "VALUE": "loose-object,reference,index"}
    return {"GIT_CONFIG_COUNT": str(number + 1), **{f"GIT_CONFIG_{part}_{number}": text for part, text in ours.items()}}


@value
class Git:
    """Runs git in the desk's folder. ``hold`` is a file descriptor its children keep open: the desk's lock."""

    place: Place
    hold: int | None = None

    def attempt(
        self,
        *args: str,
        stdin: bytes | str = b"",
        extra: Mapping[str, str] | None = None,
        plain: bool = False,
        limit: float | None = 600,
    ) -> subprocess.CompletedProcess[bytes]:
        """``git args`` whatever it ends with. Raises Refused when git is missing, or after ``limit`` seconds."""
        alone = not plain and limit is not None  # what asks people something stays theirs to stop
        try:
            running = subprocess.Popen(
                ["git", *args],
                cwd=self.place.root,
                env=environment(extra, plain=plain),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=() if self.hold is None else (self.hold,),
                process_group=0 if alone else None,
            )
        except FileNotFoundError:
            raise Refused([_missing()]) from None
        try:
            out, err = running.communicate(os.fsencode(stdin), timeout=limit)
        except BaseException as stop:
            _end(running, alone)
            if isinstance(stop, subprocess.TimeoutExpired):
                raise Refused([desk_problem("git", t("git {verb} took too long.", verb=args[0]))]) from None
            raise
        unlocked(self.place, err)
        return subprocess.CompletedProcess(running.args, running.returncode, out, err)

    def run(
        self,
        *args: str,
        stdin: bytes | str = b"",
        extra: Mapping[str, str] | None = None,
        allowed: Iterable[int] = (0,),
    ) -> bytes:
        """What ``git args`` prints. Raises Refused when it ends with a code not in ``allowed``."""
        done = self.attempt(*args, stdin=stdin, extra=extra)
        if done.returncode not in allowed:
            raise Refused([failure(done.stderr, done.stdout)])
        return done.stdout

    def begin(self, *args: str, extra: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start ``git args`` and go on meanwhile; what it is told and says goes through pipes. Raises Refused."""
        pipe = subprocess.PIPE
        try:
            return subprocess.Popen(
                ["git", *args],
                cwd=self.place.root,
                env=environment(extra),
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                pass_fds=() if self.hold is None else (self.hold,),
            )
        except FileNotFoundError:
            raise Refused([_missing()]) from None

    def start(self, *args: str) -> None:
        """Start ``git args`` in the background, apart from this process and its lock; nothing waits for it."""
        quiet = subprocess.DEVNULL
        subprocess.Popen(
            ["git", *args],
            cwd=self.place.root,
            env=environment(),
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            start_new_session=True,
        )


_KEPT = re.compile(rb"unable to unlink '?(.+?\.lock)'?: ")


def unlocked(place: Place, said: bytes) -> None:
    """Remove the locks of which a git command of ours says that it could not: the disk may have refused it only once.

    Nobody else's: a lock is named only by the command that made it.
    """
    for name in _KEPT.findall(said):
        lock = place.root / os.fsdecode(name)
        if lock.is_relative_to(place.git_dir) or lock.is_relative_to(place.common_dir):
            with suppress(OSError):
                lock.unlink()


def _end(running: subprocess.Popen[bytes], alone: bool) -> None:
    """Ends git and, where it has a group of its own, all that it began: an ssh left behind would keep the desk's lock."""
    with suppress(ProcessLookupError):
        if alone:
            os.killpg(running.pid, SIGKILL)
        else:
            running.kill()
    with suppress(ValueError, OSError):
        running.communicate()


def _missing() -> Problem:
    return desk_problem("git-missing", t("git is not installed."), t("Install git 2.39+."))


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    """The last words of a command that failed."""
    lines = (done.stderr.strip() or done.stdout.strip()).decode("utf-8", "replace").splitlines()
    return lines[-1].strip() if lines else str(done.returncode)


def failure(stderr: bytes, stdout: bytes = b"") -> Problem:
    """What git said when it failed, as a problem."""
    text = (stderr.strip() or stdout.strip()).decode("utf-8", "replace")
    lines = [line for line in text.splitlines() if line.strip()]
    shown = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "?")
    if "dubious ownership" in text:
        hint = t("If you trust it: git config --global --add safe.directory {path}", path=text.split("'")[1])
        return desk_problem("ownership", t("The repository belongs to someone else; git does not trust it."), hint)
    if "File exists" in text:
        return locked_problem(shown)
    if re.search("Permission denied|Read-only file system|insufficient permission", text):
        return desk_problem("read-only", t("The desk cannot be written: {said}", said=shown))
    if re.search("No space left|quota exceeded|Out of diskspace", text):
        return desk_problem("full", t("The disk is full: {said}", said=shown))
    return desk_problem("git", t("git refused: {said}", said=shown), t("To see what is damaged: git fsck"))


def locked_problem(said: str) -> Problem:
    """A lock of git's own that stands."""
    hint = t("Try again; if no git command is running, remove the lock file it names.")
    return desk_problem("locked", t("Another git command has locked the desk: {said}", said=said), hint)


_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
_FULL = {errno.ENOSPC, errno.EDQUOT}


def disk_problem(error: OSError) -> Problem:
    """A file that could not be read or written, as a problem."""
    where = str(error.filename or "")
    if error.errno in _READ_ONLY:
        return desk_problem("read-only", t("The desk cannot be written: {said}", said=error), where=where)
    if error.errno in _FULL:
        return desk_problem("full", t("The disk is full: {said}", said=error), where=where)
    return desk_problem("disk", t("A file of the desk cannot be used: {said}", said=error), where=where)
