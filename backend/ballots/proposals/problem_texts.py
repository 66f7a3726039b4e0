"""Words for what can go wrong with proposals."""

from backend.core.problem_text import ProblemText
from backend.core.problem_texts import SENT_BEFORE

TEXTS: dict[str, ProblemText] = {
    "proposal-not-found": ProblemText(
        "We do not know this number",
        "There is no proposal with the number {number} here.",
        "Check the number: it has eight letters and digits, and no letter O, I, L or U.",
    ),
    "proposal-id-taken": ProblemText(
        "This id already means another proposal",
        "A proposal was sent with the same id and other content.",
        "Make a new UUID (version 7) for a new proposal.",
        SENT_BEFORE,
    ),
    "person-unknown": ProblemText(
        "We cannot tell you from others",
        "This needs the token of a phone or an account, so that each person counts once.",
        "Ask for an anonymous token with POST /v1/devices and send it along.",
    ),
    "proposal-not-yours": ProblemText(
        "This is for those who made the proposal",
        "We cannot tell that you stand behind proposal {number}.",
        "Send the token it was made with, or ask the city to do it for you.",
    ),
    "proposal-code-not-valid": ProblemText(
        "The code does not fit",
        "It is not the code of proposal {number}, or somebody took their place with it on a phone.",
        "Check it. With the phone it is done there; without either, the city's office does it.",
    ),
    "first-proposer-only": ProblemText(
        "This concerns all who made the proposal",
        "The person who made proposal {number} first says this for all of them.",
        "Ask them. You can leave the proposal by yourself.",
    ),
    "language-not-valid": ProblemText(
        "We do not know this language",
        "The tag of the language is not one that BCP 47 describes.",
        "Send a tag such as en, pt-BR or zh-Hant.",
    ),
    "cost-not-valid": ProblemText(
        "The sum cannot be right",
        "A cost is a whole number of the budget's smallest units, from 0 to {most}.",
        "Check the sum, or leave it out: the city will estimate it.",
    ),
    "amount-not-readable": ProblemText(
        "We cannot read this sum",
        "{typed} is no sum of money.",
        "Write digits, and a point before cents: 1250 or 1250.50.",
    ),
    "form-without-id": ProblemText(
        "The form is not whole",
        "The hidden id of the form is missing.",
        "Open the page again and fill in the form anew.",
    ),
    "place-missing": ProblemText(
        "Please say where",
        "A proposal is for a place, a district or the whole city.",
        "Set the pin, or choose the district or the whole city.",
    ),
    "place-in-another-part": ProblemText(
        "The place lies in another district",
        "It was proposed for {part}, and the place lies in {place}.",
        "Move the pin, or choose the district it lies in.",
    ),
    "proposal-outside-city": ProblemText(
        "This place is outside the city",
        "No district of the city holds this place.",
        "Move the pin into the city, or leave it out and say which part of the city it is for.",
    ),
    "part-not-in-cycle": ProblemText(
        "There is no money for this place",
        "This budget has money for {parts}, and none for {part}.",
        "Choose a place in one of them, or propose it for the whole city where that is one.",
    ),
    "proposal-not-editable": ProblemText(
        "The words stand now",
        "Proposal {number} is {state}; its words change only before the review.",
        "Write a comment. If it must not stand like this, take it back.",
    ),
    "proposal-words-settled": ProblemText(
        "The words are settled",
        "The ballot is settled, and proposal {number} says what stands on it.",
        "An administrator can cover what must not be read, for a reason that everybody reads.",
    ),
    "proposal-words-open": ProblemText(
        "The ballot is not settled",
        "Passages are covered once proposal {number} stands on a settled ballot, or not on it.",
        "Put other words in their place.",
    ),
    "passage-too-short": ProblemText(
        "The passage is too short",
        "Fewer than {least} letters stand in many words.",
        "Give the whole word or sentence.",
    ),
    "passage-not-found": ProblemText(
        "The passage is not there",
        "Proposal {number} says nothing that is spelled like this.",
        "Copy the passage from the page, with its capital letters.",
    ),
    "proposal-moved-on": ProblemText(
        "Somebody else was faster",
        "Proposal {number} has changed since you opened it; it is {state} now.",
        "Look at what changed and try again.",
    ),
    "proposal-step-not-possible": ProblemText(
        "This step is not possible",
        "Proposal {number} cannot go from {before} to {after}.",
        "Open its page to see where it stands.",
    ),
    "proposal-gone": ProblemText(
        "This proposal does not stand by itself any more",
        "Proposal {number} is {state}.",
        "Open its page: what came of it is named there.",
    ),
    "proposers-full": ProblemText(
        "There are enough people behind it",
        "At most {most} people can make proposal {number}, those invited counted.",
        "Everybody else can endorse it.",
    ),
    "invitation-not-valid": ProblemText(
        "This code does not fit",
        "The code was used before, has expired, or belongs to another proposal.",
        "Ask whoever invited you for a new one.",
    ),
    "question-not-found": ProblemText(
        "There is no such question",
        "No question under proposal {number} has this id.",
        "Open the proposal again and choose the question there.",
    ),
    "question-not-yours": ProblemText(
        "This question went to somebody else",
        "The question under proposal {number} is for the {asked}.",
        "Write a comment instead.",
    ),
    "translation-of-itself": ProblemText(
        "It is written in this language",
        "Proposal {number} was written in {language}; its own words are always shown.",
        "Choose another language.",
    ),
    "findings-missing": ProblemText(
        "The review is not complete",
        "There is no finding yet for: {criteria}.",
        "Note what was found by each criterion, then decide.",
    ),
    "outcome-against-findings": ProblemText(
        "The outcome does not follow from the findings",
        "{outcome} was chosen; not met: {failed}; met with changes: {changed}.",
        "Refuse only what fails a criterion, accept only what fails none, and ask for changes "
        "where a finding does.",
    ),
    "proposal-not-in-review": ProblemText(
        "There is nothing to review",
        "Proposal {number} is {state}.",
        "Choose one that waits for a review.",
    ),
    "review-needs-another-person": ProblemText(
        "Somebody else must decide this",
        "You had a part in the review of proposal {number} that the appeal is against.",
        "Ask a colleague who had none.",
    ),
    "appealed-before": ProblemText(
        "It was decided twice",
        "Another person has decided again on proposal {number} already.",
        "Write a comment, or ask the city a question.",
    ),
    "appeal-too-late": ProblemText(
        "There is nothing to appeal against now",
        "An appeal is made within {days} days of the decision; proposal {number} has none as new.",
        "Write a comment, or ask the city a question.",
    ),
    "too-many-items": ProblemText(
        "The list is too long",
        "A list in an information pack has at most {most} entries.",
        "Keep what voters need to know.",
    ),
    "source-not-an-address": ProblemText(
        "This source cannot be opened",
        "The address of a source begins with http:// or https:// and goes on without spaces, "
        "quotation marks, < or >, and backslashes.",
        "Copy the whole address from a browser, or write such a character as a code: %22 for a "
        "quotation mark, %20 for a space.",
    ),
    "pack-disputed": ProblemText(
        "There is a minority statement",
        "The pack says that nobody disagreed, and holds a minority statement.",
        "Leave one of the two out.",
    ),
    "proposals-not-ready": ProblemText(
        "The proposals are not ready for a vote",
        "Proposals that keep the ballot from being settled: {count}.",
        "Do what each one listed lacks, and settle it again.",
    ),
    "proposal-undecided": ProblemText(
        "A proposal waits for its answer",
        "Proposal {number} ({title}) is {state}.",
        "Review it: nobody is left without an answer.",
    ),
    "proposal-pack-incomplete": ProblemText(
        "An information pack is not complete",
        "Proposal {number} ({title}) lacks: {missing}. The lines of its cost must add up to it.",
        "Complete the pack.",
    ),
    "rearrangement-not-found": ProblemText(
        "There is no such wish to merge or split",
        "Nothing with this id is asked of anybody.",
        "Open the proposal again and choose from what stands there.",
    ),
    "rearrangement-not-valid": ProblemText(
        "This is neither a merge nor a split",
        "A merge makes one of two to ten different proposals of a budget, a split two to ten of "
        "one.",
        "Check how many proposals are chosen, and how many drafts there are.",
    ),
    "rearrangement-not-yours": ProblemText(
        "You are not asked",
        "Only those who stand behind the proposals agree to it; staff name the one they speak for.",
        "Send the token the proposal was made with.",
    ),
    "rearrangement-waits": ProblemText(
        "Somebody has not agreed yet",
        "A merge or a split is done when everybody who made the proposals agrees.",
        "Wait for the answers, or write down those of people without a phone.",
    ),
    "rearrangement-closed": ProblemText(
        "This is settled already",
        "The wish to merge or split is {state}.",
        "Ask anew if you want something else.",
    ),
}
