"""Entering for others: calls, paper, mails and text messages."""
