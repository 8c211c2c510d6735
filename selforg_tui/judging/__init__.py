"""Judging a solution: the request that is made, and how the verdict is read."""
