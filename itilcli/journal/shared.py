"""The repository that clones share their commits through: fetched from, compared with, pushed to. Part of the journal's room.

Never forced, never rebased. Nothing here touches the work tree, the index or the user's branch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field

from itilcli.errors import Kind, Problem, Refused
from itilcli.journal import state
from itilcli.journal.comparing import Comparing, Held
from itilcli.journal.reaching import Reached, busy, not_reached, reach, refused_there
from itilcli.journal.running import Git
from itilcli.journal.wording import SHORT
from itilcli.text import Listing, t
from itilcli.values import value

__all__ = ["Held", "Joined", "Shared"]
LATER = (
    "non-fast-forward",
    "fetch first",
    "stale info",
    "cannot lock ref",
    "incorrect old value",
    "failed to update ref",
)
"""Why git says that it did not take a branch when somebody else was quicker."""
_REJECTED = re.compile(r"\[(?:remote )?rejected\] \((.*)\)$")
_DEPTH = 500
"""So many commits more are fetched at a time where a shallow clone does not reach back to where two parted."""
_TURNS = 20
LASTING = ("refs/tags/audit", "refs/tags/report")
"""The tags that are shared even if no commit is: seals, and issued reports."""
_NOTE = "itil-shared-tags"
"""In git's folder: the tags that are known to be shared, each with the address."""


@value
class Joined:
    """What a commit brings together with the last one: ``others`` are its further parents; or the branch only moves on,
    ``forward``, to a commit that is there. ``modes`` are those of files that are no plain 100644."""

    others: tuple[str, ...] = ()
    forward: str | None = None
    modes: Mapping[str, str] = field(default_factory=dict)


class Shared(Comparing):
    """The remote of the desk's branch, as git is configured."""

    def __init__(self, git: Git, config: Mapping[str, str]) -> None:
        """Raises Refused: E-sync-remote where there is none, or several and none is the branch's."""
        super().__init__(git)
        self._config = config
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
            raise _no_remote(names, own)
        upstream = config.get(f"branch.{own}.merge", "") if named == self.name else ""
        self.branch = upstream.removeprefix("refs/heads/") or own
        self._tracking = f"refs/remotes/{self.name}/{self.branch}"
        self._knows_upstream = bool(upstream)
        self._last: Reached | None = None

    @property
    def whole(self) -> bool:
        """Whether the desk is a repository of its own, and not a folder in a larger one."""
        return not self._git.place.prefix

    @property
    def tracking(self) -> str:
        """The shared branch as git names it here: ``origin/main``."""
        return self._tracking.removeprefix("refs/remotes/")

    # ── going there

    def fetch(self, limit: float | None = None) -> str | None:
        """Fetches the shared branch; its last commit, None where there is none yet.

        :param limit: seconds, after which it counts as unreachable.
        :raises Refused: E-sync-offline, E-sync-credentials, E-desk-locked; E-sync-rewound where what was fetched before is
            no more in it: then this clone goes on knowing what was there.
        """
        done = self._fetched(limit)
        if done.code == 0:
            return self.tip()
        if "couldn't find remote ref" in done.words:
            return None
        if "(non-fast-forward)" in done.words and (was := self.tip()):
            raise self._rewound(was, limit)
        raise not_reached(self.name, done)

    def _fetched(self, limit: float | None, *how: str) -> Reached:
        spec = f"refs/heads/{self.branch}:{self._tracking}"  # without a plus: what is gone there must not go unseen
        words = ("fetch", "--refmap=", "--no-recurse-submodules", "--no-write-fetch-head", *how, self.name, spec)
        return reach(self._git, self._config, *words, limit=limit)

    def branches(self, limit: float | None = None) -> list[str]:
        """The names of the branches there. Raises Refused: as :meth:`fetch`."""
        done = reach(self._git, self._config, "ls-remote", "--heads", self.name, limit=limit)
        if done.code:
            raise not_reached(self.name, done)
        return sorted(
            one for _, mark, one in (line.partition("\trefs/heads/") for line in done.words.splitlines()) if mark
        )

    def leads_here(self, limit: float | None = None) -> bool:
        """Whether who clones it comes to a branch at all: a server's HEAD may name one that is not there."""
        done = reach(self._git, self._config, "ls-remote", self.name, "HEAD", limit=limit)
        return bool(done.code) or "\tHEAD" in done.words

    def forget(self) -> None:
        """The shared branch is not there any more; it is about to be made anew."""
        self._git.attempt("update-ref", "-d", self._tracking)

    def push(self, commit: str, limit: float | None = None) -> tuple[str, ...] | None:
        """Pushes a commit, with the annotated tags on the way to it; the names of those, None where somebody was quicker.

        :raises Refused: E-sync-offline, E-sync-credentials; E-sync-refused with the words of the server.
        """
        target = f"refs/heads/{self.branch}"
        words = ("push", "--porcelain", "--follow-tags", "--no-recurse-submodules", self.name, f"{commit}:{target}")
        done = self._last = reach(self._git, self._config, *words, limit=limit)
        rows = [line.split("\t") for line in done.words.splitlines() if line.count("\t") == 2]
        told = {names.rpartition(":")[2]: (mark, said) for mark, names, said in rows}
        mark, said = told.get(target, ("", ""))
        if done.code == 0 or mark in (" ", "*", "="):
            self._git.attempt("update-ref", self._tracking, commit)
            self._remember()
            self._note_tags()
            return tuple(
                one.removeprefix("refs/tags/") for one, (mark, _) in told.items() if mark == "*" and "/tags/" in one
            )
        why = _REJECTED.search(said)
        if why and any(one in why[1] for one in LATER):
            return None
        if why:
            raise refused_there(self.name, done, why[1])
        raise not_reached(self.name, done)

    def busy(self) -> Refused:
        """Why a push did not get through however often it was tried."""
        return busy(self.name, self._last)

    def _remember(self) -> None:
        """From now on git too knows which branch is shared where, if nobody has said."""
        own = self.ref.removeprefix("refs/heads/")
        if not self._knows_upstream and own:
            self._git.attempt("config", f"branch.{own}.remote", self.name)
            self._git.attempt("config", f"branch.{own}.merge", f"refs/heads/{self.branch}")

    def _rewound(self, was: str, limit: float | None) -> Refused:
        """What was published is gone from the shared branch: it went back, or was written anew."""
        done = reach(
            self._git, self._config, "ls-remote", "--heads", self.name, f"refs/heads/{self.branch}", limit=limit
        )
        now = next(iter(done.words.split()), "") if done.code == 0 else ""
        words = {"name": self.name, "branch": self.branch, "was": was[:SHORT], "now": now[:SHORT] or "?"}
        if now and self.holds(now, was):
            message = t(
                "the branch {branch} of {name} went back from {was} to {now}: what was published is gone there", **words
            )
            hint = t("if it is to be there again: git push {name} {was}:refs/heads/{branch}; if it was taken out on purpose: "
                     "git fetch {name}; git reset --keep {name}/{branch}", **words)  # fmt: skip
        else:
            message = t(
                "the branch {branch} of {name} was written anew: {was}, which was published, is not in {now}", **words
            )
            hint = t("ask who did it. If it was meant: git branch kept; git fetch {name}; git reset --keep {name}/{branch}. "
                     "If not, put back what was published: git push --force {name} {was}:refs/heads/{branch}", **words)  # fmt: skip
        return Refused([Problem("E-sync-rewound", message, hint, kind=Kind.DESK)])

    # ── tags

    def _tags(self) -> set[str]:
        address = self._config.get(f"remote.{self.name}.url", self.name)
        said = self._git.run("for-each-ref", "--format=%(objecttype) %(objectname) %(refname)", *LASTING).decode(
            "utf-8", "replace"
        )
        return {f"{line[4:]} {address}" for line in said.splitlines() if line.startswith("tag ")}

    def unsent_tags(self) -> bool:
        """Whether there are seals or issued reports that may not have been shared yet."""
        tags = self._tags()
        note = self._git.place.common_dir / _NOTE
        return bool(tags and not tags <= {*(note.read_text("utf-8").splitlines() if note.is_file() else ())})

    def _note_tags(self) -> None:
        if tags := self._tags():
            (self._git.place.common_dir / _NOTE).write_text("".join(f"{one}\n" for one in sorted(tags)), "utf-8")

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
            deeper = self._fetched(None, f"--deepen={_DEPTH}")
            if deeper.code:
                raise not_reached(self.name, deeper)
        return None

    def refuse_copies(self, ours: str, theirs: str) -> None:
        """Commits that were published and are here in another wording are not brought together with themselves.

        :raises Refused: E-sync-rewritten, with how to come back to what is published.
        """
        from itilcli.journal.copies import copies

        found = copies(self._git, ours, theirs)
        if not found.pairs:
            return
        mine, there = found.pairs[-1]
        message = t("{count} commits here are published ones written anew, such as {mine}, published as {there}",
                    count=len(found.pairs), mine=mine[:SHORT], there=there[:SHORT])  # fmt: skip
        hint = t("come back to what is published: git branch kept; git reset --keep {branch}", branch=self.tracking)
        if found.others:
            some = " ".join(one[:SHORT] for one in found.others[:10]) + (" …" if len(found.others) > 10 else "")
            hint = t("come back to what is published: git branch kept; git reset --keep {branch}; what is only here is in kept "
                     "({count}): git cherry-pick {commits}", branch=self.tracking, count=len(found.others), commits=some)  # fmt: skip
        raise Refused([Problem("E-sync-rewritten", message, hint, "5", kind=Kind.DESK)])


def _no_remote(names: list[str], own: str) -> Refused:
    if not names:
        hint = t("name the one that the desk is shared through: git remote add origin URL")
        return Refused([Problem("E-sync-remote", t("there is no repository to share with"), hint, kind=Kind.DESK)])
    message = t("several repositories are known: {names}", names=Listing(tuple(names)))
    hint = t(
        "say which one the desk is shared through: git config branch.{branch}.remote {name}", branch=own, name=names[0]
    )
    return Refused([Problem("E-sync-remote", message, hint, kind=Kind.DESK)])
