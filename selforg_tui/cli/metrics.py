"""`metrics`: what is measured and how, and the values of a session."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from selforg_tui.cli.output import note, say, say_json, table
from selforg_tui.core.text import one_line

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands
    from selforg_tui.core.state import SessionState
    from selforg_tui.metrics.measure import Measure


def add(commands: Commands) -> None:
    """The command."""
    parser = commands.add_parser("metrics", help="what is measured and how, and the values of a session", allow_abbrev=False)
    parser.add_argument(
        "session", metavar="SESSION", nargs="?", help="id or its beginning, 'last', or a file; without: the measures and their formulas"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--markdown", action="store_true", help="print the measures as docs/metrics.md has them")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """The list, or the values."""
    from selforg_tui.core.errors import ConfigError

    if args.session is None:
        return _list(args)
    if args.markdown:
        raise ConfigError("--markdown prints what the measures are, not the values of a session: leave one of the two out.")
    return _values(args)


def _list(args: Namespace) -> int:
    from selforg_tui.metrics import page
    from selforg_tui.metrics.measures import MEASURES

    if args.json:
        say_json({"measures": [_object(measure) for measure in MEASURES]})
    elif args.markdown:
        say(page.markdown().rstrip("\n"))
    else:
        for line in page.listed():
            say(line)
        say("selforg-tui metrics SESSION prints the values of a session. Undefined values are shown as –, and are null in JSON.")
    return 0


def _values(args: Namespace) -> int:
    from selforg_tui.metrics import measures
    from selforg_tui.sessions.reader import read
    from selforg_tui.sessions.store import Store
    from selforg_tui.settings.paths import sessions_folder

    recording = read(Store(sessions_folder()).find(args.session))
    state = recording.state()
    if args.json:
        tasks = [{"task": task.text, "level": task.level, "measures": measures.of_task(state, task)} for task in state.tasks]
        say_json({"session": state.started.id, "measures": measures.of_session(state), "tasks": tasks})
    else:
        for line in _shown(state):
            say(line)
    if recording.torn:
        note("The last line of the file was cut off and is left out.")
    return 0


def _shown(state: SessionState) -> Iterator[str]:
    """A row for each measure, a column for each task and one for the session; then the roles and what shocks did."""
    from selforg_tui.cli.lines import title
    from selforg_tui.metrics import measures, roles
    from selforg_tui.metrics.measure import shown, unit
    from selforg_tui.metrics.resilience import recoveries

    yield title(state)
    columns = [measures.of_task(state, task) for task in state.tasks]
    whole = measures.of_session(state)
    heads = [f"task {task.number}" for task in state.tasks]
    rows = [("", *heads, "session", "unit")]
    for measure in measures.MEASURES:
        values = (shown(measure, each[measure.name]) if measure.name in each else "" for each in (*columns, whole))
        rows.append((measure.title, *values, unit(measure, state)))
    yield from table(rows)
    taken = roles.names(roles.session_roles(state))
    if taken:
        yield ""
        yield "Roles, as normalised, and as they were named:"
        yield from table([(name, f"{raw.total()}", ", ".join(raw)) for name, raw in taken.items()])
    for one in recoveries(state):
        yield ""
        yield f"Shock in task {one.shock.task}: {one_line(one.shock.text, 400)}"
        curve = [f"task {number} {'unjudged' if q is None else f'{q:.3f}'}" for number, q in one.after]
        yield f"  Q before {'unknown' if one.before is None else f'{one.before:.3f}'}; Q after: {', '.join(curve) or 'no task since'}"


def _object(measure: Measure) -> dict[str, Any]:
    names = ("name", "title", "group", "meaning", "formula", "range", "unit", "source", "better")
    over = {"of_a_task": measure.task is not None, "of_a_session": measure.session is not None, "session": measure.over or None}
    return {**{name: getattr(measure, name) for name in names}, **over}
