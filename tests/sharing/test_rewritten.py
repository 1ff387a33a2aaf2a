"""What was published and then written anew, here or there, is not brought together with itself: sync stops and says how to go on."""

from __future__ import annotations

import subprocess

import pytest
from conftest import TestDesk
from team import Team, steps, team

__all__ = ["team"]
REWRITES = {
    "other authors": ("filter-branch", "-f", "--env-filter", "export GIT_AUTHOR_NAME=别人", "HEAD~3..HEAD"),
    "from the root": ("filter-branch", "-f", "--env-filter", "export GIT_AUTHOR_NAME=别人", "HEAD"),
    "another message": ("commit", "-q", "--amend", "-m", "别的说法"),
    "another time": ("commit", "-q", "--amend", "--no-edit", "--reset-author"),
    "other files": ("filter-branch", "-f", "--tree-filter", "echo x > 多余.txt", "HEAD~2..HEAD"),
}


def refs(desk: TestDesk) -> str:
    """The desk's own branch, and what it knows of the hub's."""
    return desk.git("for-each-ref", "refs/heads", "refs/remotes")


def hub(team: Team, *words: str) -> str:
    return subprocess.run(["git", "-C", str(team.hub), *words], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("how", REWRITES)
def test_published_commits_written_anew_here_are_not_shared_beside_the_old(
    team: Team, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILTER_BRANCH_SQUELCH_WARNING", "1")
    a, b = team.clones
    case = team.case()
    for text in ("一", "二", "三"):
        a.itil("note", case, text)
    team.settle_down()
    published = hub(team, "rev-parse", "main").strip()
    a.git(*REWRITES[how])
    b.itil("note", case, "乙")
    team.sync(b)
    a.itil("note", case, "只在此处")
    for flags in ((), ("--dry-run",)):
        before = a.git("rev-parse", "HEAD")
        said = a.itil("sync", "--json", *flags, code=5)
        assert said.codes == ["E-sync-rewritten"], said.err
        assert a.git("rev-parse", "HEAD") == before
    assert hub(team, "rev-list", "--count", f"{published}..main").strip() == "1"
    mend = said.json["error"]["problems"][0]["hint"]
    assert "git reset --keep origin/main" in mend and "git cherry-pick" in mend
    a.git("branch", "kept")
    a.git("reset", "-q", "--keep", "origin/main")
    a.git("cherry-pick", "kept")
    team.settle_down()
    ((_, entries),) = steps(b).items()
    assert len(entries) == len({*entries}) == 7 and b.itil("check").code == 0


def test_a_branch_that_went_back_or_was_written_anew_there_is_told(team: Team) -> None:
    a, b = team.clones
    case = team.case()
    a.itil("note", case, "已发布")
    team.settle_down()
    was = a.git("rev-parse", "HEAD").strip()
    hub(team, "update-ref", "refs/heads/main", f"{was}~1")
    before = refs(a)
    said = a.itil("sync", "--json", code=5)
    assert (
        said.codes == ["E-sync-rewound"] and f"git push origin {was[:7]}" in said.json["error"]["problems"][0]["hint"]
    )
    assert refs(a) == before and a.refused("sync", "--dry-run", code=5) == ["E-sync-rewound"]
    a.git("push", "-q", "origin", f"{was}:refs/heads/main")
    assert team.sync(a, b)[0]["sent"] == 0
    b.git("commit", "-q", "--amend", "-m", "别的说法")
    b.git("push", "-q", "--force", "origin", "main")
    said = a.itil("sync", "--json", code=5)
    assert said.codes == ["E-sync-rewound"] and "git push --force" in said.json["error"]["problems"][0]["hint"]
    a.git("fetch", "-q", "origin")
    assert a.refused("sync", code=5) == ["E-sync-rewritten"], "what git itself fetched does not come in twice, either"
    a.git("reset", "-q", "--keep", "origin/main")
    team.settle_down()


def test_who_only_lags_behind_or_went_back_is_no_rewriter(team: Team) -> None:
    a, b = team.clones
    case = team.case()
    a.itil("note", case, "甲")
    b.itil("note", case, "乙")
    team.sync(a)
    b.git("fetch", "-q", "origin")
    assert team.sync(b)[0]["taken"] == 1
    team.settle_down()
    a.git("reset", "-q", "--hard", "HEAD~1")
    a.itil("note", case, "丙")
    team.settle_down()
    assert len(next(iter(steps(b).values()))) == 5
