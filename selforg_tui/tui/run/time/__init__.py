"""The line of time, and what just happened."""
