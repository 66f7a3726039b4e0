"""Words for what can go wrong around notices."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "notice-token-needed": ProblemText(
        "We would not know whom to tell",
        "Notices go to whoever a token stands for, and there was none.",
        "Ask for a device's token first and send it along.",
    ),
    "notice-carrier-not-offered": ProblemText(
        "The city does not send notices this way",
        "Nothing can be sent to an address of the kind {kind} here.",
        "Look at what the city offers and choose another way.",
    ),
    "notice-address-not-valid": ProblemText(
        "Nothing can be sent to this address",
        "The address is not one of the kind {kind}.",
        "Let the browser or phone subscribe anew and send what it gives.",
    ),
    "notice-registration-taken": ProblemText(
        "This id is somebody else's",
        "There is a registration with this id that your token does not own.",
        "Make a new id and register again.",
    ),
    "notice-registration-unknown": ProblemText(
        "There is no such registration",
        "Your token owns no registration with this id.",
        "Register the address first.",
    ),
    "notice-link-unknown": ProblemText(
        "This link ends nothing",
        "It is not one from a mail of this city.",
        "Open the link at the end of the mail again, all of it.",
    ),
    "quiet-hours-empty": ProblemText(
        "The quiet hours are no hours",
        "They begin and end at the same moment.",
        "Choose another end, or send null for no quiet hours.",
    ),
}
