"""A case whose file names something else than a case: whatever is asked, there is an answer or one clear refusal."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def misnamed(desk: Any) -> tuple[Any, str]:
    """A case whose incident file a form was copied over, as a slip of a file manager leaves it."""
    code = desk.new()
    desk.itil("remote", code, "--consent-by", "张三丰", "--actions", "重装驱动", "--unsolved")
    form = next(desk.root.glob(f"records/*/*/*/*-{code}.remote-1.yaml"))
    form.with_name(form.name.replace("remote-1", "incident")).write_bytes(form.read_bytes())
    return desk, form.name.partition(".")[0]


READING = [
    ("log", "ID"), ("log", "ID", "--json"), ("show", "ID"), ("show", "ID", "--json"), ("next", "ID"), ("list",), ("due", "--all"),
    ("list", "--json"), ("list", "--form", "remote", "--json"), ("check",), ("search", "驱动"),
]  # fmt: skip
WRITING = [("note", "ID", "客户来电"), ("escalate", "ID", "--to", "tier2", "--reason", "unresolved", "--tried", "重启")]


@pytest.mark.parametrize("words", [*READING, *WRITING], ids=" ".join)
def test_nothing_ends_in_a_bug(misnamed: tuple[Any, str], words: tuple[str, ...]) -> None:
    desk, case_id = misnamed
    for more in ((), ("--no-index",)):
        said = desk.itil(*(case_id if word == "ID" else word for word in words), *more, code=None)
        assert said.code in (0, 1, 2, 5), said.out + said.err
        assert "E-cli-bug" not in said.err


def test_check_names_it(misnamed: tuple[Any, str]) -> None:
    desk, case_id = misnamed
    assert {"E-5.1-id"} <= {row["code"] for row in desk.itil("check", "--json", code=1).json if case_id in row["file"]}
