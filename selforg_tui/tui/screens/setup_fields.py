"""The fields of Setup: what each is called, what it says of itself, and where it stands."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Select, TextArea

from selforg_tui import prompts
from selforg_tui.core.config import ARRANGEMENTS, LEVELS, MOST_AGENTS, ORDERS
from selforg_tui.core.errors import ConfigError
from selforg_tui.protocols import registry as protocols
from selforg_tui.protocols.base import Option
from selforg_tui.settings.keys import Keys
from selforg_tui.tui.setup_form import ON_OFF, Form
from selforg_tui.tui.widgets.field import Field
from selforg_tui.tui.widgets.models_input import ModelsInput

ROWS = (
    ("mission",),
    ("values",),
    ("tasks",),
    ("level",),
    ("protocol",),
    ("agents", "words", "seed", "temperature"),
    ("models", "arrangement"),
    ("order", "abstention"),
    ("warm_up", "write_up"),
    ("judge", "repeats"),
    ("shocks",),
    ("cost_usd", "tokens", "seconds"),
)
"""Which fields stand side by side."""

PARAMETER = "parameter-"
"""What the names of fields for a protocol's parameters begin with."""


WORDS: dict[str, tuple[str, str, str]] = {
    "mission": ("Mission", "^o from a file", "What the team is for, in a sentence or a page."),
    "values": ("Values", "one a line", "What the team holds to, one value a line."),
    "tasks": (
        "Tasks",
        "one a line, [L1] to [L4] before it",
        "One task a line, with its level in brackets before it: [L4] Propose what to do. An indented line goes on with the task above. "
        "With several tasks roles can be compared from task to task. No task: the mission is the task.",
    ),
    "level": ("Level of tasks that name none", "", "How hard a task is, as agents and judge are told."),
    "protocol": ("Protocol", "", "Who is asked when, seeing what. Arrow keys choose; the picture beside it follows."),
    "agents": ("Agents", "", f"How many, from 1 to {MOST_AGENTS}."),
    "words": ("Words each", "", "How long a contribution should be, about; from 10 to 2000."),
    "seed": ("Seed", "", "The same seed gives the same run with simulated models, and the same draws with any."),
    "temperature": ("Temperature", "", "How much chance there is in the agents' words, where a model takes it; judges are asked at 0."),
    "models": (
        "Models",
        "↓ list · a=4 b=4 mixes",
        "Who answers: provider:model, with =3 for three seats, several separated by spaces: sim:strong=4 sim:weak=4. "
        "The right arrow completes a name, the arrow down lists those that are known. "
        "A server of your own: openai:my-model@http://127.0.0.1:8089/v1.",
    ),
    "arrangement": (
        "Seating",
        "",
        "How several models are seated: one after another in blocks, by turns, the strongest in the first or in the last seats, or by "
        "level: of two models the stronger works on tasks of L3 and L4, the other on those of L1 and L2. Which it is is told below.",
    ),
    "order": (
        "Order of turns",
        "",
        "Who speaks when, where a protocol takes turns: by seat, drawn anew for each task, or by how strong the agents' models are. "
        "Seats stay what they are, and seat 1 plans where someone must.",
    ),
    "abstention": (
        "Staying out",
        "",
        "Whether agents may decide to contribute nothing. Where they may not, a reply that stays out is asked for once more, then failed.",
    ),
    "write_up": (
        "Write-up",
        "",
        "After its verdict a task's solution can be turned into one readable text, by the model of the first seat. It is priced, and not "
        "judged.",
    ),
    "warm_up": (
        "Warm-up",
        "",
        "Before many calls with the same long beginning a short one goes ahead so that they find it cached; costs one call a round.",
    ),
    "repeats": (
        "Repeats",
        "",
        "More than one: so many runs, with the seeds seed, seed + 1, …, made in the background; mean and spread are shown as they come in.",
    ),
    "judge": (
        "Judge",
        "↓ list · none",
        "Who rates the solution; best another model than the agents'. Empty: chosen for you. none: nobody. Several, with spaces between "
        "them, are a court, and =3 behind one asks it three times; the verdict is the median of each dimension.",
    ),
    "shocks": (
        "Shocks",
        "one a line, such as 2: remove-hub",
        "What happens to the team, one a line, the task before it; 2/5: after five contributions to task 2. There are remove-random, "
        "remove-hub, swap-model MODEL (for a quarter of the agents) and notice TEXT.",
    ),
    "cost_usd": ("Stop at US dollars", "", "The run stops when this much money is spent."),
    "tokens": ("Stop at tokens", "", "The run stops when this many tokens are used, in and out, judging included."),
    "seconds": ("Stop at seconds", "", "The run stops after this time."),
}
"""Label, hint and help of each field."""
SEATINGS = ("in blocks, as named", "by turns", "strongest first", "strongest last", "by level of the task")
TURNS = ("by seat", "drawn for each task", "strongest first", "strongest last")
"""The arrangements, and the orders of turns, in words, in their order."""


def make_fields(form: Form, keys: Keys) -> dict[str, Field]:
    """All fields but those of a protocol's parameters, by name."""
    controls: dict[str, Widget] = {
        "mission": _area(form.mission, "What is the team for?"),
        "values": _area(form.values, "What must hold, whatever else happens?"),
        "tasks": _area(form.tasks, "None: the mission is the task"),
        "level": _levels(form.level),
        "protocol": _protocols(form.protocol),
        "agents": Input(form.agents),
        "words": Input(form.words),
        "seed": Input(form.seed),
        "temperature": Input(form.temperature),
        "models": ModelsInput(keys, form.models),
        "arrangement": _select(dict(zip(ARRANGEMENTS, SEATINGS, strict=True)), form.arrangement),
        "order": _select(dict(zip(ORDERS, TURNS, strict=True)), form.order),
        "abstention": _select(dict(zip(ON_OFF, ("nobody stays out", "each may stay out"), strict=True)), form.abstention),
        "write_up": _select(dict(zip(ON_OFF, ("no", "one call more a task"), strict=True)), form.write_up),
        "warm_up": _select({name: name for name in ON_OFF}, form.warm_up),
        "judge": ModelsInput(keys, form.judge, placeholder="chosen for you"),
        "shocks": _area(form.shocks, "None: nothing happens to the team"),
        "repeats": Input(form.repeats),
        "cost_usd": Input(form.cost_usd, placeholder="no limit"),
        "tokens": Input(form.tokens, placeholder="no limit"),
        "seconds": Input(form.seconds, placeholder="no limit"),
    }
    return {name: Field(name, WORDS[name][0], control, WORDS[name][2], WORDS[name][1]) for name, control in controls.items()}


def option_field(option: Option, value: str) -> Field:
    """A field for one parameter of a protocol."""
    control: Widget
    if option.choices:
        chosen = value if value in map(str, option.choices) else str(option.default)
        control = Select([(Content(str(choice)), str(choice)) for choice in option.choices], value=chosen, allow_blank=False)
    else:
        control = Input(value, placeholder=str(option.default))
    return Field(f"{PARAMETER}{option.name}", option.name.capitalize(), control, option.help)


def text_of(control: Widget) -> str:
    """What stands in a control."""
    match control:
        case TextArea():
            return control.text
        case Input():
            return control.value
        case Select():
            return str(control.value)
        case OptionList():
            return protocols.names()[control.highlighted or 0]
    raise TypeError(f"{control} holds no text")


def fill(control: Widget, text: str) -> None:
    """Put a text into a field for several lines, or a line."""
    if isinstance(control, TextArea):
        control.text = text
        control.move_cursor((0, 0))
    elif isinstance(control, Input):
        control.value = text


def _area(text: str, placeholder: str) -> TextArea:
    area = TextArea(text, placeholder=placeholder, tab_behavior="focus", highlight_cursor_line=False)
    area.match_cursor_bracket = False
    return area


def _levels(level: str) -> Select[str]:
    return Select(
        [(Content(f"{name}  {text}"), name) for name, text in zip(LEVELS, _level_texts(), strict=True)], value=level, allow_blank=False
    )


def _select(words: dict[str, str], chosen: str) -> Select[str]:
    return Select([(Content(text), name) for name, text in words.items()], value=chosen, allow_blank=False)


def _level_texts() -> list[str]:
    texts = prompts.levels(prompts.load())
    return [texts[level] for level in LEVELS]


def _protocols(chosen: str) -> OptionList:
    names = protocols.names()
    control = OptionList(*(Content(_title(name)) for name in names))
    control.highlighted = names.index(chosen) if chosen in names else 0
    return control


def _title(name: str) -> str:
    try:
        found = protocols.find(name)
        return f"{found.title} (experimental)" if found.experimental else found.title
    except ConfigError:  # of another package, which does not load; choosing it says why
        return name
