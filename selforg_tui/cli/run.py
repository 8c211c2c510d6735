"""`run`: a session, or several with other seeds, without the app."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selforg_tui.cli.experiments import add_experiment_options
from selforg_tui.cli.faults import OF_STATUS
from selforg_tui.cli.going_on import go_on
from selforg_tui.cli.lines import lines
from selforg_tui.cli.options import add_run_options, run_config, whole
from selforg_tui.cli.output import note, say, say_json, seen_live
from selforg_tui.cli.report import cost, imaginary_prices, problems, report
from selforg_tui.core.config import RunConfig
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.events import AnyEvent
from selforg_tui.core.state import SessionState
from selforg_tui.settings.keys import Keys

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands


_LIMIT = "--max-cost (where prices are known), --max-tokens or --timeout sets a limit"


def add(commands: Commands) -> None:
    """The command and its flags."""
    parser = commands.add_parser("run", help="run a mission here, without the app", allow_abbrev=False)
    add_run_options(parser)
    parser.add_argument("--repeat", type=whole, default=1, metavar="R", help="run R times, with the seeds seed, seed+1, …: mean and spread")
    add_experiment_options(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the result as one JSON object")
    form.add_argument("--plain", action="store_true", help="print what happens line by line, for screen readers and pipes")
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--out", type=Path, metavar="FILE", help="save the session as this file")
    kept.add_argument("--no-save", action="store_true", help="do not save the session")
    parser.add_argument("--yes", action="store_true", help="run without asking, also where it may be expensive")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """Exit code by how the run ended."""
    keys = Keys()
    config, why = run_config(args, keys)
    if args.out is not None:
        _check_out(args.out, args.repeat)
    if args.repeat != 1:
        return _repeat(config, args, keys, why)
    if args.total_cost is not None or args.anew:
        raise ConfigError("--total-cost and --anew are for several runs: give --repeat, or --max-cost for a limit on this one.")
    notes = [*why, *_agreed(config, args, keys)]
    run = Run(config, args, keys, notes)
    if args.json:
        say_json(run.summary())
    else:
        if args.plain:
            say()
        for line in report(run.state, run.path):
            say(line)
    return OF_STATUS[run.state.status or "interrupted"]


class Run:
    """One session, run to its end or until it is interrupted. `notes` are told once it is clear that it can start."""

    def __init__(self, config: RunConfig, args: Namespace, keys: Keys, notes: Sequence[str] = ()) -> None:
        from selforg_tui.sessions.live import run_unwatched
        from selforg_tui.settings.paths import sessions_folder

        self.state = SessionState()
        self._notes = notes
        self._tell = say if args.plain else note if seen_live() else None
        folder = None if args.no_save or args.out is not None else sessions_folder()
        try:
            run_unwatched(config, keys=keys, folder=folder, out=args.out, on_event=self._take)
        except KeyboardInterrupt:
            if self.state.header is None:
                raise
            note("Stopped; what was done is kept." if folder or args.out else "Stopped.")
        for line in problems(self.state):
            note(line)
        self.path = args.out if args.out is not None else folder / f"{self.state.started.id}.jsonl" if folder else None

    def summary(self) -> dict[str, Any]:
        """The documented JSON object."""
        from selforg_tui.metrics.summary import summary

        return {**summary(self.state), "path": str(self.path) if self.path else None}

    def _take(self, event: AnyEvent, state: SessionState) -> None:
        if event.seq == 0:
            for text in self._notes:
                note(text)
        self.state = state
        if self._tell is not None:
            for line in lines(event, state):
                self._tell(line)


def _repeat(config: RunConfig, args: Namespace, keys: Keys, notes: Sequence[str]) -> int:
    """An experiment with a single group, which is kept and can be gone on with."""
    import tempfile

    from selforg_tui.cli.experiments import agreed, carried_out
    from selforg_tui.lab import repeats
    from selforg_tui.lab.experiment import Group, experiment
    from selforg_tui.metrics.summary import summary
    from selforg_tui.sessions.reader import read

    what = experiment((Group(config.protocol, config),), args.repeat, anew=args.anew, keys=keys.values())
    with tempfile.TemporaryDirectory(prefix="selforg-") as nowhere:
        folder = Path(nowhere) if args.no_save else None
        notes = [*notes, *agreed(what, keys, total=args.total_cost, yes=args.yes, folder=folder)]
        outcome, code = carried_out(what, keys, total=args.total_cost, notes=notes, folder=folder)
        runs = outcome.all
        states = [read(Path(run.path)).state() for run in runs]
    found = repeats.figures([repeats.measures(state) for state in states])
    paths = [None if args.no_save else run.path for run in runs]
    if args.json:
        told = [{**summary(state), "path": path} for state, path in zip(states, paths, strict=True)]
        kept = None if args.no_save else what.id
        say_json({"repeats": len(runs), "figures": repeats.as_object(found), "experiment": kept, "runs": told})
        return code
    for state, path in zip(states, paths, strict=True):
        say(_run_line(state, path))
    say()
    say(f"{len(runs)} of {args.repeat} runs" + (", SIMULATED" if any(any(_simulated(state)) for state in states) else ""))
    for name, figure in found.items():
        say(_figure_line(name, figure, imaginary_prices(states[0])))
    return code


def _simulated(state: SessionState) -> tuple[bool, bool]:
    return state.simulated.agents, state.simulated.judge


def _run_line(state: SessionState, path: str | None) -> str:
    from selforg_tui.lab.repeats import measures
    from selforg_tui.metrics.money import together

    found = measures(state)
    q, mission = found["q"], found["mission"]
    scores = "unjudged" if q is None or mission is None else f"Q {q:.3f}  M {mission:.2f}"
    status = (state.status or "interrupted").replace("_", " ")
    price = cost(together(state.team, state.judging, state.writing))
    words = "words unknown" if found["words"] is None else f"{found['words']:,.0f} words"
    return f"seed {state.started.config.seed}  {scores}  {words}  {found['tokens']:,.0f} tokens  {price}  {status}  {path or ''}".rstrip()


def _figure_line(name: str, figure: Any, imaginary: bool) -> str:
    title = {"q": "Q", "mission": "M", "words": "words of a solution", "tokens": "tokens", "cost_usd": "cost, USD"}[name]
    if figure.mean is None:
        return f"{title}: unknown"
    form = ",.0f" if name in ("words", "tokens") else ".4f" if name == "cost_usd" else ".3f"
    spread = "" if figure.sd is None else f" ± {figure.sd:{form}}"
    mark = " (imaginary)" if name == "cost_usd" and imaginary else ""
    return f"{title}: mean {figure.mean:{form}}{spread} (sd), {figure.low:{form}} to {figure.high:{form}}, n = {figure.n}{mark}"


def _check_out(out: Path, repeat: int) -> None:
    if repeat != 1:
        raise ConfigError("--out names one file, but --repeat makes several sessions: leave one of them out.")
    if out.exists():
        raise ConfigError(f"{out} is there already, and a session is never written over another file: choose a new name.")


def _agreed(config: RunConfig, args: Namespace, keys: Keys) -> tuple[str, ...]:
    """What there is to know before the run. Asks where it is expensive; without anybody to ask it is not run.

    Raises ConfigError where the answer is no.
    """
    from selforg_tui.engine import consent
    from selforg_tui.engine.estimate import estimate
    from selforg_tui.models.discovery import discover_for
    from selforg_tui.settings.config_file import defaults

    discover_for(config.specs(), keys)
    found = estimate(config)
    go_on(None if args.yes else consent.question(config, found, defaults().ask_usd), _LIMIT)
    return tuple(f"Note: {warning}" for warning in found.warnings)
