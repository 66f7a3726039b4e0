"""The shapes of a vote: what is asked, what is sent, and what comes back."""

from typing import Any

from marshmallow import (
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from backend.accounts.contact_address import LONGEST, AddressKind
from backend.ballots.voting.ballot_form import Choices, Districts, Kind, Publication
from backend.ballots.voting.commands import BallotChannel

_RANDOM = validate.Regexp(r"[0-9a-f]{32}\Z")
_CHANNELS = [one.value for one in BallotChannel if one is not BallotChannel.PAPER]
_MOST_PROJECTS = 2000
_MOST_PARTS = 200


def _is_plain(text: str) -> None:
    if not (1 <= len(text) <= 60 and text.isprintable()):
        raise ValidationError("This is not a code.")


class FormSchema(Schema):
    """What may be chosen in one part; a part left blank is an abstention there."""

    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in Kind]))
    min = fields.Integer(required=True, metadata={"description": "Fewest projects in a part"})
    max = fields.Integer(required=True, allow_none=True)
    points = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Points one voter may give in one part; they may give fewer"},
    )
    max_points = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Most points of one project"}
    )
    category_limits = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "Most projects of a category in one part"},
    )
    districts = fields.String(
        required=True,
        validate=validate.OneOf([one.value for one in Districts]),
        metadata={"description": "Which districts a voter may fill in besides the whole city"},
    )
    publication = fields.String(
        required=True, validate=validate.OneOf([one.value for one in Publication])
    )


class BallotProjectSchema(Schema):
    """A project on the ballot; `cost` in 1/`money_scale` units of the currency."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    cost = fields.Integer(required=True)
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)


class BallotPartSchema(Schema):
    """The whole city or a district: its budget, which knapsack ballots keep, and its projects."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    is_citywide = fields.Boolean(required=True)
    budget = fields.Integer(required=True)
    projects = fields.List(fields.Nested(BallotProjectSchema), required=True)


class BallotFormSchema(Schema):
    """All that a client needs to show a ballot and to check it before it is sent."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    is_open = fields.Boolean(required=True)
    is_over = fields.Boolean(
        required=True, metadata={"description": "By the city's clock; a device's may be wrong"}
    )
    opens_datetime = fields.AwareDateTime(required=True)
    closes_datetime = fields.AwareDateTime(required=True)
    currency = fields.String(required=True)
    money_scale = fields.Integer(required=True)
    voting_key = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Public key (X25519, base64url) that ballots are sealed to"},
    )
    form = fields.Nested(FormSchema, required=True)
    parts = fields.List(fields.Nested(BallotPartSchema), required=True)


class VoterSchema(Schema):
    """A voter by the number in the city's register, and an address the register has."""

    class Meta:
        unknown = RAISE

    register_number = fields.String(required=True, validate=validate.Length(1, 60))
    address = fields.String(required=True, validate=validate.Length(1, LONGEST))


class CodeSentSchema(Schema):
    """Where a code goes if number and address belong together; nobody learns whether they do."""

    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in AddressKind]))
    digits = fields.Integer(required=True)


class ProofSchema(Schema):
    """An access code, or register number, address and the one-time code sent there."""

    class Meta:
        unknown = RAISE

    access_code = fields.String(validate=validate.Length(1, 60))
    register_number = fields.String(validate=validate.Length(1, 60))
    address = fields.String(validate=validate.Length(1, LONGEST))
    one_time_code = fields.String(validate=validate.Length(1, 60))
    nonce = fields.String(
        validate=_RANDOM,
        metadata={
            "description": "128 random bits made and kept on the device; with an access code it "
            "may be left out, and the code is then enough on any device"
        },
    )

    @validates_schema
    def _has_one_proof(self, data: dict[str, Any], **_: Any) -> None:
        sent = {"register_number", "address", "one_time_code"} & data.keys()
        if ("access_code" in data) == bool(sent) or len(sent) not in (0, 3):
            raise ValidationError(
                "Send access_code, or register_number, address and one_time_code.", "access_code"
            )


class CredentialSchema(Schema):
    """What a ballot is cast and replaced with; it names nobody."""

    class Meta:
        unknown = RAISE

    credential = fields.String(required=True, validate=validate.Length(1, 1000))


class IssuedCredentialSchema(CredentialSchema):
    """A credential, and what it is good for: which parts a voter may fill in."""

    district = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Code of the voter's part; null where it is the whole city alone"},
    )
    is_test = fields.Boolean(
        required=True, metadata={"description": "Whether it is for trying before the vote begins"}
    )


class ChoicesSchema(Schema):
    """The projects chosen in one part, and their points where asked; order matters in a ranking."""

    class Meta:
        unknown = RAISE

    projects = fields.List(
        fields.String(validate=_is_plain),
        required=True,
        validate=validate.Length(max=_MOST_PROJECTS),
    )
    points = fields.List(
        fields.Integer(strict=True, validate=validate.Range(0, 1_000_000)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=_MOST_PROJECTS),
    )

    @post_load
    def to_choices(self, data: dict[str, Any], **_: Any) -> Choices:
        points = data["points"]
        return Choices(tuple(data["projects"]), None if points is None else tuple(points))


class NewBallotSchema(CredentialSchema):
    """A ballot; sent again with the same `attempt` it is the same ballot."""

    sequence = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "One more than that of the ballot in the box, 1 for the first"},
    )
    attempt = fields.String(
        required=True,
        validate=_RANDOM,
        metadata={"description": "128 random bits, new for each ballot and kept for a retry"},
    )
    channel = fields.String(load_default="app", validate=validate.OneOf(_CHANNELS))
    parts = fields.Dict(
        keys=fields.String(validate=_is_plain),
        values=fields.Nested(ChoicesSchema),
        required=True,
        validate=validate.Length(max=_MOST_PARTS),
        metadata={"description": "Choices by the code of the part"},
    )


class ReceiptSchema(Schema):
    """What the voter keeps, and under which id each part will stand in the published file.

    An id is the first 32 hexadecimal digits of the SHA-256 of receipt, a bar and the part's code.
    """

    receipt = fields.String(required=True)
    sequence = fields.Integer(required=True)
    published_ids = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class BallotStatusSchema(Schema):
    """The number of the ballot in the box, 0 where is none."""

    sequence = fields.Integer(required=True)
