"""Where things are kept, what the user prefers, and the keys to models."""
