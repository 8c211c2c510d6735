"""What the session costs."""
