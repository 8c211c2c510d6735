"""`python -m selforg_tui`."""

from __future__ import annotations

import sys

from selforg_tui.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
