"""One commit from checks to index, and what to do with one that was cut off. Part of the journal's room."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from itilcli.errors import Problem, Refused
from itilcli.journal import index, intent, settings, state, worktree
from itilcli.journal.ahead import Ahead
from itilcli.journal.index import Held
from itilcli.journal.intent import Intent, Step
from itilcli.journal.running import Git, desk_problem, disk_problem
from itilcli.journal.ways import Careful, Forward, Importer, Order, Sealed
from itilcli.journal.wording import SHORT
from itilcli.journal.worktree import Progress
from itilcli.store.change import Change
from itilcli.text import Text, t

REGULAR = {"100644", "100755"}
Way = Careful | Importer | Forward | Sealed


def commit(git: Git, ahead: Ahead, order: Order, config: Mapping[str, str], progress: Progress | None = None) -> str:
    """Write the files of ``order`` and commit them; the commit's id. Call with the desk and the index locked.

    Raises Refused, with the desk as it was.
    """
    _refuse_bad_paths(git, order.changes)
    swift = Importer(git)
    try:
        paths = [change.path for change in order.changes]
        ahead.ask(paths)
        hooks = settings.hooks(git.place, config)
        sign = settings.is_on(config, "commit.gpgsign")
        contents = [data for change in order.changes for data in (change.before, change.after) if data is not None]
        converts = settings.may_convert(git.place, config, paths, contents)
        committed = _committed(git, swift, order)
        entries = ahead.entries(paths)
        modes = _refuse_unlike(git, order, committed, entries, converts=converts)
        modes |= order.modes
        way: Way = swift
        if order.forward:
            way = Forward(git, order)
        elif hooks or converts or (sign and not order.key):
            way = Careful(git, order, hooks, sign=sign)
        elif order.key:
            way = Sealed(git, swift)
        return _write(git, ahead, order, modes, entries, way, progress)
    finally:
        swift.abandon()


def _write(
    git: Git,
    ahead: Ahead,
    order: Order,
    modes: Mapping[str, str],
    entries: Mapping[str, Held],
    way: Way,
    progress: Progress | None,
) -> str:
    place = git.place
    paths = [change.path for change in order.changes]
    new = [change.path for change in order.changes if change.after is not None]
    steps = tuple(Step.of(change) for change in order.changes)
    standing = Intent(order.ref, order.head, steps, worktree.missing_folders(place.root, new))
    intent.write_intent(place, standing)
    try:
        worktree.write_files(place.root, [(change.path, change.after) for change in order.changes], progress)
        worktree.make_executable(place.root, [path for path, mode in order.modes.items() if mode == "100755"])
        ahead.write(paths, entries)
        if isinstance(way, Careful):
            ahead.written()  # before a hook can touch the files
        made = way.prepare(order, modes)
        private = ahead.written()
        intent.record_commit(place, made)
        way.land()
        index.place_index(place, private)
    except BaseException as error:
        ahead.end()
        way.abandon()
        settle(git, intent.read_intent(place) or standing, force=_by_hook(error))
        if isinstance(error, OSError):
            raise Refused([disk_problem(error)]) from None
        raise
    intent.drop_intent(place)
    way.after()
    return made


def _by_hook(error: BaseException) -> bool:
    return isinstance(error, Refused) and any(p.code == "E-desk-hook-changed" for p in error.problems)


# ── what forbids it


def _refuse_bad_paths(git: Git, changes: Sequence[Change]) -> None:
    """Only plain files inside the desk: no way out of it, no symbolic links, nothing of git's, no second repository."""
    behind = _behind_links(git, {change.path.rpartition("/")[0] for change in changes})
    whys = ((change.path, _bad(git, change.path, behind)) for change in changes)
    found = [desk_problem("path", why, where=path) for path, why in whys if why]
    if len({change.path for change in changes}) < len(changes):
        raise ValueError("the same path twice in one commit")
    if found:
        raise Refused(found)


def _behind_links(git: Git, folders: set[str]) -> set[str]:
    root = git.place.root
    return {folder for folder in folders if os.path.realpath(root / folder) != str(root / folder)}


def _bad(git: Git, path: str, behind: set[str]) -> Text | None:
    parts = path.split("/")
    if not all(parts) or {".", ".."} & set(parts) or re.search("[\0-\x1f\x7f]", path):
        return t("{path} is not a path inside the desk.", path=repr(path))
    if any(part.lower() == ".git" for part in parts):
        return t("{path} belongs to git.", path=path)
    file = git.place.root / path
    if path.rpartition("/")[0] in behind or file.is_symlink():
        return t("{path} is, or lies behind, a symbolic link.", path=path)
    if file.is_dir():
        return t("{path} is a folder.", path=path)
    if file.exists() and not file.is_file():  # a pipe, which would be read for ever
        return t("{path} is not a plain file here.", path=path)
    return None


def _committed(git: Git, reader: Importer, order: Order) -> dict[str, Held]:
    """What the last commit holds at the paths and at the folders above them, by path from the top of the work tree."""
    full = [git.place.prefix + change.path for change in order.changes]
    above = {folder for path in full for folder in _above(path)}
    return reader.entries(order.head, [*sorted(above), *full])


def _above(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]


def _refuse_unlike(
    git: Git, order: Order, committed: Mapping[str, Held], entries: Mapping[str, Held], *, converts: bool
) -> dict[str, str]:
    """Refuse unless work tree, index and last commit agree on every path; the modes the commit gives them."""
    edited = _edited(git, order) if converts else None
    found, modes = [], {}
    for change in order.changes:
        held = committed.get(git.place.prefix + change.path)
        nested = [f for f in _above(git.place.prefix + change.path) if f in committed and committed[f].mode != "040000"]
        if nested or (held and held.mode not in REGULAR):
            found.append(
                desk_problem("path", t("{path} is not a plain file here.", path=change.path), where=change.path)
            )
        elif held and change.before is None and _tag(entries, change.path) in "Ss":
            found.append(_left_out(change.path))
        elif intent.read(git.place.root / change.path) != change.before:
            found.append(_changed(change.path))
        elif _differs(change, held, order.head, edited) or _staged(held, entries.get(change.path)):
            found.append(uncommitted(change.path))
        elif held:
            modes[change.path] = held.mode
    if found:
        raise Refused(found)
    return modes


def _tag(entries: Mapping[str, Held], path: str) -> str:
    return entries[path].tag if path in entries else "H"


def _differs(change: Change, held: Held | None, head: str | None, edited: set[str] | None) -> bool:
    if change.before is None or held is None:
        return (change.before is None) != (held is None)
    if edited is not None:
        return change.path in edited
    import hashlib

    algorithm = hashlib.sha256 if head and len(head) == 64 else hashlib.sha1
    return algorithm(b"blob %d\0%s" % (len(change.before), change.before)).hexdigest() != held.object


def _staged(held: Held | None, entry: Held | None) -> bool:
    return (held.known if held else None) != (entry.known if entry else None)


def _edited(git: Git, order: Order) -> set[str]:
    """The paths git says differ from the last commit, filters and line ends considered."""
    if order.head is None:
        return set()
    options = ("--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", "--ignore-submodules")
    some = [change.path for change in order.changes] if len(order.changes) <= index.MANY else []
    return set(git.run("diff", *options, order.head, "--", *some).decode("utf-8", "surrogateescape").split("\0"))


def _changed(path: str) -> Problem:
    return desk_problem("changed", t("{path} has just been changed by someone else.", path=path), t("Try again."), path)


def _left_out(path: str) -> Problem:
    message = t("{path} is left out of this work tree (sparse checkout).", path=path)
    return desk_problem("sparse", message, t("Take it in: git sparse-checkout add FOLDER"), path)


def uncommitted(path: str) -> Problem:
    """A file that was edited by hand, and not committed."""
    message = t("{path} was edited by hand and not committed; this command would take the edit along.", path=path)
    hint = t("Commit it (git commit -- {path}) or put it back (git restore --staged --worktree -- {path}).", path=path)
    return desk_problem("uncommitted", message, hint, path)


# ── a commit that was cut off


def settle(git: Git, standing: Intent, *, force: bool = False) -> list[Text]:
    """Bring files, index and branch into step again, and say how. Call with the desk and the index locked."""
    from itilcli.journal.left import release

    release(git.place, standing)
    if standing.commit and _landed(git, standing.commit):
        _catch_up(git, standing.commit, standing)
        notes = [t("Finished commit {commit}, which was cut off.", commit=standing.commit[:SHORT])]
    else:
        back, left = worktree.put_back(git.place.root, _not_taken_up(git, standing), force=force)
        notes = [t("Undone, it was cut off before its commit: {path}", path=path) for path in back]
        notes += [t("Left as it is, it was edited since: {path}", path=path) for path in left]
    intent.drop_intent(git.place)
    return notes


def _landed(git: Git, commit: str) -> bool:
    head = state.head(git.place)[1]
    if head is None or head == commit:
        return head == commit
    return git.attempt("merge-base", "--is-ancestor", commit, head).returncode == 0


def _not_taken_up(git: Git, standing: Intent) -> Intent:
    """The steps to undo: not those whose file the user has committed since."""
    if state.head(git.place)[1] == standing.head:
        return standing
    steps = tuple(step for step in standing.steps if not step.wrote(state.committed(git, step.path)))
    return replace(standing, steps=steps)


def _catch_up(git: Git, commit: str, standing: Intent) -> None:
    """Make the index hold what the commit holds, except where the user has staged something since."""
    paths = [step.path for step in standing.steps]
    entries = index.index_entries(git, paths)
    reader = Importer(git)
    try:
        old = reader.entries(standing.head, [git.place.prefix + path for path in paths])
    finally:
        reader.abandon()
    stale = [path for path in paths if not _staged(old.get(git.place.prefix + path), entries.get(path))]
    if stale:
        index.place_index(git.place, index.point_index(git, commit, stale, entries))
