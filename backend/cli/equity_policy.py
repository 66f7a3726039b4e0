"""`equity policy`: which lever closes how much of the gap, tried with the city's own queue."""

import json
from dataclasses import asdict
from typing import Any, TypeAlias

import click

from backend.audits.problem_texts import TEXTS
from backend.cli.refusal import refuse
from backend.core.errors import Invalid
from equity.errors import EquityError
from equity.levers.policy_trials import (
    AREAS,
    HORIZON_DAYS,
    PROBLEMS_PER_DAY,
    QuietTrial,
    Trial,
    quiet_trials,
    trials,
)
from equity.levers.sweep_need import sweep_share

Document: TypeAlias = dict[str, Any]

LOADS = (0.8, 0.97, 1.15)
QUIET_LOAD = 1.0

# Mean, poorest and richest fifth, ratio and hazards of the study this project was planned with:
# another made-up city of 77 areas and 40 problems a day, whose weights had no upper limit.
STUDY = {
    (0.8, "severity then age"): (46.1, 55.5, 24.6, 2.26, 13.5),
    (0.8, "weights inside bands"): (46.1, 55.5, 24.7, 2.26, 13.5),
    (0.8, "inverse propensity over everything"): (46.1, 55.5, 24.7, 2.26, 13.5),
    (0.8, "10 % sweeps at random"): (40.0, 47.3, 22.9, 2.08, 13.0),
    (0.8, "10 % targeted sweeps"): (37.8, 42.2, 23.1, 1.83, 12.5),
    (0.8, "10 % targeted sweeps, noisy rates"): (38.0, 42.3, 23.2, 1.83, 12.7),
    (0.8, "18 % targeted sweeps"): (33.8, 36.3, 23.0, 1.59, 12.1),
    (0.8, "outreach"): (38.3, 38.6, 24.6, 1.57, 11.3),
    (0.97, "severity then age"): (46.4, 55.7, 24.9, 2.25, 13.5),
    (0.97, "weights inside bands"): (46.4, 55.6, 25.4, 2.20, 13.5),
    (0.97, "10 % targeted sweeps"): (63.6, 68.9, 47.4, 1.46, 12.9),
    (1.15, "severity then age"): (85.7, 94.7, 63.6, 1.49, 13.5),
    (1.15, "inverse propensity over everything"): (84.0, 80.9, 98.9, 0.82, 49.4),
    (1.15, "weights inside bands"): (86.6, 82.6, 102.5, 0.81, 13.5),
}
FIGURES = ("mean", "low_income", "high_income", "ratio", "hazard_mean")


@click.command("policy")
@click.option("--seeds", default=4, show_default=True, type=click.IntRange(1, 1000), help="Runs.")
@click.option(
    "--load",
    "loads",
    multiple=True,
    type=float,
    help="Problems arising over problems that can be fixed; may be given again. "
    "Default: 0.8, 0.97 and 1.15.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
def policy_command(seeds: int, loads: tuple[float, ...], as_json: bool) -> None:
    """Try every lever in a made-up city and print how long people wait from day one."""
    runs = range(1, seeds + 1)
    try:
        found = [trials(load, runs) for load in loads or LOADS]
        quiet = quiet_trials(QUIET_LOAD, runs)
    except EquityError as error:
        facts: dict[str, Any] = dict(error.facts)
        refuse(Invalid(error.slug, **facts), TEXTS)
    if as_json:
        click.echo(json.dumps(_document(seeds, found, quiet), indent=2))
    else:
        click.echo("\n".join([*waiting_lines(found), "", *quiet_lines(quiet)]))


def _document(
    seeds: int, found: list[tuple[Trial, ...]], quiet: tuple[QuietTrial, ...]
) -> Document:
    return {
        "parameters": {
            "seeds": seeds,
            "areas": AREAS,
            "problems_per_day": PROBLEMS_PER_DAY,
            "horizon_days": HORIZON_DAYS,
        },
        "loads": [
            {
                "load": policies[0].load,
                "advised_sweep_share": sweep_share(policies[0].load).share,
                "policies": [
                    {key: value for key, value in asdict(trial).items() if key != "load"}
                    | {"study": _of_study(trial)}
                    for trial in policies
                ],
            }
            for policies in found
        ],
        "three_to_one": {"load": QUIET_LOAD, "policies": [asdict(trial) for trial in quiet]},
    }


def _of_study(trial: Trial) -> dict[str, float] | None:
    figures = STUDY.get((trial.load, trial.policy))
    return dict(zip(FIGURES, figures, strict=True)) if figures else None


def waiting_lines(found: list[tuple[Trial, ...]]) -> list[str]:
    """A line for each load and policy, the study's figures in brackets where it has them."""
    lines = [
        f"Days from arising to fixing, counted up to {HORIZON_DAYS}; in brackets the study this "
        "project was planned with.",
        f"{'load':>4}  {'policy':36}{'mean':>14}{'poorest':>14}{'richest':>14}{'ratio':>12}"
        f"{'hazards':>14}{'gap closed':>12}",
    ]
    for trial in (trial for policies in found for trial in policies):
        study = STUDY.get((trial.load, trial.policy), (None,) * len(FIGURES))
        figures = [getattr(trial, name) for name in FIGURES]
        digits = (1, 1, 1, 2, 1)
        cells = [
            f"{value:.{places}f} " + (f"({known:.{places}f})" if known is not None else "")
            for value, known, places in zip(figures, study, digits, strict=True)
        ]
        lines.append(
            f"{trial.load:4.2f}  {trial.policy:36}"
            + "".join(f"{cell:>{12 if place == 3 else 14}}" for place, cell in enumerate(cells))
            + f"{100 * trial.gap_closed:10.0f} %"
        )
    return lines


def quiet_lines(quiet: tuple[QuietTrial, ...]) -> list[str]:
    """A line for each policy in the city of three to one."""
    return [
        "Defects alike everywhere, and half of the areas report a third as readily. "
        f"Their part of all problems: {100 * quiet[0].true_share:.1f} %.",
        f"{'policy':40}{'part of inspections':>20}{'days to a hazard':>20}",
        *(
            f"{trial.policy:40}{100 * trial.inspected_share:18.1f} %{trial.hazard_days:20.1f}"
            for trial in quiet
        ),
    ]
