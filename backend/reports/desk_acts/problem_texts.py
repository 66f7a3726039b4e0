"""Words for what can go wrong with acts upon many reports, and with taking an act back."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "bulk-not-so-many": ProblemText(
        "Not so many at once",
        "Between one and {most} reports can be changed together.",
        "Choose fewer, by a filter for example, and do the rest after that.",
    ),
    "bulk-step-not-offered": ProblemText(
        "This is not done to many at once",
        "The step asks for something that is each report's own.",
        "Open the reports one by one for it.",
    ),
    "bulk-unknown-number": ProblemText(
        "One of these is not known",
        "There is no problem with the number {number}, or it lies under another one now.",
        "Look at who is affected once more.",
    ),
    "bulk-one-cannot": ProblemText(
        "Nothing was changed: one of them cannot take part",
        "Report {number} cannot take this step with the others: {why}.",
        "Look at who is affected once more; it is left out then.",
    ),
    "act-not-found": ProblemText(
        "There is nothing to take back",
        "We do not know of anything done under this id.",
        "Open the report, and take a step from there.",
    ),
    "act-of-somebody-else": ProblemText(
        "This is somebody else's to take back",
        "Whoever did it can take it back, and administrators.",
        "Ask them, or take another step yourself.",
    ),
    "act-undone": ProblemText(
        "It is taken back already",
        "What was done was undone before.",
        "Nothing is left to do.",
    ),
    "undo-too-late": ProblemText(
        "It is too late to take it back",
        "More than ten minutes went by, and residents are told now.",
        "Take another step, and say why.",
    ),
    "act-moved-on": ProblemText(
        "It was changed since",
        "Somebody changed what this would put back, so nothing was taken back.",
        "Look at it, and take a step from there.",
    ),
}
