"""Words for what can be wrong with a file of past requests."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "import-not-readable": ProblemText(
        "The file of requests cannot be read",
        "{file}: {why}.",
        "Save it as CSV in UTF-8 with a header line. Nothing was imported.",
    ),
    "import-map-not-valid": ProblemText(
        "The map of columns cannot be used",
        "{file}: {why}.",
        "Correct the map; docs/guide/new-city.md shows one. Nothing was imported.",
    ),
    "import-rows-refused": ProblemText(
        "Some rows cannot be read",
        "{refused} rows of {file} cannot be read.",
        "Correct them, or import without --strict to take the rest. Nothing was imported.",
    ),
    "row-too-long": ProblemText(
        "The row has more cells than the header",
        "There are cells that no column names.",
        "Quote the cells that hold a comma.",
    ),
    "row-repeated": ProblemText(
        "The row repeats an id",
        "The id {id} stands in an earlier line too.",
        "Give each request an id of its own.",
    ),
    "row-without-id": ProblemText(
        "The row has no id",
        "{column} is empty or too long.",
        "Give each request an id of its own.",
    ),
    "row-without-service": ProblemText(
        "The row has no service",
        "{column} is empty.",
        "Say what kind of problem it is.",
    ),
    "row-without-moment": ProblemText(
        "The row has no moment",
        "{column} is empty.",
        "Say when it was reported.",
    ),
    "row-moment-not-readable": ProblemText(
        "The moment cannot be read",
        "{column} is {text}.",
        "Use ISO 8601, or give the map a datetime_format.",
    ),
    "row-moment-to-come": ProblemText(
        "The moment is still to come",
        "{column} is {text}, which is more than a day from now.",
        "Correct the year, or the datetime_format of the map.",
    ),
    "row-moment-unsure": ProblemText(
        "The clocks were changed in that hour",
        "{column} is {text}, which the clocks of {zone} showed twice or not at all. It was read as "
        "if they had not been changed yet.",
        "Give moments with their offset from UTC to be sure.",
    ),
    "row-place-not-readable": ProblemText(
        "The place cannot be read",
        "{column} is {text}.",
        "Give latitude and longitude in degrees.",
    ),
}
