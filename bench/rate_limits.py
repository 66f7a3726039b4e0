"""Counting one use of a rate limit in memory, beside the `limits` library's own memory.

    python bench/rate_limits.py

Prints microseconds of CPU per use, of all threads, after few and after many senders were seen.
"""

import time
from collections.abc import Callable
from functools import partial

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from backend.core.limits import RateLimits
from backend.core.text_brake import likenesses

RULE = "60 per hour"
USES = 300
TEXT = (
    "There is a deep hole in the road in front of number 12, cyclists swerve around it every "
    "morning. Please repair it."
)


def main() -> None:
    measure("no limit at all", lambda _: None, 0)
    for senders in (0, 1_000, 20_000):
        ours, theirs = RateLimits("", "bench"), MovingWindowRateLimiter(MemoryStorage())
        measure("RateLimits", partial(ours.use, RULE, "report"), senders)
        measure("limits.MemoryStorage", partial(theirs.hit, parse(RULE)), senders)
    start = time.process_time()
    for _ in range(1000):
        likenesses(TEXT)
    print(f"likenesses of {len(TEXT)} letters: {(time.process_time() - start) * 1000:.0f} us")


def measure(label: str, use: Callable[[str], object], senders: int) -> None:
    for number in range(senders):
        use(f"seen {number}")
    start = time.process_time()
    for number in range(USES):
        use(str(number))
        # As requests come: threads that a use started get their turn in between.
        time.sleep(0.002)
    spent = (time.process_time() - start) / USES * 1e6
    print(f"{label:<22} after {senders:6} senders {spent:8.1f} us")


if __name__ == "__main__":
    main()
