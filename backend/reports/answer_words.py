"""Words of an answer: the places in a template that are filled in, and whether it is humane. Pure.

What is warned of follows common advice for letters of public bodies: speak to a person, blame
nobody, do not shout, and say what happens next and when. Words are known in four languages; in
others only what needs none is looked at.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from backend.core.resemblance import folded

PLACES = ("number", "service", "street", "day")
"""What a template may ask for, as in {number}."""

MAX_TEXT = 2000
LONGEST_SENTENCE = 25
_PLACE = re.compile(r"\{([^{}]*)\}")
_LOUD = re.compile(r"[^\W\d_]{4,}")
_SENTENCE = re.compile(r"[.!?؟\n]+")


class Concern(StrEnum):
    """Something about a text that may hurt or leave somebody in the dark."""

    SHOUTS = "shouts"
    EXCLAIMS = "exclaims"
    BLAMES = "blames"
    NO_NEXT = "no_next"
    NO_WHEN = "no_when"
    LONG_SENTENCE = "long_sentence"


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its places filled in; `missing` are those nobody knows yet, which stay."""

    text: str
    missing: tuple[str, ...]


def unknown_places(text: str) -> tuple[str, ...]:
    """What stands in braces and is none of `PLACES`, as it is written; also a brace by itself."""
    found = [one.group() for one in _PLACE.finditer(text) if one[1] not in PLACES]
    left = _PLACE.sub("", text)
    return (*found, *dict.fromkeys(one for one in left if one in "{}"))


def fill_places(text: str, known: Mapping[str, str | None]) -> Filled:
    """`text` with what is `known` of its places, each looked up by its name alone."""
    missing: dict[str, None] = {}

    def filled(match: re.Match[str]) -> str:
        value = known.get(match.group(1))
        if not value:
            missing[match.group(1)] = None
        return value or match.group()

    return Filled(_PLACE.sub(filled, text), tuple(missing))


@dataclass(frozen=True, slots=True)
class _Words:
    """Beginnings of words and phrases by which a language is known to do something."""

    blames: tuple[str, ...]
    goes_on: tuple[str, ...]
    says_when: tuple[str, ...]


_WORDS = {
    "en": _Words(
        blames=(
            "your fault", "your own fault", "you failed", "you should have", "you neglected",
            "you forgot", "you did not bother", "as we already told", "as already stated",
            "obviously", "simply", "you must understand", "careless", "your mistake",
        ),
        goes_on=(
            "will", "next", "we are going to", "we plan", "we are on", "you can", "is going to",
            "please",
        ),
        says_when=(
            "today", "tomorrow", "day", "week", "month", "hour", "until", "o'clock", "spring",
            "summer", "autumn", "winter", "as soon as", "is done", "was done", "finished",
        ),
    ),
    "es": _Words(
        blames=(
            "su culpa", "tu culpa", "usted no", "debería haber", "deberías haber", "olvidó",
            "olvidaste", "como ya le dijimos", "como ya te dijimos", "obviamente", "simplemente",
            "descuid",
        ),
        goes_on=(
            "va a", "vamos a", "próxim", "haremos", "iremos", "vendr", "será", "arreglaremos",
            "avisaremos", "contaremos", "diremos", "puede", "después", "luego",
        ),
        says_when=(
            "hoy", "mañana", "día", "dias", "semana", "mes", "hora", "hasta", "antes del",
            "primavera", "verano", "otoño", "invierno", "en cuanto", "está hecho", "terminad",
        ),
    ),
    "pl": _Words(
        blames=(
            "pana wina", "pani wina", "twoja wina", "z twojej winy", "zaniedba", "zapomnia",
            "należało", "powinieneś był", "powinnaś była", "jak już pisaliśmy", "oczywiście",
            "po prostu",
        ),
        goes_on=(
            "będzie", "będą", "następn", "zrobimy", "naprawimy", "napiszemy", "przyjdzie",
            "przyjdą", "planujemy", "zajmie", "odpowiemy", "możesz", "może", "potem", "powiadomimy",
        ),
        says_when=(
            "dziś", "dzisiaj", "jutro", "dni", "dnia", "dzień", "tydz", "tygod", "miesi", "godzin",
            "do końca", "wiosn", "latem", "jesie", "zimą", "gdy tylko", "gotowe", "zrobion",
        ),
    ),
    "ar": _Words(
        blames=("خطؤك", "خطأك", "بسببك", "كان عليك", "كان يجب عليك", "أهملت", "نسيت", "كما قلنا"),
        goes_on=("سوف", "سن", "سي", "ست", "سأ", "يمكنك", "بعد ذلك", "التالي", "القادم", "نخطط"),
        says_when=(
            "اليوم", "غدا", "يوم", "أيام", "أسبوع", "أسابيع", "شهر", "ساعة", "ساعات", "حتى", "قبل",
            "انتهى", "تم",
        ),
    ),
}  # fmt: skip


def concerns(text: str, language: str) -> tuple[Concern, ...]:
    """What may be wrong with `text`, in the order of `Concern`; empty where nothing is."""
    words = _WORDS.get(language.partition("-")[0])
    bare = _PLACE.sub(" ", text)
    found = {
        Concern.SHOUTS: any(one.isupper() for one in _LOUD.findall(bare)),
        Concern.EXCLAIMS: "!" in text,
        Concern.LONG_SENTENCE: any(
            len(one.split()) > LONGEST_SENTENCE for one in _SENTENCE.split(text)
        ),
    }
    if words is not None:
        has = _finder(bare)
        says_when = "{day}" in text or has(words.says_when) or bool(re.search(r"\d", bare))
        found |= {
            Concern.BLAMES: has(words.blames),
            Concern.NO_NEXT: not has(words.goes_on),
            Concern.NO_WHEN: not says_when,
        }
    return tuple(one for one in Concern if found.get(one))


def _finder(text: str) -> Callable[[tuple[str, ...]], bool]:
    """What tells whether any of some beginnings is in `text`, whatever its letter case."""
    known = folded(text)

    def has(beginnings: tuple[str, ...]) -> bool:
        return any(re.search(rf"(?<!\w){re.escape(folded(one))}", known) for one in beginnings)

    return has
