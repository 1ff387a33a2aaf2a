"""Questions on a terminal, for the answers that are missing and no others."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from itilcli.cli.screen import Screen, safe
from itilcli.text import Text, Translate, render, t


class Suggestion(NamedTuple):
    """What may be meant by what is typed: the text that takes its place, what is shown beside it, and the answers that
    choosing it gives (none: the text is the answer)."""

    text: str
    note: object = ""
    answers: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Question:
    """One missing answer. ``choices`` are pairs of a code and its label (str, Text or Label).

    An empty line takes ``default``, which where it is None makes the answer a must. ``parse`` knows more spellings of
    the codes than the list shows. ``check`` says what is wrong with an answer, or None.

    On a terminal where a line can be edited, ``label`` and ``form`` are the ``prompt`` in two parts, ``suggest`` gives what
    may be meant by what is typed so far, ``recent`` what was answered to this question lately (the newest last), and
    ``before`` the answer that was taken back. ``means`` turns what was typed into answers where it is not simply the answer
    ``name``; ``echo`` is what stays on the screen of the two. ``turns``: what is asked next hangs on this answer.
    """

    name: str
    prompt: Text
    choices: tuple[tuple[str, object], ...] = ()
    default: str | None = None
    help: Text | None = None
    parse: Callable[[str], str | None] | None = None
    check: Callable[[str], Text | None] | None = None
    label: object = None
    form: object = ""
    suggest: Callable[[str], Sequence[Suggestion]] | None = None
    recent: Callable[[], Sequence[str]] | None = None
    before: str = ""
    means: Callable[[str], dict[str, Any]] | None = None
    echo: Callable[[str, dict[str, Any]], object] = lambda typed, answers: typed
    turns: bool = False


class Back(Exception):
    """Whoever answers wants to answer the question before once more."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C or Ctrl-D at a question; ``answers`` are those given until then, worth keeping as a draft."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        super().__init__()


def ask(
    questions: Sequence[Question],
    translate: Translate,
    screen: Screen | None = None,
    answered: Callable[[dict[str, Any]], None] = lambda answers: None,
    first: bool = True,
) -> dict[str, Any]:
    """The answers by name, a code where there are choices; raises Interrupted. Prompts go to standard error.

    :param answered: is called after each answer with all so far.
    :param first: whether no question comes before these; else Back is raised where one wants to go back to it.
    """
    screen = screen or Screen()
    edited = editable()
    if not edited:
        with suppress(ImportError):
            import readline  # noqa: F401 (gives input its line editing)
    given: list[tuple[str, dict[str, Any]]] = []
    before: dict[str, str] = {}
    while len(given) < len(questions):
        question = questions[len(given)]
        try:
            if edited:
                from itilcli.cli.line import line

                asked = replace(question, before=before.get(question.name, question.before))
                given.append(line(asked, translate, screen, first and not given))
            else:
                given.append(("", {question.name: _one(question, translate, screen)}))
        except Back:
            if not given:
                raise
            before[questions[len(given) - 1].name] = given.pop()[0]
        except (KeyboardInterrupt, EOFError) as stop:
            if not edited:
                _say("")
            raise Interrupted(together(given)) from stop
        else:
            answered(together(given))
    return together(given)


def together(given: Sequence[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """The answers of several questions in one."""
    return {name: answer for _, answers in given for name, answer in answers.items()}


def editable() -> bool:
    """Whether a line can be edited in place here: a terminal on both sides that knows more than lines."""
    return sys.stdin.isatty() and sys.stderr.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown", "")


def _one(question: Question, translate: Translate, screen: Screen) -> str:
    _say(screen.style(shown(question.prompt, translate), "bold", sys.stderr))
    for number, (code, label) in enumerate(question.choices, 1):
        name = shown(label, translate)
        _say(f"  {number}. {name}" + ("" if name == code else f" ({code})"))
    if question.default is not None:
        _say("  " + shown(t("Enter alone: {default}", default=_label(question, question.default)), translate))
    while True:
        typed = _line()
        if typed == "?" and question.help:
            _say("  " + shown(question.help, translate))
            continue
        answer, wrong = answer_of(question, typed, translate)
        if wrong is None:
            return answer
        _say(screen.style("  " + shown(wrong, translate), "yellow", sys.stderr))


def answer_of(question: Question, typed: str, translate: Translate) -> tuple[str, Text | None]:
    """The answer that ``typed`` stands for, and what is wrong with it."""
    if not typed.strip():
        if question.default is not None:
            return question.default, None
        return "", t("This needs an answer; Ctrl-C stops.")
    if any("\ud800" <= char <= "\udfff" for char in typed):
        return "", t("That holds bytes that are not text in this terminal's encoding.")
    answer: str | None = typed
    if question.choices:
        answer = choice(question.choices, typed, translate) or (question.parse(typed) if question.parse else None)
    if answer is None:
        return "", t("Answer with a number, a code or a label of the list.")
    return answer, question.check(answer) if question.check else None


def choice(choices: Sequence[tuple[str, object]], typed: str, translate: Translate) -> str | None:
    """The code that a number from 1, a code or a label (in any case, full or half width) stands for."""
    wanted = plain(typed)
    if wanted.isdecimal() and 1 <= int(wanted) <= len(choices) and wanted not in {code for code, _ in choices}:
        return choices[int(wanted) - 1][0]
    for code, label in choices:
        spellings = {code, render(label, translate), str(label), getattr(label, "zh", ""), getattr(label, "en", "")}
        if wanted in {plain(spelling) for spelling in spellings if spelling}:
            return code
    return None


def plain(text: str) -> str:
    """A text as it is compared: NFKC, in no case, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _label(question: Question, code: str) -> object:
    return dict(question.choices).get(code, code)


def shown(value: object, translate: Translate) -> str:
    """A value as a person reads it, with nothing in it that steers a terminal."""
    return safe(render(value, translate), lines=True)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _line() -> str:
    """One line typed. The prompt never reaches a standard output that is not the terminal."""
    sys.stderr.flush()
    if sys.stdout.isatty():
        return input("> ")
    sys.stderr.write("> ")
    sys.stderr.flush()
    return input()
