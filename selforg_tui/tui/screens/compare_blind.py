"""Two solutions side by side, without names, protocols or scores, until a person has said which is better."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from selforg_tui.core.errors import ConfigError, SelforgError
from selforg_tui.core.ids import digest
from selforg_tui.core.keyed import Keyed
from selforg_tui.core.seating import team_in_words
from selforg_tui.judging.rubric import DIMENSIONS
from selforg_tui.metrics import quality
from selforg_tui.sessions.judged import Judged
from selforg_tui.sessions.verdicts import OVERALL, Better, Compared, now
from selforg_tui.tui.run.surface.cells import flat, safe
from selforg_tui.tui.run.view import of_four, title_of
from selforg_tui.tui.widgets.footer import LastingFooter

if TYPE_CHECKING:
    from selforg_tui.core.state import TaskState
    from selforg_tui.tui.app import LabApp

QUESTIONS = (OVERALL, *DIMENSIONS)


class Side(NamedTuple):
    """One of the two: a task of a session."""

    judged: Judged
    task: TaskState


class CompareBlind(Screen[None]):
    """Pair by pair. Which is A is drawn by the sessions' seeds, anew for every comparison that was kept."""

    CSS_PATH = "verdicts.tcss"
    app: LabApp
    HELP = """Which solution is better? a or b says so, = that they are equal: first overall, then on each of the five dimensions; Enter \
stops after those you have answered, Backspace takes the last back. Only then are names, protocols and scores shown.

Your choice is kept beside both sessions, apart from what models say. Tab goes from side to side, the arrow keys scroll."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "say('a')", "A is better", id="blind.a"),
        Binding("b", "say('b')", "B is better", id="blind.b"),
        Binding("equals_sign", "say('=')", "equal", id="blind.same", key_display="="),
        Binding("backspace", "undo", "One back", id="blind.undo", show=False),
        Binding("enter", "enough", "Enough", id="blind.enough", priority=True),
        Binding("escape", "app.pop_screen", "Leave", id="blind.leave"),
    ]

    def __init__(self, pairs: list[tuple[Side, Side]]) -> None:
        super().__init__()
        self._pairs = pairs
        self._said: list[str] = []
        self.revealed = False
        self._a, self._b = _drawn(*pairs[0])

    def compose(self) -> ComposeResult:
        with Container(id="sides"):
            for name in ("left", "right"):
                with VerticalScroll(id=name, classes="panel"):
                    yield Static("", markup=False)
        yield Static("", id="asked", classes="panel", markup=False)
        yield LastingFooter()

    def on_mount(self) -> None:
        self.query_one("#left").focus()
        self._show()

    def action_say(self, which: str) -> None:
        """Answer what is asked."""
        if self.revealed:
            return
        self._said.append(which)
        if len(self._said) == len(QUESTIONS):
            self._reveal()
        else:
            self._ask()

    def action_undo(self) -> None:
        """Take the last answer back, as long as nothing is revealed."""
        if self._said and not self.revealed:
            self._said.pop()
            self._ask()

    def action_enough(self) -> None:
        """Show whose they are; shown already, go on to the next pair, or back."""
        if not self.revealed:
            if self._said:
                self._reveal()
            return
        self._pairs.pop(0)
        if not self._pairs:
            self.app.pop_screen()
            return
        self._said.clear()
        self.revealed = False
        self._a, self._b = _drawn(*self._pairs[0])
        self._show()

    def _show(self) -> None:
        for name, letter, side in (("left", "A", self._a), ("right", "B", self._b)):
            box = self.query_one(f"#{name}")
            box.border_title, box.border_subtitle = Content(letter), ""
            mission = flat(side.judged.state.started.config.mission)
            text = Content.assemble(
                ("Mission  ", "$muted"), mission, ("\nTask     ", "$muted"), flat(side.task.text), "\n\n", safe(side.task.solution)
            )
            box.query_one(Static).update(text)
            box.scroll_home(animate=False)
        self._ask()

    def _ask(self) -> None:
        panel, name = self.query_one("#asked", Static), QUESTIONS[len(self._said)]
        panel.border_title = Content(
            f"{len(self._said) + 1} of {len(QUESTIONS)}: which is better {'overall' if name == OVERALL else 'in ' + name}?"
        )
        panel.border_subtitle = Content(" · ".join(f"{each} {said}" for each, said in zip(QUESTIONS, self._said, strict=False)))
        enough = " · Enter: enough, show whose they are" if self._said else ""
        panel.update(Content(f"a: A · b: B · =: equal{enough}. Nobody's name, protocol or score shows before."))

    def _reveal(self) -> None:
        """Keep the answers, then show whose the solutions are."""
        try:
            _keep(self._a, self._b, self._said, self.app)
        except SelforgError as problem:
            self.app.complain(problem)
        self.revealed = True
        panel = self.query_one("#asked", Static)
        panel.border_title = Content("Whose they are")
        panel.border_subtitle = "Enter goes on"
        lines: list[tuple[str, str] | str] = []
        for letter, name, side in (("A", "left", self._a), ("B", "right", self._b)):
            told = _identity(side)
            self.query_one(f"#{name}").border_title = Content(f"{letter} ── {told.partition(' · Q')[0]}")
            lines += [(f"{letter}  ", "bold $primary"), told, "\n"]
        said = " · ".join(f"{name} {which}" for name, which in zip(QUESTIONS, self._said, strict=False))
        panel.update(Content.assemble(*lines, ("You said: ", "$muted"), said))


def pairs(one: Judged, other: Judged) -> list[tuple[Side, Side]]:
    """The solutions of two sessions, task by task; those of the first two tasks where it is one session. Raises ConfigError."""
    mine, theirs = ([judged.state.task_of(solved.number) for solved in judged.solved] for judged in (one, other))
    if one is other:
        if len(mine) < 2:
            raise ConfigError("This session has no second solution to compare its first with: mark two sessions.")
        return [(Side(one, mine[0]), Side(one, mine[1]))]
    found = [(Side(one, task), Side(other, same)) for task in mine for same in theirs if task.number == same.number]
    if not found:
        raise ConfigError("These two sessions have no task that both have solved, so there is nothing to compare.")
    return found


def _drawn(one: Side, other: Side) -> tuple[Side, Side]:
    """Which is A and which is B."""
    names = [f"{side.judged.state.started.id} {side.judged.state.started.config.seed} {side.task.number}" for side in (one, other)]
    a, b = Keyed("blind", *sorted(names), len(one.judged.later.comparisons) + len(other.judged.later.comparisons)).shuffled([one, other])
    return a, b


def _keep(a: Side, b: Side, said: list[str], app: LabApp) -> None:
    """A line beside each of the two sessions, as seen from it."""
    at = now()
    for this, other, letter in ((a, b, "a"), (b, a, "b")):
        answers: dict[str, Better] = {
            name: "same" if which == "=" else "this" if which == letter else "other" for name, which in zip(QUESTIONS, said, strict=False)
        }
        entry = Compared(
            at=at,
            task=this.task.number,
            other_session=other.judged.state.started.id,
            other_task=other.task.number,
            better=answers,
            first=letter == "a",
            solution=digest(this.task.solution),
        )
        this.judged.add([entry], app.keys)


def _identity(side: Side) -> str:
    """Protocol, team and session, with Q and M by its own court."""
    header, task = side.judged.state.started, side.task
    q, m = quality.q(task.scores), quality.m(task.scores)
    parts = side.judged.state.simulated
    mark = " SIMULATED" if parts.agents or parts.judge else ""
    return (
        f"{title_of(header.config.protocol)} · {header.config.agents} agents · {flat(team_in_words(header.config))} · {flat(header.id)}"
        f" · Q {of_four(q)} · M {of_four(m)}{mark}"
    )
