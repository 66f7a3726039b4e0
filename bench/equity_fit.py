"""A full fit of reporting rates with intervals, at the size of a city and of a metropolis.

    python bench/equity_fit.py [--numpyro PYTHON]

From the event log of a simulated city to every area's rate and interval, each in a process of its
own: 77 areas and 6 categories with 10,000 and with 100,000 incidents, and 200 areas and 20
categories with 1,000,000. Beside the Poisson model stands statsmodels' on the same incidents, in
cells; beside the smoothed one, where PYTHON is an interpreter that can import numpyro (`python -m
venv DIR && DIR/bin/pip install numpyro scipy shapely`, then `--numpyro DIR/bin/python`), one chain
of NUTS of the same posterior on the smallest city, which takes it some minutes.
"""

import argparse
import json
import pickle
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SIZES = ((77, 6, 10_000, 1.0), (77, 6, 100_000, 5.0), (200, 20, 1_000_000, 20.0))
"""Areas, categories, incidents, budget in CPU seconds."""
SAMPLED = 10_000


def make(areas: int, kinds: int, incidents: int, file: Path) -> None:
    """A year of a city in which incidents differ unseen, kept in `file`."""
    from equity.simulation.planar_city import planar_city
    from equity.simulation.scenario import Category, Scenario
    from equity.simulation.simulate import simulate

    city, neighbours = planar_city(areas, 1)
    need = incidents / kinds / (city.population.sum() / 1000)
    categories = tuple(
        Category(f"kind {number:02}", need, rate)
        for number, rate in enumerate(np.geomspace(0.1, 0.01, kinds))
    )
    scenario = Scenario(rate_structure=0.5, frailty_shape=1.0, need_income=0.2)
    log, truth = simulate(city, categories, scenario, 1, neighbours)
    file.write_bytes(pickle.dumps((log, city, neighbours, truth.log_rate)))


def ours(file: Path, model: str) -> dict[str, Any]:
    """CPU seconds, peak memory and the areas' rates."""
    from equity.rates.reporting_rate import reporting_rates

    log, city, neighbours, truth = pickle.loads(file.read_bytes())
    start = process_time()
    seen = observed(log, city, model)
    rates = reporting_rates(seen, model=model, neighbours=neighbours).log_rates
    seconds = process_time() - start
    weight = np.bincount(seen.area, seen.exposure_days, truth.size)
    true = truth - np.log(np.exp(truth) @ weight / weight.sum())
    return {
        "seconds": seconds,
        "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "mean": rates.mean.tolist(),
        "error": rates.error.tolist(),
        "cover": float(np.mean((rates.low <= true) & (true <= rates.high))),
    }


def observed(log: Any, city: Any, model: str) -> Any:
    """With census figures where the model takes them beside the areas."""
    from equity.rates.events import ObservationRule, observe
    from equity.simulation.estimators import BEGAN_AT, COVARIATES

    census = city.covariates[:, :COVARIATES] if model == "bym2" else None
    return observe(log.requests(BEGAN_AT, census), ObservationRule())


def statsmodels(file: Path) -> dict[str, Any]:
    """Poisson with areas and categories as contrasts, on cells; observing is not counted."""
    import statsmodels.api as sm

    log, city, _, _ = pickle.loads(file.read_bytes())
    seen = observed(log, city, "poisson")
    start = process_time()
    areas, kinds = len(seen.areas), len(seen.categories)
    cell = seen.area * kinds + seen.category
    further = np.bincount(cell, seen.duplicates, areas * kinds)
    exposure = np.bincount(cell, seen.exposure_days, areas * kinds)
    used = exposure > 0
    area, kind = np.divmod(np.flatnonzero(used), kinds)
    design = np.column_stack([np.eye(areas)[area], np.eye(kinds)[kind][:, 1:]])
    model = sm.GLM(further[used], design, sm.families.Poisson(), exposure=exposure[used])
    effect = model.fit().params[:areas]
    seconds = process_time() - start
    weight = np.bincount(seen.area, seen.exposure_days, areas)
    return {
        "seconds": seconds,
        "mean": (effect - np.log(np.exp(effect) @ weight / weight.sum())).tolist(),
    }


def posed(seen: Any, neighbours: Any) -> Any:
    """What the smoothed model maximises, as `equity.rates.models.fit` puts it together."""
    from equity.rates.area_model import pose
    from equity.rates.baseline import fit_baseline
    from equity.rates.models import _reach
    from equity.rates.natural_life import days_there, natural_life
    from equity.rates.neighbourhood import neighbourhood
    from equity.rates.rate_model import scales

    life = natural_life(seen)
    days = days_there(seen, life)
    pieces = fit_baseline(seen, days)
    exposure = days @ pieces.relative_rate
    means, deviations = scales(seen)
    covariates = (seen.covariates - means) / deviations
    around = neighbourhood(len(seen.areas), neighbours)
    return pose(seen, exposure, covariates, around, _reach(seen, life, pieces))


def numpyro(file: Path) -> dict[str, Any]:
    """One chain of the same posterior: 300 draws after 300 to warm up."""
    import jax
    import jax.numpy as jnp
    import numpyro as pyro
    from jax.scipy.special import gammaln
    from numpyro import distributions as dist
    from numpyro.infer import MCMC, NUTS

    jax.config.update("jax_enable_x64", True)
    log, city, neighbours, _ = pickle.loads(file.read_bytes())
    problem = posed(observed(log, city, "bym2"), neighbours)
    groups, around, areas = problem.groups, problem.around, len(problem.share)
    structured = around.structured()
    fixed = problem.design.fixed
    design = np.column_stack([problem.design.effects(one) for one in np.eye(fixed + areas)])
    covariance = np.linalg.inv(problem.precision)
    y, incidents = groups.repeats, groups.incidents

    def model() -> None:
        others = pyro.sample("others", dist.MultivariateNormal(np.zeros(fixed), covariance))
        deviation = pyro.sample("deviation", dist.HalfNormal(1))
        part = jax.nn.sigmoid(pyro.sample("part", dist.Normal(0, 2)))
        k = jnp.exp(pyro.sample("log_k", dist.Normal(0, 2)))
        reach = problem.reach
        far = jnp.exp(pyro.sample("far", dist.Normal(np.log(reach.median_days), reach.deviation)))
        mapped = pyro.sample("mapped", dist.Normal(0, 1).expand([areas]))
        alone = pyro.sample("alone", dist.Normal(0, 1).expand([areas]))
        own = deviation * (jnp.sqrt(part) * (structured @ mapped) + jnp.sqrt(1 - part) * alone)
        rate = jnp.exp(problem.level + design @ jnp.concatenate([others, own]))[groups.cell]
        a = k + rate * groups.exposure
        counted = (
            gammaln(y + k)
            - gammaln(k)
            + k * jnp.log(k / a)
            + y * jnp.log(rate * groups.exposure / a)
        )
        kept = jnp.log(-jnp.expm1(-(y + k) * jnp.log1p(rate * far / a)))
        seen = jnp.log(-jnp.expm1(-k * jnp.log1p(rate * far / k)))
        pyro.factor("likelihood", jnp.sum(incidents * (counted + kept - seen)))
        known = others[len(others) - problem.census.shape[1] :]
        effect = own + problem.census @ known
        pyro.deterministic("relative", effect - jnp.log(problem.share @ jnp.exp(effect)))

    start = process_time()
    chain = MCMC(NUTS(model), num_warmup=300, num_samples=300, progress_bar=False)
    chain.run(jax.random.PRNGKey(1))
    relative = np.asarray(chain.get_samples()["relative"])
    return {
        "seconds": process_time() - start,
        "mean": relative.mean(axis=0).tolist(),
        "error": relative.std(axis=0).tolist(),
    }


def in_its_own(python: str, *part: str) -> dict[str, Any]:
    """What a fresh process answers."""
    command = [python, __file__, "--child", *part]
    quiet = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    answer: dict[str, Any] = json.loads(subprocess.check_output(command, env=quiet) or "{}")
    return answer


def agreement(mine: dict[str, Any], peer: dict[str, Any]) -> str:
    """Of the areas' log rates."""
    one, other, error = (np.array(values) for values in (mine["mean"], peer["mean"], mine["error"]))
    off = np.abs(one - other)
    words = (
        f"correlation {np.corrcoef(one, other)[0, 1]:.5f}, largest difference {off.max():.1e}, "
        f"{(off / error).max():.2f} standard errors"
    )
    if "error" in peer:
        words += f"; ours over theirs {np.median(error / np.array(peer['error'])):.3f}"
    return words


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--numpyro", metavar="PYTHON", help="an interpreter that has it")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(*given.child)
        return
    for areas, kinds, incidents, budget in SIZES:
        print(f"{areas} areas, {kinds} categories, {incidents:,} incidents")
        with tempfile.TemporaryDirectory() as folder:
            file = str(Path(folder) / "log")
            in_its_own(sys.executable, "make", str(areas), str(kinds), str(incidents), file)
            peers = {"poisson": ("statsmodels", sys.executable)}
            if given.numpyro and incidents <= SAMPLED:
                peers["bym2"] = ("numpyro", given.numpyro)
            for model in ("poisson", "bym2"):
                mine = in_its_own(sys.executable, "ours", file, model)
                print(
                    f"  {model:12}{mine['seconds']:8.2f} CPU s of {budget:.0f}, "
                    f"{mine['mebibytes']:.0f} MiB; intervals cover {mine['cover']:.3f}"
                )
                if model in peers:
                    name, python = peers[model]
                    peer = in_its_own(python, name, file)
                    print(f"  {name:12}{peer['seconds']:8.2f} CPU s; {agreement(mine, peer)}")


def child(what: str, *rest: str) -> None:
    """One measured part, its answer on standard output."""
    if what == "make":
        *sizes, file = rest
        areas, kinds, incidents = map(int, sizes)
        make(areas, kinds, incidents, Path(file))
        return
    part = {"ours": ours, "statsmodels": statsmodels, "numpyro": numpyro}[what]
    print(json.dumps(part(Path(rest[0]), *rest[1:])))


if __name__ == "__main__":
    main()
