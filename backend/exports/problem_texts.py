"""Words for what can go wrong around open data."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "audit-boundaries-missing": ProblemText(
        "There is no map for this audit",
        "The boundaries that finding {id} was made on are not in this city any more.",
        "Take its figures as CSV instead.",
    ),
    "filter-unknown": ProblemText(
        "There is no such filter",
        "Data can be filtered by {filters}, not by {filter}.",
        "Check its spelling.",
    ),
    "filter-not-valid": ProblemText(
        "This filter fits nothing",
        "The filter {filter} cannot be {value}.",
        "Services and districts are named by their codes, days as 2026-03-02, and a box as "
        "west,south,east,north in degrees.",
    ),
    "exports-busy": ProblemText(
        "Others are fetching data just now",
        "A few whole files are sent at a time, so that reports always come through.",
        "Try again in a minute.",
    ),
}
