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
    "bz2": "compress", "lzma": "compress", "tokenize": "tokenize", "inspect": "signature",
    "platform": "machine", "sysconfig": "get_paths"}  # fmt: skip


@pytest.mark.parametrize("name", SELDOM)
def test_it_waits_for_its_first_use(name: str) -> None:
    program = SHOWN.format(name=name, public=PUBLIC[name])
    told = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, text=True, capture_output=True, check=True)
    assert told.stdout.split() == ["True"] * 4


STOOD_IN = """
import inspect, sys
real = [inspect.cleandoc(text) for text in {texts!r}]
import platform, sysconfig
real += [platform.system(), sysconfig.get_config_var("EXT_SUFFIX")]
for name in ("inspect", "platform", "sysconfig"):
    del sys.modules[name]
from itilcli.cli.seldom import Seldom, put_off
put_off()
import inspect, platform, sysconfig
from zoneinfo import ZoneInfo
there = ZoneInfo("Asia/Shanghai").key == "Asia/Shanghai"
told = [inspect.cleandoc(text) for text in {texts!r}[:2]]
waited = type(inspect) is Seldom
told += [inspect.cleandoc(text) for text in {texts!r}[2:]]
told += [platform.system(), sysconfig.get_config_var("EXT_SUFFIX")]
print(there, waited, told == real, inspect.Parameter.empty is inspect.Signature.empty)
"""


def test_what_stands_in_for_a_part_of_a_module_says_the_same() -> None:
    program = STOOD_IN.format(texts=["  \tone line  ", "", "two\n    lines\n\n"])
    told = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, text=True, capture_output=True, check=True)
    assert told.stdout.split() == ["True"] * 4


def test_what_is_there_already_stays() -> None:
    program = (
        "import sys, textwrap; from itilcli.cli.seldom import put_off; put_off(); print(type(sys.modules['textwrap']))"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, text=True, capture_output=True, check=True)
    assert "'module'" in told.stdout
