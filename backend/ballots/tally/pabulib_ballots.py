"""The VOTES section to ballots: checked, and without the voters."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import repeat

from backend.ballots.tally.amounts import read_whole
from backend.ballots.tally.findings import Finding, Problems
from backend.ballots.tally.pabulib_sections import Section
from backend.ballots.tally.profile import Ballot, Meta

POINT_TYPES = ("cumulative", "scoring")
# As `Ballot._make`, in a third of the time.
_ballot: Callable[[Iterable[object]], Ballot] = partial(tuple.__new__, Ballot)
UNORDERED_TYPES = ("approval", "choose-1")


def read_ballots(
    section: Section, positions: Mapping[str, int], meta: Meta, problems: Problems
) -> tuple[tuple[Ballot, ...], tuple[Finding, ...]]:
    """One ballot for each row, and doubts about them.

    `positions` gives each project id its place in the election. An approval given twice on one
    ballot is one approval, and a doubt; where places or points hang on it, it is refused.
    """
    _check_voters(section, problems)
    reader = _BallotReader(positions, meta, problems)
    lines = [line for line, _ in section.rows]
    choices = list(map(reader.choices, lines, section.column("vote")))
    if meta.vote_type not in POINT_TYPES:
        return tuple(map(_ballot, zip(choices, repeat(None)))), reader.doubts()
    if "points" not in section.columns:
        problems.refuse("pb-missing-column", column="points", section="VOTES", line=section.line)
    points = map(reader.points, lines, section.column("points"), map(len, choices))
    return tuple(map(_ballot, zip(choices, points, strict=True))), reader.doubts()


def _check_voters(section: Section, problems: Problems) -> None:
    voters = section.column("voter_id")
    if len(set(voters)) == len(voters) and "" not in voters:
        return
    first_lines: dict[str, int] = {}
    for (line, _), voter in zip(section.rows, voters, strict=True):
        first = first_lines.setdefault(voter, line)
        if not voter:
            problems.add("pb-missing-value", column="voter_id", line=line)
        elif first != line:
            problems.add("pb-repeated-voter", voter=voter, line=line, first_line=first)


class _BallotReader:
    """Reads one row after another; a sound ballot takes the short way, a city has many."""

    def __init__(self, positions: Mapping[str, int], meta: Meta, problems: Problems) -> None:
        self._positions = positions
        self._find = positions.__getitem__
        self._max_length = meta.max_length if meta.max_length is not None else len(positions)
        self._is_unordered = meta.vote_type in UNORDERED_TYPES
        self._problems = problems
        self._lines_with_repeats: list[int] = []

    def doubts(self) -> tuple[Finding, ...]:
        """What was read all the same."""
        lines = self._lines_with_repeats
        if not lines:
            return ()
        shown = ", ".join(map(str, lines[:5])) + (", …" if len(lines) > 5 else "")
        return (Finding("pb-approval-repeated", {"count": len(lines), "lines": shown}),)

    def choices(self, line: int, vote: str) -> tuple[int, ...]:
        try:
            choices = tuple(map(self._find, vote.split(",")))
        except KeyError:  # spaces, a trailing comma, an empty ballot, or a mistake
            choices = tuple(self._positions.get(id, -1) for id in _items(vote))
        is_repeating = len(set(choices)) < len(choices)
        if is_repeating and self._is_unordered and -1 not in choices:
            self._lines_with_repeats.append(line)
            choices, is_repeating = tuple(dict.fromkeys(choices)), False
        if is_repeating or len(choices) > self._max_length or -1 in choices:
            self._report(line, _items(vote))
        return choices

    def _report(self, line: int, ids: list[str]) -> None:
        for id, times in Counter(ids).items():
            if id not in self._positions:
                self._problems.add("pb-unknown-project", project=id, line=line)
            if times > 1:
                self._problems.add("pb-project-twice-in-ballot", project=id, line=line)
        if len(ids) > self._max_length:
            self._problems.add(
                "pb-ballot-too-long", line=line, found=len(ids), most=self._max_length
            )

    def points(self, line: int, points: str, needed: int) -> tuple[int, ...]:
        texts = _items(points)
        if len(texts) != needed:
            self._problems.add(
                "pb-points-do-not-match", line=line, found=len(texts), expected=needed
            )
        numbers = []
        for text in texts:
            number = read_whole(text)
            if number is None or number < 0:
                self._problems.add("pb-points-not-whole", value=text, line=line)
            numbers.append(number or 0)
        return tuple(numbers)


def _items(cell: str) -> list[str]:
    """The parts of a comma list; spaces and a trailing comma are tolerated."""
    return [item for item in map(str.strip, cell.split(",")) if item]
