"""Writes `docs/demonstration.md` and `docs/solutions.md` from runs: `python -m tests.simulation.report`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from selforg_tui.core.config import RunConfig, Task
from selforg_tui.metrics.quality import q
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys
from tests.simulation.cells import SEEDS, Cell, Run, held_out, mean, results
from tests.simulation.claims import HARD, LARGE, SIZES, TEAM, Claim, Results, cells, claims, pairs

DOCS = Path(__file__).parents[2] / "docs"
SHOWN = (
    RunConfig("A bakery that bakes at sea", (Task("Plan the first month on board", "L2"),), agents=4, seed=11),
    RunConfig(
        "Plan a wedding in two languages", (Task("Plan the evening", "L3"),), ("Nobody waits without knowing for what",), agents=4, seed=12
    ),
    RunConfig("Keep a comet watch through the winter", (Task("Write the duties of one night", "L1"),), agents=4, seed=13),
)
HEAD = """# What the simulated models show

Written by `python -m tests.simulation.report`; the same figures are checked by `pytest tests/simulation -m demonstration`
(some minutes on two cores; needs scipy, which the extras `lab` and `dev` bring).

**SIMULATED.** These figures come from a model of the mechanism that [simulation.md](simulation.md) describes. They show what its
few rules give. They are no evidence for the paper's claims, and nothing in them was measured on language models.

How it is made: {missions} missions that stand in `tests/simulation/missions.toml` and on which nothing was tuned, {seeds} seeds each,
so {runs} runs a cell and {total:,} runs in all; 200 words a contribution; judged by `sim:judge`. Cells are compared pair by pair (same
mission, same seed): mean difference with its 95 % interval (Student's t), p by Wilcoxon's signed-rank test, corrected for all {count}
comparisons together (Holm). Shared is scored in the second task of a session; all others have the same task as their first.

"Not clearly above" means a gain below 8 %, whatever its p: with {runs} pairs, differences of less than one of the sixteen steps that Q
moves in become significant.
"""


def report(found: Results) -> str:
    """The page of results."""
    missions = held_out()
    runs = len(missions) * len(SEEDS)
    verdicts = claims(found)
    head = HEAD.format(missions=len(missions), seeds=len(SEEDS), runs=runs, total=sum(map(len, found.values())), count=len(pairs()))
    return "\n".join([head, *_claims(verdicts), *_qualities(found), *_large(found), *_trade(found)]) + "\n"


def _claims(verdicts: list[Claim]) -> list[str]:
    rows = [f"| {claim.name} | {'holds' if claim.holds else '**does not hold**'} | {claim.figures} |" for claim in verdicts]
    return ["## The claims", "", "| claim | | figures |", "|---|---|---|", *rows, ""]


def _qualities(found: Results) -> list[str]:
    rows = []
    for model in ("strong", "weak"):
        for level in ("L1", *HARD):
            for agents in SIZES:
                values = [f"{mean(found[Cell(protocol, level, agents, (model,)).name]):.3f}" for protocol in TEAM]
                rows.append(f"| {model} | {level} | {agents} | {' | '.join(values)} |")
    values = [f"{mean(found[Cell(protocol, 'L3', 8, ('efficient',)).name]):.3f}" for protocol in TEAM]
    rows.append(f"| efficient | L3 | 8 | {' | '.join(values)} |")
    names = " | ".join(protocol.replace("-", " ").capitalize() for protocol in TEAM)
    return ["## Mean Q", "", f"| model | level | N | {names} |", f"|---|---|---|{'---|' * len(TEAM)}", *rows, ""]


def _large(found: Results) -> list[str]:
    rows = []
    for agents in LARGE:
        runs: list[Run] = found[Cell("sequential", "L1", agents).name]
        out, part, depth = mean(runs, "out") / agents, mean(runs, "agents_in"), mean(runs, "depth")
        rows.append(f"| {agents} | {mean(runs):.3f} | {out:.0%} | {part:.1f} | {depth:.2f} |")
    head = [
        "## More agents on a simple task (strong, Sequential, L1)",
        "",
        "| N | Q | stay out | take part | hierarchy depth |",
        "|---|---|---|---|---|",
    ]
    return [*head, *rows, ""]


def _trade(found: Results) -> list[str]:
    teams = (
        ("strong",),
        ("strong", "efficient"),
        ("efficient",),
        ("strong", "weak"),
        ("efficient", "weak"),
        ("weak",),
        ("eager",),
        ("shy",),
    )
    rows = []
    for models in teams:
        runs: list[Run] = found[Cell("sequential", "L3", 8, models).name]
        cells_ = (
            " + ".join(models),
            f"{mean(runs):.3f}",
            f"${mean(runs, 'cost'):.4f}",
            f"{mean(runs, 'out'):.1f}",
            f"{mean(runs, 'failed'):.1f}",
        )
        rows.append(f"| {' | '.join(cells_)} |")
    head = [
        "## Quality and imaginary cost (Sequential, L3, N = 8; seats shared evenly)",
        "",
        "| models | Q | imaginary cost of the team | stay out | failed seats |",
        "|---|---|---|---|---|",
    ]
    return [*head, *rows]


def solutions() -> str:
    """Three solutions as they came."""
    parts = [
        "# Three solutions, unedited\n",
        "Written by `python -m tests.simulation.report`. **SIMULATED**: `sim:strong`, judged by `sim:judge`.\n",
    ]
    for config in SHOWN:
        state = run_unwatched(config, keys=Keys({}), folder=None).state
        task = state.tasks[-1]
        value = q(task.scores)
        parts.append(f"## {config.mission}\n\n{task.level}: {task.text}. Four agents in turn, seed {config.seed}. Q {value:.2f}.\n")
        for seat in task.seats.values():
            if seat.contribution:
                parts.append(f"**{seat.seat:02d}, {seat.role}** ({seat.reason})\n\n{seat.contribution}\n")
            else:
                parts.append(f"*{seat.seat:02d} stays out: {seat.reason}*\n")
        parts += [f"*{name}* {score.score}: {score.rationale}\n" for name, score in (task.scores or {}).items()]
    return "\n".join(parts)


def main(file: Path | None = None) -> None:
    """Run (or read) everything and write the pages."""
    found = msgspec.json.decode(file.read_bytes(), type=dict[str, list[Run]]) if file else results(cells(), held_out())
    DOCS.joinpath("demonstration.md").write_text(report(found), "utf-8")
    DOCS.joinpath("solutions.md").write_text(solutions(), "utf-8")


if __name__ == "__main__":
    import sys

    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
