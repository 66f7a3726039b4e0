"""The words for what can be wrong with a ballot, a `.pb` file or a request to tally one."""

from backend.core.problem_text import ProblemText

TEXTS: dict[str, ProblemText] = {
    "invalid-election": ProblemText(
        "This file cannot be tallied",
        "Problems found: {count}.",
        "Correct each problem listed and run the tally again.",
    ),
    "pb-empty-file": ProblemText(
        "Empty file",
        "The file is empty.",
        "Choose the .pb file of an election.",
    ),
    "pb-file-too-large": ProblemText(
        "File too large",
        "The file is larger than {megabytes} MiB.",
        "Check that it is a .pb file; split an election of this size by district.",
    ),
    "pb-not-utf8": ProblemText(
        "Wrong encoding",
        "Line {line}: the text is not UTF-8.",
        "Save the file again with the encoding UTF-8.",
    ),
    "pb-null-byte": ProblemText(
        "Not a text file",
        "Line {line}: there is a null byte, so this is not plain text.",
        "Save the file again as plain text in UTF-8.",
    ),
    "pb-field-too-long": ProblemText(
        "Field too long",
        "Line {line}: a field is longer than {most} characters.",
        "Shorten it, or close a quotation mark left open on an earlier line.",
    ),
    "pb-broken-quotes": ProblemText(
        "Broken quotation marks",
        "Line {line}: a quoted field does not end where it should.",
        'Close the quotation mark; write a mark inside a quoted field twice ("").',
    ),
    "pb-missing-section": ProblemText(
        "Missing section",
        "The file has no section {sections}.",
        "Add each section: its title alone on a line, a line of column names, then the rows.",
    ),
    "pb-repeated-section": ProblemText(
        "Repeated section",
        "Line {line}: the section {section} begins a second time.",
        "Keep one section of each title, with all of its rows.",
    ),
    "pb-sections-out-of-order": ProblemText(
        "Sections out of order",
        "The sections come in the order {sections}.",
        "Put META first, then PROJECTS, then VOTES.",
    ),
    "pb-missing-column": ProblemText(
        "Missing column",
        "Section {section} (line {line}) has no column {column}.",
        "Add it to the line of column names and a value to each row.",
    ),
    "pb-repeated-column": ProblemText(
        "Repeated column",
        "Section {section} (line {line}) has the column {column} more than once.",
        "Keep one column of each name.",
    ),
    "pb-too-many-columns": ProblemText(
        "Too many columns",
        "Line {line}: {found} columns, and at most {most} are read.",
        "Remove the columns the election does not need.",
    ),
    "pb-too-many-fields": ProblemText(
        "Too many fields",
        "Line {line}: {found} fields where the section has {expected} columns.",
        "Put a field that contains a semicolon in quotation marks.",
    ),
    "pb-missing-value": ProblemText(
        "Missing value",
        "Line {line}: {column} is empty.",
        "Fill it in, or remove the line and correct the count in META.",
    ),
    "pb-missing-key": ProblemText(
        "Missing key",
        "META has no value for {key}.",
        "Add a line with this key, a semicolon and the value to META.",
    ),
    "pb-repeated-key": ProblemText(
        "Repeated key",
        "Line {line}: {key} was already given on line {first_line}.",
        "Keep the line that is right.",
    ),
    "pb-not-a-whole-number": ProblemText(
        "Not a whole number",
        "Line {line}: {key} is “{value}”, which is not a whole number of zero or more.",
        "Write it with digits only.",
    ),
    "pb-budget-not-a-number": ProblemText(
        "Budget not a number",
        "Line {line}: the budget is “{value}”, which is not a number.",
        "Write it with digits and at most one decimal point, with no spaces, commas or "
        "currency: 1459730.46.",
    ),
    "pb-budget-not-positive": ProblemText(
        "No budget",
        "Line {line}: the budget is {value}.",
        "Write the amount there is to spend, more than zero.",
    ),
    "pb-unknown-vote-type": ProblemText(
        "Unknown vote type",
        "Line {line}: the vote type “{value}” is not known.",
        "Use approval, choose-1, cumulative, ordinal or scoring.",
    ),
    "pb-wrong-count": ProblemText(
        "Wrong count",
        "Line {line}: {key} says {value}, and the section has {found} rows.",
        "Find the rows that are missing or too many, or correct the number in META.",
    ),
    "pb-no-projects": ProblemText(
        "No projects",
        "The section PROJECTS has no rows.",
        "Add a row for each project on the ballot.",
    ),
    "pb-repeated-project": ProblemText(
        "Project listed twice",
        "Line {line}: the project {project} is already on line {first_line}.",
        "Remove one of the lines, or give the projects different ids.",
    ),
    "pb-cost-not-a-number": ProblemText(
        "Cost not a number",
        "Line {line}: the cost of project {project} is “{cost}”, which is not a number.",
        "Write it with digits only, with no spaces, commas or currency.",
    ),
    "pb-cost-not-positive": ProblemText(
        "Cost not positive",
        "Line {line}: the cost of project {project} is {cost}.",
        "Write what the project costs, more than zero.",
    ),
    "pb-cost-has-decimals": ProblemText(
        "Cost with decimals",
        "Line {line}: the cost of project {project} is {cost}, and costs are whole numbers.",
        "Round the cost up to a whole number, the way the call for projects says.",
    ),
    "pb-repeated-voter": ProblemText(
        "Voter listed twice",
        "Line {line}: the voter {voter} is already on line {first_line}.",
        "Keep the ballot that counts: one voter, one ballot.",
    ),
    "pb-unknown-project": ProblemText(
        "Unknown project on a ballot",
        "Line {line}: the ballot names the project {project}, which PROJECTS does not list.",
        "Correct the id, or add the project to PROJECTS.",
    ),
    "pb-approval-repeated": ProblemText(
        "An approval given twice",
        "Ballots that name a project more than once: {count} (lines {lines}).",
        "Each approval was counted once; check how the file was made.",
    ),
    "pb-project-twice-in-ballot": ProblemText(
        "Project twice on a ballot",
        "Line {line}: the ballot names the project {project} more than once.",
        "Name each project once.",
    ),
    "pb-ballot-too-long": ProblemText(
        "Ballot too long",
        "Line {line}: the ballot names {found} projects, and {most} are allowed.",
        "Correct the ballot, or max_length and vote_type in META.",
    ),
    "pb-points-do-not-match": ProblemText(
        "Points do not match",
        "Line {line}: the ballot names {expected} projects and gives {found} numbers of points.",
        "Give one number of points to each project named, in the same order.",
    ),
    "pb-points-not-whole": ProblemText(
        "Points not whole",
        "Line {line}: the points “{value}” are not a whole number of zero or more.",
        "Write points with digits only.",
    ),
    "pb-missing-expected-key": ProblemText(
        "Incomplete META",
        "META has no value for {keys}.",
        "The result does not depend on it; add it before publishing the file.",
    ),
    "pb-differs-from-recount": ProblemText(
        "Column differs from the recount",
        "The column {column} differs from the ballots for {count} projects: {projects}.",
        "The tally uses the ballots; correct the column before publishing the file.",
    ),
    "rule-not-offered": ProblemText(
        "Rule not offered",
        "The file names the rule “{rule}”, which does not say how to count; on offer: {offered}.",
        "Ask for one on offer, on the command line with --rule greedy, --rule equal-shares or "
        "--rule phragmen and what else they take (--help): the result may then differ from the "
        "official one. Where a result was published beside the file, --result takes its rule.",
    ),
    "result-not-readable": ProblemText(
        "This is not a published result",
        "The file given with --result is not a JSON object.",
        "Give the file that was published beside the ballots, SLUG-result.json.",
    ),
    "result-parameter-not-valid": ProblemText(
        "This result does not say how to count",
        "In the file given with --result, “{name}” is missing or is nothing that is known here.",
        "Give the file that was published beside the ballots, SLUG-result.json, as it is.",
    ),
    "result-differs": ProblemText(
        "This is not the count that was published",
        "The result has a transcript with the SHA-256 {published}, the count one with {counted}.",
        "Take ballots and result of the same election, both as they were published.",
    ),
    "result-contradicts-file": ProblemText(
        "The file contradicts its own ballots",
        "Its columns say other votes or winners than its ballots give, of: {projects}.",
        "Take the file as it was published; its SHA-256 stands on the page of the election.",
    ),
    "tally-option-beside-result": ProblemText(
        "Option beside a result",
        "The result says everything of the rule, and “{option}” is asked for besides.",
        "Leave out either the option or --result.",
    ),
    "election-counted-otherwise": ProblemText(
        "This election is stored already",
        "The same file is stored as {slug}, counted by another rule than that of the result.",
        "Nothing was changed. To see the other count, run: ballots rehearse SLUG --result FILE.",
    ),
    "tally-option-not-for-rule": ProblemText(
        "Option does not apply",
        "“{option}” means nothing with “{rule}”.",
        "Leave it out, or choose what it belongs to.",
    ),
    "tally-seed-missing": ProblemText(
        "Seed missing",
        "The order cost-votes-lot ends with a lot, and no seed is given for it.",
        "Give as the seed the text that was published before the vote.",
    ),
    "tally-threshold-missing": ProblemText(
        "Threshold missing",
        "Nobody says how much is needed: neither you nor min_project_score_threshold in META.",
        "Give as the threshold the least number of votes or points.",
    ),
    "tally-number-not-valid": ProblemText(
        "A number is needed",
        "“{option}” is {value}, and must be a whole number of at least {least}.",
        "Write it in digits alone, or leave it out.",
    ),
    "election-file-not-found": ProblemText(
        "There is no such file",
        "No file {name} was published of the election {slug}.",
        "Take the ballots, and count them with the command that the election's page shows.",
    ),
    "election-not-found": ProblemText(
        "There is no such election",
        "No election is stored under {slug}.",
        "Choose one from the list of elections.",
    ),
}
