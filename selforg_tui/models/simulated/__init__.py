"""Embedded models that need no key and no network: a model of the mechanism, never evidence. See docs/simulation.md."""
