"""Participatory budgets: cycles, results, and what is built."""
