"""`doctor`: what works here, what does not, and what to do."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

import msgspec

from selforg_tui.cli.faults import CANNOT_STORE, DONE, MODELS_FAILED, WRONG_USE
from selforg_tui.cli.output import note, say, say_json, seen_live, table
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.errors import ConfigError
from selforg_tui.settings.keys import Keys

if TYPE_CHECKING:
    from selforg_tui.cli.options import Commands
    from selforg_tui.doctor.findings import Finding, LiveFinding, ModelFinding, PlaceFinding, Report

MARKS = {"fine": "ok", "note": "note", "trouble": "FAILS", "off": "-"}


def add(commands: Commands) -> None:
    """The command and its flags."""
    parser = commands.add_parser(
        "doctor",
        help="whether this machine and the models are ready, and what to do where they are not",
        description="Looks at this machine and at every provider that there is a key for. Without a key nothing is sent. "
        "Exit code 4 where a provider with a key, or a model that was named, fails.",
        allow_abbrev=False,
    )
    parser.add_argument("-m", "--model", dest="models", action="append", default=[], metavar="MODEL", help="look at this model, too")
    parser.add_argument("--live", action="store_true", help="also ask each provider that has a key (or each -m) one real, tiny question")
    parser.add_argument("--yes", action="store_true", help="do not ask before --live spends money")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=command)


def command(args: Namespace) -> int:
    """Exit code by what fails."""
    from selforg_tui.doctor.check import check, wanted

    keys = Keys()
    named = tuple(msgspec.structs.replace(ModelSpec.parse(text), seats=None) for text in args.models)
    asked = _agreed(named, keys, args.yes) if args.live else ()
    report = check(wanted(named), keys, _progress if seen_live() else None)
    if asked:
        from selforg_tui.doctor.live import ask_all

        told = (lambda found: note(f"asked {found.title}")) if seen_live() else None
        report = msgspec.structs.replace(report, live=ask_all(asked, keys, told))
    if args.json:
        say_json({"works": report.models_work, **msgspec.to_builtins(report)})
    else:
        for line in _lines(report):
            say(line)
    return _code(report)


def _agreed(named: tuple[ModelSpec, ...], keys: Keys, yes: bool) -> tuple[ModelSpec, ...]:
    """The models that may be asked. Raises ConfigError where there are none, or the answer is no."""
    from selforg_tui.doctor.live import chosen, most_usd

    specs = chosen(named, keys)
    if not specs:
        raise ConfigError("There is no key to any provider, so there is nobody to ask: set one, or name a model with -m.")
    costs = [most_usd(spec) for spec in specs]
    known = sum(cost for cost in costs if cost is not None)
    unknown = sum(cost is None for cost in costs)
    more = f"what {unknown} of unknown price take{'s' if unknown == 1 else ''}" if unknown else ""
    most = " and ".join(filter(None, (f"${known:.4f} at most" if unknown < len(specs) else "", more)))
    names = ", ".join(spec.name for spec in specs)
    note(f"--live asks {len(specs)} model{'' if len(specs) == 1 else 's'} one short question ({names}). It costs {most}.")
    if yes:
        return specs
    if not (sys.stdin.isatty() and seen_live()):
        raise ConfigError("Nobody is here to agree to that: --yes asks the models without a question before.")
    note("Go on? [y/N]")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise ConfigError("No model was asked. Without --live the doctor makes no calls that cost money.")
    return specs


def _progress(found: PlaceFinding, _: int, done: int, of: int) -> None:
    note(f"{done} of {of}: {found.title}")


def _lines(report: Report) -> list[str]:
    lines = ["This machine", *table([_machine_row(each) for each in report.machine]), "", "Models"]
    wide = max((len(place.title) for place in report.places), default=0)
    for place in report.places:
        lines.append(_place_line(place, wide))
        lines += table([_model_row(model) for model in place.models])
    if any(place.reach == "not asked" and place.state == "off" for place in report.places):
        lines += ["", "Providers without a key are not asked. A key comes from its variable ('selforg-tui models' names it),"]
        lines += ["from a command under [keys] in config.toml, or is pasted in Setup."]
    lines += ["  Simulated models (sim:strong, …) need no key and no network."]
    if report.live:
        lines += ["", "Asked"]
        for call in report.live:
            lines += _live_lines(call)
    return lines


def _machine_row(found: Finding) -> tuple[str, ...]:
    return f"  {MARKS[found.state]:<5}", found.about, " ".join(filter(None, (found.text, found.advice)))


def _place_line(found: PlaceFinding, wide: int) -> str:
    key = f"key: {found.key}; " if found.key else ""
    seconds = f" ({found.seconds:.1f} s)" if found.seconds is not None and found.reach == "reached" else ""
    advice = f" {found.advice}" if found.advice and found.state != "off" else ""
    return f"  {MARKS[found.state]:<5}  {found.title:<{wide}}  {key}{found.text}{seconds}{advice}"


def _model_row(found: ModelFinding) -> tuple[str, ...]:
    served = {True: "listed", False: "not listed", None: "not looked up"}[found.served]
    price = "price unknown" if found.price is None else f"${found.price.input:g} in, ${found.price.output:g} out"
    window = "window unknown" if found.context is None else f"window {found.context:,}"
    return (
        f"           {found.spec}",
        served,
        price,
        window,
        "/".join(found.structure),
        "temperature" if found.temperature else "no temperature",
    )


def _live_lines(found: LiveFinding) -> list[str]:
    mark = " SIMULATED" if found.simulated else ""
    lines = [f"  {MARKS[found.state]:<5}  {found.title}{mark}  {found.text}"]
    if found.usage is None:
        return lines
    usage, how = found.usage, "reported" if found.reported else "estimated"
    cached = f", {usage.cached:,} of them cached" if usage.cached else ""
    money = "cost unknown" if found.cost_usd is None else f"${found.cost_usd:.6f} by our price"
    stated = f", ${found.stated_usd:.6f} as it says itself" if found.stated_usd is not None else ""
    facts = [
        "streamed" if found.streamed else "in one piece",
        f"{usage.input:,} tokens in{cached}, {usage.output:,} out ({how})",
        f"form held by {found.structure}{'' if found.kept else ', not kept'}",
        {True: "temperature taken", False: "temperature not taken", None: "takes no temperature"}[found.temperature],
        money + stated,
        f"{found.seconds:.1f} s" if found.seconds is not None else "",
    ]
    return [*lines, f"           {' · '.join(filter(None, facts))}"]


def _code(report: Report) -> int:
    if not report.models_work:
        return MODELS_FAILED
    failing = {found.part for found in report.machine if found.state == "trouble"}
    return CANNOT_STORE if "folders" in failing else WRONG_USE if "files" in failing else DONE
