"""Long work that is stopped: at once, with one line, and nothing of it is left behind."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from itilcli.processes import shared_out
from tests.conftest import EMAILS, TestDesk

PROJECT = Path(__file__).resolve().parents[1]
LOG, MAP = PROJECT / "docs/examples/uci-1000.csv.gz", PROJECT / "docs/examples/uci-incident-log.yaml"
SOON = 10.0
"""Seconds; far more than it takes, for a machine that has much else to do."""
SHARING = """
import time
from itilcli.processes import shared_out

def work(part):
    time.sleep(0.05 if part < 4 else 60)
    return part

try:
    for made in shared_out(work, range(40), 3):
        print(made, flush=True)
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


def environment(root: Path, language: str = "en") -> dict[str, str]:
    """That of 张三, at a terminal."""
    people = {f"GIT_{role}_{what}": said for role in ("AUTHOR", "COMMITTER") for what, said in
              (("NAME", "张三"), ("EMAIL", EMAILS["张三"]))}  # fmt: skip
    return {**os.environ, **people, "ITIL_DESK": str(root), "ITIL_NOW": "2026-11-23T09:00:00+08:00", "TERM": "xterm",
            "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", "NO_COLOR": "1", "LANGUAGE": language}  # fmt: skip


def stopped(root: Path, words: tuple[str, ...], when: str, how: signal.Signals) -> tuple[int, str, int]:
    """``itil WORDS`` at a terminal, stopped as soon as ``when`` is shown: exit code, what came after, its session."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    program = subprocess.Popen(
        [sys.executable, "-m", "itilcli", "--language", "en", *words],
        stdin=slave, stdout=slave, stderr=slave, env=environment(root), cwd=root, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(slave)
    shown, told, until = b"", None, time.monotonic() + 60
    while time.monotonic() < until and select.select([master], [], [], SOON)[0]:
        try:
            shown += os.read(master, 4096)
        except OSError:
            break
        if told is None and when.encode() in shown:
            told = len(shown)
            if how == signal.SIGINT:
                os.write(master, b"\x03")  # to all that run at the terminal, as the keyboard does
            else:
                program.send_signal(how)
    os.close(master)
    assert told is not None, shown.decode()
    return program.wait(SOON), shown[told:].decode().replace("\r\n", "\n"), program.pid


def twice(log: Path) -> Path:
    """The slice of a real log, every incident in it twice: enough to show progress on a swift machine too."""
    import gzip

    head, *rows = gzip.decompress(LOG.read_bytes()).decode().splitlines()
    log.write_text("\n".join([head, *rows, *(row.replace(",", "-2,", 1) for row in rows)]) + "\n")
    return log


def alive(session: int) -> list[int]:
    """The processes of a session that still run."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, its = process.joinpath("stat").read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(its) == session and state != "Z":
            found.append(int(process.name))
    return found


@pytest.mark.parametrize(
    ("when", "how", "code"),
    [
        ("reading incidents", signal.SIGINT, 130),
        ("reading incidents", signal.SIGTERM, 143),
        ("writing files", signal.SIGINT, 130),
    ],
)
def test_a_stopped_import_leaves_nothing(
    desk: TestDesk, tmp_path: Path, when: str, how: signal.Signals, code: int
) -> None:
    log = twice(tmp_path / "log.csv")
    before = desk.git("rev-parse", "HEAD")
    ended, after, session = stopped(desk.root, ("import", str(log), "--map", str(MAP)), when, how)
    assert ended == code
    assert after.rpartition("\r\x1b[K")[2] == "Interrupted; nothing was imported.\n"
    assert alive(session) == []
    assert desk.git("rev-parse", "HEAD") == before
    assert desk.git("status", "--porcelain", "--ignored") == ""
    assert {path.name for path in (desk.root / ".git").glob("*[il]*")} & {
        "index.lock",
        "itil-intent",
        "itil-index",
    } == set()
    assert desk.itil("check").code == 0


@pytest.mark.parametrize(("how", "said"), [(signal.SIGINT, "stopped"), (signal.SIGKILL, "")])
def test_processes_that_share_work_end_with_the_one_that_began_them(how: signal.Signals, said: str) -> None:
    slow = SHARING.replace("60", "1") if how == signal.SIGKILL else SHARING  # a killed one cannot end what sleeps
    program = subprocess.Popen(
        [sys.executable, "-c", slow], stdout=subprocess.PIPE, text=True, cwd=PROJECT, start_new_session=True
    )
    assert program.stdout is not None
    assert [program.stdout.readline() for _ in range(4)] == ["0\n", "1\n", "2\n", "3\n"]
    assert len(alive(program.pid)) == 4
    os.killpg(program.pid, how) if how == signal.SIGINT else program.send_signal(how)
    assert program.stdout.read().strip() == said
    program.wait(SOON)
    until = time.monotonic() + SOON
    while alive(program.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert alive(program.pid) == []


def test_shared_work_comes_back_in_order_and_whole() -> None:
    assert list(shared_out(str, range(2500), 3)) == [str(part) for part in range(2500)]  # more than numbers to draw
    assert list(shared_out(lambda part: "中" * (part * 400), range(200), 3)) == ["中" * (p * 400) for p in range(200)]
    assert list(shared_out(str, [], 2)) == []


def test_work_that_fails_in_a_process_is_told_so_that_it_can_be_done_alone() -> None:
    with pytest.raises(RuntimeError):
        list(shared_out(lambda part: 1 // part, [2, 1, 0], 2))
