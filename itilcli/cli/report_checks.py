"""`itil report --verify` and `--preflight`: issued reports computed anew, and what stands in the way of the next."""

from __future__ import annotations

import os
import sys
from typing import Any

from itilcli.actions.month.issued import FIGURES, folder, is_issued, issued_months
from itilcli.actions.month.preflight import Obstacle, coming, preflight
from itilcli.actions.month.verifying import Deviation, Verified, verify
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.figures.period import Period, parse_month
from itilcli.language import translator
from itilcli.text import Listing, Text, render, t


def verified(invocation: Invocation, desk: Desk, month: str | None, every: bool) -> int:
    """``--verify``: 0 where every number comes out as issued, else 1."""
    months = [str(one) for one in issued_months(desk)]
    if not every:
        months = [str(parse_month(month or "last", desk.now, desk.zone))]
    elif not months:
        hint = t("issue one with: itil report last --issue")
        message = t("no report has been issued yet")
        raise Refused([Problem("E-5.15-none", message, hint, "5.15", kind=Kind.NOT_FOUND)])
    found: list[Verified] = []
    with invocation.screen.progress(len(months), invocation.translate("computing reports anew")) as step:
        for one in months:
            found.append(_unreadable(desk, one) if every else verify(desk, one))
            step()
    if invocation.json:
        rows = [
            {
                "month": one.month,
                "commit": one.commit,
                "ok": not one.deviations,
                "differences": [deviation.data() for deviation in one.deviations],
                "notes": [render(note, invocation.translate) for note in one.notes],
            }
            for one in found
        ]
        sys.stdout.write(document(rows if every else rows[0], sys.stdout) + "\n")
    else:
        invocation.screen.page("\n".join(line for one in found for line in _lines(one, invocation)))
    return int(any(one.deviations for one in found))


def _unreadable(desk: Desk, month: str) -> Verified:
    """One of several reports; that it cannot be computed anew does not keep the others from it."""
    try:
        return verify(desk, month)
    except Refused as refused:
        return Verified(
            month, "", (Deviation(FIGURES, None, None),), tuple(problem.message for problem in refused.problems)
        )


def _lines(one: Verified, invocation: Invocation) -> list[str]:
    """What came of one report."""
    screen, say = invocation.screen, invocation.translate
    if one.deviations:
        head = t("{month}: {count} differences from commit {commit}", month=one.month, count=len(one.deviations),
                 commit=one.commit[:12])  # fmt: skip
        lines = [screen.style(safe(render(head, say)), "red")]
    else:
        head = t("{month}: every figure comes out as issued, from commit {commit}", month=one.month,
                 commit=one.commit[:12])  # fmt: skip
        lines = [screen.style(safe(render(head, say)), "green")]
    lines += [f"  {safe(render(_deviation(row), say))}" for row in one.deviations]
    lines += [f"  {safe(render(note, say))}" for note in one.notes]
    return lines


def _deviation(row: Deviation) -> Text:
    issued, now = _value(row.issued), _value(row.recomputed)
    if row.incidents:
        ids = Listing(row.incidents)
        return t("{figure}: issued {issued}, comes out as {now}; because of {ids}", figure=row.place, issued=issued,
                 now=now, ids=ids)  # fmt: skip
    return t("{figure}: issued {issued}, comes out as {now}", figure=row.place, issued=issued, now=now)


def _value(value: Any) -> str:
    """A value of a figure in a few words."""
    if isinstance(value, dict) and "denominator" in value:
        return f"{value['numerator']}/{value['denominator']}"
    return "—" if value is None else str(value)


# ── before the report falls due


def preflown(invocation: Invocation, desk: Desk, month: str | None, notify: bool) -> int:
    """``--preflight``: 1 where something stands in the way, each with the person to ask and the command that mends it."""
    period = parse_month(month, desk.now, desk.zone) if month else coming(desk)
    found = preflight(desk, period)
    say = invocation.translate
    if invocation.json:
        rows = [one.data(say) for one in found]
        sys.stdout.write(document({"month": str(period), "obstacles": rows}, sys.stdout) + "\n")
    elif found:
        invocation.screen.page("\n".join(line for one in found for line in _obstacle(one, say)))
    else:
        text = t("nothing stands in the way of the report of {month}", month=str(period))
        if is_issued(desk, str(period)):
            text = t("the report of {month} is issued: {path}", month=str(period), path=folder(str(period)))
        invocation.screen.show(safe(render(text, say)))
    if notify and found:
        _send(invocation, desk, period, found)
    return int(bool(found))


def _obstacle(one: Obstacle, say: Any) -> list[str]:
    people = f"  ({render(Listing(one.people), say)})" if one.people else ""
    return [safe(f"{render(one.text, say)}{people}"), f"  → {safe(one.command)}"]


def _send(invocation: Invocation, desk: Desk, period: Period, found: list[Obstacle]) -> None:
    """What was found, to the team."""
    from itilcli.cli.notices import unsent
    from itilcli.notify import Message, send

    own = translator(desk.settings.language or "zh")
    title = render(
        t("before the report of {month}: {count} things to see to", month=str(period), count=len(found)), own
    )
    body = "\n".join(line for one in found for line in _obstacle(one, own))
    if invocation.dry_run:
        invocation.screen.note(safe(f"{title}\n\n{body}", lines=True))
        return
    delivery = send(Message(title, body), desk.root, os.environ)
    if delivery.arrived:
        words = t("sent to {places}", places=Listing(delivery.arrived))
        invocation.screen.note(safe(render(words, invocation.translate)))
    if delivery.failed:
        raise Refused(unsent(delivery))
