"""The index file in each state it can be in: the answers are those of the files, and at most one line tells of it."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import FAULT, Said
from index_damage import WAYS, damage
from index_hands import edit_while_asked
from index_world import INDEX, SIDECARS, World, git, told, without_index

from itilcli.actions.checking.examined import Examined
from itilcli.actions.checking.kept import checked_kind
from itilcli.processes import shared_out

QUESTIONS = (
    ("list", "--json"), ("list", "--open"), ("check", "--json"), ("due", "--all", "--json"),
    ("report", "2026-10", "--format", "json"), ("search", "读卡器", "--json"),
)  # fmt: skip
FEW = (("list", "--json"), ("check", "--json"))
NOBODY = 65534


@pytest.fixture
def world() -> Iterator[World]:
    """A desk whose index is there and up to date, outside of the folders that only their owner may enter."""
    made = World.begun()
    made.top.chmod(0o755)
    for words in QUESTIONS:
        made.itil(*words)
    yield made
    subprocess.run(["chmod", "-R", "u+rwx", str(made.top)], check=False)
    made.end()


def same(world: World, questions: tuple[tuple[str, ...], ...] = QUESTIONS, where: str = "desk") -> None:
    """Every question is answered alike, twice with the index and once without."""
    for words in questions:
        plain = world.itil(*words, where=where, index=False)
        for said in (world.itil(*words, where=where), world.itil(*words, where=where)):
            world.same(words, where, said, plain)


def change(world: World) -> None:
    """Something happens that every answer must tell of."""
    incident = world.root / next(one for one in world.files() if one.name.endswith("incident.yaml"))
    incident.write_text(incident.read_text("utf-8").replace('title: "', 'title: "改', 1), "utf-8")


def processed(world: World, *words: str, index: bool = True, **more: Any) -> Said:
    """A command in a process of its own."""
    with world.process(*words, index=index, **more) as child:
        out, err = child.communicate(timeout=120)
    return Said(child.returncode, out.decode(), err.decode())


def same_in_processes(world: World, questions: tuple[tuple[str, ...], ...] = FEW, **more: Any) -> None:
    """The same of commands in processes of their own, which ``more`` restrains."""
    for words in questions:
        plain, first, second = (processed(world, *words, index=index, **more) for index in (False, True, True))
        assert plain.out and "Traceback" not in plain.err, plain.err
        world.same(words, "desk", first, plain)
        world.same(words, "desk", second, plain)


def test_there_is_an_index(world: World) -> None:
    """Or all these tests would show nothing; it is in no work tree, and ``--no-index`` neither needs nor makes it."""
    assert world.index.is_file()
    assert git(world.root, "status", "--porcelain")[1] == ""
    world.index.unlink()
    for words in QUESTIONS:
        with without_index():
            wanted = world.itil(*words)
        assert told(world.itil("--no-index", *words)) == told(world.itil(*words, "--no-index")) == told(wanted)
    assert not world.index.exists()


@pytest.mark.parametrize("how", WAYS)
def test_a_damaged_index(world: World, how: str) -> None:
    """Whatever it holds, before a change and after it; it is whole again afterwards."""
    damage(world.index, how, 17)
    same(world, FEW)
    damage(world.index, how, 18)
    change(world)
    same(world)


def test_many_a_bit(world: World) -> None:
    """One bit each time, somewhere else."""
    good = world.index.read_bytes()
    for seed in range(12):
        world.index.write_bytes(good)
        damage(world.index, "bit", seed)
        same(world, FEW)


def test_cut_anywhere(world: World) -> None:
    """At the ends of pages and within them."""
    good = world.index.read_bytes()
    for length in (1, 15, 16, 99, 100, 4095, 4096, 4097, len(good) // 2, len(good) - 1):
        world.index.write_bytes(good[:length])
        same(world, FEW)
        whole(world)


@pytest.mark.parametrize("held", [b"", b"\0", "你好".encode(), os.urandom(20_000)])
def test_no_index_at_all(world: World, held: bytes) -> None:
    """Something else lies in its place: it is made anew, and not done without for ever."""
    world.index.write_bytes(held)
    same(world, FEW)
    whole(world)


def whole(world: World) -> None:
    """The file is an index again, with all cases in it."""
    with sqlite3.connect(world.index) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("SELECT count(*) FROM cases").fetchone()[0] > 0


def test_what_was_and_is_again(world: World) -> None:
    """A file goes and comes back while only those look who keep nothing of it: all content is as it was, and what was kept is not."""
    incident = world.root / next(one for one in world.files() if one.name.endswith("incident.yaml"))
    away = incident.with_name("away.yaml")
    world.itil("due", "--all", "--json")
    incident.rename(away)
    world.itil("list", "--json")
    away.rename(incident)
    world.itil("list", "--json")
    same(world)


def test_a_command_that_read_and_did_not_look_through(world: World) -> None:
    """It kept something of what had changed and was cut off; then everything is as it was when all was looked through."""
    incident = world.root / next(one for one in world.files() if one.name.endswith("incident.yaml"))
    before = incident.read_bytes()
    world.itil("check", "--json")
    incident.write_bytes(before.replace(b'status: "', b'status: "x', 1))
    desk = Examined(world.root, {**os.environ, "ITIL_NOW": world.now.isoformat()})
    assert desk.index is not None
    desk.index.digest((checked_kind(desk),))
    desk.index.close()
    incident.write_bytes(before)
    time.sleep(0.1)  # a younger file is not believed, and read again
    world.itil("list", "--json")
    same(world, (("check",),))  # whose answer is not kept yet


def test_a_file_that_is_saved_while_it_is_read(world: World) -> None:
    """Again and again; what was made of one state is not taken for what is made of the other."""
    for turn in range(6):
        world.do(edit_while_asked, case=turn * 3, line=turn * 7)
        same(world, FEW)


def test_an_old_copy(world: World) -> None:
    """The index of a desk as it was: with its own time, and with a new one."""
    old = world.top / "old"
    shutil.copy2(world.index, old)
    for copy in (shutil.copy2, shutil.copyfile):
        change(world)
        same(world, FEW)
        copy(old, world.index)
        same(world)


def test_the_index_of_another_desk(world: World) -> None:
    """A folder that was copied whole, and an index that was carried over."""
    other = World.begun()
    try:
        change(other)
        same(other)
        shutil.copy2(other.index, world.index)
        same(world)
        copied = world.top / "other"
        shutil.rmtree(copied)
        shutil.copytree(world.root, copied, symlinks=True)
        incident = next(copied.glob("records/*/*/*/*.incident.yaml"))
        incident.write_text(incident.read_text("utf-8").replace('title: "', 'title: "改', 1), "utf-8")
        same(world, QUESTIONS, "other")
    finally:
        other.end()


@pytest.mark.parametrize("how", ["EXCLUSIVE", "IMMEDIATE", "DEFERRED"])
def test_a_locked_index(world: World, how: str) -> None:
    """Another process holds it, and lets it go."""
    holding = (
        "import sqlite3, sys\n"
        "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "db.execute('BEGIN ' + sys.argv[2]); db.execute('select * from sqlite_master').fetchall()\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    words = [sys.executable, "-c", holding, str(world.index), how]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        change(world)
        same(world, FEW)
        holder.communicate()
    same(world)


def as_nobody(world: World, *words: str, index: bool = True) -> Said:
    """A command of somebody who may write nothing of the desk: in a child of this process, which has Python loaded."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            said = world.itil(*words, index=index)
            with os.fdopen(into, "w", encoding="utf-8") as pipe:
                json.dump([said.code, said.out, said.err], pipe)
        finally:
            os._exit(0)
    os.close(into)
    with os.fdopen(out, encoding="utf-8") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return Said(*json.loads(text))


def same_for_nobody(world: World) -> None:
    """The same for them."""
    for words in FEW:
        plain, first, second = (as_nobody(world, *words, index=index) for index in (False, True, True))
        assert plain.out, plain.err
        world.same(words, "desk", first, plain)
        world.same(words, "desk", second, plain)
    count = as_nobody(world, "sql", "SELECT count(*) AS n FROM incidents", "--json", index=True)
    assert json.loads(count.out)[0]["n"] > 0, count.err
    path = as_nobody(world, "sql", "--path", index=True)
    assert (path.code, path.err.count("E-sql-path")) in ((0, 0), (5, 1)), path.err


def readable(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything of the desk may be read and nothing written; git trusts it."""
    for name, value in (("COUNT", "1"), ("KEY_0", "safe.directory"), ("VALUE_0", "*"), ("GLOBAL", os.devnull)):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    subprocess.run(["chmod", "-R", "a+rX,a-w", str(world.root)], check=True)
    world.itil("check", "--json", index=False)  # whatever is imported late is imported now
    world.itil("sql", "SELECT count(*) FROM problems")
    list(shared_out(str, range(4), 2))


@pytest.mark.parametrize("state", ["fresh", "stale", "missing", "unreadable"])
def test_a_desk_that_may_only_be_read(world: World, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file, its folder and all else: nothing can be written."""
    if state == "stale":
        change(world)
    elif state == "missing":
        world.index.unlink()
    readable(world, monkeypatch)
    if state == "unreadable":
        world.index.chmod(0)
    same_for_nobody(world)


def test_an_index_file_that_may_only_be_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder may be written, and the answers are right after a change."""
    readable(world, monkeypatch)
    (world.root / ".git").chmod(0o777)
    change_as_owner = next(one for one in world.files() if one.name.endswith("incident.yaml"))
    change_as_owner.chmod(0o644)
    change(world)
    same_for_nobody(world)


@pytest.mark.parametrize("most", [0, 1, 4096, 20000])
@pytest.mark.parametrize("there", [True, False])
def test_no_room(world: World, most: int, there: bool) -> None:
    """No file may grow beyond so many bytes, as on a full disk; an index that is there is out of date."""
    if there:
        change(world)
    else:
        damage(world.index, "deleted", 0)

    def little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    same_in_processes(world, preexec_fn=little)
    same(world, FEW)


def test_a_full_disk(world: World) -> None:
    """A desk on a disk with no byte left: with an index out of date, and without one."""
    disk = Path(tempfile.mkdtemp(prefix="itil-disk-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", str(disk)], capture_output=True)
    if mounted.returncode:
        disk.rmdir()
        pytest.skip("no disk can be mounted here")
    try:
        full = World(disk, now=world.now)
        shutil.copytree(world.root, full.root, symlinks=True)
        change(full)
        (disk / "fill").write_bytes(b"")
        with (disk / "fill").open("ab", buffering=0) as file:
            for size in (65536, 512, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    pass
        same(full, FEW)
        full.index.unlink()
        with (disk / "fill").open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        same(full, FEW)
        (disk / "fill").unlink()
        same(full)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
        disk.rmdir()


def test_worktrees_share_it(world: World) -> None:
    """One file for all of them, each with its own answers."""
    git(world.root, "worktree", "add", "-q", "-b", "wt", str(world.tree), "HEAD~2")
    for _ in range(2):
        same(world, FEW, "tree")
        same(world, FEW)
        change(world)
    same(world, QUESTIONS, "tree")
    assert world.itil("list", "--json").out != world.itil("list", "--json", where="tree").out
    assert not [*world.root.glob(f".git/worktrees/*/{INDEX}"), *world.tree.glob(f"**/{INDEX}")]


def at_once(world: World, *commands: tuple[str, ...]) -> list[Said]:
    """Commands started together."""
    running = [world.process(*words) for words in commands]
    ended = [(child.communicate(timeout=120), child.returncode) for child in running]
    return [Said(code, out.decode(), err.decode()) for (out, err), code in ended]


@pytest.mark.parametrize("state", ["missing", "stale", "cut"])
def test_readers_at_once(world: World, state: str) -> None:
    """Each gives the answer that there is, whoever of them writes the index."""
    change(world)
    if state != "stale":
        damage(world.index, {"missing": "deleted"}.get(state, state), 5)
    wanted = {words: processed(world, *words, index=False) for words in FEW}
    for words, said in zip(FEW * 2, at_once(world, *FEW, *FEW), strict=True):
        world.same(words, "desk", said, wanted[words])
    same(world, FEW)


def test_a_writer_beside_readers(world: World) -> None:
    """The call is taken, and the answers afterwards know of it."""
    taking = ("new", *FAULT, "-s", "low", "-q", "一般", "--json")
    said = at_once(world, taking, *FEW, taking)
    assert [one.code for one in said] == [0, said[1].code, said[2].code, 0] and 70 not in (said[1].code, said[2].code)
    same(world)
    known = {row["id"] for row in world.itil("list", "--json").json}
    assert {said[0].json["id"], said[3].json["id"]} <= known


def test_a_reader_that_is_killed(world: World) -> None:
    """At any moment: the index is what it was, or new, or thrown away."""
    for delay in (0.05, 0.1, 0.15, 0.2, 0.3, 0.4):
        change(world)
        with world.process("check", "--json") as child:
            try:
                child.wait(delay)
            except subprocess.TimeoutExpired:
                child.kill()
            child.communicate()
        same(world, FEW)


def test_no_sidecars_are_left(world: World) -> None:
    """One file, as is promised; a journal only while somebody writes."""
    assert [name for name in SIDECARS if world.index.with_name(INDEX + name).exists()] == []
    with sqlite3.connect(f"file:{world.index}?mode=ro", uri=True) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def test_a_first_build_that_is_cut_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was kept so far is true, and the rest is read the next time."""
    from itilcli.desk import Desk

    monkeypatch.setattr("itilcli.index.keeping.CHUNK", 1)
    world.index.unlink(missing_ok=True)
    told: list[int] = []

    def watch(done: int, total: int) -> None:
        told.append(done)
        if len(told) == 9:
            raise KeyboardInterrupt

    desk = Desk.open(str(world.root))
    desk.watch = watch
    with pytest.raises(KeyboardInterrupt):
        list(desk.glances([]))
    assert world.index.exists()
    same(world)
