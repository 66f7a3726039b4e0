"""What an open list says of an address that it read in part."""

from collections.abc import Collection

from flask import request

from backend.core.errors import Invalid
from backend.web.address_filters import check_names, check_place
from backend.web.fact_words import describe_on_page


def left_out(known: Collection[str], place: str = "") -> str:
    """What is said of a name that is not `known`, or of a `place` in the list that is no number.

    Empty where nothing is left out. A site that links here may have put a name of its own into the
    address: nobody is sent away.
    """
    try:
        check_names(request.args, known)
        if place:
            check_place(place)
    except Invalid as error:
        return describe_on_page(error).detail
    return ""
