"""§5.1: which cases hold a message, and which one a message goes on from."""

from __future__ import annotations

from collections.abc import Sequence

from itilcli.actions.taking.letters.callers import Author, belongs
from itilcli.actions.writing.attachments import LIMIT
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.mail.letter import Letter, kept_name
from itilcli.mail.reading import read_head
from itilcli.model.case import CASE_ID, Case
from itilcli.store import files
from itilcli.store.cases import PLACE
from itilcli.values import pattern, value

MOST = 20
"""So many of the messages that one refers to are looked for, the nearest."""
HOPS = 5
KEPT = "records/*/*/*/*.files/mail-*.eml"
"""Where messages are kept; git takes as long to look for one as for all of them."""
NAME = len(kept_name(""))
_NAMED = pattern(r"[\[【(]\s*(INC-\d{8}-[0-9A-Z]{4})\s*[\])】]", 2)


@value
class Held:
    """A message that a case holds: the case, the file, and the Message-ID."""

    case: Case
    path: str
    id: str


@value
class Thread:
    """What a message goes on from: the case, and whether only its subject says so."""

    case: Case
    by_subject: bool = False


def held(desk: Desk, ids: Sequence[str]) -> list[Held]:
    """The cases that hold one of these messages, in the order of the messages; where several hold one, the oldest first."""
    if not ids:
        return []
    by_name = {kept_name(one): one for one in ids}
    found: list[Held] = []
    for path in desk.journal.fitting(KEPT):
        place, file = PLACE.match(path), path.rpartition("/")[2]
        message_id = by_name.get(file[:NAME])
        if place is None or message_id is None:
            continue
        stored = desk.case(place[0].rpartition("/")[2])
        rows = stored.case.incident.attachments
        if not stored.errors and any(row.file == file and row.message_id == message_id for row in rows):
            found.append(Held(stored.case, path, message_id))
    return sorted(found, key=lambda one: (list(ids).index(one.id), one.case.began))


def copy_of(desk: Desk, letter: Letter) -> Case | None:
    """The case that holds this very message already; another message under the same Message-ID is none."""
    for one in held(desk, [letter.id]):
        try:
            kept = read_head(files.read_bytes(desk.root / one.path, LIMIT))
        except Refused:
            return one.case
        if kept.identity[1:] == letter.identity[1:]:
            return one.case
    return None


def thread_of(desk: Desk, letter: Letter, author: Author) -> Thread | None:
    """The case that a message goes on from: by the messages that it answers; by the ID in its subject only where its author
    is of the customer or of the desk, since anybody may write an ID."""
    for one in held(desk, letter.references[:MOST]):
        return Thread(at_last(desk, one.case))
    named = named_in(desk, letter)
    if named is not None and (belongs(desk, author, named) or author.staff):
        return Thread(at_last(desk, named), by_subject=True)
    return None


def named_in(desk: Desk, letter: Letter) -> Case | None:
    """The case that a subject names in brackets: ``[INC-20261123-7K3Q]``."""
    found = _NAMED.search(letter.subject)
    case_id = found[1].upper() if found else ""
    if not CASE_ID.fullmatch(case_id) or case_id not in desk.ids(case_id[-4:], whole=True):
        return None
    stored = desk.case(case_id)
    return None if stored.errors else stored.case


def at_last(desk: Desk, case: Case) -> Case:
    """The case that a merged one went into, in the end."""
    for _ in range(HOPS):
        into = case.incident.merged_into
        if case.state.stage != "merged" or not into or not CASE_ID.fullmatch(into):
            return case
        stored = desk.case(into)
        if stored.errors or not stored.case.id:
            return case
        case = stored.case
    return case
