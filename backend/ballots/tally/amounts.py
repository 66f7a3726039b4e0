"""Decimal text to exact integers and back; no float touches money."""

import re
from dataclasses import dataclass

# No hostile number is long enough to be slow.
_DECIMAL = re.compile(r"(-?)0*([0-9]{1,15})(?:\.([0-9]{0,6})0*)?", re.ASCII)

# What every JSON reader holds exactly (RFC 8259, section 6): a budget's most units.
LARGEST_EXACT = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Amount:
    """The number `digits / 10**places`, with as few places as it needs."""

    digits: int
    places: int

    def at(self, scale: int) -> int:
        """The amount in units of 1/scale; `scale` is a power of ten of at least `places` zeros."""
        return self.digits * (scale // int(10**self.places))


def read_amount(text: str) -> Amount | None:
    """Read `12`, `-3`, `75000.0` or `1459730.46`; None for anything else."""
    match = _DECIMAL.fullmatch(text)
    if match is None:
        return None
    sign, whole, fraction = match.groups()
    fraction = (fraction or "").rstrip("0")
    return Amount(int(sign + whole + fraction), len(fraction))


def read_whole(text: str) -> int | None:
    """Read a whole number, also when written `75000.0`; None for anything else."""
    amount = read_amount(text)
    return amount.digits if amount is not None and amount.places == 0 else None


def in_file_unit(units: int, scale: int) -> int | float:
    """Units of 1/scale as a JSON number of the file's unit: an integer when whole.

    The nearest float prints the decimals of any amount `read_amount` accepts up to 15 digits.
    """
    whole, rest = divmod(units, scale)
    return units / scale if rest else whole
