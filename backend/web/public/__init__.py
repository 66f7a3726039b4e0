"""The open page: reports, service, decisions, data and how the numbers are made."""
