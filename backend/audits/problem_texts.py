"""Words for what can go wrong with findings, and with a file they are fitted to."""

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
    "no-requests": ProblemText(
        "There are no requests",
        "Not one request is left to look at.",
        "Check that the file holds the rows you meant.",
    ),
    "no-duplicates": ProblemText(
        "Nothing was reported twice",
        "None of {incidents} incidents has a further report, and rates are read from those.",
        "Give a longer time, or check the column that says what belongs to one incident.",
    ),
    "population-impossible": ProblemText(
        "A number of residents is impossible",
        "A district's number of residents is below zero or no number.",
        "Correct the census figures.",
    ),
    "file-unreadable": ProblemText(
        "The file cannot be opened",
        "{file}: {reason}.",
        "Check the path and that you may read it.",
    ),
    "file-not-utf8": ProblemText(
        "The file is not UTF-8 text",
        "{file} holds bytes that are no UTF-8.",
        "Save it again as CSV in UTF-8.",
    ),
    "file-empty": ProblemText(
        "The file is empty",
        "{file} has no header line.",
        "Give a CSV file with a header and one row for each request.",
    ),
    "file-not-csv": ProblemText(
        "The file is not readable CSV",
        "{file}, line {line}: {reason}.",
        "Repair that line, usually a quotation mark that is never closed.",
    ),
    "columns-missing": ProblemText(
        "Columns are missing",
        "There is no column {missing}. The columns are: {present}.",
        "Name the columns as the file's header does.",
    ),
    "columns-repeated": ProblemText(
        "A column occurs twice",
        "The header has {repeated} more than once.",
        "Rename or remove one of them.",
    ),
    "no-readable-rows": ProblemText(
        "No row can be read",
        "{file} has {count} rows and none is usable; the first, {example}.",
        "Check that each option names the right column.",
    ),
    "end-unreadable": ProblemText(
        "The end is no moment",
        "--end is {end}.",
        "Write it like 2026-03-31 or 2026-03-31T23:59:59Z.",
    ),
    "observation-rule-impossible": ProblemText(
        "The days do not fit together",
        "A blackout of {blackout_days} days and a limit of {limit_days} leave nothing to see.",
        "Choose a blackout of 0 or more and a limit that is longer, up to 36500 days.",
    ),
    "unknown-reference": ProblemText(
        "The reference does not occur",
        "{level} is no value of {column}. The values are: {levels}.",
        "Choose one of these.",
    ),
    "reference-without-duplicates": ProblemText(
        "The reference has no further reports",
        "No incident with {column} {level} was reported again, so nothing compares to it.",
        "Choose another reference, or none.",
    ),
    "covariate-constant": ProblemText(
        "A covariate never varies",
        "{covariate} has the same value in every incident used.",
        "Leave it out.",
    ),
    "collinear-columns": ProblemText(
        "Effects cannot be told apart",
        "What {columns} would explain is already explained by the other columns.",
        "Leave out a covariate that is fixed within each area or category, or join areas or "
        "categories that never occur together with others.",
    ),
    "separated-columns": ProblemText(
        "An effect runs off to infinity",
        "The further reports are split so neatly by {columns} that no finite effect fits.",
        "Join small areas or categories, or leave out a covariate.",
    ),
    "no-reports-in-districts": ProblemText(
        "No report lies in these districts",
        "All reports were given their district under earlier boundaries.",
        "Read them again under the ones in force: python -m backend city reread.",
    ),
}
