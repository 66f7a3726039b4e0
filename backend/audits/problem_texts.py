"""Words for what can go wrong with findings."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "no-boundaries": ProblemText(
        "The city has no districts yet",
        "Reporting rates are compared between districts, and none were imported.",
        "Import boundaries first: python -m backend city import.",
    ),
    "no-reports": ProblemText(
        "There are no reports yet",
        "Without reports nothing can be said about how often people report.",
        "Come back when reports have come in.",
    ),
}
