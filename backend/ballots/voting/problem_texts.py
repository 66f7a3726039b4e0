"""The words for what can go wrong with a vote."""

from backend.core.problem_text import ProblemText

TEXTS: dict[str, ProblemText] = {
    "ballot-form-not-valid": ProblemText(
        "The form of the ballot cannot be",
        "Its member “{field}” is missing, unknown or not what it should be.",
        "Correct it before the cycle is published.",
    ),
    "ballot-empty": ProblemText(
        "The ballot is blank",
        "No project is chosen.",
        "Choose at least one project in one part of the ballot.",
    ),
    "ballot-part-unknown": ProblemText(
        "There is no such part",
        "The ballot has no part “{part}”.",
        "Take the parts from the ballot form.",
    ),
    "ballot-part-not-yours": ProblemText(
        "This is another district's part",
        "You may not vote in “{part}”. Your district: {district}.",
        "Leave that part out. You may vote on the whole city's projects and in your own part.",
    ),
    "ballot-one-district": ProblemText(
        "More than one district",
        "The ballot fills in the districts {parts}, and one is allowed.",
        "Keep the district that matters most to you and leave the others blank.",
    ),
    "ballot-project-unknown": ProblemText(
        "There is no such project here",
        "The project “{project}” is not on the ballot of “{part}”.",
        "Take the projects from the ballot form, each in its own part.",
    ),
    "ballot-project-repeated": ProblemText(
        "A project is chosen twice",
        "The project “{project}” is chosen more than once.",
        "Choose each project once.",
    ),
    "ballot-too-few-projects": ProblemText(
        "Too few projects",
        "{found} chosen, and at least {least} are needed in a part that you fill in.",
        "Choose more projects there, or leave the whole part blank.",
    ),
    "ballot-too-many-projects": ProblemText(
        "Too many projects",
        "{found} chosen, and at most {most} are allowed in one part.",
        "Take some of them off.",
    ),
    "ballot-over-budget": ProblemText(
        "The ballot is over the budget",
        "In “{part}” the chosen projects cost {over} more than there is.",
        "Take projects off until the rest fits into the budget.",
    ),
    "ballot-category-limit": ProblemText(
        "Too many projects of one kind",
        "{found} projects of the kind “{category}” are chosen, and at most {most} are allowed.",
        "Take some of that kind off.",
    ),
    "ballot-points-not-asked": ProblemText(
        "This ballot has no points",
        "Points are given, but the ballot is of the kind “{kind}”.",
        "Leave the points out.",
    ),
    "ballot-points-do-not-match": ProblemText(
        "Points do not match",
        "{found} numbers of points are given for {expected} chosen projects.",
        "Give each chosen project its points, in the same order.",
    ),
    "ballot-points-of-project": ProblemText(
        "Points of a project not possible",
        "“{project}” got {found} points; from 1 to {most} are possible.",
        "Give it a number in between, or do not choose it.",
    ),
    "ballot-too-many-points": ProblemText(
        "Too many points",
        "{found} points are given, and you have {most} in one part.",
        "Take points away until it fits.",
    ),
    "vote-has-begun": ProblemText(
        "The vote has begun",
        "People vote in {slug} already, with the key that was published.",
        "Keep the key until the ballots are counted.",
    ),
    "voting-key-set": ProblemText(
        "There is a key already",
        "The ballots of {slug} are sealed to the key with the fingerprint {fingerprint}.",
        "To take another one, say so, with a reason that everybody reads: --replace --reason. "
        "Then rehearse again.",
    ),
    "vote-not-prepared": ProblemText(
        "The vote is not prepared",
        "In {slug} the projects, the key that ballots are sealed to, or the roll is missing.",
        "Come back when the city has finished. It has to before the vote begins.",
    ),
    "vote-counted": ProblemText(
        "The ballots are counted",
        "The vote of {slug} is over and its box is empty.",
        "Look at the result on the page of the budget.",
    ),
    "vote-not-counted": ProblemText(
        "The ballots are not counted yet",
        "There is no result yet: nobody opens a ballot before the vote is over.",
        "Come back after the vote. Its dates are on the page of the budget.",
    ),
    "receipt-unknown": ProblemText(
        "There is no ballot with this receipt",
        "Either a symbol is mistyped, or a later ballot of yours took its place, or the count is "
        "wrong: your ballot is missing from it.",
        "Check every symbol. If you voted more than once, take your last receipt. If that one is "
        "right and still finds nothing, tell the election office: the receipt shows that the "
        "count is wrong.",
    ),
    "receipt-not-valid": ProblemText(
        "This is not a receipt",
        "A receipt has 16 letters and digits, and never the letter U.",
        "Check what you typed against what you wrote down.",
    ),
    "vote-not-over": ProblemText(
        "The vote is not over",
        "It ends on {ends_at} (the city's time), and nobody opens a ballot before.",
        "Count when the vote has ended.",
    ),
    "voting-key-not-valid": ProblemText(
        "This is not a voting key",
        "The text is not a public key, or nothing can be sealed to it.",
        "Make one with python -m backend vote new-key and pass on its public half.",
    ),
    "voting-key-wrong": ProblemText(
        "This key does not open the box",
        "The key is not the private half of the key of this vote, or shares of it are missing.",
        "Bring together all the files that were made for this vote.",
    ),
    "voting-key-file-not-valid": ProblemText(
        "This is not a file of a voting key",
        "{file} holds no key, or its shares do not belong together.",
        "Give every file that python -m backend vote new-key made, each once.",
    ),
    "voting-key-share-missing": ProblemText(
        "A share of the key is missing",
        "Given: {given}, of {of} shares; missing: {missing}.",
        "Give the file of every share, each once. Without all of them nobody can open the box.",
    ),
    "voting-key-share-twice": ProblemText(
        "A share of the key is given twice",
        "Of the {of} shares these are given more than once: {shares}.",
        "Give each file once.",
    ),
    "roll-not-text": ProblemText(
        "The roll cannot be read",
        "The file is not a CSV file in UTF-8.",
        "Save it as CSV with the encoding UTF-8, and import it again.",
    ),
    "roll-columns": ProblemText(
        "The columns of the roll are not clear",
        "The file has the columns {found}; known are {known}.",
        "Correct the first line of the file. Values are separated by commas.",
    ),
    "roll-number-missing": ProblemText(
        "A register number is missing",
        "Line {line} has no register number (the header is line 1).",
        "Fill it in or remove the line.",
    ),
    "roll-contact-not-valid": ProblemText(
        "An address cannot be written to",
        "Line {line} (the header is line 1): the column {column} holds no such address.",
        "Correct it or leave it empty.",
    ),
    "roll-not-hashed": ProblemText(
        "The roll holds what are no hashes",
        "Lines {lines} (the header is line 1): a key or hash is not 64 hexadecimal digits.",
        "Make the file with python -m backend vote hash-roll.",
    ),
    "roll-district-unknown": ProblemText(
        "A district is not part of the cycle",
        "Lines {lines} (the header is line 1): the district is none of {districts}.",
        "Use the codes of the cycle's parts, or leave the district empty.",
    ),
    "roll-voter-twice": ProblemText(
        "Somebody is on the roll twice",
        "Lines {lines} (the header is line 1): the same voter or code more than once.",
        "Keep one line for each voter. How a register number is spaced or written does not matter.",
    ),
    "code-count-not-valid": ProblemText(
        "This many codes cannot be made",
        "{count} codes are asked for; from 1 to {most} are made at a time.",
        "Ask for fewer, in several batches.",
    ),
    "code-district-unknown": ProblemText(
        "There is no such district",
        "The district “{district}” is none of {districts}.",
        "Use the code of a part of the cycle, or none.",
    ),
    "code-batch-taken": ProblemText(
        "The name of the batch cannot be used",
        "There is a batch “{batch}”, or the name is empty or longer than 40 characters.",
        "Choose another name for it.",
    ),
    "code-batch-unknown": ProblemText(
        "There is no such batch",
        "No codes of this vote were made under the name “{batch}”.",
        "Take the name that was given with python -m backend vote codes; it is in the log.",
    ),
    "vote-form-foreign": ProblemText(
        "This form is from another site",
        "Another site's page sent it here, maybe with somebody else's code. Nothing was done.",
        "Open the page of the vote yourself, from the front page, and type your own code there.",
    ),
    "vote-code-unknown": ProblemText(
        "We do not know this code",
        "The code is mistyped, or belongs to another vote.",
        "Check every symbol against your letter. The letter O is a zero, I and L are ones.",
    ),
    "vote-code-not-right": ProblemText(
        "This code does not open anything",
        "The code is mistyped, older than ten minutes, or not for this number and address.",
        "Check all three, or ask for a new code.",
    ),
    "pass-not-valid": ProblemText(
        "This is not a pass",
        "A pass has 16 letters and digits, and never the letter U.",
        "Check what you typed. If you have not opened a ballot yet, leave it empty.",
    ),
    "vote-code-void": ProblemText(
        "This code is void",
        "The city has ended this code, so nothing can be voted with it.",
        "Ask the city's election office for a new one.",
    ),
    "vote-code-is-test": ProblemText(
        "This is a test code",
        "Test codes are for trying the vote before it begins, and it has begun.",
        "Vote with the code you got for yourself.",
    ),
    "voted-on-paper": ProblemText(
        "You have voted on paper",
        "A paper ballot was given out for this right to vote.",
        "Nothing more is needed. Ask the election office if that was not you.",
    ),
    "credential-issued": ProblemText(
        "This right to vote is in use already",
        "Somebody opened a ballot with it, and each person has one. It can be finished only with "
        "the pass that was shown then, or in the browser or app it was opened in, and not on "
        "paper.",
        "Go on with that pass, or there. Ask the election office if that was not you.",
    ),
    "credential-not-valid": ProblemText(
        "This is not a right to vote",
        "The credential was not made by this city for this vote, or was changed on its way.",
        "Enter your code once more.",
    ),
    "nonce-missing": ProblemText(
        "The device's own secret is missing",
        "With a one-time code the device sends 32 random hexadecimal digits, and keeps them.",
        "Send them as nonce.",
    ),
    "ballot-superseded": ProblemText(
        "There is another ballot in the box",
        "The ballot in the box is number {last}, and this is number {sent}.",
        "Ask for the state of your ballot, and send this one with the number after it if it "
        "shall count.",
    ),
    "ballot-changed-meanwhile": ProblemText(
        "Another ballot of yours came first",
        "While this page was open, another ballot of yours went into the box, from another window "
        "or device. This one is not in the box.",
        "If this one shall take its place, check it and put it into the box. If not, there is "
        "nothing you need to do.",
    ),
    "ballots-not-readable": ProblemText(
        "Some ballots cannot be read",
        "{count} envelopes do not open or hold no ballot; {ballots} are fine.",
        "Find out why. To count without them, say so: --set-aside. Their number is published.",
    ),
    "more-ballots-than-voters": ProblemText(
        "There are more ballots than voters",
        "In a district there are more ballots than rights to vote that were used ({ballots} "
        "ballots, {voters} rights in all).",
        "Do not count. Somebody has put ballots into the box: keep the database as it is and "
        "have it looked into.",
    ),
    "voting-key-file-taken": ProblemText(
        "There is such a file already",
        "The file {file} is there, and a key must not be written over another.",
        "Choose another name.",
    ),
    "ballot-place-twice": ProblemText(
        "Two projects have one place",
        "In “{part}” the same number stands at more than one project.",
        "Give each project you want a place of its own: 1, 2, 3 and so on.",
    ),
    "ballot-number-not-whole": ProblemText(
        "This is not a number",
        "“{text}” stands where points or a place belong.",
        "Write a whole number in digits, or leave the field empty.",
    ),
    "ballots-must-be-published": ProblemText(
        "Counts alone are not offered",
        "ballot_form.publication: without its ballots nobody could recount the result.",
        "Choose ballots, or leave it out.",
    ),
}
