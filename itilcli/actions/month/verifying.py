"""Issued reports computed anew from the commit they name: every number and every page must come out the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from itilcli import __version__
from itilcli.actions.month.comment import comment_of
from itilcli.actions.month.issued import COMMENT, FIGURES, HTML, LARGEST, MARKDOWN, folder, read_issued, tag_name
from itilcli.actions.month.issuing import issuing_commit, rendered
from itilcli.actions.month.report import Said, Wanted, report
from itilcli.actions.month.soundness import too_deep
from itilcli.desk import Desk
from itilcli.figures.differences import differences
from itilcli.figures.period import parse_month
from itilcli.store import files
from itilcli.text import Listing, Text, t
from itilcli.values import value

COMPARED = ("state", "issued", "as_of", "uncommitted", "lists", "trend", "compared", "forecast", "corrections",
            "report_number", "from", "to", "scope", "reported_by", "reported_to", "left_out", "excluded", "actions",
            "organisation")  # fmt: skip
"""What is compared besides the figures."""


@value
class Deviation:
    """One thing that does not come out as it was issued: where, both values, and the incidents that differ."""

    place: str
    issued: Any
    recomputed: Any
    incidents: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        """As programs see it."""
        return {
            "figure": self.place,
            "issued": self.issued,
            "recomputed": self.recomputed,
            "incidents": list(self.incidents),
        }


@value
class Verified:
    """What the computing anew of one issued report showed; ``notes`` are no deviations."""

    month: str
    commit: str
    deviations: tuple[Deviation, ...] = ()
    notes: tuple[Text, ...] = ()


def verify(desk: Desk, month: str) -> Verified:
    """The issued report of a month (``2026-10``) computed anew from the commit that it names.

    :raises Refused: E-5.15-none, E-5.15-file; E-desk-revision where the commit is no longer there.
    """
    issued = read_issued(desk, month)
    revision = desk.journal.resolve(str(issued["commit"]))
    excluded = {str(row["id"]): str(row["reason"]) for row in issued.get("excluded", ())}
    said = Said(issued.get("comment"), excluded, bool(issued.get("unattended")))
    with desk.at(revision) as past:
        period = parse_month(month, past.now, past.zone)
        as_of = max(revision.committed_at, period.end)
        made = report(past, Wanted(period, as_of=as_of), said)
        pages, anew = rendered(past, made), json.loads(json.dumps(made))
    found = [
        *_figures(issued, anew),
        *_beside(issued, anew),
        *_pages(desk, month, pages, str(issued["version"])),
        *_text(desk, month, issued),
        *_tag(desk, month),
    ]
    return Verified(month, revision.id, tuple(found), tuple(_notes(desk, month, issued, found)))


def _figures(issued: Mapping[str, Any], anew: Mapping[str, Any]) -> Iterator[Deviation]:
    """Every number of every figure that differs, with the incidents whose rows in the appendix differ."""
    rows = changed_rows(issued, anew)
    found = differences(issued["figures"], anew["figures"])
    if not found and issued["version"] == __version__ and issued["figures"] != anew["figures"]:
        yield Deviation("figures", _brief(issued["figures"]), _brief(anew["figures"]), rows)
    for one in found:
        place = f"{one.figure}.{one.part}" if one.part else one.figure
        yield Deviation(place, one.before, one.after, rows)


def changed_rows(issued: Mapping[str, Any], anew: Mapping[str, Any]) -> tuple[str, ...]:
    """The incidents that the two appendices list differently, or only one of them."""
    old, new = _rows(issued), _rows(anew)
    return tuple(sorted(one for one in {**old, **new} if old.get(one) != new.get(one)))


def _rows(document: Mapping[str, Any]) -> dict[str, Any]:
    lists = document.get("lists")
    listed = lists.get("incidents", ()) if isinstance(lists, Mapping) else ()
    return {str(row["id"]): row for row in listed if isinstance(row, Mapping) and "id" in row}


def _beside(issued: Mapping[str, Any], anew: Mapping[str, Any]) -> Iterator[Deviation]:
    """What stands beside the figures and differs; of the lists each one by itself."""
    for name in COMPARED:
        if name not in issued and issued["version"] != __version__:
            continue
        if name not in issued or too_deep(issued[name]):
            yield Deviation(name, None, _brief(anew.get(name)))
            continue
        old, new = issued[name], anew.get(name)
        if name == "compared" and old != new:
            old, new = ({str(row["figure"]): row for row in rows} for rows in (old, new or ()))
        if name in ("lists", "trend", "compared") and isinstance(old, Mapping) and isinstance(new, Mapping):
            for part in old:
                if old[part] != new.get(part):
                    rows = changed_rows(issued, anew) if part == "incidents" else ()
                    yield Deviation(f"{name}.{part}", _brief(old[part]), _brief(new.get(part)), rows)
        elif old != new:
            yield Deviation(name, _brief(old), _brief(new))


def _brief(value: Any) -> Any:
    """A value to be shown; of a long list only its length."""
    return f"[{len(value)}]" if isinstance(value, list | dict) and len(str(value)) > 200 else value


def _pages(desk: Desk, month: str, pages: Mapping[str, bytes], version: str) -> Iterator[Deviation]:
    """The pages for people that are not those the figures give; another version may lay them out otherwise.

    Line ends do not matter: git may have changed them in the work tree (core.autocrlf).
    """
    if version != __version__:
        return
    for name in (MARKDOWN, HTML):
        path = desk.root / folder(month) / name
        found = files.read_bytes(path, LARGEST).replace(b"\r\n", b"\n") if path.is_file() else b""
        wanted = pages[name].replace(b"\r\n", b"\n")
        if found != wanted:
            yield Deviation(name, *_first_difference(found, wanted))


def _text(desk: Desk, month: str, issued: Mapping[str, Any]) -> Iterator[Deviation]:
    """The manager's text, where the file of it says something else by now."""
    kept = comment_of(desk, parse_month(month, desk.now, desk.zone))
    if kept is not None and kept != issued.get("comment"):
        yield Deviation(COMMENT, _brief(issued.get("comment")), _brief(kept))


def _tag(desk: Desk, month: str) -> Iterator[Deviation]:
    """The tag, where it marks another commit than the one that issued the report."""
    tagged, issued_by = desk.journal.tag_commit(tag_name(month)), issuing_commit(desk, month)
    if tagged is not None and issued_by is not None and tagged != issued_by:
        yield Deviation(tag_name(month), issued_by[:12], tagged[:12])


def _first_difference(old: bytes, new: bytes) -> tuple[str | None, str | None]:
    """The first lines in which two texts differ; None where one has ended."""
    rows = [data.decode("utf-8", "replace").splitlines() for data in (old, new)]
    place = next((at for at, pair in enumerate(zip(*rows, strict=False)) if pair[0] != pair[1]), min(map(len, rows)))
    first, second = (lines[place][:200] if place < len(lines) else None for lines in rows)
    return first, second


def _notes(desk: Desk, month: str, issued: Mapping[str, Any], found: list[Deviation]) -> Iterator[Text]:
    """What should be known of a report, though its numbers stand."""
    if issued["version"] != __version__:
        yield t(
            "it was made with itil {version}, this is {ours}", version=str(issued["version"])[:40], ours=__version__
        )
    tagged = desk.journal.tag_commit(tag_name(month))
    if tagged is None:
        yield t("its tag {tag} is missing; put it with: itil report {month} --issue --unattended", tag=tag_name(month),
                month=month)  # fmt: skip
    else:
        told = [path for path in desk.journal.changed_between(tagged, desk.journal.head() or tagged)
                if path.startswith(f"{folder(month)}/")]  # fmt: skip
        if told:
            yield t("changed since it was issued: {files}", files=Listing(tuple(told)))
    for name in (MARKDOWN, HTML):
        if not (desk.root / folder(month) / name).is_file():
            yield t("{file} is missing", file=name)
    places = {one.place for one in found} - {MARKDOWN, HTML, COMMENT, tag_name(month)}
    if places and not any(one.incidents for one in found):
        yield t("no incident differs: {file} itself was changed, or made by another program", file=FIGURES)
