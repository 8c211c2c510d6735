"""Write what the protocols say of themselves into docs/protocols.md: `python scripts/protocols_page.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from selforg_tui.protocols import registry
from selforg_tui.protocols.base import Option, Promise

PAGE = Path(__file__).parents[1] / "docs" / "protocols.md"
START, END = "<!-- protocols: written by scripts/protocols_page.py -->\n", "<!-- end of protocols -->"
SIZES = (1, 8, 64, 256)


def main() -> None:
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")


def page(text: str) -> str:
    """The page with all protocols of ours as they are now."""
    head, _, rest = text.partition(START)
    _, _, tail = rest.partition(END)
    return head + START + "\n".join(["", *_overview(), "", *(line for name in registry.OURS for line in _section(name))]) + END + tail


def _overview() -> Iterator[str]:
    yield "With 8 agents:"
    yield ""
    yield "| protocol | `-p` | source | calls | rounds | at once | what an agent sees when it contributes |"
    yield "|---|---|---|---|---|---|---|"
    for name in registry.OURS:
        protocol = registry.make(name, {})
        promise = protocol.promise(8)
        sees = "; ".join(dict.fromkeys(step.sees for step in promise.steps if step.kind == "contribute"))
        cells = (protocol.title, f"`{name}`", registry.source_of(name), _calls(promise), promise.latency, promise.at_once, sees)
        yield _row(cells)


def _section(name: str) -> Iterator[str]:
    protocol = registry.make(name, {})
    promises = [protocol.promise(n) for n in SIZES]
    yield f"## {protocol.title}"
    yield ""
    yield f"`{name}`, {registry.source_of(name)}. {protocol.definition()}"
    paragraphs = (protocol.__doc__ or "").strip().split("\n\n")[1:]
    for paragraph in paragraphs:
        yield ""
        yield " ".join(paragraph.split())
    yield ""
    yield "```text"
    yield from protocol.picture.splitlines()
    yield "```"
    yield ""
    yield _row(("agents", *SIZES))
    yield "|---" * (len(SIZES) + 1) + "|"
    yield _row(("calls a task", *map(_calls, promises)))
    yield _row(("rounds", *(promise.latency for promise in promises)))
    yield _row(("at once", *(promise.at_once for promise in promises)))
    yield ""
    usual = promises[SIZES.index(8)]
    for step in (*usual.once, *usual.steps):
        yield f"- *{step.kind}* sees {step.sees}."
    if usual.note:
        yield f"- {usual.note}"
    for option in protocol.options:
        yield f"- {_option(option)}"
    yield ""


def _calls(promise: Promise) -> str:
    once = sum(step.calls for step in promise.once)
    return f"{promise.calls}, and {once} once a session" if once else f"{promise.calls}"


def _option(option: Option) -> str:
    return f"`-P {option.name}={option.default}` ({option.allowed}): {option.help}"


def _row(cells: tuple[object, ...]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


if __name__ == "__main__":
    main()
