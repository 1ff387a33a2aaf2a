"""`site build`: everything that may be read of a desk, written as pages, of which only what has changed is written again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from itilcli import __version__, paper
from itilcli.actions.publishing import beside, overview
from itilcli.actions.publishing.attachments import attachments
from itilcli.actions.publishing.cases import case_page, row_of
from itilcli.actions.publishing.target import Made, Target, open_target
from itilcli.actions.publishing.teller import Teller, name_of
from itilcli.actions.waiting.survey import Survey
from itilcli.desk import Desk
from itilcli.errors import Problem, Refused
from itilcli.index import Unusable
from itilcli.language import translator
from itilcli.procedure.clause import World
from itilcli.procedure.glance import Glance
from itilcli.site import search
from itilcli.site.printer import DATA, FOLDER, SCRIPT, STYLE, Printer, html_of, picture
from itilcli.site.public import Cleaner
from itilcli.site.shape import Month, Row, Site
from itilcli.store.cases import Stored, folders

PAGE = 200
"""So many rows stand on one page of a list."""
FOUND = 2000
"""So many of the newest cases can be found by the search."""
STAMP = 10
Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What site is wanted: where, in which language, for whom; ``by_clock``: as of now, not of the last commit."""

    out: str
    language: str
    public: bool = False
    by_clock: bool = False


@dataclass(slots=True)
class Built:
    """What a build did: paths from the folder, how many were as they should be; ``unread`` could not be read."""

    out: Path
    written: list[str]
    removed: list[str]
    kept: int
    cases: int
    as_of: datetime
    unread: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def build(desk: Desk, asked: Asked, step: Step = lambda: None) -> Built:
    """The pages of a desk.

    :param step: called for each case.
    :raises Refused: E-site-… for a folder that cannot be written to; E-paper-template for a desk's own template.
    """
    target = open_target(asked.out, desk.root)
    try:
        return Build(desk, asked, target).run(step)
    finally:
        target.close()


class Build:
    """One build of one site."""

    def __init__(self, desk: Desk, asked: Asked, target: Target) -> None:
        self.desk, self.asked, self.target = desk, asked, target
        self.as_of, self.revision = as_of(desk, asked.by_clock)
        self.world: World = replace(desk.world(), now=self.as_of)
        self.problems: list[Problem] = []
        self.unread: list[str] = []
        self.titles: dict[str, str] = {}
        self.below: dict[str, list[tuple[str, str]]] = {}
        self.open: list[Row] = []
        self.months: dict[str, list[Row]] = {}
        self.closed: dict[str, int] = {}
        self.staff = frozenset(filter(None, (name for one in desk.people for name in (one.id, one.name))))
        self.teller = Teller(translator(asked.language), desk.zone, self.cleaner())
        site = Site(
            desk.settings.organisation or "itil", asked.language, asked.public, self.revision[:STAMP], self.stamp
        )
        self.printer = Printer(site, desk.root / "templates")

    @property
    def stamp(self) -> Any:
        """The time that the pages tell of."""
        return self.teller.stamp(self.as_of)

    def run(self, step: Step) -> Built:
        """Every page, the cases one by one."""
        self.gather()
        survey = Survey(self.desk, None)
        waiting = list(survey.cases)
        live = {one.id for one in waiting}
        articles = beside.articles(self.desk, self.teller)
        known = frozenset(one.id for one in articles)
        count = 0
        for name, key, load in self.sources():
            self.case(name, "" if name in live else key, load, known)
            count += 1
            step()
        self.lists()
        due = overview.due_rows(self.desk, waiting, self.teller, self.world)
        latest = self.reports()
        self.front(due, latest)
        self.knowledge(articles)
        self.people()
        for asset in (STYLE, SCRIPT):
            self.put(asset, "", lambda asset=asset: self.printer.asset(asset))  # type: ignore[misc]
        self.target.finish()
        return Built(
            self.target.out, self.target.written, self.target.removed, self.target.kept, count, self.as_of,
            sorted({*self.unread, *survey.unread}), self.problems,
        )  # fmt: skip

    def put(self, path: str, key: str, make: Callable[[], bytes]) -> None:
        """A page without files beside it."""
        self.target.put(path, self.keyed(key) if key else "", lambda: (make(), {}))

    def keyed(self, key: str) -> str:
        """A key of what a page is made from, with what all pages depend on."""
        return hashlib.sha256(f"{self.surroundings}\n{key}".encode()).hexdigest()[:20]

    @cached_property
    def surroundings(self) -> str:
        """A digest of what every page depends on: program, language, settings, people, templates, what is left out."""
        found = hashlib.sha256()
        own = self.desk.root / "templates" / FOLDER
        texts = [__version__, self.asked.language, str(self.asked.public), self.desk.surroundings]
        texts += sorted(self.teller.cleaner.known) if self.teller.cleaner else []
        for folder in (paper.built_in() / FOLDER, own):
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                texts += [path.name, hashlib.sha256(path.read_bytes()).hexdigest()] if path.is_file() else []
        for text in texts:
            found.update(text.encode("utf-8", "replace") + b"\0")
        return found.hexdigest()

    # ── what is gathered of all cases

    def cleaner(self) -> Cleaner | None:
        """For pages that anybody may read: who leaves out whom the register, the cases and the people file name."""
        if not self.asked.public:
            return None
        known: set[str | None] = set()
        for one in self.desk.customers:
            known.add(one.address)
            known |= {word for each in one.contacts for word in (each.name, each.phone, each.email)}
        for person in self.desk.people:
            known |= {person.phone, *person.emails}
        for glance in self.desk.glances([]):
            known |= {glance.contact, glance.phone}
        return Cleaner((one for one in known if one), self.staff)

    def gather(self) -> None:
        """Looks at every case once."""
        for glance in self.desk.glances(self.unread):
            name = name_of(glance.id, glance.place)
            if name:
                self.note(glance, name)

    def note(self, glance: Glance, name: str) -> None:
        """Keeps of a case what the lists and the other cases' pages need."""
        row = row_of(glance, name, self.teller, self.world)
        self.titles[name] = row.title
        if row.is_open:
            self.open.append(row)
        month = row.reported.iso[:7] if row.reported else f"{name[4:8]}-{name[8:10]}"
        self.months.setdefault(month, []).append(row)
        if glance.closed_at:
            ended = f"{glance.closed_at.astimezone(self.desk.zone):%Y-%m}"
            self.closed[ended] = self.closed.get(ended, 0) + 1
        for how, other in (("parent", glance.parent), ("merged_into", glance.merged_into)):
            if other:
                self.below.setdefault(other, []).append((how, name))

    def sources(self) -> Iterator[tuple[str, str, Callable[[], Stored]]]:
        """Every case: the ID its files are named after, a digest of them, and how it is read."""
        if self.desk.index is not None:
            with suppress(Unusable):
                for place, key in sorted(self.desk.index.keys().items(), reverse=True):
                    folder, _, name = place.rpartition("/")
                    yield name, key, lambda folder=folder, name=name: self.desk.stored(folder, name)  # type: ignore[misc]
                return
        for day in folders(self.desk.root):
            for name, stored in self.desk.cases_of(day):
                digest = hashlib.sha256(b"\0".join(part for _, part in sorted(stored.files.items()))).hexdigest()
                yield name, digest, lambda stored=stored: stored  # type: ignore[misc]

    # ── pages

    def case(self, name: str, key: str, load: Callable[[], Stored], articles: frozenset[str]) -> None:
        """The page of one case; one that cannot be read has none."""
        if name not in self.titles:
            return
        below = sorted(self.below.get(name, ()))
        title = self.titles.get

        def make() -> Made:
            stored = load()
            teller = self.teller.for_case(stored.raw, self.staff)

            def about(row: Any) -> str:
                size = f"{row.size:,} B" if row.size else ""
                return " · ".join(filter(None, (size, teller.when(row.at) if row.at else "", row.by or "")))

            path = self.path(name)
            files, reads = ([], {}) if self.asked.public else attachments(self.desk, stored.case, name, path, about)
            page = case_page(stored.case, name, teller, self.world, files, below, title, articles)
            return self.printer.page("case", path, case=page), reads

        family = [(how, one, title(one)) for how, one in below]
        self.target.put(self.path(name), self.keyed(f"{key}{family}") if key else "", make)

    @staticmethod
    def path(name: str) -> str:
        """Where a case's page lies."""
        from itilcli.actions.publishing.teller import href_of

        return href_of(name)

    def lists(self) -> None:
        """The open cases, and all cases by the month they were reported in."""
        say = self.teller.say
        self.open.sort(key=lambda row: (row.reported.iso if row.reported else "", row.id))
        back = ("board.html", self.printer_word("Open cases"))
        self.paged("open.html", self.printer_word("Open cases"), self.open, back)
        rows = []
        total = 0
        for month in sorted(self.months, reverse=True):
            cases = sorted(
                self.months[month], key=lambda row: (row.reported.iso if row.reported else "", row.id), reverse=True
            )
            path = f"cases/{month}.html"
            self.paged(path, say(month), cases, ("cases.html", self.printer_word("All cases")))
            rows.append(Month(month, path, len(cases), sum(row.is_open for row in cases)))
            total += len(cases)
        self.page("cases", "cases.html", section="cases.html", months=rows, total=total)

    def paged(self, path: str, heading: str, rows: Sequence[Row], up: tuple[str, str]) -> None:
        """A list, on as many pages as it takes."""
        self.parted(
            "list", path, rows, heading=heading, up=up, section="board.html" if path == "open.html" else "cases.html"
        )

    def parted(self, template: str, path: str, rows: Sequence[Any], **context: Any) -> None:
        """A list on as many pages as it takes; its first page has its own name, the others a number after it."""
        last = max(-(-len(rows) // PAGE), 1)
        stem = path.removesuffix(".html")

        def href(number: int) -> str:
            return f"{stem.rpartition('/')[2]}{f'-{number}' if number > 1 else ''}.html"

        for number in range(1, last + 1):
            some = rows[(number - 1) * PAGE : number * PAGE]
            where = f"{stem}{f'-{number}' if number > 1 else ''}.html"
            self.page(template, where, rows=some, number=number, last=last, total=len(rows), href=href, **context)

    def page(self, template: str, path: str, **context: Any) -> None:
        """A page that is made from plain data, printed only where that is other than before."""
        plain = {name: value for name, value in context.items() if not callable(value)}
        stamped = (self.printer.site.as_of.iso, self.revision) if template in ("index", "board", "due") else ()
        self.put(path, f"{template}\n{stamped}\n{plain!r}", lambda: self.printer.page(template, path, **context))

    def front(self, due: Sequence[Any], latest: dict[str, Any] | None) -> None:
        """The first page, the board and what is due."""
        say = self.teller.say
        counted = {
            month: (len(self.months.get(month, ())), self.closed.get(month, 0))
            for month in {*self.months, *self.closed}
        }
        chart = overview.year(counted, self.as_of, say)
        brief = {name: latest[name] for name in ("href", "title", "month")} if latest else None
        self.page(
            "index", "index.html", section="index.html", tiles=overview.tiles(self.open, due, say),
            pressing=tuple(due[: overview.PRESSING]),
            matrix=overview.matrix(self.open, say), tiers=[say(_tier(one)) for one in overview.TIERS], chart=chart, latest=brief,
            drawing=picture(chart, "year", "—"),
        )  # fmt: skip
        self.page(
            "board", "board.html", section="board.html", columns=overview.board(self.open, say), total=len(self.open)
        )
        self.parted("due", "due.html", due, section="due.html")

    def reports(self) -> dict[str, Any] | None:
        """Every issued report; the newest."""
        rows = []
        for one in beside.reports(self.desk, self.asked.language, self.problems):
            pages = one["pages"] if self.teller.cleaner is None else self.teller.cleaner.everywhere(one["pages"])
            self.put(
                one["href"], f"report\n{one['key']}",
                lambda one=one, pages=pages: self.printer.report(one["href"], pages, one["month"]),  # type: ignore[misc]
            )  # fmt: skip
            rows.append({name: one[name] for name in ("month", "href", "title", "number")})
        self.page("reports", "reports.html", section="reports.html", reports=rows)
        return rows[0] if rows else None

    def knowledge(self, articles: Sequence[Any]) -> None:
        """The articles, each with its page, and what the search looks through."""
        sources = beside.sources(self.desk)
        for one in articles:
            cases = [row for row in sources.get(one.id, ()) if row[0] in self.titles]
            self.page("article", one.href, section="knowledge.html", article=one, body=html_of(one.body), cases=cases)
        groups: dict[str, list[Any]] = {}
        for one in articles:
            groups.setdefault(one.category, []).append(one)
        brief = [(name, [replace(one, body="", plain="", facts=()) for one in rows]) for name, rows in groups.items()]
        self.page(
            "knowledge", "knowledge.html", section="knowledge.html", articles=[one.id for one in articles], groups=brief
        )
        found = [
            search.document(one.href, one.title or one.id, f"{one.id} · {one.category}", one.keywords, one.plain)
            for one in articles
        ]
        found += [search.document(row.href, row.title or row.id, f"{row.id} · {row.customer} · {row.standing}", (row.code,), "")
                  for row in self.newest()]  # fmt: skip
        self.put(DATA, "", lambda: search.script(found))

    def newest(self) -> Iterable[Row]:
        """The newest cases."""
        every = (
            row
            for month in sorted(self.months, reverse=True)
            for row in sorted(self.months[month], key=lambda one: one.id, reverse=True)
        )
        return (row for _, row in zip(range(FOUND), every, strict=False))

    def people(self) -> None:
        """Who works at the desk."""
        rows = beside.people(self.desk, self.teller, self.world.day(self.as_of), self.asked.public)
        self.page("people", "people.html", section="people.html", people=rows)

    def printer_word(self, msgid: str) -> str:
        """A word of the templates in the site's language."""
        return self.teller.translate(msgid)


def as_of(desk: Desk, by_clock: bool) -> tuple[datetime, str]:
    """The time that the pages tell of, by the desk's zone, and the commit: the last commit's time, so that one commit gives
    one site; else, and where there is no commit, the desk's clock."""
    try:
        revision = desk.journal.resolve("HEAD") if desk.journal.head() else None
    except Refused:
        revision = None
    moment = desk.now if by_clock or revision is None else revision.committed_at
    return moment.astimezone(desk.zone), revision.id if revision else ""


def _tier(code: str) -> object:
    from itilcli.model.codes import TIER

    return TIER.label(code)
