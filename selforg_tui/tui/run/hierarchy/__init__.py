"""Who could not have done its part without whom."""
