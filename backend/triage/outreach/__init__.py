"""Outreach: where to go and ask people to report, and who has been there."""
