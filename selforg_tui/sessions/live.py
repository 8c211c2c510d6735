"""A session as it is being run: header, log and state around the engine."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from pathlib import Path

from selforg_tui.core import events as ev
from selforg_tui.core.config import ModelSpec, RunConfig, Shock, ShockKind
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.fold import apply
from selforg_tui.core.shocks import check
from selforg_tui.core.state import SessionState
from selforg_tui.engine.answers import LiveAnswers
from selforg_tui.engine.clock import run_virtual
from selforg_tui.engine.header import make_header, standby
from selforg_tui.engine.run import run
from selforg_tui.models.base import Pace, Patience
from selforg_tui.models.key_of import look_up, waits
from selforg_tui.sessions.log import SessionLog, without_keys
from selforg_tui.settings import paths
from selforg_tui.settings.config_file import calling
from selforg_tui.settings.keys import Keys
from selforg_tui.settings.redact import redact, suspicious

OnEvent = Callable[[ev.AnyEvent, SessionState], None]


class LiveSession:
    """One run. Every event is freed of keys and written before it enters `state`: nothing is shown that is not kept, and no key is either.

    `folder` None: the session is not saved; `out` names a file instead. `watched`: replies stream in at the models'
    own pace (`pace` multiplies the times of simulated ones, and may be changed). `only_prepare`: what the protocol does before
    the first task, and no task. Making one raises ConfigError.
    """

    def __init__(
        self,
        config: RunConfig,
        *,
        keys: Keys,
        folder: Path | None,
        out: Path | None = None,
        pace: Pace | None = None,
        watched: bool = True,
        on_event: OnEvent | None = None,
        only_prepare: bool = False,
    ) -> None:
        self._calling = calling()
        self.header = make_header(config, prompts_folder=paths.prompts_folder())
        self.id = self.header.id
        self.path = out if out is not None else folder / f"{self.id}.jsonl" if folder is not None else None
        self.state = SessionState()
        self.pace = pace or Pace()
        self._keys, self._watched, self._on_event = keys, watched, on_event
        self._only_prepare = only_prepare
        self._work: asyncio.Task[ev.Status] | None = None
        self._stopping = False
        self._by_hand: deque[Shock] = deque()

    async def run(self) -> ev.Status:
        """Run to the end. Raises ModelFailure where a model cannot even be asked, StorageError where nothing can be kept."""
        if self._stopping:
            return "interrupted"
        config = self.header.config
        if waits(config.specs(), self._keys):  # a key command takes its time, and the screen goes on meanwhile
            await asyncio.to_thread(look_up, config.specs(), self._keys)
            if self._stopping:
                return "interrupted"
        patience = Patience(self._calling.first_token_seconds, self._calling.call_seconds)
        opened = dict.fromkeys((*config.specs(), *standby(config)))
        answers = LiveAnswers(opened, self._keys, pace=self.pace, patience=patience, limit_local=self._calling.limit_local)
        try:
            log = SessionLog(self.path, suspects=lambda line: False) if self.path is not None else None
            try:
                work = run(
                    self.header,
                    self._sink(log),
                    answers,
                    watched=self._watched,
                    by_hand=self._by_hand,
                    only_prepare=self._only_prepare,
                )
                self._work = asyncio.ensure_future(work)
                return await self._work
            except asyncio.CancelledError:
                if self._stopping:
                    return "interrupted"
                raise
            finally:
                if log is not None:
                    log.close()
        finally:
            await answers.close()

    def stop(self) -> None:
        """End the run here; what was done is kept and `run` returns `interrupted`."""
        self._stopping = True
        if self._work is not None:
            self._work.cancel()

    @property
    def standby(self) -> tuple[ModelSpec, ...]:
        """The models that `shock` may bring in."""
        return standby(self.header.config)

    def shock(self, kind: ShockKind, *, model: ModelSpec | None = None, text: str = "") -> None:
        """Let this happen to the team before its next question; the log tells where that was. Raises ConfigError."""
        shock = Shock(kind, max(1, len(self.state.tasks)), model=model, text=text.strip())
        check(shock)
        if model is not None and model not in self.standby:
            raise ConfigError(
                f"{model.name} was not opened when this session began: choose one of {', '.join(spec.name for spec in self.standby)}."
            )
        self._by_hand.append(shock)

    def _sink(self, log: SessionLog | None) -> Callable[[ev.AnyEvent], None]:
        keys = self._keys

        def take(event: ev.AnyEvent) -> None:
            event = without_keys(event, lambda text: redact(text, keys.values()), lambda line: suspicious(line, keys.values()))
            if log is not None:
                log.write(event)
            apply(self.state, event)
            if self._on_event is not None:
                self._on_event(event, self.state)

        return take


def run_unwatched(
    config: RunConfig,
    *,
    keys: Keys,
    folder: Path | None,
    out: Path | None = None,
    on_event: OnEvent | None = None,
    only_prepare: bool = False,
) -> LiveSession:
    """Run a session without an audience; in virtual time where all its models are simulated. Raises as LiveSession does."""
    session = LiveSession(config, keys=keys, folder=folder, out=out, watched=False, on_event=on_event, only_prepare=only_prepare)
    if all(spec.simulated for spec in session.header.config.specs()):
        run_virtual(session.run())
    else:
        asyncio.run(session.run())
    return session
