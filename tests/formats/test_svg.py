"""Charts as SVG: deterministic, without anything that runs or loads, readable in grey, with gaps, bands and hostile text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from sample_pages import HOSTILE, MONTHS, bare, pages

from itilcli.formats.layout import steps
from itilcli.formats.svg import AXIS, BAND_EDGE, COLOURS, INK, svg
from itilcli.report.pages import Band, Chart, Series

SPACE = "{http://www.w3.org/2000/svg}"
ROOT = Path(__file__).parents[2]


def contrast(one: str, other: str) -> float:
    """The ratio of two colours by WCAG 2."""

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def drawn(chart: Chart) -> ET.Element:
    return ET.fromstring(svg(chart))


def bars(chart: Chart) -> list[ET.Element]:
    return list(drawn(chart).find(f"{SPACE}g").iter(f"{SPACE}rect"))


@pytest.mark.parametrize("chart", [*pages().charts(), *bare().charts()], ids=lambda chart: chart.name)
def test_a_chart_is_well_formed_and_holds_nothing_that_runs_or_loads(chart: Chart):
    text = svg(chart, nothing="无")
    assert svg(chart, nothing="无") == text
    if chart.name == "nothing":
        assert text == '<p class="empty">无</p>\n'
        return
    root = ET.fromstring(text)
    assert (root.get("role"), root.get("width"), root.get("height")) == ("img", "100%", None)
    assert root.find(f"{SPACE}title").text == chart.title
    assert not {"script", "style", "image", "a", "foreignObject"} & {
        node.tag.removeprefix(SPACE) for node in root.iter()
    }
    assert re.findall(r"https?:[^\"' ]*", text) == ["http://www.w3.org/2000/svg"]
    assert "<!--" not in text and "<?xml" not in text and "pygal" not in text.lower()
    assert set(re.findall(r"url\(([^)]*)\)", text)) <= {f"#{chart.name}-p{kind}" for kind in range(6)}


def test_a_chart_is_the_same_with_either_xml_library_and_any_hash_seed():
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]; from sample_pages import pages; from itilcli.formats.svg import svg;"
        "import hashlib; print(hashlib.sha256(''.join(map(svg, pages().charts())).encode()).hexdigest())"
    )
    said = set()
    for seed, other in (("1", {"NO_LXML": "1"}), ("77", {"TZ": "America/Lima", "LC_ALL": "C"})):
        run = subprocess.run(
            [sys.executable, "-c", program, str(ROOT), str(Path(__file__).parent)],
            env={**os.environ, "PYTHONHASHSEED": seed, **other}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        said.add(run.stdout)
    assert len(said) == 1


def test_what_records_say_is_text_and_never_markup():
    labels = (*HOSTILE,)
    chart = Chart(
        "x", HOSTILE[0], "bars", labels, (Series(HOSTILE[1], (1.0,) * len(labels)), Series("b", (2.0,) * len(labels)))
    )
    root = drawn(chart)
    said = ["".join(node.itertext()) for node in root.iter(f"{SPACE}text")]
    assert root.find(f"{SPACE}title").text == HOSTILE[0]
    assert HOSTILE[1] in said
    assert not any(char in "".join(said) for char in "\x00\x1b\u202e")


def test_a_gap_parts_a_line_and_a_forecast_is_dashed_with_hollow_markers():
    chart = Chart(
        "x", "", "lines", ("a", "b", "c", "d", "e"),
        (Series("one", (1.0, 2.0, None, 3.0, 4.0)), Series("two", (None, None, None, 4.0, 5.0), dashed=True)),
    )  # fmt: skip
    paths = [node for node in drawn(chart).find(f"{SPACE}g").iter(f"{SPACE}path") if node.get("fill") == "none"]
    assert [(path.get("stroke"), path.get("stroke-dasharray")) for path in paths] == [
        (COLOURS[0], None), (COLOURS[0], None), (COLOURS[1], "7 5"),
    ]  # fmt: skip
    assert svg(chart).count('fill="#ffffff" stroke="#c2570c"') == 3  # two points and the legend


def test_a_band_is_an_area_between_its_sides():
    chart = Chart("x", "", "lines", ("a", "b", "c"), (Series("one", (None, 5.0, 6.0)),),
                  bands=(Band("band", (None, 2.0, 3.0), (None, 8.0, 10.0)),))  # fmt: skip
    area = next(node for node in drawn(chart).iter(f"{SPACE}path") if node.get("stroke") == BAND_EDGE)
    places = [tuple(map(float, point.split())) for point in area.get("d")[1:-1].split("L")]
    (left, top), (right, highest), (_, low), (_, lowest) = places
    assert left < right and highest < top < low < lowest
    assert steps(chart)[-1] == 10


def test_bars_stand_on_zero_and_a_gap_has_none():
    chart = Chart("x", "", "bars", ("a", "b", "c"), (Series("one", (4.0, None, 2.0)),))
    tall, short = (float(bar.get("height")) for bar in bars(chart))
    assert tall == pytest.approx(2 * short, abs=0.2)
    assert len({round(float(bar.get("y")) + float(bar.get("height")), 1) for bar in bars(chart)}) == 1


def test_the_value_of_a_bar_stands_above_it():
    root = drawn(Chart("x", "", "bars", ("a", "b"), (Series("one", (3.0, 0.0)),)))
    (tall,) = bars(Chart("x", "", "bars", ("a", "b"), (Series("one", (3.0, 0.0)),)))
    said = next(node for node in root.iter(f"{SPACE}text") if node.text == "3" and node.get("text-anchor") == "middle")
    assert float(said.get("y")) <= float(tall.get("y"))


def test_stacked_bars_lie_on_each_other_with_a_white_gap():
    chart = Chart("x", "", "stacked", ("a",), (Series("one", (4.0,)), Series("two", (2.0,))))
    below, above = bars(chart)
    assert 1 < float(below.get("y")) - float(above.get("y")) - float(above.get("height")) < 3
    assert (below.get("fill"), above.get("fill")) == (COLOURS[0], "url(#x-p1)")


@pytest.mark.parametrize(
    ("kind", "unit", "values", "wanted"),
    [
        ("bars", "count", (0.0, 0.0), (0, 1)),
        ("bars", "count", (1.0, 3.0), (0, 1, 2, 3)),
        ("bars", "count", (7.0, 1284.0), (0, 500, 1000, 1500)),
        ("lines", "percent", (0.93, 1.0), (0, 0.2, 0.4, 0.6, 0.8, 1)),
        ("lines", "percent", (0.93, 1.5), (0, 0.5, 1, 1.5)),
        ("lines", "count", (-3.0, 3.0), (-4, -2, 0, 2, 4)),
        ("stacked", "count", (None, 9.0), (0, 2, 4, 6, 8, 10)),
    ],
)
def test_the_axis_begins_at_nought_and_counts_in_whole_numbers(kind, unit, values, wanted):
    assert steps(Chart("x", "", kind, ("a", "b"), (Series("s", values),), unit)) == wanted


def test_many_months_are_thinned_and_the_last_one_stays():
    chart = Chart("x", "", "lines", MONTHS, (Series("s", tuple(float(place) for place in range(24))),))
    said = ["".join(node.itertext()) for node in drawn(chart).iter(f"{SPACE}text")]
    shown = [text for text in said if text in MONTHS]
    assert 6 <= len(shown) <= 12 and shown[-1] == MONTHS[-1]


def test_colours_stand_out_from_white_and_neighbours_from_each_other_in_grey():
    assert all(contrast(colour, "#ffffff") >= 3 for colour in (*COLOURS, BAND_EDGE, AXIS))
    assert contrast(INK, "#ffffff") >= 4.5
    assert contrast(COLOURS[0], COLOURS[1]) >= 2
