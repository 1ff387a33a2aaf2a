"""Whatever people type: kept to the character, or refused whole; and never let loose on a terminal."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from conftest import TestDesk

STRINGS = Path(__file__).parent / "data/strings"
CONTROL = re.compile("[\x00-\x08\x0b\x0c\r\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no record holds; tab and line feed may stay."""
LOOSE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")
"""What no terminal is ever sent: escapes, C1, and what turns the direction of text round."""
REST = ("-b", "停诊", "-e", "none", "--type", "fault", "-g", "terminal", "-s", "low", "-q", "一般")


def strings() -> list[str]:
    """Every naughty string and every odd name, once."""
    naughty = json.loads((STRINGS / "blns.json").read_text("utf-8"))
    names = [row["s"] for row in json.loads((STRINGS / "names_edge.json").read_text("utf-8"))]
    return list(dict.fromkeys([*naughty, *names]))


def kept(text: str) -> bool:
    """Whether a text is one that a field takes: something to read, no control characters, no lone dash."""
    return bool(text.strip()) and not CONTROL.search(text.replace("\r\n", "\n")) and text not in ("-", "none", "无")


def batches(texts: list[str], size: int) -> Iterator[list[str]]:
    rest = iter(texts)
    while batch := list(islice(rest, size)):
        yield batch


def test_a_record_gives_back_what_was_typed(desk: TestDesk) -> None:
    """Five fields a case: title, organisation, contact, symptom, impact; by `show`, by `list`, and out of the file."""
    texts = [text for text in strings() if kept(text)]
    assert len(texts) > 450
    rows = {}
    for batch in batches(texts, 5):
        title, organisation, contact, symptom, impact = (batch * 5)[:5]
        made = desk.itil(
            "new", f"--title={title}", f"--organisation={organisation}", f"--contact={contact}", f"--symptom={symptom}",
            f"--impact={impact}",
            "-p", "110", *REST[2:], "--json",
        ).json  # fmt: skip
        rows[made["id"]] = [text.replace("\r\n", "\n") for text in (title, organisation, contact, symptom, impact)]
    for case, wanted in rows.items():
        shown = desk.show(case)
        customer = shown["customer"]
        assert [
            shown["title"], customer["organisation"], customer["contact"], shown["symptom"], shown["business_impact"],
        ] == wanted  # fmt: skip
    table = csv.DictReader(io.StringIO(desk.itil("list", "--format", "csv").out.removeprefix("\ufeff"), newline=""))
    listed = {row["id"]: [row["title"], row["organisation"]] for row in table}
    assert {case: [plain(cell) for cell in cells] for case, cells in listed.items()} == {
        case: wanted[:2] for case, wanted in rows.items()
    }
    for words in (("list",), ("due", "--all"), ("list", "--no-color"), ("check",)):
        assert LOOSE.search(desk.itil(*words, code=None).out) is None
    for number, case in enumerate(rows):
        for words in (("show", case), ("log", case))[: 1 if number % 8 else 2]:
            assert LOOSE.search(desk.itil(*words).out) is None
    assert [row for row in desk.itil("check", "--json", code=None).json if row["level"] == "error"] == []


def plain(cell: str) -> str:
    """A cell of a table as it was before a spreadsheet was kept from taking it for a formula."""
    return cell.removeprefix("'") if cell[1:2] and cell[1:2] in "=+-@\t\r" else cell


def test_a_note_gives_back_what_was_written(desk: TestDesk) -> None:
    """Many in one case, each by its own command; the file grows and stays readable."""
    case = desk.new()
    texts = [text for text in strings() if kept(text)][::8]
    for text in texts:
        desk.itil("note", case, "--", text)
    assert [note["text"] for note in desk.show(case)["notes"]] == [text.replace("\r\n", "\n") for text in texts]
    assert LOOSE.search(desk.itil("show", case).out) is None


@pytest.mark.parametrize("verb", ["new", "note"])
def test_control_characters_are_refused_and_change_nothing(desk: TestDesk, verb: str) -> None:
    """By their code point; those of the lists, and one of each sort."""
    case = desk.new()
    odd = ["a\x00b", "a\x1b[31mb", "a\x07b", "a\rb", "a\x0bb", "a\x7fb", "a\x85b", "a\x9bb"]
    listed = [text for text in strings() if text.strip() and CONTROL.search(text.replace("\r\n", "\n"))]
    for text in (*odd, *listed):
        words = (
            ("note", case, "--", text)
            if verb == "note"
            else ("new", f"--symptom={text}", "-o", "院", "-c", "张", "-p", "110", *REST)
        )
        said = refused(desk, *words)
        assert said and all("control" in one or "encoding" in one for one in said), (text, said)


def refused(desk: TestDesk, *words: str) -> list[str]:
    """The codes of a refusal that changes nothing; its own words hold no control character either."""
    before = (desk.git("rev-parse", "HEAD"), desk.git("status", "--porcelain"))
    said = desk.itil(words[0], "--json", *words[1:], code=None)
    assert said.code in (1, 2), (words, said)
    assert (desk.git("rev-parse", "HEAD"), desk.git("status", "--porcelain")) == before
    assert LOOSE.search(desk.itil(*words, code=said.code).err) is None
    return said.codes


def test_phone_numbers_in_every_spelling(desk: TestDesk) -> None:
    """No number is refused for its looks; full width becomes half width, as a phone is dialled."""
    rows = json.loads((STRINGS / "cn_phone_formats.json").read_text("utf-8"))["rows"]
    for phone in (row["s"] for row in rows):
        made = desk.itil("new", "-o", "院", "-c", "张", f"--phone={phone}", "-y", "黑屏", *REST, "--json").json
        assert desk.show(made["id"])["customer"]["phone"] == unicodedata.normalize("NFKC", phone).strip()
