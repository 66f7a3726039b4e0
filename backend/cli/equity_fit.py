"""`equity fit`: relative reporting rates from a city's request log alone."""

import json
from typing import Any, TypeAlias

import click
import numpy as np

from backend.audits.problem_texts import TEXTS
from backend.cli.refusal import refuse
from backend.cli.request_log import LogColumns, RequestLog, read_moment, read_request_log
from backend.core.errors import DomainError, Invalid
from equity.errors import EquityError
from equity.events import Floats, ObservationRule, Observations, observe
from equity.explain import explain_rate, in_words
from equity.rate_model import ModelTerms, RateModel
from equity.reporting_rate import ReportingRates, reporting_rates

SHOWN_UNREADABLE = 20
SHOWN_NAMES = 8

Document: TypeAlias = dict[str, Any]


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
@click.option("--end", help="End of the data. Default: the last moment in the file.")
@click.option("--reference-area", help="Default: the first in the alphabet with a further report.")
@click.option("--reference-category", help="Default: likewise.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def fit(
    file: str,
    incident: str,
    request: str,
    at: str,
    area: str,
    category: str,
    covariate: tuple[str, ...],
    until: tuple[str, ...],
    limit_days: float,
    blackout_days: float,
    drop_repeated_rows: bool,
    end: str | None,
    reference_area: str | None,
    reference_category: str | None,
    as_json: bool,
) -> None:
    """Fit reporting rates to FILE, a CSV with one row for each request."""
    columns = LogColumns(incident, request, at, area, category, _once(covariate), _once(until))
    terms = ModelTerms(area, category, reference_area, reference_category)
    try:
        rule = ObservationRule(limit_days, blackout_days, _end(end), drop_repeated_rows)
        log = read_request_log(file, columns)
        _tell_unreadable(log)
        observations = observe(log.requests, rule)
        rates = reporting_rates(observations, terms=terms)
    except DomainError as error:
        refuse(error, TEXTS)
    except EquityError as error:
        refuse(_as_invalid(error), TEXTS)
    document = _document(log, observations, rates)
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_table(document)))


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _end(text: str | None) -> np.datetime64 | None:
    if text is None:
        return None
    try:
        return np.datetime64(read_moment(text).replace(tzinfo=None), "us")
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


def _tell_unreadable(log: RequestLog) -> None:
    if not log.unreadable:
        return
    click.echo(f"{len(log.unreadable)} rows could not be read and are left out:", err=True)
    for row in log.unreadable[:SHOWN_UNREADABLE]:
        click.echo(f"  line {row.line}: {row.reason}", err=True)
    if len(log.unreadable) > SHOWN_UNREADABLE:
        click.echo(f"  and {len(log.unreadable) - SHOWN_UNREADABLE} more", err=True)


def _document(log: RequestLog, observations: Observations, rates: ReportingRates) -> Document:
    model, rule, left_out = rates.model, observations.rule, observations.left_out
    return {
        "incidents": rates.vintage.incidents,
        "duplicates": rates.vintage.duplicates,
        "exposure_days": float(observations.exposure_days.sum()),
        "log_likelihood": model.fit.log_likelihood if model else None,
        **_estimates(model),
        "areas": [
            {
                "area": rate.area,
                "relative_rate": rate.relative_rate,
                "low": rate.low,
                "high": rate.high,
                "duplicates": rate.duplicates,
                "incidents": rate.incidents,
                "exposure_days": rate.exposure_days,
                "grade": rate.grade.value,
                "sentence": in_words([explain_rate(rate)]),
            }
            for rate in rates.areas
        ],
        "parameters": {
            "model": rates.vintage.model,
            "relative_to": rates.vintage.reference,
            "first_at": f"{rates.vintage.first_at}Z",
            "end_at": f"{rates.vintage.end_at}Z",
            "limit_days": rule.limit_days,
            "blackout_days": rule.blackout_days,
            "keep_repeated_rows": not rule.is_one_row_per_request,
            "reference_area": model.reference_area if model else None,
            "reference_category": model.reference_category if model else None,
            "covariates": _scales(observations, model),
        },
        "rows": {"read": log.rows, "unreadable": len(log.unreadable)},
        "incidents_left_out": {
            "without_report": left_out.without_report,
            "too_short": left_out.too_short,
            "without_area_or_category": left_out.without_area_or_category,
            "without_covariate": left_out.without_covariate,
        },
    }


def _estimates(model: RateModel | None) -> Document:
    """Null for a level without a further report: its rate is zero, its coefficient infinite."""
    if model is None:
        return {"coefficients": {}, "standard_errors": {}, "cluster_standard_errors": {}}

    def named(values: Floats) -> dict[str, float | None]:
        fitted: dict[str, float | None] = dict(zip(model.names, values.tolist(), strict=True))
        return fitted | dict.fromkeys(model.set_aside)

    return {
        "coefficients": named(model.fit.coefficients),
        "standard_errors": named(np.sqrt(np.diag(model.fit.covariance))),
        "cluster_standard_errors": named(np.sqrt(np.diag(model.fit.robust_covariance))),
    }


def _scales(observations: Observations, model: RateModel | None) -> Document:
    """The mean and standard deviation by which each covariate was put on its scale."""
    if model is None:
        return {}
    pairs = zip(model.covariate_means.tolist(), model.covariate_deviations.tolist(), strict=True)
    return {
        name: {"mean": mean, "standard_deviation": deviation}
        for name, (mean, deviation) in zip(observations.covariate_names, pairs, strict=True)
    }


def _table(document: Document) -> list[str]:
    likelihood = document["log_likelihood"]
    return [
        f"{document['incidents']} incidents, {document['duplicates']} further reports, "
        f"{document['exposure_days']:.1f} days watched"
        + ("" if likelihood is None else f", log-likelihood {likelihood:.3f}"),
        f"Data from {document['parameters']['first_at']} to {document['parameters']['end_at']}",
        "Left out: "
        + ", ".join(
            f"{count} {reason.replace('_', ' ')}"
            for reason, count in document["incidents_left_out"].items()
        ),
        "",
        *_coefficient_lines(document),
        f"Relative to: {document['parameters']['relative_to']}",
        *_area_lines(document["areas"]),
    ]


def _coefficient_lines(document: Document) -> list[str]:
    if not document["coefficients"]:
        return []
    width = max(map(len, document["coefficients"]))
    lines = [f"{'':{width}}  coefficient     error   cluster"]
    for name, value in document["coefficients"].items():
        if value is None:
            lines.append(f"{name:{width}}  no further report")
            continue
        error, cluster = (
            document[kind][name] for kind in ("standard_errors", "cluster_standard_errors")
        )
        lines.append(f"{name:{width}}  {value:11.4f} {error:9.4f} {cluster:9.4f}")
    return [*lines, ""]


def _area_lines(areas: list[Document]) -> list[str]:
    width = max((len(area["area"]) for area in areas), default=0)
    return [
        f"{area['area']:{width}}  {area['grade']}  {_interval(area):>20}  {area['sentence']}"
        for area in areas
    ]


def _interval(area: Document) -> str:
    if area["relative_rate"] is None:
        return "-"
    return f"{area['relative_rate']:.2f} ({area['low']:.2f}-{area['high']:.2f})"
