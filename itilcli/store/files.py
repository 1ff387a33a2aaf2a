"""The one door to the disk for a desk's files: whole writes, guarded reads, paths that stay in the desk."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from itilcli.errors import Kind, Problem, Refused, reason_of
from itilcli.store.bounds import CONTROL, LIMIT
from itilcli.text import Text, t

TEMPORARY = ".itil-tmp"
"""How the names of unfinished files end; a killed command may leave one, which may be removed."""
_TO_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def read_bytes(path: Path | str, limit: int = LIMIT) -> bytes:
    """The bytes of the regular file ``path``, at most ``limit`` of them.

    Raises ``Refused``: ``E-file-link`` for a symbolic link, ``E-file-kind`` for a folder, pipe or device,
    ``E-file-size`` for more bytes, ``E-file-read`` for what the system refuses.
    """
    try:
        handle = os.open(path, _TO_READ)
    except (OSError, ValueError) as error:
        raise _read_error(path, error) from error
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise _refused("kind", t("this is not a regular file"), path)
        if found.st_size > limit:
            raise _too_large(path, found.st_size, limit)
        data = b""
        while chunk := os.read(handle, found.st_size + 1):
            data += chunk
            if len(data) > limit:
                raise _too_large(path, len(data), limit)
    except OSError as error:
        raise _read_error(path, error) from error
    finally:
        os.close(handle)
    return data


def read_beginning(path: Path | str, size: int) -> bytes:
    """The first ``size`` bytes of a file, or all of a shorter one. Raises ``Refused`` as :func:`read_bytes` does."""
    try:
        handle = os.open(path, _TO_READ)
        try:
            return os.read(handle, size)
        finally:
            os.close(handle)
    except (OSError, ValueError) as error:
        raise _read_error(path, error) from error


def write_atomically(path: Path, data: bytes) -> None:
    """Put ``data`` in ``path``, new or not, whole or not at all, and on the disk when this returns.

    Makes the folder if need be; an existing file's mode stays. Raises ``Refused``: ``E-file-link`` if ``path`` is a
    symbolic link, ``E-file-write`` (``Kind.DESK``) for what the system refuses.
    """
    temporary = path.parent / f".{os.urandom(8).hex()}{TEMPORARY}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = _mode(path)
        _write_new(temporary, data, mode, lasting=True)
        try:
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    except (OSError, ValueError) as error:
        raise _write_error(path, error) from error


def write_many(items: Iterable[tuple[Path, bytes]], progress: Callable[[int], None] | None = None) -> None:
    """Write many new files, fast: one ``sync`` at the end. If one cannot be written, those before it are removed.

    ``progress`` is called with the number of files written so far. Raises ``Refused``: ``E-file-exists`` if a path
    is taken, ``E-file-write`` (``Kind.DESK``) for what the system refuses.
    """
    written: list[Path] = []
    folders: set[Path] = set()
    try:
        for path, data in items:
            _write_one(path, data, folders)
            written.append(path)
            if progress is not None:
                progress(len(written))
        os.sync()
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def inside(root: Path, relative: str) -> Path:
    """The path of ``relative`` (with ``/`` between its parts) below the folder ``root``; it need not exist.

    Raises ``Refused`` with ``E-file-path`` for an absolute path, for ``..``, for parts of git's own folder, for
    control characters, and where a symbolic link among the folders leads out of ``root``.
    """
    parts = relative.split("/")
    bad = not relative or CONTROL.search(relative) or any(c in "\n\t" for c in relative)
    if bad or relative.startswith("/") or any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        raise _refused("path", t("this path does not lie in the desk"), Path(CONTROL.sub("?", relative)))
    path = root.joinpath(*parts)
    try:
        leaves = not path.parent.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        leaves = True
    if leaves:
        raise _refused("path", t("this path does not lie in the desk"), Path(relative))
    return path


def _mode(path: Path) -> int | None:
    """The mode of the regular file ``path``, None if there is none. Raises ``Refused`` for anything else."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(found.st_mode):
        raise _link(path)
    if not stat.S_ISREG(found.st_mode):
        raise _refused("kind", t("this is not a regular file"), path)
    return stat.S_IMODE(found.st_mode)


def _write_new(path: Path, data: bytes, mode: int | None = None, lasting: bool = False) -> None:
    """Write a file that must not exist yet; ``lasting``: wait until it is on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        if mode is not None:
            os.fchmod(handle, mode)
        if lasting:
            os.fsync(handle)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)


def _write_one(path: Path, data: bytes, folders: set[Path]) -> None:
    folder = path.parent
    try:
        if folder not in folders:
            folder.mkdir(parents=True, exist_ok=True)
            folders.add(folder)
        _write_new(path, data)
    except FileExistsError as error:
        if folder in folders:
            raise _refused("exists", t("the file exists already"), path) from error
        raise _write_error(path, error) from error
    except (OSError, ValueError) as error:
        raise _write_error(path, error) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(slug: str, message: Text, path: Path | str, kind: Kind = Kind.RULE) -> Refused:
    return Refused([Problem(f"E-file-{slug}", message, where=str(path), kind=kind)])


def _link(path: Path | str) -> Refused:
    return _refused("link", t("this is a symbolic link, which is neither read nor written"), path)


def _too_large(path: Path | str, size: int, limit: int) -> Refused:
    message = t("the file has {size} bytes, more than the {limit} that are read", size=size, limit=limit)
    return _refused("size", message, path)


def _read_error(path: Path | str, error: OSError | ValueError) -> Refused:
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return _link(path)
    return _refused("read", t("the file cannot be read: {reason}", reason=reason_of(error)), path, Kind.DESK)


def _write_error(path: Path, error: OSError | ValueError) -> Refused:
    return _refused("write", t("the file cannot be written: {reason}", reason=reason_of(error)), path, Kind.DESK)
