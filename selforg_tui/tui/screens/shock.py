"""A shock by hand, while a team is at work: which kind, and what it needs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from selforg_tui.core.config import ModelSpec, ShockKind
from selforg_tui.core.errors import ConfigError
from selforg_tui.tui.screens.picker import Picker
from selforg_tui.tui.widgets.field import Field, FieldRow

if TYPE_CHECKING:
    from selforg_tui.sessions.live import LiveSession

WORDS: dict[ShockKind, tuple[str, str]] = {
    "remove-random": ("Remove an agent", "drawn at random; it is not asked again"),
    "remove-hub": ("Remove the hub", "the agent on whom most others depend"),
    "swap-model": ("Another model", "for a quarter of the agents"),
    "notice": ("Give notice", "of a change that all are told of from then on"),
}
"""What each kind is called, and what it does."""


class NoticePrompt(ModalScreen[str | None]):
    """Gives the text of a notice, or None."""

    CSS_PATH = "prompts.tcss"
    HELP = "What has changed. Every agent that is asked from now on is told, and the solution is judged by it."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back", id="prompt.back")]

    def compose(self) -> ComposeResult:
        with Vertical(id="prompt", classes="panel") as box:
            box.border_title, box.border_subtitle = "A notice to the team", "Enter gives it · Esc goes back"
            yield FieldRow(Field("notice", "Notice", Input(placeholder="Costs must fall by a third"), self.HELP))

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.dismiss(event.value.strip())
        else:
            self.query_one(FieldRow).say({"notice": "A notice needs its text: write what has changed, or go back with Esc."})


def set_off(app: App[Any], session: LiveSession) -> None:
    """Ask what is to happen, and let it."""
    lines = [(Content.assemble((title, "bold"), (f"  {what}", "$muted")), kind) for kind, (title, what) in WORDS.items()]
    text = "It happens before the next question, and the log tells where that was. The run goes on meanwhile."
    app.push_screen(Picker("A shock", text, lines), partial(_chosen, app, session))


def _chosen(app: App[Any], session: LiveSession, kind: ShockKind | None) -> None:
    if kind == "swap-model":
        lines = [(Content(spec.name), spec) for spec in session.standby]
        text = "A quarter of the agents, and at least one, answer with it from then on."
        app.push_screen(Picker("Another model", text, lines), lambda spec: None if spec is None else _let(app, session, kind, model=spec))
    elif kind == "notice":
        app.push_screen(NoticePrompt(), lambda text: None if text is None else _let(app, session, kind, text=text))
    elif kind is not None:
        _let(app, session, kind)


def _let(app: App[Any], session: LiveSession, kind: ShockKind, model: ModelSpec | None = None, text: str = "") -> None:
    try:
        if session.state.status is not None:
            raise ConfigError("The session has ended: nothing can happen to its team any more.")
        session.shock(kind, model=model, text=text)
    except ConfigError as problem:
        app.notify(str(problem), severity="warning", markup=False)
    else:
        app.notify(f"{WORDS[kind][0]}: before the next question.", markup=False)
