"""Setup: everything that decides what a run does, on one page, with an estimate of what it will take."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input, OptionList, Select, TextArea

from selforg_tui.core.config import RunConfig, Task
from selforg_tui.core.errors import ConfigError
from selforg_tui.missions import Example, bank
from selforg_tui.models.discovery import discover, places
from selforg_tui.models.reach import look_up
from selforg_tui.protocols import registry as protocols
from selforg_tui.protocols.offered import promised
from selforg_tui.settings.config_file import discovers
from selforg_tui.tui.screens.picker import Picker
from selforg_tui.tui.screens.prompts import FilePrompt, KeyPrompt
from selforg_tui.tui.screens.setup_fields import PARAMETER, ROWS, fill, make_fields, option_field, text_of
from selforg_tui.tui.setup_form import Form, Reading, form_of, missing_key, read
from selforg_tui.tui.setup_texts import task_lines
from selforg_tui.tui.widgets.estimate_panel import EstimatePanel
from selforg_tui.tui.widgets.field import FieldRow
from selforg_tui.tui.widgets.footer import LastingFooter
from selforg_tui.tui.widgets.models_input import ModelsInput
from selforg_tui.tui.widgets.protocol_picture import ProtocolPicture

if TYPE_CHECKING:
    from selforg_tui.engine.estimate import Estimate
    from selforg_tui.models.providers import Provider
    from selforg_tui.protocols.base import Promise
    from selforg_tui.tui.app import LabApp

REST = 0.15
"""Seconds without a change after which the fields are looked at."""
FROM_FILE = ("mission", "values", "tasks")


class SetupScreen(Screen[None]):
    """Fields, and what they add up to beside them."""

    CSS_PATH = "setup.tcss"
    app: LabApp
    HELP = "Tab goes from field to field. Ctrl+R runs what is set up; Esc goes back to Home and keeps it."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "run", "Run", id="setup.run", tooltip="Start the team as it is set up here"),
        Binding("ctrl+n", "example", "Examples", id="setup.examples", tooltip="Take a mission with its values and tasks from the bank"),
        Binding("ctrl+o", "file", "File", id="setup.file", tooltip="Fill the mission, the values or the tasks from a text file"),
        Binding("ctrl+g", "key", "Key", id="setup.key", tooltip="Paste a key to a provider, for as long as the app runs"),
        Binding("f2", "paper", "Presets of the paper", id="setup.paper", show=False, tooltip="A run as in one of the paper's tables"),
        Binding("f3", "threshold", "Threshold", id="setup.threshold", show=False, tooltip="Test a model: chosen against fixed roles"),
        Binding("escape", "back", "Back", id="setup.back", tooltip="To Home; what is filled in is kept"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._timer: Timer | None = None
        self._shown_protocol = ""
        self._asked: set[str] = set()
        self.reading: Reading | None = None
        """What the fields asked for when they were last looked at."""

    def compose(self) -> ComposeResult:
        form = form_of(self.app.draft, self.app.keys)
        self._parameters = form.parameters
        self._fields = make_fields(form, self.app.keys)
        self.add_class(*self.app.size_classes())  # Textual adds them after the first frame, which then jumps
        with Container(id="setup"):
            with VerticalScroll(id="form", can_focus=False):
                for names in ROWS:
                    beside = ProtocolPicture(form.protocol, id="picture") if "protocol" in names else None
                    yield FieldRow(*(self._fields[name] for name in names), beside=beside)
                    if beside is not None:
                        yield Container(id="options")
            yield EstimatePanel(id="estimate")
        yield LastingFooter()

    async def on_mount(self) -> None:
        await self._show_protocol(self.form().protocol)
        self._fields["mission"].control.focus()
        self.look()

    def form(self) -> Form:
        """The fields as they stand."""
        texts = {name: text_of(field.control) for name, field in self._fields.items()}
        options = {name.removeprefix(PARAMETER): texts.pop(name) for name in list(texts) if name.startswith(PARAMETER)}
        return Form(parameters=options, **texts)

    def look(self) -> None:
        """Read the fields and estimate, beside the screen's own work: prices may have to be loaded first."""
        self._look(self.form())

    @work(thread=True, exclusive=True, group="estimate")
    def _look(self, form: Form) -> None:
        from selforg_tui.engine.estimate import estimate

        reading, instead = read(form, self.app.draft, self.app.keys), "Mend what is marked, and the estimate comes back."
        found, promise = None, None
        if not reading.problems:
            try:
                found = estimate(reading.config)
                promise = promised(protocols.make(reading.config.protocol, reading.config.parameters), reading.config.agents)
            except ConfigError as problem:
                instead = str(problem)
        self.app.call_from_thread(self._show, reading, found, promise, instead)

    async def action_run(self) -> None:
        """Start the team, or say what has to be mended first."""
        reading = read(self.form(), self.app.draft, self.app.keys)
        self._say(reading)
        if not reading.problems:
            self.app.draft = reading.config
            if reading.repeats > 1:
                self.app.repeat(reading.config, reading.repeats)
            else:
                self.app.start(reading.config)
            return
        name = next(name for name in self._fields if name in reading.problems)
        self._fields[name].control.focus()
        self.app.complain(reading.problems[name])

    def action_back(self) -> None:
        self.app.draft = read(self.form(), self.app.draft, self.app.keys).config
        self.dismiss()

    def action_example(self) -> None:
        lines = [
            line
            for example in bank()
            for line in (
                (Content.assemble((example.title, "bold"), (f"  all {len(example.tasks)} tasks", "$muted")), (example, example.tasks)),
                *((Content.assemble("   ", (task.level, "$secondary"), " ", task.text), (example, (task,))) for task in example.tasks),
            )
        ]
        text = "A title takes the mission, its values and all its tasks; a task takes that one, beside those already taken of its mission."
        self.app.push_screen(Picker("Example missions", text, lines), self._take_example)

    def action_paper(self) -> None:
        self.app.action_paper()

    async def take(self, config: RunConfig) -> None:
        """Fill all fields anew, with this run."""
        self.app.draft = config
        self._shown_protocol = ""
        await self.recompose()
        await self._show_protocol(config.protocol)
        self._fields["mission"].control.focus()
        self.look()

    def action_threshold(self) -> None:
        self.app.draft = read(self.form(), self.app.draft, self.app.keys).config
        self.app.action_threshold()

    def action_file(self) -> None:
        focused = self.focused.id if self.focused is not None and self.focused.id in FROM_FILE else "mission"
        field = self._fields[focused or "mission"]
        self.app.push_screen(FilePrompt(str(focused).capitalize()), lambda text: None if text is None else fill(field.control, text))

    def action_key(self) -> None:
        config = read(self.form(), self.app.draft, self.app.keys).config
        specs = config.specs()
        lacking = next((spec.provider for spec in specs if missing_key(spec, self.app.keys)), None)
        real = lacking or next((spec.provider for spec in specs if not spec.simulated), "")
        self.app.push_screen(KeyPrompt(self.app.keys, real), self._key_taken)

    @on(TextArea.Changed)
    @on(Input.Changed)
    @on(Select.Changed)
    def _changed(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(REST, self.look)

    @on(OptionList.OptionHighlighted, "#protocol")
    async def _other_protocol(self, event: OptionList.OptionHighlighted) -> None:
        await self._show_protocol(text_of(event.option_list))  # the event may be older: a list that comes up tells of its first line
        self._changed()

    async def _show_protocol(self, name: str) -> None:
        """Its picture, and fields for its parameters."""
        if name == self._shown_protocol:
            return
        self._shown_protocol = name
        self.query_one("#picture", ProtocolPicture).show(name)
        try:
            options = protocols.find(name).options
        except ConfigError:
            options = ()
        given, self._parameters = self._parameters, {}
        self._fields = {name: field for name, field in self._fields.items() if not name.startswith(PARAMETER)}
        made = [option_field(option, given.get(option.name, "")) for option in options]
        self._fields.update({field.control.id or "": field for field in made})
        box = self.query_one("#options", Container)
        await box.remove_children()
        await box.mount(*(FieldRow(field, note=option.help) for field, option in zip(made, options, strict=True)))

    def _key_taken(self, provider: str | None) -> None:
        if provider is not None:
            self.app.clear_notifications()  # one of them may ask for the key
            self._asked.clear()  # a server on this machine may have asked for it
            self.look()

    def _take_example(self, taken: tuple[Example, tuple[Task, ...]] | None) -> None:
        if taken is None:
            return
        example, tasks = taken
        same = self.form().mission.strip() == example.mission
        before = self.form().tasks.rstrip() if same and len(tasks) == 1 else ""
        fill(self._fields["mission"].control, example.mission)
        fill(self._fields["values"].control, "\n".join(example.values))
        fill(self._fields["tasks"].control, "\n".join(filter(None, (before, task_lines(tasks)))))

    def _show(self, reading: Reading, found: Estimate | None, promise: Promise | None, instead: str) -> None:
        if not self.query(EstimatePanel):  # the screen was left meanwhile
            return
        self._say(reading)
        self.query_one(EstimatePanel).show(found, promise, instead)
        self._look_around(reading)

    def _look_around(self, reading: Reading) -> None:
        """Ask the servers on this machine that were not asked yet, and look up the names of those elsewhere. Waits for nobody."""
        specs = reading.config.specs()
        look_up(specs, self._changed_elsewhere)
        new = [place for place in places(specs) if place.base_url not in self._asked]
        self._asked.update(place.base_url for place in new)
        if new:
            self._discover(new)

    @work(thread=True, group="discovery")
    def _discover(self, asked: list[Provider]) -> None:
        try:
            if discovers():
                discover(asked, self.app.keys, lambda _: self._changed_elsewhere())
        except ConfigError as problem:
            self.app.call_from_thread(self.app.complain, problem)

    def _changed_elsewhere(self) -> None:
        """Something is known now that was not; told in a thread of its own."""
        with suppress(RuntimeError):  # the app may have ended meanwhile
            self.app.call_from_thread(self._take_in)

    def _take_in(self) -> None:
        if self.is_attached:
            for control in self.query(ModelsInput):
                control.relist()
            self.look()

    def _say(self, reading: Reading) -> None:
        self.reading = reading
        for row in self.query(FieldRow):
            row.say(reading.problems, reading.notes, reading.warnings)
