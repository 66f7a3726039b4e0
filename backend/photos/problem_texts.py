"""Words for what can go wrong with photos."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "photo-empty": ProblemText(
        "The photo has no bytes",
        "The announced length of the photo is nought.",
        "Take the photo again and send it.",
    ),
    "photo-too-large": ProblemText(
        "The photo is too large",
        "A photo has at most {most} MiB.",
        "Make it smaller, to some 2,048 pixels a side, and send it again.",
    ),
    "photo-format-unknown": ProblemText(
        "This is not a photo we can read",
        "The file is neither JPEG, PNG, WebP nor HEIC, whatever its name says.",
        "Send a photo as your camera makes it, or a screenshot of it.",
    ),
    "photo-damaged": ProblemText(
        "The photo is damaged",
        "The file begins like a photo, but it is cut off or broken inside.",
        "Open it on your phone. If it looks right there, send a screenshot of it.",
    ),
    "photo-too-many-pixels": ProblemText(
        "The photo has too many pixels",
        "A photo has at most 64 million pixels, whatever the length of its file.",
        "Make it smaller and send it again.",
    ),
    "photo-too-heavy": ProblemText(
        "The photo takes too much work to open",
        "Opening it takes more memory or time than a photo needs.",
        "Send a screenshot of it, or make it smaller and send it again.",
    ),
    "photo-lost": ProblemText(
        "The photo was lost on our side",
        "Not all of what you sent is still here.",
        "Send the photo again. We are sorry for the trouble.",
    ),
    "photo-refused": ProblemText(
        "The city does not show this photo",
        "Somebody of the city looked at it and refused it; their reason stands beside.",
        "Send another photo if the reason leaves room for one. Nothing else is touched by this.",
    ),
    "photos-enough": ProblemText(
        "There are enough photos",
        "A report, a proposal or a step of a project has at most {most} photos.",
        "Remove one before you add another.",
    ),
    "photo-slot-taken": ProblemText(
        "This id already means another photo",
        "A photo of something else or of another length was announced with the same id.",
        "Make a new UUID (version 7) for a new photo.",
    ),
    "upload-not-found": ProblemText(
        "We do not know this upload",
        "No photo was announced with this id, or it was long ago and never came whole.",
        "Announce the photo again and send it from its beginning.",
    ),
    "upload-not-here": ProblemText(
        "The piece does not follow",
        "The next byte we need is number {offset}.",
        "Ask where the upload stands (HEAD) and go on from there.",
    ),
    "upload-too-long": ProblemText(
        "More came than was announced",
        "The photo was announced with {size} bytes.",
        "Announce the photo again with its right length.",
    ),
    "upload-in-crumbs": ProblemText(
        "The photo comes in too many pieces",
        "A photo comes in at most {most} pieces.",
        "Announce the photo again and send pieces of 64 KiB or more.",
    ),
    "upload-not-octets": ProblemText(
        "This is not a piece of an upload",
        "The Content-Type of a piece is application/offset+octet-stream.",
        "Say so in the header and send the piece again.",
    ),
    "photo-not-found": ProblemText(
        "There is no such photo here",
        "It is not public, or not any more: it may have been covered in part, refused or removed.",
        "Look at what it belongs to; that shows the photos anybody may see.",
    ),
    "photo-gone": ProblemText(
        "The photo was removed",
        "Whoever took it has removed it.",
        "Nothing is left to do. Announce a new photo if you want to send another.",
    ),
    "photo-moved-on": ProblemText(
        "This cannot be done with the photo now",
        "The photo is {state}.",
        "Look at it again; somebody else may have decided already.",
    ),
    "photo-covers-not-counted": ProblemText(
        "Please say what to cover",
        "A picture takes one to {most} covers at a time.",
        "Mark the parts nobody should see.",
    ),
    "photo-cover-outside": ProblemText(
        "A cover is no part of the picture",
        "Cover {number} is not left, top, right, bottom between 0 and 1, with right beyond left "
        "and bottom beyond top.",
        "Mark it again.",
    ),
    "photo-store-unreachable": ProblemText(
        "Photos cannot be reached",
        "The place where photos are kept does not answer. Nothing you sent before is lost.",
        "Try again in a few minutes. Everything without photos is taken as always.",
    ),
}
