"""What the team has written, and who wrote it."""
