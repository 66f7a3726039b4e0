"""Words for what can go wrong with findings, and with a file they are fitted to."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "district-not-found": ProblemText(
        "There is no such district",
        "No district in force has the code {code}.",
        "Choose one from the list of districts; the boundaries may have changed.",
    ),
    "finding-not-comparable": ProblemText(
        "This audit cannot be compared here",
        "Of “{asked}” there is no audit on the boundaries in force that has this figure. There is "
        "of: {choices}.",
        "Choose two of these; after new boundaries only newer audits can be compared.",
    ),
    "periods-overlap": ProblemText(
        "The two periods share days",
        "“{first}” and “{then}” have days in common.",
        "Choose two periods of which one is over before the other begins.",
    ),
    "no-boundaries": ProblemText(
        "The city has no districts yet",
        "Reporting rates are compared between districts, and none were imported.",
        "Import boundaries first: python -m backend city import.",
    ),
    "rates-unknown": ProblemText(
        "There is no such fit",
        "No fit of the reporting rates has the id {id}. The newest, the last first: {known}.",
        "Give one of these ids, or none for the rates in force.",
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
    "rows-unreadable": ProblemText(
        "Too many rows cannot be read",
        "Of {rows} rows of {file}, {count} cannot be read, and rates of the rest would be rates of "
        "a part nobody chose: {examples}.",
        "Name the right columns. Write moments like 2026-03-31T17:00, or say which number of dates "
        "with slashes is the day: --day-first or --month-first.",
    ),
    "day-order-unknown": ProblemText(
        "Nobody can tell day from month",
        "Every date with slashes in {columns} fits two orders, like {example}.",
        "Say which number is the day: --day-first or --month-first.",
    ),
    "end-unreadable": ProblemText(
        "The end is no moment",
        "--end is {end}.",
        "Write it like 2026-03-31 or 2026-03-31T23:59:59Z.",
    ),
    "end-before-data": ProblemText(
        "The data would end before they begin",
        "The end is {end_at}, and the first request is of {first_at}.",
        "Give an end after the first request.",
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
    "no-fit": ProblemText(
        "No rates fit these reports",
        "The search ended nowhere on {incidents} incidents.",
        "Leave out covariates, or join rare categories.",
    ),
    "unknown-model": ProblemText(
        "There is no such model",
        "{model} is none of: {models}.",
        "Choose one of these.",
    ),
    "neighbours-impossible": ProblemText(
        "Two neighbours are one area, or no area",
        "A pair of neighbours does not name two of the {areas} areas.",
        "Give each pair as two different areas.",
    ),
    "neighbours-unreadable": ProblemText(
        "The table of neighbours cannot be read",
        "{file} is no CSV file in UTF-8, or not there.",
        "Give a CSV whose first two columns name areas that are neighbours.",
    ),
    "neighbours-unknown": ProblemText(
        "No neighbours among these areas",
        "{file} names no two areas of the data as neighbours. The data have: {areas}.",
        "Write the areas there as in the data, or choose another column.",
    ),
    "sweep-impossible": ProblemText(
        "The sweep's figures do not fit together",
        "{both} problems are in both lists, of {swept} swept and {reported} reported.",
        "Correct the figures: what is in both lists is part of each.",
    ),
    "parameters-unreadable": ProblemText(
        "These are no fitted parameters",
        "The file is not what a fit of reporting rates writes.",
        "Give a file written by: python -m backend equity fit --save.",
    ),
    "parameters-of-another-city": ProblemText(
        "The parameters belong to another city",
        "They were fitted on {fitted_on} and say nothing of {city}.",
        "Fit the model to the city's own reports first.",
    ),
    "parameters-of-another-period": ProblemText(
        "The parameters belong to another period",
        "They were fitted on {fitted_from} to {fitted_until}, and these data are of {first_at} to "
        "{end_at}.",
        "Fit the model to the reports of that period first.",
    ),
    "parameters-lack-level": ProblemText(
        "The parameters know nothing of this",
        "{level} was not there, or never reported again, when they were fitted.",
        "Fit the model again to data that hold it.",
    ),
    "file-unwritable": ProblemText(
        "The file cannot be written",
        "{file}: {reason}.",
        "Check the path and that you may write there.",
    ),
    "no-reports-in-districts": ProblemText(
        "No report lies in these districts",
        "All reports were given their district under earlier boundaries.",
        "Read them again under the ones in force: python -m backend city reread.",
    ),
    "groups-empty": ProblemText(
        "There are too few areas for so many groups",
        "{areas} areas by {name} do not fill {parts} groups of about as many residents.",
        "Ask for fewer groups, or use smaller areas.",
    ),
    "horizon-impossible": ProblemText(
        "Waits cannot be told over so many days",
        "The first {horizon_days} days were asked for; it takes more than none.",
        "Choose a number of days above zero and within that.",
    ),
    "values-negative": ProblemText(
        "An amount is below zero",
        "How unevenly something falls can only be said of amounts of zero or more.",
        "Set repayments off against what was spent in the same area.",
    ),
    "too-few-neighbours": ProblemText(
        "There are too few neighbours to compare",
        "{areas} areas border on another and differ; at least three have to.",
        "Check that the boundaries touch, or leave this figure out.",
    ),
    "margins-impossible": ProblemText(
        "A margin of error is impossible",
        "The margins of {column} do not fit its values, or one is below zero.",
        "Correct the census figures: a margin that is not known is left empty.",
    ),
    "table-has-holes": ProblemText(
        "A table is not whole",
        "These cells are missing, though what they add up to is there: {cells}.",
        "Give every part of a total, also those that will not be shown.",
    ),
    "sums-differ": ProblemText(
        "A total is not the sum of its parts",
        "The parts do not add up to these cells: {cells}.",
        "Count all cells from the same data.",
    ),
    "cells-unprotectable": ProblemText(
        "Too much is published already",
        "With what is out, these small cells could be worked out: {cells}.",
        "Do not publish this table, or join its small rows or columns.",
    ),
    "preregistration-empty": ProblemText(
        "The plan has nothing in it",
        "A plan needs at least one metric and a period that does not end before it begins.",
        "Add a metric, or correct the dates.",
    ),
    "metric-repeated": ProblemText(
        "A metric is there twice",
        "These metrics are given more than once: {metrics}.",
        "Give each once.",
    ),
    "grouping-unknown": ProblemText(
        "A metric names a grouping that the plan does not have",
        "No grouping of the plan fits these metrics: {metrics}.",
        "Add the grouping to the plan, or correct its name.",
    ),
    "preregistered-metric-missing": ProblemText(
        "A metric of the plan is missing",
        "The plan promised these metrics, and the result has neither a figure nor a reason why "
        "there is none: {metrics}.",
        "Give every metric, or say why it cannot be told.",
    ),
    "pace-impossible": ProblemText(
        "This pace is not possible",
        "Nobody can serve {served_per_day} reports a day.",
        "Give the number of reports that are done on a day, more than 0.",
    ),
    "utilisation-impossible": ProblemText(
        "This utilisation is not possible",
        "Work that comes in cannot be {utilisation} times the capacity.",
        "Give the work coming in over all capacity, 0 or more.",
    ),
    "reported-share-impossible": ProblemText(
        "This share is not possible",
        "A share of {share} of all problems reported within 30 days says nothing.",
        "Give a share between 0 and 1 from an audit, or none.",
    ),
    "street-length-impossible": ProblemText(
        "A street has no length",
        "A stretch of street is not longer than 0 metres.",
        "Correct the lengths or leave the stretch out.",
    ),
    "places-unreachable": ProblemText(
        "Some places cannot be reached",
        "No street leads from the depot to {count} of the places to visit.",
        "Mend the street network, or leave these stretches out.",
    ),
    "crews-impossible": ProblemText(
        "These crews cannot work",
        "Crew days, hours and speeds are more than 0, and travel takes less than the whole day.",
        "Correct the figure that is not.",
    ),
    "weeks-impossible": ProblemText(
        "This time is not possible",
        "A plan for {weeks} weeks has no day in it.",
        "Give one week or more.",
    ),
    "demand-impossible": ProblemText(
        "The demand does not add up",
        "Requests, importance, travel and capacity are numbers above 0 and up to a million, one "
        "for each cell.",
        "Fill in what is missing and correct what is too small or too large.",
    ),
    "targets-impossible": ProblemText(
        "No targets keep within these limits",
        "With this capacity some service must be worse than today, on average or where it is "
        "worst.",
        "Raise the capacity, or let what is not urgent be worse: --may-drop.",
    ),
    "points-not-valid": ProblemText(
        "This number of choices is not possible",
        "Between the most efficient and the most equitable there are 2 to {most} choices to show.",
        "Ask for a number in between.",
    ),
    "point-unknown": ProblemText(
        "There is no such choice",
        "The choices are numbered from 1 to {most}.",
        "Give one of these numbers.",
    ),
    "capacity-unknown": ProblemText(
        "Nobody can tell how much can be done",
        "Nothing was worked off, or the file does not say how things are served today.",
        "Say how many hours a day all crews have: --capacity HOURS.",
    ),
    "demand-row-unreadable": ProblemText(
        "A row of the demand cannot be read",
        "{file}, line {line}: {reason}.",
        "Correct the row. docs/method/levers.md says what each column holds.",
    ),
    "demand-incomplete": ProblemText(
        "The demand has a gap",
        "{file} has no row for {category} in {area}.",
        "Give one row for each pair of area and category.",
    ),
    "inspected-share-impossible": ProblemText(
        "A share is impossible",
        "A share of requests inspected lies outside 0 to 1.",
        "Correct the shares.",
    ),
    "outreach-figures-impossible": ProblemText(
        "A figure about residents is impossible",
        "Residents, shares and numbers of reports of {area} must be 0 or more, shares at most 1.",
        "Correct the census figures.",
    ),
    "trial-impossible": ProblemText(
        "This trial is not possible",
        "A load of {load} leaves nothing to try.",
        "Give a load above 0 and below 10, and one run or more.",
    ),
}
