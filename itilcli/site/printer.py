"""Pages out of templates, each made ready once however many pages there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from itilcli import paper
from itilcli.formats import html
from itilcli.formats.layout import empty
from itilcli.formats.markdown import kind
from itilcli.formats.svg import svg
from itilcli.language import translator
from itilcli.report.pages import Chart
from itilcli.site.shape import Site

FOLDER = "site"
STYLE, SCRIPT, DATA = "site.css", "site.js", "search.js"


class Printer:
    """Prints the pages of one site."""

    def __init__(self, site: Site, templates: Path | None) -> None:
        self.site, self._templates = site, templates
        self._ready: dict[str, Callable[[Mapping[str, Any]], str]] = {}

    def page(self, template: str, path: str, **context: Any) -> bytes:
        """The page at ``path`` by the template ``site/{template}.html.j2``.

        :raises Refused: E-paper-template when a desk's own template is at fault.
        """
        if template not in self._ready:
            name = f"{FOLDER}/{template}.html.j2"
            self._ready[template] = paper.press(name, translator(self.site.language), self._templates)
        common = {"site": self.site, "root": "../" * path.count("/"), "here": path}
        return self._ready[template]({**common, **context}).encode("utf-8", "replace")

    def report(self, path: str, pages: Any, month: str) -> bytes:
        """An issued report within the site, with its charts."""
        return self.page(
            "report", path, pages=pages, month=month, kind=kind, line=html.line, lines=html.lines, rows=html.rows,
            form=html.form, drawing=html.drawing, empty=empty,
        )  # fmt: skip

    def asset(self, name: str) -> bytes:
        """The stylesheet or the script: a desk's own stylesheet goes before the program's."""
        own = self._templates / FOLDER / name if self._templates and name == STYLE else None
        found = own if own and own.is_file() and not own.is_symlink() else paper.built_in() / FOLDER / name
        return found.read_bytes()


def picture(chart: Chart, mark: str, nothing: str) -> str:
    """A chart as SVG, safe to stand in a page."""
    return paper.safe(svg(chart, mark=mark, nothing=nothing))


def html_of(text: str) -> str:
    """HTML that was made safe already."""
    return paper.safe(text)
