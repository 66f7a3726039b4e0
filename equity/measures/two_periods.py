"""How a figure changed between two periods, from what was published of both."""

from equity.measures.cluster_bootstrap import Estimate
from equity.measures.disparity_words import Comparison
from equity.measures.two_sides import difference, quotient


def change(first: Estimate, then: Estimate, comparison: Comparison) -> Estimate:
    """`then` less `first`, or `then` over `first` where figures are compared by their ratio.

    Without a value where either has no interval or one without width, as earlier versions published
    of what was never seen, or where a ratio is of nothing.
    """
    if comparison is Comparison.DIFFERENCE:
        return difference(then, first)
    return quotient(then, first)
