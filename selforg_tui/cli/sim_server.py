"""`sim-server`: the simulated models for everybody who speaks a provider's wire protocol."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from selforg_tui.cli.options import number, whole
from selforg_tui.cli.output import say
from selforg_tui.core.errors import ConfigError

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands


def add(commands: Commands) -> None:
    """The command and its flags."""
    parser = commands.add_parser("sim-server", help="serve the simulated models over HTTP, as OpenAI and as Anthropic", allow_abbrev=False)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; the default is this machine only")
    parser.add_argument("--port", type=whole, default=8089, help="0 takes a free one")
    parser.add_argument("--latency", type=number, default=0.0, metavar="S", help="seconds before the first token")
    parser.add_argument("--tokens-per-second", type=number, metavar="N", help="how fast a reply streams; the default is at once")
    parser.add_argument("--journal", type=Path, metavar="FILE", help="write every request down here")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """Until it is interrupted."""
    if not 0 <= args.port <= 65_535:
        raise ConfigError(f"There is no port {args.port}: choose a number from 0 to 65535.")
    if args.latency < 0 or (args.tokens_per_second is not None and args.tokens_per_second <= 0):
        raise ConfigError("Latency must be 0 or more, and tokens per second above 0.")
    from selforg_tui.models.simserver import serve

    serve(
        args.host,
        args.port,
        latency=args.latency,
        tokens_per_second=args.tokens_per_second,
        journal=args.journal,
        announce=_announce,
    )
    return 0


def _announce(url: str) -> None:
    say(f"SIMULATED models are served at {url} (Ctrl+C stops).")
    say("Use them from another terminal or machine; any key will do:")
    say(f"  OPENAI_API_KEY=any selforg-tui run MISSION -m openai:sim-strong@{url}/v1")
    say(f"  ANTHROPIC_API_KEY=any selforg-tui run MISSION -m anthropic:sim-strong@{url}")
    say(f"The journal of requests is at {url}/journal")
