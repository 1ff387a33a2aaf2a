"""How somebody whose push was refused gets it through: the commands, with the commit that is meant.

Nobody's work is thrown away for it. What a commit did to a record or a file is taken back by a further commit; only a merge by
hand, and what a commit says of itself (who, when, signed by which key), can be mended by making the commit anew.
"""

from __future__ import annotations

from dataclasses import replace
from shlex import quote

from itilcli.errors import Problem
from itilcli.judging.deed import Deed
from itilcli.text import Text, t

AS_IT_LIES = frozenset({
    "E-gate-link", "E-gate-submodule", "E-gate-executable", "E-gate-path", "E-gate-hook", "E-gate-collision", "E-gate-size",
    "E-gate-attributes",
})  # fmt: skip
"""What harms whoever checks such a commit out, or stays in the repository for good: no later commit takes it back."""
STEPLESS = frozenset({"E-gate-no-step"})
MARKERS = "E-gate-markers"
OF_COMMIT = frozenset({"E-gate-unsigned", "E-gate-signature"})


def with_remedy(problem: Problem, deed: Deed) -> Problem:
    """A problem whose hint says what to type now, in the clone that pushed."""
    if problem.level != "error":
        return problem
    commit = deed.id[:12]
    if problem.code in OF_COMMIT:
        return replace(problem, hint=_signed_anew(commit, deed.email, problem.hint))
    if problem.code in AS_IT_LIES:
        return replace(problem, hint=_made_anew(commit, problem.hint))
    if not problem.where or problem.code == MARKERS:
        return problem
    if len(deed.parents) > 1:
        return replace(problem, hint=_joined_anew(commit, problem.hint))
    if problem.code in STEPLESS:
        hint = t("take it back: git revert --no-edit {commit}; record what is right: itil correct {id} FIELD=VALUE --reason …; "
                 "then: itil sync", commit=commit, id=_case(problem))  # fmt: skip
        return replace(problem, hint=hint)
    return replace(problem, hint=_taken_back(commit, problem.hint))


def _case(problem: Problem) -> str:
    return problem.where.rpartition("/")[2].partition(".")[0].rpartition("-")[2]


def _taken_back(commit: str, hint: Text | None) -> Text:
    said = t("take it back: git revert --no-edit {commit}; then: itil sync", commit=commit)
    return t("{hint}; {more}", hint=hint, more=said) if hint else said


def _made_anew(commit: str, hint: Text | None) -> Text:
    said = t("leave the commit out: git rebase --committer-date-is-author-date --onto {commit}^ {commit}; then: itil sync",
             commit=commit)  # fmt: skip
    return t("{hint}; {more}", hint=hint, more=said) if hint else said


def _joined_anew(commit: str, hint: Text | None) -> Text:
    return t("leave the merge out and let the program make it: git rebase --committer-date-is-author-date --onto {commit}^ {commit}; "
             "then: itil sync", commit=commit)  # fmt: skip


def _signed_anew(commit: str, email: str, hint: Text | None) -> Text:
    """Only what this person made and nobody has yet is made anew, with its dates and files as they are."""
    said = t("sign it anew: FILTER_BRANCH_SQUELCH_WARNING=1 git -c gpg.format=ssh filter-branch -f --commit-filter "
             "'if [ \"$GIT_AUTHOR_EMAIL\" = {email} ]; then git commit-tree -S \"$@\"; else git commit-tree \"$@\"; fi' "
             "{commit}^..HEAD --not --remotes; then: itil sync", commit=commit, email=quote(email))  # fmt: skip
    return t("{hint}; {more}", hint=hint, more=said) if hint else said
