"""What lies beside the cases: people, settings, calendar, models, templates, articles, reports. Who may change which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from itilcli.errors import Problem, Refused
from itilcli.judging import areas
from itilcli.judging.areas import Area
from itilcli.judging.cases import MANAGER, deleted
from itilcli.model.article import Article
from itilcli.model.people import People, Person
from itilcli.model.shape import decode
from itilcli.procedure.clause import SUPPORT, World, forbidden, who_may
from itilcli.procedure.s5_12_configuration import MANAGER as KEEPER
from itilcli.procedure.s5_15_report import REPORTERS
from itilcli.store import yaml
from itilcli.store.article import read_article
from itilcli.text import t
from itilcli.values import pattern

ROLES = {areas.CUSTOMERS: SUPPORT, areas.ARTICLE: SUPPORT, areas.IMPROVEMENTS: REPORTERS, areas.REPORT: REPORTERS,
         areas.COMMENT: REPORTERS, areas.DRAFT: REPORTERS, areas.CONFIGURATION: frozenset({KEEPER})}  # fmt: skip
"""Who may change what; all else only the incident manager."""
KEPT = frozenset(
    {
        areas.PEOPLE,
        areas.SETTINGS,
        areas.CUSTOMERS,
        areas.ARTICLE,
        areas.IMPROVEMENTS,
        areas.REPORT,
        areas.SERIALS,
        areas.CONFIGURATION,
    }
)
"""What is never deleted."""
OWN = ("deputies",)
"""What everybody may change of the own entry in ``people.yaml``."""
OUT = frozenset({"published", "retired"})
_SAFE = pattern(r"-?!?(?:text|eol|binary|diff|merge|whitespace|linguist-[a-z]+|export-ignore)(?:=[A-Za-z0-9_.,-]*)?")


def table(
    area: Area,
    path: str,
    old: bytes | None,
    new: bytes | None,
    person: str,
    day: date,
    world: World,
    issued: bool = False,
) -> Iterator[Problem]:
    """Everything wrong with what a commit did to a file that is none of a case.

    :param person: the author, :param day: the day of the commit, :param world: the desk as it stood before.
    :param issued: whether the report of the file's month had been issued before.
    """
    if new is None and area.kind in KEPT:
        yield deleted(path)
        return
    if area.kind == areas.STRAY:
        hint = t("a case's files lie in the folder of its day, named after its ID; move it, or leave it out")
        yield Problem("E-gate-stray", t("{path} belongs to no record", path=path), hint, "5", path)
        return
    if area.kind in (areas.REPORT, areas.COMMENT) and issued:
        message = t("the report of {month} has been issued", month=area.part)
        hint = t(
            "what has changed since is listed in the next report; see it with: itil report {month}", month=area.part
        )
        yield Problem("E-gate-report", message, hint, "5.15", path)
        return
    if area.kind == areas.SERIALS:
        return
    roles = ROLES.get(area.kind, frozenset({MANAGER}))
    if area.kind == areas.PEOPLE:
        yield from people(old, new, person, day, world)
        return
    held = world.people.roles(person, day)
    if not held & roles:
        yield _forbidden(path, person, roles, day, world)
    elif area.kind == areas.ARTICLE and new is not None:
        yield from article(path, old, new, person, day, world)
    if area.kind == areas.ATTRIBUTES and new is not None:
        yield from attributes(path, new)


def _forbidden(path: str, person: str, roles: frozenset[str], day: date, world: World) -> Problem:
    message = t("{person} may not change {path}", person=person or "?", path=path)
    return replace(forbidden("E-gate-role", "2.5", message, who_may(world.people, roles, day)), where=path)


def people(old: bytes | None, new: bytes | None, person: str, day: date, world: World) -> Iterator[Problem]:
    """§2.5: the incident manager changes people, everybody names the own deputy; somebody stays to manage the desk."""
    path = "people.yaml"
    found: list[Problem] = []
    after: People = _decoded(new, path, People, found)
    if any(one.level == "error" for one in found):
        return  # told by what looks whether it can be read
    if not after.own_holders(MANAGER, day):
        hint = t("give the role to somebody first: itil people set NAME --add-role incident_manager")
        yield Problem("E-gate-no-manager", t("nobody would be incident manager on {day}", day=day), hint, "2.5", path)
    if MANAGER in world.people.roles(person, day):
        return
    before: People = _decoded(old, path, People, [])
    if [_others(one, person) for one in before] != [_others(one, person) for one in after]:
        yield _forbidden(path, person, frozenset({MANAGER}), day, world)


def _others(one: Person, person: str) -> Person:
    return replace(one, deputies=()) if one.id == person else one


def _decoded(data: bytes | None, path: str, form: Any, problems: list[Problem]) -> Any:
    try:
        return decode(form, yaml.read(data or b"{}\n", path), problems.append)
    except Refused as refused:
        problems += refused.problems
        return form()


def article(path: str, old: bytes | None, new: bytes, person: str, day: date, world: World) -> Iterator[Problem]:
    """F30: support drafts, the incident manager publishes, changes what is published, and retires."""
    try:
        was, now = (_article(data, path) if data is not None else None for data in (old, new))
    except Refused as refused:
        yield from refused.problems
        return
    assert now is not None
    if now.id != path.rpartition("/")[2].removesuffix(".md"):
        hint = t("an article is made with: itil kb new")
        yield Problem("E-gate-article", t("the article calls itself {id}", id=repr(now.id)), hint, "5.13", path)
    public = now.status in OUT or (was is not None and was.status in OUT)
    if public and MANAGER not in world.people.roles(person, day):
        yield _forbidden(path, person, frozenset({MANAGER}), day, world)
    if now.status == "published" and (was is None or was.status != "published") and now.reviewed_by != person:
        message = t("the article names {other} as who reviewed it", other=now.reviewed_by or "?")
        yield Problem("E-gate-article", message, t("publish it with: itil kb publish"), "5.13", path)


def _article(data: bytes, path: str) -> Article:
    ignored: list[Problem] = []
    return decode(Article, read_article(data, path)[0], ignored.append)


def attributes(path: str, new: bytes) -> Iterator[Problem]:
    """No attribute makes git run a program, or change what is committed, on anybody's machine."""
    for line in new.decode("utf-8", "replace").splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        bad = [word for word in words[1:] if not _SAFE.fullmatch(word)]
        if bad or words[0].startswith("[attr]"):
            message = t(
                "{path} sets {attribute}, which changes files or runs programs", path=path, attribute=(bad or words)[0]
            )
            hint = t("leave only text, eol, binary, diff, merge and whitespace in it")
            yield Problem("E-gate-attributes", message, hint, "5", path)
