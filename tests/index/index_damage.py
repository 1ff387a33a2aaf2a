"""What happens to the index file itself, and to commands that run at once: each a deed."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from pathlib import Path

from conftest import FAULT
from hypothesis import strategies as st
from index_world import BUG, INDEX, SIDECARS, World, deed

WAYS = (
    "deleted", "cut", "bit", "bits", "random", "empty", "folder", "header", "zeroed", "text", "sidecars deleted", "sidecars random",
    "another database", "old schema", "journal", "link", "link to nowhere",
)  # fmt: skip


def removed(file: Path) -> None:
    """Whatever is at ``file`` goes."""
    if file.is_dir() and not file.is_symlink():
        shutil.rmtree(file)
    else:
        file.unlink(missing_ok=True)


def damage(file: Path, how: str, seed: int) -> None:
    """The index file at ``file`` is no longer what it was."""
    dice = random.Random(seed)
    if how == "deleted":
        for suffix in ("", *SIDECARS):
            removed(file.with_name(INDEX + suffix))
    elif how.startswith("sidecars"):
        for suffix in SIDECARS:
            beside = file.with_name(INDEX + suffix)
            removed(beside)
            if how.endswith("random"):
                beside.write_bytes(dice.randbytes(4096))
    elif how in ("empty", "folder", "random", "text", "another database", "link to nowhere", "link"):
        data = file.read_bytes() if file.is_file() else b""
        removed(file)
        if how == "folder":
            file.mkdir()
        elif how == "another database":
            with sqlite3.connect(file) as other:
                other.execute("create table meta (a, b)")
            other.close()
        elif how == "link to nowhere":
            file.symlink_to(file.with_name("nowhere") / "index")
        elif how == "link":
            elsewhere = file.with_name("elsewhere.sqlite")
            elsewhere.write_bytes(data)
            file.symlink_to(elsewhere)
        else:
            file.write_bytes({"empty": b"", "random": dice.randbytes(8192), "text": b"not a database\n" * 99}[how])
    elif file.is_file() and file.stat().st_size:
        data = bytearray(file.read_bytes())
        if how == "cut":
            data = data[: dice.randrange(len(data))]
        elif how == "header":
            data[:16] = b"SQLite format 4\0"
        elif how == "zeroed":
            page = dice.randrange(max(1, len(data) // 4096)) * 4096
            data[page : page + 4096] = bytes(len(data[page : page + 4096]))
        elif how == "journal":
            file.with_name(INDEX + "-journal").write_bytes(bytes(data[:4096]))
        elif how == "old schema":
            data[60:64] = (1).to_bytes(4, "big")  # where SQLite keeps user_version
        else:
            for _ in range(1 if how == "bit" else 40):
                place = dice.randrange(len(data) * 8)
                data[place // 8] ^= 1 << place % 8
        file.write_bytes(data)


@deed(4, how=st.sampled_from(WAYS), seed=st.integers(0, 2**32))
def spoil_index(world: World, how: str, seed: int) -> None:
    """The index file is damaged."""
    damage(world.index, how, seed)


@deed(1, sidecars=st.booleans())
def keep_index(world: World, sidecars: bool) -> None:
    """A copy of the index file is kept for later."""
    for suffix in ("", *SIDECARS):
        (world.top / ("old" + suffix)).unlink(missing_ok=True)
        file = world.index.with_name(INDEX + suffix)
        if file.is_file() and (sidecars or not suffix):
            shutil.copy2(file, world.top / ("old" + suffix))


@deed(2, how=st.sampled_from(("written", "preserved", "renamed")))
def old_index(world: World, how: str) -> None:
    """A copy from long ago is put back."""
    if not (world.top / "old").is_file():
        keep_index(world, True)
    for suffix in ("", *SIDECARS):
        old, file = world.top / ("old" + suffix), world.index.with_name(INDEX + suffix)
        if old.is_file():
            if not (how == "written" and file.is_file()):
                removed(file)
            if how == "renamed":
                shutil.copyfile(old, file.with_name("aside"))
                file.with_name("aside").rename(file)
            else:
                (shutil.copyfile if how == "written" else shutil.copy2)(old, file)


@deed(1, how=st.sampled_from(("EXCLUSIVE", "IMMEDIATE", "DEFERRED")))
def hold_index(world: World, how: str) -> None:
    """Another program holds the index while the next answers are given."""
    if world.index.is_file():
        held = sqlite3.connect(world.index, timeout=0, isolation_level=None)
        world.locks.append(held)
        try:
            held.execute(f"BEGIN {how}")
            held.execute("select count(*) from sqlite_master").fetchall()
        except sqlite3.Error as error:
            world.note(error)


@deed(1, mode=st.sampled_from((0o444, 0o000, 0o644)))
def protect_index(world: World, mode: int) -> None:
    """The rights of the index file; they bind nobody who is root."""
    if world.index.is_file():
        world.index.chmod(mode)


@deed(1, kind=st.sampled_from(("past", "future")))
def date_index(world: World, kind: str) -> None:
    """The index file bears another time."""
    if world.index.is_file():
        shift = 86400 * (-999 if kind == "past" else 999)
        before = world.index.stat()
        os.utime(world.index, (before.st_atime, before.st_mtime + shift))


@deed(1, second=st.sampled_from(("check", "new", "due", "list")))
def two_at_once(world: World, second: str) -> None:
    """Two real processes, started together; a reader gives the answer that there is, a writer does its work."""
    words = {
        "check": ("check", "--json"), "due": ("due", "--all", "--json"), "list": ("list", "--json"),
        "new": ("new", *FAULT, "-s", "low", "-q", "一般", "--json"),
    }[second]  # fmt: skip
    first = ("list", "--json")
    with world.process(*first) as one, world.process(*words) as two:
        (out, err), (out2, err2) = one.communicate(timeout=120), two.communicate(timeout=120)
    world.note(f"[{one.returncode}] [{two.returncode}]")
    if second == "new":
        world.counts["new at once", two.returncode == 0] += 1
        assert BUG not in (one.returncode, two.returncode), world.failure(words, (err + err2).decode())
        if one.returncode == 0:
            json.loads(out)
        return
    with world.process(*first, index=False) as plain, world.process(*words, index=False) as plain2:
        (wanted, _), (wanted2, _) = plain.communicate(timeout=120), plain2.communicate(timeout=120)
    assert (one.returncode, out) == (plain.returncode, wanted), world.failure(first, err.decode())
    assert (two.returncode, out2) == (plain2.returncode, wanted2), world.failure(words, err2.decode())
