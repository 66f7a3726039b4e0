"""The shapes of photos and their uploads; the headers are those of tus 1.0."""

import base64
import binascii
from typing import Any
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from backend.photos.workflow import PhotoState
from backend.reports.photos.commands import OpenUpload

_METADATA = "Upload-Metadata"


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
            "description": "`slot` (a UUID version 7 made on the phone, the photo's for good) and "
            "`report` (the report's id, which may be sent later), each in Base64"
        },
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> OpenUpload:
        said = _read_metadata(data["metadata"])
        return OpenUpload(_uuid(said, "slot"), _uuid(said, "report"), data["size_bytes"])


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
    report = fields.UUID(required=True, metadata={"description": "Id of the report"})
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
    url = fields.Url(required=True)
    thumbnail_url = fields.Url(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)


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
