"""What a form says of an entry, held against the limits of a catalogue file."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.core.errors import Invalid
from backend.reports.administration.standing import Entry
from backend.reports.catalogue_fields import ATTRIBUTE, NEEDED, Fields, attribute_fault


def read_entry(fields: Fields, values: Mapping[str, Any], at: str = "") -> Entry:
    """The entry by its columns; raises `Invalid` that points to the field `at` + its name.

    `values` are by the keys of a file; what is None or left out is what it is where a file does
    not say.
    """
    entry = {}
    for name, field in fields.items():
        value = values.get(name)
        if value is None:
            if field.default is NEEDED:
                raise Invalid("field-missing", pointer=f"/{at}{name}", field=name)
            entry[field.column] = field.default
            continue
        try:
            entry[field.column] = field.read(value)
        except ValueError as error:
            why = str(error)
            raise Invalid("field-not-valid", pointer=f"/{at}{name}", field=name, why=why) from error
    return entry


def read_attributes(asked: Sequence[Mapping[str, Any]]) -> tuple[Entry, ...]:
    """Questions in order, as `read_entry` reads each."""
    found = tuple(
        read_entry(ATTRIBUTE, one, f"attribute-{number}-") for number, one in enumerate(asked)
    )
    for number, why in attribute_fault(found):
        field = f"attribute-{number}"
        raise Invalid("field-not-valid", pointer=f"/{field}-code", field=field, why=why)
    return tuple(one | {"choices": list(one["choices"])} for one in found)
