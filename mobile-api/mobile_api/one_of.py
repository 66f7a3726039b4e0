"""A value that has one of several shapes: marshmallow has no field for it, OpenAPI has `oneOf`."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields


class OneOf(fields.Raw):
    """A value as it is, described as one of `schemas`.

    With `told_by`, the member of that name tells which: its value is the schema's key.
    """

    def __init__(self, schemas: Mapping[str, Schema], *, told_by: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.schemas = schemas
        self.told_by = told_by

    def deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        """`value` as it is, null too: whoever reads it by its schema says what is wrong with it."""
        return value


def one_of2properties(converter: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """What apispec's `converter` writes of a `OneOf`."""
    if not isinstance(field, OneOf):
        return {}
    refs = {key: converter.resolve_nested_schema(one) for key, one in field.schemas.items()}
    described: dict[str, Any] = {"oneOf": list(refs.values())}
    if field.told_by:
        mapping = {key: ref["$ref"] for key, ref in refs.items()}
        described["discriminator"] = {"propertyName": field.told_by, "mapping": mapping}
    return described
