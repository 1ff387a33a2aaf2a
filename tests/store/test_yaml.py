"""Reading: what comes out, what is refused, and where the refusal points."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itilcli.errors import Kind, Refused
from itilcli.store import yaml

DATA = Path(__file__).parents[1] / "data"
HOSTILE = sorted((DATA / "hostile/yaml").glob("*.yaml"))

READS = {
    "bad_date.yaml": {"d": "2024-13-45"},
    "bad_date2.yaml": {"d": "2024-02-30"},
    "bad_time.yaml": {"d": "2024-10-29 25:61:61"},
    "bidi.yaml": {"a": "\u202e\u2066x"},
    "bom.yaml": {"a": 1},
    "crlf.yaml": {"a": 1, "b": "x\ny\n"},
    "date_year_0.yaml": {"d": "0000-01-01"},
    "hash_in_value.yaml": {"a": "打印机#3 故障", "b": "打印机"},
    "noncharacter.yaml": {"a": "\ufffe\uffff"},
    "quotes_cn.yaml": {"a": "“重启服务”", "b": "「x」"},
    "smp.yaml": {"姓名": "𠮷田𬭎", "表情": "😀👨\u200d👩\u200d👧"},
    "tz_ok.yaml": {
        "d": "2024-10-29T10:00:00+08:00",
        "e": "2024-10-29 10:00:00",
        "f": "2024-10-29T02:00:00Z",
        "g": "2024-10-29",
        "h": "2024-10-29T10:00:00.123456789+08:00",
    },
}
REFUSES = {
    "anchors_20000.yaml": "E-yaml-size f",
    "at_percent.yaml": "E-yaml-syntax f:1",
    "backtick.yaml": "E-yaml-syntax f:1",
    "binary_tag.yaml": "E-yaml-tag f:1",
    "colon_nospace.yaml": "E-yaml-mapping f",
    "complex_key.yaml": "E-yaml-key f:1",
    "deep_flow_map_5000.yaml": "E-yaml-syntax f:1",
    "deep_flow_seq_20000.yaml": "E-yaml-syntax f:1",
    "del_c1.yaml": "E-yaml-control f:1",
    "dup_keys.yaml": "E-yaml-duplicate-key f:2",
    "empty.yaml": "E-yaml-empty f",
    "escaped_nul.yaml": "E-yaml-control f:1",
    "float_huge.yaml": "E-yaml-number f:1",
    "fullwidth_colon.yaml": "E-yaml-mapping f",
    "gb18030_smp.yaml": "E-yaml-utf8 f:1",
    "gbk.yaml": "E-yaml-utf8 f:1",
    "ideographic_space.yaml": "E-yaml-syntax f:2",
    "invalid_utf8.yaml": "E-yaml-utf8 f:1",
    "long_key_2000.yaml": "E-yaml-syntax f:1",
    "merge_bomb.yaml": "E-yaml-anchor f:1",
    "multi_doc.yaml": "E-yaml-documents f:2",
    "nel_ls.yaml": "E-yaml-control f:1",
    "nul_byte.yaml": "E-yaml-control f:1",
    "null_doc.yaml": "E-yaml-empty f",
    "only_comment.yaml": "E-yaml-empty f",
    "pct.yaml": "E-yaml-syntax f:1",
    "py_object.yaml": "E-yaml-tag f:1",
    "scalar_doc.yaml": "E-yaml-mapping f",
    "scalars.yaml": "E-yaml-number f:2",
    "self_alias_map.yaml": "E-yaml-anchor f:1",
    "tab_after_colon.yaml": "E-yaml-syntax f:1",
    "tabs.yaml": "E-yaml-syntax f:2",
    "template_like.yaml": "E-yaml-key f:1",
    "unknown_tag.yaml": "E-yaml-tag f:1",
    "unquoted_special.yaml": "E-yaml-syntax f:1",
    "yaml_1_1_directive.yaml": "E-yaml-directive f:2",
}


def refusals(text: str | bytes) -> list[str]:
    """What reading ``text`` refuses, as ``code where``; empty if it is read."""
    try:
        yaml.read(text.encode() if isinstance(text, str) else text, "f")
    except Refused as refused:
        assert all(problem.kind is Kind.RULE and str(problem.message) for problem in refused.problems)
        return [f"{problem.code} {problem.where}" for problem in refused.problems]
    return []


def test_every_hostile_file_has_its_verdict():
    assert {path.name for path in HOSTILE} == READS.keys() | REFUSES.keys()


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.name)
def test_hostile(path: Path):
    if path.name in READS:
        assert yaml.read(path.read_bytes(), "f") == READS[path.name]
    else:
        assert refusals(path.read_bytes())[0] == REFUSES[path.name]


def test_hostile_line_ends_are_still_there():
    """A checkout must not mend the files."""
    assert b"\r\n" in (DATA / "hostile/yaml/crlf.yaml").read_bytes()


def test_every_number_written_oddly_is_named_with_its_line():
    found = refusals((DATA / "hostile/yaml/scalars.yaml").read_bytes())
    lines = (DATA / "hostile/yaml/scalars.yaml").read_text(encoding="utf-8").splitlines()
    named = {lines[int(line.rpartition(":")[2]) - 1].partition(":")[0] for line in found}
    assert named >= {"tel", "octal", "oct2", "hex", "under", "exp", "dot", "ver", "inf", "plus"}
    assert not named & {"phone", "tel2", "ext", "t", "yes_", "nul", "fw", "pct", "neg", "date"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("1.2.3", "1.2.3"),
        ("010-88886666", "010-88886666"),
        ("13800138000", 13800138000),
        ("-7", -7),
        ("0.95", 0.95),
        ("true", True),
        ("~", None),
        ("", None),
        ("'5'", "5"),
        ("!!str 012", "012"),
        ('"\\ud83d\\ude00"', "😀"),
        ("[a, 1]", ["a", 1]),
        ("|-\n  *a* & b\n  ! 012", "*a* & b\n! 012"),
    ],
)
def test_values(written: str, value: object):
    read = yaml.read(f"k: {written}\n".encode(), "f")["k"]
    assert read == value
    assert type(read) is type(value)


def test_odd_numbers_are_never_read_silently():
    """Every spelling that yaml-rs takes for a number either stands as Python writes it or is refused."""
    import yaml_rs

    for spelling in map("".join, itertools.product("019_+-.exo", repeat=3)):
        text = f"k: {spelling}\n"
        try:
            value = yaml_rs.loads(text, parse_datetime=False)
        except yaml_rs.YAMLDecodeError:
            continue
        if isinstance(value, dict) and isinstance(value.get("k"), int | float) and repr(value["k"]) != spelling:
            assert refusals(text) == ["E-yaml-number f:1"], spelling


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: &x 1\n", "E-yaml-anchor f:1"),
        ('a: "x"\nb: *x\n', "E-yaml-anchor f:2"),
        ("a: {b: [&c 1]}\n", "E-yaml-anchor f:1"),
        ('{"a":&x 1}\n', "E-yaml-anchor f:1"),
        ("a: ! x\n", "E-yaml-tag f:1"),
        ("<<: {a: 1}\n", "E-yaml-merge f:1"),
        ("a:\n  <<: {b: 1}\n", "E-yaml-merge f:2"),
        ("%YAML 1.2\n---\na: 1\n", "E-yaml-directive f:2"),
        ("a: 1\n---\n", "E-yaml-documents f:2"),
        ("a: 1\n...\nb: 2\n", "E-yaml-documents f:2"),
        ("- a\n", "E-yaml-mapping f"),
        ("1: a\n", "E-yaml-key f:1"),
        ("a:\n  null: b\n", "E-yaml-key f:2"),
        ("true: b\n", "E-yaml-key f:1"),
        ("? |\n", "E-yaml-block f:1"),
        ("a: |\n", "E-yaml-block f:1"),
        ("a: 1\nb:\n  - c: 1\n    c: 2\n", "E-yaml-duplicate-key f:4"),
        ("a: 12345678901234567890\n", "E-yaml-number f:1"),
        ("a: {b: .nan}\n", "E-yaml-number f:1"),
        ("a: x\ry\n", "E-yaml-control f:1"),
        ('a: 1\nb: "\\x9b"\n', "E-yaml-control f:2"),
        ('"a\\u0007": 1\n', "E-yaml-control f:1"),
        ('a: "\\r\\n"\n', "E-yaml-control f:1"),
        ("a: " + "[" * 70 + "]" * 70 + "\n", "E-yaml-depth f"),
        ("a:\n" + " " * 200 + "b: 1\n", "E-yaml-depth f:2"),
        ("a:\n  " + "- " * 40 + "\n", "E-yaml-depth f:2"),
        ("a: 'x\n", "E-yaml-syntax f:2"),
    ],
)
def test_refuses(text: str, found: str):
    assert refusals(text)[0] == found


def test_all_duplicates_at_once():
    assert refusals("a: 1\nb: 2\na: 3\nb: 4\n") == ["E-yaml-duplicate-key f:3", "E-yaml-duplicate-key f:4"]


def test_all_control_characters_at_once():
    assert refusals("a: \x1b\nb: 1\nc: \x85\n") == ["E-yaml-control f:1", "E-yaml-control f:3"]


def test_unusual_text_inside_quotes_is_read():
    text = "a: \"*a &b !c 012\"\nb: '<<: x'\nc: |\n  - &x 1_000\n  ! 0123\n"
    assert yaml.read(text.encode(), "f") == {"a": "*a &b !c 012", "b": "<<: x", "c": "- &x 1_000\n! 0123\n"}


def test_a_missing_last_newline_is_supplied():
    assert yaml.read(b"a: |\n  x", "f") == {"a": "x\n"}


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (["a"], 1),
        (["b", 1], 4),
        (["b", 1, "c"], 4),
        (["b", 1, "d"], 5),
        (["b", 1, "gone"], 4),
        (["gone"], None),
        ([], None),
    ],
)
def test_line_of(path: list[str | int], line: int | None):
    assert yaml.line_of(b"a: 1\nb:\n  - x\n  - c: 1\n    d: {e: 2}\n", path) == line


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.name)
def test_line_of_survives_hostile_files(path: Path):
    assert yaml.line_of(path.read_bytes(), ["a", 0, "b"]) in (None, *range(50))


GENERATED = {
    "scalar of 5 MB": "b'a: ' + b'x' * 5_000_000",
    "2,000 levels": "b''.join(b' ' * n + b'a:\\n' for n in range(2000))",
    "700 levels": "b'k:\\n' + b''.join(b' ' * n + b'-\\n' for n in range(1, 700))",
    "dashes": "b'- ' * 13_000",
    "question marks": "b'? ' * 50_000",
    "colons": "b': ' * 100_000",
    "tabbed colons": "b':\\t' * 100_000",
    "brackets": "b'a: ' + b'[' * 100_000",
    "braces": "b'a: ' + b'{' * 100_000",
    "dashes with tags": "b'- ! ' * 30_000",
    "open quote": "b'a: \"' + b'x\\n' * 100_000",
    "numbers": "b''.join(b'k%d: 01\\n' % n for n in range(20_000))",
    "keys again": "b'k: 1\\n' * 20_000",
}
PROBE = """
import resource, sys
from itilcli.store import article, yaml
from itilcli.errors import Refused
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
if sys.platform == "linux":
    resource.setrlimit(resource.RLIMIT_AS, (600 * 2**20, 600 * 2**20))
data = {data}
for read, text in ((yaml.read, data), (article.read_article, b"---\\n" + data + b"\\n---\\n")):
    try:
        read(text, "f")
        print("read")
    except Refused as refused:
        print(refused.problems[0].code)
yaml.line_of(data, ["k", 0])
if sys.platform == "linux":  # ru_maxrss would hold what the process that started this one had used
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    used = int(peak.split()[1]) * 1024
else:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert used < 200 * 2**20
"""


@pytest.mark.parametrize("data", GENERATED.values(), ids=GENERATED.keys())
def test_generated_files_neither_crash_nor_hang(data: str):
    """In a process of its own, with little time and memory: yaml-rs alone would crash on some of these."""
    command = [sys.executable, "-c", PROBE.format(data=data)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert (run.returncode, run.stderr) == (0, "")
    assert all(line.startswith("E-yaml-") for line in run.stdout.split())


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x1f", "\x7f", "\x85", "\x9f", "\ud800", "\r"])
def test_clean_names_what_it_refuses(character: str):
    with pytest.raises(Refused) as refused:
        yaml.clean(f"a{character}b")
    assert refused.value.problems[0].code == "E-text-control"
    assert f"U+{ord(character):04X}" in str(refused.value)


def test_clean_keeps_everything_else():
    assert yaml.clean("a\r\n\tb\u202e\u200b\ufeff𠮷\ufffe") == "a\n\tb\u202e\u200b\ufeff𠮷\ufffe"


WORDS = (
    "a key x: : - ? [ ] { } , ' \" &a *a ! # --- <<: 1 0123 1_0 1.10 null ~ yes 12:30 中文 ： = % @ 2024-01-01 |- |+"
)
PIECES = [
    *WORDS.split(),
    *(f"{word} " for word in WORDS.split()),
    *(
        " ",
        "\n",
        "\n  ",
        "\n    ",
        "\n\n",
        "\\",
        "\\n",
        "\\u0007",
        "\u3000",
        "\ufeff",
        "|\n",
        ">\n  t\n",
        "a: 1\n",
        "k: ",
    ),
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_what_is_read_is_what_ruamel_reads(pieces: list[str]):
    """YAML put together at random: refused, or read as ruamel reads it (where ruamel can)."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.resolver import VersionedResolver

    class WithoutDates(VersionedResolver):
        @property
        def versioned_resolver(self):
            left = ("timestamp", "value")
            found = super().versioned_resolver.items()
            return {first: [rule for rule in rules if not rule[0].endswith(left)] for first, rules in found}

    text = "".join(pieces)
    try:
        ours = yaml.read(text.encode(), "f")
    except Refused:
        return
    ruamel = YAML(typ="safe", pure=True)
    ruamel.Resolver = WithoutDates
    try:
        theirs = ruamel.load((text if text.endswith("\n") else text + "\n").lstrip("\ufeff"))
    except YAMLError:
        return
    assert json.dumps(ours) == json.dumps(theirs)
