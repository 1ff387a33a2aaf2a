"""One case: its files read, its history replayed, every rule asked, its attachments and references looked up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from itilcli.actions.checking.across import Compared
from itilcli.actions.checking.examined import Examined
from itilcli.actions.checking.report import Place, Reporter
from itilcli.actions.checking.tree import CaseFiles, entries
from itilcli.actions.writing.attachments import LIMIT
from itilcli.errors import Problem, Refused
from itilcli.model.case import CASE_ID, ONSITE, REMOTE, Case
from itilcli.model.case import kind_of as form_kind
from itilcli.procedure.checks import check_case
from itilcli.procedure.clause import World
from itilcli.store import files
from itilcli.store.cases import SUFFIX, Stored, load, path_of
from itilcli.text import t

OF_ALL_FILES = frozenset({"E-5-history-form", "E-5.13-changed", "E-5.1-form"})
"""What cannot be said while one file of the case cannot be read."""


def check(desk: Examined, found: CaseFiles, reporter: Reporter, compared: Compared) -> None:
    """Every problem of one case, and what the comparison with others needs of it."""
    base = f"{found.folder}/{found.id}."
    read = desk.read if desk.in_flight and base == right_base(found.id) else None
    stored = load(desk.root, found.id, read, desk.root / found.folder, found.parts, replayed=False)
    examine(desk, desk.known, found, stored, reporter, compared)


def right_base(case_id: str) -> str:
    """How the paths of a case's files begin where it lies in the folder of its day."""
    return path_of(case_id, "").removesuffix(SUFFIX)


def examine(
    desk: Examined, world: World, found: CaseFiles, stored: Stored, reporter: Reporter, compared: Compared
) -> None:
    """Every problem of a case that was read, as :func:`itilcli.store.cases.load` gives it."""
    base, right = f"{found.folder}/{found.id}.", right_base(found.id)
    if base != right:
        stored = moved(stored, base, right)
    reporter.read(len(stored.files), len(stored.files))
    case = stored.case
    place = Place(found.id, base, case.incident.owner or "", case.imported, stored.files, stored.raw)
    for problem in problems(desk, world, stored, found):
        reporter.add_of_case(problem, place)
    for problem in attached(desk, case, found, reporter):
        reporter.add_of_case(problem, place)
    compared.complete = compared.complete and len(stored.raw) == len(found.parts)
    compared.remember(found.id, base, case)


def moved(stored: Stored, base: str, right: str) -> Stored:
    """A case that lies in the wrong folder, with the paths it really has."""
    found = {base + path.removeprefix(right): data for path, data in stored.files.items()}
    told = tuple(replace(problem, where=problem.where.replace(right, base, 1)) for problem in stored.problems)
    return replace(stored, files=found, problems=told)


def problems(desk: Examined, world: World, stored: Stored, found: CaseFiles) -> Iterator[Problem]:
    """What reading, the rules and the looking up find; a field that could not be read is told of once."""
    yield from stored.problems
    case, whole = stored.case, len(stored.raw) == len(found.parts)
    if "incident" not in stored.raw:
        return
    if case.id != found.id:
        hint = t("the ID stands in the name and in the file; commands go by the name")
        yield Problem(
            "E-5.1-file-id", t("the file calls itself {id}", id=repr(case.incident.id)), hint, "5.1", "incident:id"
        )
    base = f"{found.folder}/{found.id}."
    told = {problem.where.removeprefix(base).replace(f"{SUFFIX}#", ":", 1) for problem in stored.errors}
    for problem in (*check_case(case, world, stored.raw, stored.unlawful), *untold(case), *references(desk, case)):
        if problem.where not in told and (whole or problem.code not in OF_ALL_FILES):
            yield problem


def untold(case: Case) -> Iterator[Problem]:
    """B23, F33: whatever a step left behind has its entry in the history; an entry taken out shows."""
    entries_ = {entry.id for entry in case.incident.history}
    rows = {name: getattr(case.incident, name) for name in ("escalations", "notes", "told", "chased")}
    for name, parts in rows.items():
        for place, row in enumerate(parts):
            if row.id not in entries_ and not (row.id is None and case.imported):
                yield gone(case, f"incident:{name}.{place}")
    forms = {entry.form for entry in case.incident.history}
    for ref in case.forms:
        if ref not in forms:
            yield gone(case, f"{ref}:id")


def gone(case: Case, where: str) -> Problem:
    """No entry of the history tells of this."""
    hint = t("an entry of the history is never taken out; compare with: itil log {id}", id=case.id)
    return Problem(
        "E-5-history-gone", t("no entry of the history tells of this"), hint, "5", where, softened=case.imported
    )


def references(desk: Examined, case: Case) -> Iterator[Problem]:
    """The cases and articles that a case names are there."""
    for where, other in cases_named(case):
        if not is_case(desk, other):
            yield Problem(
                "E-5-no-case", t("there is no case {id}", id=repr(other)), t("name a case by its full ID"), "5", where
            )
    for where, article in articles_named(case):
        if article not in desk.articles:
            hint = t("see what there is with: itil kb list")
            yield Problem(
                "E-5.13-no-article",
                t("there is no article {id}", id=article),
                hint,
                "5.13",
                where,
                softened=case.imported,
            )


def cases_named(case: Case) -> list[tuple[str, str]]:
    """The cases that a case names, each with the field."""
    incident = case.incident
    named = [("incident:parent", incident.parent), ("incident:merged_into", incident.merged_into)]
    named += [(f"incident:related.{place}", one) for place, one in enumerate(incident.related)]
    return [(where, one) for where, one in named if one is not None]


def articles_named(case: Case) -> list[tuple[str, str]]:
    """The articles that a case names, each with the field."""
    incident = case.incident
    rounds = [("incident:knowledge.ref", incident.knowledge)]
    rounds += [
        (f"incident:earlier_rounds.{place}.knowledge.ref", one.knowledge)
        for place, one in enumerate(incident.earlier_rounds)
    ]
    articles = [(where, one.ref) for where, one in rounds if one is not None and not one.none]
    articles += [
        (f"{ref}:knowledge_consulted.{place}", one)
        for ref, form in case.of(REMOTE)
        for place, one in enumerate(form.knowledge_consulted)
    ]
    return [(where, one) for where, one in articles if one is not None]


def is_case(desk: Examined, case_id: str) -> bool:
    """Whether this is the full ID of a case of the desk."""
    return CASE_ID.fullmatch(case_id) is not None and (desk.root / path_of(case_id, "incident")).is_file()


def attached(desk: Examined, case: Case, found: CaseFiles, reporter: Reporter) -> Iterator[Problem]:
    """F27, F34: every attachment lies there as it was recorded, and none lies there that was not."""
    rows = recorded(case)
    if not rows and not found.attachments:
        return
    folder = f"{found.folder}/{found.id}.files"
    for where, name, digest in rows:
        if name and digest:
            yield from one_attached(desk, f"{folder}/{name}", name, digest, where, reporter)
    known = {name for _, name, _ in rows} | set(mentioned(case))
    for one in entries(desk, folder, reporter) if found.attachments else ():
        if one.name not in known:
            message = t("{file} lies among the attachments, but no step recorded it", file=one.name)
            hint = t("attach it with: itil attach {id} FILE", id=found.id)
            yield Problem("W-5-attachment-unrecorded", message, hint, "5", f"{folder}/{one.name}")


def recorded(case: Case) -> list[tuple[str, str | None, str | None]]:
    """The attachments that a case records: the field, the file's name, its digest."""
    found = [
        (f"incident:attachments.{place}", row.file, row.sha256) for place, row in enumerate(case.incident.attachments)
    ]
    for ref, form in case.of(ONSITE):
        pages = form.signature.files if form.signature else ()
        found += [(f"{ref}:signature.files.{place}", page.file, page.sha256) for place, page in enumerate(pages)]
    return found


def one_attached(
    desk: Examined, path: str, name: str, digest: str, where: str, reporter: Reporter
) -> Iterator[Problem]:
    """F34: one attachment is there, and is what was recorded."""
    if "/" in name or name in (".", ".."):
        yield Problem(
            "E-5-attachment-name",
            t("{file} is no name for a file of the desk", file=repr(name)),
            t("give the file a plain name without / and attach it again: itil attach ID FILE"),
            "5",
            where,
        )
        return
    try:
        data = files.read_bytes(desk.root / path, LIMIT)
    except Refused as refused:
        reason = refused.problems[0].message
        message = t("the attachment {file} cannot be read: {reason}", file=name, reason=reason)
        yield Problem("E-5-attachment-missing", message, t("bring it back, for example with git"), "5", where)
        return
    reporter.read(1)
    if hashlib.sha256(data).hexdigest() != digest:
        hint = t("bring back the file that was attached, for example with git")
        yield Problem(
            "E-5-attachment-changed", t("the attachment {file} is not what was recorded", file=name), hint, "5", where
        )


def mentioned(case: Case) -> Iterator[str]:
    """Files that are named as evidence, without a digest."""
    said = [case.incident.confirmation.evidence] if case.incident.confirmation else []
    said += [one.confirmation.evidence for one in case.incident.earlier_rounds if one.confirmation]
    for ref, form in case.forms.items():
        kind = form_kind(ref)
        if kind is not None and kind.number == "RT3":
            said += [one.evidence for one in (form.approval, form.countersigned) if one]  # type: ignore[union-attr]
    for names in said:
        yield from (names or "").split(", ")
