"""The attachments of a case: each is what was recorded of it, and stays so (F27, F34)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from itilcli.errors import Problem
from itilcli.judging.cases import deleted
from itilcli.judging.version import FILES, Parts, Read, Version
from itilcli.model.case import ONSITE, Case
from itilcli.text import t


def attachments(
    place: str, was: Parts, now: Parts, old: Version | None, new: Version | None, read: Read
) -> Iterator[Problem]:
    """F27, F34: each new page or attachment is there and is what the record says; what is there is never changed."""
    for part, held in was.items():
        if part.startswith(FILES):
            path = f"{place}.{part}"
            if part not in now:
                yield deleted(path)
            elif now[part].blob != held.blob:
                message = t("the attachment {file} was changed", file=part[len(FILES) :])
                hint = t("attach the better one beside it: itil attach {id} FILE", id=place[-4:])
                yield Problem("E-gate-attachment", message, hint, "5", path)
    recorded_ = set(papers(new.case)) if new else set()
    if not recorded_ and not any(part.startswith(FILES) for part in now):
        return
    known = set(papers(old.case)) if old else set()
    for where, name, digest in sorted(recorded_ - known, key=str):
        page = now.get(f"{FILES}{name}")
        if page is None:
            message = t("the attachment {file} is not in the commit", file=name)
            yield Problem("E-gate-attachment-missing", message, t("attach it with: itil attach ID FILE"), "5", where)
        elif hashlib.sha256(read(page.blob)).hexdigest() != digest:
            message = t("the attachment {file} is not what was recorded", file=name)
            hint = t("bring back the file that was attached, for example with git")
            yield Problem("E-gate-attachment", message, hint, "5", where)
    names = {name for _, name, _ in recorded_} | (set(mentioned(new.case)) if new else set())
    for part in now.keys() - was.keys():
        if part.startswith(FILES) and part[len(FILES) :] not in names:
            message = t("{file} lies among the attachments, but no step recorded it", file=part[len(FILES) :])
            hint = t("attach it with: itil attach {id} FILE", id=place[-4:])
            yield Problem("E-gate-attachment-unrecorded", message, hint, "5", f"{place}.{part}")


def papers(case: Case) -> Iterator[tuple[str, str, str]]:
    """The files that a case records: the field, the name, the digest."""
    for row in case.incident.attachments:
        if row.file and row.sha256:
            yield "incident:attachments", row.file, row.sha256
    for ref, form in case.of(ONSITE):
        for page in form.signature.files if form.signature else ():
            if page.file and page.sha256:
                yield f"{ref}:signature.files", page.file, page.sha256


def mentioned(case: Case) -> Iterator[str]:
    """Files named as evidence, without a digest."""
    rounds = [case.incident.confirmation, *(one.confirmation for one in case.incident.earlier_rounds)]
    said = [one.evidence for one in rounds if one]
    for form in case.forms.values():
        said += [one.evidence for one in (getattr(form, "approval", None), getattr(form, "countersigned", None)) if one]
    for names in said:
        yield from (names or "").split(", ")
