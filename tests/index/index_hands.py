"""What people do to files by hand: each a deed. Nothing here asks itil for leave."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import strategies as st
from index_world import CASE_FILE, NUMBER, World, deed, pick

HOW = st.sampled_from(("in place", "rename", "written anew"))
TIME = st.sampled_from(("as it comes", "put back", "the past", "the future"))
WHERE = st.sampled_from(("desk", "desk", "desk", "tree"))
KEYS = (
    "title", "severity", "stage", "status", "reported_at", "organisation", "phone", "assignee", "owner", "priority", "at", "by",
    "action", "symptom", "importance", "tier", "due_on", "resolved_at", "closed_at", "satisfaction", "result", "id", "channel",
)  # fmt: skip
OTHER = {"low": "high", "high": "low", "medium": "low", "tier1": "tier2", "tier2": "tier1", "open": "completed"}
YEAR = 365 * 86400 * 10**9


def altered(data: bytes, line: int, same_length: bool) -> bytes:
    """``data`` with one value of a usual key replaced; as long as before, if so wanted."""
    lines = data.decode("utf-8", "replace").split("\n")
    fit = [n for n, text in enumerate(lines) if text.strip(" -").partition(":")[0] in KEYS and text.endswith('"')]
    place = pick(fit, line)
    if place is None:
        return data[:-1] + (b"#" if data[-1:] != b"#" else b"\n") if same_length else data + b"# x\n"
    head, quote, value = lines[place][:-1].rpartition('"')
    if not same_length:
        value = OTHER.get(value, value + "改")
    elif value:
        last = value[-1]
        swapped = ("1" if last != "1" else "2") if last.isascii() else ("乙" if last != "乙" else "甲")
        value = value[:-1] + (swapped if len(swapped.encode()) == len(last.encode()) else last)
    lines[place] = head + quote + value + '"'
    return "\n".join(lines).encode()


def put(file: Path, data: bytes, how: str = "written anew", time: str = "as it comes") -> None:
    """``data`` into ``file`` in one of the ways that editors have, and the time that it then bears."""
    before = file.stat()
    if how == "in place":
        with file.open("r+b") as opened:
            opened.write(data)
            opened.truncate()
    elif how == "rename":
        beside = file.with_name(file.name + "~")
        beside.write_bytes(data)
        beside.replace(file)
    else:
        file.write_bytes(data)
    born(file, time, before)


def born(file: Path, time: str, before: os.stat_result) -> None:
    """The modification time of ``file``."""
    shift = {"put back": 0, "the past": -10 * YEAR, "the future": YEAR}.get(time)
    if shift is not None:
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + shift))


def chosen(world: World, case: int, where: str = "desk") -> Path | None:
    """A file to be changed, whose version is kept."""
    file = world.file(case, where)
    if file is None or file.is_symlink() or not file.is_file():
        return None
    world.save(file)
    world.note(file)
    return file


@deed(4, case=NUMBER, line=NUMBER, same_length=st.booleans(), how=HOW, time=TIME, where=WHERE)
def edit(world: World, case: int, line: int, same_length: bool, how: str, time: str, where: str) -> None:
    """One value of any case's file."""
    if file := chosen(world, case, where):
        put(file, altered(file.read_bytes(), line, same_length), how, time)


@deed(2, case=NUMBER, line=NUMBER, how=HOW, asked=st.booleans())
def edit_twice(world: World, case: int, line: int, how: str, asked: bool) -> None:
    """Two edits of the same length and time, with an answer given in between."""
    if file := chosen(world, case):
        put(file, altered(file.read_bytes(), line, True), how)
        if asked:
            world.itil("list", "--json")
            world.itil("check", "--json")
        put(file, altered(file.read_bytes(), line + 1, True), how, "put back")


@deed(1, case=NUMBER, line=NUMBER)
def edit_behind_a_reader(world: World, case: int, line: int) -> None:
    """The file changes as soon as a command has read it, before that command ends."""
    file = chosen(world, case)
    if file is None:
        return
    one = file.read_bytes()
    two = altered(one, line, True)
    put(file, two)
    handles: set[int] = set()
    opening, closing = os.open, os.close

    def opened(path: object, *more: object, **named: object) -> int:
        handle: int = opening(path, *more, **named)  # type: ignore[arg-type]
        if str(path).endswith(file.name):
            handles.add(handle)
        return handle

    def closed(handle: int) -> None:
        closing(handle)
        if handle in handles:
            handles.discard(handle)
            put(file, one if file.read_bytes() == two else two, "in place", "put back")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", opened)
        patch.setattr(os, "close", closed)
        world.itil("list", "--json")
        world.itil("check", "--json")


@deed(1, case=NUMBER, line=NUMBER)
def edit_while_asked(world: World, case: int, line: int) -> None:
    """Somebody saves the file again and again while answers are given."""
    file = chosen(world, case)
    if file is None:
        return
    one = file.read_bytes()
    two, stop = altered(one, line, True), threading.Event()

    def busy() -> None:
        handle, turn = os.open(file, os.O_WRONLY), 0
        while not stop.is_set():
            os.pwrite(handle, (two, one)[turn % 2], 0)
            turn += 1
            stop.wait(0.0005)
        os.close(handle)

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        world.itil("list", "--json")
        world.itil("check", "--json")
    finally:
        stop.set()
        thread.join()


@deed(2, case=NUMBER, where=WHERE, how=HOW)
def append_comment(world: World, case: int, where: str, how: str) -> None:
    """A remark at the end, which says nothing."""
    if file := chosen(world, case, where):
        put(file, file.read_bytes() + b"# seen\n", how)


@deed(2, case=NUMBER, how=st.sampled_from(("tab", "cut", "binary", "empty", "twice", "folder", "conflict")))
def spoil(world: World, case: int, how: str) -> None:
    """The file is no YAML any more, or nearly."""
    file = chosen(world, case)
    if file is None:
        return
    data = file.read_bytes()
    if how == "folder":
        file.unlink()
        file.mkdir()
    else:
        spoiled = {
            "tab": data + b"\t- [\n", "cut": data[: len(data) * 2 // 3], "binary": b"\x00\xff" + data, "empty": b"",
            "twice": data + b'title: "x"\n', "conflict": b"<<<<<<< HEAD\n" + data + b"=======\n>>>>>>> other\n",
        }  # fmt: skip
        put(file, spoiled[how])


@deed(3, number=NUMBER, preserved=st.booleans())
def put_right(world: World, number: int, preserved: bool) -> None:
    """A version from before is put back, with its time or without."""
    found = pick(world.saved, number)
    if found is None:
        return
    file, copy = found
    if file.is_dir() and not file.is_symlink():
        shutil.rmtree(file)
    elif file.is_symlink():
        file.unlink()
    if not file.parent.is_dir():
        return
    (shutil.copy2 if preserved else shutil.copyfile)(copy, file)
    world.note(file)


@deed(1, case=NUMBER, whole=st.booleans())
def delete(world: World, case: int, whole: bool) -> None:
    """A form is deleted, or the whole case."""
    if file := chosen(world, case):
        name = file.name.partition(".")[0]
        for one in [*file.parent.glob(f"{name}.*.yaml")] if whole else [file]:
            if one.is_file():
                world.save(one)
                one.unlink()


STRAY = (
    "records/notes.txt", "records/2026/11/23/notes.txt", "records/2026/11/23/INC-20261123-AAAA.incident.yaml",
    "records/2026/11/23/INC-bad.incident.yaml", "records/2026/13/45/INC-20261345-AAAA.incident.yaml", "knowledge/KB-x.md",
    "records/2026/11/23/.hidden.yaml", "records/2026/10/12/INC-20261012-BBBB.remote-1.yaml", "models/stray.yaml",
    "records/2026/10/12/bad\udcffname.yaml", "reports/2026-10/stray.md", "notes/INC.md",
)  # fmt: skip


@deed(1, name=st.sampled_from(STRAY), text=st.sampled_from(("", 'title: "x"\n', "\x00", "# 读卡器\n")))
def add_stray(world: World, name: str, text: str) -> None:
    """A file that nobody expects."""
    file = world.root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.is_dir():
        file.write_text(text, "utf-8")


@deed(1, case=NUMBER, part=st.sampled_from(("banana-1", "remote-9", "follow-up-9", "incident.copy", "remote-0")))
def add_form(world: World, case: int, part: str) -> None:
    """A copy of a form under another name, known or unknown."""
    if file := chosen(world, case):
        beside = file.with_name(f"{file.name.partition('.')[0]}.{part}.yaml")
        if not beside.exists():
            shutil.copy2(file, beside)


def _days(world: World) -> list[Path]:
    return sorted(folder for folder in world.root.glob("records/*/*/*") if folder.is_dir() and folder.name.isdigit())


@deed(2, case=NUMBER, day=NUMBER, back=st.booleans())
def move(world: World, case: int, day: int, back: bool) -> None:
    """A file goes to another day's folder, and back perhaps after an answer."""
    file, folder = chosen(world, case), pick(_days(world), day)
    if file is None or folder is None or (folder / file.name).exists():
        return
    file.rename(folder / file.name)
    if back:
        world.itil("list", "--json")
        (folder / file.name).rename(file)


@deed(1, case=NUMBER, code=st.sampled_from(("AAAA", "7K3Q", "0000")))
def rename_case(world: World, case: int, code: str) -> None:
    """A whole case gets another ID in its names."""
    if file := chosen(world, case):
        name = file.name.partition(".")[0]
        for one in sorted(file.parent.glob(f"{name}.*")):
            other = one.with_name(f"{name[:-4]}{code}{one.name[len(name) :]}")
            if not other.is_dir() and not (one.is_dir() and other.exists()):
                one.rename(other)


@deed(2, case=NUMBER, other=NUMBER)
def copy_over(world: World, case: int, other: int) -> None:
    """``cp -p`` of one case's file over another's of the same kind."""
    file = chosen(world, case)
    if file is None or (found := CASE_FILE.fullmatch(file.name)) is None:
        return
    alike = [one for one in world.files() if one.name.endswith(f".{found[2]}.yaml") and one.is_file()]
    source = pick(alike, other)
    if source is not None and source != file:
        shutil.copy2(source, file)


@deed(1, case=NUMBER, other=NUMBER)
def swap(world: World, case: int, other: int) -> None:
    """Two files exchange their names: the times and sizes are those known, at other places."""
    one, two = chosen(world, case), world.file(other)
    if one and two and one != two and two.is_file():
        aside = one.with_name("aside")
        one.rename(aside)
        two.rename(one)
        aside.rename(two)


@deed(1, case=NUMBER, same=st.booleans())
def link(world: World, case: int, same: bool) -> None:
    """A symbolic link stands for the file: with its content, or leading nowhere."""
    if file := chosen(world, case):
        elsewhere = world.top / f"elsewhere-{world.serial}.yaml"
        if same:
            shutil.copy2(file, elsewhere)
        file.unlink()
        file.symlink_to(elsewhere)


@deed(1, case=NUMBER, mode=st.sampled_from((0o755, 0o600, 0o000, 0o644)))
def chmod(world: World, case: int, mode: int) -> None:
    """Other rights."""
    if file := chosen(world, case):
        file.chmod(mode)


@deed(1, time=TIME)
def touch_all(world: World, time: str) -> None:
    """Every file has another time; what they say is the same."""
    for file in world.root.rglob("*"):
        if ".git" not in file.parts and file.is_file() and not file.is_symlink():
            before = file.stat()
            os.utime(file)
            born(file, time, before)


def _lines(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old, new, 1)


SETTINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "a role ends": ("people.yaml", _lines(b'{role: "tier2"}', b'{role: "tier2", until: "2026-11-01"}')),
    "a role moves": ("people.yaml", _lines(b'{role: "tier2"}', b'{role: "tier1"}')),
    "a role back": ("people.yaml", _lines(b'{role: "tier2", until: "2026-11-01"}', b'{role: "tier2"}')),
    "people spoiled": ("people.yaml", lambda data: data + b"\t[\n"),
    "people mended": ("people.yaml", _lines(b"\t[\n", b"")),
    "another zone": ("desk.yaml", _lines(b"Asia/Shanghai", b"Asia/Karachi")),
    "the zone back": ("desk.yaml", _lines(b"Asia/Karachi", b"Asia/Shanghai")),
    "English": ("desk.yaml", _lines(b'language: "zh"', b'language: "en"')),
    "Chinese": ("desk.yaml", _lines(b'language: "en"', b'language: "zh"')),
    "newer format": ("desk.yaml", _lines(b"format: 1", b"format: 9")),
    "this format": ("desk.yaml", _lines(b"format: 9", b"format: 1")),
    "organisation": ("desk.yaml", _lines("测试服务公司".encode(), "测试服务集团".encode())),
    "a holiday": ("calendar/2026.yaml", lambda data: data.replace(b"true", b"false", 1)),
    "a VIP": ("customers.yaml", _lines(b"contacts:", b"vip: true\n    contacts:")),
    "customers spoiled": ("customers.yaml", lambda data: data + b"- {\n"),
    "customers mended": ("customers.yaml", _lines(b"- {\n", b"")),
    "a past month": ("history.csv", lambda data: data + b"2026-06,5,5\n"),
    "a past month twice": ("history.csv", lambda data: data + b"2026-06,7,5\n"),
    "no past": ("history.csv", lambda data: b""),
    "another model": ("models/读卡器.yaml", lambda data: data + b"# x\n"),
}


@deed(3, what=st.sampled_from(sorted(SETTINGS)), time=TIME, where=WHERE)
def edit_settings(world: World, what: str, time: str, where: str) -> None:
    """What the desk's other files say."""
    name, change = SETTINGS[what]
    file = world.folder(where) / name
    if file.is_file():
        world.save(file)
        put(file, change(file.read_bytes()), time=time)


@deed(1, number=NUMBER, gone=st.booleans())
def edit_article(world: World, number: int, gone: bool) -> None:
    """An article is edited, or deleted."""
    file = pick(sorted(world.root.glob("knowledge/*.md")), number)
    if file is not None and file.is_file():
        world.save(file)
        if gone:
            file.unlink()
        else:
            put(file, file.read_bytes().replace(b"draft", b"withdrawn") + "\n改 驱动\n".encode())
