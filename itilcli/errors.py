"""What can be wrong, as values. Nothing here prints; the command line shows problems in one place."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from enum import IntEnum

from itilcli.text import Text, t
from itilcli.values import value


class Kind(IntEnum):
    """What sort of trouble a problem is; the value is the exit code it leads to."""

    RULE = 1
    """A rule of the procedure: no flag of the same command mends it."""
    MISSING = 2
    """Usage, or an answer that is missing and can be given by a flag of the same command."""
    NOT_FOUND = 3
    """No such record, or several that fit."""
    PERMISSION = 4
    """Not for this person, or an unknown author."""
    DESK = 5
    """The desk is busy, in conflict, in the middle of a git operation, read-only, or not a desk."""


@value
class Problem:
    """One thing that is wrong: what, where, how to mend it, and the clause that says so.

    ``code`` is ``E-<clause>-<slug>`` or ``W-<clause>-<slug>`` and is never renamed. ``where`` is a flag,
    a field or ``path:line``. ``person`` is whom to ask, by id, where the rules name one. ``softened``
    marks what an imported case could not have known: reported, never blocking.
    """

    code: str
    message: Text
    hint: Text | None = None
    clause: str = ""
    where: str = ""
    kind: Kind = Kind.RULE
    person: str = ""
    softened: bool = False

    @property
    def level(self) -> str:
        """``error`` or ``warning``: a code that begins with W warns, and so does one softened for an imported case."""
        return "warning" if self.softened or self.code.startswith("W") else "error"


SYSTEM = {
    errno.ENOENT: t("there is no such file or folder"), errno.EACCES: t("no permission"), errno.EPERM: t("no permission"),
    errno.EISDIR: t("it is a folder"), errno.ENOTDIR: t("part of its path is no folder"), errno.EEXIST: t("it is there already"),
    errno.ENOSPC: t("no space is left on the disk"), errno.EDQUOT: t("no space is left on the disk"),
    errno.EROFS: t("the disk cannot be written to"), errno.ENAMETOOLONG: t("the name is too long"),
    errno.EMFILE: t("too many files are open"), errno.EIO: t("the disk reports an error"), errno.EBUSY: t("it is in use"),
}  # fmt: skip


def reason_of(error: BaseException) -> Text | str:
    """Why the system refused, in the reader's language where it is a common reason, else as the system says it."""
    if isinstance(error, OSError):
        return SYSTEM.get(error.errno or 0) or error.strerror or str(error) or type(error).__name__
    return str(error) or type(error).__name__


class Refused(Exception):
    """A command that changed nothing, with every reason at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("; ".join(f"{p.code}: {p.message}" for p in self.problems))

    @property
    def exit_code(self) -> int:
        """Permission first, then the desk's state, then what cannot be found, then rules, then what is missing."""
        kinds = {problem.kind for problem in self.problems}
        for kind in (Kind.PERMISSION, Kind.DESK, Kind.NOT_FOUND, Kind.RULE):
            if kind in kinds:
                return int(kind)
        return int(Kind.MISSING)
