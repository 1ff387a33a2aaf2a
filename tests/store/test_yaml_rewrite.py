"""Changing files that people edit: what does not change stays, and the result holds what was asked."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itilcli.errors import Refused
from itilcli.store import yaml
from itilcli.store.emit import emit, same
from itilcli.store.rewrite import rewrite

DATA = Path(__file__).parents[1] / "data"
BY_HAND = """\
# 事件
id: INC-1   # 编号
when: 2024-01-01
t: 12:30
yes_: yes
nul: ~
empty:
tel:   '0571-8888'
customer:
    name: 王芳   # 四格
    email:
    since: 2024-10-29T10:00:00.123456789+08:00

# 历史
history:
- id: 1
  at: 12:30
# 中间
- id: 2
  at: "12:40" # 行尾

# 末尾
unknown: {a: 1, b: [x, y]}
text: >
  折叠
  文本
list:
  # 第一
  - a
  # 第二
  - b
# EOF
"""


def changed(original: str, change: Callable[[dict[str, Any]], object]) -> str:
    """``original`` after ``change`` was made to what it holds."""
    new = copy.deepcopy(yaml.read(original.encode(), "f"))
    change(new)
    result = rewrite(original.encode(), new, "f")
    assert same(yaml.read(result, "f"), new)
    return result.decode()


def replaced(*pairs: tuple[str, str]) -> str:
    text = BY_HAND
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "nothing": (lambda d: None, BY_HAND),
    "a scalar": (lambda d: d.update(t="13:00"), replaced(("t: 12:30", 't: "13:00"'))),
    "a scalar with a comment": (lambda d: d.update(id="x"), replaced(("INC-1 ", '"x"   '))),
    "a new key at the end": (lambda d: d.update(z=1), replaced(("  - b\n", "  - b\nz: 1\n"))),
    "a key gone": (lambda d: d.pop("tel"), replaced(("tel:   '0571-8888'\n", ""))),
    "a nested scalar": (
        lambda d: d["customer"].update(email="a@b.cn"),
        replaced(("email:", 'email: "a@b.cn"')),
    ),
    "a nested key more": (
        lambda d: d["customer"].update(vip=True),
        replaced(("+08:00\n", "+08:00\n    vip: true\n")),
    ),
    "an item more below flush dashes": (
        lambda d: d["history"].append({"id": 3, "note": "x\ny"}),
        replaced(("行尾\n", "行尾\n- id: 3\n  note: |-\n    x\n    y\n")),
    ),
    "an item changed": (
        lambda d: d["history"][0].update(at="12:31"),
        replaced(("- id: 1\n  at: 12:30", '- id: 1\n  at: "12:31"')),
    ),
    "the first item gone": (lambda d: d["history"].pop(0), replaced(("- id: 1\n  at: 12:30\n# 中间\n", ""))),
    "an item more": (lambda d: d["list"].append("c"), replaced(("  - b\n", '  - b\n  - "c"\n'))),
    "an item between": (lambda d: d["list"].insert(1, "c"), replaced(("  # 第二\n", '  # 第二\n  - "c"\n'))),
    "a flow mapping": (lambda d: d["unknown"].update(c=None), replaced(("y]}", "y], c: null}"))),
    "a folded text": (lambda d: d.update(text="甲\n乙"), replaced((">\n  折叠\n  文本", "|-\n  甲\n  乙"))),
    "several": (
        lambda d: (d.update(nul=0, when="2024-01-02"), d["list"].append("c")),
        replaced(("nul: ~", "nul: 0"), ("2024-01-01", '"2024-01-02"'), ("  - b\n", '  - b\n  - "c"\n')),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_file_written_by_hand(name: str):
    change, expected = CHANGES[name]
    assert changed(BY_HAND, change) == expected


def test_line_ends_and_byte_order_mark_stay():
    original = "\ufeffa: 1 # x\r\nb: |\r\n  y\r\n  z\r\n"
    assert changed(original, lambda d: d.update(a="q\nr", c="s")) == (
        '\ufeffa: "q\\nr" # x\r\nb: |\r\n  y\r\n  z\r\nc: "s"\r\n'
    )


def test_a_new_key_goes_below_the_key_before_it():
    new = {"a": 1, "new": "x", "b": 2}
    assert rewrite(b"a: 1\n\n# about b\nb: 2\n", new, "f") == b'a: 1\nnew: "x"\n\n# about b\nb: 2\n'


def test_a_new_key_first():
    assert rewrite(b"# about b\nb: 2\n", {"a": 1, "b": 2}, "f") == b"a: 1\n# about b\nb: 2\n"


@pytest.mark.parametrize(
    ("original", "new"),
    [
        ("{a: 1, b: x}\n", {"a": 1, "b": "y", "c": "z"}),
        ("---\na: 1\n...\n", {"a": 2, "b": [1]}),
        ("a: |+\n  x\n\n\nb: 1\n", {"a": "y", "b": 1, "c": 2}),
        ("a: 1", {"a": 1, "b": 2}),
        ("a: []\nb: {}\n", {"a": ["x"], "b": {"c": {}}}),
        ("a: [x, y]\n", {"a": []}),
        ('"a b": x # c\n', {"a b": "y", "c d": {"e f": "g"}}),
        ("a:\n  - [x, y]\n  # c\n  - {b: 1}\n", {"a": [["x"], {"b": 2, "null": 3}]}),
        ("{}\n", {"a": "x"}),
        ("a: 'x\n\n  y' # c\nb: 1\n", {"a": "x\ny", "b": 2}),
        ("a: x\n", {}),
        ("a: 1 # c\n", {"a": True}),
        ("a:\n  b: 1 # c\n", {"a": {"b": 1.0}}),
    ],
)
def test_any_style(original: str, new: dict[str, Any]):
    assert same(yaml.read(rewrite(original.encode(), new, "f"), "f"), new)


def test_a_file_of_our_own_is_written_as_a_new_one_would_be():
    old = {"id": "1", "history": [{"at": "12:30", "note": "x\ny"}], "text": "a"}
    new = {"id": "1", "owner": None, "history": [*old["history"], {"at": "yes"}], "text": "a\nb"}
    assert rewrite(emit(old).encode(), new, "f").decode() == emit(new)


def test_a_comment_that_cannot_stay_beside_its_value_goes_above_it():
    """A tab before a comment: ruamel, which would change this part, cannot read it. Nor can it put a list beside one."""
    original = b"a: [x, y]\t# one\nb: 1\n"
    assert rewrite(original, {"a": ["x", "y"], "b": 2}, "f") == b"a: [x, y]\t# one\nb: 2\n"
    assert rewrite(original, {"a": ["x", "z"], "b": 1}, "f") == b'# one\na:\n  - "x"\n  - "z"\nb: 1\n'
    listed = b'p: # c\n  - "x#y" # d\n'
    assert rewrite(listed, {"p": [{}, "x", "x"]}, "f") == b'# c\n# d\np:\n  - {}\n  - "x"\n  - "x"\n'


def test_what_may_not_be_written_is_refused():
    with pytest.raises(Refused, match="E-text-control"):
        rewrite(b"a: x # c\n", {"a": "\x1b[31m"}, "f")


def test_what_cannot_be_read_is_refused():
    with pytest.raises(Refused, match="E-yaml-anchor"):
        rewrite(b"a: &x 1\n", {"a": 2}, "f")


@pytest.mark.parametrize("start", range(0, 500, 50))
def test_naughty_strings(start: int):
    for value in json.loads((DATA / "strings/blns.json").read_text(encoding="utf-8"))[start : start + 50]:
        try:
            value = yaml.clean(value)
        except Refused:
            continue
        changed(BY_HAND, lambda d, value=value: d["customer"].update(name=value, more=value + "\nx"))


HOSTILE = sorted((DATA / "hostile/yaml").glob("*.yaml"))


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.name)
def test_hostile_files_are_refused_or_rewritten(path: Path):
    original = path.read_bytes()
    try:
        new = {**yaml.read(original, "f"), "new": ["x"]}
        new[next(iter(new))] = "changed"
        assert same(yaml.read(rewrite(original, new, "f"), "f"), new)
    except Refused as refused:
        assert refused.problems[0].code.startswith("E-yaml-")


LEAVES = st.sampled_from(["x", "yes", "12:30", "a\nb", "", None, True, 5, 1.5, "# c", "𠮷"])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from("pqrs"), TREES, min_size=1), st.dictionaries(st.sampled_from("pqrs"), TREES))
def test_any_change(old: dict[str, Any], new: dict[str, Any]):
    """From any record to any other, also when each line has a comment that sends it to the round trip."""
    written = emit(old)
    assert rewrite(written.encode(), new, "f").decode() == emit({**{k: new[k] for k in old if k in new}, **new}) or (
        same(yaml.read(rewrite(written.encode(), new, "f"), "f"), new)
    )
    commented = "".join(f"{line} # c\n" if line.endswith(('"', ":")) else line + "\n" for line in written.splitlines())
    assert same(yaml.read(rewrite(commented.encode(), new, "f"), "f"), new)
