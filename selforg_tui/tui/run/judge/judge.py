"""What a judge makes of the solution, and what was guessed before."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from selforg_tui.core.court import judges_in_words
from selforg_tui.core.errors import StorageError
from selforg_tui.core.ids import JUDGE_SEAT
from selforg_tui.sessions.guesses import Guesses
from selforg_tui.tui.run.judge.quality import quality as quality
from selforg_tui.tui.run.judge.verdict import verdict
from selforg_tui.tui.run.surface.cells import Line, flat
from selforg_tui.tui.run.surface.prose import Prose
from selforg_tui.tui.run.view import View, of_four

SPOKEN = "The judge has spoken on this task: a guess is made before."


class Judge(Prose):
    """The verdict on the task that is looked at, or why there is none yet."""

    HELP = """Five scores from 1 to 4. Q = (accuracy + completeness + coherence + actionability) / 16; M = mission / 4. The judge sees \
mission, task and solution, and nothing of who wrote it. One verdict proves nothing: Q moves in steps of 1/16.

Of several judges the median counts, dimension by dimension; beside it stand the lowest and the highest score. Agree: the share of pairs \
of judges with the same score, and with scores at most one apart.

‹run.guess:g› takes your own guess of Q before the judge has spoken, and shows afterwards how far off it was. It is kept beside the \
session's log, never in it, and shown again whenever the session is opened. A guess in a replay says so: the verdict was known by then.

‹run.judge:j› twice shows what each score stands for, in the words that the judge was given, its reasons, and the paper's nearest figure \
with all that differs."""

    def __init__(self, guesses: Guesses, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._guesses = guesses
        self._seen: set[int] = set()
        """Tasks whose verdict a replay has shown on this screen; going back does not undo that."""

    def follow(self, view: View, now: float, force: bool = False) -> None:
        if not view.live:
            self._seen.update(task.number for task in view.state.tasks if task.scores is not None)
        super().follow(view, now, force)

    def key(self, view: View) -> Hashable:
        if view.task is None:
            return None
        number = view.task.number
        return (number, view.task.version, view.state.status, view.chosen == JUDGE_SEAT, self._guesses.of(number))

    def heading(self, view: View) -> str:
        name = judge_name(view)
        return f"Judge ── {name}" if name else "Judge"

    def body(self, view: View, width: int) -> Sequence[Line]:
        guess = self._guesses.of(view.task.number) if view.task else None
        return verdict(view, width, guess, self.size.height)

    def ask_for_guess(self, view: View) -> None:
        """Take a guess of Q of the task that is looked at, where the judge is still to speak."""
        from selforg_tui.tui.screens.guess import GuessPrompt

        task, header = view.task, view.state.header
        if task is None or header is None:
            return
        why = self._too_late(view)
        if why:
            self.app.notify(why, markup=False)
            return

        def take(guess: float | None) -> None:
            now = self.view or view  # a run goes on while one thinks
            same = now.task is not None and now.task.number == task.number
            if guess is None or not self.is_attached:
                return
            if same and self._too_late(now):
                self.app.notify("The judge was quicker: this guess does not count.", markup=False)
                return
            try:
                self._guesses.add(task.number, guess, replayed=not now.live)
            except StorageError as problem:
                self.app.notify(f"The guess holds only as long as this screen is open. {problem}", severity="error", markup=False)
            self.follow(now, self._when, force=True)

        self.app.push_screen(GuessPrompt(task.number), take)

    def _too_late(self, view: View) -> str:
        """Why no guess is taken; empty where one is."""
        number = view.task.number if view.task else 0
        known = self._guesses.of(number)
        if not view.live and known is not None and not known.replayed:
            return f"You guessed {of_four(known.q)} while the session ran. That guess stays: the verdict was not known then."
        return too_late(view) or (SPOKEN if number in self._seen else "")


def too_late(view: View) -> str:
    """Why no guess is taken at this moment of a session; empty where one is."""
    task, header = view.task, view.state.header
    if header is not None and header.config.judge is None:
        return "Nobody judges this session, so there is nothing to guess."
    if task is not None and (task.scores is not None or task.unscored):
        return SPOKEN
    return "" if view.state.status is None else "The session has ended without a verdict on this task."


def judge_name(view: View) -> str:
    """Who judges, by the config or as it signed."""
    if view.task is not None and view.task.judged_by:
        return flat(view.task.judged_by)
    header = view.state.header
    return flat(judges_in_words(header.config)) if header is not None else ""
