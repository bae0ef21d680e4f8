"""A year of every body under a clock that is moved by hand, by public commands and events alone."""
