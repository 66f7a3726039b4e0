"""Finding names by words that are unfinished, shortened or misspelt. Pure.

A word matches a name's word exactly, as its beginning, or with a slip or two of the fingers: the
optimal string alignment distance (Damerau, "A technique for computer detection and correction of
spelling errors", 1964), counted only for words that share pairs of letters with it (Ukkonen,
"Approximate string-matching with q-grams and maximal matches", 1992). All that is asked of a name
is looked up by word, never by going through the names.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from backend.places.typed_name import GENERIC, short_of, words_of

Scores = NDArray[np.float32]
Rows = NDArray[np.int32]

EXACT, BEGINNING, UNFINISHED, PART, SLIP = 1.0, 0.75, 0.92, 0.6, 0.8
_SECOND_SLIP = 0.15
_GENERIC_WEIGHT, _DIGIT_WEIGHT = 0.25, 0.5
_COMPARED_WORDS = 16
_LEAST_SHARED, _FOR_LENGTH = 0.4, 0.2
# Letters up to which a word has no slip, and from which it may have two.
_SHORT, _LONG = 3, 8
JOINED_WORDS = 3


class NameIndex:
    """Names by their words; a name's row is its place in the sequence it is built from."""

    def __init__(self, names: Sequence[str]) -> None:
        self.size = len(names)
        rows_of: dict[str, list[int]] = defaultdict(list)
        self.lengths = np.ones(self.size, np.float32)
        known: dict[str, tuple[set[str], int]] = {}
        for row, name in enumerate(names):
            if name not in known:
                known[name] = _forms(name)
            words, self.lengths[row] = known[name]
            for word in words:
                rows_of[word].append(row)
        self._words = sorted(rows_of)
        counts = [len(rows_of[word]) for word in self._words]
        self._starts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
        self._rows: Rows = np.fromiter(
            (row for word in self._words for row in rows_of[word]), np.int32, int(self._starts[-1])
        )
        pairs: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._words):
            for pair in _pairs(word):
                pairs[pair].append(number)
        self._pairs = {pair: np.array(numbers, np.int32) for pair, numbers in pairs.items()}
        self._letters = np.array([len(word) for word in self._words], np.float32)

    def match(self, word: str, *, is_unfinished: bool) -> Scores:
        """How well `word` matches each name, from 0 to 1; `is_unfinished` while it is typed."""
        scores = np.zeros(self.size, np.float32)
        rows = self._rows_of(bisect_left(self._words, word), self._end_of(word))
        # Of three letters, another one makes another word: only where there is none else. And a
        # slip in what half of all streets are called tells nothing.
        if (len(word) > _SHORT or not len(rows)) and word not in GENERIC:
            for weight, number in sorted(self._like(word, is_unfinished)):
                scores[self._rows_of(number, number + 1)] = weight
        scores[rows] = np.maximum(scores[rows], UNFINISHED if is_unfinished else BEGINNING)
        for same in {word, short_of(word)}:
            number = bisect_left(self._words, same)
            if number < len(self._words) and self._words[number] == same:
                scores[self._rows_of(number, number + 1)] = EXACT
        return scores

    def _rows_of(self, first: int, end: int) -> Rows:
        return self._rows[self._starts[first] : self._starts[end]]

    def _end_of(self, beginning: str) -> int:
        return bisect_left(self._words, beginning + "\U0010ffff")

    def _like(self, word: str, is_unfinished: bool) -> Iterable[tuple[float, int]]:
        """Words that differ from `word` by a slip, or hold it, with how well they match."""
        most_slips = 0 if len(word) < _SHORT else 1 if len(word) < _LONG else 2
        is_part = len(word) >= (_SHORT + 1 if word.isascii() else 2)
        is_beginning = is_unfinished and len(word) > _SHORT
        for number in self._sharing(word) if most_slips or is_part else ():
            other = self._words[number]
            if is_part and word in other:
                yield PART, number
                continue
            more = len(other) - len(word)
            if more < -most_slips or (more > most_slips and not is_beginning):
                continue
            slips = distance(word, other[: len(word) + most_slips], is_beginning=is_beginning)
            if slips <= most_slips:
                yield SLIP - _SECOND_SLIP * (slips - 1), number

    def _sharing(self, word: str) -> list[int]:
        """The words that share most pairs with `word`, of those the nearest in length."""
        pairs = _pairs(word)
        found = [self._pairs[pair] for pair in pairs if pair in self._pairs]
        if not found:
            return []
        shared = np.bincount(np.concatenate(found), minlength=len(self._words))
        numbers = np.flatnonzero(shared >= max(1, int(_LEAST_SHARED * len(pairs))))
        others = np.abs(self._letters[numbers] - len(word))
        best = np.argsort(_FOR_LENGTH * others - shared[numbers], kind="stable")
        return [int(number) for number in numbers[best[:_COMPARED_WORDS]]]


def weight_of(word: str, *, is_unfinished: bool = False) -> float:
    """How much a word tells."""
    if word in GENERIC or (is_unfinished and any(one.startswith(word) for one in GENERIC)):
        return _GENERIC_WEIGHT
    return _DIGIT_WEIGHT if word[0].isdecimal() else 1.0


def distance(typed: str, meant: str, *, is_beginning: bool = False) -> int:
    """Letters missing, too many, wrong or exchanged with their neighbour.

    With `is_beginning`, to whichever beginning of `meant` is nearest.
    """
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(typed, start=1):
        before, last, row = row, before, [i]
        for j, other in enumerate(meant, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return min(row) if is_beginning else row[-1]


def _forms(name: str) -> tuple[set[str], int]:
    """The words by which a name is found, and how many it has."""
    words = words_of(name)
    # Some write in one word what others write in two.
    joined = ["".join(words)] if 1 < len(words) <= JOINED_WORDS else []
    return {*words, *map(short_of, words), *joined}, len(words) or 1


def _pairs(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[at : at + 2] for at in range(len(padded) - 1)}
