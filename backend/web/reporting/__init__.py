"""Reporting without the phone client, and ending its notices."""
