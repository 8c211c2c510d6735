"""Turns a config into events: asks models on behalf of a protocol, has the result judged."""
