"""B13 (§5.9, L237): which faults are alike, so that recurring ones are handed to problem management."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from itilcli.model.incident import Incident
from itilcli.text import Text, t

Mark = tuple[str, ...]


def how_judged(case_id: str, filed: bool) -> Text:
    """How a recurring fault is handed over after all; once it is filed only the incident manager puts it right."""
    if filed:
        return t(
            "the incident manager judges it: itil correct {id} problem.reason=recurring problem.ref=… --reason …",
            id=case_id,
        )
    return t("judge it: itil problem {id} --reason recurring --ref …", id=case_id)


def marks(incident: Incident) -> Iterator[Mark]:
    """What a fault has in common with those alike: the customer and category, with a configuration item or the symptom.

    Two faults are alike when they share a mark; what is no fault, void or merged has none.
    """
    if incident.type != "fault" or incident.stage in ("void", "merged") or incident.reported_at is None:
        return
    if incident.customer is None or not incident.customer.organisation:
        return
    group = (folded(incident.customer.organisation), incident.category or "")
    for item in incident.configuration_items:
        yield (*group, "item", item)
    if incident.symptom:
        yield (*group, "symptom", plainly(incident.symptom))


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A name as it is compared."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def plainly(symptom: str) -> str:
    """A symptom without what does not tell faults apart: blanks, punctuation, case, full and half width."""
    return "".join(char for char in folded(symptom) if char.isalnum())
