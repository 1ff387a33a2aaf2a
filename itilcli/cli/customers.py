"""The register of customers, and what it means for a call: adding, listing, and the caller who calls again."""

from __future__ import annotations

import sys
from typing import Any

from itilcli.cli.screen import document
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.model.case import Case
from itilcli.model.codes import STAGE
from itilcli.model.customer import VIP
from itilcli.model.labels import field_label
from itilcli.text import Listing, Text, render, t

NEW = "new"
MOST = 8
"""The most open cases of a caller that are offered: with a new one, each has a digit of its own."""


def customer_add(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil customer add``."""
    from shlex import quote

    from itilcli.actions.taking.register_book import add_customer
    from itilcli.cli.desks import wrote

    written = add_customer(Desk.open(invocation.desk), answers, invocation.dry_run)
    made = written.extra
    name = str(made["organisation"])
    people = Listing(tuple(called(one) for one in made["contacts"])) if made["contacts"] else t("no contact yet")  # type: ignore[attr-defined]
    mark = t(" ({mark})", mark=VIP) if made["vip"] else ""
    now = (
        t("{name}{mark} is in the register now: {people}", name=name, mark=mark, people=people)
        if made["new"]
        else t("{name}{mark} stands in the register as: {people}", name=name, mark=mark, people=people)
    )
    wrote(invocation, written, now, f"itil customer list {quote(name)}")


def called(contact: dict[str, Any]) -> str:
    """A contact in a few words."""
    words = [contact["name"] or "?", contact["phone"] or "", "VIP" if contact["vip"] else ""]
    return " ".join(word for word in words if word)


def customer_list(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil customer list``."""
    from itilcli.actions.taking.register_book import listed

    rows = listed(Desk.open(invocation.desk), answers.get("text"))
    screen, say = invocation.screen, invocation.translate
    if invocation.json:
        sys.stdout.write(document(rows, sys.stdout) + "\n")
    elif not rows:
        screen.note(render(t("No customer fits."), say))
    else:
        headings = [field_label(name) for name in ("organisation", "contact", "phone", "address", "project")]
        screen.page(screen.table([line for row in rows for line in lines(row)], [render(one, say) for one in headings]))


def lines(row: dict[str, Any]) -> list[list[str]]:
    """A customer in the table: a line for each contact."""
    name = marked(row["organisation"] or "?", row["vip"])
    rest = [row["address"] or "", ", ".join(row["projects"])]
    people = row["contacts"] or [{"name": "", "phone": "", "vip": False}]
    return [[name, marked(one["name"] or "", one["vip"]), one["phone"] or "", *rest] for one in people]


def marked(text: str, vip: bool) -> str:
    """A text with the mark of a VIP before it, where it is one's."""
    return f"VIP {text}" if vip else text


# ── the caller who calls again


def asks(invocation: Invocation) -> bool:
    """Whether the caller's open cases are asked about, not only told of."""
    return invocation.may_ask and not invocation.yes and not invocation.dry_run


def told_again(other: dict[str, str]) -> Text:
    """A case that the new one may be about, on one line."""
    if other["why"] != "caller":
        return t("perhaps the same as {id} {title}", **other)
    return t(
        "the caller has an open case: {id} {title} ({state})",
        **{**other, "state": state_of(other["stage"], other["assignee"])},
    )


def state_of(stage: str, assignee: str | None) -> Listing:
    """Stage and assignee."""
    return Listing((STAGE.label(stage), *([assignee] if assignee else [])))


class Again:
    """The question whether a call is about an open case of the same caller; asked once in a command."""

    def __init__(self, invocation: Invocation, desk: Desk) -> None:
        self._invocation, self._desk = invocation, desk
        self._chosen: str | None = None
        self._symptom: str | None = None

    def note(self, typed: dict[str, Any], at: str | None) -> Any:
        """The call recorded on the open case it is about (``Written``); None where it is a new case.

        :raises Refused: what `note` raises.
        """
        if not asks(self._invocation):
            return None
        if self._chosen is None:
            found = self._found(typed, at)
            if not found:
                return None
            self._chosen = self._ask(found)
        if self._chosen == NEW:
            return None
        from itilcli.actions.writing.advance import Ask, advance

        said = typed.get("symptom") or self._symptom or self._ask_symptom()
        return advance(self._desk, Ask("note", self._chosen, {"text": said, "from_customer": True}, at))

    def forget(self) -> None:
        """An answer was taken back: whoever calls now is looked up anew, and asked about."""
        self._chosen = None

    def _found(self, typed: dict[str, Any], at: str | None) -> list[Case]:
        """The caller's open cases; none while it is not known who calls, which the new case will ask."""
        from itilcli.actions.taking.intake import Intake
        from itilcli.actions.taking.register import open_cases_of
        from itilcli.actions.writing.advance import read

        try:
            values, _ = read(self._desk, typed, at)
            return open_cases_of(self._desk, Intake(self._desk).known(values))[:MOST]
        except Refused:
            return []

    def _ask(self, found: list[Case]) -> str:
        from itilcli.actions.looking.finding import spoken
        from itilcli.cli.ask import Question, ask

        rows = [(one.id, open_case(one)) for one in found]
        short = {spoken(one.id.rpartition("-")[2]): one.id for one in found}
        prompt = t("The caller has open cases. Which one is the call about?")
        question = Question(
            "case", prompt, (*rows, (NEW, t("a new case"))), NEW, parse=lambda typed: short.get(spoken(typed))
        )
        return str(ask([question], self._invocation.translate, self._invocation.screen, first=False)["case"])

    def _ask_symptom(self) -> str:
        from itilcli.cli.ask import Question, ask

        question = Question("symptom", t("What does the customer say?"))
        said = ask([question], self._invocation.translate, self._invocation.screen, first=False)["symptom"]
        self._symptom = str(said)
        return self._symptom


def open_case(case: Case) -> Text:
    """An open case as it is offered: title, stage, assignee."""
    state = state_of(case.state.stage, case.state.assignee)
    return t("{title} ({state})", title=case.incident.title or "", state=state)
