"""Sweeps: where crews go and look, what they found, and what share of it was ever reported."""
