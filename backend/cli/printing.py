"""Results as JSON for programs."""

import json
from typing import Any

import click


def print_json(result: Any) -> None:
    """`result` on standard output, indented, in the order it was built."""
    click.echo(json.dumps(result, ensure_ascii=False, indent=2))
