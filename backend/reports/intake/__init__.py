"""What comes in on behalf of residents: typed by staff, or sent as a mail or a text message."""
