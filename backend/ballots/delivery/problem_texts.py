"""The words for what can go wrong with delivery."""

from backend.core.problem_text import ProblemText

TEXTS: dict[str, ProblemText] = {
    "cycle-not-counted": ProblemText(
        "Not counted yet",
        "The vote is not counted, so that nothing has won.",
        "Count the vote first. From then on projects are planned and built.",
    ),
    "project-not-found": ProblemText(
        "No such project",
        "No project with the code “{code}” has won in “{cycle}”.",
        "Look it up in the list of projects of this budget.",
    ),
    "project-moved-on": ProblemText(
        "Somebody was faster",
        "The project “{code}” was changed while you looked at it; it is “{state}” now.",
        "Load it again, read what is new, and decide then.",
    ),
    "project-finished": ProblemText(
        "The plan is closed",
        "The project “{code}” is “{state}”, so that its plan stands as it is.",
        "Take the project up again first, with a reason.",
    ),
    "project-step-not-possible": ProblemText(
        "This step is not possible",
        "The project “{code}” is “{before}” and cannot become “{after}” from there.",
        "Choose one of the steps its page offers.",
    ),
    "plan-incomplete": ProblemText(
        "The plan has gaps",
        "Before work on “{code}” begins, people must be able to read: {missing}.",
        "Name who builds it, at least one milestone, and the day it is looked at again.",
    ),
    "milestones-open": ProblemText(
        "Steps are still open",
        "{count} milestones of “{code}” are neither done nor dropped.",
        "Say of each that it is done, or drop it with a reason. Then the project is built.",
    ),
    "milestone-not-found": ProblemText(
        "No such milestone",
        "The project “{code}” has no milestone {number}.",
        "Load the project again and choose one of its milestones.",
    ),
    "milestone-settled": ProblemText(
        "This milestone is settled",
        "Milestone {number} is “{state}”, so that its day stands.",
        "Say first that it is still to be done, with a reason.",
    ),
    "milestone-step-not-possible": ProblemText(
        "This step is not possible",
        "Milestone {number} is “{before}” and cannot become “{after}” from there.",
        "Load the project again and choose one of the steps it offers.",
    ),
    "too-many-milestones": ProblemText(
        "Too many milestones",
        "A project has at most {most} milestones.",
        "Put small steps together into one.",
    ),
    "day-is-the-same": ProblemText(
        "The same day",
        "It is due on {day} already.",
        "Choose another day, or leave it as it is.",
    ),
    "day-not-valid": ProblemText(
        "Not a day",
        "“{typed}” is not a day.",
        "Write year, month and day: 2027-05-31.",
    ),
    "day-far-away": ProblemText(
        "A day too far away",
        "{day} lies before the year 2000 or after 2200.",
        "Correct the year.",
    ),
    "day-gone": ProblemText(
        "This day is over",
        "{day} is before today.",
        "Give today or a later day: nobody can plan for a day that is over.",
    ),
    "day-to-come": ProblemText(
        "A day that is still to come",
        "{day} is after today, and this has happened already.",
        "Choose today or an earlier day.",
    ),
    "amount-not-valid": ProblemText(
        "Not a sum that can be spent",
        "A sum is above zero, and all of a project together at most {most} of the smallest units.",
        "Correct the sum. To take an entry back, use the step for that.",
    ),
    "amount-far-above-cost": ProblemText(
        "A sum far above the cost",
        "This one entry is more than {times} times what the project {code} was to cost.",
        "Look at the digits again. If the sum is right, say that it is meant.",
    ),
    "purpose-unknown": ProblemText(
        "No such purpose",
        "Nothing can be entered for the purpose “{code}”: it is not on the list, or is closed.",
        "Choose one of the list, or add it there first.",
    ),
    "purpose-code-not-valid": ProblemText(
        "Not a code for a purpose",
        "“{code}” cannot be a code.",
        "Use up to twenty letters, digits, dots and hyphens, with a letter or digit first.",
    ),
    "purpose-has-a-name": ProblemText(
        "This code has another name",
        "The code “{code}” stands for “{name}”, also in what was entered before.",
        "Choose another code for the new name.",
    ),
    "spending-id-taken": ProblemText(
        "This id stands for another entry",
        "An entry with the same id was stored with other values.",
        "Load the page again and enter it there.",
    ),
    "spending-not-found": ProblemText(
        "No such entry",
        "The project “{code}” has no entry {number}.",
        "Load the project again and choose one of its entries.",
    ),
    "spending-taken-back": ProblemText(
        "This entry is settled",
        "Entry {number} was taken back, or takes another one back itself.",
        "Add a new entry if money was spent after all.",
    ),
    "project-reassessed": ProblemText(
        "It was looked at again",
        "The second look at “{code}” is over: {result}.",
        "Say what a later look found instead; the day of the first one stands.",
    ),
    "reassessment-not-due": ProblemText(
        "Too early for a second look",
        "Today is {today}, and the day to look again at “{code}” is not there or not come yet.",
        "Say when it is looked at again, and come back on that day.",
    ),
}
