"""A suite that authors of protocols run against theirs: promises kept, visibility kept, no hang, no crash, the same seed the same calls.

In a test: `assert_conforms(MyProtocol)`. On the command line: `selforg-tui protocols check NAME`. `check` gives the findings themselves.
"""

from __future__ import annotations

from selforg_tui.protocols.conformance.finding import Finding, Rule
from selforg_tui.protocols.conformance.suite import assert_conforms, check

__all__ = ["Finding", "Rule", "assert_conforms", "check"]
