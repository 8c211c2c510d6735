"""Renders what an agent is shown into prompt blocks, in the order that caches reward: fixed, visible, own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

from selforg_tui import prompts
from selforg_tui.core.calls import Block, StepKind
from selforg_tui.core.config import Task
from selforg_tui.core.decisions import Assignment
from selforg_tui.core.errors import ModelFailure
from selforg_tui.core.events import Header
from selforg_tui.core.fences import fence
from selforg_tui.core.ids import label
from selforg_tui.core.text import first_sentence
from selforg_tui.models.tokens import estimate_tokens
from selforg_tui.protocols.base import Announced, Mark, Output, Signal, Visible

NOTICE = "Something has changed since the work began. Heed this as you heed the mission and its values:"
SHORTENED_AT_ONCE = 8
"""Outputs are shortened in groups, so that the prompt's beginning stays the same for some calls."""

_FORMATS: dict[StepKind, str] = {kind: f"{kind}.txt" for kind in ("contribute", "intend", "plan", "signal", "rate")}


class Prompter:
    """The prompts of one session, in which `agents` may be asked."""

    def __init__(self, header: Header, agents: int) -> None:
        self._header, self._agents = header, agents
        self._config = header.config
        self._levels = prompts.levels(header.prompts)
        self.fixed = lru_cache(maxsize=None)(self._fixed)
        self.visible = lru_cache(maxsize=None)(self._visible)

    def _fixed(self, kind: StepKind, task: Task | None) -> tuple[Block, ...]:
        """Rules, mission and values; then task and format. Never changes within a task."""
        texts, nonce, config = self._header.prompts, self._header.nonce, self._config
        about = [prompts.rules(texts, abstention=config.abstention), fence("mission", nonce, config.mission)]
        if config.values:
            about.append(fence("values", nonce, "\n".join(f"- {value}" for value in config.values)))
        work = []
        if task is not None:
            work.append(fence("task", nonce, task.text, level=task.level))
            work.append(f"Level {task.level}: {self._levels[task.level]}")
        work.append(prompts.fill(texts[_FORMATS[kind]], words=config.words, agents=self._agents, last=label(self._agents)))
        return Block.of("fixed", "\n\n".join(about)), Block.of("fixed", "\n\n".join(work))

    def _visible(self, thing: Visible) -> Block:
        """Something of others, fenced as data."""
        nonce = self._header.nonce
        if isinstance(thing, Output):
            return Block.of("visible", fence("output", nonce, f"Role: {thing.role}\n\n{thing.text}", seat=label(thing.seat)))
        if isinstance(thing, Announced):
            return Block.of("visible", fence("intention", nonce, f"Role: {thing.role}\n\n{thing.text}", seat=label(thing.seat)))
        if isinstance(thing, Signal):
            strength = f"{thing.intensity:.2f}"
            return Block.of("visible", fence("signal", nonce, f"Role: {thing.role}", seat=label(thing.seat), intensity=strength))
        if isinstance(thing, Mark):
            return Block.of("visible", fence("mark", nonce, f"Topic: {thing.topic}", label=thing.label, strength=f"{thing.strength:.2f}"))
        lines = "\n".join(f"{label(seat)}: {role}" for seat, role in thing.roles)
        return Block.of("visible", fence("history", nonce, lines, task=str(thing.task)))

    def shortened(self, output: Output) -> Block:
        """An output cut to role and first sentence, and marked as such."""
        text = f"Role: {output.role}\n\n{first_sentence(output.text)}"
        return Block.of("visible", fence("output", self._header.nonce, text, seat=label(output.seat), shortened="yes"))

    def notices(self, texts: Sequence[str]) -> tuple[Block, ...]:
        """What the user has let the team know since the session began. It stands behind what is visible, whose caches it leaves alone."""
        return tuple(Block.of("own", f"{NOTICE}\n{fence('notice', self._header.nonce, text)}") for text in texts)

    def own(
        self, seat: int, role: Assignment | None, *, redraft: bool = False, shortened: bool = False, gone: Collection[int] = ()
    ) -> Block:
        """The lines that are this seat's alone. `gone`: seats that who plans for all must do without."""
        lines = [f"You are agent {label(seat)} of {self._agents}."]
        if gone:
            lines.append(f"No longer in the team: {', '.join(label(each) for each in sorted(gone))}.")
        if role is not None:
            given = [f"Role: {role.role}", f"Phase: {role.phase}"] + ([f"Brief: {role.brief}"] if role.brief else [])
            lines.append(f"Your role is given:\n{fence('assignment', self._header.nonce, chr(10).join(given))}")
        if redraft:
            lines.append(f"Output {label(seat)} above is your own earlier draft; what you contribute now replaces it.")
        if shortened:
            lines.append("Outputs marked as shortened were cut to their role and first sentence, so that all fits.")
        return Block.of("own", "\n".join(lines))

    def repair(self, reply: str, problem: str) -> tuple[Block, Block]:
        """The reply that could not be used, and the request to give it again."""
        text = prompts.fill(self._header.prompts["repair.txt"], problem=problem)
        return Block.of("own", fence("reply", self._header.nonce, reply[:20_000])), Block.of("own", text)

    def fitted(self, blocks: tuple[Block, ...], outputs: dict[str, Output], room: int | None) -> tuple[tuple[Block, ...], tuple[str, ...]]:
        """The blocks with as many of the oldest outputs shortened as fitting into `room` tokens takes, and their labels.

        `outputs` are the visible blocks that are outputs, by block id, oldest first. Raises ModelFailure where not even that fits.
        """
        if room is None or sum(len(block.text) for block in blocks) < room:
            return blocks, ()
        sizes = {block.id: estimate_tokens(block.text) + 1 for block in blocks}
        total, found, labels = sum(sizes.values()), {block.id: block for block in blocks}, []
        for place, (name, output) in enumerate(outputs.items()):
            if total <= room and place % SHORTENED_AT_ONCE == 0:
                break
            short = self.shortened(output)
            if len(short.text) < len(found[name].text):
                total += estimate_tokens(short.text) + 1 - sizes[name]
                found[name] = short
                labels.append(label(output.seat))
        if total > room:
            raise ModelFailure(
                "too_long",
                f"The prompt has about {total:,} tokens and the model takes {room:,}, even with all outputs shortened. "
                "Use fewer agents, shorter contributions or a model with a larger context.",
            )
        return tuple(found[block.id] for block in blocks), tuple(labels)
