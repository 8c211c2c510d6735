"""An experiment: how far it is, mean and spread of each group so far, and every run that is done."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static

from selforg_tui.core.errors import SelforgError
from selforg_tui.core.text import one_line
from selforg_tui.lab.comparison import compare, spread
from selforg_tui.lab.table import SIMULATED
from selforg_tui.tui.widgets.footer import LastingFooter

if TYPE_CHECKING:
    from selforg_tui.lab.experiment import Experiment
    from selforg_tui.lab.measured import Measured
    from selforg_tui.lab.runner import Outcome, Progress
    from selforg_tui.tui.app import LabApp

FRAME = 0.25
"""Seconds between two looks at how far it is."""
BAR = 20


class ExperimentScreen(Screen[None]):
    """Rows of groups on top, runs below. `go`: what is missing is run; else what there is is shown."""

    CSS_PATH = "experiment.tcss"
    app: LabApp
    HELP = """Every run has the next seed, and every group the same seeds. Esc stops; what is done is kept, and Ctrl+R goes on with it. \
Enter plays the chosen run.

One run proves nothing: the mean over many, and how far they lie apart, is what tells. 'selforg-tui race' compares several groups."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "go", "Go on", id="experiment.go", tooltip="Make the runs that are missing"),
        Binding("escape", "back", "Stop or back", id="experiment.back", tooltip="Stops what runs and keeps what is done; then goes back"),
    ]

    def __init__(self, what: Experiment, *, go: bool = False) -> None:
        super().__init__()
        self.what, self._go = what, go
        self.outcome: Outcome | None = None
        """What it came to; None while it is run or read."""
        self._stop = threading.Event()
        self._runs: dict[str, list[Measured]] = {group.name: [] for group in what.groups}
        self._listed: list[Measured] = []
        self._left: float | None = None
        self._told = ""

    def compose(self) -> ComposeResult:
        groups = Static("", id="groups", markup=False, classes="panel")
        groups.border_title = Content(one_line(self.what.groups[0].config.mission, 60))
        yield groups
        runs = OptionList(id="runs", classes="panel", markup=False)
        runs.border_title, runs.border_subtitle = "Runs", "Enter replays"
        yield runs
        yield Static("", id="said", markup=False)
        yield LastingFooter()

    def on_mount(self) -> None:
        self.query_one("#runs").focus()
        self.set_interval(FRAME, self._show)
        self._begin(self._go)

    def on_unmount(self) -> None:
        self._stop.set()

    def interrupt(self) -> bool:
        """Ctrl+C: True where something was stopped."""
        if self.outcome is not None or self._stop.is_set():
            return False
        self._stop.set()
        self._told = "Stopping …"
        return True

    def action_back(self) -> None:
        if not self.interrupt():
            self.dismiss()

    def action_go(self) -> None:
        """Only where something is missing and nothing runs."""
        if self.outcome is not None and self.outcome.ending != "done":
            self._begin(True)

    def _begin(self, go: bool) -> None:
        self.outcome, self._told, self._left = None, "", None
        self._runs = {group.name: [] for group in self.what.groups}
        self._listed = []
        self.query_one("#runs", OptionList).clear_options()
        self._stop = threading.Event()
        self._work(go, self._stop)

    @work(thread=True, exclusive=True, group="experiment")
    def _work(self, go: bool, stop: threading.Event) -> None:
        from selforg_tui.lab import runner

        found: Outcome | SelforgError
        try:
            found = runner.run(self.what, self.app.keys, stop=stop, on_progress=self._take) if go else runner.results(self.what)
        except SelforgError as problem:
            found = problem
        with suppress(RuntimeError):  # the app may have ended meanwhile
            self.app.call_from_thread(self._finish, found)

    def _take(self, progress: Progress) -> None:
        """In another thread: nothing but appending."""
        if progress.job is not None and progress.figures is not None:
            self._runs[progress.job.group].append(progress.figures)
        self._left = progress.seconds_left

    def _finish(self, found: Outcome | SelforgError) -> None:
        from selforg_tui.lab.runner import Outcome

        if isinstance(found, SelforgError):
            self.app.complain(found)
            self.outcome = Outcome(self._runs, "stopped")
        else:
            self.outcome, self._runs = found, found.runs
        if self.is_attached:
            self._told = self._conclusion(self.outcome)
            self._show()

    def _conclusion(self, outcome: Outcome) -> str:
        there, of = len(outcome.all), self.what.repeats * len(self.what.groups)
        told = [f"{there} of {of} runs are done and kept." + (" Ctrl+R goes on." if outcome.ending != "done" else "")]
        told += [f"The rest of {group} was not run: {why}" for group, why in outcome.silent.items()]
        if there:
            found = compare({name: runs for name, runs in outcome.runs.items() if runs}, score_from=self.what.score_from)
            told += [pair.text for pair in found.pairs[:6]]
            told += [f"Note: {note}" for note in found.notes]
            told += [SIMULATED] if found.simulated else []
        return "\n".join(told)

    def _show(self) -> None:
        """Pulls what there is."""
        if not self.is_attached:
            return
        self.query_one("#groups", Static).update(Content("\n").join(self._row(name, list(runs)) for name, runs in self._runs.items()))
        runs = self.query_one("#runs", OptionList)
        known = {run.session for run in self._listed}
        new = [(name, run) for name, each in self._runs.items() for run in list(each) if run.session not in known]
        runs.add_options([_line(name, run, len(self._runs) > 1) for name, run in new])
        self._listed += [run for _, run in new]
        if runs.highlighted is None and self._listed:
            runs.highlighted = 0  # else Enter would do nothing until an arrow key is pressed
        left = f"about {self._left:.0f} s left · " if self.outcome is None and self._left is not None else ""
        said = self._told or f"{left}Esc stops; what is done is kept."
        self.query_one("#said", Static).update(Content(said))

    def _row(self, name: str, runs: list[Measured]) -> Content:
        done, of = len(runs), self.what.repeats
        filled = BAR * done // of
        q, words = spread([run.q for run in runs]), spread([run.words for run in runs])
        mean = "unjudged" if q.mean is None else f"Q {q.mean:.3f}" + (f" ± {q.sd:.3f}" if q.sd is not None else "")
        long = "" if words.mean is None else f" · {words.mean:,.0f} words"
        simulated = any(run.simulated.agents or run.simulated.judge for run in runs)
        return Content.assemble(
            (one_line(name, 24).ljust(24), "bold"),
            ("▓" * filled, "$primary"),
            ("░" * (BAR - filled), "$muted"),
            f" {done} of {of}  ",
            mean if runs else "",
            (long, "$muted"),
            ("  SIMULATED", "bold $simulated") if simulated else ("", ""),
        )

    @on(OptionList.OptionSelected, "#runs")
    def _replay(self, event: OptionList.OptionSelected) -> None:
        from pathlib import Path

        self.app.replay(Path(self._listed[event.option_index].path))


def _line(group: str, run: Measured, named: bool) -> Content:
    """One run in the list."""
    q = "unjudged" if run.q is None else f"Q {run.q:.3f}"
    words = "" if run.words is None else f"  {run.words:,.0f} words"
    name = f"{one_line(group, 24).ljust(24)}" if named else ""
    return Content.assemble(
        name, f"seed {run.config.seed:>4}  {q}{words}  {run.tokens:,} tokens  ", (run.status.replace("_", " "), "$muted")
    )
