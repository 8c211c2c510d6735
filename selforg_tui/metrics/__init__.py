"""Numbers over the state of a session: pure functions, None where a measure is not defined."""
