"""A finished session before another court: read, asked about, and kept beside its log. The log itself is never touched."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from selforg_tui.core import events as ev
from selforg_tui.core.calls import Usage
from selforg_tui.core.config import ModelSpec, RunConfig
from selforg_tui.core.court import place_of
from selforg_tui.core.errors import ConfigError, StorageError
from selforg_tui.core.fold import apply
from selforg_tui.core.ids import JUDGE_SEAT, digest
from selforg_tui.core.state import SessionState
from selforg_tui.engine import consent
from selforg_tui.engine.answers import LiveAnswers
from selforg_tui.engine.clock import run_virtual
from selforg_tui.engine.estimate import Estimate
from selforg_tui.engine.rejudge import estimate_again, header_again, rejudge
from selforg_tui.metrics import effort
from selforg_tui.models.base import Patience
from selforg_tui.models.key_of import look_up, waits
from selforg_tui.sessions import verdicts
from selforg_tui.sessions.judged import Judged
from selforg_tui.sessions.log import being_written, without_keys
from selforg_tui.settings.config_file import calling
from selforg_tui.settings.keys import Keys
from selforg_tui.settings.redact import redact, suspicious


class Rejudging:
    """Another court for a session. Making one raises ConfigError, and StorageError where the session is not over."""

    def __init__(self, judged: Judged, judges: Sequence[ModelSpec], keys: Keys) -> None:
        if not judges:
            raise ConfigError("Nobody is named to judge: name a model, for example sim:judge.")
        if being_written(judged.path):
            raise StorageError("This session is still at work: judge it again once it has ended.")
        if not judged.solved:
            raise ConfigError("There is no solution in this session, so there is nothing to judge.")
        self._judged, self._keys = judged, keys
        self.judges = tuple(judges)
        self.header = header_again(judged.state.started, self.judges)
        self.state = SessionState()

    def question(self, above: float) -> str | None:
        """What to ask before it, None where nothing; loads prices."""
        return consent.question(*self.estimate(), above)

    def estimate(self) -> tuple[RunConfig, Estimate]:
        """See `engine.rejudge`."""
        return estimate_again(self.header, self._judged.solved)

    async def run(self) -> list[verdicts.Verdict]:
        """The new verdicts, kept. Raises ModelFailure where a model cannot even be asked, StorageError where they cannot be kept."""
        if waits(self.judges, self._keys):
            await asyncio.to_thread(look_up, self.judges, self._keys)
        how = calling()
        patience = Patience(how.first_token_seconds, how.call_seconds)
        answers = LiveAnswers(self.judges, self._keys, patience=patience, limit_local=how.limit_local)
        first = self._judged.next_place()
        tasks = [ev.TaskStarted(task=task.number, level=task.level, text=task.text) for task in self._judged.state.tasks]
        try:
            await rejudge(self.header, tasks, self._judged.solved, first, answers, self._take)
        finally:
            await answers.close()
            found = self._found(first)  # what was paid for is kept, also where the rest was given up
            if found:
                self._judged.add(found, self._keys)
        return found

    def run_unwatched(self) -> list[verdicts.Verdict]:
        """The same, to its end."""
        if all(spec.simulated for spec in self.judges):
            return run_virtual(self.run())
        return asyncio.run(self.run())

    def _take(self, event: ev.AnyEvent) -> None:
        keys = self._keys.values()
        apply(self.state, without_keys(event, lambda text: redact(text, keys), lambda line: suspicious(line, keys)))

    def _found(self, first: int) -> list[verdicts.Verdict]:
        at, found = verdicts.now(), list[verdicts.Verdict]()
        for task in self.state.tasks:
            solution = digest(self._judged.state.task_of(task.number).solution)
            for place, one in task.verdicts.items():
                calls = [
                    call
                    for call in map(self.state.calls.__getitem__, task.calls)
                    if call.id.seat == JUDGE_SEAT and place_of(call.id.step) == place
                ]
                tally = effort.tally(calls)
                usage = Usage(tally.input, tally.output, tally.cached, tally.cache_written, tally.reasoning)
                found.append(
                    verdicts.Verdict(
                        at=at,
                        task=task.number,
                        judge=place,
                        model=self.judges[place - first].name,
                        scores=one.scores,
                        unscored=one.unscored,
                        solution=solution,
                        usage=usage if tally.calls else None,
                        cost_usd=tally.known_cost if tally.calls else None,
                        imaginary=tally.all_imaginary,
                        simulated=any(call.simulated for call in calls),
                    )
                )
        return found
