"""What share is inspected in time, and how long that takes, where many still wait.

Kaplan and Meier's product of shares (Journal of the American Statistical Association 53 (1958),
457): what is still waiting counts as waiting at least so long, so that neither a backlog nor the
newest requests make a city look faster or slower than it is.
"""

import numpy as np

from equity.rates.events import Floats, Mask


def inspected_within(days: Floats, is_inspected: Mask, horizon_days: float) -> tuple[float, float]:
    """(share, mean days) of what is inspected within the horizon, from columns (n,) of requests.

    `days` until the inspection, or for how long nobody came. Of what is closed without one, give
    infinity: it stays uninspected. The mean is NaN where nothing is inspected. With
    `horizon_days` as the days counted for never, both give the burden of `equity.measures.burden`.
    """
    moments, place = np.unique(days, return_inverse=True)
    inspected = np.bincount(place, is_inspected, moments.size)
    waiting = days.size - np.concatenate([[0], np.cumsum(np.bincount(place))[:-1]])
    left = np.cumprod(1 - inspected / waiting)
    falls = -np.diff(left, prepend=1.0) * (moments <= horizon_days)
    share = float(falls.sum())
    if share == 0:
        return 0.0, np.nan
    told = moments <= horizon_days
    return min(share, 1.0), float(falls[told] @ moments[told] / share)
