"""The triage desk: queue and map, one report on one page, many at once."""
