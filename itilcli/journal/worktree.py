"""The desk's files: written, removed, and put back as they were. Part of the journal's room."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from itilcli.journal.intent import Intent, read
from itilcli.store.files import TEMPORARY, write_atomically, write_many

Progress = Callable[[int, int], None]

_FEW = 8
"""Up to so many files are written one by one, each waited for; more are waited for together."""


def missing_folders(root: Path, paths: Iterable[str]) -> tuple[str, ...]:
    """The folders of ``paths`` that do not exist, outermost first."""
    parents = {parent for path in {p.rpartition("/")[0] for p in paths} for parent in _lineage(path)}
    return tuple(sorted(folder for folder in parents if not (root / folder).is_dir()))


def _lineage(folder: str) -> Iterator[str]:
    parts = folder.split("/") if folder else []
    yield from ("/".join(parts[: n + 1]) for n in range(len(parts)))


def write_files(root: Path, changes: Iterable[tuple[str, bytes | None]], progress: Progress | None = None) -> None:
    """Write or remove files under ``root``; a folder left empty goes too, as with git."""
    wanted = list(changes)
    for folder in missing_folders(root, [path for path, data in wanted if data is not None]):
        (root / folder).mkdir(exist_ok=True)
    written = [(root / path, data) for path, data in wanted if data is not None]
    if len(written) > _FEW:
        _write_by_renaming(written, progress)
    else:
        for file, content in written:
            write_atomically(file, content)
    for path, data in wanted:
        if data is None:
            (root / path).unlink(missing_ok=True)
            remove_empty(root, reversed(list(_lineage(path.rpartition("/")[0]))))


def make_executable(root: Path, paths: Iterable[str]) -> None:
    """Lets these files be run by whoever may read them, as git does."""
    for path in paths:
        mode = (root / path).stat().st_mode
        (root / path).chmod(mode | (mode & 0o444) >> 2)


def _write_by_renaming(written: list[tuple[Path, bytes]], progress: Progress | None) -> None:
    """Many files, each of them old or new at any moment: all written beside their places first, then moved."""
    import secrets

    beside = [path.parent / f".{secrets.token_hex(8)}{TEMPORARY}" for path, _ in written]
    total = len(written)
    report = None if progress is None else lambda done: progress(done, total)
    write_many(((new, data) for new, (_, data) in zip(beside, written, strict=True)), report)
    try:
        for new, (path, _) in zip(beside, written, strict=True):
            with contextlib.suppress(FileNotFoundError):
                new.chmod(path.stat().st_mode & 0o777)
            new.replace(path)
    except BaseException:
        for new in beside:
            new.unlink(missing_ok=True)
        raise


def _remove_temporary(folders: Iterable[Path]) -> None:
    """Remove the unfinished files a killed command left in ``folders``; call only under the desk's lock."""
    for folder in folders:
        for file in folder.glob(f".{'[0-9a-f]' * 16}{TEMPORARY}"):
            file.unlink(missing_ok=True)


def remove_empty(root: Path, folders: Iterable[str]) -> None:
    """Remove those of ``folders``, innermost first, that are empty."""
    for folder in folders:
        with contextlib.suppress(OSError):
            (root / folder).rmdir()


def put_back(root: Path, intent: Intent, *, force: bool = False) -> tuple[list[str], list[str]]:
    """Undo the intent's steps: (paths put back, paths left alone because they hold neither before nor after).

    ``force``: put back whatever is there; only for what a hook of this very commit did.
    """
    back: list[str] = []
    left: list[str] = []
    for step in intent.steps:
        now = read(root / step.path)
        if now == step.before:
            continue
        (back if force or step.wrote(now) else left).append(step.path)
    wanted = set(back)
    _remove_temporary({(root / step.path).parent for step in intent.steps})
    write_files(root, [(s.path, s.before) for s in intent.steps if s.path in wanted])
    remove_empty(root, reversed(intent.folders))
    return back, left
