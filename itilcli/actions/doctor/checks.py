"""What is looked at, in the order in which it is told. A new check is a function in the file of its subject and a row here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from itilcli.actions.doctor import desk, disk, people, program, repository, sharing, time
from itilcli.actions.doctor.finding import Finding, of_problem, warning
from itilcli.actions.doctor.patient import Patient
from itilcli.errors import Refused, reason_of
from itilcli.text import N_, t
from itilcli.values import value

ALWAYS: Callable[[Patient], bool] = lambda patient: True  # noqa: E731
FOUND: Callable[[Patient], bool] = lambda patient: patient.root is not None  # noqa: E731
READ: Callable[[Patient], bool] = lambda patient: patient.desk is not None  # noqa: E731
IN_GIT: Callable[[Patient], bool] = lambda patient: patient.journal is not None  # noqa: E731
WHOLE: Callable[[Patient], bool] = lambda patient: IN_GIT(patient) and READ(patient)  # noqa: E731


@value
class Check:
    """One subject; ``where`` says whether there is anything to look at."""

    name: str
    title: str
    look: Callable[[Patient], Iterator[Finding]]
    where: Callable[[Patient], bool]


CHECKS: tuple[Check, ...] = (
    Check("itil", "itil", program.program, ALWAYS),
    Check("python", "Python", program.python, ALWAYS),
    Check("git", "git", program.git, ALWAYS),
    Check("extras", N_("extras"), program.extras, ALWAYS),
    Check("encoding", N_("encoding"), program.words, ALWAYS),
    Check("completion", N_("completion"), program.completion, ALWAYS),
    Check("desk", N_("the desk"), desk.place, ALWAYS),
    Check("identity", N_("who you are"), people.identity, ALWAYS),
    Check("settings", N_("settings"), desk.settings, FOUND),
    Check("people", N_("people"), desk.people, FOUND),
    Check("calendar", N_("calendar"), desk.calendar, READ),
    Check("templates", N_("templates"), desk.templates, FOUND),
    Check("signing", N_("signing"), people.signing, WHOLE),
    Check("repository", N_("repository"), repository.there, FOUND),
    Check("state", N_("git's state"), repository.free, IN_GIT),
    Check("edits", N_("edits by hand"), repository.edits, IN_GIT),
    Check("hooks", N_("hooks"), repository.hooks, IN_GIT),
    Check("attributes", N_("attributes"), repository.attributes, IN_GIT),
    Check("driver", N_("merging"), repository.driver, IN_GIT),
    Check("remote", N_("sharing"), sharing.remote, WHOLE),
    Check("unpublished", N_("published"), sharing.unpublished, WHOLE),
    Check("rehearsal", N_("clock"), time.rehearsal, ALWAYS),
    Check("clock", N_("clock"), time.clock, ALWAYS),
    Check("zone", N_("time zone"), time.zone, READ),
    Check("index", N_("index"), disk.index, IN_GIT),
    Check("space", N_("disk"), disk.space, FOUND),
    Check("disk", N_("disk"), disk.kind, FOUND),
    Check("rights", N_("rights"), disk.rights, ALWAYS),
)


def examine(patient: Patient, check: Check) -> list[Finding]:
    """What one check finds; a check that itself fails is a finding, and keeps no other from being made."""
    try:
        return list(check.look(patient)) if check.where(patient) else []
    except Refused as refused:
        return [of_problem(problem) for problem in refused.problems]
    except Exception as error:
        return [warning(t("this could not be looked at: {why}", why=reason_of(error)))]
