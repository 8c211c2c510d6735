"""A terminal laboratory for self-organizing language-model agents."""

__version__ = "0.1.0"
