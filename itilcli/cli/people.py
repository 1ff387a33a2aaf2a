"""The desk's people: who comes, changes, goes and stands in for whom; and who I am."""

from __future__ import annotations

from datetime import date
from typing import Any

from itilcli.actions.writing.writing import Written
from itilcli.cli.desks import out, wrote
from itilcli.cli.screen import safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.model.codes import ROLE
from itilcli.text import Listing, Text, Translate, render, t

LIST, KEYS = "itil people list", "itil people key list"


def people_add(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil people add``."""
    from itilcli.actions.staff.people import add_person

    desk = Desk.open(invocation.desk)
    written = add_person(desk, answers, invocation.at, invocation.dry_run)
    roles = Listing(tuple(ROLE.label(span["role"]) for span in _held(written)))
    wrote(invocation, written, t("{person} is at the desk now: {roles}", person=written.extra["id"], roles=roles), LIST)


def _held(written: Written) -> list[dict[str, str]]:
    held = written.extra["held"]
    assert isinstance(held, list)
    return held


def people_set(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil people set``."""
    from itilcli.actions.staff.changes import changes_of, set_person

    given = {name: value for name, value in answers.items() if name != "name"}
    desk = Desk.open(invocation.desk)
    written = set_person(desk, answers["name"], given, invocation.at, invocation.dry_run)
    told = t("{person}: {changes}", person=written.extra["id"], changes=changes_of(written.extra, whole=True))
    wrote(invocation, written, told, LIST)


def people_deputy(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil people deputy``."""
    from itilcli.actions.staff.deputies import deputies_of, set_deputy

    desk = Desk.open(invocation.desk)
    written = set_deputy(desk, answers["name"], answers, invocation.at, invocation.dry_run)
    wrote(invocation, written, t("{changes}", changes=deputies_of(written.extra)), LIST)


def people_leave(invocation: Invocation, answers: dict[str, Any]) -> int:
    """``itil people leave``; with ``--to`` the cases that go over are told one by one."""
    from itilcli.actions.staff.leaving import leave
    from itilcli.cli.handover import told_several

    desk = Desk.open(invocation.desk)
    written = leave(desk, answers["name"], answers, invocation.at, invocation.dry_run)
    if answers.get("taker"):
        if not (invocation.json or invocation.dry_run):
            invocation.screen.show(safe(written.message.partition("\n")[0]))
        return told_several(invocation, written, t("No case was in their hands."))
    person, day = written.extra["id"], written.extra["left_on"]
    wrote(invocation, written, t("{person} leaves, last day {day}", person=person, day=day), LIST)
    return 0


def people_list(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil people list``."""
    from itilcli.actions.staff.people import listed

    on, rows = listed(Desk.open(invocation.desk), answers.get("on"))
    if invocation.json:
        out(rows)
        return
    translate = invocation.translate
    table = [
        [
            _called(row), _roles(row, translate), ", ".join(_texts(row["emails"])), str(row["phone"] or ""),
            render(away(row, on), translate),
        ]
        for row in rows
    ]  # fmt: skip
    titles = (t("name"), t("roles"), t("e-mail"), t("phone"), t("deputies, leaving"))
    headings = [render(text, translate) for text in titles]
    invocation.screen.page(invocation.screen.table(table, headings))


def key_add(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil people key add``."""
    from itilcli.actions.staff.keys import add_key

    desk = Desk.open(invocation.desk)
    written = add_key(desk, answers["name"], answers, invocation.at, invocation.dry_run)
    row = written.extra
    told = t("{person} signs with {key} from {day}", person=row["person"], key=row["fingerprint"], day=row["from"])
    wrote(invocation, written, told, KEYS)


def key_end(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil people key end``."""
    from itilcli.actions.staff.keys import end_key

    desk = Desk.open(invocation.desk)
    written = end_key(desk, answers["name"], answers, invocation.at, invocation.dry_run)
    row = written.extra
    told = t("{person} signs with {key} until {day}", person=row["person"], key=row["fingerprint"], day=row["until"])
    wrote(invocation, written, told, KEYS)


def key_list(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil people key list``; with ``--signers`` as ssh-keygen reads it."""
    from itilcli.actions.staff.keys import listed_keys, signers

    desk = Desk.open(invocation.desk)
    if answers.get("signers"):
        invocation.screen.show(safe(signers(desk).rstrip("\n"), lines=True))
        return
    rows = listed_keys(desk)
    if invocation.json:
        out(rows)
        return
    translate = invocation.translate
    if not rows:
        invocation.screen.show(safe(render(t("Nobody has a key yet."), translate)))
        return
    titles = (t("name"), t("key"), t("comment"), t("from"), t("until"))
    table = [[str(row[name] or "") for name in ("person", "fingerprint", "comment", "from", "until")] for row in rows]
    invocation.screen.page(invocation.screen.table(table, [render(text, translate) for text in titles]))


def away(row: dict[str, Any], on: date) -> Listing:
    """Who acts for a person, on that day or later, and the last day of one who leaves."""
    told: list[object] = []
    for one in row["deputies"]:
        if one.get("until") and one["until"] < on.isoformat():
            continue
        words = {"deputy": one["to"], "day": one.get("from") or "…", "until": one.get("until")}
        text = (
            t("deputy {deputy} ({day} to {until})", **words)
            if words["until"]
            else t("deputy {deputy} (from {day})", **words)
        )
        told.append(text)
    told += [t("last day {day}", day=row["left_on"])] if row["left_on"] else []
    return Listing(tuple(told))


def _called(row: dict[str, object]) -> str:
    return str(row["id"]) if row["id"] == row["name"] else f"{row['id']} ({row['name']})"


def whoami(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil whoami``."""
    from itilcli.actions.staff.people import myself

    found = myself(Desk.open(invocation.desk))
    if invocation.json:
        out(found)
        return
    roles = _roles(found, invocation.translate) or render(t("no role today"), invocation.translate)
    invocation.screen.show(safe(f"{found['id']} <{found['email']}>: {roles}"))


def _roles(row: dict[str, object], translate: Translate) -> str:
    """The roles of a row: their own, then those of whom they act for, marked as such."""
    own = Listing(tuple(ROLE.label(role) for role in _texts(row["roles"])))
    told = [render(own, translate)] if own.items else []
    acting = row["acting"]
    assert isinstance(acting, list)
    return render(t("; "), translate).join([*told, *(render(acted(one), translate) for one in acting)])


def acted(row: dict[str, Any]) -> Text:
    """A deputyship as people read it: for whom, in which roles, until when."""
    roles = Listing(tuple(ROLE.label(role) for role in row["roles"]))
    if row["until"]:
        return t("for {person}: {roles} (until {day})", person=row["for"], roles=roles, day=row["until"])
    return t("for {person}: {roles}", person=row["for"], roles=roles)


def _texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return value
