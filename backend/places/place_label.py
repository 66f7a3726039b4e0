"""A place in words, as the people of the country write it. Pure."""

from dataclasses import dataclass

_LONGEST = 300  # what a report's address holds
_COUNTRIES = """
    AU BB BD BW BZ CA CI FR GB GG GH GI HK IE IL IM IN JE JM KE LK LU MA MC MT MU MY NA NG NZ OM PH
    PK SG SN TH TN TT UG US ZA ZM ZW
"""
_NUMBER_FIRST = frozenset(_COUNTRIES.split())


@dataclass(frozen=True, slots=True)
class Named:
    """What a label is made of."""

    name: str
    number: str | None
    district: str | None


def label_of(place: Named, country: str | None, *, is_number_first: bool) -> str:
    """Such as “12 Mill Street, Old Town”; where the country says nothing, in the order typed."""
    label = place.name
    if place.number is not None:
        is_first = is_number_first if country is None else country in _NUMBER_FIRST
        label = f"{place.number} {label}" if is_first else f"{label} {place.number}"
    whole = f"{label}, {place.district}" if place.district else label
    return whole if len(whole) <= _LONGEST else label
