"""Moments of a log that can hardly be right: one of them would move the end of the data, and with
it the days for which all that is still open was watched."""

from collections.abc import Sequence

import numpy as np

from equity.rates.events import Mask, Moments

_YEAR = np.timedelta64(365, "D")
_FEW = 0.05
"""Of all moments: what is more is no slip of the pen, but a log with a hole in it."""


def stray_moments(
    moments: Moments, names: Sequence[str], now: np.datetime64, end: np.datetime64 | None
) -> dict[int, str]:
    """By row what is wrong with it, of `moments` (rows, names); NaT is none.

    A moment is stray after `now`, and where a whole year without any lies between it and the most
    of them, if it is one of few. What lies after the `end` of the data, where that is given, takes
    no part and is never stray.
    """
    is_later = moments > (now if end is None else end)
    is_far = _far_from_most(np.where(is_later, np.datetime64("NaT"), moments))
    reasons = [(is_far, "lies more than a year from the rest: {}")]
    if end is None:
        reasons.append((is_later, "lies in the future: {} (say with --end where the data end)"))
    return {
        int(row): f"{names[column]} {words.format(moments[row, column].astype('datetime64[s]'))}"
        for is_stray, words in reasons
        for row, column in np.argwhere(is_stray)
    }


def _far_from_most(moments: Moments) -> Mask:
    known = np.sort(moments[~np.isnat(moments)])
    begins = np.append(0, np.flatnonzero(np.diff(known) > _YEAR) + 1)
    sizes = np.diff(begins, append=known.size)
    most = int(sizes.argmax())
    if not known.size or known.size - sizes[most] > _FEW * known.size:
        return np.zeros(moments.shape, bool)
    first, last = known[begins[most]], known[begins[most] + sizes[most] - 1]
    return np.asarray((moments < first) | (moments > last))
