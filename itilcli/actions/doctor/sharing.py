"""The other repository: known, with a branch that is shared, and nothing that waits here. Nobody is asked over the network."""

from __future__ import annotations

from collections.abc import Iterator

from itilcli.actions.doctor.finding import Finding, fine, of_problem, warning
from itilcli.actions.doctor.patient import Patient
from itilcli.errors import Refused
from itilcli.text import t

AUTO = "auto"


def remote(patient: Patient) -> Iterator[Finding]:
    """Whether there is a repository to share with, and this branch is shared there."""
    assert patient.journal and patient.desk
    if not patient.journal.has_remote():
        hint = t("to share it and to have a copy: git remote add origin ADDRESS; itil sync")
        if patient.desk.settings.sync == AUTO:
            yield warning(t("desk.yaml says sync: auto, and git knows no other repository"), hint=hint)
        else:
            yield fine(t("the desk is here alone"), hint)
        return
    try:
        name = patient.journal.shared.name
    except Refused as refused:
        yield from (of_problem(problem) for problem in refused.problems)
        return
    branch, upstream = patient.health.upstream()
    if not branch:
        yield fine(t("shared through {remote}", remote=name))
    elif not upstream:
        yield warning(t("the branch {branch} is not shared yet", branch=branch), "itil sync")
    else:
        yield fine(t("{branch} is shared as {upstream}", branch=branch, upstream=upstream))


def unpublished(patient: Patient) -> Iterator[Finding]:
    """What was recorded here and nobody else has, and what came and is not brought together."""
    assert patient.journal
    _, upstream = patient.health.upstream()
    if not upstream:
        return
    try:
        ahead = patient.health.count("HEAD", f"^refs/remotes/{upstream}")
        behind = patient.health.count(f"refs/remotes/{upstream}", "^HEAD")
    except Refused:  # the branch there has never been fetched
        yield warning(t("what {upstream} holds was never fetched", upstream=upstream), "itil sync")
        return
    if ahead:
        yield warning(t("{count} commits are here alone", count=ahead), "itil sync")
    if behind:
        yield warning(t("{count} commits of others were fetched and not brought together", count=behind), "itil sync")
    if not ahead and not behind:
        yield fine(t("all that is here is shared, as far as is known here"))
