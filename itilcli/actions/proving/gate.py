"""`itil gate`: what is pushed to the server is judged before it is let in (git's ``pre-receive``)."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from itilcli.errors import Problem, Refused
from itilcli.journal.walked import Walk, Walked
from itilcli.judging.deed import Finding
from itilcli.processes import meanwhile, processors, undisturbed
from itilcli.store import yaml
from itilcli.text import t
from itilcli.values import pattern, value

if TYPE_CHECKING:
    from itilcli.judging.terms import Signature

PUSHER = "ITIL_PUSHER"
"""The variable in which the server says who pushes: a person's id or address, told apart by the ssh key."""
FOREVER = ("refs/tags/report/", "refs/tags/audit/")
"""The tags that are never moved or deleted."""
_LINE = pattern(r"([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (refs/\S+)")
_FORKS = 2000
Told = Callable[[int], Callable[[int], None]]


@value
class Update:
    """One ref that a push wants to move: from which object to which; None stands for none."""

    ref: str
    old: str | None
    new: str | None


@value
class Gated:
    """What became of a push: how many commits were judged, what is wrong, and the language to say it in."""

    commits: int
    findings: tuple[Finding, ...]
    language: str = "zh"

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What it is refused for."""
        return tuple(one for one in self.findings if one.problem.level == "error")


def updates_of(lines: Iterable[str]) -> list[Update]:
    """What git tells a hook. Raises Refused: E-gate-input for anything else."""
    found = []
    for line in lines:
        match = _LINE.fullmatch(line.strip())
        if match is None:
            hint = t("git calls it when somebody pushes; install it with: itil gate --install REPOSITORY")
            raise Refused(
                [Problem("E-gate-input", t("this is not what git tells a hook: {line}", line=repr(line[:80])), hint)]
            )
        old, new, ref = match.groups()
        found.append(Update(ref, old if old.strip("0") else None, new if new.strip("0") else None))
    return found


def gate(
    repository: Path, lines: Iterable[str], environ: Mapping[str, str] | None = None, signature: Signature | None = None,
    told: Told | None = None,
) -> Gated:  # fmt: skip
    """Everything wrong with a push into a bare repository. Nothing is written.

    :param lines: each ``OLD NEW REF``, as git tells a ``pre-receive`` hook.
    :param told: is told how many commits there are, and gives what is told of each that is done.
    :raises Refused: where the repository or the lines cannot be read.
    """
    environ = os.environ if environ is None else environ
    walk = Walk.bare(repository)
    updates = updates_of(lines)
    news = [one.new for one in updates if one.new]
    span, batches, first = _begun(walk, news)
    from itilcli.actions.proving.walk import judged, ready, stretch  # while git looks at the commits
    from itilcli.desk import clock
    from itilcli.judging.terms import Terms, unasked

    now, rehearsed = clock(environ)
    set_ = 0
    with undisturbed():
        ready()
        try:
            pushed = first()
        except Refused:  # what is none of a commit, or is not there, is asked for nothing but its name
            news = [one for one in news if _is_commit(walk, one)]
            span, batches, first = _begun(walk, news)
            pushed = first()
        known = {one.id for one in pushed}
        commits = [one for one in news if one in known or _is_commit(walk, one)]
        found = [*_refs(walk, updates, {parent for one in pushed for parent in one.parents})]
        begun = any(one.old for one in updates) or bool(walk.run("rev-list", "-n1", "--all"))
        terms = Terms(now if begun or not rehearsed else None, environ.get(PUSHER) or None, signature or unasked)
        some = stretch(walk, span, pushed, batches, begun)
        workers = processors(_FORKS) if some.count > 1 else 1
        for verdict in judged(walk, some, terms, workers, told(some.count) if told else None):
            found += verdict.findings
            set_ += verdict.rehearsed
    if set_ and not rehearsed:
        hint = t("work without ITIL_NOW; it is for rehearsals and tests")
        message = t("{count} commits were made by a clock that was set for a rehearsal", count=set_)
        found.append(Finding(commits[0], "", "", Problem("W-gate-rehearsed", message, hint, "5")))
    return Gated(some.count, tuple(found), _language(walk, commits) if found else "zh")


def _begun(
    walk: Walk, news: Sequence[str]
) -> tuple[tuple[str, ...], Iterator[list[Walked]], Callable[[], list[Walked]]]:
    """The span of the commits that a push brings, these commits, and the first of them, which git is looking for already."""
    span = (*news, "--not", "--all")
    batches = walk.stream(*span) if news else iter(())
    return span, batches, meanwhile(lambda: next(batches, []))


def _is_commit(walk: Walk, name: str) -> bool:
    return walk.asks("cat-file", "-e", f"{name}^{{commit}}")


def _language(walk: Walk, commits: list[str]) -> str:
    """The language of the desk that is pushed to."""
    for commit in commits:
        blob = walk.blob(commit, "desk.yaml")
        if blob is not None:
            try:
                said = yaml.read(walk.contents([blob]).get(blob, b"{}"), "desk.yaml").get("language")
            except Refused:
                said = None
            return said if said in ("zh", "en") else "zh"
    return "zh"


def _refs(walk: Walk, updates: Sequence[Update], stood_on: Collection[str]) -> Iterator[Finding]:
    """What forbids moving the branches and tags so. ``stood_on``: what the commits that come stand on, as far as it is known."""
    alone = len(updates) == 1
    for one in updates:
        for problem in _ref(walk, one, stood_on if alone else ()):
            yield Finding(one.new or one.old or "", "", one.ref, problem)


def _ref(walk: Walk, one: Update, stood_on: Collection[str]) -> Iterator[Problem]:
    shared = t("what is shared stays; add to it, and publish with: itil sync")
    if one.new is None:
        yield Problem("E-gate-delete", t("{ref} is deleted", ref=one.ref), shared, "5", one.ref)
    elif one.ref.startswith("refs/tags/"):
        if one.old is not None:
            yield Problem("E-gate-tag", t("the tag {ref} is moved", ref=one.ref), shared, "5", one.ref)
        elif one.ref.startswith(FOREVER) and not walk.asks("cat-file", "-e", f"{one.new}^{{tag}}"):
            message = t("{ref} says neither who made it nor when", ref=one.ref)
            hint = t("reports are issued with: itil report MONTH --issue; audits are sealed with: itil audit --seal")
            yield Problem("E-gate-tag", message, hint, "5", one.ref)
    elif not one.ref.startswith("refs/heads/"):
        yield Problem("E-gate-ref", t("{ref} is neither a branch nor a tag", ref=one.ref), shared, "5", one.ref)
    elif (
        one.old is not None
        and one.old not in stood_on
        and not walk.asks("merge-base", "--is-ancestor", one.old, one.new)
    ):
        message = t("{ref} is wound back or rewritten: {commit} would be lost", ref=one.ref, commit=one.old[:8])
        hint = t("bring the two together with: itil sync; never push by force")
        yield Problem("E-gate-rewound", message, hint, "5", one.ref)
