"""One question on a terminal, answered on a line that is edited in place, with what may be meant below it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.data_structures import Size
from prompt_toolkit.filters import Condition, is_done
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import BufferControl, ConditionalContainer, FormattedTextControl, HSplit, Layout, Window
from prompt_toolkit.layout.processors import AfterInput, BeforeInput
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style

from itilcli.cli.answered import Answered
from itilcli.cli.ask import Back, Question, Suggestion, answer_of, plain, shown
from itilcli.cli.screen import Screen, fit, safe, wrap
from itilcli.text import Text, Translate, t

ROWS = 10
"""The most suggestions that are shown at once."""
ONE_KEY = 9
"""So many choices can be taken by one digit."""
BACK = ("<", "＜", "《")
"""What goes back on an empty line; with a Chinese input method the same key gives the others."""
STYLE = Style.from_dict({"asked": "bold", "hint": "dim", "wrong": "ansiyellow bold", "on": "reverse", "number": "bold"})


def line(question: Question, translate: Translate, screen: Screen, first: bool) -> tuple[str, dict[str, Any]]:
    """What was typed, and the answers that it means.

    :param first: whether there is no question before this one.
    :raises Back: where the question before is to be answered once more.
    :raises KeyboardInterrupt: Ctrl-C; EOFError: Ctrl-D on an empty line.
    """
    return Line(question, translate, screen, first).run()


def above(screen: Screen) -> Answered:
    """What this screen holds of answers."""
    if screen.answered is None:
        screen.answered = Answered()
    return screen.answered


class Line:
    """A question while it is being answered."""

    def __init__(self, question: Question, translate: Translate, screen: Screen, first: bool) -> None:
        self.question, self.translate, self.screen, self.first = question, translate, screen, first
        self.asked = shown(question.label or question.prompt, translate).rstrip(":： ")
        self.wrong: Text | None = None
        self.at: int | None = None
        self.typed = ""
        recent = InMemoryHistory([] if question.choices or not question.recent else list(question.recent()))
        self.buffer = Buffer(multiline=False, history=recent, on_text_changed=lambda _: self.changed())
        self.answers: dict[str, Any] = {}

    def run(self) -> tuple[str, dict[str, Any]]:
        """See :func:`line`."""
        before = self.question.before
        if self.question.choices:
            codes = [code for code, _ in self.question.choices]
            wanted = before or self.question.default
            self.at = codes.index(wanted) if wanted in codes else None
        else:
            self.buffer.insert_text(before)
        size = Vt100_Output.from_pty(sys.stderr).get_size
        output = Vt100_Output(sys.stderr, size, enable_cpr=False)  # what the terminal would report is not needed
        plain_ = not self.screen.coloured(sys.stderr)
        app: Application[None] = Application(
            layout=Layout(self.rows(output.get_size)), key_bindings=self.keys(), style=STYLE, output=output,
            input=Vt100Input(sys.stdin), color_depth=ColorDepth.DEPTH_1_BIT if plain_ else ColorDepth.DEPTH_4_BIT,
            refresh_interval=0.5 if self.question.suggest else None,
        )  # fmt: skip
        app.ttimeoutlen = 0.05
        sys.stderr.flush()
        answered = above(self.screen)
        answered.take_off(self.question.name, sys.stderr, output.get_size().columns)
        app.run()
        answered.left(self.question.name, self.heading() + self.buffer.text)
        return self.typed, self.answers

    # ── what is meant

    def offered(self) -> Sequence[Suggestion]:
        """What may be meant by what is typed: of a list the choices that hold it, all of them on an empty line."""
        question, text = self.question, self.buffer.text
        if not question.choices:
            return question.suggest(text) if question.suggest else ()
        rows = [Suggestion(code, label) for code, label in question.choices]
        parsed = question.parse(text) if question.parse else None
        wanted = plain(text)
        return [row for row in rows if not wanted or row.text == parsed or wanted in plain(self.spelled(row))]

    def spelled(self, row: Suggestion) -> str:
        """A choice as it is shown: its label, and its code where that is another word."""
        label = shown(row.note, self.translate)
        return label if label == row.text or not row.text.isascii() else f"{label} ({row.text})"

    def changed(self) -> None:
        """Another text is typed: what was chosen is no more, and what was wrong is looked at again."""
        self.at = None
        if self.wrong is not None:
            self.wrong = self.judged(self.buffer.text)[1] if self.buffer.text.strip() else None

    def judged(self, text: str) -> tuple[str, Text | None]:
        """The answer that a text stands for, and what is wrong with it."""
        return answer_of(self.question, text, self.translate)

    def take(self) -> bool:
        """Takes the chosen suggestion, else what is typed; False where that is no answer, which is told."""
        rows = self.offered()
        chosen = rows[self.at] if self.at is not None and self.at < len(rows) else None
        text = self.buffer.text
        if chosen is None and self.question.choices and text.strip() and len(rows) == 1:
            chosen = rows[0]
        if chosen is not None and chosen.answers:
            self.typed, self.answers = chosen.text, dict(chosen.answers)
        else:
            answer, self.wrong = self.judged(chosen.text if chosen else text)
            if self.wrong is not None:
                return False
            means = self.question.means
            self.typed, self.answers = answer, means(answer) if means else {self.question.name: answer}
        label = dict(self.question.choices).get(self.typed, self.question.echo(self.typed, self.answers))
        self.buffer.text = shown(label, self.translate)
        return True

    # ── keys

    def keys(self) -> KeyBindings:
        """What the keys do; all others edit the line."""
        keys = KeyBindings()
        empty = Condition(lambda: not self.buffer.text)
        listed = Condition(lambda: bool(self.offered()))
        digit = Condition(lambda: bool(self.question.choices) and len(self.question.choices) <= ONE_KEY)

        @keys.add("enter")
        def _(event: KeyPressEvent) -> None:
            self.done(event)

        @keys.add("s-tab")
        @keys.add("c-up")
        def _(event: KeyPressEvent) -> None:
            self.back(event)

        for key in BACK:
            keys.add(key, filter=empty)(self.back)
        for number in range(1, ONE_KEY + 1):
            keys.add(str(number), filter=empty & digit)(self.by_number(number))
        keys.add("down", filter=listed)(lambda event: self.move(1))
        keys.add("tab", filter=listed)(lambda event: self.move(1))
        keys.add("up", filter=Condition(lambda: bool(self.question.choices) or self.at is not None))(
            lambda event: self.move(-1)
        )

        @keys.add("c-c")
        @keys.add("<sigint>")
        def _(event: KeyPressEvent) -> None:
            event.app.exit(exception=KeyboardInterrupt())

        @keys.add("c-d", filter=empty)
        def _(event: KeyPressEvent) -> None:
            event.app.exit(exception=EOFError())

        keys.add("c-z")(lambda event: event.app.suspend_to_background())
        return keys

    def done(self, event: KeyPressEvent) -> None:
        """The answer is given, where it is one."""
        if self.take():
            event.app.exit()

    def back(self, event: KeyPressEvent) -> None:
        """To the question before; at the first one that is told."""
        if self.first:
            self.wrong = t("This is the first question; Ctrl-C stops.")
            return
        event.app.erase_when_done = True
        event.app.exit(exception=Back())

    def by_number(self, number: int) -> Callable[[KeyPressEvent], None]:
        """What a digit does: it takes a choice at once, unless a code begins with it."""

        def take(event: KeyPressEvent) -> None:
            codes = [code for code, _ in self.question.choices]
            if str(number) in codes or number > len(codes):
                self.buffer.insert_text(str(number))
                return
            self.at = number - 1
            self.done(event)

        return take

    def move(self, by: int) -> None:
        """To the next suggestion, or the one before; above the first none is chosen, except of a list."""
        count = len(self.offered())
        at = (-1 if self.at is None else self.at) + by
        self.at = at % count if self.question.choices else None if at < 0 else min(at, count - 1)

    # ── what is shown

    def rows(self, size: Callable[[], Size]) -> HSplit:
        """The line; below it what is wrong, what may be meant, and what the keys do."""
        question, translate = self.question, self.translate
        default = dict(question.choices).get(question.default or "", question.default)
        ghost = "" if default is None else shown(t("Enter alone: {default}", default=default), translate)
        processors = [
            BeforeInput([("class:asked", self.heading())]),
            AfterInput(lambda: [("class:hint", "" if self.buffer.text or self.answers else ghost)]),
        ]
        control = BufferControl(self.buffer, input_processors=processors)
        top = Window(control, wrap_lines=True, dont_extend_height=True)
        below = (self.reason, lambda: self.listed(size()), lambda: self.hint(size()))
        return HSplit([top, *map(self.told, below)])

    def heading(self) -> str:
        """What stands before the answer."""
        ends = "" if self.asked[-1:] in "?？" else ":" if self.asked.isascii() else "："
        return f"{self.asked}{ends}{' ' if self.asked.isascii() else ''}"

    def told(self, text: Callable[[], StyleAndTextTuples]) -> ConditionalContainer:
        """Lines that are only read, as long as the question stands and there are any."""
        window = Window(FormattedTextControl(text), wrap_lines=True, dont_extend_height=True)
        return ConditionalContainer(window, ~is_done & Condition(lambda: bool(text())))

    def reason(self) -> StyleAndTextTuples:
        """What is wrong with what was typed."""
        return [] if self.wrong is None else [("class:wrong", f"  ✗ {self.said(self.wrong)}")]

    def said(self, text: object) -> str:
        """A text in the reader's language."""
        return shown(text, self.translate)

    def listed(self, size: Size) -> StyleAndTextTuples:
        """The suggestions, those about the chosen one where there are many; the chosen one is marked by a sign too."""
        rows = self.offered()
        most = max(min(ROWS, size.rows - 4), 1)
        start = min(max((self.at or 0) - most + 1, 0), max(len(rows) - most, 0))
        numbers = {code: place for place, (code, _) in enumerate(self.question.choices, 1)}
        found: StyleAndTextTuples = []
        for place, row in enumerate(rows[start : start + most], start):
            mark = "›" if place == self.at else " "
            if self.question.choices:
                text = f" {mark} {numbers[row.text]} {self.spelled(row)}"
            else:
                text = f" {mark} {safe(row.text)}  {self.said(row.note)}"
            found.append(("class:on" if place == self.at else "", fit(text, size.columns - 1)))
            found.append(("", "\n"))
        if len(rows) > most:
            found.append(("class:hint", f"   … {len(rows)}"))
        return found if len(rows) > most else found[:-1]

    def hint(self, size: Size) -> StyleAndTextTuples:
        """What the question means, and what the keys do."""
        choose = t("Tab ↓ choose") if self.question.choices or self.question.suggest else t("Enter answers")
        back = [] if self.first else [t("Shift-Tab back")]
        keys = " · ".join(self.said(key) for key in (choose, *back, t("Ctrl-C stops, answers are kept")))
        told = self.said(self.question.help) if self.question.help else ""
        rows = [
            row
            for text in (told, self.said(self.question.form), keys)
            if text != self.asked
            for row in wrap(text, size.columns - 3)
        ]
        return [("class:hint", "\n".join(f"  {row}" for row in rows if row))]
