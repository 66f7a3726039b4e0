"""`equity fit`: relative reporting rates from a city's request log alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from backend.audits.problem_texts import TEXTS
from backend.cli.equity_fit_document import Document, document, lines
from backend.cli.expected_reports import expected_document, expected_lines
from backend.cli.moment_text import read_moment
from backend.cli.neighbour_file import pairs_from_map, pairs_from_table
from backend.cli.printing import print_json
from backend.cli.refusal import refuse
from backend.cli.request_log import (
    LogColumns,
    LogReading,
    RowLeftOut,
    as_utc,
    read_request_log,
)
from backend.core.clock import SystemClock
from backend.core.errors import DomainError, Invalid
from backend.core.problem_texts import TEXTS as CORE_TEXTS
from backend.places.problem_texts import TEXTS as PLACES_TEXTS
from equity.errors import EquityError
from equity.rates.events import ObservationRule, Observations, Requests, observe
from equity.rates.fitted_parameters import FittedParameters, parameters_of
from equity.rates.models import MODELS
from equity.rates.rate_model import ModelTerms
from equity.rates.reporting_rate import ReportingRates, reporting_rates

SHOWN_LEFT_OUT = 20
SHOWN_NAMES = 8
BLACKOUTS = (1.0, 2.0)
"""Days after the first report left out, side by side: an equity map must show what they do."""

NEEDS_AN_OPTION = ("day-order-unknown", "rows-unreadable")
"""What the command is to be told, like a misused option: exit code 2."""


@click.command()
@click.argument("file", type=click.Path())
@click.option("--incident", required=True, help="Column with the key shared by one incident.")
@click.option("--request", required=True, help="Column with the key of a request.")
@click.option("--at", required=True, help="Column with the moment of the request.")
@click.option("--area", required=True, help="Column with the area.")
@click.option("--category", required=True, help="Column with the kind of problem.")
@click.option("--covariate", multiple=True, help="Column with a number; may be given again.")
@click.option(
    "--until",
    multiple=True,
    help="Column with a moment that ends the watch (inspection, closing); may be given again.",
)
@click.option("--limit-days", default=100.0, show_default=True, help="Longest watch.")
@click.option(
    "--blackout-days", default=1.0, show_default=True, help="Days after the first report dropped."
)
@click.option(
    "--drop-repeated-rows/--keep-repeated-rows",
    default=True,
    show_default=True,
    help="Whether the first row of a request stands for it, or every row counts.",
)
@click.option(
    "--day-first/--month-first",
    default=None,
    help="Order of dates with slashes. Default: the one that the file's own rows fit.",
)
@click.option(
    "--not-missing",
    multiple=True,
    metavar="WORD",
    help="A key, area or category really called WORD (NA, None, -); may be given again.",
)
@click.option(
    "--end",
    help="End of the data. Default: the last moment in the file that is not in the future.",
)
@click.option(
    "--model",
    default="poisson",
    show_default=True,
    type=click.Choice(list(MODELS)),
    help="bym2 smooths areas over a map and the census, and lets incidents differ unseen.",
)
@click.option(
    "--pieces/--constant",
    default=None,
    help="Whether the rate falls with the time since the first report. Default: in bym2 alone.",
)
@click.option(
    "--neighbours",
    type=click.Path(path_type=Path),
    help="For bym2: CSV of two columns that name neighbouring areas.",
)
@click.option(
    "--boundaries", type=click.Path(path_type=Path), help="For bym2: a map of the areas instead."
)
@click.option("--id", "id_column", help="Column of --boundaries that names the areas.")
@click.option("--reference-area", help="Default: the first in the alphabet with a further report.")
@click.option("--reference-category", help="Default: likewise.")
@click.option("--reporter", help="Column that tells reporters apart: each counts once an incident.")
@click.option("--outcome", help="Column that says what the inspection saw: found, gone, not found.")
@click.option("--channel", help="Column of channels: staff, crew, sensor and sweep are no reports.")
@click.option("--city", help="Name of the city, for the parameters.")
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    help="Write the fitted parameters here; needs --city.",
)
@click.option(
    "--parameters",
    type=click.Path(path_type=Path),
    help="Fit nothing: say what parameters saved before expect of FILE; needs --city.",
)
@click.option(
    "--sensitivity/--no-sensitivity",
    default=True,
    show_default=True,
    help="Also fit with 24 and 48 hours after the first report left out.",
)
@click.option("--by-category", is_flag=True, help="Also fit each kind of problem by itself.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def fit(file: str, as_json: bool, **asked: Any) -> None:
    """Fit reporting rates to FILE, a CSV with one row for each request."""
    options = _Options(**asked)
    options.refuse_halves()
    try:
        found = _fitted(file, options)
    except DomainError as error:
        texts = {**CORE_TEXTS, **PLACES_TEXTS, **TEXTS}
        refuse(error, texts, 2 if error.slug in NEEDS_AN_OPTION else 1)
    except EquityError as error:
        refuse(_as_invalid(error), TEXTS)
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join((expected_lines if options.parameters else lines)(found)))


@dataclass(frozen=True, slots=True)
class _Options:
    """The command's options, each under its name."""

    incident: str
    request: str
    at: str
    area: str
    category: str
    covariate: tuple[str, ...]
    until: tuple[str, ...]
    limit_days: float
    blackout_days: float
    drop_repeated_rows: bool
    day_first: bool | None
    not_missing: tuple[str, ...]
    end: str | None
    model: str
    pieces: bool | None
    neighbours: Path | None
    boundaries: Path | None
    id_column: str | None
    reference_area: str | None
    reference_category: str | None
    reporter: str | None
    outcome: str | None
    channel: str | None
    city: str | None
    save: Path | None
    parameters: Path | None
    sensitivity: bool
    by_category: bool

    @property
    def columns(self) -> LogColumns:
        return LogColumns(
            self.incident,
            self.request,
            self.at,
            self.area,
            self.category,
            _once(self.covariate),
            _once(self.until),
            self.reporter,
            self.outcome,
            self.channel,
        )

    @property
    def terms(self) -> ModelTerms:
        return ModelTerms(self.area, self.category, self.reference_area, self.reference_category)

    def refuse_halves(self) -> None:
        if (self.boundaries is None) != (self.id_column is None):
            raise click.UsageError("--boundaries and --id go together.")
        if (self.save or self.parameters) and not self.city:
            raise click.UsageError(
                "--save and --parameters need --city: parameters belong to one city."
            )
        if self.save and self.parameters:
            raise click.UsageError("--parameters fits nothing that --save could write.")

    def pairs(self, areas: tuple[str, ...]) -> NDArray[np.int64] | None:
        """Which of `areas` are neighbours, None where no map is given."""
        if self.neighbours:
            return pairs_from_table(self.neighbours, areas)
        if self.boundaries and self.id_column:
            return pairs_from_map(self.boundaries, self.id_column, areas)
        return None


def _fitted(file: str, asked: _Options) -> Document:
    end = _end(asked.end, asked.day_first)
    rule = ObservationRule(
        asked.limit_days,
        asked.blackout_days,
        as_utc(end) if end else None,
        asked.drop_repeated_rows,
    )
    reading = LogReading(asked.day_first, frozenset(asked.not_missing))
    log = read_request_log(file, asked.columns, SystemClock().now(), end, reading)
    _tell_left_out(log.unreadable, "could not be read")
    _tell_left_out(log.stray, "have a moment that can hardly be right")
    _tell_missing(log.missing)
    observations = observe(log.requests, rule)
    if asked.parameters and asked.city:
        return expected_document(_read(asked.parameters), observations, asked.city)
    fit_to = partial(
        reporting_rates,
        model=asked.model,
        neighbours=asked.pairs(observations.areas),
        terms=asked.terms,
        in_pieces=asked.pieces,
    )
    rates = fit_to(observations)
    near = partial(fit_to, near=rates.model)
    others = {
        days: rates if days == rule.blackout_days else _again(log.requests, rule, days, near)
        for days in (BLACKOUTS if asked.sensitivity else ())
        if days < rule.limit_days
    }
    alone = {
        kind: _alone(observations, kind, near)
        for kind in (observations.categories if asked.by_category else ())
    }
    if asked.save and asked.city:
        _save(asked.save, rates, observations, asked.terms, asked.city)
    return document(log, observations, rates, asked.city, others, alone)


def _again(
    requests: Requests, rule: ObservationRule, days: float, fit_to: Any
) -> ReportingRates | str:
    """The same fit at another blackout, or the slug of why there is none."""
    try:
        rates: ReportingRates = fit_to(observe(requests, replace(rule, blackout_days=days)))
    except EquityError as error:
        return error.slug
    return rates


def _alone(observations: Observations, kind: str, fit_to: Any) -> ReportingRates | str:
    """The same of one kind of problem, or the slug of why there is none."""
    chosen = observations.category == observations.categories.index(kind)
    try:
        rates: ReportingRates = fit_to(observations.only(chosen))
    except EquityError as error:
        return error.slug
    return rates


def _save(
    path: Path, rates: ReportingRates, observations: Observations, terms: ModelTerms, city: str
) -> None:
    if rates.model is None:
        raise EquityError("no-duplicates", incidents=rates.vintage.incidents)
    try:
        path.write_text(parameters_of(rates.model, observations, terms, city).to_json() + "\n")
    except OSError as error:
        raise Invalid("file-unwritable", file=str(path), reason=error.strerror) from error


def _read(path: Path) -> FittedParameters:
    try:
        return FittedParameters.from_json(path.read_bytes())
    except OSError as error:
        raise Invalid("file-unreadable", file=str(path), reason=error.strerror) from error


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _end(text: str | None, is_day_first: bool | None) -> datetime | None:
    try:
        return None if text is None else read_moment(text, is_day_first)
    except ValueError as error:
        raise Invalid("end-unreadable", end=text) from error


def _as_invalid(error: EquityError) -> Invalid:
    facts: dict[str, Any] = {
        name: _listed(fact) if isinstance(fact, list) else fact
        for name, fact in error.facts.items()
    }
    return Invalid(error.slug, **facts)


def _listed(names: list[str]) -> str:
    more = len(names) - SHOWN_NAMES
    return ", ".join(names[:SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")


def _tell_left_out(rows: tuple[RowLeftOut, ...], why: str) -> None:
    if not rows:
        return
    click.echo(f"{len(rows)} rows {why} and are left out:", err=True)
    for row in rows[:SHOWN_LEFT_OUT]:
        click.echo(f"  line {row.line}: {row.reason}", err=True)
    if len(rows) > SHOWN_LEFT_OUT:
        click.echo(f"  and {len(rows) - SHOWN_LEFT_OUT} more", err=True)


def _tell_missing(cells: Mapping[tuple[str, str], int]) -> None:
    for (column, word), count in sorted(cells.items()):
        click.echo(
            f"{column} says {word!r} in {count} cells; they count as missing (if it is a name: "
            f"--not-missing {word}).",
            err=True,
        )
