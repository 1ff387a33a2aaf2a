"""What a command is asked for in turn, until its answers are whole: one question after the other, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from itilcli.actions.writing.writing import Written
from itilcli.cli.table import Invocation
from itilcli.errors import Kind, Problem, Refused

Typed = Callable[[dict[str, Any]], None]
"""What is done with the answers typed so far."""


def nowhere(answers: dict[str, Any]) -> None:
    """Answers that are kept nowhere: those of a step on a case are typed again in a moment."""


class Manner(NamedTuple):
    """How a command asks. ``keep`` is given all answers so far, before the first question and after each; ``stop`` is
    given them where it ends without a success; ``arrange`` puts the questions in order and may ask otherwise; ``back`` is
    told that an answer was taken back."""

    keep: Typed = nowhere
    stop: Typed = nowhere
    arrange: Callable[[list[Any], dict[str, Any]], list[Any]] = lambda questions, given: questions
    back: Callable[[], None] = lambda: None


def asking(invocation: Invocation, given: dict[str, Any], attempt: Any, manner: Manner | None = None) -> Written:
    """The attempt; on a terminal, what is missing is asked for and tried again."""
    return Dialogue(invocation, given, manner or Manner()).until_done(attempt)


class Dialogue:
    """The questions of one command and their answers so far."""

    def __init__(self, invocation: Invocation, given: dict[str, Any], manner: Manner) -> None:
        self.invocation, self.given, self.manner = invocation, dict(given), manner
        self.asked: set[str] = set()
        self.done: list[tuple[Any, dict[str, Any]]] = []
        """The questions that were answered, each with what was given before it."""
        self.pending: list[Any] = []
        self.offered: dict[str, str] = {}
        """Answers that were taken back, by their questions; each is offered again."""

    def until_done(self, attempt: Callable[[dict[str, Any]], Written]) -> Written:
        """What came of the attempt that had all it needs."""
        while True:
            try:
                if not self.pending:
                    written: Written = attempt(self.given)
                    return written
            except Refused as refused:
                self.pending = self.to_ask(refused.problems)
                if not self.pending:
                    self.manner.stop(self.given)
                    raise
                self.manner.keep(self.given)
            except self.going_back():
                self.take_back()
            if self.pending:
                self.ask_next()

    def to_ask(self, problems: Sequence[Problem]) -> list[Any]:
        """The questions for what is missing; none where something else stands against it, or nobody can be asked."""
        from itilcli.cli.prompts import is_misread, questions

        invocation = self.invocation
        if not invocation.may_ask or invocation.dry_run:
            return []
        if any(problem.kind is not Kind.MISSING for problem in problems):
            return []
        again = any(is_misread(problem) for problem in problems)
        found = self.manner.arrange(questions(problems, invocation.command), self.given)
        return [question for question in found if again or question.name not in self.asked]

    def going_back(self) -> type[Exception]:
        """What a question raises that an attempt asks by itself, where the one before is to be answered again."""
        from itilcli.cli.ask import Back

        return Back

    def ask_next(self) -> None:
        """Asks the question that stands next, or the one before it once more."""
        from itilcli.cli.ask import Back, Interrupted, ask

        question = self.pending.pop(0)
        question = replace(question, before=self.offered.pop(question.name, question.before))
        given = self.given
        try:
            typed = ask([question], self.invocation.translate, self.invocation.screen, self.keep, not self.done)
        except Back:
            self.take_back()
            return
        except Interrupted as stopped:
            self.manner.stop({**given, **stopped.answers})
            raise
        self.done.append((question, given))
        self.asked.add(question.name)
        self.given = {**given, **typed}
        if question.turns:
            self.pending = []

    def keep(self, typed: dict[str, Any]) -> None:
        """Keeps what is answered now together with what was given before."""
        self.manner.keep({**self.given, **typed})

    def take_back(self) -> None:
        """The answer before is taken back, and its question asked once more; what comes after it is found out anew."""
        if not self.done:
            return
        question, before = self.done.pop()
        new = {name: answer for name, answer in self.given.items() if before.get(name) != answer}
        if isinstance(told := new.get(question.name, next(iter(new.values()), "")), str):
            self.offered[question.name] = told
        self.given = before
        self.asked.discard(question.name)
        self.pending = [question]
        self.manner.back()
