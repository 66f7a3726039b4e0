"""The digits people type: Arabic and Persian keyboards have their own. Pure."""

_ASCII = "0123456789"
OTHER_DIGITS = ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
"""Arabic-Indic and extended Arabic-Indic (Persian) ones, from nought to nine."""

_TO_ASCII = str.maketrans("".join(OTHER_DIGITS), _ASCII * len(OTHER_DIGITS))
_FROM_ASCII = tuple(str.maketrans(_ASCII, digits) for digits in OTHER_DIGITS)


def plain_digits(text: str) -> str:
    """`text` with 0 to 9 for them, as the phone client reads what is typed (`words/digits.ts`)."""
    return text.translate(_TO_ASCII)


def in_every_digits(text: str) -> tuple[str, ...]:
    """`text` as it is, then with each kind of digits, without repeats."""
    plain = plain_digits(text)
    others = (plain.translate(table) for table in _FROM_ASCII)
    return tuple(dict.fromkeys((text, plain, *others)))
