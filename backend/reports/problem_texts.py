"""Words for what can go wrong with reports."""

from backend.core.problem_text import ProblemText
from backend.core.problem_texts import SENT_BEFORE

TEXTS = {
    "area-not-readable": ProblemText(
        "The drawn area cannot be read",
        "An area is four numbers (west, south, east, north) or the longitude and latitude of 3 to "
        "{most} corners, with commas between all of them.",
        "Draw it anew, or take `area` out of the address.",
    ),
    "report-not-found": ProblemText(
        "We do not know this number",
        "There is no report with the number {number} here.",
        "Check the number: it has eight letters and digits, and no letter O, I, L or U.",
    ),
    "service-unknown": ProblemText(
        "The city has no such service",
        "{service} is not one of the services you can report to.",
        "Ask for the list of services and send one of its codes.",
        ProblemText(
            "The city has no such kind of problem",
            "It is not one of those you can report.",
            "Choose one of the list.",
        ),
    ),
    "description-missing": ProblemText(
        "Please say what is wrong",
        "The description is empty.",
        "Write a few words about what you saw.",
    ),
    "report-id-taken": ProblemText(
        "This id already means another report",
        "Report {number} was sent with the same id and other content.",
        "Make a new UUID (version 7) for a new report.",
        SENT_BEFORE,
    ),
    "repeat-of-another-service": ProblemText(
        "These are different kinds of problem",
        "Report {number} belongs to another service.",
        "Link only reports of the same service, or file a report of its own.",
    ),
    "reported-already": ProblemText(
        "You have reported this already",
        "A report of yours is counted under report {number}.",
        "Write what is new as a comment under it: everybody who follows it will read that.",
    ),
    "repeat-too-far": ProblemText(
        "These are too far apart",
        "Report {number} is {metres} metres away; one thing is never more than {most} metres long.",
        "Check the number. If it is another problem of the same kind, leave it as it is.",
    ),
    "already-linked": ProblemText(
        "These are already the same",
        "Both numbers lie under report {number}.",
        "Nothing is left to do.",
    ),
    "report-joined": ProblemText(
        "This report was joined to another",
        "Report {number} lies under {target} since you opened it, and nothing was sent.",
        "Read first what stands on this page. What you typed is kept, and goes to this report "
        "when you send it.",
    ),
    "not-merged": ProblemText(
        "This stands by itself",
        "Report {number} was not joined to another, or was parted from it already.",
        "Nothing is left to do.",
    ),
    "incident-closed": ProblemText(
        "This report is closed",
        "Report {number} is {state}.",
        "Reopen it first if it is not done.",
    ),
    "incident-moved-on": ProblemText(
        "Somebody else was faster",
        "Report {number} has changed since you opened it ({since}); it is now {state}.",
        "Look at what changed and try again.",
    ),
    "step-taken-already": ProblemText(
        "You have done this already",
        "You took this step with report {number} yourself; it is now {state}.",
        "Nothing is left to do. To say something else, write it as an answer, or take another "
        "step.",
    ),
    "move-not-possible": ProblemText(
        "This step is not possible",
        "A report cannot go from {before} to {after}.",
        "Choose one of the steps offered on the report's page.",
    ),
    "attribute-unknown": ProblemText(
        "The service does not ask this",
        "{attribute} is not among what the service asks: {attributes}.",
        "Read the service's definition and send the codes it names.",
        on_page=ProblemText(
            "This is not asked",
            "The kind of problem you chose does not ask “{attribute}”.",
            "Choose the kind of problem once more, and answer what it asks.",
        ),
    ),
    "attribute-missing": ProblemText(
        "One answer is missing",
        "The service needs an answer to {attribute}.",
        "Read the service's definition and answer it.",
        on_page=ProblemText(
            "One answer is missing",
            "“{attribute}” has no answer yet.",
            "Answer it, then send the form again.",
        ),
    ),
    "attribute-single": ProblemText(
        "There is one answer too many",
        "{attribute} takes one answer.",
        "Send the one that fits best.",
        on_page=ProblemText(
            "There is one answer too many",
            "“{attribute}” takes one answer.",
            "Choose the one that fits best.",
        ),
    ),
    "attribute-not-valid": ProblemText(
        "An answer does not fit its question",
        "The answer to {attribute} must be a {datatype}; a list offers: {choices}.",
        "Send a number, an ISO 8601 moment or one of the keys offered.",
        on_page=ProblemText(
            "An answer does not fit its question",
            "“{attribute}” asks for {datatype}.",
            "Change the answer, then send the form again.",
        ),
    ),
    "team-unknown": ProblemText(
        "The city has no such team",
        "{team} is not the code of a team.",
        "Choose one of the city's teams.",
    ),
    "planned-day-missing": ProblemText(
        "Please say on which day",
        "The work has a date only with its day, from {first} to {last}.",
        "Choose the day, or another state if none is known yet.",
    ),
    "planned-day-not-likely": ProblemText(
        "Nobody plans work for this day",
        "The day of the work lies between {first}, which is today, and {last}.",
        "Choose the day again.",
    ),
    "body-missing": ProblemText(
        "Please say who takes it",
        "No other body is known to look after this place.",
        "Name the body it is handed over to.",
    ),
    "body-unknown": ProblemText(
        "There is no such body",
        "{body} is not the code of a body the city hands reports to.",
        "Choose one of them, or add it to the routing table first.",
    ),
    "hazard-needs-person": ProblemText(
        "A person must decide this",
        "Report {number} is about danger, and no program closes or merges those.",
        "Let a member of staff look at it.",
    ),
    "appeal-needs-another-person": ProblemText(
        "Somebody else must decide this",
        "The resident appeals against your own decision on report {number}.",
        "Ask a colleague to look at it.",
    ),
    "cursor-not-valid": ProblemText(
        "This is no place to go on from",
        "The cursor is not one that an answer of ours held.",
        "Send the cursor of the answer before, or none to start from the beginning.",
    ),
    "report-not-yours": ProblemText(
        "This is for those who reported or follow it",
        "We cannot tell that report {number} is yours.",
        "Send the token it was reported or is followed with, or ask the city to do it for you.",
    ),
    "report-place-missing": ProblemText(
        "Please say where it is",
        "The report has no place.",
        "Go back a step and type a street or point at the map.",
    ),
    "service-not-chosen": ProblemText(
        "Please choose what it is",
        "No kind of problem is chosen.",
        "Choose the one that fits best; the city can change it.",
    ),
    "place-not-readable": ProblemText(
        "We cannot read this place",
        "A place here is two numbers with a comma between them: latitude, longitude.",
        "Write it as in near=50.0020,10.0020.",
    ),
    "outcome-not-there": ProblemText(
        "It is not dealt with yet",
        "Report {number} is still open.",
        "Say how it was dealt with once the city has closed it.",
    ),
    "answer-too-late": ProblemText(
        "The time to answer is over",
        "Report {number} was closed more than {days} days ago.",
        "Report it again if it is still there: that is a new report with a target of its own.",
    ),
    "nothing-to-appeal": ProblemText(
        "There is nothing to appeal against",
        "Nothing about report {number} was refused, given away, merged or made less urgent since "
        "the last appeal.",
        "Write a comment, or reopen it if it is said to be done and is not.",
    ),
    "act-id-taken": ProblemText(
        "This id already means something else",
        "Something else was sent with the same id.",
        "Make a new UUID (version 7) for every act.",
        SENT_BEFORE,
    ),
    "follower-unknown": ProblemText(
        "We do not know who would follow",
        "Following needs a token, so that one phone can be told from another.",
        "Ask for an anonymous token with POST /v1/devices and send it along.",
    ),
    "comment-id-taken": ProblemText(
        "This id already means another text",
        "Another text was sent with the same id.",
        "Make a new UUID (version 7) for every comment or note.",
        SENT_BEFORE,
    ),
    "band-unknown": ProblemText(
        "There is no such severity band",
        "{band} is not one of the bands 0 (danger), 1, 2, 3 and 4 (wish).",
        "Choose one of them.",
        ProblemText(
            "There is no such urgency",
            "“{band}” is none of those the form offers.",
            "Choose one of them.",
        ),
    ),
    "week-without-work": ProblemText(
        "A week needs a working day",
        "No day is ticked, and targets in working days would never come.",
        "Tick the days on which the city works.",
    ),
    "assignee-unknown": ProblemText(
        "Nobody here has this key",
        "It is not the key of a member of staff who works the queue.",
        "Choose one of your colleagues.",
    ),
    "catalogue-not-readable": ProblemText(
        "The catalogue cannot be read",
        "{file}: {why}.",
        "Correct the file and import it again. Nothing was imported.",
    ),
    "catalogue-not-valid": ProblemText(
        "The catalogue cannot be used",
        "{file}, line {line}: {why}.",
        "Correct the line and import it again. Nothing was imported.",
    ),
    "catalogue-missing": ProblemText(
        "There is no file",
        "No file was chosen, or it is empty.",
        "Choose a catalogue file. You can download the one in force and change it.",
    ),
    "changed-meanwhile": ProblemText(
        "Somebody else changed this in the meantime",
        "What stands here now is not what your form began with, so nothing was saved.",
        "Open the page again, look at what changed, and make your change to that.",
    ),
    "entry-there": ProblemText(
        "There is one already",
        "An entry with this code, or for the same service and district, is already there.",
        "Choose another code, or change the one that is there.",
    ),
    "entry-unknown": ProblemText(
        "There is no such entry",
        "The city has no {code} that could be used here.",
        "Choose one of the list. It may have been taken out in the meantime.",
    ),
    "field-missing": ProblemText(
        "Something is missing",
        "The field {field} is empty.",
        "Fill it in and save again.",
    ),
    "field-not-valid": ProblemText(
        "A field cannot be used",
        "The field {field} must be {why}.",
        "Correct it and save again.",
    ),
    "service-in-use": ProblemText(
        "Reports hang on this kind of problem",
        "Somebody reported one, and what was reported keeps its name.",
        "Switch it off instead: nobody can choose it any more, and what was reported stays.",
    ),
    "service-routed": ProblemText(
        "A route names this kind of problem",
        "A route says who takes reports of it.",
        "Remove that route first.",
    ),
    "taker-in-use": ProblemText(
        "Reports hang on this entry",
        "It has or had reports, which keep its name.",
        "Let it take nothing new instead: what it has stays with it.",
    ),
    "taker-routed": ProblemText(
        "Routes lead here",
        "New reports would still come here by {routes} routes.",
        "Lead those routes somewhere else first.",
    ),
    "route-without-taker": ProblemText(
        "A route leads somewhere",
        "A route leads to one team or to one body.",
        "Choose who takes these reports.",
    ),
    "holiday-there": ProblemText(
        "This day is a holiday already",
        "The day {day} is in the list.",
        "Take it out first if its name is to be another.",
    ),
    "template-unknown": ProblemText(
        "There is no such template",
        "The template may have been taken out of use.",
        "Look at the list of templates.",
    ),
    "template-without-words": ProblemText(
        "The template says nothing",
        "There is no text in any language.",
        "Write it in one language at least.",
    ),
    "template-name-taken": ProblemText(
        "Another template has this name",
        "There is already a template named {name}.",
        "Choose another name, so that staff can tell them apart.",
    ),
    "template-place-unknown": ProblemText(
        "Nobody could fill this in",
        "The text has {unknown}, and only {places} are filled in.",
        "Write one of these, or the words themselves.",
    ),
    "comment-not-found": ProblemText(
        "There is no such comment",
        "No comment has this id.",
        "Open the report again and choose the comment there.",
    ),
    "reason-not-found": ProblemText(
        "There is no such reason of a resident",
        "Report {number} has no step with this id for which a resident gave a reason.",
        "Open the report again and choose a reopening or an appeal; the city's reasons stay.",
    ),
    "services-file-not-valid": ProblemText(
        "The file of services cannot be used",
        "{file}, line {line}: {why}.",
        "Correct the line and import it again. Nothing was imported.",
    ),
    "photo-report-of-another": ProblemText(
        "The report is not yours",
        "Photos can be added by the phone or the account that sent the report.",
        "Sign in as you were when you sent it, or send a report of your own.",
    ),
}
