"""Words for what can go wrong with audits, preregistrations and their pages."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "period-impossible": ProblemText(
        "The period ends before it starts",
        "It is from {starts_on} to {ends_on}.",
        "Give the first day first.",
    ),
    "period-not-whole": ProblemText(
        "These days are no whole quarters of a year",
        "{starts_on} to {ends_on} was asked for. Findings of any days could be taken from each "
        "other until what is left tells of single persons.",
        "Audit a quarter of the calendar, or several from January on, up to the whole year.",
    ),
    "period-not-over": ProblemText(
        "The period is not over",
        "Its last day is {ends_on}. A finding of a part of it could be taken from that of the "
        "whole, and what is left would tell of few days.",
        "Come back then, or audit a quarter that is over.",
    ),
    "nothing-to-audit": ProblemText(
        "There is nothing to audit in these days",
        "From {starts_on} to {ends_on} nobody reported anything, nothing was spent and no vote was "
        "counted.",
        "Choose other days, or import what happened in these first.",
    ),
    "year-unknown": ProblemText(
        "This is no year of an audit",
        "{year} was given; there are audits from {first} to {last}.",
        "Look whether the date is right.",
    ),
    "finding-parameters-unreadable": ProblemText(
        "The parameters of this finding cannot be read",
        "They are not what this version writes, and begin with {parameters}.",
        "Compute it with the version of the code it names; if that is this one, they were changed.",
    ),
    "quarter-begun": ProblemText(
        "The quarter has begun",
        "What its audit shows had to be signed before {starts_on}.",
        "Sign for a quarter that is still to come.",
    ),
    "quarter-unreadable": ProblemText(
        "The quarter is no day",
        "It was given as {quarter}.",
        "Give the first day of the quarter, as in 2027-01-01.",
    ),
    "metric-unknown": ProblemText(
        "There is no such figure",
        "{metric} is none of: {metrics}.",
        "Choose one of these.",
    ),
    "grouping-not-offered": ProblemText(
        "Districts cannot be grouped like that",
        "{groupings} was asked for. There are: {offered}.",
        "Choose among these; groups by income or age need census figures.",
    ),
    "threshold-impossible": ProblemText(
        "The threshold says nothing",
        "The threshold of {metric} must be a number from {least} up to {most}.",
        "Give the size of a gap that your city would call one, or leave it out.",
    ),
    "threshold-not-offered": ProblemText(
        "This figure has no gap",
        "{metric} does not set one group against another. Figures with a gap: {metrics}.",
        "Leave its threshold out.",
    ),
    "threshold-without-ends": ProblemText(
        "The threshold has no gap to be about",
        "{metric} would be compared by {grouping} only, which have no first and last to set "
        "against each other.",
        "Compare by groups of districts as well, such as fifths by income, or leave the threshold "
        "out.",
    ),
    "threshold-never-told": ProblemText(
        "Whether turnout reaches the threshold could never be told",
        "With {grouping}, the first or the last group has {districts} districts; how sure a "
        "difference in turnout is can be told from {least} on.",
        "Leave the threshold of turnout out: how many voted in each group is shown all the same.",
    ),
    "nothing-preregistered": ProblemText(
        "Nothing is chosen",
        "A preregistration needs at least one figure and one way to group districts.",
        "Choose what the audit will show.",
    ),
    "nothing-added": ProblemText(
        "All of this is signed already",
        "The newest preregistration of this quarter has every figure you chose.",
        "Choose a further one, or leave it as it is.",
    ),
    "preregistered-metric-changed": ProblemText(
        "What is signed stays as it is",
        "You would change {metrics}.",
        "Leave these as they were signed; you may add others while the quarter has not begun.",
    ),
    "preregistration-unlike-log": ProblemText(
        "What was promised is not what was signed",
        "For {starts_on} to {ends_on} the decision log has another promise than the one stored, or "
        "none that was signed before: {unlike} differ. Somebody changed it after signing.",
        "Run python -m backend log verify, and put back the stored preregistration from a backup. "
        "Until then nothing is audited against it.",
    ),
    "finding-not-found": ProblemText(
        "There is no such finding",
        "No audit has the number {id}.",
        "Look for it in the list of findings.",
    ),
    "preregistration-not-found": ProblemText(
        "There is no such preregistration",
        "None has the number {id}.",
        "Look for it in the list.",
    ),
    "no-browser": ProblemText(
        "There is no Chromium on this machine",
        "The PDF is printed by the system's Chromium, and none was found.",
        "Install Chromium, or leave out the PDF and print the HTML file from any browser.",
    ),
    "browser-failed": ProblemText(
        "Chromium did not print",
        "It ended with: {reason}. {file} is written.",
        "Print the HTML file from any browser.",
    ),
}
