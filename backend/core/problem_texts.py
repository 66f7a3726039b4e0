"""Words for what can go wrong in any part of the program."""

from backend.core.problem_text import ProblemText

SENT_BEFORE = ProblemText(
    "This form was sent before",
    "Something else was sent from it the first time, and that is kept.",
    "Open the page again, look at what stands there, and write what is still missing.",
)
"""For whoever went back to a form and sent it again with other words."""
TEXTS = {
    "sign-in-needed": ProblemText(
        "Please sign in",
        "This page is for city staff.",
        "Sign in with your staff account and try again.",
    ),
    "role-not-allowed": ProblemText(
        "Your account cannot do this",
        "This is open to other roles than yours.",
        "Ask an administrator of your city if your work needs it.",
    ),
    "access-not-declared": ProblemText(
        "This page is closed",
        "Nobody has said who may use this page, so nobody may.",
        "Tell the people who run this site which page it was.",
    ),
    "token-not-valid": ProblemText(
        "We do not know this device or sign-in",
        "The token sent with the request is unknown, expired or was made for another city.",
        "Ask for a new token, or send the request without one: reports need no account.",
    ),
    "token-needed": ProblemText(
        "We do not know whose this is",
        "This is about what belongs to a device or an account, and the request names neither.",
        "Send the device's or the account's token; a browser begins with POST /v1/app/session.",
    ),
    "request-from-elsewhere": ProblemText(
        "This did not come from a page of the city",
        "The request uses what this browser keeps for the city's app, and does not say that one of "
        "the city's own pages sends it.",
        "Open the app from the city's own address. A program sends its own token instead.",
    ),
    "client-not-built": ProblemText(
        "The app is not here yet",
        "This server was installed without the app for phones.",
        "Report on the page /report instead. Whoever runs the server installs it again with npm's "
        "registry within reach.",
    ),
    "no-such-page": ProblemText(
        "There is no such page",
        "Nothing is at this address.",
        "Check the address, or start from the front page.",
    ),
    "no-such-city": ProblemText(
        "No city lives at this address",
        "The host name of the request belongs to no city of this installation.",
        "Check the address you typed.",
    ),
    "method-not-allowed": ProblemText(
        "This address does not take that",
        "The address exists but not for this kind of request.",
        "If a form is sent here, open its page and send it from there. Programs find in the API "
        "description what it takes.",
    ),
    "not-understood": ProblemText(
        "We could not read the request",
        "What arrived is not a request this address understands.",
        "Check its form against the API description and send it again.",
    ),
    "form-expired": ProblemText(
        "The form has expired",
        "The page was open too long, or was opened from another site.",
        "Go back, load the page again and send it once more.",
    ),
    "not-json": ProblemText(
        "This is not JSON",
        "The request's body is not JSON, or its Content-Type does not say so.",
        "Send a JSON body with Content-Type: application/json.",
    ),
    "too-large": ProblemText(
        "This is too large",
        "The request is larger than this address takes.",
        "Make it smaller and send it again.",
    ),
    "fields-not-valid": ProblemText(
        "Some fields need another look",
        "One or more fields are missing or not what they should be; they are listed.",
        "Correct the listed fields and send it again.",
    ),
    "too-many-requests": ProblemText(
        "Please slow down",
        "There were more requests from you than we take at a time.",
        "Wait a minute and try again. Nothing you sent before is lost.",
    ),
    "our-fault": ProblemText(
        "Something broke on our side",
        "The request was fine; we failed. Nothing was half done.",
        "Try again in a minute. If it happens again, tell the city.",
    ),
    "log-broken": ProblemText(
        "The decision log and the city's key do not fit together",
        "The log does not end as this city's key says it should (entry {entry}), so nothing can be "
        "added to it and nothing was changed.",
        "First make sure that EVENWARD_HASH_KEY is the key this city began with. If it is, run "
        "python -m backend log verify and restore the database from a backup.",
    ),
    "records-away": ProblemText(
        "We cannot reach the city's records just now",
        "This page could not be made, and nobody has asked for it lately, so there is none kept.",
        "Try again in a minute. Reports you send from the app wait on your phone until then.",
    ),
    "database-away": ProblemText(
        "We cannot reach the city's records just now",
        "The database does not answer, so nothing can be read or kept at the moment.",
        "Try again in a minute. Reports you send from the app wait on your phone until then.",
    ),
    "database-busy": ProblemText(
        "We are busy for a moment",
        "Another large change is being written. Nothing of yours was changed or lost.",
        "Send it again in half a minute.",
    ),
    "file-missing": ProblemText(
        "There is no such file",
        "The file {file} does not exist.",
        "Check the path.",
    ),
    "file-is-folder": ProblemText(
        "This is a folder",
        "{file} is a folder, and a file is needed.",
        "Name the file in it.",
    ),
    "log-file-not-readable": ProblemText(
        "This is not a file of decisions",
        "Line {line} is not an entry of the decision log.",
        "Take the file from /decisions.jsonl of the city and leave it as it is.",
    ),
    "choice-not-offered": ProblemText(
        "This choice is not offered",
        "The form takes one of {choices}.",
        "Go back, load the page again and choose one.",
    ),
    "text-too-long": ProblemText(
        "The text is too long",
        "It has {length} characters; {longest} are the most we take.",
        "Shorten it and send it again.",
    ),
    "text-control-character": ProblemText(
        "The text holds a character nobody can see",
        "Character {position} is the control character {code}.",
        "Remove it and send the text again.",
    ),
    "text-reordering": ProblemText(
        "The text holds a mark that turns words around",
        "Character {position} is {code}, which shows the words near it in another order than they "
        "were written.",
        "Remove it. Right-to-left scripts need no such mark; plain right-to-left marks are fine.",
    ),
    "text-missing": ProblemText(
        "There are no words",
        "The text is empty, or nobody could see a character of it.",
        "Write what you have to say.",
    ),
    "reason-missing": ProblemText(
        "Please give a reason",
        "This step needs a reason that those concerned can read.",
        "Write one or two sentences and try again.",
    ),
    "too-many-alike": ProblemText(
        "You have sent nearly the same words many times",
        "Nearly these words came several times from this device or address within a short time.",
        "Send it again after a few minutes: it will be taken. Where the same is there already, add "
        "yourself to that instead.",
    ),
}
