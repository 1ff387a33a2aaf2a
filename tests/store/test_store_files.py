"""Files: whole writes, guarded reads, paths that stay in the desk. Real files in a real folder."""

import os
import socket
import stat
from pathlib import Path

import pytest

from itilcli.errors import Kind, Refused
from itilcli.store.files import TEMPORARY, inside, read_bytes, write_atomically, write_many


def refused_code(call: object, *args: object) -> str:
    with pytest.raises(Refused) as refused:
        call(*args)  # type: ignore[operator]
    (problem,) = refused.value.problems
    assert str(problem.message)
    return f"{problem.code} {problem.kind.name}"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_write_and_read(tmp_path: Path):
    path = tmp_path / "2026/11/23/a.yaml"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert read_bytes(path) == b"two"
    assert names(path.parent) == ["a.yaml"]


def test_the_mode_of_a_file_stays(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"")
    path.chmod(0o640)
    write_atomically(path, b"x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_follows_the_umask(tmp_path: Path):
    write_atomically(tmp_path / "a", b"x")
    (tmp_path / "b").touch()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_link_is_neither_read_nor_written(tmp_path: Path):
    (tmp_path / "target").write_bytes(b"kept")
    (tmp_path / "link").symlink_to("target")
    assert refused_code(write_atomically, tmp_path / "link", b"x") == "E-file-link RULE"
    assert refused_code(read_bytes, tmp_path / "link") == "E-file-link RULE"
    assert (tmp_path / "target").read_bytes() == b"kept"
    assert names(tmp_path) == ["link", "target"]


def test_a_dangling_link_is_not_followed(tmp_path: Path):
    (tmp_path / "link").symlink_to("gone")
    assert refused_code(write_atomically, tmp_path / "link", b"x") == "E-file-link RULE"
    assert refused_code(write_many, [(tmp_path / "link", b"x")]) == "E-file-exists RULE"
    assert names(tmp_path) == ["link"]


def test_pipes_folders_sockets_and_devices_are_not_read(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert refused_code(read_bytes, tmp_path / "pipe") == "E-file-kind RULE"
        assert refused_code(read_bytes, tmp_path) == "E-file-kind RULE"
        assert refused_code(read_bytes, Path("/dev/zero")) == "E-file-kind RULE"
        assert refused_code(read_bytes, tmp_path / "s") == "E-file-read DESK"
    assert refused_code(write_atomically, tmp_path / "pipe", b"x") == "E-file-kind RULE"


def test_size(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_bytes(tmp_path / "a", 5) == b"12345"
    assert refused_code(read_bytes, tmp_path / "a", 4) == "E-file-size RULE"
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(2**40)
    assert refused_code(read_bytes, tmp_path / "sparse") == "E-file-size RULE"


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="there is no /proc")
def test_a_file_that_grows_without_saying_so_is_not_cut_short():
    """Files in /proc give a size of 0."""
    assert read_bytes(Path("/proc/self/cmdline"))
    assert refused_code(read_bytes, Path("/proc/self/maps"), 10) == "E-file-size RULE"


@pytest.mark.parametrize("path", ["gone", "gone/a", "a\x00b", "n" * 300])
def test_what_the_system_refuses_to_read(tmp_path: Path, path: str):
    assert refused_code(read_bytes, tmp_path / path) == "E-file-read DESK"


@pytest.mark.parametrize("path", ["file/a", "a\x00b", "n" * 300])
def test_what_the_system_refuses_to_write(tmp_path: Path, path: str):
    (tmp_path / "file").touch()
    assert refused_code(write_atomically, tmp_path / path, b"x") == "E-file-write DESK"
    assert refused_code(write_many, [(tmp_path / path, b"x")]) == "E-file-write DESK"
    assert names(tmp_path) == ["file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path):
    tmp_path.chmod(0o500)
    assert refused_code(write_atomically, tmp_path / "a", b"x") == "E-file-write DESK"
    tmp_path.chmod(0o700)


def test_many(tmp_path: Path):
    seen: list[int] = []
    write_many(((tmp_path / f"{n // 10}/{n}", str(n).encode()) for n in range(30)), seen.append)
    assert read_bytes(tmp_path / "2/29") == b"29"
    assert seen == list(range(1, 31))


def test_many_or_none(tmp_path: Path):
    (tmp_path / "2").write_bytes(b"kept")
    assert refused_code(write_many, [(tmp_path / str(n), b"x") for n in range(4)]) == "E-file-exists RULE"
    assert names(tmp_path) == ["2"]
    assert read_bytes(tmp_path / "2") == b"kept"


def test_unfinished_files_are_known_by_their_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As a killed command leaves them: the file that was there is whole."""
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def killed(self: Path, target: Path) -> None:
        assert self.name.endswith(TEMPORARY)
        assert self.parent == target.parent
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    assert names(tmp_path) == ["a"]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize(
    "relative",
    [
        *("", "/etc/passwd", "..", "a/../b", "../a", "a//b", "./a", "a/", "a\x00", "a\nb", "a\x85", "a\ud800"),
        ".git/hooks/x",
        "a/.GIT/x",
        "out/x",
        "loop/x",
        "in/../../x",
    ],
)
def test_paths_that_leave_the_desk(tmp_path: Path, relative: str):
    root = tmp_path / "desk"
    root.mkdir()
    (root / "out").symlink_to(tmp_path)
    (root / "loop").symlink_to("loop")
    assert refused_code(inside, root, relative) == "E-file-path RULE"


def test_paths_inside_the_desk(tmp_path: Path):
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    for relative in ("a", "records/2026/11/23/INC-1.files/照片 1.jpg", ".gitignore", "a..b", "link/x"):
        assert inside(tmp_path, relative) == tmp_path / relative


def test_the_desk_itself_may_be_a_link(tmp_path: Path):
    (tmp_path / "real").mkdir()
    (tmp_path / "desk").symlink_to("real")
    assert inside(tmp_path / "desk", "a/b") == tmp_path / "desk/a/b"


def test_desk_trouble_is_told_as_such(tmp_path: Path):
    with pytest.raises(Refused) as refused:
        read_bytes(tmp_path / "gone")
    assert refused.value.problems[0].kind is Kind.DESK
    assert "there is no such file" in str(refused.value)
