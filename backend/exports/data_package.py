"""What stands beside a CSV: a Data Package (https://specs.frictionlessdata.io/data-package/).

RFC 4180 has no comments, so that licence, vintage and the meaning of the columns have a file of
their own.
"""

from typing import Any

from backend.exports.forms import FORMS
from backend.exports.vintage import CAUTION, Vintage
from backend.reports.public_fields import PUBLIC_FIELDS, PublicField


def data_package(vintage: Vintage, paths: dict[str, str]) -> dict[str, Any]:
    """The package of the files at `paths`, by the names of their forms."""
    return {
        "profile": "data-package",
        "name": "requests",
        "title": vintage.title,
        "description": CAUTION,
        "created": vintage.as_of,
        "licenses": [{"name": vintage.licence, "path": vintage.licence_url}],
        "contributors": [{"title": vintage.city, "role": "publisher"}],
        "vintage": vintage.moment(),
        "filters": vintage.filters,
        "resources": [_resource(name, path) for name, path in paths.items()],
    }


def _resource(name: str, path: str) -> dict[str, Any]:
    form = FORMS[name]
    resource: dict[str, Any] = {
        "name": f"requests-{name}",
        "path": path,
        "format": form.file_name.rpartition(".")[2],
        "mediatype": form.media_type,
        "description": form.sentence,
    }
    if form.media_type == "text/csv":
        resource |= {
            "profile": "tabular-data-resource",
            "encoding": "utf-8",
            "dialect": {"lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
            "schema": {
                "fields": list(map(_field, PUBLIC_FIELDS)),
                "primaryKey": "service_request_id",
                "missingValues": [""],
            },
        }
    return resource


def _field(field: PublicField) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": field.name,
        "type": field.kind.value,
        "description": field.sentence,
    }
    if field.kind.value == "datetime":
        described["format"] = "any"
    if not field.may_be_empty:
        described["constraints"] = {"required": True}
    return described
