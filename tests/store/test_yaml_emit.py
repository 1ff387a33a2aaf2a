"""Writing: what is written is read back the same, by both parsers, whatever the text."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from itilcli.errors import Refused
from itilcli.store import yaml
from itilcli.store.emit import emit, is_block, same

DATA = Path(__file__).parents[1] / "data"
NAUGHTY = [
    *json.loads((DATA / "strings/blns.json").read_text(encoding="utf-8")),
    *(row["s"] for row in json.loads((DATA / "strings/names_edge.json").read_text(encoding="utf-8"))),
    *(row["s"] for row in json.loads((DATA / "strings/cn_phone_formats.json").read_text(encoding="utf-8"))["rows"]),
    *(
        json.loads(line)["s"]
        for name in ("csv_injection", "ssti")
        for line in (DATA / f"hostile/{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ),
]
ALLOWED = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(" \n\t\"'\\:#-|>\u2028\u202e\ufeff\ufffe")
TEXT = st.text(ALLOWED, max_size=40) | st.sampled_from(["yes", "012", "~", "12:30", "a\n\nb\n", "\u3000甲\n乙"])
SCALARS = (
    TEXT
    | st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False).filter(lambda number: abs(number) != float("inf"))
)
KEYS = st.from_regex(r"[a-z_]{1,8}", fullmatch=True) | st.sampled_from(["null", "yes", "n", "中文", ""]) | TEXT
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))
RECORDS = st.dictionaries(KEYS, VALUES, max_size=6)


def both(text: str) -> list[object]:
    """What our door and ruamel read in ``text``."""
    ruamel = YAML(typ="safe", pure=True)
    return [yaml.read(text.encode(), "f"), ruamel.load(text)]


def test_a_record():
    record = {
        "id": "INC-20261123-7K3Q",
        "tier": 2,
        "major": None,
        "vip": True,
        "symptom": "所有窗口\n  读卡器无法识别",
        "note": "ends\n",
        "customer": {"contact": "王芳", "phone": "057188888888", "projects": [], "more": {}},
        "history": [{"id": "1", "by": "li.si", "tried": "a\nb"}, {}, "x", ["y"]],
        "两 词": '“引号” "q"',
        "yes": "no",
    }
    assert emit(record, {"customer": "客户\n两行"}) == (
        'id: "INC-20261123-7K3Q"\n'
        "tier: 2\n"
        "major: null\n"
        "vip: true\n"
        "symptom: |-\n"
        "  所有窗口\n"
        "    读卡器无法识别\n"
        "note: |\n"
        "  ends\n"
        "# 客户\n"
        "# 两行\n"
        "customer:\n"
        '  contact: "王芳"\n'
        '  phone: "057188888888"\n'
        "  projects: []\n"
        "  more: {}\n"
        "history:\n"
        '  - id: "1"\n'
        '    by: "li.si"\n'
        "    tried: |-\n"
        "      a\n"
        "      b\n"
        "  - {}\n"
        '  - "x"\n'
        "  -\n"
        '    - "y"\n'
        '"两 词": "“引号” \\"q\\""\n'
        '"yes": "no"\n'
    )
    assert both(emit(record)) == [record, record]


@pytest.mark.parametrize("value", [*NAUGHTY, "\n".join(NAUGHTY[:40])], ids=range(len(NAUGHTY) + 1))
def test_naughty_strings(value: str):
    try:
        value = yaml.clean(value)
    except Refused:
        value = yaml.clean(re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "", value))
    record = {"title": value, "list": [value, {"note": value + "\n"}], f"k{value}"[:200]: {"deep": "x\n" + value}}
    assert both(emit(record)) == [record, record]


@settings(max_examples=100, deadline=None)
@example({"_": None, "_0": {"_1_0": 1}})
@given(RECORDS)
def test_round_trip(record: dict[str, object]):
    read, theirs = both(emit(record))
    assert same(read, record)
    assert same(theirs, record)


@given(st.lists(st.text(ALLOWED, max_size=6), min_size=2, max_size=5).map("\n".join))
def test_blocks_are_only_for_text_that_shows_all_it_holds(text: str):
    if is_block(text):
        assert not any(line != line.rstrip() for line in text.split("\n"))
        assert not text.endswith("\n\n")
        assert "\u202e" not in text


def test_what_is_written_is_in_the_shape_that_is_read_fastest():
    record = {"a": 'x: "y" &z', "m": -5, "b": [True, None, "t\nu", {"c": "d\ne", "f": [], "g": {"h": {}}}, ["i"]]}
    assert yaml._OUR_SHAPE.fullmatch(emit(record, {"b": "*"}))


def test_nothing_at_all():
    assert yaml.read(emit({}).encode(), "f") == {}


def test_hidden_characters_are_written_as_escapes():
    assert emit({"a": "\u202ex\u200b\u2028\ufffe\U0001fffe"}) == 'a: "\\u202ex\\u200b\\u2028\\ufffe\\U0001fffe"\n'


def test_joined_emoji_stay_readable():
    assert emit({"a": "👨\u200d👩\u200d👧"}) == 'a: "👨\u200d👩\u200d👧"\n'


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\r", "\x7f", "\x85", "\ud800"])
@pytest.mark.parametrize("place", ['{"note": c}', "{c: 1}", '{"a": [{"b": "x\\n" + c}]}'])
def test_control_characters_are_refused(character: str, place: str):
    with pytest.raises(Refused, match="E-text-control"):
        emit(eval(place, {"c": character}))


def test_control_characters_in_comments_are_refused():
    with pytest.raises(Refused, match="E-text-control"):
        emit({"a": 1}, {"a": "x\x1by"})


def nest(levels: int) -> dict[str, object]:
    return {"a": nest(levels - 1)} if levels else {}


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"a": float("inf")}, "E-yaml-number"),
        ({"a": float("nan")}, "E-yaml-number"),
        ({"a": 2**63}, "E-yaml-number"),
        ({"k" * 600: 1}, "E-yaml-key"),
        (nest(40), "E-yaml-depth"),
    ],
)
def test_what_could_not_be_read_again_is_refused(record: dict[str, object], code: str):
    with pytest.raises(Refused, match=code):
        emit(record)


def test_other_values_are_a_mistake_of_the_program():
    with pytest.raises(TypeError):
        emit({"a": {1, 2}})


def test_same_tells_true_from_one():
    assert not same({"a": 1}, {"a": True})
    assert not same([1], [1.0])
    assert same({"a": 1, "b": [2]}, {"b": (2,), "a": 1})
