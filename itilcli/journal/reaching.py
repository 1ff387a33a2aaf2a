"""How git goes to another repository: it asks nothing where nobody can answer, and what it says when it fails is understood.

Part of the journal's room.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import PurePath

from itilcli.errors import Kind, Problem, Refused
from itilcli.journal.running import Git, locked_problem
from itilcli.text import Text, t
from itilcli.values import value

_LOCK = re.compile(r"Unable to create '([^']+\.lock)': File exists")
_SECRET = re.compile(r"(?<=://)[^/@\s]+@")
"""A name or password in an address."""
_CREDENTIALS = re.compile(
    "could not read (?:Username|Password)|terminal prompts disabled|Authentication failed|Permission denied \\(|"
    "Host key verification failed|returned error: 40[13]|HTTP 40[13]|[Tt]oo many authentication failures"
)
_REASONS = (
    ("Could not resolve host", t("the server's name is not known")),
    ("Connection refused", t("the server takes no connection")),
    ("imed out", t("there is no answer")),
    ("Operation too slow", t("there is no answer")),
    ("No route to host", t("the network knows no way there")),
    ("Network is unreachable", t("the network knows no way there")),
    ("does not appear to be a git repository", t("no repository lies there")),
    ("SSL certificate problem", t("its certificate is not trusted")),
    ("server certificate verification failed", t("its certificate is not trusted")),
)
"""What git, curl and ssh say most often."""


@value
class Reached:
    """How a command that went there ended, and what it said; ``late``: the seconds after which it was given up."""

    code: int
    words: str
    late: float | None = None

    @property
    def lock(self) -> str | None:
        """The lock that stood in its way: a file here, or in the repository there."""
        found = _LOCK.search(self.words)
        return found[1] if found else None

    @property
    def of_server(self) -> list[str]:
        """What the server itself said, its hooks among it, line by line."""
        said = (line[len("remote:") :] for line in self.words.splitlines() if line.startswith("remote:"))
        return [line.removeprefix(" ").rstrip() for line in said if line.strip()]


def reach(git: Git, config: Mapping[str, str], *words: str, limit: float | None = None) -> Reached:
    """Runs a git command that goes through the network. People are asked for what it needs only at a terminal.

    :param limit: seconds, after which it is ended with all that it began. Raises Refused without git.
    """
    asks = limit is None and sys.stdin is not None and sys.stdin.isatty()
    patient = asks or "http.lowspeedlimit" in config
    stalls = () if patient else ("-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=120")
    answers = {"GIT_TERMINAL_PROMPT": "1"} if asks else unasked(config)
    try:
        done = git.attempt(*stalls, *words, extra=answers, limit=limit)
    except Refused as refused:
        if limit is None or any(one.code == "E-desk-git-missing" for one in refused.problems):
            raise
        return Reached(1, "", limit)
    return Reached(done.returncode, (done.stderr + b"\n" + done.stdout).decode("utf-8", "replace").strip())


def unasked(config: Mapping[str, str]) -> dict[str, str]:
    """What keeps git and ssh from asking anybody. A program that answers for the user (``GIT_ASKPASS``) is still called."""
    said = {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never"}
    said |= {} if "GIT_ASKPASS" in os.environ or "core.askpass" in config else {"GIT_ASKPASS": ""}
    command = os.environ.get("GIT_SSH_COMMAND") or config.get("core.sshcommand") or ""
    if not command and "GIT_SSH" in os.environ:
        return said
    program = PurePath((command or "ssh").split()[0].strip("'\"")).name
    if program.partition(".")[0] == "ssh":  # others may not know the options
        said["GIT_SSH_COMMAND"] = f"{command or 'ssh'} -oBatchMode=yes -oConnectTimeout=30"
    return said


# ── what it means


def not_reached(name: str, done: Reached) -> Refused:
    """Why there was no way there: a lock here, a question that nobody answers, no network."""
    if (lock := done.lock) and not done.of_server:
        return Refused([locked_problem(lock)])
    if _CREDENTIALS.search(done.words):
        message = t("{name} lets nobody in without credentials, or not with these: {why}", name=name, why=_why(done))
        hint = t("see that this works without a question: git fetch {name}; for https a credential helper keeps the "
                 "password, for ssh an agent the key (ssh-add), and a first visit confirms the server's key", name=name)  # fmt: skip
        return Refused([Problem("E-sync-credentials", message, hint, kind=Kind.DESK)])
    why: Text | str = next((reason for mark, reason in _REASONS if mark in done.words), _why(done))
    if done.late is not None:
        why = t("no answer within {seconds} s", seconds=f"{done.late:g}")
    hint = t("nothing was changed; what is recorded here is kept, and shared by the next: itil sync")
    message = t("{name} cannot be reached: {why}", name=name, why=why)
    return Refused([Problem("E-sync-offline", message, hint, kind=Kind.DESK)])


def refused_there(name: str, done: Reached, why: str) -> Refused:
    """The server took nothing; its own words, those of its hooks, are shown as it wrote them."""
    said = done.of_server or [why]
    words = said[0] if len(said) == 1 else "\n" + "\n".join(said)
    hint = t("mend what it says, then: itil sync")
    return Refused([Problem("E-sync-refused", t("{name} refused it: {why}", name=name, why=words), hint)])


def busy(name: str, done: Reached | None) -> Refused:
    """It did not get through however often it was tried: somebody was always quicker, or a lock stands there."""
    if done is not None and (lock := done.lock):
        message = t("a lock stands in {name}: {file}", name=name, file=lock)
        hint = t("if no git is at work in it, whoever looks after the server removes the file; then: itil sync")
        return Refused([Problem("E-sync-locked", message, hint, kind=Kind.DESK)])
    hint = t("what was recorded here is kept; try again: itil sync")
    return Refused([Problem("E-sync-busy", t("others shared all the time"), hint, kind=Kind.DESK)])


def _why(done: Reached) -> str:
    """The line that says it, without any password."""
    lines = [line.strip() for line in done.words.splitlines() if line.strip()]
    marks = ("fatal:", "error:", "ssh:")
    told = [line for line in lines if line.startswith(marks)]
    best = next((line for line in lines if _CREDENTIALS.search(line)), None) or next(iter(told or lines), "—")
    return _SECRET.sub("", best.removeprefix("fatal: ").removeprefix("error: "))
