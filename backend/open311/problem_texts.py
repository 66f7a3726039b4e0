"""Words for what can go wrong between the city and other programs."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "api-key-missing": ProblemText(
        "A key is needed",
        "Writing needs the parameter api_key, and none was sent.",
        "Ask the city for a key; the discovery document says how. Reading needs none.",
    ),
    "api-key-not-valid": ProblemText(
        "We do not know this key",
        "The api_key that was sent is unknown here, or was revoked.",
        "Check the key, or ask the city for a new one.",
    ),
    "key-unknown": ProblemText(
        "There is no such key",
        "No key begins with {prefix}.",
        "List the keys and give the first twelve characters of one.",
    ),
    "key-holder-not-valid": ProblemText(
        "A key needs the name of its holder",
        "The name is missing, longer than {most} characters or not plain text.",
        "Name the program or the organisation that uses the key.",
    ),
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
        "The end_date lies before the start_date, or one of them at the end of all time.",
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
