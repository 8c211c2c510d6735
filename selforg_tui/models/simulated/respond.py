"""From the pieces of a prompt to a reply: a pure function of text, profile, seed and temperature."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from selforg_tui.core.keyed import Keyed
from selforg_tui.models.simulated.profiles import Profile


def respond(texts: Sequence[str], profile: Profile, seed: int, temperature: float | None) -> str:
    """The reply to a prompt, whether it comes as blocks or joined."""
    prompt = "\n\n".join(texts)
    draw = Keyed(seed)
    if '"assignments"' in prompt:
        found = re.search(r"each of the (\d+) agents", prompt)
        last = int(found.group(1)) if found else 1
        plan = [
            {"seat": f"{s:02d}", "role": f"planner of part {s}", "phase": 1, "brief": "Work out your part."} for s in range(1, last + 1)
        ]
        return json.dumps({"assignments": plan})
    if '"accuracy"' in prompt:
        names = ("accuracy", "completeness", "coherence", "actionability", "mission")
        return json.dumps({name: {"rationale": "Read as a whole.", "score": 2 + draw.below(3, name)} for name in names})
    if '"intention"' in prompt:
        return json.dumps({"participate": True, "role": "first planner", "intention": "I will work out the first steps."})
    labels = re.findall(r'<output-[a-z]{8} seat="(\d+)"', prompt)
    return json.dumps(
        {
            "participate": True,
            "role": f"{draw.choice(['risk', 'time', 'people', 'money'], 'role')} planner",
            "reason": "Nobody has taken this up yet.",
            "depends_on": [{"output": labels[-1], "used": "its first steps"}] if labels else [],
            "contribution": "Begin with the people who do the work today, and ask them what must not stop.",
        }
    )
