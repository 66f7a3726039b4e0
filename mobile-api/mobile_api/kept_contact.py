"""What somebody told of themselves, and what is said where the city cannot read it now."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from mobile_api.schemas import ContactSchema


class KeptContactSchema(Schema):
    """What can be read of a contact."""

    contact = fields.Nested(ContactSchema, required=True)
    is_contact_unreadable = fields.Boolean(
        required=True,
        metadata={
            "description": "There is a contact, and the key it was sealed with is not here: "
            "`contact` is empty then"
        },
    )


def contact_document(contact: Mapping[str, str] | None) -> dict[str, Any]:
    """The members of `KeptContactSchema`; None is a contact that cannot be opened."""
    return {"contact": contact or {}, "is_contact_unreadable": contact is None}
