"""The panels of the Run screen. Each reads the session's state through a `View`; none of them changes it."""
