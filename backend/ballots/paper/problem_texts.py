"""The words for what can go wrong with paper."""

from backend.core.problem_text import ProblemText

TEXTS: dict[str, ProblemText] = {
    "paper-batch-not-found": ProblemText(
        "There is no such batch",
        "This vote has no paper batch {number}.",
        "Look at the list of batches.",
    ),
    "paper-step-not-possible": ProblemText(
        "The batch stands elsewhere",
        "Batch {number} is in the state “{state}”, and this cannot follow.",
        "Load the page of the batch again. It shows what comes next.",
    ),
    "paper-sheets-not-valid": ProblemText(
        "This is not a number of sheets",
        "A box holds from 0 to {most} sheets.",
        "Count again. Make two batches of a larger box.",
    ),
    "paper-voter-unknown": ProblemText(
        "Not on the roll",
        "Nobody on the roll has this number or code.",
        "Check it. If it is what stands there, put the voter on the list to settle.",
    ),
    "paper-voter-void": ProblemText(
        "This right to vote has ended",
        "The city has ended this code or entry of the roll.",
        "Give out no sheet. Ask the election office.",
    ),
    "paper-voter-twice": ProblemText(
        "A sheet was given out before",
        "This voter is checked in on paper already.",
        "Give out no second sheet. If the voter says otherwise, put them on the list to settle.",
    ),
    "paper-voter-online": ProblemText(
        "This voter votes online",
        "The right to vote is used online, and each person has one ballot.",
        "Give out no sheet. The voter can change the ballot online until the vote ends.",
    ),
    "paper-voter-elsewhere": ProblemText(
        "This voter belongs to another district",
        "The roll says “{district}”, and the sheets of this batch are for “{batch_district}”.",
        "Check the voter in at a batch of their own district.",
    ),
    "paper-voter-without-sheet": ProblemText(
        "There is no sheet to take back",
        "This voter has no sheet of this district, or nobody is checked in at this batch.",
        "Check the number, and the batch.",
    ),
    "paper-batch-not-known": ProblemText(
        "The sheet may be another batch's",
        "Voters of this district got sheets at other batches too ({numbers}), and nothing that is "
        "kept says at which this one did.",
        "An administrator can take the sheet back, for a reason that everybody reads.",
    ),
    "paper-doubt-not-found": ProblemText(
        "There is no such line on the list",
        "The list to settle has no number {number}.",
        "Load the page of the batch again.",
    ),
    "paper-doubt-settled": ProblemText(
        "This is settled",
        "Number {number} on the list was settled before.",
        "Nothing more is needed.",
    ),
    "paper-doubts-open": ProblemText(
        "Voters are still in doubt",
        "{count} on the list to settle wait for an answer.",
        "Say of each who it was, or why it is refused.",
    ),
    "paper-sheet-number-not-valid": ProblemText(
        "This is not a sheet's number",
        "A sheet's number has letters and digits, at most 20.",
        "Type what is printed on the sheet.",
    ),
    "paper-marks-missing": ProblemText(
        "Nothing is keyed",
        "The line of codes is empty.",
        "Type the codes that are marked, or - for a blank sheet.",
    ),
    "paper-mark-unknown": ProblemText(
        "There is no such project on this sheet",
        "“{mark}” is none of the codes on the sheets of this batch.",
        "Correct it. For what cannot be read type ?, or ? and the code of the part.",
    ),
    "paper-points-not-clear": ProblemText(
        "The points are not clear",
        "“{mark}”: a code with points is written C1:3, and only where the ballot has points.",
        "Correct it.",
    ),
    "ballot-mark-unreadable": ProblemText(
        "A mark cannot be read",
        "In “{part}” something on the sheet could not be read.",
        "This part does not count. The others do.",
    ),
    "paper-sheet-used": ProblemText(
        "This sheet's number is used",
        "A number is used once in a vote, and a sheet with this one was keyed in another batch or "
        "came back unused.",
        "Check the number. If it is right, put the sheet aside and tell who leads the count.",
    ),
    "paper-sheet-keyed": ProblemText(
        "You have keyed this sheet",
        "You keyed this number before, with other marks.",
        "Check the number. To correct what you keyed, say that it takes the place.",
    ),
    "paper-sheet-not-keyed": ProblemText(
        "You have not keyed this sheet",
        "There is nothing to take out under this number.",
        "Check the number.",
    ),
    "paper-sheets-missing": ProblemText(
        "The number of sheets is not right",
        "You keyed {keyed}, and {counted} were counted in the box.",
        "Look for what is missing. If there is nothing more, say that these are all.",
    ),
    "paper-same-person": ProblemText(
        "Somebody else has to do this",
        "You keyed this batch before, and each look is another person's.",
        "Leave it to somebody with another account.",
    ),
    "paper-somebody-keys": ProblemText(
        "Somebody else is at it",
        "Another person has begun this look at batch {number}.",
        "Let them finish, or have the batch keyed again from the start.",
    ),
    "paper-sheet-not-differing": ProblemText(
        "Nothing to settle on this sheet",
        "The sheet was read the same twice, or is settled.",
        "Load the list of differences again.",
    ),
    "paper-does-not-add-up": ProblemText(
        "The numbers do not add up",
        "{sheets} sheets were counted in the box, {keyed} were keyed, {checked_in} voters got one, "
        "and {room} can count.",
        "Find out why. To go on, state the reason: everybody reads it.",
    ),
    "paper-surplus-unexplained": ProblemText(
        "There are more sheets than voters",
        "{over} more sheets were in the box or keyed than there are voters for, at this batch or "
        "in its district.",
        "Whoever was forgotten at the desk: put them on the list to settle and check them in. "
        "Otherwise choose how it came. As many sheets as are over are left out by lot.",
    ),
    "paper-count-not-valid": ProblemText(
        "This is not a number of sheets",
        "From 1 to {most} sheets are printed at once.",
        "Type such a number. For more, print again.",
    ),
    "paper-batch-of-others": ProblemText(
        "Somebody else began this batch",
        "Batch {number} can be closed as a mistake by whoever began it, or by an administrator.",
        "Ask one of them.",
    ),
    "paper-batch-in-use": ProblemText(
        "This batch is no mistake",
        "Somebody got a sheet at batch {number} or is on its list to settle, or sheets were in the "
        "box.",
        "Finish it. A wrong number of sheets can be corrected until somebody keys.",
    ),
    "paper-more-ballots-than-voters": ProblemText(
        "There would be more sheets than voters",
        "As many sheets of this district are counted as voters of it have one, this voter too.",
        "Take nothing back, keep the sheet that was brought, and have it looked into.",
    ),
    "paper-batches-open": ProblemText(
        "Paper ballots are not in the box yet",
        "The batches {numbers} are neither sealed nor left out.",
        "Finish them, or count with --without-paper and a reason that everybody reads.",
    ),
}
