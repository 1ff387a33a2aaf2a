"""F33: the digest that seals a closed case, over everything that B25 lets nobody change afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from itilcli.model.case import Case
from itilcli.model.shape import encode

DERIVED = frozenset(("status", "stage", "tier", "priority", "owner", "assignee", "due_on", "hold", "first_response_at"))
DECIDED = frozenset(("done_at", "commit", "project", "rejected"))
LATER_IN_FORMS = ("received", "earlier_receipts", "handed_in", "serial", "countersigned")


def digest(case: Case) -> str:
    """SHA-256, in hexadecimal, of the case up to its last closing.

    Left out is what may lawfully change later: derived fields, serials, receipts, countersignatures, the configuration manager's
    done, follow-ups, and history entries after the closing.
    """
    return digest_of({"incident": encode(case.incident), **{ref: encode(form) for ref, form in case.forms.items()}})


def digest_of(plain: Mapping[str, Mapping[str, Any]]) -> str:
    """As :func:`digest`, of the plain data of a case: ``incident`` and its forms by reference.

    Of files as they were parsed it proves that they are what was sealed when it fits; when it does not fit, they may still
    say the same in another spelling.
    """
    import hashlib

    incident = {key: value for key, value in plain["incident"].items() if key not in DERIVED}
    update = incident.get("configuration_update")
    if isinstance(update, dict):
        incident["configuration_update"] = _as_asked(update)
    if isinstance(incident.get("major"), dict):
        incident["major"] = {key: value for key, value in incident["major"].items() if key != "review"}
    incident["history"] = until_closing(incident.get("history", []))
    forms = {
        ref: without_later(form)
        for ref, form in plain.items()
        if ref != "incident" and not ref.startswith("follow-up-")
    }
    canonical = _canonical()([incident, forms])
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _canonical() -> Callable[[object], str]:
    """Plain data as the one text that it is sealed by; it holds nothing that holds itself."""
    import json

    return json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode


def _as_asked(update: Mapping[str, Any]) -> dict[str, Any]:
    """A change of configuration items as it was asked for, without what the configuration manager decided."""
    asked = {key: value for key, value in update.items() if key not in DECIDED}
    rows = asked.get("items")
    if isinstance(rows, list):
        asked["items"] = [
            {key: one for key, one in row.items() if key != "before"} if isinstance(row, dict) else row for row in rows
        ]
    return asked


def without_later(form: Mapping[str, Any]) -> dict[str, Any]:
    """A form's plain data less its receipts, its serial and its countersignature."""
    kept = {key: value for key, value in form.items() if key not in LATER_IN_FORMS}
    if isinstance(kept.get("archived"), dict):
        kept["archived"] = {key: value for key, value in kept["archived"].items() if key != "serial"}
    return kept


def is_seal(entry: Mapping[str, Any]) -> bool:
    """Whether an entry, as plain data, seals the case: a closing, or a correction of a closed case."""
    said = entry.get("set")
    return entry.get("action") == "close" or (isinstance(said, dict) and "digest" in said)


def until_closing(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries up to the last that seals the case, the digest of that one left out."""
    last = max((place for place, entry in enumerate(history) if is_seal(entry)), default=len(history) - 1)
    kept = history[: last + 1]
    if kept and isinstance(kept[-1].get("set"), dict):
        kept[-1] = {**kept[-1], "set": {key: value for key, value in kept[-1]["set"].items() if key != "digest"}}
    return kept
