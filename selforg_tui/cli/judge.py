"""`judge`: a saved session before other judges, or the same ones again. The session's file stays as it is."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from selforg_tui.cli.options import whole
from selforg_tui.cli.output import note, say, say_json, seen_live, table
from selforg_tui.cli.report import agreed, cost
from selforg_tui.core.config import MOST_JUDGES
from selforg_tui.core.court import read_judges
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.text import one_line
from selforg_tui.settings.keys import Keys

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands
    from selforg_tui.sessions.judged import Judged, Row
    from selforg_tui.sessions.rejudging import Rejudging


def add(commands: Commands) -> None:
    """The command and its flags."""
    parser = commands.add_parser("judge", help="have a saved session judged again, by other judges or several times", allow_abbrev=False)
    parser.add_argument("session", metavar="SESSION", help="id or its beginning, 'last', or a file")
    parser.add_argument(
        "-j", "--judge", dest="judges", action="append", metavar="MODEL", help="who judges; may be given several times; default: its judges"
    )
    parser.add_argument("--times", type=whole, default=1, metavar="N", help="ask each of them N times, to see how much of a gap is noise")
    parser.add_argument("--show", action="store_true", help="ask nobody; show the verdicts that there are")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--yes", action="store_true", help="judge without asking, also where it may be expensive")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """Asks the judges and shows what they say beside what was said before."""
    from selforg_tui.sessions.judged import Judged
    from selforg_tui.sessions.store import Store
    from selforg_tui.settings.paths import sessions_folder

    keys = Keys()
    judged = Judged(Store(sessions_folder()).find(args.session))
    work = None if args.show else _judge(judged, args, keys)
    if args.json:
        say_json(_object(judged, work))
        return 0
    for line in shown(judged):
        say(line)
    if work is not None:
        from selforg_tui.sessions.verdicts import path_beside

        say(f"This judging took {work.state.judging.calls} calls, {cost(work.state.judging)}. Kept in {path_beside(judged.path)}")
    return 0


def shown(judged: Judged) -> Iterator[str]:
    """All verdicts, task by task, and how much of a gap between two solutions is noise."""
    from selforg_tui.metrics.agreement import in_words

    for task in judged.state.tasks:
        yield f"Task {task.number} ({task.level}): {one_line(task.text, 200)}"
        rows = judged.rows(task)
        yield from table([("", "judge", "Q", *_HEADS), *map(_cells, rows)])
        for row in rows:
            if row.scores is None:
                yield f"  {row.who or 'nobody'} gave no verdict: {one_line(row.why, 300)}"
        yield ""
    told = agreed(judged.agreement())
    if told:
        yield f"All judges: {told}."
    for found in judged.noise():
        yield in_words(found, one_line(found.model))
    if judged.later.skipped:
        yield f"{judged.later.skipped} lines of the file of verdicts cannot be read and are left out."


_HEADS = ("accuracy", "completeness", "coherence", "actionability", "mission")


def _cells(row: Row) -> tuple[str, ...]:
    mark = " (SIMULATED)" if row.simulated else ""
    scores = [str(row.scores.get(name, "–")) if row.scores else "–" for name in _HEADS]
    return row.kind, f"{one_line(row.who) or 'nobody'}{mark}", "–" if row.q is None else f"{row.q:.3f}", *scores


def _judge(judged: Judged, args: Namespace, keys: Keys) -> Rejudging:
    from selforg_tui.models.discovery import discover_for
    from selforg_tui.sessions.rejudging import Rejudging
    from selforg_tui.settings.config_file import defaults

    if not 1 <= args.times <= MOST_JUDGES:
        raise ConfigError(f"Judging {args.times} times cannot be done: choose from 1 to {MOST_JUDGES}.")
    named = read_judges(" ".join(args.judges)) if args.judges else judged.usual_judges(keys)
    if len(named) * args.times > MOST_JUDGES:
        raise ConfigError(f"A court of more than {MOST_JUDGES} judges cannot be asked: name fewer, or fewer times.")
    discover_for(named, keys)
    work = Rejudging(judged, [spec for spec in named for _ in range(args.times)], keys)
    asked = None if args.yes else work.question(defaults().ask_usd)
    if asked is not None:
        if not (sys.stdin.isatty() and seen_live()):
            raise ConfigError(f"Not judged: {asked[0].lower()}{asked[1:]} --yes judges all the same.")
        note(f"{asked} Go on? [y/N]")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise ConfigError("Not judged. --yes judges without asking.")
    work.run_unwatched()
    return work


def _object(judged: Judged, work: Rejudging | None) -> dict[str, Any]:
    from selforg_tui.metrics import agreement, effort, money

    return {
        "session": judged.state.started.id,
        "path": str(judged.path),
        "tasks": [
            {
                "task": task.number,
                "text": task.text,
                "q": judged_q(judged, task.number),
                "verdicts": [_row(row) for row in judged.rows(task)],
            }
            for task in judged.state.tasks
        ],
        "agreement": agreement.as_object(judged.agreement()),
        "noise": [{"model": found.model, "verdicts": found.verdicts, "sd": found.sd, "gap_q": found.gap} for found in judged.noise()],
        "comparisons": [
            {"task": one.task, "other_session": one.other_session, "other_task": one.other_task, "better": one.better}
            for one in judged.later.comparisons
        ],
        "judging": None if work is None else {"tokens": effort.tokens(work.state.judging), **money.as_object(work.state.judging)},
    }


def judged_q(judged: Judged, task: int) -> float | None:
    """The Q of the session itself; later verdicts and people change nothing about it."""
    from selforg_tui.metrics import quality

    return quality.q(judged.state.task_of(task).scores)


def _row(row: Row) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "model": row.who if row.kind != "person" else None,
        "scores": row.scores,
        "unscored": row.why or None,
        "q": row.q,
        "simulated": row.simulated,
        "at": row.at or None,
    }
