"""Every estimator against simulated cities whose truth is known, beside what it must reach.

    python bench/recovery.py [--seeds 40] [--model NAME ...] [--scenario KEY ...]

`cover` is the part of the areas whose 90 % interval holds the true rate, `slope` that of the
regression of estimated on true log rates, `bias` the larger of the two effects' biases. What is
asked for stands in brackets; last comes what simple estimators reached on Chicago's 77 areas:
Poisson with the sandwich (cover) and the negative binomial (cover, slope).
"""

import argparse
from time import process_time

from equity.simulation.estimators import ESTIMATORS
from equity.simulation.planar_city import planar_city
from equity.simulation.recovery import Check, ScenarioResult, recover
from equity.simulation.recovery_scenarios import SCENARIOS

SIMPLE = {
    "1": ".893  .901 0.91",
    "2": ".841  .813 0.75",
    "3": ".827  .805 0.69",
    "4": ".873  .891 0.86",
    "5": ".907  .893 0.84",
    "6": ".888  .897 0.90",
    "7": ".879  .881 0.86",
    "8": ".895  .906 0.88",
    "9": ".873  .814 0.70",
    "10": ".77",
}
HEADER = (
    f"{'':57}{'cover':>20}{'slope':>18}{'bias':>7}{'flagged':>19}{'level':>7}"
    f"{'stock':>7}{'a head':>8}{'CPU s':>8}   simple ones"
)


def asked(checks: tuple[Check, ...], name: str) -> str:
    """What the rules ask of a figure."""
    for check in checks:
        if check.name == name:
            return f" ({check.least:.2f}-{check.most:.2f})"
    return " " * len(" (0.85-0.95)")


def line(result: ScenarioResult, seconds: float) -> str:
    """One scenario."""
    mean, key = result.mean, result.named.key
    bias = max(mean.bias_seniors, mean.bias_income, key=abs)
    return (
        f"{key:>4} {result.named.words:52}"
        f"{mean.coverage:8.3f}{asked(result.checks, 'coverage')}"
        f"{mean.slope:6.2f}{asked(result.checks, 'slope')}{bias:+7.3f}"
        f"{mean.flagged:7.3f}{asked(result.checks, 'flagged')}"
        f"{mean.level:7.2f}{mean.stock:7.2f}{mean.per_head:8.2f}{seconds:8.2f}   "
        f"{SIMPLE.get(key, ''):16}{'' if result.is_passed else 'NOT PASSED'}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--model", nargs="+", choices=list(ESTIMATORS), default=list(ESTIMATORS))
    parser.add_argument("--scenario", nargs="+", default=[named.key for named in SCENARIOS])
    given = parser.parse_args()
    city, neighbours = planar_city(77, 1)
    chosen = [named for named in SCENARIOS if named.key in given.scenario]
    for model in given.model:
        print(f"\n{model}, 77 areas, {given.seeds} seeds; CPU seconds are for one run\n{HEADER}")
        start = process_time()
        for result in recover(ESTIMATORS[model], city, neighbours, chosen, given.seeds):
            print(line(result, (process_time() - start) / given.seeds), flush=True)
            start = process_time()


if __name__ == "__main__":
    main()
