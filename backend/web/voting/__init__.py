"""Voting: on a screen, on paper, and finding a receipt."""
