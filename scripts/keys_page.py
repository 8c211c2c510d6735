"""Write the app's actions and keys into docs/keys.md: `python scripts/keys_page.py`."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from selforg_tui.tui.keymap import Action, actions

PAGE = Path(__file__).parents[1] / "docs" / "keys.md"
HEAD = """# Keys

The command palette (**ctrl+p**) has every action, **F1** or **?** explains the part that has the focus with its keys, and the line at
the bottom has the few that are used most. `selforg-tui keys` prints this table.

Any of them can be another key. In `config.toml` (`selforg-tui paths` says where it is), by the id of the action:

```toml
[keymap]
"run.hierarchy" = "t"
"replay.toggle" = "ctrl+k,space"   # two keys for one action
```

Keys are named as Textual names them: a letter, `f5`, `ctrl+k`, `space`, `pageup`, or a sign such as `?`. Safe over ssh and in tmux
are letters, F1 to F10, Enter, arrows and ctrl with a letter. What cannot be used (an unknown id, no key, a key that another action of
the same part has) is told when the app starts; the rest of the table holds.
"""


def page() -> str:
    """The whole page."""
    lines = [HEAD]
    for group, found in groupby(actions(), key=lambda action: action.id.partition(".")[0]):
        lines += [f"## {group.capitalize()}", "", "| id | key | what it does |", "|---|---|---|", *map(_row, found), ""]
    return "\n".join(lines)


def _row(action: Action) -> str:
    keys = ", ".join(f"`{key}`" for key in action.keys)
    return f"| `{action.id}` | {keys} | {action.what}{': ' if action.about else ''}{action.about} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"Written: {PAGE}")
