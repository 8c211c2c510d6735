"""`run`: a session, or several with other seeds, without the app."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selforg_tui.cli.faults import OF_STATUS
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
    notes = [*why, *_agreed(config, args, keys)]
    if args.repeat != 1:
        return _repeat(config, args, keys, notes)
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
    from selforg_tui.lab import repeats

    runs: list[Run] = []
    code = 0
    for each in repeats.configs(config, args.repeat):
        run = Run(each, args, keys, () if runs else notes)
        runs.append(run)
        code = max(code, OF_STATUS[run.state.status or "interrupted"])
        if not args.json:
            say(_run_line(run))
        if run.state.status in ("failed", "interrupted", None):
            break
    found = repeats.figures([repeats.measures(run.state) for run in runs])
    if args.json:
        say_json({"repeats": len(runs), "figures": repeats.as_object(found), "runs": [run.summary() for run in runs]})
        return code
    say()
    say(f"{len(runs)} of {args.repeat} runs" + (", SIMULATED" if any(any(_simulated(run)) for run in runs) else ""))
    for name, figure in found.items():
        say(_figure_line(name, figure, imaginary_prices(runs[0].state)))
    return code


def _simulated(run: Run) -> tuple[bool, bool]:
    return run.state.simulated.agents, run.state.simulated.judge


def _run_line(run: Run) -> str:
    from selforg_tui.lab.repeats import measures
    from selforg_tui.metrics.money import together

    found = measures(run.state)
    q, mission = found["q"], found["mission"]
    scores = "unjudged" if q is None or mission is None else f"Q {q:.3f}  M {mission:.2f}"
    status = (run.state.status or "interrupted").replace("_", " ")
    price = cost(together(run.state.team, run.state.judging))
    return f"seed {run.state.started.config.seed}  {scores}  {found['tokens']:,.0f} tokens  {price}  {status}  {run.path or ''}".rstrip()


def _figure_line(name: str, figure: Any, imaginary: bool) -> str:
    title = {"q": "Q", "mission": "M", "tokens": "tokens", "cost_usd": "cost, USD"}[name]
    if figure.mean is None:
        return f"{title}: unknown"
    form = ",.0f" if name == "tokens" else ".4f" if name == "cost_usd" else ".3f"
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
    asked = None if args.yes else consent.question(config, found, defaults().ask_usd, args.repeat)
    if asked is not None:
        if not (sys.stdin.isatty() and seen_live()):
            raise ConfigError(f"Not run: {asked[0].lower()}{asked[1:]} --yes runs it all the same, {_LIMIT}.")
        note(f"{asked} Go on? [y/N]")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise ConfigError(f"Not run. --yes runs without asking, {_LIMIT}.")
    return tuple(f"Note: {warning}" for warning in found.warnings)
