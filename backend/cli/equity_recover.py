"""`equity recover`: an estimator held against cities whose truth is known."""

import math
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import click
import numpy as np

from backend.cli.printing import print_json
from equity.rates.events import Codes, Floats
from equity.simulation.estimators import ESTIMATORS
from equity.simulation.planar_city import planar_city
from equity.simulation.recovery import Check, ScenarioResult, Scores, recover
from equity.simulation.recovery_scenarios import SCENARIOS
from equity.simulation.scenario import City, smartphone_share
from geo.adjacency import neighbour_pairs
from geo.geojson import Feature, GeoJsonError, read_features

MADE_UP_AREAS, MADE_UP_SEED = 77, 1

Document: TypeAlias = dict[str, Any]


@click.command("recover")
@click.option("--seeds", default=40, show_default=True, type=click.IntRange(1, 10_000))
@click.option(
    "--scenario",
    "keys",
    multiple=True,
    default=("all",),
    show_default=True,
    type=click.Choice(["all", *(named.key for named in SCENARIOS)]),
    help="May be given again.",
)
@click.option(
    "--model", default=list(ESTIMATORS)[-1], show_default=True, type=click.Choice(list(ESTIMATORS))
)
@click.option(
    "--boundaries",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A GeoJSON file of areas with census figures. Default: a made-up map of 77 areas.",
)
@click.option("--name", default="name", show_default=True, help="Its property of names.")
@click.option("--residents", default="population", show_default=True, help="Of residents.")
@click.option("--seniors", default="over65", show_default=True, help="Of residents over 65.")
@click.option("--income", default="per_capita_income", show_default=True, help="Of income.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def recover_command(
    seeds: int,
    keys: tuple[str, ...],
    model: str,
    boundaries: Path | None,
    name: str,
    residents: str,
    seniors: str,
    income: str,
    as_json: bool,
) -> None:
    """Run cities with a known truth and see what MODEL makes of their event logs.

    Each figure is a mean over the seeds. An interval promises 90 %. Rules are fixed beforehand; a
    record is what no estimator has reached so far.
    """
    if boundaries is None:
        city, neighbours = planar_city(MADE_UP_AREAS, MADE_UP_SEED)
    else:
        city, neighbours = _city_on_file(boundaries, name, residents, seniors, income)
    chosen = [named for named in SCENARIOS if "all" in keys or named.key in keys]
    results = recover(ESTIMATORS[model], city, neighbours, chosen, seeds)
    if as_json:
        print_json(_document(model, seeds, city, neighbours, list(results)))
        return
    click.echo(f"{model}, {len(city.areas)} areas, {seeds} seeds")
    click.echo(_HEADER)
    for result in results:
        click.echo("\n".join(_lines(result)))


def _city_on_file(
    path: Path, name: str, residents: str, seniors: str, income: str
) -> tuple[City, Codes]:
    try:
        features = read_features(path.read_bytes())
    except GeoJsonError as error:
        raise click.BadParameter(f"{path} is no GeoJSON of areas ({error.slug}).") from error
    population = _figures(features, residents)
    share, log_income = _figures(features, seniors) / population, np.log(_figures(features, income))
    city = City(
        areas=tuple(str(feature.properties.get(name, "")) for feature in features),
        population=population,
        senior_share=share,
        log_income=log_income,
        no_smartphone_share=1 - smartphone_share(share, log_income),
    )
    return city, neighbour_pairs([feature.geometry for feature in features])


def _figures(features: Iterable[Feature], column: str) -> Floats:
    """(areas,) numbers above zero: without one an area cannot be simulated."""
    values = [feature.properties.get(column) for feature in features]
    for place, value in enumerate(values, start=1):
        if not isinstance(value, int | float) or not value > 0:
            raise click.BadParameter(f"Area {place} has no number above 0 in '{column}'.")
    return np.array(values, dtype=np.float64)


def _document(
    model: str, seeds: int, city: City, neighbours: Codes, results: list[ScenarioResult]
) -> Document:
    return {
        "model": model,
        "seeds": seeds,
        "areas": len(city.areas),
        "neighbour_pairs": len(neighbours),
        "passed": all(result.is_passed for result in results),
        "scenarios": [
            {
                "scenario": result.named.key,
                "words": result.named.words,
                "mean": _numbers(result.mean),
                "standard_error": _numbers(result.error),
                "checks": [_checked(check) for check in result.checks],
                "records": [_checked(check) for check in result.records],
                "passed": result.is_passed,
            }
            for result in results
        ],
    }


def _numbers(scores: Scores) -> Document:
    return {name: _known(value) for name, value in asdict(scores).items()}


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _checked(check: Check) -> Document:
    return {
        "figure": check.name,
        "value": _known(check.figure),
        "least": check.least,
        "most": check.most,
        "passed": check.is_passed,
    }


_COLUMNS = (
    ("incidents", "reported", 9, ".0f"),
    ("reported", "part", 6, ".2f"),
    ("told", "told", 6, ".2f"),
    ("coverage", "cover", 7, ".3f"),
    ("slope", "slope", 7, ".2f"),
    ("rmse", "rmse", 7, ".3f"),
    ("bias_seniors", "seniors", 9, "+.3f"),
    ("bias_income", "income", 9, "+.3f"),
    ("effects_covered", "cover", 7, ".2f"),
    ("level", "level", 7, ".2f"),
    ("flagged", "flagged", 9, ".2f"),
    ("stock", "stock", 7, ".2f"),
    ("reports", "reports", 9, ".2f"),
    ("per_head", "a head", 8, ".2f"),
)
"""Figure, heading, width, form."""

_HEADER = "\n".join(
    [
        f"{'':33}{'incidents':9}{'':35}{'bias of effects':>16}{'':25}{'rank of hidden stock':>29}",
        f"{'':33}" + "".join(f"{heading:>{width}}" for _, heading, width, _ in _COLUMNS),
    ]
)


def _lines(result: ScenarioResult) -> list[str]:
    figures = "".join(
        f"{_cell(getattr(result.mean, name), form):>{width}}" for name, _, width, form in _COLUMNS
    )
    key = result.named.key
    lines = [f"{key:>4}  {result.named.words}", f"{'':33}{figures}"]
    for kind, checks in (("rule", result.checks), ("record", result.records)):
        lines += [
            f"{'':6}{kind} not met: {check.name} {_cell(check.figure, '.3f')} "
            f"is not in {check.least:.3g} to {check.most:.3g}"
            for check in checks
            if not check.is_passed
        ]
    return lines


def _cell(value: float, form: str) -> str:
    return "-" if math.isnan(value) else format(value, form)
