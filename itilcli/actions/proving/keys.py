"""What is wrong with the signatures of commits, where the desk asks for signatures (``desk.yaml: signing``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from itilcli.errors import Problem, Refused
from itilcli.journal.walked import Walk
from itilcli.judging.deed import Deed
from itilcli.judging.ground import Ground
from itilcli.judging.plan import Task
from itilcli.model.people import Person
from itilcli.store import yaml
from itilcli.text import t

if TYPE_CHECKING:
    from itilcli.journal.signatures import Signature


class Keys:
    """Asked of every commit, as :data:`itilcli.judging.terms.Signature`; of those learnt it has an answer."""

    def __init__(self, walk: Walk, read: Callable[[str], bytes], remembered: bool = False) -> None:
        """:param remembered: whether signatures that were verified before in this clone are believed."""
        self._walk, self._read, self._remembered = walk, read, remembered
        self._known: dict[str, Signature] = {}
        self._signing: dict[str, bool] = {}

    def learn(self, tasks: Sequence[Task]) -> None:
        """Verifies the signatures of these commits, if one of them is judged by a desk that signs; forgets the others'."""
        settings = {task.ground.settings for task in tasks if task.ground.settings}
        asked = any(map(self._signs, settings))
        self._known = self._walk.signatures([task.deed.id for task in tasks], self._remembered) if asked else {}

    def __call__(self, deed: Deed, actions: frozenset[str], person: Person, ground: Ground) -> Iterator[Problem]:
        """What is wrong with the signature of a commit."""
        found = self._known.get(deed.id)
        return iter(()) if found is None else _asked(found, deed, actions, person, ground)

    def _signs(self, blob: str) -> bool:
        """Whether a ``desk.yaml`` asks for signatures."""
        if blob not in self._signing:
            self._signing[blob] = _signs(self._read(blob))
        return self._signing[blob]


def _signs(settings: bytes) -> bool:
    """Whether a ``desk.yaml`` asks for signatures."""
    if b"signing" not in settings:
        return False
    try:
        return yaml.read(settings, "desk.yaml").get("signing") in ("required", "optional")
    except Refused:
        return False


def _asked(found: Signature, deed: Deed, actions: frozenset[str], person: Person, ground: Ground) -> Iterator[Problem]:
    from itilcli.journal.signatures import BAD, NOTHING, verdict
    from itilcli.procedure.signed import OFF, REQUIRED, governs, to_be_signed

    wanted = ground.settings.signing or OFF
    if wanted == OFF:
        return
    said = verdict(found, ground.people, ground.zone)
    if said.state == BAD:
        hint = t("sign with a key of your own, which people.yaml knows: itil people key add")
        yield Problem(
            "E-gate-signature", t("the signature is not to be trusted: {why}", why=said.reason or "?"), hint, "2.5"
        )
    elif (said.state == NOTHING and wanted == REQUIRED
          and (to_be_signed(actions) or governs(actions, ground.people, ground.day(deed.committed_at)))):  # fmt: skip
        hint = t(
            "approvals, confirmations, closings, reports, people.yaml and desk.yaml are signed at this desk; "
            "once: git config user.signingKey FILE"
        )
        yield Problem(
            "E-gate-unsigned", t("this commit of {person} is not signed", person=person.id or "?"), hint, "2.5"
        )
