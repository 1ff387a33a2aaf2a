"""`--language`, then ITIL_LANGUAGE, then the desk, then the locale: for help, errors, completion and results alike."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from itilcli.cli.table import COMPLETE

PROJECT = Path(__file__).resolve().parents[2]
HELP, DONE = ("用法", "Usage"), ("转二线", "hand it to tier 2")
ORDER = [
    # flag, ITIL_LANGUAGE, desk, LC_ALL, LANG → language
    ("en", "zh", "zh", "", "zh_CN.UTF-8", "en"),
    ("zh", "en", "en", "", "en_US.UTF-8", "zh"),
    ("", "en", "zh", "", "zh_CN.UTF-8", "en"),
    ("", "zh_CN", "en", "", "en_US.UTF-8", "zh"),
    ("", "", "zh", "", "en_US.UTF-8", "zh"),
    ("", "", "en", "zh_CN.UTF-8", "zh_CN.UTF-8", "en"),
    ("", "", "", "", "zh_CN.UTF-8", "zh"),
    ("", "", "", "C", "zh_CN.UTF-8", "en"),
    ("", "", "", "", "fr_FR.UTF-8", "en"),
    ("", "fr", "", "", "zh_CN.UTF-8", "zh"),
    ("", "", "", "", "", "en"),
]


@pytest.mark.parametrize(("flag", "variable", "desk", "lc_all", "lang", "language"), ORDER)
def test_the_order_holds_everywhere(
    flag: str, variable: str, desk: str, lc_all: str, lang: str, language: str, tmp_path: Path
) -> None:
    if desk:
        (tmp_path / "desk.yaml").write_text(f'format: 1\nlanguage: "{desk}"\n', "utf-8")
    below = tmp_path / "records"
    below.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "ITIL_"))}
    environ = {**kept, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", "GIT_CEILING_DIRECTORIES": str(tmp_path)}
    given = {"ITIL_LANGUAGE": variable, "LC_ALL": lc_all, "LANG": lang}
    environ |= {name: value for name, value in given.items() if value}
    asked = ["--language", flag] if flag else []

    def said(*words: str, **more: str) -> str:
        done = subprocess.run([sys.executable, "-m", "itilcli", *words], cwd=below, env={**environ, **more},
                              capture_output=True, text=True, timeout=60)  # fmt: skip
        return done.stdout + done.stderr

    place = ("zh", "en").index(language)
    shown = said("escalate", *asked, "--help")
    assert HELP[place] in shown and HELP[1 - place] not in shown
    assert ("没有" if language == "zh" else "There is no command") in said(*asked, "no-such-verb")
    assert DONE[place] in said(*asked, "esc", **{COMPLETE: "zsh"})
    if not desk:
        assert ("没有服务台" if language == "zh" else "there is no desk") in said("list", *asked).lower()
