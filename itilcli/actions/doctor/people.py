"""Who acts here: git's author, known to the desk and with roles; the key they sign with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping

from itilcli.actions.doctor.finding import Finding, fault, fine, of_problem, warning
from itilcli.actions.doctor.patient import Patient
from itilcli.actions.writing.signing import fault as key_fault
from itilcli.journal.settings import is_on
from itilcli.model.codes import ROLE
from itilcli.procedure.s5_05_hands import quoted
from itilcli.procedure.signed import OPTIONAL, REQUIRED
from itilcli.text import Listing, t

NAME, ADDRESS = "git config --global user.name 张三", "git config --global user.email zhangsan@example.com"


def identity(patient: Patient) -> Iterator[Finding]:
    """Whether git knows who commits, and the desk knows them."""
    from itilcli.errors import Refused

    try:
        found = patient.health.identity()
    except Refused as refused:
        if any(problem.code == "E-actor-identity" for problem in refused.problems):
            yield fault(t("git does not know who you are."), NAME, ADDRESS, hint=t("with your own name and address"))
            return
        raise
    who = f"{found.name} <{found.email}>"
    if patient.desk is None:
        yield fine(t("git commits as {who}", who=who))
        return
    person, today = patient.person, patient.desk.now.date()
    if person is None:
        yield fault(
            t("{who} is nobody in people.yaml: you can read, and record nothing", who=who),
            f"itil people add {quoted(found.name)} --email {quoted(found.email)} --role tier1",
            hint=t(
                "the incident manager types this; if people.yaml has another address of yours, tell git: {command}",
                command="git config user.email ADDRESS",
            ),
        )
    elif person.gone_on(today):
        yield fault(t("{person} left the desk on {day}", person=person.id or "?", day=person.left_on))
    elif not (roles := patient.desk.people.roles(person.id, today)):
        yield warning(
            t("{person} has no role today", person=person.id or "?"),
            f"itil people set {quoted(person.id or '')} --add-role tier1",
            hint=t("the incident manager types this"),
        )
    else:
        shown = Listing(tuple(ROLE.label(role) for role in ROLE.labels if role in roles))
        yield fine(t("{who} is {person}: {roles}", who=who, person=person.id or "?", roles=shown))


def git_signs(config: Mapping[str, str]) -> Finding | None:
    """What stands in the way where git itself is told to sign every commit, and so every step."""
    if not is_on(config, "commit.gpgsign"):
        return None
    off = "git config commit.gpgsign false"
    if config.get("gpg.format") == "ssh":
        if config.get("user.signingkey") or config.get("gpg.ssh.defaultkeycommand"):
            return None
        said = t("git is told to sign every commit and has no key: nothing can be recorded")
        return fault(
            said,
            "git config --global user.signingkey ~/.ssh/id_ed25519.pub",
            hint=t("or without: {command}", command=off),
        )
    program = config.get("gpg.program") or config.get("gpg.openpgp.program") or "gpg"
    if config.get("gpg.format", "openpgp") != "openpgp" or shutil.which(program):
        return None
    said = t(
        "git is told to sign every commit by {program}, which is not installed: nothing can be recorded",
        program=program,
    )
    return fault(said, hint=t("install the program, or without: {command}", command=off))


def signing(patient: Patient) -> Iterator[Finding]:
    """Whether steps can be signed, where the desk asks for it."""
    desk, journal = patient.desk, patient.journal
    wanted = desk.settings.signing if desk else None
    if (stands := git_signs(patient.health.config)) is not None:
        yield stands
        return
    if desk is None or journal is None or wanted not in (REQUIRED, OPTIONAL):
        yield fine(t("this desk asks for no signatures"))
        return
    program = patient.health.config.get("gpg.ssh.program") or "ssh-keygen"
    if shutil.which(program) is None:
        yield fault(
            t("{program} is not installed: nothing can be signed, and no signature verified", program=program),
            hint=t("install OpenSSH, 8.9 or newer"),
        )
        return
    if patient.person is None:
        yield warning(t("whose key this is cannot be told: people.yaml does not know you"))
        return
    own = journal.signing_key()
    problem = key_fault(desk, own)
    if problem is None:
        assert own
        yield fine(t("signed with {key}, which is {person}'s", key=own.named, person=patient.person.id or "?"))
    elif wanted == REQUIRED:
        yield of_problem(problem)
    else:
        yield warning(t("not signed: {reason}", reason=problem.message), hint=problem.hint)
