"""Sessions: what was run on this machine, to find and to play again."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Input, Static

from selforg_tui.core.errors import SelforgError
from selforg_tui.core.text import one_line
from selforg_tui.metrics.money import dollars, of_unknown_price
from selforg_tui.tui.widgets.footer import LastingFooter
from selforg_tui.tui.widgets.session_line import STATUS, simulated, status_of, when

if TYPE_CHECKING:
    from selforg_tui.lab.experiment import Experiment
    from selforg_tui.sessions.store import SessionInfo
    from selforg_tui.tui.app import LabApp
    from selforg_tui.tui.screens.compare_blind import Side

MOST = 500
"""Rows in the table; older sessions are found by typing."""
WIDE = 100
EMPTY = "No session has been run on this machine yet. Esc goes back to Home; Enter there starts the first one."
COLUMNS = (
    ("status", 19, False, 0),
    ("when", 11, False, 0),
    ("mission", 0, False, 0),
    ("protocol", 12, False, WIDE),
    ("Q", 4, True, 0),
    ("tokens", 9, True, WIDE),
    ("money", 9, True, WIDE),
    ("", 9, False, 0),
)
"""Name, width (0: what is left), whether it is set to the right, and the screen's width from which it is shown."""


class SessionsScreen(Screen[None]):
    """A table, newest first, with a line on top that filters as one types."""

    CSS_PATH = "sessions.tcss"
    app: LabApp
    HELP = """Every run is kept as a file. Type words to find one by mission, protocol, model, status or date; Enter plays the chosen one \
on the same screen on which it ran.

The line at the bottom tells where its file is."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "replay", "Replay", id="sessions.replay", tooltip="Play the chosen session again", priority=True),
        Binding("down", "move(1)", "Next", id="sessions.next", show=False, priority=True),
        Binding("up", "move(-1)", "Previous", id="sessions.previous", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
        Binding("f2", "verdicts", "Verdicts", id="sessions.verdicts", tooltip="All verdicts on the session; judge it again, or yourself"),
        Binding("f3", "blind", "Compare blind", id="sessions.blind", tooltip="On one session, then on another: two solutions side by side"),
        Binding("ctrl+e", "experiments", "Experiments", id="sessions.experiments", tooltip="Repeated runs, kept together", priority=True),
        Binding("ctrl+r", "reload", "Reload", id="sessions.reload", show=False, tooltip="List the sessions anew"),
        Binding("escape", "app.pop_screen", "Back", id="sessions.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._all: list[SessionInfo] = []
        self._found: list[SessionInfo] = []
        self._marked: SessionInfo | None = None
        """The first of two to be compared."""
        self._problem = ""
        self._looked = False

    def compose(self) -> ComposeResult:
        find = Input(placeholder="type to find: a word of the mission, a protocol, a model, a status, a date", id="find", classes="panel")
        find.border_title = "Sessions"
        yield find
        yield DataTable(id="table", cursor_type="row", zebra_stripes=True)
        yield Static("Looking for sessions …", id="empty", markup=False)
        yield Static("", id="about", markup=False, classes="panel")
        yield LastingFooter()

    def on_mount(self) -> None:
        self.query_one(DataTable).can_focus = False
        self.query_one("#find").focus()
        self.app.theme_changed_signal.subscribe(self, lambda theme: self._list())  # cells of a table keep the colours they were made with

    def on_screen_resume(self) -> None:
        self.action_reload()

    def on_resize(self) -> None:
        self._list()

    @work(thread=True, exclusive=True, group="sessions")
    def action_reload(self) -> None:
        """Read the list beside the screen's own work."""
        try:
            found, problem = self.app.sessions(), ""
        except SelforgError as failure:
            found, problem = [], str(failure)
        self.app.call_from_thread(self._take, found, problem)

    def action_replay(self) -> None:
        chosen = self.chosen
        if chosen is None:
            return
        if chosen.problem:
            self.app.complain(chosen.problem)
        else:
            self.app.replay(chosen.path)

    def action_verdicts(self) -> None:
        from selforg_tui.tui.screens.verdicts import VerdictsScreen

        if self.chosen is not None and not self.chosen.problem:
            self.app.push_screen(VerdictsScreen(self.chosen.path))

    def action_blind(self) -> None:
        """Mark the chosen session; with another one marked, compare the two. The same twice: its first two tasks."""
        chosen, marked = self.chosen, self._marked
        if chosen is None or chosen.problem:
            return
        if marked is None:
            self._marked = chosen
            self.notify("Marked. F3 on another session compares their solutions, on this one its first two tasks.", markup=False)
            return
        self._marked = None
        self._compare(marked, chosen)

    @work(thread=True, exclusive=True, group="blind")
    def _compare(self, one: SessionInfo, other: SessionInfo) -> None:
        from selforg_tui.sessions.judged import Judged
        from selforg_tui.tui.screens.compare_blind import pairs

        try:
            first = Judged(one.path)
            found = pairs(first, first if one.path == other.path else Judged(other.path))
        except SelforgError as problem:
            self.app.call_from_thread(self.app.complain, problem)
        else:
            self.app.call_from_thread(self._show_pairs, found)

    def _show_pairs(self, found: list[tuple[Side, Side]]) -> None:
        from selforg_tui.tui.screens.compare_blind import CompareBlind

        self.app.clear_notifications()  # what was said on marking would cover the question
        self.app.push_screen(CompareBlind(found))

    @work(thread=True, exclusive=True, group="experiments")
    def action_experiments(self) -> None:
        """Choose one that was run before."""
        from selforg_tui.lab.experiment import listed

        self.app.call_from_thread(self._choose_experiment, listed())

    def _choose_experiment(self, found: list[Experiment]) -> None:
        from selforg_tui.tui.screens.experiment import ExperimentScreen
        from selforg_tui.tui.screens.picker import Picker

        if not found:
            self.notify("No experiment has been run yet: Repeats in Setup, or 'selforg-tui race', makes one.", markup=False)
            return
        lines = [(Content.assemble((when(each.created), "$muted"), f"  {_groups(each)}  ", (each.id, "$muted")), each) for each in found]

        def show(what: Experiment | None) -> None:
            if what is not None:
                self.app.push_screen(ExperimentScreen(what))

        self.app.push_screen(Picker("Experiments", "Runs that were repeated, kept together.", lines), show)

    def action_move(self, by: int) -> None:
        table = self.query_one(DataTable)
        table.move_cursor(row=max(0, min(table.row_count - 1, table.cursor_row + by)))

    @property
    def chosen(self) -> SessionInfo | None:
        """The session under the cursor."""
        row = self.query_one(DataTable).cursor_row
        return self._found[row] if 0 <= row < len(self._found) else None

    @on(Input.Changed, "#find")
    def _find(self) -> None:
        words = self.query_one("#find", Input).value.lower().split()
        self._found = [info for info in self._all if all(word in _told(info) for word in words)]
        self._list()

    @on(DataTable.RowHighlighted)
    def _about(self) -> None:
        info = self.chosen
        about = self.query_one("#about", Static)
        about.display = info is not None
        if info is None:
            return
        mark = (" · SIMULATED", "bold $simulated") if simulated(info) else ("", "")
        models = info.team or ", ".join(info.models) or "models unknown"
        first = (info.problem, "$error") if info.problem else (f"{info.mission}", "bold")
        facts = (
            ""
            if info.problem
            else f"{models} · {info.protocol} · {counted(info.agents, 'agent')} · {counted(info.tasks, 'task')} · {info.seconds:.0f} s"
            + _about_money(info)
        )
        about.update(Content.assemble(first, "\n", (facts, "$muted"), mark, "\n" if facts else "", (str(info.path), "$muted")))

    def _take(self, found: list[SessionInfo], problem: str) -> None:
        if not self.query(DataTable):  # the screen was left meanwhile
            return
        self._all = found
        self._problem, self._looked = problem, True
        self._find()

    def _list(self) -> None:
        table, empty = self.query_one(DataTable), self.query_one("#empty", Static)
        at = self.chosen
        table.clear(columns=True)
        columns = [column for column in COLUMNS if self.size.width >= column[3]]
        taken = sum(width + 2 for _, width, _, _ in columns) + 3
        for name, width, right, _ in columns:
            table.add_column(Text(name, justify="right" if right else "left"), width=width or max(10, self.size.width - taken), key=name)
        shown = self._found[:MOST]
        for info in shown:
            cells = _cells(info, self.app.theme_variables)
            table.add_row(*(cells[name] for name, _, _, _ in columns))
        if at in shown:
            table.move_cursor(row=shown.index(at))
        table.display = bool(shown)
        empty.display = not shown
        if self._looked:
            empty.update(Content(self._problem or ("No session has these words. Esc goes back." if self._all else EMPTY)))
        count = f"{len(self._found):,} of {len(self._all):,}" + (f", the newest {MOST} shown" if len(self._found) > MOST else "")
        self.query_one("#find", Input).border_subtitle = count if self._all else ""
        self._about()


def _groups(what: Experiment) -> str:
    return one_line(f"{' · '.join(group.name for group in what.groups)} × {what.repeats}", 60)


def counted(number: int, what: str) -> str:
    """`1 task`, `2 tasks`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _money(info: SessionInfo) -> str:
    """What it cost, `≥` where some of it is unknown; empty where all is."""
    if info.problem or (info.cost_usd is None and not info.known_usd):
        return ""
    return f"≥ {dollars(info.known_usd)}" if info.cost_usd is None else dollars(info.cost_usd)


def _about_money(info: SessionInfo) -> str:
    money = _money(info)
    if info.imaginary:
        return f" · {money} imaginary"
    unknown = of_unknown_price(info.unpriced_calls) if info.unpriced_calls else ""
    return f" · {', '.join(filter(None, (money, unknown)))}" if money or unknown else ""


def _told(info: SessionInfo) -> str:
    """What a search looks at."""
    mark = "simulated" if simulated(info) else ""
    status = STATUS[status_of(info)][1]
    return " ".join((info.id, when(info.created), info.mission, info.protocol, *info.models, status, mark, info.problem)).lower()


def _cells(info: SessionInfo, colours: dict[str, str]) -> dict[str, Text]:
    glyph, word, colour = STATUS[status_of(info)]
    unknown = "" if info.problem else "–"
    return {
        "status": Text.assemble((glyph, colours.get(colour.lstrip("$"), "")), f" {word}"),
        "when": Text(when(info.created)[5:]),
        "mission": Text(info.mission or info.path.name, no_wrap=True, overflow="ellipsis"),
        "protocol": Text(one_line(info.protocol, 12)),
        "Q": Text(unknown if info.q is None else f"{info.q:.2f}".lstrip("0"), justify="right"),
        "tokens": Text("" if info.problem else f"{info.tokens:,}", justify="right"),
        "": Text("SIMULATED", colours.get("simulated", "")) if simulated(info) else Text(""),
        "money": Text(
            unknown if not _money(info) else _money(info), colours.get("simulated", "") if info.imaginary else "", justify="right"
        ),
    }
