"""The issued reports that lie in a desk: which months they are of, and what they told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.figures.period import YEARS, Period, by_index, parse_month
from itilcli.store import files
from itilcli.text import Text, t
from itilcli.values import pattern

FOLDER = "records/reports"
FIGURES, MARKDOWN, HTML, COMMENT = "figures.json", "report.md", "report.html", "comment.md"
DRAFT = ("draft.md", "draft.html")
"""What an unattended run leaves when it cannot issue."""
LARGEST = 64 * 1024 * 1024
MONTH = pattern(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
COMMIT = pattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def folder(month: str) -> str:
    """Where the report of a month (``2026-10``) lies."""
    return f"{FOLDER}/{month}"


def tag_name(month: str) -> str:
    """The tag of the commit that issued the report of a month."""
    return f"report/{month}"


def is_issued(desk: Desk, month: str) -> bool:
    """Whether the report of a month has been issued; what a command is writing, or left half done, is not."""
    path = f"{folder(month)}/{FIGURES}"
    if path in desk.unfinished_paths:
        return desk.journal.committed_bytes(path) is not None
    return (desk.root / path).is_file()


def is_draft(path: str) -> bool:
    """Whether a path of the desk is a draft that an unattended run left, which no report is made from."""
    place, _, name = path.rpartition("/")
    return name in DRAFT and MONTH.fullmatch(place.removeprefix(f"{FOLDER}/")) is not None


def issued_months(desk: Desk) -> list[Period]:
    """The months whose report has been issued, oldest first."""
    try:
        names = sorted(entry.name for entry in (desk.root / FOLDER).iterdir())
    except OSError:
        return []
    names = [name for name in names if MONTH.fullmatch(name) and int(name[:4]) in YEARS]
    return [parse_month(name, desk.now, desk.zone) for name in names if is_issued(desk, name)]


def read_issued(desk: Desk, month: str) -> dict[str, Any]:
    """The document of an issued report.

    :raises Refused: E-5.15-none where there is none, E-5.15-file where it is no such document.
    """
    path = f"{folder(month)}/{FIGURES}"
    if not is_issued(desk, month):
        message = t("the report of {month} has not been issued", month=month)
        hint = t("issue it with: itil report {month} --issue", month=month)
        refuse([Problem("E-5.15-none", message, hint, "5.15", path, Kind.NOT_FOUND)])
    from itilcli.actions.month.soundness import parsed

    try:
        found = parsed(files.read_bytes(desk.root / path, LARGEST).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _spoilt(path, t("it is no JSON: {reason}", reason=str(error)[:200])) from None
    if wrong := fault(found, month):
        raise _spoilt(path, wrong)
    return found  # type: ignore[no-any-return]


def fault(document: Any, month: str) -> Text | None:
    """What makes a document unfit to be read as the issued report of a month."""
    if not isinstance(document, dict):
        return t("it is no object")
    if document.get("month") != month:
        return t("it is not of {month}", month=month)
    if not isinstance(document.get("commit"), str) or not COMMIT.fullmatch(document["commit"]):
        return t("it names no commit")
    wanted = {"figures": dict, "as_of": str, "version": str}
    missing = [name for name, kind in wanted.items() if not isinstance(document.get(name), kind)]
    if missing:
        return t("it lacks {field}", field=missing[0])
    from itilcli.actions.month.soundness import unsound

    wrong = unsound(document)
    return t("what stands in {field} is nothing that a report holds", field=repr(wrong)) if wrong else None


def _spoilt(path: str, why: Text) -> Refused:
    message = t("{path} cannot be read as an issued report: {why}", path=path, why=why)
    hint = t("look when it was changed: git log -p -- {path}", path=path)
    return Refused([Problem("E-5.15-file", message, hint, "5.15", path, Kind.DESK)])


def forecasts(documents: Mapping[str, Mapping[str, Any]], desk: Desk) -> dict[int, Mapping[str, Any]]:
    """What the issued reports said of the month just after theirs, by the index of the month it was said of."""
    told: dict[int, Mapping[str, Any]] = {}
    for month, document in documents.items():
        following = parse_month(month, desk.now, desk.zone).index + 1
        for point in (document.get("forecast") or {}).get("points", ())[:1]:
            if point["month"] == str(by_index(following, desk.zone)):
                told[following] = point
    return told
