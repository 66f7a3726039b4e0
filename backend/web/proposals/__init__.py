"""Proposals: written, looked through, answered and merged."""
