"""How much exists in each area that nobody has reported yet, as far as reports can tell."""

import numpy as np

from equity.rates.events import Floats


def hidden_stock(reported: Floats, rate: Floats) -> Floats:
    """(areas,) from incidents reported a day, and reports a day of one: both (areas, categories).

    By Little's law. Where problems arise at n a day, are first reported at r and vanish by
    themselves at v, n r / (r + v) are reported a day and n / (r + v) exist unreported: the former
    over r, whatever v. The level is only as good as that of `rate`, which repeated reports alone
    do not give; the order of the areas needs relative rates only.
    """
    return np.asarray((reported / rate).sum(axis=1))
