"""What residents bear who wait, and how unevenly areas bear it.

Liu and Garg, "Redesigning service level agreements", EC 2024, doi 10.1145/3670865.3673624: the
burden of an area b and category c is B_bc = w_c (f_bc d_bc + (1 - f_bc) D), with f the share of
requests inspected, d the days that takes, D the days counted for what is never inspected, and w
the importance of the category.
"""

import numpy as np

from equity.errors import EquityError
from equity.rates.events import Floats

NEVER_DAYS = 100.0
"""Days counted for a request that is never inspected, as in the paper."""


def burden(
    importance: Floats,
    inspected_share: Floats,
    days: Floats,
    never_days: float = NEVER_DAYS,
) -> Floats:
    """(areas, categories) weighted days, from `importance` (categories,) and two such tables.

    Where nothing is inspected `days` is not looked at and may be NaN.
    Raises EquityError `inspected-share-impossible`.
    """
    if not ((inspected_share >= 0) & (inspected_share <= 1)).all():
        raise EquityError("inspected-share-impossible")
    waited = np.where(inspected_share > 0, inspected_share * days, 0.0)
    return np.asarray(importance * (waited + (1 - inspected_share) * never_days))


def efficiency_loss(requests: Floats, burdens: Floats) -> float:
    """Sum over all requests of what each bears; both tables (areas, categories)."""
    return float((requests * burdens).sum())


def equity_loss(burdens: Floats) -> float:
    """Sum over the categories of the difference between the worst and the best served area."""
    return float((burdens.max(axis=0) - burdens.min(axis=0)).sum())
