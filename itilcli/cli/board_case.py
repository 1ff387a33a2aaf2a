"""One case on the board with its steps, and the line for a command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen as TextualScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from itilcli.cli.board import as_typed
from itilcli.cli.board_text import Say, case_text, step_rows
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.text import t


class CaseScreen(TextualScreen[None]):
    """One case as `show` tells it, and its steps as `next` does."""

    BINDINGS: ClassVar[list[Any]] = [Binding("escape", "dismiss", show=False), Binding("left", "dismiss", show=False)]

    def __init__(
        self, case_id: str, root: Path, invocation: Invocation, say: Say, command: Callable[[str], object]
    ) -> None:
        super().__init__()
        self.case_id, self.root, self.invocation, self.say, self.command = case_id, root, invocation, say, command
        self.commands: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """The story above, the steps below."""
        with VerticalScroll(id="story"):
            yield Static(id="told", markup=False)
        yield OptionList(id="steps", markup=False)
        keys = t("↑↓ step · Enter its command · PgUp PgDn story · : command · Esc back")
        yield Static(self.say(keys), id="keys", markup=False)

    def on_mount(self) -> None:
        """Draws the case; the likeliest step is chosen."""
        self.set_focus(self.query_one("#steps", OptionList))
        self.load()

    def load(self) -> None:
        """Reads the case anew."""
        from itilcli.actions.waiting.suggest import possible_steps
        from itilcli.cli.ahead import reader

        desk = Desk.open(str(self.root))
        try:
            case, world = desk.case(self.case_id).case, desk.world()
            lines = case_text(desk, case, self.invocation, self.app.size.width)
            steps = possible_steps(case, world, reader(self.invocation, desk))
        except Refused as refused:
            self.query_one("#told", Static).update(Content(self.say(refused.problems[0].message)))
            return
        self.query_one("#told", Static).update(Content("\n".join(lines)))
        rows = step_rows(case, world, steps, self.say)
        self.commands = {str(place): row.command for place, row in enumerate(rows) if row.command}
        found = self.query_one("#steps", OptionList)
        at = found.highlighted
        found.clear_options()
        found.add_options(
            [Option(Content(row.text), id=str(place), disabled=row.heading) for place, row in enumerate(rows)]
        )
        found.highlighted = at if at is not None and at < len(rows) else 0

    @on(OptionList.OptionSelected, "#steps")
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """The command of a step is put on the line, where it may be changed."""
        event.stop()
        if event.option.id in self.commands:
            self.command(as_typed(self.commands[event.option.id]))
        else:
            self.notify(str(event.option.prompt), severity="warning", markup=False)

    def on_key(self, event: events.Key) -> None:
        """The story is read with the page keys; a colon begins a command on this case."""
        story = self.query_one("#story", VerticalScroll)
        if event.key == "pageup":
            story.scroll_page_up(animate=False)
        elif event.key == "pagedown":
            story.scroll_page_down(animate=False)
        elif event.character in (":", "："):
            self.command("")
        else:
            return
        event.stop()
        event.prevent_default()


class CommandScreen(TextualScreen[str]):
    """A line for a command of this program; what it lacks is asked for when it runs."""

    CSS: ClassVar[str] = (
        "CommandScreen { background: transparent; align: left bottom; } CommandScreen Input { dock: bottom; }"
    )
    BINDINGS: ClassVar[list[Any]] = [Binding("escape", "dismiss('')", show=False)]

    def __init__(self, typed: str, say: Say) -> None:
        super().__init__()
        self.typed, self.say = typed, say

    def compose(self) -> ComposeResult:
        """The line, with the verbs to complete it."""
        from textual.suggester import SuggestFromList

        from itilcli.cli.commands import COMMANDS

        names = [command.name for command in COMMANDS]
        line = Input(self.typed, id="command", suggester=SuggestFromList(names), select_on_focus=False)
        line.border_title = "itil"
        line.border_subtitle = self.say(t("Enter runs it · Esc back"))
        yield line

    @on(Input.Submitted)
    def given(self, event: Input.Submitted) -> None:
        """The command as it was typed."""
        event.stop()
        self.dismiss(event.value.strip())
