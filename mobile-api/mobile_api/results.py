"""Results: of the votes held here part by part, and of elections that came as files."""

from collections.abc import Mapping
from typing import Any, get_args

from flask import url_for
from marshmallow import Schema, fields, validate

from backend.ballots.cycle.queries import projects_of
from backend.ballots.describe_election import election_document, election_line
from backend.ballots.models import Election
from backend.ballots.published import BALLOTS
from backend.ballots.queries import elections, find_election
from backend.ballots.tally.outcome import Verdict
from backend.ballots.tally.ties import Criterion
from backend.ballots.voting.queries import counted_cycle, counted_parts
from backend.ballots.voting.turnout import turnout_of
from backend.core.access import access
from backend.core.db import current_session
from backend.core.errors import NotFound
from mobile_api.face import documents_problems, make_blueprint

blueprint = make_blueprint("results", "Results of votes, and all it takes to count them again.")


def _about(words: str) -> dict[str, Any]:
    return {"required": True, "metadata": {"description": words}}


def _or_null(words: str) -> dict[str, Any]:
    return _about(words) | {"allow_none": True}


class ElectionLineSchema(Schema):
    """An election in a list; money in 1/`money_scale` of its currency."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    vote_type = fields.String(**_about("As Pabulib has it: approval, choose-1, ordinal, ..."))
    currency = fields.String(**_about("Empty where the file does not say"))
    money_scale = fields.Integer(required=True)
    budget = fields.Integer(required=True)
    spent = fields.Integer(**_or_null("What the winners of the count cost"))
    voters = fields.Integer(**_about("Ballots that were counted"))
    is_held_here = fields.Boolean(required=True)
    is_comparison = fields.Boolean(**_about("The count is by a rule of ours, not the city's"))


class PaidSchema(Schema):
    """What supporters paid, where the rule shares costs among them."""

    payment = fields.String(**_about("By each for an approval or point: an exact fraction"))
    payers = fields.Integer(**_about("Paid that and kept something"))
    drained = fields.Integer(**_about("Paid all they had left"))
    tied = fields.List(fields.String(), **_about("Projects that were equal and came later"))


class MarginSchema(Schema):
    """By how much a project lost; null where no number would have been enough."""

    votes = fields.Integer(**_or_null("Ballots for it alone with which it would have won"))
    reduction = fields.Integer(**_or_null("By how much less it would have had to cost"))


class ElectionProjectSchema(Schema):
    """A project in the order the rule considered it."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    cost = fields.Integer(required=True)
    votes = fields.Integer(**_about("Ballots that name it"))
    score = fields.Integer(**_about("Points where the ballots give them, else votes"))
    rank = fields.Integer(required=True, allow_none=True)
    is_winner = fields.Boolean(**_about("By the count"))
    is_official = fields.Boolean(**_or_null("What the city said; null where the file says nothing"))
    verdict = fields.String(
        **_or_null("Why the count funded it or did not"),
        validate=validate.OneOf([*get_args(Verdict), None]),
    )
    money_before = fields.Integer(**_or_null("Left of the budget when its turn came"))
    tie_broken_by = fields.String(
        **_or_null("What put it behind an equal one"),
        validate=validate.OneOf([*get_args(Criterion), None]),
    )
    paid = fields.Nested(PaidSchema, required=True, allow_none=True)
    margin = fields.Nested(MarginSchema, **_or_null("Null for winners, and until it is found"))
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)


class GroupSchema(Schema):
    """Voters of one group; each dimension is counted alone."""

    dimension = fields.String(required=True)
    group = fields.String(required=True)
    voters = fields.Integer(**_or_null("Null where too few to show"))


class OtherRuleSchema(Schema):
    """What a rule that is much used elsewhere gives on the same ballots."""

    rule = fields.String(required=True, validate=validate.OneOf(["greedy", "equal-shares"]))
    winners = fields.List(fields.String(), **_about("Codes of projects"))
    spent = fields.Integer(**_about("What they cost"))
    excluded = fields.Integer(**_about("Voters who chose none of them"))


class PublishedFileSchema(Schema):
    """A file as it was published."""

    name = fields.String(required=True)
    path = fields.String(**_about("On this server"))
    sha256 = fields.String(required=True)


class ElectionSchema(ElectionLineSchema):
    """Winners and losers with what decided, the rule with every parameter, the files."""

    parameters = fields.Dict(**_or_null("Everything the rule was told, as in the transcript"))
    facts = fields.Dict(**_about("What the rule found besides winners, as in the transcript"))
    transcript_sha256 = fields.String(**_or_null("The mark of the count"))
    projects = fields.List(fields.Nested(ElectionProjectSchema), required=True)
    participation = fields.List(fields.Nested(GroupSchema), required=True)
    excluded = fields.Integer(**_or_null("Voters who chose none of the winners"))
    other_rules = fields.List(
        fields.Nested(OtherRuleSchema), **_or_null("Null until it is found, soon after the count")
    )
    files = fields.List(fields.Nested(PublishedFileSchema), required=True)


class DistrictTurnoutSchema(Schema):
    """How many of one district used their right to vote."""

    code = fields.String(**_or_null("Null: people of no district"))
    name = fields.String(required=True)
    entitled = fields.Integer(required=True)
    used = fields.Integer(**_or_null("Null where too few to show"))


class TurnoutSchema(Schema):
    """Rights to vote and what became of them."""

    entitled = fields.Integer(required=True)
    credentials = fields.Integer(**_about("Rights used online; not everybody goes on to cast"))
    on_paper = fields.Integer(**_about("Rights used on paper"))
    voted = fields.Integer(**_about("Cast online, or handed in paper, whatever is on it"))
    ballots = fields.Integer(**_about("Ballots that were counted, in whichever parts"))
    ballots_on_paper = fields.Integer(**_about("Of these, the ones from paper"))
    unreadable = fields.Integer(**_about("Envelopes that were set aside"))
    districts = fields.List(fields.Nested(DistrictTurnoutSchema), required=True)


class PartResultSchema(Schema):
    """One part of a cycle with the election it was."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    winners = fields.List(fields.String(), **_about("Codes of projects"))
    election = fields.Nested(ElectionLineSchema, required=True)


class CycleResultsSchema(Schema):
    """The results of a cycle, part by part."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    counted_at = fields.AwareDateTime(required=True)
    turnout = fields.Nested(TurnoutSchema, required=True)
    parts = fields.List(fields.Nested(PartResultSchema), required=True)


@blueprint.route("/cycles/<string:slug>/results", methods=["GET"])
@blueprint.response(200, CycleResultsSchema)
@documents_problems(blueprint, 401, 404, 409, 503)
@access()
def get_cycle_results(slug: str) -> dict[str, Any]:
    """Who took part, and what won in each part."""
    session = current_session()
    cycle = counted_cycle(session, slug)
    projects = projects_of(session, cycle)
    return {
        "slug": cycle.slug,
        "title": cycle.title,
        "counted_at": cycle.counted_at,
        "turnout": turnout_of(session, cycle),
        "parts": [
            {
                "code": part.code,
                "name": part.name,
                "winners": [
                    one.code for one in projects if one.part_code == part.code and one.is_winner
                ],
                "election": election_line(election),
            }
            for part, election in counted_parts(session, cycle)
        ],
    }


@blueprint.route("/cycles/<string:slug>/results/<string:part>", methods=["GET"])
@blueprint.response(200, ElectionSchema)
@documents_problems(blueprint, 401, 404, 409, 503)
@access()
def get_part_result(slug: str, part: str) -> dict[str, Any]:
    """The result of one part, with every project."""
    session = current_session()
    for counted, election in counted_parts(session, counted_cycle(session, slug)):
        if counted.code == part:
            return _result(election)
    raise NotFound("ballot-part-unknown", part=part[:60])


@blueprint.route("/elections", methods=["GET"])
@blueprint.response(200, ElectionLineSchema(many=True))
@documents_problems(blueprint, 401, 503)
@access()
def list_elections() -> list[dict[str, Any]]:
    """Every election whose result is here, newest first; a part of a cycle is one of them."""
    return [election_line(one) for one in elections(current_session())]


@blueprint.route("/elections/<string:slug>", methods=["GET"])
@blueprint.response(200, ElectionSchema)
@documents_problems(blueprint, 401, 404, 503)
@access()
def get_election(slug: str) -> dict[str, Any]:
    """One result, with every project."""
    return _result(find_election(current_session(), slug))


def _result(election: Election) -> dict[str, Any]:
    document = election_document(current_session(), election)
    return document | {"files": _files(election, document["files"])}


def _files(election: Election, hashes: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"name": name, "path": _path(election, name), "sha256": sha256}
        for name, sha256 in hashes.items()
    ]


def _path(election: Election, name: str) -> str:
    if name == BALLOTS:
        return url_for("web.election_file", slug=election.slug)
    return url_for("web.result_file", slug=election.slug, name=name)
