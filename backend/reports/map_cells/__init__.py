"""How many incidents lie in each square of the map, kept with them."""
