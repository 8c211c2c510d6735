"""The Run screen: a session at work, or one that is played again."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType

from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.core.state import TaskState
from selforg_tui.tui.named import with_keys
from selforg_tui.tui.palette import Extra
from selforg_tui.tui.run import collector
from selforg_tui.tui.run.agent.sides import COPIES
from selforg_tui.tui.run.agent.words import who
from selforg_tui.tui.run.arrangement import PRESENTED, ROOMY, STORY
from selforg_tui.tui.run.body import Body
from selforg_tui.tui.run.head import Head, Narration, Summary, over, tells_task
from selforg_tui.tui.run.keys import DEAREST, PANELS, WAYS
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.time.timeline import Timeline
from selforg_tui.tui.run.transport import TimedScreen
from selforg_tui.tui.run.view import View
from selforg_tui.tui.sources import LiveSource, Source
from selforg_tui.tui.widgets.footer import KeysLine

FPS = 12.0
"""Paintings per second where nobody asks for less: more nobody can read."""
STOPPING = "Still at work. ‹run.back:Esc› again stops it and leaves (it is kept); other keys go on."
LEAVING = "‹run.back:Esc› again leaves this session; any other key stays."


class RunScreen(TimedScreen):
    """Shows a source. One frame timer pulls what changed; it rests while nothing can change."""

    CSS_PATH = "run.tcss"
    AUTO_FOCUS = "#board"
    HELP = """A team at work, or a session played again. Arrow keys choose an agent; the other panels follow. Times altered: simulated \
models were made faster or slower than their profiles, so no time of the session is theirs."""
    BINDINGS: ClassVar[list[BindingType]] = [*PANELS, *WAYS]

    def __init__(self, source: Source, clock: Callable[[], float] = time.monotonic, fps: float | None = None) -> None:
        super().__init__(source, clock)
        self._fps = FPS if fps is None else fps
        self._chosen = 1
        self._following = True
        self._number: int | None = None
        """The task that is looked at; None: the latest."""
        self.resting = False
        """True while nothing can change by itself; no timer runs then."""
        self._body = Body(source)
        self._narration = Narration(source, id="narration")
        around = (Head(id="head"), Summary(id="summary"), self._narration, Timeline(source, id="timeline"))
        self._around: dict[str, Panel] = {panel.id or "": panel for panel in around}

    def compose(self) -> ComposeResult:
        head, *below = self._around.values()
        yield head
        yield self._body
        yield from below
        yield KeysLine(DEAREST)

    def on_mount(self) -> None:
        collector.hold()
        self._timer = self.set_interval(1 / self._fps, self.frame, pause=True)
        self._arrange()
        if self.source.live:
            self.run_worker(self._run(), group="session", exclusive=True, exit_on_error=False)
        else:
            self.source.toggle()
        self.wake()

    async def _run(self) -> None:
        await self.source.start()
        self._narration.asking = ""
        self._arrange()
        self.refresh_bindings()
        self.wake()

    def on_unmount(self) -> None:
        collector.release()
        self.source.stop()

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()
        self.call_after_refresh(self.frame, True)

    def frame(self, force: bool = False) -> None:
        """Let time pass and show what changed; with nothing left to change, rest."""
        now = self.pass_time()
        resting = not self.source.playing
        view = self.view()
        if view.state.header is not None and tells_task(view.state) != self.has_class("-task"):
            self.set_class(tells_task(view.state), "-task")
        if over(view, self.source) != self.has_class("-over"):
            self.set_class(over(view, self.source), "-over")
        for panel in (*self._around.values(), *self._body.panels.values()):
            panel.follow(view, now, force or resting)
        self.resting = resting
        if resting:
            self._timer.pause()
        self._body.share_room()

    def view(self) -> View:
        """What is looked at now."""
        state = self.source.state
        number = len(state.tasks) if self._number is None else min(self._number, len(state.tasks))
        task = state.tasks[number - 1] if number else None
        if task is not None and self._following and self._number is None:
            self._chosen = _acting(task, self._chosen)
        second = 1.0 if self.source.live else self.source.speed
        return View(state, task, self._chosen, self.source.at, self.source.live, self.presenting, second)

    def interrupt(self) -> bool:
        """Stop what runs; False where nothing does."""
        running = self.source.live and self.source.playing
        self.source.stop()
        return running

    def action_show(self, name: str) -> None:
        """Bring a part to the front; asked for again, it takes the whole screen."""
        if name == "judge":
            self._chosen, self._following = JUDGE_SEAT, False
        panel = self._body.turn_to(name, alone=self.presenting)
        self._arrange()
        self.set_focus(panel)
        self.wake()

    @property
    def presenting(self) -> bool:
        """Whether the screen is shown to a room: one panel at a time, large, with what just happened in words."""
        return self.has_class("-presenting")

    def action_present(self) -> None:
        """Show it to a room; again: back to the desk."""
        self.set_class(not self.presenting, "-presenting")
        self._body.shown = STORY
        self._arrange()
        self.refresh_bindings()
        self.set_focus(self._body.board)
        self.wake()

    def action_leaf(self, by: int) -> None:
        """To the next or the last panel of a presentation."""
        place = PRESENTED.index(self._body.shown) if self._body.shown in PRESENTED else 0
        self.action_show(PRESENTED[(place + by) % len(PRESENTED)])

    def action_flip(self, side: str) -> None:
        """Another side of the chosen agent."""
        self._body.detail.flip(side)
        if not self._body.detail.is_on_screen or (self._body.shown == STORY and self._body.detail.too_low):
            self.action_show("detail")
        self.wake()

    def action_follow(self) -> None:
        """Let the cursor go with whoever acts."""
        self._following, self._number = True, None
        self.wake()

    def action_other_task(self, by: int) -> None:
        """Look at an earlier or later task."""
        count = len(self.source.state.tasks)
        number = min(max((self._number or count) + by, 1), count) if count else None
        self._number = None if number == count else number
        self.wake()

    def jump(self, at: float, seat: int | None = None) -> None:
        self._number = None
        if seat is not None:
            self._chosen, self._following = seat, False
        super().jump(at, seat)

    def action_guess(self) -> None:
        """Guess Q of the task that is looked at, before its judge has spoken."""
        self._body.judge.ask_for_guess(self.view())

    def action_by_model(self) -> None:
        """What was spent by each model, wherever one is; from there back to the meter."""
        cost = self._body.cost
        if not cost.is_on_screen:
            cost.by_model = False
            self.action_show("cost")
        cost.turn()

    def action_under(self) -> None:
        """The X-ray of the chosen agent under the next protocol."""
        if self._body.detail.side != "x-ray" or not self._body.detail.is_on_screen:
            self.action_flip("x-ray")
        else:
            self._body.detail.suppose(self.view())
            self.wake()

    def action_copy(self, side: str = "") -> None:
        """Copy a side of the chosen agent; that which is in view where none is named."""
        view = self.view()
        text = self._body.detail.copied(view, side)
        if text:
            self.app.copy_to_clipboard(text)
        shown = side or (self._body.detail.side if self._body.detail.is_on_screen else "contribution")
        self.notify(f"Copied: {shown} of {who(view)}." if text else "There is nothing to copy yet.", markup=False)

    def extra_commands(self) -> tuple[Extra, ...]:
        """What the palette has besides the keys: a copy of each side of the chosen agent."""
        return tuple(Extra(title, about, partial(self.run_action, action)) for title, (action, about) in COPIES.items())

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
        """What makes sense only while a session runs, or once it has ended."""
        if action == "stop":
            return self.source.live and not self.source.problem and (self.source.playing or self.source.state.header is None)
        if action == "shock":
            return self.source.live and self.source.playing and self.source.state.header is not None
        if action == "verdicts":
            return self.source.path is not None and not (self.source.live and (self.source.playing or self.source.state.header is None))
        if action == "leaf":
            return self.presenting
        if action == "replay":
            return self.source.live and not self.source.playing and self.source.path is not None and self.source.state.header is not None
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Out of a full panel; out of the screen; out of a session only when asked twice."""
        if self._body.shown != STORY:
            self.action_show(self._body.before if self._body.shown == "detail" else STORY)
        elif self.presenting:
            self.action_present()
        elif not self._narration.asking and self.source.state.header is not None:  # else the next letters would go to another screen
            self._narration.asking = with_keys(STOPPING if self.source.live and self.source.playing else LEAVING)
            self.wake()
        else:
            self.source.stop()
            self.dismiss()

    def on_key(self, event: events.Key) -> None:
        if event.key != "escape" and self._narration.asking:
            self._narration.asking = ""
            self.wake()

    @on(Panel.Chosen)
    def _choose(self, event: Panel.Chosen) -> None:
        self._chosen, self._following = event.seat, False
        if event.side:
            self.action_flip(event.side)
        self.wake(at_once=not event.side)

    def wake(self, at_once: bool = False) -> None:
        """Show what has changed; `at_once` where nothing is laid out anew, which saves waiting for a painting that is due."""
        self.resting = False
        self._timer.resume()
        if at_once:
            self.frame(True)
        else:
            self.call_after_refresh(self.frame, True)

    def _arrange(self) -> None:
        """Show the panels that there is room for."""
        self.set_class(self.app.size.height < ROOMY, "-low")
        trouble = bool(self.source.problem) and self.source.state.header is None
        for name, on_screen in self._body.show_for(*self.app.size, trouble, self.presenting).items():
            self._around[name].display = on_screen


def _acting(task: TaskState, chosen: int) -> int:
    """The chosen agent as long as it decides, then the first that does."""
    seat = task.seats.get(chosen)
    if seat is not None and seat.status == "deciding":
        return chosen
    return next((other.seat for other in task.seats.values() if other.status == "deciding"), chosen)
