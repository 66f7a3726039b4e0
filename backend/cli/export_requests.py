"""`reports export`: the public requests as a file, as anybody could fetch it."""

import os
import sys
from pathlib import Path

import click
import orjson

from backend.cli.city_context import in_city
from backend.core.db import db
from backend.core.runtime import current_runtime
from backend.exports.data_package import data_package
from backend.exports.forms import FORMS
from backend.exports.read_filter import read_filter
from backend.exports.snapshot import snapshot
from backend.exports.vintage import Vintage, vintage_of
from backend.reports.public_requests import stream_public_requests


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--format", "name", type=click.Choice(list(FORMS)), default="csv", show_default=True)
@click.option("--service", multiple=True, help="A service's code; may be given several times.")
@click.option("--state", multiple=True, help="A state, open or closed; may be given several times.")
@click.option("--district", multiple=True, help="A district's code.")
@click.option("--from", multiple=True, help="The first day of reporting, such as 2026-03-02.")
@click.option("--until", multiple=True, help="The last day of reporting.")
@click.option("--updated-from", multiple=True, help="The first day of the last change.")
@click.option("--updated-until", multiple=True, help="The last day of the last change.")
@click.option("--bbox", multiple=True, help="west,south,east,north in degrees.")
@in_city(only_reads=True)
def export_command(file: Path, name: str, **given: tuple[str, ...]) -> None:
    """Write the public requests to FILE (- for standard output).

    A format without room for licence and vintage gets a datapackage.json beside it.
    """
    form, runtime = FORMS[name], current_runtime()
    asked = {word: list(texts) for word, texts in given.items() if texts}
    with snapshot(db.engine) as session:
        wanted = read_filter(session, asked)
        vintage = vintage_of(session, runtime.settings, asked, runtime.clock.now())
        chunks = form.write(stream_public_requests(session, wanted), vintage)
        if str(file) == "-":
            sys.stdout.buffer.writelines(chunks)
            return
        # A file that is there is whole.
        draft = file.with_name(f"{file.name}.part")
        with draft.open("wb") as target:
            target.writelines(chunks)
        os.replace(draft, file)
    if form.is_bare:
        _write_package(file, name, vintage)


def _write_package(file: Path, name: str, vintage: Vintage) -> None:
    package = data_package(vintage, {name: file.name})
    beside = file.with_suffix(".datapackage.json")
    beside.write_bytes(orjson.dumps(package, option=orjson.OPT_INDENT_2))
