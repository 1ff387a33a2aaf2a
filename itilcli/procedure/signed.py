"""Which steps are signed where the desk asks for it (``desk.yaml: signing``): approving, confirming, closing, issuing. Pure."""

from __future__ import annotations

from collections.abc import Iterable

REQUIRED, OPTIONAL, OFF = "required", "optional", "off"
SIGNED = frozenset(
    {
        *("approve", "countersign", "countersign-refuse"),
        *("confirm", "confirm-attempt", "confirm-unsigned", "confirm-accept"),
        *("close", "report"),
    }
)
"""By action, as the history's entries and the trailer ``Itil-Action`` name it; ``report`` is the issuing of a report."""
WELCOME = "people-"
"""So begin the actions on ``people.yaml``, which are signed where there is a key: it says whose keys are whose."""


def to_be_signed(actions: Iterable[str]) -> bool:
    """Whether a commit that did all this is one of those that a desk with signing wants signed."""
    return not SIGNED.isdisjoint(actions)
