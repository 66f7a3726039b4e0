"""Shares and means, which have no value where there is nothing to take them of."""

import numpy as np

from equity.rates.events import Floats


def ratio(part: Floats, whole: Floats) -> Floats:
    """`part` / `whole`, of shapes that broadcast; NaN where `whole` is not above zero."""
    part, whole = np.broadcast_arrays(part, whole)
    found: Floats = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return found
