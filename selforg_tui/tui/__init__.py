"""Everything that is shown on a screen; nothing below knows of it."""

import os

os.environ.setdefault("TEXTUAL_FPS", "120")
# Read by Textual when it is imported. What has changed waits for the next of its ticks: at 60 a second that is most of what a key takes to
# be answered beside 256 streams. No more is painted for it: nothing ticks while nothing has changed.
