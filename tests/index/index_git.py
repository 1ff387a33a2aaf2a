"""What git does to a desk's files, and how it may be set up so that it does not see them: each a deed."""

from __future__ import annotations

import shutil

from hypothesis import strategies as st
from index_hands import altered, put
from index_verbs import OPEN
from index_world import NUMBER, World, deed, git, pick

WHERE = st.sampled_from(("desk", "desk", "desk", "tree"))


def settled(world: World, where: str = "desk") -> None:
    """Ends a merge that stopped at a conflict."""
    root = world.folder(where)
    if git(root, "rev-parse", "-q", "--verify", "MERGE_HEAD")[0] == 0 and not world.git(
        "merge", "--abort", where=where
    ):
        world.git("reset", "-q", "--hard", where=where)


def clean(world: World) -> bool:
    """Whether nothing would be lost."""
    return git(world.root, "status", "--porcelain", "-uno")[1] == ""


@deed(4, where=WHERE)
def commit_all(world: World, where: str) -> None:
    """Every hand edit is committed."""
    settled(world, where)
    world.git("add", "-A", where=where)
    world.git("commit", "-q", "--no-verify", "-m", "by hand", where=where)


@deed(1, case=NUMBER, how=st.sampled_from(("add", "rm", "intent")))
def stage(world: World, case: int, how: str) -> None:
    """A file is staged, or taken out of git's index while it stays."""
    if file := world.file(case):
        words = {"add": ("add",), "rm": ("rm", "-q", "-f", "--cached"), "intent": ("add", "-N")}[how]
        world.git(*words, "--", str(file))


@deed(2, case=NUMBER, back=st.integers(1, 5))
def checkout_file(world: World, case: int, back: int) -> None:
    """One file as another commit has it."""
    if file := world.file(case):
        world.save(file)
        world.git("checkout", "-q", f"HEAD~{back}", "--", str(file))


@deed(2)
def restore_all(world: World) -> None:
    """Hand edits are thrown away."""
    settled(world)
    world.git("checkout", "-q", "--", ".")


@deed(2, name=st.sampled_from(("main", "side", "old")), where=WHERE)
def switch(world: World, name: str, where: str) -> None:
    """To another branch, made where it is missing: at this commit or at an old one."""
    settled(world, where)
    if not world.git("checkout", "-q", name, where=where):
        world.git("checkout", "-q", "-b", name, *(("HEAD~4",) if name == "old" else ()), where=where)


@deed(1, untracked=st.booleans())
def stash(world: World, untracked: bool) -> None:
    """Hand edits are put aside."""
    settled(world)
    world.git("stash", "push", "-q", *(("-u",) if untracked else ()))


@deed(1)
def stash_pop(world: World) -> None:
    """And come back."""
    if world.git("stash", "list") and not world.git("stash", "pop", "-q"):
        world.git("reset", "-q", "--hard")


@deed(2, verbs=st.integers(0, 2), case=NUMBER)
def pull(world: World, verbs: int, case: int) -> None:
    """What was done in the clone comes here; a conflict stays until the next deed of git."""
    settled(world)
    for number in range(verbs):
        world.verb("note", world.case(case + number, OPEN, "other"), "别处记的", who="陈一", where="other")
    world.git("pull", "-q", "--no-rebase", "--no-edit", "../other", "main")


@deed(1)
def give(world: World) -> None:
    """The clone gets what was done here."""
    settled(world, "other")
    world.git("pull", "-q", "--no-rebase", "--no-edit", "../desk", "main", where="other")


@deed(1, name=st.sampled_from(("main", "side", "old", "wt")))
def merge(world: World, name: str) -> None:
    """A branch comes in; a conflict stays until the next deed of git."""
    settled(world)
    world.git("merge", "-q", "--no-edit", name)


@deed(1, back=st.integers(1, 3), hard=st.booleans())
def reset(world: World, back: int, hard: bool) -> None:
    """Commits are taken back, with the files where nothing would be lost."""
    settled(world)
    world.git("reset", "-q", "--hard" if hard and clean(world) else "--mixed", f"HEAD~{back}")


@deed(1, case=NUMBER)
def worktree(world: World, case: int) -> None:
    """A linked worktree is made, or taken away again."""
    if world.tree.exists():
        world.git("worktree", "remove", "--force", str(world.tree))
        shutil.rmtree(world.tree, ignore_errors=True)
        world.git("worktree", "prune")
    elif not world.git("worktree", "add", "-q", "-B", "wt", str(world.tree), f"HEAD~{case % 4}"):
        shutil.rmtree(world.tree, ignore_errors=True)


@deed(1)
def gc(world: World) -> None:
    """Loose objects go."""
    world.git("gc", "-q", "--prune=now")


@deed(2, case=NUMBER, line=NUMBER, flag=st.sampled_from(("assume-unchanged", "skip-worktree")), same=st.booleans())
def unseen_edit(world: World, case: int, line: int, flag: str, same: bool) -> None:
    """Git is told not to look at a file, and then it is edited."""
    if (file := world.file(case)) and file.is_file() and not file.is_symlink():
        world.git("update-index", f"--{flag}", "--", str(file.relative_to(world.root)))
        world.save(file)
        put(file, altered(file.read_bytes(), line, same), time="put back" if same else "as it comes")


@deed(1)
def seen_again(world: World) -> None:
    """Git looks at every file again."""
    _, text = git(world.root, "ls-files", "-z")
    for flag in ("--no-assume-unchanged", "--no-skip-worktree"):
        world.git("update-index", flag, "--", *filter(None, text.split("\0")))


CONFIGURED = (
    ("core.untrackedCache", "true"), ("core.trustctime", "false"), ("core.checkStat", "minimal"), ("core.ignoreStat", "true"),
    ("core.fileMode", "false"), ("status.showUntrackedFiles", "no"), ("feature.manyFiles", "true"), ("index.version", "4"),
    ("core.splitIndex", "true"), ("core.autocrlf", "true"), ("core.quotePath", "false"), ("core.preloadIndex", "false"),
    ("diff.noprefix", "true"), ("core.fsmonitor", "true"), ("core.symlinks", "false"), ("diff.ignoreSubmodules", "all"),
    ("diff.external", "/bin/false"), ("status.relativePaths", "true"), ("core.precomposeUnicode", "true"),
)  # fmt: skip


@deed(2, which=st.sampled_from(CONFIGURED), taken_back=st.booleans())
def configure(world: World, which: tuple[str, str], taken_back: bool) -> None:
    """Git is set up in a way that may hide a change, or tell of it in other words."""
    if taken_back:
        world.git("config", "--unset-all", which[0])
    else:
        world.git("config", *which)


IGNORED = ("records/2026/10/\n", "*.yaml\n", "*\n", "records/**/*.remote-*.yaml\n", "")
ATTRIBUTES = ("*.yaml text eol=crlf\n", "*.yaml -diff\n", "*.yaml filter=none ident\n", "")


@deed(1, text=st.sampled_from(IGNORED), inside=st.booleans())
def ignore(world: World, text: str, inside: bool) -> None:
    """Files that git does not want to see; they stay cases."""
    file = world.root / (".gitignore" if inside else ".git/info/exclude")
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")


@deed(1, text=st.sampled_from(ATTRIBUTES))
def attributes(world: World, text: str) -> None:
    """Files that git sees otherwise than they are."""
    (world.root / ".gitattributes").write_text(text, "utf-8")


@deed(1, day=NUMBER)
def repository_inside(world: World, day: int) -> None:
    """A day's folder becomes a repository of its own, where git does not look; or is none again."""
    folder = pick(sorted(one for one in world.root.glob("records/*/*/*") if one.is_dir()), day)
    if folder is not None:
        if (folder / ".git").exists():
            shutil.rmtree(folder / ".git")
        else:
            git(folder, "init", "-q")
        world.note(folder)


@deed(1, how=st.sampled_from(("deleted", "cut", "locked", "free", "refreshed", "read-tree")))
def gits_index(world: World, how: str) -> None:
    """Git's own index is lost, damaged, locked, or made anew."""
    index, lock = world.root / ".git/index", world.root / ".git/index.lock"
    if how in ("deleted", "cut") and index.exists():
        data = index.read_bytes()
        index.unlink() if how == "deleted" else index.write_bytes(data[: len(data) // 2])
    elif how == "locked":
        lock.touch()
    else:
        lock.unlink(missing_ok=True)
        if how == "read-tree":
            index.unlink(missing_ok=True)
            world.git("read-tree", "HEAD")
        elif how == "refreshed":
            world.git("update-index", "-q", "--refresh")


@deed(1, on=st.booleans())
def sparse(world: World, on: bool) -> None:
    """Old months are not in the work tree; or they are again."""
    if on:
        world.git("sparse-checkout", "set", "--no-cone", "/*", "!records/2026/09/")
    else:
        world.git("sparse-checkout", "disable")
