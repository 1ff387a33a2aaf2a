"""What a bare word after the ID means, verb by verb: `itil hold 7K3Q 供应商 3wd 等待备件` needs no flag.

A word is taken for the first answer of its verb that it can be and that is not given yet: a code before a time, a time
before a text. What fits nothing is refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.errors import Kind, Problem, Refused
from itilcli.model.when import Clock, read_time
from itilcli.procedure.answers import ANSWERS
from itilcli.text import Listing, t

WORDS: dict[str, tuple[str, ...]] = {
    "escalate": ("escalate_to", "escalation_reason", "tried"),
    "hold": ("hold", "until", "reason"),
    "agree": ("until", "reason"),
    "follow-up": ("satisfaction", "result", "comment"),
    "respond": ("guidance",),
    "resolve": ("solution",),
    "close": ("solution",),
    "confirm": ("confirmed_by",),
    "return": ("reason",),
    "reopen": ("reason",),
    "void": ("reason",),
    "reject": ("reason",),
    "withdraw": ("reason",),
    "resume": ("reason",),
}
"""For each verb the answers that its bare words may be, in this order."""


def placed(verb: str, given: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """The answers with the bare words of ``words`` where they belong.

    :raises Refused: naming every word that fits nothing any more.
    """
    made = {name: value for name, value in given.items() if name != "words"}
    names = WORDS.get(verb, ())
    problems = []
    for word in given.get("words") or ():
        name = next((one for one in names if made.get(one) is None and could_be(one, word, clock)), None)
        if name is None:
            flags = Listing(tuple(ANSWERS[one].flags[0] for one in names))
            hint = t("a word may be, in this order: {flags}; put quotes around a text of several words", flags=flags)
            problems.append(
                Problem("E-cli-placed", t("{word} fits nothing", word=repr(word)), hint, "", word, Kind.MISSING)
            )
        else:
            made[name] = word
    if problems:
        raise Refused(problems)
    return made


def could_be(name: str, word: str, clock: Clock) -> bool:
    """Whether a word can be read as this answer."""
    answer = ANSWERS[name]
    if answer.codes is not None:
        return answer.codes.parse(word) is not None
    return answer.kind != "time" or read_time(word, clock) is not None
