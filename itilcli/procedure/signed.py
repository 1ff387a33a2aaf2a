"""Which steps are signed where the desk asks for it (``desk.yaml: signing``): approving, confirming, closing, issuing. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from itilcli.model.people import People

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
"""So begin the actions on ``people.yaml``."""
GOVERNING = frozenset({"people.yaml", "desk.yaml"})
"""The files that say who may do what, whose keys are whose, and whether signatures are asked for: §2.5, the incident manager's."""
MANAGER = "incident_manager"


def to_be_signed(actions: Iterable[str]) -> bool:
    """Whether a commit that did all this is one of those that a desk with signing wants signed."""
    return not SIGNED.isdisjoint(actions)


def governs(done: Iterable[str], people: People, day: date) -> bool:
    """Whether a commit that did all this changes what everything else rests on, and has to be signed.

    The first key has to get there somehow: so from the day on that an incident manager has one.

    :param done: actions, and the files of ``GOVERNING`` that it changed. :param people: as they stood before.
    """
    if not any(one in GOVERNING or one.startswith(WELCOME) for one in done):
        return False
    managers = map(people.get, people.own_holders(MANAGER, day))
    return any(one is not None and one.keys_on(day) for one in managers)
