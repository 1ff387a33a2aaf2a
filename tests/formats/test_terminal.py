"""Charts on a terminal: within the width, Chinese beside the plot, no escape code unless colours are wanted."""

from __future__ import annotations

import re

import pytest
from sample_pages import HOSTILE, bare, pages
from wcwidth import wcswidth

from itilcli.formats import terminal
from itilcli.report.pages import Band, Chart, Pages, Section, Series

ESCAPES = re.compile("\x1b\\[[0-9;]*m")


def one(chart: Chart) -> Pages:
    return Pages("t", "", (), (Section("s", "S", (chart,)),), "en")


@pytest.mark.parametrize("width", [20, 40, 80, 132])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_line_fits_and_is_the_same_again(language, width):
    text = terminal.charts(pages(language), width, color=False)
    assert terminal.charts(pages(language), width, color=False) == text
    assert max(wcswidth(line) for line in text.split("\n")) <= width
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert all(chart.title[:10] in text for chart in pages(language).charts())


def test_the_last_month_is_named_and_each_name_stands_below_its_mark():
    months = tuple(f"20{24 + place // 12}-{place % 12 + 1:02d}" for place in range(24))
    lines = terminal.charts(one(Chart("x", "X", "lines", months, (Series("a", (1.0,) * 24),))), 60, color=False).split(
        "\n"
    )
    border, names = next((lines[place], lines[place + 1]) for place, line in enumerate(lines) if "┬" in line)
    assert names.split()[-1] == "2025-12" and len(names.split()) == border.count("┬") > 3
    assert all(border[found.start() : found.end()].count("┬") == 1 for found in re.finditer(r"\S+", names))


def test_colours_change_nothing_but_the_colour():
    plain, coloured = (terminal.charts(pages(), 80, color) for color in (False, True))
    assert "\x1b[" in coloured
    assert [line.rstrip() for line in ESCAPES.sub("", coloured).split("\n")] == plain.split("\n")


def test_a_frame_is_straight_with_chinese_labels():
    lines = terminal.charts(pages(), 80, color=False).split("\n")
    frames = [line for line in lines if line.endswith(("│", "┐", "┘"))]
    assert {wcswidth(line) for line in frames} == {80}


def test_a_plot_shows_its_series_its_band_and_a_gap():
    chart = Chart("x", "T", "lines", ("2026-08", "2026-09", "2026-10", "2026-11"),
                  (Series("actual", (1.0, None, 3.0, None)), Series("forecast", (None, None, None, 4.0), True)),
                  bands=(Band("80%", (None, None, None, 3.0), (None, None, None, 6.0)),), caption="C.")  # fmt: skip
    text = terminal.charts(one(chart), 60, color=False)
    plot = text[text.index("┌") : text.index("└")]
    assert [plot.count(sign) for sign in "*o."] == [2, 1, 2]
    assert text.startswith("T\nC.\n") and "* actual   o forecast   . 80%" in text


def test_long_labels_are_numbered():
    text = terminal.charts(pages(), 80, color=False)
    assert "1 网络与通信   2 主机与存储" in text and f"8 {HOSTILE[0]}" in text


def test_where_a_plot_does_not_fit_its_values_are_told():
    chart = Chart("x", "T", "bars", ("2026-09", "2026-10"), (Series("a", (1.0, None)), Series("b", (2.0, 3.0))))
    assert terminal.charts(one(chart), 24, color=False) == "T\n2026-09   a 1   b 2\n2026-10   a —   b 3\n"


def test_nothing_to_draw():
    chart = Chart("x", "T", "lines", ("a",), (Series("s", (None,)),))
    assert terminal.charts(one(chart), 80, color=False) == "T\nThere are no values to show.\n"
    assert terminal.charts(Pages("t", "", (), ()), 80, color=False) == ""
    assert "2026-10" in terminal.charts(bare(), 80, color=False)
