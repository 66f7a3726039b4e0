"""Words for what can go wrong with reports that come in on behalf of residents."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "sheet-not-numbered": ProblemText(
        "A sheet needs its batch and its number",
        "Only one of them was given, or the number is not 1 to {most}.",
        "Write both as they stand on the sheet, or leave both empty.",
    ),
    "sheet-day-not-valid": ProblemText(
        "This cannot be the day on the sheet",
        "It is still to come, or more than {days} days ago.",
        "Check the day, the month and the year.",
    ),
    "sheet-typed-already": ProblemText(
        "This sheet was typed before",
        "It is report {number}.",
        "Go on with the next sheet. If two sheets have one number, give one of them a new one.",
    ),
    "place-not-chosen": ProblemText(
        "Please choose the place",
        "No place is chosen for what was typed.",
        "Type a street and a house number, look it up, and choose where it is.",
    ),
    "same-not-answered": ProblemText(
        "Please ask whether it is one of these",
        "Something like it is open nearby, and nobody has said yet whether it is the same.",
        "Choose the one it is, or say that it is another problem.",
    ),
    "tell-not-reachable": ProblemText(
        "How are they to be told?",
        "They agree to be told, and nothing says how they are reached.",
        "Write a phone number or an e-mail address, or take the tick away.",
    ),
    "told-nobody-asked": ProblemText(
        "Nobody asked to be told of this report",
        "Whoever reported it did not agree to be called.",
        "Go back to the report.",
    ),
    "lead-unknown": ProblemText(
        "There is no such message",
        "No mail or text message has this address.",
        "Go back to the list of messages.",
    ),
    "lead-settled": ProblemText(
        "Somebody else was faster",
        "The message is {state} by now.",
        "Go back to the list of messages.",
    ),
    "lead-came-otherwise": ProblemText(
        "The message came another way",
        "It came by {channel}, and its report must say so.",
        "Leave the channel as it is.",
    ),
    "mail-not-readable": ProblemText(
        "This mail cannot be read",
        "It has neither words nor a photo, or its parts lie in one another deeper than any mail "
        "program writes them.",
        "Send it again as plain words.",
    ),
    "inbound-not-set-up": ProblemText(
        "This city takes no text messages here",
        "Nobody has set up where text messages come in.",
        "Set EVENWARD_INBOUND_TEXT_URL and EVENWARD_INBOUND_TEXT_TOKEN.",
    ),
    "inbound-signature-wrong": ProblemText(
        "Nobody can tell who sent this",
        "The signature does not fit the address and the fields that were sent.",
        "Check that the provider posts to exactly the address in EVENWARD_INBOUND_TEXT_URL, and "
        "that the token is the account's own.",
    ),
    "inbound-field-missing": ProblemText(
        "This is no text message",
        "The field {field} is missing.",
        "Let the provider post messages here, and nothing else.",
    ),
    "inbound-field-not-valid": ProblemText(
        "This is no text message",
        "The field {field} is not written as a provider writes it.",
        "Let the provider post messages here, and nothing else.",
    ),
    "contact-phone-not-valid": ProblemText(
        "This cannot be a phone number",
        "A phone number has at least {least} digits, and besides them only spaces and + - . / ( ).",
        "Read it back to them. Whatever else they say of how to reach them goes into the note.",
    ),
    "contact-email-not-valid": ProblemText(
        "This cannot be an e-mail address",
        "An e-mail address has an @ and a domain, such as name@example.org.",
        "Ask them to spell it, or leave it empty and write a phone number.",
    ),
}
