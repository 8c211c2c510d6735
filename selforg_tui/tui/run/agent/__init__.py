"""One agent in full."""
