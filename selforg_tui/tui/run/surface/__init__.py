"""How lines of styled text are painted: cells, one surface for all panels, and what panels share."""
