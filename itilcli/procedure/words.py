"""What a bare word after the ID means, verb by verb: `itil hold 7K3Q 供应商 3wd 等待备件` needs no flag.

A word is taken for the first answer of its verb that it can be and that is not given yet: a code before a time, a time
before a text. What fits nothing is refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from itilcli.errors import Kind, Problem, Refused
from itilcli.model.when import Clock, read_time
from itilcli.procedure.answers import ANSWERS
from itilcli.procedure.reading import NONE
from itilcli.text import Listing, t
from itilcli.values import pattern

CASE_LIKE = pattern(r"[0-9A-Za-z-]{2,}(?:/\S+)?")
"""What may be a part of a case's ID."""

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
    "merge": ("into", "reason"),
    "link": ("parent", "reason"),
    "backup": ("location",),
    "plan": ("solution",),
    "diagnose": ("diagnosis", "cause"),
    "review": ("findings", "review_actions"),
    "hand-in": ("comment",),
    "visit leave": ("back", "reason"),
    "visit cancel": ("reason",),
}
"""For each verb the answers that its bare words may be, in this order."""


def placed(
    verb: str, given: Mapping[str, Any], clock: Clock, is_case: Callable[[str], bool] = lambda word: False
) -> dict[str, Any]:
    """The answers with the bare words of ``words`` where they belong.

    :param is_case: whether a word is just the ID or the code of a case of this desk, which no text is taken for.
    :raises Refused: naming every word that fits nothing any more, and every case too many.
    """
    made = {name: value for name, value in given.items() if name != "words"}
    names = WORDS.get(verb, ())
    problems = []
    for word in given.get("words") or ():
        name = next((one for one in names if made.get(one) is None and could_be(one, word, clock)), None)
        if (name is None or ANSWERS[name].kind == "text") and is_case(word):
            problems.append(two_cases(verb, word))
        elif name is None:
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


def two_cases(verb: str, word: str) -> Problem:
    """A second case where a text is wanted."""
    hint = t(
        "one case at a time: itil {verb} {id} …; another case is named by a flag such as {flag}",
        verb=verb,
        id=word,
        flag=OTHER,
    )
    message = t("{word} is a case of its own, and no text", word=word)
    return Problem("E-cli-two-cases", message, hint, "", word, Kind.MISSING)


OTHER = "merge --into, link --related"


def could_be(name: str, word: str, clock: Clock) -> bool:
    """Whether a word can be read as this answer."""
    answer = ANSWERS[name]
    if answer.codes is not None:
        return answer.codes.parse(word) is not None
    if answer.kind in ("case", "parent"):
        return bool(CASE_LIKE.fullmatch(word)) or (answer.kind == "parent" and word.lower() in NONE)
    return answer.kind != "time" or read_time(word, clock) is not None
