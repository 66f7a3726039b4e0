"""Words for what can go wrong between the city and other programs."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "push-target-not-valid": ProblemText(
        "Updates cannot be sent there",
        "The address is not a plain https one, or the key or jurisdiction with it is too long.",
        "Give the endpoint's address up to /v2, with https.",
    ),
    "update-not-taken": ProblemText(
        "Nobody took the update",
        "The other program did not answer, or refused the update.",
        "It is sent again later; check the address and the key if it goes on.",
    ),
    "jurisdiction-unknown": ProblemText(
        "Another city was asked for",
        "The jurisdiction_id {jurisdiction} is not that of this city.",
        "Leave jurisdiction_id out, or ask the endpoint of the city you mean.",
    ),
    "parameter-missing": ProblemText(
        "Something is missing",
        "The parameter {parameter} is needed and was not sent, or was empty.",
        "Send the request again with it.",
    ),
    "parameter-not-valid": ProblemText(
        "A parameter cannot be read",
        "The parameter {parameter} must be {kind}.",
        "Correct it and send the request again.",
    ),
    "parameter-not-text": ProblemText(
        "A parameter is no text",
        "A parameter holds a NUL, half a character, or a list inside a list.",
        "Send every value as plain text.",
    ),
    "parameter-not-utf8": ProblemText(
        "The text is not UTF-8",
        "A parameter holds bytes that are not UTF-8.",
        "Encode every value as UTF-8, whatever the character set of your system.",
    ),
    "callback-not-served": ProblemText(
        "There is no JSONP here",
        "The parameter callback asks for a script instead of data, which is not served.",
        "Ask for .json without it: every answer carries Access-Control-Allow-Origin, so pages of "
        "any site can read it.",
    ),
    "sort-not-served": ProblemText(
        "Updates have one order",
        "The parameter sort was sent, and updates are always listed oldest first.",
        "Leave it out.",
    ),
    "paged-twice": ProblemText(
        "Two ways of paging at once",
        "The parameters limit and offset page in another way than page, page_size and count.",
        "Send the ones or the others.",
    ),
    "too-many-named": ProblemText(
        "Too many requests are named",
        "The parameter service_request_id names more than {most}, which are the most at a time.",
        "Ask for them in several requests.",
    ),
    "moment-too-far": ProblemText(
        "The moment is too far away",
        "The {parameter} alone means {days} days with it at one end, which no calendar has.",
        "Correct it, or name the other end too.",
    ),
    "nothing-asked": ProblemText(
        "The service asks nothing",
        "{attribute} was answered, and the service has no questions.",
        "Leave it out.",
    ),
    "client-id-taken": ProblemText(
        "This id already means another report",
        "Report {number} was sent with the same client_id and other content.",
        "Send the content of before to be told of that report, or another client_id for a new one.",
    ),
    "part-not-a-photo": ProblemText(
        "A file is no photo",
        "The part {part} of the form begins like no JPEG, PNG, WebP or HEIC file.",
        "Send the file as it is, with a file name, or leave the part out.",
    ),
    "status-not-now": ProblemText(
        "The status cannot follow",
        "A report that is {before} cannot become {after}, which is what {status} means here.",
        "Send a status that can follow, or UNCHANGED to say something only.",
    ),
    "unplaced-forgotten": ProblemText(
        "The report was forgotten",
        "Nobody found the place of the report behind the token {token} within a year.",
        "Send it again with lat and long if it still matters. We are sorry.",
    ),
    "body-not-an-object": ProblemText(
        "The body cannot be read",
        "The body is called JSON and is not a JSON object in UTF-8.",
        "Send one object whose members are the parameters.",
    ),
    "location-missing": ProblemText(
        "We need to know where",
        "Neither lat and long nor address_string nor address_id was sent.",
        "Send lat and long where you can: a report with an address alone waits until somebody "
        "has found the place.",
    ),
    "media-url-not-valid": ProblemText(
        "A media_url is no address",
        "A media_url is not an http or https address, or there are more than {most}.",
        "Send addresses of pictures, or the pictures themselves as parts of the form.",
    ),
    "token-unknown": ProblemText(
        "There is no such token",
        "No report waits or waited under the token {token}.",
        "Check the token; only reports sent without coordinates have one.",
    ),
    "token-placed": ProblemText(
        "This report has its place",
        "The report behind the token {token} is report {number} already.",
        "Nothing is left to do. If the place is wrong, correct it on the report's page.",
    ),
    "status-unknown": ProblemText(
        "There is no such status",
        "The status {status} is none this address knows.",
        "See the guide for integrators for the words it takes.",
    ),
    "range-too-long": ProblemText(
        "The range is too long",
        "The time from start_date to end_date is longer than {days} days.",
        "Ask for a shorter time, or page by page with the parameter page.",
    ),
    "range-not-valid": ProblemText(
        "The range cannot be",
        "The end_date lies before the start_date.",
        "Exchange or correct them.",
    ),
    "box-not-valid": ProblemText(
        "The bbox is no box",
        "A bbox is west,south,east,north in degrees, and does not cross the 180th meridian.",
        "Correct the four numbers.",
    ),
    "update-id-too-long": ProblemText(
        "The update_id is too long",
        "An update_id may have {most} characters.",
        "Send a shorter id, the same whenever the update is sent again.",
    ),
}
