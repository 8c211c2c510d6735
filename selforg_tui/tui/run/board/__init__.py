"""The agents at a glance, in forms that follow their number and the room."""
