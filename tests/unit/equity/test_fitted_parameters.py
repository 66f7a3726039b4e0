import json
from dataclasses import replace

import numpy as np
import pytest

from equity.errors import EquityError
from equity.rates.events import ObservationRule, Observations, observe
from equity.rates.fitted_parameters import FittedParameters, parameters_of
from equity.rates.models import MODELS, fit
from equity.rates.rate_model import ModelTerms
from equity.simulation.planar_city import planar_city
from equity.simulation.scenario import Category, Scenario
from equity.simulation.simulate import simulate

CITY, NEIGHBOURS = planar_city(12, 5)
KINDS = (Category("hazard", 2.5, 0.1), Category("light", 2.5, 0.05))


def a_year(seed: int, life_days: float | None = None) -> Observations:
    scenario = Scenario(frailty_shape=0.7, life_days=life_days)
    log, _ = simulate(CITY, KINDS, scenario, seed, NEIGHBOURS)
    rows = log.requests(np.datetime64("2026-01-01", "us"))
    risk = np.random.default_rng(seed).integers(0, 4, log.incident.max() + 1).astype(float)
    rows = replace(rows, covariates=risk[rows.incident][:, None], covariate_names=("risk",))
    return observe(rows, ObservationRule())


def fitted(seen: Observations, model: str) -> FittedParameters:
    found = fit(seen, model=model, neighbours=NEIGHBOURS)
    return parameters_of(found, seen, ModelTerms(), "Northport")


@pytest.mark.parametrize("model", list(MODELS))
def test_parameters_expect_what_they_were_fitted_to_and_survive_a_file(model):
    seen = a_year(1, 30.0 if model == "bym2" else None)
    parameters = fitted(seen, model)
    again = FittedParameters.from_json(parameters.to_json())
    assert again == parameters
    assert (again.city, again.model, again.first_at[:4]) == ("Northport", model, "2026")
    expected = again.expected_duplicates(seen, "Northport")
    assert expected.sum() == pytest.approx(seen.duplicates.sum(), rel=0.05)
    by_kind = np.bincount(seen.category, expected) / np.bincount(seen.category, seen.duplicates)
    assert by_kind == pytest.approx([1.0, 1.0], rel=0.08)


def test_another_city_is_refused_until_it_has_a_fit_of_its_own():
    parameters = fitted(a_year(1), "poisson")
    with pytest.raises(EquityError) as refused:
        parameters.expected_duplicates(a_year(2), "Southport")
    assert refused.value.slug == "parameters-of-another-city"
    assert refused.value.facts == {"city": "Southport", "fitted_on": "Northport"}
    later = replace(a_year(1), end_at=np.datetime64("2027-06-01", "us"))
    with pytest.raises(EquityError, match="parameters-of-another-period"):
        parameters.expected_duplicates(later, "Northport")
    with pytest.raises(EquityError, match="parameters-lack-level") as lacking:
        parameters.expected_duplicates(replace(a_year(1), areas=("x",) * 12), "Northport")
    assert lacking.value.facts == {"level": "x"}
    strange = replace(a_year(1), covariate_names=("age",))
    with pytest.raises(EquityError, match="parameters-lack-level"):
        parameters.expected_duplicates(strange, "Northport")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", json.dumps({"format": "another"}), '{"format": 1, "pieces": []}']
)
def test_a_file_of_something_else_is_refused(text):
    with pytest.raises(EquityError, match="parameters-unreadable"):
        FittedParameters.from_json(text)
