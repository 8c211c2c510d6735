"""Who was what, over all tasks."""
