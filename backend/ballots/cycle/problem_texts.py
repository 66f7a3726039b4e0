"""The words for what can go wrong with a cycle."""

from backend.core.problem_text import ProblemText

TEXTS: dict[str, ProblemText] = {
    "bad-cycle-slug": ProblemText(
        "Not a short name for an address",
        "“{slug}” cannot stand in an address.",
        "Use small letters, digits and single hyphens between them: budget-2027.",
    ),
    "cycle-slug-taken": ProblemText(
        "There is such a cycle already",
        "A cycle is stored under {slug}.",
        "Choose another short name, or change the draft that is there.",
    ),
    "bad-cycle-parts": ProblemText(
        "Parts of the cycle not clear",
        "There is no part with money, or two parts have the same code.",
        "Name each part once: the whole city, or the districts, or both.",
    ),
    "phase-missing": ProblemText(
        "A phase has no dates",
        "The phase “{phase}” has no dates.",
        "Give each of the seven phases a start and an end.",
    ),
    "phase-far-away": ProblemText(
        "A date is too far away",
        "The phase “{phase}” would lie before the year 2000 or after 2200.",
        "Correct the year.",
    ),
    "phase-empty": ProblemText(
        "A phase ends before it starts",
        "The phase “{phase}” does not end after its start.",
        "Choose an end that is later than the start.",
    ),
    "phases-overlap": ProblemText(
        "Two phases at one time",
        "The phase “{after}” would start before “{before}” has ended.",
        "Move the other phase first, or choose dates between the two neighbours.",
    ),
    "phase-is-over": ProblemText(
        "This phase is over",
        "The phase “{phase}” has ended, so its dates stand.",
        "Move the dates of a phase that has not ended.",
    ),
    "phase-has-begun": ProblemText(
        "This phase has begun",
        "The phase “{phase}” has begun, so its start stands.",
        "Leave the start as it is and choose another end.",
    ),
    "date-is-past": ProblemText(
        "This date is past",
        "The phase “{phase}” would start or end at a moment that is past.",
        "Choose a date that is still to come.",
    ),
    "vote-cannot-be-shortened": ProblemText(
        "A vote under way cannot be made shorter",
        "People may count on the last day of the vote as it was announced.",
        "Keep the end, or choose a later one.",
    ),
    "cycle-not-found": ProblemText(
        "There is no such budget",
        "No budget here has the name “{slug}” in its address.",
        "Choose one from the list of budgets.",
    ),
    "cycle-not-published": ProblemText(
        "This budget has not been published",
        "The budget {slug} is a draft, so nothing of it is open.",
        "Wait until the city has published what it is about, its money and its rules.",
    ),
    "phase-not-open": ProblemText(
        "Not now",
        "This is for the phase “{phase}”, from {starts_at} to {ends_at} (the city's time).",
        "Come back then. The dates of all phases stand on the page of the budget.",
    ),
    "moment-not-valid": ProblemText(
        "Not a date",
        "A date of the form is empty or cannot be read.",
        "Choose a day and an hour in both fields.",
    ),
    "dates-are-the-same": ProblemText(
        "Nothing to move",
        "The phase “{phase}” has these dates already.",
        "Choose other dates.",
    ),
    "cycle-is-published": ProblemText(
        "This cycle is published",
        "What the cycle {slug} said before it opened stands.",
        "Move a date with a reason, or say it in the next cycle.",
    ),
    "cycle-published-too-late": ProblemText(
        "Too late to publish",
        "The phase “{phase}” has begun, and the statement comes before it.",
        "Give the draft dates that are still to come and publish it then.",
    ),
    "bad-cycle-currency": ProblemText(
        "Currency not clear",
        "“{currency}” with this scale of money cannot be used.",
        "Name the currency by its three letters, such as EUR; the scale is 1, 10, 100 or 1000.",
    ),
    "bad-cycle-budget": ProblemText(
        "Budget not possible",
        "A budget is a whole number of the smallest unit, from 0 to {most}.",
        "Write the whole amount there is to spend.",
    ),
    "cycle-part-unknown": ProblemText(
        "A part is no district of the city",
        "No district in force has the code {part}.",
        "Take the codes from `python -m backend city districts`.",
    ),
    "bad-cycle-part": ProblemText(
        "A part of the cycle not clear",
        "The part “{part}” has no proper code or name, or a budget or residents that cannot be.",
        "Use letters, digits, _ and - for the code; residents are a whole number above zero.",
    ),
    "cycle-not-stated": ProblemText(
        "Not ready to be published",
        "Before a cycle opens, people must know what they decide on. Still open: {count}.",
        "Complete the draft and publish it then.",
    ),
    "cycle-remit-missing": ProblemText(
        "Remit missing",
        "remit: nothing says what people decide on.",
        "Say what the money may be spent on and what the city will do with the result.",
    ),
    "cycle-scope-missing": ProblemText(
        "Limits missing",
        "out_of_scope: nothing says what cannot be proposed.",
        "Say what the money may not be spent on.",
    ),
    "cycle-level-missing": ProblemText(
        "Level of participation missing",
        "participation_level: say how far people decide, one of {levels}.",
        "Choose the highest one the city will keep to.",
    ),
    "cycle-budget-missing": ProblemText(
        "Money missing",
        "budget: nothing says how much there is to spend.",
        "Write the whole amount.",
    ),
    "cycle-part-without-money": ProblemText(
        "A part without money",
        "parts: {part} has no budget.",
        "State its budget, or a budget_formula that gives each district its own.",
    ),
    "cycle-parts-do-not-add-up": ProblemText(
        "Parts do not add up",
        "parts: their budgets come to {parts}, and the whole is {budget}.",
        "Correct one of them, so that every unit of the money belongs to one part.",
    ),
    "part-budget-beside-formula": ProblemText(
        "Budgets stated twice",
        "parts: a part has a budget of its own beside the formula.",
        "Leave the budgets out, or the formula.",
    ),
    "formula-without-districts": ProblemText(
        "A formula for nobody",
        "budget_formula: there is no district to share the money among.",
        "Add the districts, or state the budget of the whole city instead.",
    ),
    "formula-percent-missing": ProblemText(
        "Percentage missing",
        "budget_formula.{term}: a whole number from 0 to 100 is needed.",
        "Write 0 where it should not count.",
    ),
    "formula-weights-not-100": ProblemText(
        "Weights do not add up",
        "budget_formula: the weights of residents, need and equity are not 100 together.",
        "Choose weights that add up to 100.",
    ),
    "formula-measure-missing": ProblemText(
        "Measure missing",
        "budget_formula.{term}: nothing says which measure counts.",
        "Name the measure as the census or the analysts' file names it.",
    ),
    "formula-need-unit-missing": ProblemText(
        "Unit of the need missing",
        "budget_formula.need_unit: say what the measure counts, share (of residents) or people.",
        "Look into the census file: 0.2 is a share, 214 are people.",
    ),
    "formula-citywide-missing": ProblemText(
        "Citywide money missing",
        "budget_formula: the citywide part needs citywide_percent or citywide_budget, less than "
        "the whole.",
        "State one of the two.",
    ),
    "formula-term-unknown": ProblemText(
        "No such term",
        "budget_formula.{term}: the formula does not use it.",
        "Leave it out, or give the weight it belongs to.",
    ),
    "rule-not-stated": ProblemText(
        "Voting rule not complete",
        "A parameter of the voting rule is missing or cannot be.",
        "State each parameter that is listed.",
    ),
    "rule-term-missing": ProblemText(
        "Parameter of the rule missing",
        "rule.{term}: state one of {offered}.",
        "See docs/guide/participatory-budget.md for what each of them does.",
    ),
    "rule-term-not-offered": ProblemText(
        "Parameter of the rule not known",
        "rule.{term}: “{value}” is none of {offered}.",
        "Choose one of them.",
    ),
    "rule-number-missing": ProblemText(
        "Number missing",
        "rule.{term}: a whole number above zero is needed.",
        "State it: thresholds in votes or points, steps in units of the currency.",
    ),
    "rule-seed-missing": ProblemText(
        "Seed of the lot missing",
        "rule.seed: a text of at most {longest} visible characters is needed.",
        "Choose any text; it is published now, so that nobody can choose the lot later.",
    ),
    "rule-term-unknown": ProblemText(
        "Parameter does not belong here",
        "rule.{term} means nothing with {rule}, which takes {offered}.",
        "Leave it out.",
    ),
    "rule-needs-points": ProblemText(
        "Rule and ballot do not go together",
        "rule: it reads points or places, and the ballot has approvals.",
        "Choose ballots with points or rankings, or a rule that counts votes.",
    ),
    "districts-without-votes": ProblemText(
        "Money that nobody votes on",
        "ballot_form.districts: “none” gives nobody a vote on the money of {parts}.",
        "Write own or any-one, or leave only the whole city among the parts.",
    ),
    "budgets-are-stated": ProblemText(
        "The budgets stand",
        "The cycle {slug} was published with a budget for each part and without a formula.",
        "Nothing needs to be computed.",
    ),
    "district-figure-missing": ProblemText(
        "A figure is missing",
        "There is no {measure} of the district {district}.",
        "Add it to the file of figures, or import a census that has it.",
    ),
    "district-figure-not-valid": ProblemText(
        "A figure is not a number",
        "The {measure} of the district {district} is no plain number of zero or more.",
        "Write it with digits and at most one decimal point.",
    ),
    "district-without-residents": ProblemText(
        "A district without residents",
        "The district {district} has no residents, so nothing can be shared by them.",
        "Correct the figure, or leave the district out of the cycle.",
    ),
    "district-figure-negative": ProblemText(
        "A figure below zero",
        "A figure of the district {district} is below zero.",
        "Use an index and counts of zero or more.",
    ),
    "measure-all-zero": ProblemText(
        "A measure says nothing",
        "The measure of {measure} is zero in every district.",
        "Choose another measure, or publish a formula in which it has no weight.",
    ),
    "cycle-is-settled": ProblemText(
        "The ballot is settled",
        "The budgets and the projects of {slug} were settled and published.",
        "They stand until the count.",
        on_page=ProblemText(
            "The ballot is settled",
            "The money and the projects of this budget were settled and published.",
            "They stand until the count.",
        ),
    ),
    "vote-day-has-come": ProblemText(
        "The day of the vote has come",
        "The vote of {slug} was to begin before it was settled, so it opened for nobody.",
        "Put the vote off with a reason, then settle it.",
    ),
    "settled-too-early": ProblemText(
        "Too early to settle the ballot",
        "The ballot is settled from the phase “{phase}” on.",
        "Come back then: until the phases before it are over, proposals may change.",
    ),
    "vote-not-ready": ProblemText(
        "The vote cannot be settled",
        "Problems found: {count}.",
        "Correct each problem listed and settle it again.",
    ),
    "ballot-too-long": ProblemText(
        "Too many projects",
        "More than {most} projects are on the list.",
        "Join or leave out some: nobody could read them all.",
    ),
    "budgets-not-set": ProblemText(
        "Districts have no money yet",
        "The parts' budgets do not add up to the whole.",
        "Compute them by the published formula first.",
    ),
    "part-without-projects": ProblemText(
        "Nothing to vote on",
        "{part} has money and no project.",
        "Add a project of this part.",
    ),
    "bad-project-code": ProblemText(
        "Not a code for a ballot",
        "{where}: “{code}” cannot be a project's code.",
        "Use at most 20 letters, digits, dots, hyphens and underscores.",
    ),
    "project-code-twice": ProblemText(
        "Two projects with one code",
        "{where}: another project has the code {code} as well.",
        "Give each project a code of its own.",
    ),
    "project-title-missing": ProblemText(
        "A project without a title",
        "{where}: the title is empty.",
        "Say in a few words what would be built.",
    ),
    "project-text-not-valid": ProblemText(
        "A text of a project cannot be used",
        "{where}: the title or the category cannot be shown ({why}).",
        "Shorten it and leave out characters nobody can see.",
    ),
    "project-part-unknown": ProblemText(
        "No such part",
        "{where}: there is no part “{part}”, only {parts}.",
        "Use the code of a part of this cycle.",
    ),
    "project-cost-not-positive": ProblemText(
        "A project without a cost",
        "{where}: the cost is not above zero.",
        "Write what the project costs with its upkeep as the city counts it.",
    ),
    "project-can-never-win": ProblemText(
        "A project that can never win",
        "{where}: it costs {cost}, and {part} has {budget}.",
        "Make it smaller, move it to a part with more money, or leave it out.",
    ),
    "project-place-not-valid": ProblemText(
        "No such place",
        "{where}: longitude and latitude are no place on Earth.",
        "Give both in degrees, or neither.",
    ),
    "cycle-file-not-readable": ProblemText(
        "The cycle's file cannot be read",
        "{file}: {why}.",
        "Correct the file and try again. Nothing was changed.",
    ),
    "cycle-file-not-valid": ProblemText(
        "The cycle's file cannot be used",
        "{file}, line {line}: {why}.",
        "Correct the line and try again. Nothing was changed.",
    ),
    "cycle-file-refused": ProblemText(
        "The cycle cannot be drafted so",
        "{file}, line {line}: see below.",
        "Correct the line and try again. Nothing was changed.",
    ),
    "project-file-not-readable": ProblemText(
        "The list of projects cannot be read",
        "{file}: {why}.",
        "Save it as CSV in UTF-8 and try again.",
    ),
    "project-column-missing": ProblemText(
        "A column is missing",
        "{file} has no rows, or no column {column}.",
        "Name the columns in the first line: code, part, title, cost, and if you like category, "
        "lon and lat.",
    ),
    "project-column-unknown": ProblemText(
        "Columns nobody reads",
        "{file} has {columns}; read are {offered}.",
        "Rename or remove them, so that nothing is lost without anybody noticing.",
    ),
    "project-file-not-valid": ProblemText(
        "The list of projects cannot be used",
        "{file}: {count} values cannot be read.",
        "Correct each line listed and try again. Nothing was changed.",
    ),
    "project-cost-not-a-number": ProblemText(
        "Cost not a number",
        "Line {line}: the cost is “{value}”.",
        "Write it with digits and at most one decimal point, with no spaces, commas or currency.",
    ),
    "project-degrees-not-a-number": ProblemText(
        "Longitude or latitude not a number",
        "Line {line}: “{value}” are no degrees.",
        "Write them with a decimal point, such as 10.0021.",
    ),
    "figures-not-readable": ProblemText(
        "The figures cannot be read",
        "{file}: {why}.",
        "Save them as CSV in UTF-8 and try again.",
    ),
    "figures-without-districts": ProblemText(
        "No districts in the figures",
        "{file} has no rows, or no column district.",
        "Put the districts' codes in a column of this name and each measure in one of its own.",
    ),
}
