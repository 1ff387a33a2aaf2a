"""The figures as people read them: lines while they come, and the tables of README.md."""

from __future__ import annotations

import os
import pickle
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

from importing import SECONDS, WHOLE, Imported
from peers import PEERS
from rows import PEAKS, TARGETS, TWO_SECONDS, G, P
from timing import Result, Target, Took, median, spread

README = Path(__file__).resolve().parent / "README.md"
BEGIN, END = "<!-- figures: written by run.py --write -->", "<!-- end of figures -->"
SIZES = (1_000, 10_000, 100_000)
UNMEASURED = "not measured"
NAMES = tuple(peer.name for peer in PEERS)
FLAT = 1.3
"""How much more ``show`` and ``new`` may cost at the largest size than at the smallest."""


@dataclass
class Figures:
    """All that one run has measured."""

    results: list[Result] = field(default_factory=list)
    imported: Imported | None = None

    def of(self, name: str, cases: int) -> Result | None:
        """One row at one size."""
        return next((one for one in self.results if one.name == name and one.cases == cases), None)

    def sizes(self) -> list[int]:
        """The sizes measured."""
        return sorted({one.cases for one in self.results})


def keep(folder: Path, measured: Result | Imported) -> None:
    """Puts down one row, or the import, where a later run finds it."""
    name = f"{measured.name} {measured.cases}" if isinstance(measured, Result) else "import"
    (folder / f"{name}.figures").write_bytes(pickle.dumps(measured))


def recall(folder: Path, figures: Figures) -> None:
    """Adds what earlier runs have put down and this one has not measured, in the order of the table."""
    for path in folder.glob("*.figures"):
        measured = pickle.loads(path.read_bytes())
        if isinstance(measured, Imported):
            figures.imported = figures.imported or measured
        elif measured.name in TARGETS and figures.of(measured.name, measured.cases) is None:
            figures.results.append(measured)
    order = list(TARGETS)
    figures.results.sort(key=lambda one: (one.cases, order.index(one.name)))


def seconds(value: float) -> str:
    """So many seconds, in the unit that suits them."""
    return f"{value:,.1f} s" if value >= 10 else f"{value:.2f} s" if value >= 1 else f"{value * 1000:.0f} ms"


def with_spread(taken: Sequence[Took]) -> str:
    """The median, and where the middle half of the rounds lies."""
    low, high = spread(taken)
    return (
        f"{seconds(median(taken))} ({seconds(low)} – {seconds(high)})"
        if len(taken) > 1
        else f"{seconds(median(taken))} (once)"
    )


def against(result: Result, target: Target) -> str:
    """What one target asks, what was measured, and whether it was reached."""
    if target.by == TWO_SECONDS:
        return f"{seconds(median(result.ours))} (≤ {target.by}) {result.verdict(target)}"
    limit = f"≤ {_limit(target)}"
    ratio = result.ratio(target.by)
    return (
        f"{limit}: {target.by} not installed"
        if ratio is None
        else f"{times(ratio, target.by)} ({limit}) {result.verdict(target)}"
    )


def times(ratio: float, by: str) -> str:
    """A ratio with its unit."""
    return f"{ratio:.2g} {unit(by)}" if ratio < 10 else f"{ratio:,.0f} {unit(by)}"


def unit(by: str) -> str:
    """P and G are units of their own; all else is so many times something."""
    return by if by in (P, G) else f"× {by}"


def lines(result: Result) -> str:
    """What was measured in one row, for a terminal."""
    few = "" if len(result.ours) >= 5 else f", only {len(result.ours)} rounds: it takes long"
    head = f"{result.name}, {result.cases:,} cases: {with_spread(result.ours)}, {result.peak:.0f} MB{few}"
    asked = [f"    target {against(result, target)}" for target in result.targets]
    others = []
    for name, taken in _shown(result).items():
        ratio = median(result.ours) / median(taken)
        ahead = "  ← ahead of us" if name in _peer_names(result) and ratio > 1 else ""
        others.append(f"    {times(ratio, name)}: {name} {with_spread(taken)}{ahead}")
    return "\n".join([head, *asked, *others, *(f"    {name}: not installed" for name in result.missing)])


def _shown(result: Result) -> dict[str, list[Took]]:
    return {name: taken for name, taken in result.others.items() if name != TWO_SECONDS}


def _peer_names(result: Result) -> list[str]:
    return [name for name in result.others if name.partition(" ")[0] in NAMES]


def growth(figures: Figures) -> list[tuple[str, str, str]]:
    """From the smallest size to the largest: what, how many times as much in units of P, what is allowed, whether it is."""
    sizes = figures.sizes()
    if len(sizes) < 2:
        return []
    first, last = sizes[0], sizes[-1]
    found = []
    for name in TARGETS:
        small, large = figures.of(name, first), figures.of(name, last)
        if not small or not large:
            continue
        ratio = in_p(large, median(large.ours)) / in_p(small, median(small.ours))
        limit = FLAT if name == "show ID" else last / first
        found.append((name, f"{ratio:.2f} ×", _judged(ratio, limit)))
        if name == "new":
            found.append(_less_git(small, large))
    return found


def in_p(result: Result, value: float) -> float:
    """So many seconds in units of the row's own P: the machine may be busier at one size than at another."""
    return value / median(result.others[P])


def _less_git(small: Result, large: Result) -> tuple[str, str, str]:
    before, after = (in_p(one, median(one.ours) - median(one.others[G])) for one in (small, large))
    name = "new, less G"
    if after <= 0 or before <= 0:
        return name, f"{before:.1f} P → {after:.1f} P", "ok: less than G alone" if after <= 0 else "?"
    return name, f"{after / before:.2f} ×", _judged(after / before, FLAT)


def _judged(ratio: float, limit: float) -> str:
    return f"≤ {limit:g} × {'ok' if ratio <= limit else 'over'}"


def peak(figures: Figures, cases: int) -> str:
    """The most memory that any command took, and which."""
    of = [one for one in figures.results if one.cases == cases]
    limit = PEAKS.get(cases)
    if not of:
        return f"{UNMEASURED}; (≤ {limit} MB)"
    most = max(of, key=lambda one: one.peak)
    asked = f" (≤ {limit} MB) {'ok' if most.peak <= limit else 'over'}" if limit else ""
    return f"{most.peak:.0f} MB{asked}: `{most.name}`"


def import_line(done: Imported | None) -> str:
    """The import: its time, the target, its memory."""
    if done is None:
        return f"{UNMEASURED}; ({WHOLE:,} incidents ≤ {SECONDS} s)"
    part = "" if done.incidents >= WHOLE else f", a slice; {SECONDS} s for the whole log of {WHOLE:,}"
    verdict = "ok" if done.taken.wall <= done.limit else "over"
    took = f"{seconds(done.taken.wall)} (≤ {done.limit:.1f} s) {verdict}"
    return f"{done.incidents:,} incidents{part}: {took}, {done.taken.peak:.0f} MB"


def machine() -> str:
    """On what it was measured."""
    cpuinfo = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = next(
        (line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name")), "?"
    )
    git = subprocess.run(("git", "--version"), capture_output=True, text=True, check=True).stdout.split()[2]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    ours = f"Python {platform.python_version()}, git {git}, typer {version('typer')}, yaml-rs {version('yaml-rs')}"
    theirs = "; ".join(f"{peer.name}: {peer.said_version() if peer.found() else 'not installed'}" for peer in PEERS)
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GB, {platform.system()} {platform.release().partition('-')[0]}; "
        f"{ours}. Peers: {theirs}. Measured on {date.today()}."
    )


def markdown(figures: Figures) -> str:
    """All tables."""
    sizes = [size for size in SIZES if size in figures.sizes()] or list(SIZES)
    parts = [machine() if figures.results else f"Machine: {UNMEASURED}.", "", _overview(figures), ""]
    parts += ["Peak memory is that of the largest process. Growth from the smallest size to the largest, in P:", ""]
    parts += _table(
        ("", "growth", "allowed"), growth(figures) or [(name, UNMEASURED, "") for name in ("show ID", "new, less G")]
    )
    parts += ["", "Where a peer is ahead of us:", "", *_ahead(figures)]
    for size in sizes:
        parts += ["", f"### {size:,} cases", "", *_details(figures, size)]
    return "\n".join(parts)


def _overview(figures: Figures) -> str:
    rows = [(f"`{name}`", *(_cell(figures, name, size) for size in SIZES)) for name in TARGETS]
    rows.append(("peak memory", *(peak(figures, size) for size in SIZES)))
    rows.append(("`import`", import_line(figures.imported), "", ""))
    return "\n".join(_table(("", *(f"{size:,} cases" for size in SIZES)), rows))


def _cell(figures: Figures, name: str, size: int) -> str:
    result = figures.of(name, size)
    targets = TARGETS[name].get(size, ())
    if result is None:
        return "; ".join([UNMEASURED, *(f"(≤ {_limit(target)})" for target in targets)])
    return "; ".join(against(result, target) for target in targets) or times(result.ratio(P) or 0, P)


def _limit(target: Target) -> str:
    return target.by if target.by == TWO_SECONDS else f"{target.limit:g} {unit(target.by)}"


def _details(figures: Figures, size: int) -> list[str]:
    rows = []
    for one in figures.results:
        if one.cases == size:
            others = "; ".join(f"{name} {with_spread(taken)}" for name, taken in _shown(one).items())
            missing = "".join(f"; {name}: not installed" for name in one.missing)
            rows.append(
                (f"`{one.name}`", with_spread(one.ours), f"{one.peak:.0f} MB", str(len(one.ours)), others + missing)
            )
    return _table(("", "itil", "peak", "rounds", "beside it"), rows or [(UNMEASURED, "", "", "", "")])


def _ahead(figures: Figures) -> list[str]:
    if not figures.results:
        return [UNMEASURED]
    said = []
    for one in figures.results:
        ours, theirs = median(one.ours), {name: median(one.others[name]) for name in _peer_names(one)}
        ahead = [f"{name} {seconds(taken)}" for name, taken in theirs.items() if taken < ours]
        if ahead:
            said.append(f"- `{one.name}`, {one.cases:,} cases: we {seconds(ours)}, {', '.join(ahead)}.")
    return said or ["Nowhere."]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]


def write(figures: Figures) -> None:
    """Put the tables between the two marks of README.md."""
    text = README.read_text(encoding="utf-8")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n{markdown(figures)}\n{END}{after}", encoding="utf-8")
