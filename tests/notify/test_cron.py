"""The report as cron runs it: `/bin/sh` with an empty environment, no terminal, no home, the desk's lock held by another."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from servers import Web, mail, web

ROOT = Path(__file__).parent.parent.parent
WHO = "GIT_AUTHOR_NAME=张三 GIT_AUTHOR_EMAIL=zhang@example.com GIT_COMMITTER_NAME=desk GIT_COMMITTER_EMAIL=desk@example.com"
FOLDER = "records/reports/2026-10"


@pytest.fixture
def site() -> Iterator[Web]:
    """A team that reads at one address."""
    with web() as one:
        yield one


def cron(desk: Any, line: str, *, notify: str, now: str = "2026-11-01T06:30:00+08:00") -> subprocess.Popen[str]:
    """One line of a crontab, started as cron starts it."""
    program = f"{sys.executable} -m itilcli"
    settings = f"PATH=/usr/local/bin:/usr/bin:/bin PYTHONPATH={ROOT} ITIL_DESK='{desk.root}' ITIL_NOW={now} ITIL_NOTIFY='{notify}'"
    return subprocess.Popen(
        ["env", "-i", "/bin/sh", "-c", f"{settings} {WHO} {program} {line}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/",
    )  # fmt: skip


def ended(run: subprocess.Popen[str]) -> tuple[int, str, str]:
    """How it ended, and what it printed."""
    out, err = run.communicate(timeout=120)
    return run.returncode, out, err


@pytest.mark.slow
@pytest.mark.covers("B20")
def test_the_first_of_the_month(desk: Any, site: Web) -> None:
    """Issued once, said in one line, sent with the page; the second run changes nothing and sends nothing."""
    desk.new("--solution", "重新插拔", "--confirmed-by", "张三丰", "--rest", "none", now="2026-10-08T10:00:00+08:00")
    line = "report last --issue --unattended --notify"
    with mail() as post:
        code, out, err = ended(cron(desk, line, notify=f"{site.url()} {post.url()}"))
        assert (code, err) == (0, "") and FOLDER in out and out.count("\n") == 2
        assert "2026年10月共受理事件 1 件" in site.texts[0]
        [letter] = post.mails
        [page] = [part for part in letter.walk() if (part.get_filename() or "").endswith(".html")]
        assert page.get_content_type() == "text/html"
        assert page.get_payload(decode=True) == (desk.root / FOLDER / "report.html").read_bytes()
    head = desk.git("rev-parse", "HEAD")
    code, out, err = ended(cron(desk, line, notify=site.url()))
    assert (code, err) == (0, "") and FOLDER in out
    assert len(site.texts) == 1 and desk.git("rev-parse", "HEAD") == head


@pytest.mark.slow
def test_what_is_wrong_is_one_line_and_reaches_the_team(desk: Any, site: Web) -> None:
    """A record in fault: a draft, a message, 1. An unknown author: 4."""
    case = desk.new(now="2026-10-08T10:00:00+08:00")
    path = desk.file(case)
    path.write_text(path.read_text().replace('stage: "classified"', 'stage: "closed"'))
    desk.git("commit", "-qam", "by hand")
    code, out, err = ended(cron(desk, "report last --issue --unattended --notify", notify=site.url()))
    assert (code, out) == (1, "") and err.count("\n") == 1 and "draft.md" in err
    assert case in site.texts[0]
    assert (desk.root / FOLDER / "draft.html").is_file() and not (desk.root / FOLDER / "figures.json").exists()
    stranger = cron(desk, "report last --issue --unattended", notify="")
    assert ended(stranger)[0] == 1
    desk.git("config", "user.email", "nobody@example.com")
    refused = subprocess.run(
        ["env", "-i", "PATH=/usr/bin:/bin", f"PYTHONPATH={ROOT}", sys.executable, "-m", "itilcli", "report", "last",
         "--issue", "--unattended", "--desk", str(desk.root)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 4 and refused.stderr.count("\n") == 1


@pytest.mark.slow
def test_two_runs_wait_for_the_desks_lock_and_one_issues(desk: Any) -> None:
    """Another command writes: both wait; then one issues, and the other says that it was issued before."""
    import fcntl

    desk.new(now="2026-10-08T10:00:00+08:00")
    lock = Path(desk.git("rev-parse", "--absolute-git-dir").strip()) / "itil.lock"
    with lock.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        runs = [cron(desk, "report last --issue --unattended", notify="") for _ in range(2)]
        time.sleep(3)
        assert [run.poll() for run in runs] == [None, None] and not (desk.root / FOLDER / "figures.json").exists()
    said = [ended(run) for run in runs]
    assert [code for code, _, _ in said] == [0, 0]
    assert sorted("此前" in out for _, out, _ in said) == [False, True]
    assert desk.git("log", "--oneline", "--", FOLDER).count("\n") == 1
