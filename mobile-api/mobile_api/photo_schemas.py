"""The shapes of photos and their uploads; the headers are those of tus 1.0."""

import base64
import binascii
from typing import Any
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_dump, validate

from backend.ballots.proposals.commands import AddProposalPhoto
from backend.core.addresses import public_address
from backend.photos.queries import PublicPhoto
from backend.photos.workflow import PhotoState
from backend.reports.photos.commands import OpenUpload

_METADATA = "Upload-Metadata"
OF_PROPOSAL = fields.String(metadata={"description": "Number of the proposal, where it is of one"})
OF_MILESTONE = fields.String(
    metadata={"description": "`cycle/project/number`, where it is of a step of what is built"}
)
ALT = fields.String(
    required=True,
    allow_none=True,
    metadata={"description": "What it shows, in words for whoever cannot see it"},
)

TUS_VERSION = "1.0.0"


class TusSchema(Schema):
    """What every request of a tus client says."""

    version = fields.String(
        required=True, data_key="Tus-Resumable", validate=validate.Equal(TUS_VERSION)
    )


class NewUploadSchema(TusSchema):
    """A photo announced; both ids are made on the phone, so that announcing twice is safe."""

    size_bytes = fields.Integer(
        required=True,
        data_key="Upload-Length",
        validate=validate.Range(min=0, max=2**31 - 1),
        metadata={"description": "Length of the whole photo in bytes"},
    )
    metadata = fields.String(
        required=True,
        data_key=_METADATA,
        metadata={
            "description": "`slot` (a UUID version 7 made on the phone, the photo's for good), "
            "`report` (the report's id, which may be sent later) or `proposal` (its number), and "
            "`alt` (what the photo shows, in words for whoever cannot see it), each in Base64"
        },
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> OpenUpload | AddProposalPhoto:
        said, size_bytes = _read_metadata(data["metadata"]), data["size_bytes"]
        slot, alt_text = _uuid(said, "slot"), said.get("alt", "")
        if "proposal" not in said:
            return OpenUpload(slot, _uuid(said, "report"), size_bytes, alt_text=alt_text)
        if "report" in said:
            raise ValidationError("A photo is of a report or of a proposal.", _METADATA)
        return AddProposalPhoto(slot, said["proposal"], size_bytes, alt_text)


class StaffSlotSchema(Schema):
    """A photo announced by staff; its pieces are sent to `/v1/uploads/{id}`."""

    class Meta:
        unknown = RAISE

    id = fields.UUID(required=True, metadata={"description": "UUID version 7 made by the sender"})
    size_bytes = fields.Integer(required=True, validate=validate.Range(min=0, max=2**31 - 1))
    alt_text = fields.String(data_key="alt", load_default="")


class PhotoSlotSchema(Schema):
    """A photo announced among other commands; its pieces are sent to `/v1/uploads/{id}`."""

    class Meta:
        unknown = RAISE

    id = fields.UUID(required=True, metadata={"description": "UUID version 7 made on the phone"})
    report_id = fields.UUID(
        required=True,
        data_key="report",
        metadata={"description": "The report's id, which may be sent later"},
    )
    size_bytes = fields.Integer(required=True, validate=validate.Range(min=0, max=2**31 - 1))

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> OpenUpload:
        return OpenUpload(**data)


class PieceSchema(TusSchema):
    """Where a piece belongs."""

    offset = fields.Integer(
        required=True,
        data_key="Upload-Offset",
        validate=validate.Range(min=0, max=2**31 - 1),
        metadata={"description": "Number of bytes the city has already"},
    )


class PhotoProblemSchema(Schema):
    """Why a photo is not taken; `type` ends in a name for programs."""

    type = fields.Url(required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)
    remedy = fields.String(required=True)


class UploadSchema(Schema):
    """Where a photo stands, for the phone that took it."""

    id = fields.UUID(required=True)
    report = fields.UUID(metadata={"description": "Id of the report, where it is of one"})
    proposal = OF_PROPOSAL
    milestone = OF_MILESTONE
    state = fields.String(required=True, validate=validate.OneOf([one.value for one in PhotoState]))
    received_bytes = fields.Integer(required=True)
    size_bytes = fields.Integer(required=True)
    problem = fields.Nested(PhotoProblemSchema, required=True, allow_none=True)
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "In the words of whoever refused it"},
    )
    url = fields.Url(
        required=True, allow_none=True, metadata={"description": "The photo, where it is public"}
    )


class PhotoSchema(Schema):
    """A photo anybody may see; sizes in pixels."""

    id = fields.UUID(required=True)
    alt = ALT
    url = fields.Url(required=True)
    thumbnail_url = fields.Url(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)

    @pre_dump
    def to_document(self, photo: PublicPhoto, **_: Any) -> dict[str, Any]:
        return {
            "id": photo.id,
            "alt": photo.alt_text,
            "url": public_address("api_photos.get_photo", id=photo.id),
            "thumbnail_url": public_address("api_photos.get_thumbnail", id=photo.id),
            "width": photo.width,
            "height": photo.height,
        }


def _read_metadata(header: str) -> dict[str, str]:
    """`key base64,key base64` as tus has it; what other clients add is left alone."""
    said = {}
    for pair in header.split(","):
        key, _, encoded = pair.strip().partition(" ")
        try:
            said[key] = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise ValidationError("Values are Base64 of UTF-8.", _METADATA) from error
    return said


def _uuid(said: dict[str, str], key: str) -> UUID:
    try:
        return UUID(said[key])
    except (KeyError, ValueError) as error:
        raise ValidationError(f"{key} is a UUID.", _METADATA) from error
