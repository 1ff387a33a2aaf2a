"""What is read by the version before it is what is read from the first line to the last."""

from __future__ import annotations

from types import CodeType

import pytest

from itilcli import procedure
from itilcli.errors import Refused
from itilcli.judging import reread
from itilcli.judging.breaches import ADVISING
from itilcli.store import yaml

BEFORE = """\
# 事件
id: "INC"
tier: 1
text: |
  eins

  zwei
tags: []
history:
  - id: "A"
    set:
      tier: 1
  - id: "B"
    reason: |-
      so
      und so

"""
AFTER = (
    BEFORE,
    BEFORE + '  - id: "C"\n',
    BEFORE.replace("tier: 1\ntext", 'tier: 2\nmore: "x"\ntext') + '  - id: "C"\n    set:\n      - 1\n',
    BEFORE.replace("tags: []\n", ""),
    BEFORE.replace("  zwei\n", "  zwei\n  drei\n"),
    BEFORE.replace('id: "B"', 'id: "Z"'),
    BEFORE + 'after: "x"\n',
    BEFORE + '# ende\n  - id: "C"\n',
    BEFORE + '- id: "C"\n',
    BEFORE + '   - id: "C"\n',
    BEFORE + "  - |\n    frei\n",
    BEFORE.replace("tags: []", "tags: []\n  - 1"),
    BEFORE.replace("tags: []", "tags: &a []"),
    BEFORE.replace("tags: []", "tags: [1,\n  2]"),
    BEFORE + "tier: 3\n",
    BEFORE + '  - id: "C"\n    id: "D"\n',
    BEFORE.replace("tags: []", "tags: 0x1F"),
    BEFORE.replace("# 事件", "- 1"),
    BEFORE.replace("history:\n", "history: |\n"),
    BEFORE.replace("text: |\n", "text:\n"),
    BEFORE + "---\na: 1\n",
    '"id": 1\n' + BEFORE[9:],
)


def plainly(text: str) -> object:
    """The mapping with the order of its keys, or what forbids it."""
    try:
        return [*yaml.read(text.encode(), "f").items()]
    except Refused as refused:
        return [one.code for one in refused.problems]


@pytest.mark.parametrize("after", AFTER)
def test_the_same_is_read(after: str):
    """Whatever was changed, and whatever is wrong with it."""
    begun = reread.read(BEFORE.encode(), "f")
    assert begun.blocks is not None
    try:
        found = reread.read(after.encode(), "f", begun)
    except Refused as refused:
        assert [one.code for one in refused.problems] == plainly(after)
        return
    assert [*found.held.items()] == plainly(after)
    if found.changed is not None:
        keys = begun.held.keys() | found.held.keys()
        assert {key for key in keys if begun.held.get(key) != found.held.get(key)} <= found.changed <= keys
        assert all(found.held[key] is begun.held[key] for key in keys - found.changed)
    again = reread.read(BEFORE.encode(), "f", found)
    assert [*again.held.items()] == plainly(BEFORE)


def test_what_is_left_out_forbids_nothing():
    """The rules that are not asked of a lawful case only warn."""

    def said(code: CodeType) -> list[str]:
        held = [one for one in code.co_consts if isinstance(one, str)]
        return held + [text for one in code.co_consts if isinstance(one, CodeType) for text in said(one)]

    finds = {rule.find for rule in procedure.RULES}
    assert finds >= ADVISING
    for find in ADVISING:
        found = [text for text in said(find.__code__) if text[:2] in ("E-", "W-")]  # type: ignore[attr-defined]
        assert found and all(text.startswith("W-") for text in found), find
