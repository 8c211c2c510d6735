"""Does it work here, and if not, what to do: findings about this machine, about each provider, and from one real call each."""
