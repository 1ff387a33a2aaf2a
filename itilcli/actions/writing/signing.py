"""Whether the commit of a step is signed, and with whose key (``desk.yaml: signing``); docs/signing.md."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from itilcli.actions.writing.writing import Seal
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.journal.signing import SigningKey
from itilcli.model.keys import parse_key
from itilcli.procedure.s5_05_hands import quoted
from itilcli.procedure.signed import GOVERNING, OPTIONAL, REQUIRED, WELCOME, governs, to_be_signed
from itilcli.text import t


def seal(desk: Desk, actions: Iterable[str]) -> Seal:
    """How the commit that does all this is signed: see :func:`itilcli.actions.writing.writing.seal`.

    :raises Refused: where the desk requires a signature, and git has no key here that is the actor's today (exit 4).
    """
    if desk.settings.signing not in (REQUIRED, OPTIONAL):
        return Seal()
    done = set(actions)
    wanted = to_be_signed(done) or governs(done, desk.people, desk.now.date())
    if not wanted and not any(one.startswith(WELCOME) or one in GOVERNING for one in done):
        return Seal()
    own = desk.journal.signing_key()
    wrong = fault(desk, own)
    if wrong is None and own is not None:
        with contextlib.suppress(Refused):  # a convenience for those who ask git themselves
            keep_signers(desk)
        return Seal(own.named)
    if wrong is None or not wanted:
        return Seal()
    if desk.settings.signing == REQUIRED:
        raise Refused([wrong])
    message = t("not signed: {reason}", reason=wrong.message)
    return Seal(None, (Problem("W-desk-unsigned", message, wrong.hint, "2.5"),))


def fault(desk: Desk, own: SigningKey | None) -> Problem | None:
    """Why the key that git is told to sign with will not do; None where it will."""
    if own is None:
        message = t("git knows no SSH key of yours, and this step is signed at this desk")
        hint = t(
            "tell git: git config --global user.signingKey ~/.ssh/id_ed25519.pub; the incident manager then registers it: "
            "itil people key add {person} --key FILE",
            person=quoted(desk.actor),
        )
        return Problem("E-desk-no-key", message, hint, "2.5", kind=Kind.PERMISSION)
    key = parse_key(own.line or "")
    if key is None:
        message = t("{file} holds no public key of SSH, and none lies beside it", file=own.named)
        hint = t(
            "look at git's setting user.signingKey; the public key of a private one: ssh-keygen -y -f KEY > KEY.pub"
        )
        return Problem("E-desk-no-key", message, hint, "2.5", kind=Kind.PERMISSION)
    person = desk.people.get(desk.actor)
    if person is not None and key.line in {one.line for one in person.keys_on(desk.now.date())}:
        return None
    message = t("the key {key} is none of {person}'s today", key=key.fingerprint, person=desk.actor)
    hint = t("the incident manager registers it: itil people key add {person} --key FILE", person=quoted(desk.actor))
    return Problem("E-desk-foreign-key", message, hint, "2.5", kind=Kind.PERMISSION)


def keep_signers(desk: Desk) -> None:
    """The file that tells git whose keys are whose, beside the repository, as ``people.yaml`` has it now. Raises Refused."""
    from itilcli.journal.signing import allowed_signers
    from itilcli.store.people import read_people

    desk.journal.allow(allowed_signers(read_people(desk.root)[0], desk.zone))
