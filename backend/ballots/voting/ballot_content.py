"""What is inside an envelope, and how long that can be."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from backend.ballots.voting.ballot_form import BallotForm, BallotPart, Choices, parts_of_voter
from backend.ballots.voting.commands import BallotChannel
from backend.ballots.voting.envelope import size_for

# As long as any: sixteen symbols with their dashes, and a keyed hash.
_LONGEST = {"receipt": "0" * 19, "mark": "0" * 64}


def content_of(
    district: str | None, channel: BallotChannel, parts: Mapping[str, Choices]
) -> dict[str, Any]:
    """What a voter says, as JSON values."""
    return {
        "district": district,
        "channel": channel.value,
        "parts": {
            code: {"projects": list(one.projects)}
            | ({} if one.points is None else {"points": list(one.points)})
            for code, one in parts.items()
        },
    }


def choices_in(content: Mapping[str, Any]) -> dict[str, Choices]:
    """The choices by part, out of what `content_of` made."""
    return {
        code: Choices(tuple(one["projects"]), tuple(one["points"]) if "points" in one else None)
        for code, one in content["parts"].items()
    }


def longest_ballot(form: BallotForm, parts: Sequence[BallotPart]) -> int:
    """The size in bytes that every ballot of the form fits in."""
    longest = []
    for district in [None, *(part.code for part in parts)]:
        choices = {
            part.code: _longest_choices(form, part)
            for part in parts_of_voter(form, parts, district)
        }
        channel = max(BallotChannel, key=len)
        longest.append(content_of(district, channel, choices) | _LONGEST)
    return size_for(longest)


def _longest_choices(form: BallotForm, part: BallotPart) -> Choices:
    most = form.most or len(part.projects)
    codes = sorted((one.code for one in part.projects), key=lambda code: len(json.dumps(code)))
    chosen = codes[-most:]
    points = None if form.points is None else (form.points,) * len(chosen)
    return Choices(tuple(chosen), points)
