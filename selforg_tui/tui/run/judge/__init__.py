"""What a judge makes of the solution."""
