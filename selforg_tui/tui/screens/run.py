"""The Run screen: a session at work, or one that is played again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Footer

from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.core.state import TaskState
from selforg_tui.tui.run.agent.detail import TABS, Detail, text_of, who
from selforg_tui.tui.run.arrangement import BESIDE, STORY, columns_for, visible
from selforg_tui.tui.run.board.board import Board
from selforg_tui.tui.run.cost.cost import Cost
from selforg_tui.tui.run.head import Head, Narration, Summary, Trouble, over, tells_task
from selforg_tui.tui.run.hierarchy.hierarchy import Hierarchy
from selforg_tui.tui.run.judge.judge import Judge
from selforg_tui.tui.run.measures import Measures
from selforg_tui.tui.run.solution.solution import Solution
from selforg_tui.tui.run.surface.lines import LinesScreen
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.time.timeline import Timeline
from selforg_tui.tui.run.view import View
from selforg_tui.tui.sources import LiveSource, Source

FRAME = 1 / 12
JUDGE = 11
"""Lines that the judge gets where the meter could use more than there are."""
HURRIED = "For a replay, and for simulated models at work"
LEAVING = "The team is still at work. Esc again stops and leaves (it is kept); any other key goes on."


class RunScreen(LinesScreen):
    """Shows a source. One frame timer pulls what changed; it rests while nothing can change."""

    CSS_PATH = "run.tcss"
    AUTO_FOCUS = "#board"
    HELP = "A team at work, or a session played again. Arrow keys choose an agent; the other panels follow."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "show('story')", "Agents", id="run.agents", tooltip="The team, and the chosen agent in full"),
        Binding("h", "show('hierarchy')", "Hierarchy", id="run.hierarchy", tooltip="Who built on whom; again: on the whole screen"),
        Binding("c", "show('cost')", "Cost", id="run.cost", tooltip="Tokens, money, calls; again: on the whole screen"),
        Binding("j", "show('judge')", "Judge", id="run.judge", tooltip="The verdict and its reasons"),
        Binding("s", "show('solution')", "Solution", id="run.solution", tooltip="What the team has written"),
        Binding("M", "show('measures')", "Measures", id="run.measures", show=False, tooltip="Every measure, and what it is"),
        Binding("d,enter", "show('detail')", "Detail", id="run.detail", show=False, tooltip="The chosen agent on the whole screen"),
        *(Binding(f"{place}", f"flip('{tab}')", tab.capitalize(), id=f"run.{tab}", show=False) for place, tab in enumerate(TABS, 1)),
        Binding("f", "follow", "Follow who acts", id="run.follow", show=False, tooltip="Let the cursor go with whoever decides"),
        Binding("left_square_bracket", "other_task(-1)", "Earlier task", id="run.earlier", key_display="[", show=False),
        Binding("right_square_bracket", "other_task(1)", "Later task", id="run.later", key_display="]", show=False),
        Binding("y", "copy", "Copy", id="run.copy", show=False, tooltip="Copy the chosen agent's text"),
        Binding("space", "play", "Play/pause", id="replay.toggle", key_display="space"),
        Binding("left", "seek(-1)", "A little earlier", id="replay.back", show=False),
        Binding("right", "seek(1)", "A little later", id="replay.forward", show=False),
        Binding("shift+left", "seek(-10)", "Much earlier", id="replay.far-back", show=False),
        Binding("shift+right", "seek(10)", "Much later", id="replay.far-forward", show=False),
        Binding("home", "seek(-1000000)", "To the start", id="replay.start", show=False),
        Binding("end", "seek(1000000)", "To the end", id="replay.end", show=False),
        Binding("n", "step(1)", "Next event", id="replay.next", show=False),
        Binding("p", "step(-1)", "Previous event", id="replay.previous", show=False),
        Binding("plus,equals_sign", "speed(1)", "Faster", id="replay.faster", key_display="+", show=False, tooltip=HURRIED),
        Binding("minus", "speed(-1)", "Slower", id="replay.slower", key_display="-", show=False, tooltip=HURRIED),
        Binding("x", "shock", "Shock", id="run.shock", show=False, tooltip="Let something happen to the team: remove, swap, notice"),
        Binding("v", "verdicts", "Judge again", id="run.verdicts", show=False, tooltip="Other judges, the same again, or yourself"),
        Binding("r", "replay", "Replay", id="run.replay"),
        Binding("ctrl+c", "stop", "Stop", id="run.stop", tooltip="End the run here; what was done is kept"),
        Binding("ctrl+c", "screen.copy_text", "Copy selected text", show=False),
        Binding("escape", "back", "Back", id="run.back"),
    ]

    def __init__(self, source: Source, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.source = source
        self._clock = clock
        self._last = clock()
        self._chosen = 1
        self._following = True
        self._number: int | None = None
        """The task that is looked at; None: the latest."""
        self._shown = STORY
        self._side = "hierarchy"
        self._columns = 3
        self.resting = False
        """True while nothing can change by itself; no timer runs then."""
        self._board = Board(id="board")
        self._detail = Detail(id="detail")
        self._narration = Narration(source, id="narration")
        panels = (
            Head(id="head"), self._board, self._detail, Hierarchy(id="hierarchy"), Cost(id="cost"), Judge(id="judge"),
            Solution(id="solution"), Measures(id="measures"), Trouble(source, id="trouble"), Summary(id="summary"), self._narration,
            Timeline(source, id="timeline"),
        )  # fmt: skip
        self._panels: dict[str, Panel] = {panel.id or "": panel for panel in panels}

    def compose(self) -> ComposeResult:
        panels = self._panels
        for name in ("board", "detail", "hierarchy", "cost", "judge", "solution", "measures", "trouble"):
            panels[name].add_class("panel")
        yield panels["head"]
        with Container(id="body"):
            with Container(id="team"):
                yield panels["board"]
                yield panels["detail"]
            yield panels["hierarchy"]
            with Container(id="meters"):
                yield panels["cost"]
                yield panels["judge"]
            yield panels["solution"]
            yield panels["measures"]
            yield panels["trouble"]
        yield panels["summary"]
        yield panels["narration"]
        yield panels["timeline"]
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self._timer = self.set_interval(FRAME, self.frame, pause=True)
        self._arrange()
        if self.source.live:
            self.run_worker(self._run(), group="session", exclusive=True, exit_on_error=False)
        else:
            self.source.toggle()
        self._wake()

    async def _run(self) -> None:
        await self.source.start()
        self._narration.asking = ""
        self._arrange()
        self.refresh_bindings()
        self._wake()

    def on_unmount(self) -> None:
        self.source.stop()

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()
        self.call_after_refresh(self.frame, True)

    def frame(self, force: bool = False) -> None:
        """Let time pass and show what changed; with nothing left to change, rest."""
        now = self._clock()
        self.source.advance(now - self._last)
        self._last = now
        resting = not self.source.playing
        view = self.view()
        if view.state.header is not None and tells_task(view.state) != self.has_class("-task"):
            self.set_class(tells_task(view.state), "-task")
        if over(view, self.source) != self.has_class("-over"):
            self.set_class(over(view, self.source), "-over")
        for panel in self._panels.values():
            panel.follow(view, now, force or resting)
        self.resting = resting
        if resting:
            self._timer.pause()
        self._share_room()

    def view(self) -> View:
        """What is looked at now."""
        state = self.source.state
        number = len(state.tasks) if self._number is None else min(self._number, len(state.tasks))
        task = state.tasks[number - 1] if number else None
        if task is not None and self._following and self._number is None:
            self._chosen = _acting(task, self._chosen)
        return View(state, task, self._chosen, self.source.at, self.source.live)

    def interrupt(self) -> bool:
        """Stop what runs; False where nothing does."""
        running = self.source.live and self.source.playing
        self.source.stop()
        return running

    def action_show(self, name: str) -> None:
        """Bring a part to the front; asked for again, it takes the whole screen."""
        if name == "judge":
            self._chosen, self._following = JUDGE_SEAT, False
        beside = name in BESIDE and self._columns > 1 and self._shown == STORY and not self._panels[name].has_focus
        if beside:
            self._side = "hierarchy" if name == "hierarchy" else "meters"
        else:
            self._shown = STORY if name == self._shown else name
        self._arrange()
        self.set_focus(self._panels["board" if name == STORY or not (beside or self._shown == name) else name])
        self._wake()

    def action_flip(self, tab: str) -> None:
        """Another side of the chosen agent."""
        self._detail.flip(tab)
        if not self._detail.is_on_screen:
            self.action_show("detail")
        self._wake()

    def action_follow(self) -> None:
        """Let the cursor go with whoever acts."""
        self._following, self._number = True, None
        self._wake()

    def action_other_task(self, by: int) -> None:
        """Look at an earlier or later task."""
        count = len(self.source.state.tasks)
        number = min(max((self._number or count) + by, 1), count) if count else None
        self._number = None if number == count else number
        self._wake()

    def action_copy(self) -> None:
        """Copy what the chosen agent said."""
        view = self.view()
        text = text_of(view)
        if text:
            self.app.copy_to_clipboard(text)
        self.notify(f"Copied: {who(view)}." if text else "There is nothing to copy yet.", markup=False)

    def action_play(self) -> None:
        self.source.toggle()
        self._last = self._clock()
        self._wake()

    def action_seek(self, seconds: int) -> None:
        """By seconds; in long sessions by hundredths of their length."""
        self.source.seek(self.source.at + seconds * max(1.0, self.source.seconds / 100))
        self._wake()

    def action_step(self, by: int) -> None:
        self.source.step(by)
        self._wake()

    def action_speed(self, by: int) -> None:
        self.source.faster(by)
        self._wake()

    def action_replay(self) -> None:
        """Play the session that has just ended."""
        if self.source.path is not None:
            self.app.replay(self.source.path)  # type: ignore[attr-defined]

    def action_shock(self) -> None:
        """Let something happen to the team; the run goes on while it is chosen."""
        if isinstance(self.source, LiveSource):
            from selforg_tui.tui.screens.shock import set_off

            set_off(self.app, self.source.session)

    def action_verdicts(self) -> None:
        """All verdicts on this session, and more of them on request."""
        from selforg_tui.tui.screens.verdicts import VerdictsScreen

        if self.source.path is not None:
            self.app.push_screen(VerdictsScreen(self.source.path))

    def action_stop(self) -> None:
        """End the run; where text is selected, copy that instead."""
        selected = self.get_selected_text()
        if selected:
            self.app.copy_to_clipboard(selected)
        else:
            self.interrupt()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A live session has no transport, and can be replayed once it has ended."""
        if action in ("play", "seek", "step"):
            return not self.source.live
        if action == "speed":
            return self.source.hurries and (not self.source.live or self.source.playing)
        if action == "stop":
            return self.source.live and not self.source.problem and (self.source.playing or self.source.state.header is None)
        if action == "shock":
            return self.source.live and self.source.playing and self.source.state.header is not None
        if action == "verdicts":
            return self.source.path is not None and not (self.source.live and (self.source.playing or self.source.state.header is None))
        if action == "replay":
            return self.source.live and not self.source.playing and self.source.path is not None and self.source.state.header is not None
        return True

    def action_back(self) -> None:
        """Out of a full panel; out of the screen; a run that is under way is asked about first."""
        if self._shown != STORY:
            self.action_show(STORY)
        elif self.source.live and self.source.playing and not self._narration.asking:
            self._narration.asking = LEAVING
            self._wake()
        else:
            self.source.stop()
            self.dismiss()

    def on_key(self, event: events.Key) -> None:
        if event.key != "escape" and self._narration.asking:
            self._narration.asking = ""
            self._wake()

    @on(Board.Chosen)
    def _choose(self, event: Board.Chosen) -> None:
        self._chosen, self._following = event.seat, False
        self._wake()

    @on(Timeline.Sought)
    def _seek_to(self, event: Timeline.Sought) -> None:
        self.source.seek(event.at)
        self._wake()

    @on(Timeline.Toggled)
    def _toggle_by_mouse(self) -> None:
        self.action_play()

    def _wake(self) -> None:
        self.resting = False
        self._timer.resume()
        self.call_after_refresh(self.frame, True)

    def _arrange(self) -> None:
        """Show the panels that there is room for."""
        width, height = self.app.size
        self._columns = columns_for(width, height)
        for count, name in ((3, "-three"), (2, "-two"), (1, "-one")):
            self.set_class(self._columns == count, name)
        self.set_class(self._shown != STORY, "-full")
        trouble = bool(self.source.problem) and self.source.state.header is None
        for name, on_screen in visible(self._shown, self._side, self._columns, height, trouble).items():
            self.query_one(f"#{name}").display = on_screen

    def _share_room(self) -> None:
        """The board and the meter get the lines that they need, what is below them the rest, but never less than a few."""
        room = self.query_one("#body").size.height
        cost = self._panels["cost"]
        spare = (9 if room >= 22 else 6) if self._detail.is_on_screen else 0
        self._board.styles.height = max(3, min(self._board.height_needed() + 2, room - spare)) if spare else "1fr"
        cost.styles.height = max(3, min(len(cost.lines) + 2, max(room - JUDGE, room // 2))) if self._shown == STORY else "1fr"


def _acting(task: TaskState, chosen: int) -> int:
    """The chosen agent as long as it decides, then the first that does."""
    seat = task.seats.get(chosen)
    if seat is not None and seat.status == "deciding":
        return chosen
    return next((other.seat for other in task.seats.values() if other.status == "deciding"), chosen)
