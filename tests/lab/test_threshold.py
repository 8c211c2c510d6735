"""Chosen against fixed roles: the runs, and the verdict where the answer is known."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from statistics import fmean

import msgspec
import pytest
from scipy import stats

from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.state import SessionState
from selforg_tui.lab import statistics, threshold, together
from selforg_tui.lab.threshold import Arm, Design, Outcome, Step, Trial
from selforg_tui.lab.verdict import INTEREST, LEAST_PAIRS, needed, verdict
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys

JUDGE = ModelSpec("sim", "judge")
STRONG = ModelSpec("sim", "strong")


def ran(design: Design, folder: Path | None = None) -> tuple[Trial, list[Step]]:
    trial, steps = Trial(design), list[Step]()
    while (step := trial.next()) is not None:
        steps.append(step)
        trial.take(step, one(step, folder))
    return trial, steps


def one(step: Step, folder: Path | None = None) -> SessionState:
    return run_unwatched(step.config, keys=Keys({}), folder=folder, only_prepare=step.kind == "roles").state


def planted(differences: list[float | None], **changes: int) -> Trial:
    """A trial that came out like this: fixed roles always 0.5, None for a run without a Q."""
    trial = Trial(Design(STRONG, JUDGE, repeats=len(differences), missions=1))
    outcome = Outcome("s", "fixed", trial.missions[0].name, 0, "done", 0.5, 1000, 8, 0, 0, 8, 0)
    for seed, difference in enumerate(differences, 1):
        trial.outcomes.append(msgspec.structs.replace(outcome, seed=seed))
        q = None if difference is None else 0.5 + difference
        trial.outcomes.append(msgspec.structs.replace(outcome, arm="chosen", seed=seed, q=q, **changes))
    return trial


def test_both_arms_differ_in_nothing_but_the_roles() -> None:
    trial, steps = ran(Design(STRONG, JUDGE, repeats=2, missions=2, agents=3))
    assert [step.kind for step in steps] == [
        "roles", "chosen", "fixed", "roles", "fixed", "chosen", "fixed", "chosen", "chosen", "fixed",
    ]  # fmt: skip
    by_arm: dict[Arm, list[Step]] = {
        arm: sorted((s for s in steps if s.kind == arm), key=lambda s: (s.mission, s.repeat)) for arm in threshold.ARMS
    }
    for chosen, fixed in zip(by_arm["chosen"], by_arm["fixed"], strict=True):
        assert (chosen.config.protocol, fixed.config.protocol) == ("sequential", "fixed-roles")
        assert msgspec.structs.replace(fixed.config, protocol="sequential", parameters={}) == chosen.config
    roles = {step.mission: {str(s.config.parameters["roles"]) for s in by_arm["fixed"] if s.mission == step.mission} for step in steps}
    assert all(len(found) == 1 for found in roles.values()), "one set of roles for all runs of a mission"
    assert roles[0] != roles[1]
    assert {len(found.pop().split(";")) for found in roles.values()} == {3}
    assert (trial.ended, len(trial.pairs())) == ("done", 4)


def test_what_was_priced_is_what_is_called() -> None:
    design = Design(STRONG, JUDGE, repeats=2, missions=2, agents=3)
    found = together.price(threshold.priced(design))
    trial, _ = ran(design)
    assert found.calls == 2 + sum(each.calls for each in trial.outcomes)
    assert found.judge_calls == len(trial.outcomes) == 8
    assert found.imaginary
    assert found.cost_usd is not None
    assert found.cost_usd[0] <= trial.imaginary_usd <= found.cost_usd[1]
    assert trial.purse.spent == 0


@pytest.mark.parametrize(("model", "decision"), [("strong", "helps"), ("weak", "hurts")])
def test_a_strong_model_is_helped_and_a_weak_one_is_not(model: str, decision: str) -> None:
    trial, _ = ran(Design(ModelSpec("sim", model), JUDGE))
    found = verdict(trial)
    assert (found.decision, found.pairs, found.complete, found.simulated) == (decision, 15, True, True)


def test_the_verdict_on_a_known_sample() -> None:
    """Student's own worked example: hours of sleep gained by ten patients (The probable error of a mean, Biometrika 1908)."""
    sleep = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    found = verdict(planted(list(sleep)))
    assert found.interval is not None
    assert found.difference == pytest.approx(1.58)
    assert (found.interval.low, found.interval.high) == pytest.approx((0.7001, 2.4599), abs=1e-4)
    assert found.decision == "helps"
    assert verdict(planted([-value for value in sleep])).decision == "hurts"


def test_false_verdicts_are_as_rare_as_the_interval_promises() -> None:
    draw = random.Random(7)
    decided = [verdict(planted([draw.gauss(0, 0.1) for _ in range(12)])).decision != "undecided" for _ in range(400)]
    assert 0.02 < fmean(decided) < 0.09


def test_the_number_recommended_finds_the_difference_as_often_as_it_says() -> None:
    sd, draw = 0.08, random.Random(3)
    n = needed(sd)
    # scipy's noncentral t gives the exact power of that many pairs.
    shift, critical = INTEREST / sd * n**0.5, stats.t.ppf(0.975, n - 1)
    assert stats.nct.sf(critical, n - 1, shift) == pytest.approx(0.8, abs=0.01)
    helped = [verdict(planted([draw.gauss(INTEREST, sd) for _ in range(n)])).decision == "helps" for _ in range(200)]
    assert 0.72 < fmean(helped) < 0.88


def test_undecided_says_how_many_more_repeats() -> None:
    found = verdict(planted([0.125, -0.125, 0.0625, -0.0625, 0.125, -0.1]))
    assert found.decision == "undecided"
    assert found.sd is not None
    assert found.more_repeats == needed(found.sd) - 6
    assert f"About {found.more_repeats} more repeats" in found.text
    enough = verdict(planted([0.02, -0.02] * 30))
    assert (enough.decision, enough.more_repeats) == ("undecided", 0)
    assert "hardly matters" in enough.text


def test_a_few_pairs_that_agree_decide_nothing() -> None:
    found = verdict(planted([0.0625] * (LEAST_PAIRS - 1)))
    assert found.decision == "undecided"
    assert "cannot decide" in found.text
    assert verdict(planted([0.0625] * LEAST_PAIRS)).decision == "helps"
    assert verdict(planted([None])).text == "Undecided: no pair has a Q on both sides."
    assert verdict(planted([0.0] * 8)).decision == "undecided"


def test_runs_without_a_q_do_not_count_and_are_told() -> None:
    found = verdict(planted([0.1, None, 0.12, 0.11, 0.1, 0.13], unread=4, failed=2))
    assert (found.pairs, found.lost, found.sides["chosen"].unscored) == (5, 1, 1)
    assert found.sides["fixed"].q == 0.5
    told = " ".join(found.notes)
    assert "1 pair without a Q on both sides does not count" in told
    assert "often fails the format with chosen roles: 24 of 48 replies" in told
    assert "12 of 48 seats failed" in told
    assert "fixed roles" not in told


def test_what_is_stopped_early_is_judged_and_marked() -> None:
    trial = Trial(Design(STRONG, JUDGE, repeats=5, missions=1, agents=3))
    for _ in range(4):
        step = trial.next()
        assert step is not None
        trial.take(step, one(step))
    trial.stop()
    assert trial.next() is None
    found = verdict(trial)
    assert (trial.ended, found.complete, found.pairs, found.planned) == ("interrupted", False, 1, 5)


def test_money_that_is_spent_together_ends_it() -> None:
    purse = together.Purse(1.0)
    config = threshold.priced(Design(STRONG, JUDGE))[0][0]
    purse.paid(0.75)
    assert purse.handed(config).limits.cost_usd == 0.25
    assert not purse.empty
    purse.paid(0.25)
    assert purse.empty
    trial = Trial(Design(STRONG, JUDGE, max_cost=1.0))
    trial.purse.paid(1.0)
    assert trial.next() is None
    assert trial.ended == "limit"


def test_without_scipy_there_is_no_verdict_and_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ConfigError("Comparing groups needs scipy.")

    monkeypatch.setattr(statistics, "_scipy", missing)
    found = verdict(planted([0.1] * 8))
    assert (found.decision, found.interval, found.sides["chosen"].q) == ("undecided", None, 0.6)
    assert any("needs scipy" in note for note in found.notes)


def test_a_session_is_kept_for_each_run_and_the_roles(own_world: Path) -> None:
    ran(Design(STRONG, JUDGE, repeats=1, missions=1, agents=2), own_world)
    assert len(list(own_world.glob("*.jsonl"))) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda design: msgspec.structs.replace(design, repeats=0), "0 repeats"),
        (lambda design: msgspec.structs.replace(design, missions=99), "choose from 1 to"),
        (lambda design: msgspec.structs.replace(design, agents=1), "with 1 in the team"),
        (lambda design: msgspec.structs.replace(design, max_cost=0.0), "above 0"),
        (lambda design: msgspec.structs.replace(design, model=ModelSpec("sim", "strong", None, 3)), "all seats"),
    ],
)
def test_what_cannot_be_run_is_said(change: Callable[[Design], Design], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        Trial(change(Design(STRONG, JUDGE)))
