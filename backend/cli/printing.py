"""Results as JSON for programs."""

import json
from typing import Any

import click


def print_json(result: Any) -> None:
    """`result` on standard output, indented, in the order it was built.

    Raises ValueError for what JSON has no word for: a figure that cannot be told is null.
    """
    click.echo(json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False))
