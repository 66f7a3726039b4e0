"""What saved parameters lead one to expect of a file, beside what came."""

from typing import Any, TypeAlias

import numpy as np

from equity.rates.events import Codes, Floats, Observations
from equity.rates.fitted_parameters import FittedParameters

Document: TypeAlias = dict[str, Any]


def expected_document(
    parameters: FittedParameters, observations: Observations, city: str
) -> Document:
    """Further reports by area and category; refuses as `FittedParameters.expected_duplicates`."""
    expected = parameters.expected_duplicates(observations, city)
    return {
        "incidents": observations.duplicates.size,
        "duplicates": int(observations.duplicates.sum()),
        "expected_duplicates": float(expected.sum()),
        "areas": _by_level("area", observations.areas, observations.area, observations, expected),
        "categories": _by_level(
            "category", observations.categories, observations.category, observations, expected
        ),
        "parameters": {
            "city": parameters.city,
            "first_at": parameters.first_at,
            "end_at": parameters.end_at,
            "model": parameters.model,
        },
    }


def expected_lines(document: Document) -> list[str]:
    """The document for people."""
    fitted = document["parameters"]
    return [
        f"Parameters of {fitted['city']}, fitted from {fitted['first_at']} to {fitted['end_at']} "
        f"({fitted['model']})",
        f"{document['incidents']} incidents: {document['duplicates']} further reports, expected "
        f"{document['expected_duplicates']:.1f}",
        *(
            f"{one[name]}: {one['duplicates']}, expected {one['expected_duplicates']:.1f}"
            for kind, name in (("areas", "area"), ("categories", "category"))
            for one in document[kind]
        ),
    ]


def _by_level(
    name: str, levels: tuple[str, ...], code: Codes, observations: Observations, expected: Floats
) -> list[Document]:
    found = np.bincount(code, observations.duplicates, len(levels)).astype(int).tolist()
    hoped = np.bincount(code, expected, len(levels)).tolist()
    return [
        {name: level, "duplicates": came, "expected_duplicates": one}
        for level, came, one in zip(levels, found, hoped, strict=True)
    ]
