"""How to reach a person: what is taken, sealed at once, and never published. Pure."""

from collections.abc import Mapping

from backend.core.public_words import check_text

CONTACT_FIELDS = {"name": 120, "phone": 40, "email": 254, "note": 1000}
"""The longest of each."""


def check_contact(contact: Mapping[str, str]) -> None:
    """Raise `Invalid` on what is too long or holds what no reader could see."""
    for name, text in contact.items():
        check_text(text, f"/contact/{name}", CONTACT_FIELDS[name])
