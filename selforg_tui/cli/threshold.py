"""`threshold`: test a model before you free it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from selforg_tui.cli.faults import DONE, INTERRUPTED, LIMIT, MODELS_FAILED
from selforg_tui.cli.options import number, whole
from selforg_tui.cli.output import note, say, say_json, table
from selforg_tui.core.errors import ConfigError

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands
    from selforg_tui.core.config import Level, ModelSpec
    from selforg_tui.core.events import AnyEvent
    from selforg_tui.core.state import SessionState
    from selforg_tui.lab.threshold import Design, Step, Trial
    from selforg_tui.lab.verdict import Side, Verdict
    from selforg_tui.settings.keys import Keys

MARKS = {"helps": "AUTONOMY HELPS", "hurts": "AUTONOMY HURTS", "undecided": "UNDECIDED"}


def add(commands: Commands) -> None:
    """The command and its flags."""
    parser = commands.add_parser(
        "threshold",
        help="test a model before you free it: chosen against fixed roles",
        description="Runs the same tasks with roles that agents choose (Sequential) and with fixed roles (drawn up once a mission, then "
        "handed over as they are), pair by pair with the same seeds, and tells whether autonomy helps or hurts this model.",
        allow_abbrev=False,
    )
    put = parser.add_argument
    put("-m", "--model", required=True, metavar="MODEL", help="the model to test: provider:model[@base_url]")
    put("-j", "--judge", metavar="JUDGE", help="the model that judges; chosen for you where it is left out")
    put("--repeat", type=whole, metavar="R", help="pairs a mission, with the seeds seed, seed+1, … (5)")
    put("--missions", type=whole, metavar="K", help="how many of the example missions are taken, from the first (3)")
    put("-n", "--agents", type=whole, metavar="N", help="how many agents (8)")
    put("-l", "--level", metavar="L3", help="level of the tasks: L1 to L4 (L3)")
    put("--seed", type=whole, metavar="S", help="the first seed")
    put("--max-cost", type=number, metavar="USD", help="stop when all of it together has cost this much money")
    put("--json", action="store_true", help="print the result as one JSON object")
    put("--no-save", action="store_true", help="do not save the sessions")
    put("--yes", action="store_true", help="run without asking, also where it may be expensive")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """Exit code by how the trial ended; what was done gets its verdict in any case."""
    from selforg_tui.cli.agreed import agreed, price_in_words
    from selforg_tui.lab import threshold
    from selforg_tui.lab.verdict import as_object, verdict
    from selforg_tui.settings.keys import Keys

    keys = Keys()
    design, why = _design(args, keys)
    trial = threshold.Trial(design)
    runs = threshold.priced(design)
    found = agreed(runs, keys, design.max_cost, yes=args.yes)
    note(f"{design.pairs} pairs, {price_in_words(found)}.")
    for text in (why, *found.warnings):
        if text:
            note(f"Note: {text}")
    _run(trial, keys, save=not args.no_save)
    result = verdict(trial)
    if args.json:
        say_json(as_object(result, trial))
    else:
        for line in report(result, trial):
            say(line)
    return {"done": DONE, "limit": LIMIT, "failed": MODELS_FAILED, "interrupted": INTERRUPTED}[trial.ended or "interrupted"]


def report(result: Verdict, trial: Trial) -> Iterator[str]:
    """The verdict for people."""
    design = trial.design
    mark = " · SIMULATED: a model of the mechanism, no evidence" if result.simulated else ""
    yield f"{MARKS[result.decision]}{mark}"
    yield result.text
    if not result.complete:
        yield f"Not complete ({trial.ended or 'interrupted'}): {result.pairs + result.lost} of {result.planned} pairs were run."
    yield ""
    heading = ("", "Q", "words", "runs", "unjudged", "failed seats", "unread replies", "stayed out")
    yield from table([heading, *(_row(name, side) for name, side in result.sides.items())])
    yield ""
    yield (
        f"{design.model.name}, {design.agents} agents, {design.level}, judged by {design.judge.name}; "
        f"missions: {', '.join(example.name for example in trial.missions)}; seeds from {design.seed}. Cost {cost(trial)}."
    )
    for text in result.notes:
        yield f"Note: {text}"


def cost(trial: Trial) -> str:
    """What was spent so far; real and imaginary money apart."""
    from selforg_tui.metrics.money import at_least, dollars

    real = at_least(trial.purse.spent, trial.unpriced)
    if not trial.imaginary_usd:
        return real
    imaginary = f"{dollars(trial.imaginary_usd)} (imaginary)"
    return imaginary if not trial.purse.spent and not trial.unpriced else f"{real} and {imaginary}"


def _row(name: str, side: Side) -> tuple[str, ...]:
    return (
        f"{name} roles",
        "–" if side.q is None else f"{side.q:.3f}",
        "–" if side.words is None else f"{side.words:,.0f}",
        str(side.runs),
        str(side.unscored),
        f"{side.failed} of {side.seats}",
        f"{side.unread} of {side.calls}",
        str(side.abstained),
    )


def _run(trial: Trial, keys: Keys, *, save: bool) -> None:
    """All steps, or as many as there is time for; Ctrl-C counts what was done."""
    from selforg_tui.core.state import SessionState
    from selforg_tui.sessions.live import run_unwatched
    from selforg_tui.settings.paths import sessions_folder

    folder = sessions_folder() if save else None

    def one(step: Step) -> None:
        seen = [SessionState()]

        def take(event: AnyEvent, state: SessionState) -> None:
            seen[0] = state

        try:
            run_unwatched(step.config, keys=keys, folder=folder, on_event=take, only_prepare=step.kind == "roles")
        except KeyboardInterrupt:
            stopped()
        if seen[0].header is not None:
            trial.take(step, seen[0])
            _tell(trial, step)

    def stopped() -> None:
        trial.stop()
        note("Stopped; what was done is kept.")

    while True:
        try:
            if (step := trial.next()) is None:
                return
            one(step)
        except KeyboardInterrupt:  # between two runs
            stopped()


def _tell(trial: Trial, step: Step) -> None:
    """One line a run on stderr."""
    design, mission = trial.design, trial.missions[step.mission].name
    if step.kind == "roles":
        note(f"{mission}: roles drawn up")
        return
    last = trial.outcomes[-1] if trial.outcomes else None
    if last is None or (last.mission, last.seed, last.arm) != (mission, step.config.seed, step.kind):
        return
    q = f"Q {last.q:.3f}" if last.q is not None else f"unjudged: {last.unscored}"
    note(f"[{len(trial.outcomes)}/{2 * design.pairs}] {mission}, seed {last.seed}, {last.arm} roles: {q}, {last.words} words")


def _design(args: Namespace, keys: Keys) -> tuple[Design, str]:
    """The design, and a sentence on who judges where that was chosen unasked. Raises ConfigError."""
    from selforg_tui.core.config import ModelSpec
    from selforg_tui.lab.threshold import Design

    model = ModelSpec.parse(args.model)
    judge, why = _judge(args.judge, model, keys)
    given = {
        "repeats": args.repeat,
        "missions": args.missions,
        "agents": args.agents,
        "level": None if args.level is None else _level(args.level),
        "seed": args.seed,
        "max_cost": args.max_cost,
    }
    return Design(model, judge, **{name: value for name, value in given.items() if value is not None}), why


def _judge(asked: str | None, model: ModelSpec, keys: Keys) -> tuple[ModelSpec, str]:
    from selforg_tui.core.config import ModelSpec
    from selforg_tui.models.judge_choice import choose_judge

    if asked == "none":
        raise ConfigError("Without a judge there is no Q to compare: name one with -j, best another model than the one that is tested.")
    judge, why = (ModelSpec.parse(asked), "") if asked is not None else choose_judge((model,), keys)
    if judge is None:
        raise ConfigError("There is no model with a key that could judge, and without a judge there is no Q to compare: name one with -j.")
    return judge, why


def _level(text: str) -> Level:
    from selforg_tui.core.config import LEVELS

    for level in LEVELS:
        if text.upper() == level:
            return level
    raise ConfigError(f"There is no level '{text}': choose {', '.join(LEVELS[:-1])} or {LEVELS[-1]}.")
