"""Names of places as people type them: without accents, case and the many ways to shorten. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from backend.core.resemblance import folded

# Letters that are no letter with an accent to Unicode, and that people without the key replace.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | {"ى": "ي", "ة": "ه", "ـ": "", "'": "", "`": ""}
)
# A short form and what it stands for, in any language: a wrong guess costs a little order only.
_SHORTENED = """
    st street saint sainte sankt
    str strasse straat strada
    rd road
    ave avenue av avenida avda aven
    blvd boulevard bd bulevar
    dr drive doctor
    ln lane
    ct court
    sq square
    pl place platz plaza plac pza
    ter terrace terr
    cres crescent
    cl close
    gdns gardens gdn
    grv grove
    hwy highway
    pkwy parkway
    cir circle
    rte route
    n north norte nord
    s south sur sud
    e east este
    w west
    mt mount
    br bridge
    ul ulica
    al aleja aleje alameda
    os osiedle
    gen general generala
    ks ksiedza
    sw swietego swietej
    c calle
    ctra carretera
    pso paseo
    cno camino
    r rue rua
    ch chemin
    imp impasse
    ش شارع
"""
_SHORT = {word: line.split()[0] for line in _SHORTENED.splitlines() for word in line.split()}
_SUFFIXES = ("strasse", "straat")
_ALSO_GENERIC = (
    "way row walk alley passage yard rise quay allee weg gasse via the of and de la le les el del "
    "los las du des der die das do da dos i y na nad och and"
)
GENERIC = frozenset(_SHORT) | frozenset(_ALSO_GENERIC.split())
"""Words that tell little: half of all streets are called one."""

_NUMBER = re.compile(r"\s*(\d{1,6})\s*(?:[a-z]?\s*[-–]\s*(\d{1,6}))?", re.IGNORECASE)
_TYPED_NUMBER = re.compile(r"\d{1,6}[^\W\d_]?")
# A longer range is two numbers of another kind, such as a telephone's.
_LONGEST_RANGE = 200


def words_of(text: str) -> list[str]:
    """The words of a name as they are compared; digits are 0 to 9 in every script."""
    plain = folded(text).translate(_PLAIN)
    return "".join(map(_as_compared, plain)).split()


def key_of(text: str) -> str:
    """The same for every way of writing one name: words in their short forms."""
    return " ".join(map(short_of, words_of(text)))


def short_of(word: str) -> str:
    """A word's short form, itself where it has none."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and word != suffix:
            return word.removesuffix(suffix) + "str"
    return _SHORT.get(word, word)


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A number on a door: `first` to `last` are equal but for a range, `text` is as compared."""

    text: str
    first: int
    last: int


def read_number(text: str) -> HouseNumber | None:
    """A house number such as 12, 12 A, 12/3 or 12-18; None for what begins with no digit."""
    found = _NUMBER.match(text)
    if found is None:
        return None
    first = int(found[1])
    last = int(found[2]) if found[2] else first
    if not first < last <= first + _LONGEST_RANGE:
        last = first
    return HouseNumber("".join(text.casefold().split()), first, last)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand what was typed: which words name the place, and the house number."""

    words: tuple[int, ...]
    number: HouseNumber | None = None
    is_number_first: bool = False


def readings_of(words: list[str]) -> list[Reading]:
    """All words as a name, then each number among them as the house's."""
    everything = tuple(range(len(words)))
    found = [Reading(everything)]
    for at, word in enumerate(words):
        if not _TYPED_NUMBER.fullmatch(word):
            continue
        taken, text = {at}, word
        if word.isdecimal() and at + 1 < len(words) and _is_letter(words[at + 1]):
            taken, text = {at, at + 1}, word + words[at + 1]
        number = read_number(text)
        rest = tuple(one for one in everything if one not in taken)
        if number is not None and rest:
            found.append(Reading(rest, number, at < rest[0]))
    return found


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isalpha()


def _as_compared(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return character if unicodedata.category(character)[0] in "LMN" else " "
