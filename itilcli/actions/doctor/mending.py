"""`itil doctor --fix`: what is mended without asking, because nothing of anybody's is lost by it. Nothing is committed."""

from __future__ import annotations

from collections.abc import Iterator

from itilcli.actions.doctor import repository
from itilcli.actions.doctor.finding import OK
from itilcli.actions.doctor.patient import Patient
from itilcli.actions.writing.signing import keep_signers
from itilcli.procedure.signed import OPTIONAL, REQUIRED
from itilcli.text import Text, t


def fix(patient: Patient) -> Iterator[Text]:
    """Finishes or undoes what a killed command left, with its locks; tells git how records are merged, and whose keys are whose.

    Gives what was done. Raises Refused where the desk is busy or cannot be written.
    """
    journal = patient.journal
    if journal is None:
        return
    if journal.pending() or any(problem.code == "E-desk-locked" for problem in journal.check_state()):
        with journal.lock():
            yield from journal.mend()
    if any(found.state != OK for found in repository.driver(patient)):
        from itilcli.actions.sharing.driver import install

        install(journal, anew=True)
        yield t("git knows now how records are merged by meaning")
    if patient.desk and patient.desk.settings.signing in (REQUIRED, OPTIONAL):
        keep_signers(patient.desk)
