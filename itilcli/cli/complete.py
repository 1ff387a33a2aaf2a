"""What may be typed next: codes with their labels, people, cases with their titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from itilcli.model.codes import Codes

MOST = 50


def codes_of(codes: Codes) -> Callable[[str], Iterable[tuple[str, object]]]:
    """Completion over a closed list."""
    return lambda text: [(code, label) for code, label in codes.labels.items() if code.startswith(text)]


def people(text: str) -> list[tuple[str, object]]:
    """The people of the desk by name."""
    from itilcli.desk import Desk

    return [(one.id or "", ", ".join(one.emails)) for one in Desk.open().people if (one.id or "").startswith(text)]


def case_ids(text: str) -> list[tuple[str, object]]:
    """Cases whose code or ID begins with the text, newest first, with their titles."""
    from itilcli.actions.finding import spoken
    from itilcli.desk import Desk
    from itilcli.store import cases

    desk = Desk.open()
    wanted = spoken(text)
    found: list[tuple[str, object]] = []
    for case_id in cases.all_ids(desk.root):
        code = case_id.rpartition("-")[2]
        if spoken(code).startswith(wanted) or spoken(case_id).startswith(wanted):
            title = desk.case(case_id).case.incident.title or ""
            found.append((code if spoken(code).startswith(wanted) else case_id, title))
            if len(found) >= MOST:
                break
    return found
