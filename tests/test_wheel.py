"""The wheel, away from the checkout: built, installed into a bare environment, and worked with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[1]
CALL = (
    "-o",
    "第一人民医院",
    "-c",
    "张三丰",
    "-p",
    "0571-88886666",
    "-y",
    "读卡器无法识别",
    "-b",
    "无法结算",
    "-e",
    "无",
)
FAULT = ("--type", "fault", "-g", "terminal", "-s", "low", "-q", "一般")
END = ("--confirmed-by", "张三丰", "--method", "phone", "--rest", "none")

pytestmark = pytest.mark.slow


def run(*words: str | Path, environ: dict[str, str], cwd: Path) -> str:
    done = subprocess.run(
        [str(word) for word in words], env=environ, cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built with what the development extras hold."""
    out = tmp_path_factory.mktemp("wheel")
    words = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, PROJECT)
    run(*words, environ=dict(os.environ), cwd=out)
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``itil`` in a bare environment, its dependencies installed as a user gets them."""
    folder = tmp_path_factory.mktemp("installed")
    environ = outside(folder)
    run(sys.executable, "-m", "venv", folder / "venv", environ=environ, cwd=folder)
    python = folder / "venv/bin/python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, environ=environ, cwd=folder)
    return folder / "venv/bin/itil"


def outside(home: Path) -> dict[str, str]:
    """The environment of somebody who has never seen the checkout."""
    names = ("PYTHON", "VIRTUAL_ENV", "GIT_", "ITIL_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(names)}
    kept |= {name: value for name, value in os.environ.items() if name.startswith("GIT_SSL")}
    who = {"NAME": "张三", "EMAIL": "zhang@example.com"}
    roles = {f"GIT_{role}_{name}": value for role in ("AUTHOR", "COMMITTER") for name, value in who.items()}
    return {**kept, **roles, "GIT_CONFIG_GLOBAL": os.devnull, "LANG": "C.UTF-8"}


def test_it_carries_templates_catalogues_and_manual_pages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert len(tops) == 3 and "itilcli" in tops, "the package, its metadata, and what goes beside the program"
    data = {name.partition(".data/data/")[2] for name in names if ".data/" in name}
    assert {"share/man/man1/itil.1", "share/man/man1/itil-new.1", "share/man/zh_CN/man1/itil-new.1"} < data
    assert all(name.startswith("share/man/") for name in data)
    here = {
        path.relative_to(PROJECT / "templates").as_posix()
        for path in (PROJECT / "templates").rglob("*")
        if path.is_file()
    }
    assert {f"itilcli/_templates/{name}" for name in here} <= set(names)
    assert "itilcli/locale/zh/LC_MESSAGES/itil.mo" in names


def test_a_month_of_work_away_from_the_checkout(program: Path, tmp_path: Path) -> None:
    """init, new, close and report, in a new desk."""
    environ = outside(tmp_path)
    desk = tmp_path / "desk"

    def itil(*words: str, now: str = "2026-10-12T09:00:00+08:00", cwd: Path = desk) -> Any:
        return json.loads(run(program, *words, "--json", environ={**environ, "ITIL_NOW": now}, cwd=cwd))

    assert run(program, "--version", environ=environ, cwd=tmp_path).startswith("itil ")
    assert "desk.yaml" in itil("init", "desk", "--organisation", "示例科技", cwd=tmp_path)["added"]
    assert (desk / "README.md").is_file() and (desk / "calendar/2026.yaml").is_file()
    case = itil("new", *CALL, *FAULT, "--solution", "重新插拔后正常", "--took", "7m", now="2026-10-12T09:10:00+08:00")[
        "id"
    ]
    assert itil("close", case, *END, now="2026-10-12T09:20:00+08:00")["status"] == "completed"
    report = itil("report", "2026-10", now="2026-11-02T09:00:00+08:00")
    assert report["month"] == "2026-10" and report["figures"]["incidents_total"]["value"] == 1
    text = run(program, "report", "2026-10", environ={**environ, "ITIL_NOW": "2026-11-02T09:00:00+08:00"}, cwd=desk)
    assert "2026-10" in text
    assert (
        subprocess.run(["git", "-C", str(desk), "status", "--porcelain"], capture_output=True, check=True).stdout == b""
    )
