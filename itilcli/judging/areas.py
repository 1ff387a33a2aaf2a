"""What each path of a desk is, and which paths no desk may have."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from itilcli.errors import Problem
from itilcli.judging.deed import Held
from itilcli.model.case import CASE_ID, FORM_REF
from itilcli.text import t
from itilcli.values import pattern, value

CASE, ATTACHMENT, STRAY, OTHER = "case", "attachment", "stray", "other"
PEOPLE, SETTINGS, CALENDAR, MODEL, TEMPLATE = "people", "settings", "calendar", "model", "template"
ARTICLE, CUSTOMERS, IMPROVEMENTS, SERIALS = "article", "customers", "improvements", "serials"
CONFIGURATION = "configuration"
REPORT, COMMENT, DRAFT, ATTRIBUTES = "report", "comment", "draft", "attributes"
TOP = {
    "people.yaml": PEOPLE, "desk.yaml": SETTINGS, "customers.yaml": CUSTOMERS, ".gitattributes": ATTRIBUTES,
}  # fmt: skip
FOLDERS = {"calendar": CALENDAR, "models": MODEL, "templates": TEMPLATE, "knowledge": ARTICLE}
NAMED = frozenset({"records", *FOLDERS, *TOP})
FIGURES = "figures.json"
_DAY = pattern(rf"records/(\d{{4}})/(\d\d)/(\d\d)/({CASE_ID.pattern})\.(.+)")
_SERIALS = pattern(r"records/serials/\d{4}\.yaml")
_REPORT = pattern(r"records/reports/(\d{4}-\d\d)/([^/]+)")
_ARTICLE = pattern(r"knowledge/(KB-[0-9A-Z]{4})\.md")
_GIT = pattern(r"\.git(?:[ .]*|~\d+|[\u200c\u200d\u200e\u200f\ufeff:].*)|git~\d+", 2)
_HOOKS = frozenset({"hooks", ".githooks", ".husky"})
LONGEST = 255
"""The bytes of a path's part that every file system takes."""


@value
class Area:
    """What a path is. Of a case and its attachments: where the case lies (``place``), and ``part`` or the file's name; of a
    report its month."""

    kind: str
    place: str = ""
    part: str = ""


@lru_cache(maxsize=4096)
def area_of(path: str) -> Area:
    """What a path of the desk is."""
    if path in TOP:
        return Area(TOP[path])
    first, _, rest = path.partition("/")
    if first == "records":
        return _record(path)
    if first == "knowledge":
        found = _ARTICLE.fullmatch(path)
        return Area(ARTICLE, part=found[1]) if found else Area(OTHER)
    return Area(FOLDERS[first], part=rest) if first in FOLDERS and rest else Area(OTHER)


def _record(path: str) -> Area:
    found = _DAY.fullmatch(path)
    if found:
        part, name = found[8], found[4]
        if (found[5], found[6], found[7]) != (found[1], found[2], found[3]):
            return Area(STRAY)
        place = f"records/{found[1]}/{found[2]}/{found[3]}/{name}"
        if part.startswith("files/") and part.count("/") == 1:
            return Area(ATTACHMENT, place, part[len("files/") :])
        if part.endswith(".yaml") and (part == "incident.yaml" or FORM_REF.fullmatch(part[:-5])):
            return Area(CASE, place, part[:-5])
        return Area(STRAY)
    if _SERIALS.fullmatch(path):
        return Area(SERIALS)
    if path == "records/reports/actions.yaml":
        return Area(IMPROVEMENTS)
    if path.startswith("records/configuration/") and path.count("/") == 2:
        return Area(CONFIGURATION if path.endswith(".yaml") else OTHER)
    report = _REPORT.fullmatch(path)
    if report:
        kinds = {"comment.md": COMMENT, "draft.md": DRAFT, "draft.html": DRAFT}
        return Area(kinds.get(report[2], REPORT), part=report[1])
    return Area(OTHER if path in ("records/README.md", "records/reports/README.md") else STRAY)


def folded(path: str) -> str:
    """A path as disks that tell neither case nor the writing of an accent apart have it."""
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


def unfit(path: str, held: Held) -> Iterator[Problem]:
    """What forbids such a file in a desk, whoever puts it there."""
    if held.mode == "120000":
        yield _unfit("link", t("{path} is a symbolic link", path=path), path)
    elif held.mode == "160000":
        yield _unfit("submodule", t("{path} is another repository", path=path), path)
    elif held.mode != "100644":
        yield _unfit("executable", t("{path} is a program", path=path), path)
    parts = path.split("/")
    if any(_bad(part) for part in parts):
        yield _unfit("path", t("{path} is no path for a file of the desk", path=repr(path)), path)
    elif path == ".gitmodules":
        yield _unfit("submodule", t("{path} is another repository", path=path), path)
    elif _HOOKS & {part.lower() for part in parts[:-1]}:
        yield _unfit("hook", t("{path} lies where git looks for programs to run", path=path), path)
    elif parts[0] not in NAMED and folded(parts[0]) in NAMED:
        yield _unfit(
            "collision", t("{path} and {other} are one on some disks", path=path, other=folded(parts[0])), path
        )


def _bad(part: str) -> bool:
    if part in ("", ".", "..") or _GIT.fullmatch(part.lower()) or part[-1] in " .":
        return True
    return "\\" in part or not part.isprintable() or len(part.encode("utf-8", "replace")) > LONGEST


def _unfit(slug: str, message: object, path: str) -> Problem:
    hint = t("a desk keeps plain files under plain names; take it out of the commit")
    return Problem(f"E-gate-{slug}", message, hint, "5", path)  # type: ignore[arg-type]
