"""Sessions on disk: written as they go, listed, read again, played."""
