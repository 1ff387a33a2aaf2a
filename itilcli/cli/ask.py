"""Questions on a terminal, for the answers that are missing and no others."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from itilcli.cli.screen import Screen, safe
from itilcli.text import Text, Translate, render, t


@dataclass(frozen=True)
class Question:
    """One missing answer. ``choices`` are pairs of a code and its label (str, Text or Label).

    An empty line takes ``default``, which where it is None makes the answer a must. ``parse`` knows more spellings of
    the codes than the list shows. ``check`` says what is wrong with an answer, or None.
    """

    name: str
    prompt: Text
    choices: tuple[tuple[str, object], ...] = ()
    default: str | None = None
    help: Text | None = None
    parse: Callable[[str], str | None] | None = None
    check: Callable[[str], Text | None] | None = None


class Interrupted(KeyboardInterrupt):
    """Ctrl-C or Ctrl-D at a question; ``answers`` are those given until then, worth keeping as a draft."""

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = answers
        super().__init__()


def ask(
    questions: Sequence[Question],
    translate: Translate,
    screen: Screen | None = None,
    answered: Callable[[dict[str, str]], None] = lambda answers: None,
) -> dict[str, str]:
    """The answers by name, a code where there are choices; raises Interrupted. Prompts go to standard error.

    :param answered: is called after each answer with all so far.
    """
    with suppress(ImportError):
        import readline  # noqa: F401 (gives input its line editing)
    answers: dict[str, str] = {}
    for question in questions:
        try:
            answers[question.name] = _one(question, translate, screen or Screen())
        except (KeyboardInterrupt, EOFError):
            _say("")
            raise Interrupted(answers) from None
        answered(answers)
    return answers


def _one(question: Question, translate: Translate, screen: Screen) -> str:
    _say(screen.style(_shown(question.prompt, translate), "bold", sys.stderr))
    for number, (code, label) in enumerate(question.choices, 1):
        shown = _shown(label, translate)
        _say(f"  {number}. {shown}" + ("" if shown == code else f" ({code})"))
    if question.default is not None:
        _say("  " + _shown(t("Enter alone: {default}", default=_label(question, question.default)), translate))
    while True:
        typed = _line()
        if typed == "?" and question.help:
            _say("  " + _shown(question.help, translate))
            continue
        answer, wrong = _answer(question, typed, translate)
        if wrong is None:
            return answer
        _say(screen.style("  " + _shown(wrong, translate), "yellow", sys.stderr))


def _answer(question: Question, typed: str, translate: Translate) -> tuple[str, Text | None]:
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
    wanted = _plain(typed)
    if wanted.isdecimal() and 1 <= int(wanted) <= len(choices) and wanted not in {code for code, _ in choices}:
        return choices[int(wanted) - 1][0]
    for code, label in choices:
        spellings = {code, render(label, translate), str(label), getattr(label, "zh", ""), getattr(label, "en", "")}
        if wanted in {_plain(spelling) for spelling in spellings if spelling}:
            return code
    return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _label(question: Question, code: str) -> object:
    return dict(question.choices).get(code, code)


def _shown(value: object, translate: Translate) -> str:
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
