"""Threshold: test a model before you free it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input, Select, Static

from selforg_tui.core.config import LEVELS, ModelSpec
from selforg_tui.core.errors import ConfigError, SelforgError
from selforg_tui.tui.screens.consent import ConsentPrompt
from selforg_tui.tui.setup_form import missing_key
from selforg_tui.tui.widgets.field import Field, FieldRow
from selforg_tui.tui.widgets.footer import LastingFooter
from selforg_tui.tui.widgets.models_input import ModelsInput
from selforg_tui.tui.widgets.trial_panel import TrialPanel

if TYPE_CHECKING:
    from selforg_tui.core.state import SessionState
    from selforg_tui.lab.threshold import Design, Step, Trial
    from selforg_tui.sessions.live import LiveSession
    from selforg_tui.tui.app import LabApp

REST = 0.15
"""Seconds without a change after which the fields are looked at."""
ROWS = (("model", "judge"), ("repeats", "missions", "agents", "level", "max_cost"))


class ThresholdScreen(Screen[None]):
    """Fields and price above, the trial below."""

    CSS_PATH = "threshold.tcss"
    app: LabApp
    HELP = """The same tasks with roles that agents choose (Sequential) and with fixed roles, drawn up once a mission: pair by pair, with \
the same seeds. The line shows the difference of Q with its 95 % interval: clear of zero to the right, autonomy helps this model; to \
the left, it hurts. Every session is kept, and can be replayed from Sessions.

Ctrl+R starts. Esc or Ctrl+C stops and keeps what was done; Esc again leaves."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "run", "Run", id="threshold.run", tooltip="Run the trial; the price is asked first where it may be high"),
        Binding("ctrl+c", "stop", "Stop", id="threshold.stop", tooltip="End the trial here; what was done is kept and judged"),
        Binding("escape", "back", "Back", id="threshold.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.trial: Trial | None = None
        self.running = False
        self.done = asyncio.Event()
        """Set when a trial has ended."""
        self._timer: Timer | None = None
        self._session: LiveSession | None = None
        self._step: Step | None = None
        self._stopping = False

    def compose(self) -> ComposeResult:
        from selforg_tui.lab.threshold import MISSIONS, REPEATS
        from selforg_tui.missions import bank

        keys, draft = self.app.keys, self.app.draft
        judge = "" if draft.judge is None or draft.judge.simulated else draft.judge.written
        controls = {
            "model": (ModelsInput(keys, draft.models[0].written, several=False), "Model", "The one to test; it takes all seats.", "↓ list"),
            "judge": (ModelsInput(keys, judge, placeholder="chosen for you", several=False), "Judge", "Best another model.", "↓ list"),
            "repeats": (Input(str(REPEATS)), "Repeats", "Pairs a mission, each with another seed.", ""),
            "missions": (Input(str(MISSIONS)), "Missions", f"How many of the {len(bank())} example missions, from the first.", ""),
            "agents": (Input("8"), "Agents", "How many.", ""),
            "level": (Select([(level, level) for level in LEVELS], value="L3", allow_blank=False), "Level", "Of the tasks.", ""),
            "max_cost": (Input(placeholder="no limit"), "Max USD", "All of it together, judging included.", ""),
        }
        self._fields = {name: Field(name, label, control, about, hint) for name, (control, label, about, hint) in controls.items()}
        self.add_class(*self.app.size_classes())
        with VerticalScroll(id="trial", can_focus=True):
            for names in ROWS:
                yield FieldRow(*(self._fields[name] for name in names))
            yield Static("", id="price")
            panel = TrialPanel(id="result")
            panel.border_title = "Chosen against fixed roles"
            yield panel
        yield LastingFooter()

    def on_mount(self) -> None:
        self._fields["model"].control.focus()
        self.look()

    def on_unmount(self) -> None:
        self._halt()

    def interrupt(self) -> bool:
        """Stop what runs; False where nothing does."""
        running = self.running
        self._halt()
        return running

    def look(self) -> None:
        """Read the fields and tell the price."""
        if not self.running:
            self._look()

    @work(thread=True, exclusive=True, group="price")
    def _look(self) -> None:
        from selforg_tui.lab import threshold, together
        from selforg_tui.tui.widgets.estimate_panel import money

        try:
            design, why = self._design()
            found = together.price(threshold.priced(threshold.check(design)))
        except ConfigError as problem:
            told = Content.styled(str(problem), "$error")
        else:
            calls = f"{design.pairs} pairs, {found.calls:,} calls + {found.judge_calls} to judge, {money(found)}"
            told = Content("\n").join(
                [Content(calls), Content.styled(why or f"Judged by {design.judge.name}.", "$muted")]
                + [Content.styled(f"▲ {text}", "$warning") for text in found.warnings]
            )
        self.app.call_from_thread(self._tell_price, told)

    def _tell_price(self, told: Content) -> None:
        if self.query("#price"):
            self.query_one("#price", Static).update(told)

    def action_run(self) -> None:
        """Ask the price where it is high, then run."""
        if not self.running:
            self._run()

    def action_stop(self) -> None:
        self.interrupt()

    def action_back(self) -> None:
        if not self.interrupt():
            self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What runs can be stopped, and what does not can be run."""
        if action in ("run", "stop"):
            return self.running == (action == "stop")
        return True

    @on(Input.Changed)
    @on(Select.Changed)
    def _changed(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(REST, self.look)

    @work(exclusive=True, group="trial")
    async def _run(self) -> None:
        from selforg_tui.lab import threshold

        try:
            design, _ = self._design()
            trial = threshold.Trial(design)
            question = await asyncio.to_thread(_question, design)
        except SelforgError as problem:
            self.app.complain(problem)
            return
        if question is not None and not await self.app.push_screen_wait(ConsentPrompt(question)):
            return
        self.trial, self.running, self._stopping = trial, True, False
        self.done.clear()
        self.refresh_bindings()
        self.query_one("#trial").focus()
        try:
            while not self._stopping and (step := trial.next()) is not None:
                self._show(step)
                state = await self._one(step)
                if state.header is not None:
                    trial.take(step, state)
        except SelforgError as problem:
            self.app.complain(problem)
        finally:
            trial.stop()
            self.running, self._session = False, None
            if self.is_attached:
                self._show(None)
                self.refresh_bindings()
            self.done.set()

    async def _one(self, step: Step) -> SessionState:
        """Run a step: in virtual time, in a thread, where all is simulated."""
        from selforg_tui.sessions.live import LiveSession, run_unwatched
        from selforg_tui.settings.paths import sessions_folder

        keys, folder, prepare = self.app.keys, sessions_folder(), step.kind == "roles"
        if all(spec.simulated for spec in step.config.specs()):
            session = await asyncio.to_thread(run_unwatched, step.config, keys=keys, folder=folder, only_prepare=prepare)
            return session.state
        self._session = LiveSession(step.config, keys=keys, folder=folder, watched=False, only_prepare=prepare)
        await self._session.run()
        return self._session.state

    def _show(self, step: Step | None) -> None:
        from selforg_tui.lab.verdict import verdict

        self._step = step
        if self.trial is not None and self.query(TrialPanel):
            panel = self.query_one(TrialPanel)
            panel.show(self.trial, step, verdict(self.trial))
            if step is None:
                panel.scroll_visible(top=True, animate=False)

    def _halt(self) -> None:
        self._stopping = True
        if self._session is not None:
            self._session.stop()

    def _design(self) -> tuple[Design, str]:
        """What the fields ask for, and a sentence on the judge where one was chosen. Raises ConfigError."""
        from selforg_tui.lab.threshold import Design
        from selforg_tui.models.judge_choice import choose_judge

        text = {name: self._text(name) for name in self._fields}
        model = ModelSpec.parse(text["model"])
        judge, why = (ModelSpec.parse(text["judge"]), "") if text["judge"] else choose_judge((model,), self.app.keys)
        if judge is None:
            raise ConfigError("No model with a key is left to judge, and without a judge there is no Q to compare: name one.")
        for spec in (model, judge):
            lacking = missing_key(spec, self.app.keys)
            if lacking:
                raise ConfigError(f"{spec.name} needs a key and none was found: paste one in Setup with Ctrl+G.")
        level = next(level for level in LEVELS if level == text["level"])
        labels = {"repeats": "Repeats", "missions": "Missions", "agents": "Agents"}
        numbers = {name: _whole(text[name], label) for name, label in labels.items()}
        draft = self.app.draft
        return Design(
            model, judge, **numbers, level=level, seed=draft.seed, temperature=draft.temperature, words=draft.words,
            max_cost=_usd(text["max_cost"]),
        ), why  # fmt: skip

    def _text(self, name: str) -> str:
        control = self._fields[name].control
        return str(control.value).strip() if isinstance(control, Input | Select) else ""


def _question(design: Design) -> str | None:
    """What to ask before it; loads prices, so in a thread. Raises ConfigError."""
    from selforg_tui.lab import threshold, together
    from selforg_tui.settings.config_file import defaults

    runs = threshold.priced(design)
    return together.question(runs, together.price(runs), defaults().ask_usd, design.max_cost)


def _whole(text: str, what: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ConfigError(f"{what}: '{text}' is not a whole number.") from None


def _usd(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        raise ConfigError(f"Max USD: '{text}' is not a number.") from None
