"""The board as it is drawn: columns of cards, one case with its steps, and a line for a command."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any, ClassVar, NamedTuple

from textual import events, on, work
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import HorizontalScroll, Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from itilcli.actions.looking.board import Card, Column, Read, Stamps, read_board, stamped
from itilcli.cli.board_case import CaseScreen, CommandScreen
from itilcli.cli.board_text import card_text
from itilcli.cli.screen import safe, width
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Problem, Refused
from itilcli.text import render, t

LOOK = 1.0
"""So many seconds between two looks whether anything has changed."""
NARROWEST = 20
"""How wide a column with cases is at least."""
MOST = 200
"""So many cards of a column are drawn."""
TELL = 0.2
"""So many seconds are between two words of how far the reading has come."""
AGAIN = 60
"""After so many looks the board is drawn anew all the same: time alone makes a case late."""


class Place(NamedTuple):
    """Where one was on the board when it was left: the filter, the case, and the command that was to be run."""

    filter: str = ""
    case: str = ""
    opened: bool = False
    command: str = ""


class Lane(Vertical):
    """One column: its name with the number of its cases, and their cards."""

    def __init__(self, place: int) -> None:
        super().__init__(id=f"lane{place}")
        self.title = Label("", classes="title")
        self.list = OptionList(markup=False)
        self.least = 0

    def compose(self) -> ComposeResult:
        """The title above the cards."""
        yield self.title
        yield self.list


class Board(App[Place]):
    """The board; it ends with the place to come back to and the command to run, or with None."""

    CSS: ClassVar[str] = """
    Screen { layout: vertical; }
    #top, #keys { height: 1; padding: 0 1; }
    #top { text-style: bold; }
    #keys { text-style: dim; }
    #find { height: 3; display: none; }
    #find.on { display: block; }
    #lanes { height: 1fr; scrollbar-size-horizontal: 1; }
    Lane { height: 1fr; }
    Lane.empty OptionList { border: none; }
    Lane .title { height: 1; text-style: bold; width: 100%; }
    Lane OptionList { height: 1fr; border: round $foreground 30%; padding: 0; background: $background; }
    Lane OptionList:focus { border: heavy $foreground; }
    OptionList { scrollbar-size-vertical: 1; }
    OptionList > .option-list--option-highlighted { color: $foreground; background: $background; text-style: none; }
    OptionList:focus > .option-list--option-highlighted { color: $background; background: $foreground; }
    #story { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    #steps { height: auto; max-height: 45%; border: round $foreground 30%; background: $background; }
    #steps:focus { border: heavy $foreground; }
    #command { height: 3; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[Any]] = [
        Binding("ctrl+q", "quit", show=False, priority=True),
        Binding("ctrl+c", "quit", show=False, priority=True),
        Binding("ctrl+n", "command('new')", show=False, priority=True),
    ]

    def __init__(self, desk: Desk, invocation: Invocation, place: Place) -> None:
        super().__init__()
        self.desk, self.invocation, self.place = desk, invocation, place
        self.columns: tuple[Column, ...] = ()
        self.unread, self.looks = 0, 0
        self.stamps: Stamps = ()
        self.reading = False
        self.told = 0.0

    def say(self, value: object) -> str:
        """A text or label in the reader's language, with nothing in it that steers a terminal."""
        return safe(render(value, self.invocation.translate), lines=True)

    def compose(self) -> ComposeResult:
        """The line on top, the columns, the keys."""
        yield Static(id="top", markup=False)
        find = Input(self.place.filter, id="find", placeholder=self.say(t("filter")))
        find.set_class(bool(self.place.filter), "on")
        yield find
        with HorizontalScroll(id="lanes", can_focus=False):
            for place in range(6):
                yield Lane(place)
        keys = t("type: filter · ←→↑↓ · Enter open · : command · ^N new · Esc back · ^Q quit")
        yield Static(self.say(keys), id="keys", markup=False)

    def on_mount(self) -> None:
        """Begins to read what there is, and to look for changes."""
        self.query_one("#top", Static).update(self.say(t("reading the desk")))
        self.reading = True
        self.load()
        self.set_interval(LOOK, self.look)

    # ── what there is

    @work(thread=True, group="reading")
    def load(self) -> None:
        """Reads the open cases beside the screen, which stays alive meanwhile."""
        try:
            found: Read | Problem = read_board(self.desk.root, self.far)
        except Refused as refused:
            found = refused.problems[0]
        if self.is_running:
            self.call_from_thread(self.take, found)

    def far(self, done: int, total: int) -> None:
        """How far the first reading of a large desk has come; told from beside the screen, a few times a second."""
        if self.columns or time.monotonic() - self.told < TELL or not self.is_running:
            return
        self.told = time.monotonic()
        said = t("{label}: {value}", label=t("reading the desk"), value=f"{done}/{total}")
        self.call_from_thread(self.query_one("#top", Static).update, self.say(said))

    def take(self, found: Read | Problem) -> None:
        """Draws what was read; of a desk that cannot be read just now, why it cannot."""
        self.reading = False
        if isinstance(found, Problem):
            self.query_one("#top", Static).update(Content(self.say(found.message)))
            return
        first = not self.columns
        self.desk, self.columns, self.unread, self.stamps = found.desk, found.columns, found.unread, found.stamps
        self.draw()
        if isinstance(self.screen, CaseScreen):
            self.screen.load()
        elif first and self.place.case:
            self.focus_case(self.place.case)
            if self.place.opened:
                self.open_case(self.place.case)
        elif first:
            self.focus_first()

    def look(self) -> None:
        """Whether something has changed; if so, all is read anew."""
        self.looks += 1
        if self.reading:
            return
        if not self.columns or self.looks % AGAIN == 0 or stamped(self.desk, self.columns) != self.stamps:
            self.reading = True
            self.load()

    # ── what is shown

    def on_resize(self) -> None:
        """The columns share another width."""
        self.share_width()

    def share_width(self) -> None:
        """Columns without a case keep their name alone, and give way where there is no room; the others share what is left."""
        lanes = list(self.query(Lane))
        full = [lane for lane in lanes if not lane.has_class("empty")]
        names = sum(lane.least for lane in lanes if lane not in full)
        roomy = names + NARROWEST * len(full) <= self.size.width
        left = self.size.width - (names if roomy else 0)
        for lane in lanes:
            lane.display = lane in full or roomy
            lane.styles.width = max(left // len(full), NARROWEST) if lane in full else lane.least

    def draw(self) -> None:
        """The cards that fit the filter, each list at the case where it was."""
        typed = self.query_one("#find", Input).value
        shown = 0
        for lane, column in zip(self.query(Lane), self.columns, strict=True):
            cards = [card for card in column.cards if card.holds(typed)]
            shown += len(cards)
            count = f"{len(cards)}/{len(column.cards)}" if typed else str(len(column.cards))
            title = f"{self.say(column.label)} {count}"
            lane.title.update(Content(title))
            lane.least = width(title) + 1
            lane.set_class(not cards, "empty")
            lane.list.can_focus = bool(cards)
            chosen = self.chosen_in(lane)
            lane.list.clear_options()
            lane.list.add_options([Option(self.drawn(card), id=card.row.id) for card in cards[:MOST]])
            if len(cards) > MOST:
                more = self.say(t("… {count} more: type to filter", count=len(cards) - MOST))
                lane.list.add_option(Option(Content(more), disabled=True))
            codes = [card.row.id for card in cards[:MOST]]
            lane.list.highlighted = codes.index(chosen) if chosen in codes else 0 if codes else None
        self.share_width()
        late = sum(bool(card.late) for column in self.columns for card in column.cards)
        held = sum(card.row.hold is not None for column in self.columns for card in column.cards)
        total = sum(len(column.cards) for column in self.columns)
        parts = [t("{count} open", count=total), t("{count} overdue", count=late), t("{count} on hold", count=held)]
        parts += [t("{count} shown", count=shown)] if typed else []
        parts += [t("{count} cannot be read: itil check", count=self.unread)] if self.unread else []
        told = " · ".join(self.say(part) for part in parts)
        name = safe(self.desk.settings.organisation or self.desk.root.name)
        self.query_one("#top", Static).update(Content(f"{name}  {told}  {self.desk.now:%H:%M}"))
        if self.focused is None:
            self.focus_first()

    def drawn(self, card: Card) -> Content:
        """A card, its first line in bold; colour says no more than the words of its marks."""
        (head, *rest), marks = card_text(card, self.say)
        colour = "bold red" if card.late else "bold yellow" if card.row.hold else "bold"
        told = [(f"\n{marks}", colour)] if marks else []
        return Content.assemble((head, "bold"), *((f"\n{line}", "") for line in rest), *told)

    def chosen_in(self, lane: Lane) -> str | None:
        """The case that is chosen in a column."""
        at = lane.list.highlighted
        return None if at is None else lane.list.get_option_at_index(at).id

    def focus_first(self) -> None:
        """To the first column that has a case."""
        lane = next((lane for lane in self.query(Lane) if lane.list.option_count), None)
        if lane and not isinstance(self.screen, CaseScreen):
            self.go_to(lane)

    def focus_case(self, case_id: str) -> None:
        """To a case, wherever it stands now."""
        for lane in self.query(Lane):
            with suppress(Exception):
                lane.list.highlighted = lane.list.get_option_index(case_id)
                self.go_to(lane)
                return
        self.focus_first()

    def go_to(self, lane: Lane) -> None:
        """The keys go to this column from now on."""
        self.screen_stack[0].set_focus(lane.list)

    # ── keys

    def on_key(self, event: events.Key) -> None:
        """Arrows go from column to column; what is typed filters; a colon begins a command."""
        if isinstance(self.screen, CommandScreen | CaseScreen):
            return
        find = self.query_one("#find", Input)
        if event.key in ("left", "right") and self.focused is not find:
            self.beside(-1 if event.key == "left" else 1)
        elif event.key == "escape":
            find.value = ""
            find.remove_class("on")
            self.focus_first()
        elif event.key in ("down", "enter") and self.focused is find:
            self.focus_first()
        elif event.character in (":", "：") and self.focused is not find:
            self.action_command("")
        elif event.is_printable and event.character and self.focused is not find:
            find.add_class("on")
            find.focus()
            find.value += event.character
            find.cursor_position = len(find.value)
        else:
            return
        event.stop()
        event.prevent_default()

    def beside(self, by: int) -> None:
        """To the next column on that side that has a case."""
        lanes = [lane for lane in self.query(Lane) if lane.list.option_count]
        at = next((place for place, lane in enumerate(lanes) if lane.list is self.focused), None)
        if lanes:
            lane = lanes[0 if at is None else max(0, min(at + by, len(lanes) - 1))]
            self.go_to(lane)
            lane.scroll_visible(animate=False)

    @on(Input.Changed, "#find")
    def filtered(self, event: Input.Changed) -> None:
        """Another filter: other cards."""
        if self.columns:
            self.draw()

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Enter, or the mouse: the case is opened."""
        if event.option.id and not isinstance(self.screen, CaseScreen):
            self.open_case(event.option.id)

    def open_case(self, case_id: str) -> None:
        """Shows one case with what can be done."""
        self.push_screen(CaseScreen(case_id, self.desk.root, self.invocation, self.say, self.action_command))

    @work
    async def action_command(self, typed: str) -> None:
        """A line for a command; when it is given, the board makes room for it."""
        given = await self.push_screen_wait(CommandScreen(typed, self.say))
        if given:
            opened = isinstance(self.screen, CaseScreen)
            lane = next((lane for lane in self.query(Lane) if lane.list.has_focus), None)
            case = self.screen.case_id if isinstance(self.screen, CaseScreen) else lane and self.chosen_in(lane)
            find = self.screen_stack[0].query_one("#find", Input)
            self.exit(Place(find.value, case or "", opened, given))
