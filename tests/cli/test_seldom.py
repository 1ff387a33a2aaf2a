"""A module that a command seldom uses is loaded when it is used, and not before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from itilcli.cli.seldom import SELDOM

PROJECT = Path(__file__).parents[2]
SHOWN = """
import sys
from itilcli.cli.seldom import Seldom, put_off
put_off([{name!r}])
import {name}
waiting = type({name}) is Seldom
size = len(dir({name}))
{name}.{public}
print(waiting, type({name}) is not Seldom, len(vars({name})) > size, {name} is sys.modules[{name!r}])
"""
PUBLIC = {"ipaddress": "ip_address", "ntpath": "join", "subprocess": "Popen", "textwrap": "wrap", "fnmatch": "translate",
    "bz2": "compress", "lzma": "compress", "tokenize": "tokenize", "inspect": "signature"}  # fmt: skip


@pytest.mark.parametrize("name", SELDOM)
def test_it_waits_for_its_first_use(name: str) -> None:
    program = SHOWN.format(name=name, public=PUBLIC[name])
    told = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, text=True, capture_output=True, check=True)
    assert told.stdout.split() == ["True"] * 4


def test_what_is_there_already_stays() -> None:
    program = (
        "import sys, textwrap; from itilcli.cli.seldom import put_off; put_off(); print(type(sys.modules['textwrap']))"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, text=True, capture_output=True, check=True)
    assert "'module'" in told.stdout
