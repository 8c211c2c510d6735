"""What the simulated models show, on missions on which nothing was tuned: `pytest tests/simulation -m demonstration`."""

from __future__ import annotations

import fcntl
from pathlib import Path

import msgspec
import pytest

from selforg_tui.missions import bank
from tests.simulation.cells import SEEDS, Cell, Run, held_out, results
from tests.simulation.claims import Results, cells, claims

pytestmark = [pytest.mark.demonstration, pytest.mark.timeout(0)]


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """All runs, made once for all workers."""
    folder = tmp_path_factory.getbasetemp().parent
    file = folder / "demonstration.json"
    with Path(folder / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            file.write_bytes(msgspec.json.encode(results(cells(), held_out())))
    return msgspec.json.decode(file.read_bytes(), type=dict[str, list[Run]])


def test_it_is_made_of_enough_runs_on_missions_that_the_bank_does_not_have(found: Results) -> None:
    assert len(held_out()) >= 6
    assert len(SEEDS) >= 40
    assert not {held.mission for held in held_out()} & {example.mission for example in bank()}
    assert all(len(runs) == len(held_out()) * len(SEEDS) for runs in found.values())


def test_every_claim_holds(found: Results) -> None:
    broken = [f"{claim.name}: {claim.figures}" for claim in claims(found) if not claim.holds]
    assert not broken, "\n".join(broken)


def test_the_claims_would_notice_models_that_gain_nothing_from_what_others_did(found: Results) -> None:
    """The planted fault: Sequential runs replaced by those of agents that see nothing."""
    blind = dict(found)
    for level in ("L3", "L4"):
        for agents in (8, 16):
            blind[Cell("sequential", level, agents).name] = found[Cell("shared", level, agents).name]
    assert sum(not claim.holds for claim in claims(blind)) >= 12


def test_efficient_models_show_their_trade(found: Results) -> None:
    strong, efficient, mixed = (
        found[Cell("sequential", "L3", 8, models).name] for models in (("strong",), ("efficient",), ("strong", "efficient"))
    )

    def quality(runs: list[Run]) -> float:
        return sum(run.q for run in runs) / len(runs)

    def cost(runs: list[Run]) -> float:
        return sum(run.cost for run in runs) / len(runs)

    assert quality(efficient) < quality(mixed) < quality(strong)
    assert quality(efficient) > 0.85 * quality(strong)
    assert cost(efficient) < cost(mixed) < cost(strong)
    assert cost(efficient) < 0.15 * cost(strong)
