"""Words for what can go wrong with the queue's order."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "override-not-there": ProblemText(
        "It stands where the queue puts it",
        "Nobody gave report {number} another place, or it was taken back already.",
        "Nothing is left to do.",
    ),
    "override-moved-on": ProblemText(
        "Somebody else was faster",
        "Report {number} has had another place since you opened it: it is put {place} of its "
        "urgency, because: “{because}”.",
        "Look at that reason. If yours still holds, send it again.",
    ),
    "override-taken-back": ProblemText(
        "Somebody else was faster",
        "The place of report {number} by hand was taken back since you opened it.",
        "It stands where the queue puts it. If your reason still holds, send it again.",
    ),
    "override-of-danger": ProblemText(
        "Danger keeps its order",
        "Report {number} is about danger, and those go by how long they wait alone.",
        "If it is no danger, change its urgency first, and say why.",
    ),
    "strength-not-valid": ProblemText(
        "This strength is not possible",
        "The strength of a weight set is a number from 0 to {most}.",
        "0 weighs nothing; 1 follows the gap in full, up to the limit of 1.5.",
    ),
    "weights-own-proposal": ProblemText(
        "Somebody else has to approve this",
        "You proposed version {version} yourself, and weights come into force by two people.",
        "Ask another analyst or administrator to look at it and decide.",
    ),
    "weights-never-in-force": ProblemText(
        "There is nothing to go back to",
        "Version {version} was never in force, or is in force now.",
        "Choose a version that was in force before, or propose a new set.",
    ),
    "weights-of-other-districts": ProblemText(
        "These weights are of other districts",
        "Version {version} weighs districts that are not in force any more.",
        "Propose a new set on the districts as they are now.",
    ),
    "weight-set-not-found": ProblemText(
        "There is no such weight set",
        "The weight set does not exist in this city.",
        "Choose one from the list.",
    ),
    "weight-set-decided": ProblemText(
        "This weight set was decided before",
        "Weight set {version} is {state}.",
        "Propose a new one if the order should change.",
    ),
    "queue-filter-not-valid": ProblemText(
        "This filter cannot be read",
        "The filter “{name}” cannot be “{value}”.",
        "Take it out of the address, or choose it anew. Nothing was left out silently.",
    ),
    "queue-filter-unknown": ProblemText(
        "There is no such filter",
        "Nobody knows the filter “{name}”. These are known: {names}.",
        "Write it as one of those, or take it out of the address. Nothing was left out silently.",
    ),
    "view-not-readable": ProblemText(
        "This view cannot be read any more",
        "The view “{name}” holds a filter that nobody knows.",
        "Show the whole queue, filter it, and save the view anew under the same name.",
    ),
    "view-without-name": ProblemText(
        "The view needs a name",
        "A name has at least one letter or digit, because it stands in the address.",
        "Give it a short one, such as Late potholes.",
    ),
    "view-without-filter": ProblemText(
        "There is nothing to keep",
        "A view keeps what the queue is filtered by, and nothing is, or far too much.",
        "Filter the queue first, then save the view.",
    ),
    "view-name-taken": ProblemText(
        "This name is taken",
        "Somebody else shares a view that is called {name}.",
        "Choose another name, or keep it for yourself.",
    ),
    "too-many-views": ProblemText(
        "These are very many views",
        "One person can keep {most} views.",
        "Delete one that you do not use any more.",
    ),
    "view-unknown": ProblemText(
        "There is no such view",
        "Neither you nor anybody who shares has a view that is called {name}.",
        "Choose one from the list above the queue.",
    ),
    "rates-missing": ProblemText(
        "There are no reporting rates yet",
        "Weights follow from fitted reporting rates, and none were fitted so far.",
        "Fit them first: python -m backend equity refresh.",
    ),
    "gain-impossible": ProblemText(
        "This strength is not possible",
        "A weight set cannot follow the gap {gain} times.",
        "Give a number of 0 or more.",
    ),
    "band-impossible": ProblemText(
        "This severity is not possible",
        "There is no severity band {band}.",
        "Give the service a band from 0 (safety) to 4 (wish).",
    ),
    "target-impossible": ProblemText(
        "This target time is not possible",
        "A report cannot be due after {target_hours} hours.",
        "Give the service a target of more than 0 hours.",
    ),
    "weights-in-force-changed": ProblemText(
        "Somebody else decided meanwhile",
        "Another set is in force than your page showed. In force now: {in_force}.",
        "Look at what each set would change, and decide again.",
    ),
    "weight-impossible": ProblemText(
        "This weight is not possible",
        "A district cannot weigh {weight}.",
        "Weights run from 1 to 1.5.",
    ),
    "form-figure-missing": ProblemText(
        "A figure is missing",
        "The field “{field}” holds no number.",
        "Write a number, such as 2 or 2.5.",
    ),
    "sweep-capacity-unknown": ProblemText(
        "Nobody can tell how much the crews can finish",
        "Reports come in, and none was finished in the last twelve weeks.",
        "Say how many reports the crews can finish in a week.",
    ),
    "sweep-weeks-not-valid": ProblemText(
        "This time is not possible",
        "A sweep plan is for 1 to {most} weeks.",
        "Give a whole number of weeks within that.",
    ),
    "sweep-seed-not-valid": ProblemText(
        "This seed is not possible",
        "The seed of a draw is a whole number from 0 to {most}.",
        "Choose any number within that; the same number gives the same draw.",
    ),
    "sweep-figure-not-valid": ProblemText(
        "A figure about the crews is not possible",
        "“{figure}” is a number from {least} to {most}.",
        "Correct it.",
    ),
    "sweep-plan-too-large": ProblemText(
        "The plan would be too large",
        "It would have {days} sweep days, and at most {most} are planned at once.",
        "Plan fewer weeks, or part of the crews.",
    ),
    "sweep-plan-not-found": ProblemText(
        "There is no such sweep plan",
        "There is no sweep plan {plan} in this city.",
        "Choose one from the list.",
    ),
    "sweep-day-not-found": ProblemText(
        "The plan has no such day",
        "Sweep plan {plan} has no day {day}.",
        "Choose one of its days.",
    ),
    "sweep-plan-decided": ProblemText(
        "This plan was decided before",
        "Sweep plan {plan} is {state}.",
        "Propose another plan if it should be different.",
    ),
    "sweep-plan-not-in-force": ProblemText(
        "This plan is not in force",
        "Sweep plan {plan} is {state}, and only what was in force can have been walked.",
        "Put the plan in force first.",
    ),
    "sweep-recorded-already": ProblemText(
        "This day was recorded before",
        "Day {day} of sweep plan {plan} was recorded, and a record is not changed.",
        "Look at what is there. A problem that is missing can still become a report.",
    ),
    "sweep-times-not-valid": ProblemText(
        "These times cannot be",
        "A sweep ends after it began, and before it is recorded.",
        "Correct when it started and when it ended.",
    ),
    "sweep-too-long": ProblemText(
        "This is longer than a day",
        "A day of a sweep plan is over within {hours} hours.",
        "Correct when it started and when it ended.",
    ),
    "sweep-before-plan": ProblemText(
        "Nobody had these stops yet",
        "Sweep plan {plan} was drawn on {day}, so no day of it was walked before.",
        "Correct the day, or record it in the plan it belongs to.",
    ),
    "sweep-depot-too-far": ProblemText(
        "This depot is too far away",
        "Longitude {lon} and latitude {lat} are more than {most} kilometres from the city.",
        "Give the place where the crews' day begins, first its longitude, then its latitude.",
    ),
    "sweep-metres-not-valid": ProblemText(
        "This way cannot be walked in a day",
        "A crew walks more than 0 and at most {most} metres.",
        "Correct the metres. If nobody went, record nothing.",
    ),
    "sweep-day-doubted": ProblemText(
        "Please look once more",
        "{doubts} Nothing is recorded yet.",
        "Correct it, or say that it is right all the same.",
    ),
    "sweep-nothing-walked": ProblemText(
        "No stop was walked",
        "Every stop of the day is marked as missed.",
        "If nobody went, record nothing; otherwise leave out the stops somebody got to.",
    ),
    "sweep-stop-not-walked": ProblemText(
        "Something was found where nobody was",
        "There is a find at stop {stop}, which is missed or not part of the day.",
        "Correct the number of the stop.",
    ),
    "sweep-stop-unknown": ProblemText(
        "The day has no such stop",
        "Stop {stop} is marked as missed, and is not part of the day.",
        "Correct the number of the stop.",
    ),
    "sweep-find-without-stop": ProblemText(
        "A find has no stop",
        "Line {line} says what was found, but not at which stop.",
        "Give the line the number of its stop, or empty it.",
    ),
    "sweep-find-of-no-kind": ProblemText(
        "A find has no kind",
        "A find at stop {stop} has neither the number of a report nor the kind of a new problem.",
        "Give it one of both.",
    ),
    "sweep-find-known-and-new": ProblemText(
        "A find is known and new at once",
        "A find has the number {number}, and also says what is new.",
        "Keep the number alone, or leave it out if it is another problem.",
    ),
    "sweep-too-many-finds": ProblemText(
        "These are too many finds for a day",
        "One record takes up to {most} finds.",
        "File the rest as reports.",
    ),
    "finds-unreadable": ProblemText(
        "The finds cannot be read",
        "{file} is no JSON list of finds, each with a stop, with texts, and with answers.",
        "See docs/guide/sweeps.md for what a find holds.",
    ),
    "sweep-find-closed": ProblemText(
        "This report is closed",
        "Report {number} is closed, so what was seen is a new problem.",
        "Leave out the number, and say what it is and where.",
    ),
    "sweep-find-twice": ProblemText(
        "A problem is there twice",
        "Two finds of this sweep are one and the same problem.",
        "Leave one of them out.",
    ),
    "sweep-find-noted": ProblemText(
        "This problem is noted already",
        "Report {number} is among what was found on this day.",
        "Nothing is left to do: take your entry away.",
    ),
    "sweep-stop-noted-otherwise": ProblemText(
        "Somebody noted otherwise",
        "Somebody else noted the opposite about stop {stop} in the meantime.",
        "Look at what stands there now. Take your entry away, or note it once more.",
    ),
    "sweep-stop-has-finds": ProblemText(
        "Somebody was at this stop",
        "Stop {stop} was noted as not reached, and a problem was found there.",
        "Note the stop as walked, or take your entry away.",
    ),
    "sweep-others-noted": ProblemText(
        "Somebody else is on this day, too",
        "They noted something that you have not seen, last on {at}.",
        "Ask them first: what they have not sent yet would count as not reached. Then send it "
        "once more.",
    ),
    "sweep-note-id-taken": ProblemText(
        "Two entries have one id",
        "The id of this entry stands for another one, at stop {stop}.",
        "Take your entry away and note it once more.",
    ),
    "visit-people-not-valid": ProblemText(
        "This number of people is not possible",
        "How many people somebody spoke with is a whole number from 0 to {most}.",
        "Correct it; a rough count will do.",
    ),
    "visit-day-not-valid": ProblemText(
        "A visit cannot have been on this day",
        "It is in the future, or more than a year ago.",
        "Correct the day.",
    ),
    "visit-id-taken": ProblemText(
        "This form was sent before",
        "The visit it recorded says something else, or was taken back.",
        "Look at the list of visits. If this is another one, send it once more.",
    ),
    "visit-not-found": ProblemText(
        "There is no such visit",
        "We do not know of a visit under this id.",
        "Look at the list of visits.",
    ),
    "visit-stands": ProblemText(
        "It is too late to take it back",
        "More than ten minutes went by since this visit was recorded.",
        "It stays on the list.",
    ),
    "visit-district-unknown": ProblemText(
        "There is no such district",
        "The city has no district {district}.",
        "Choose one from the list.",
    ),
}
