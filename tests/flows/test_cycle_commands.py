"""A budget by commands: the file a city writes, its money, its dates and its projects."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from worlds import World

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/guide/examples/budget.toml").read_text(encoding="utf-8")
# A hundred years on, so that its dates are still to come.
LATER = TEXT.replace("202", "212")
Cycle = Callable[..., str]


@pytest.fixture
def cycle(sqlite_city: World, command: Any) -> Cycle:
    """Runs `python -m backend cycle`; gives what it says."""

    def run(*arguments: str, code: int = 0) -> str:
        result = command(sqlite_city, "cycle", *arguments)
        assert result.exit_code == code, result.output
        return str(result.output)

    return run


def write(world: World, name: str, text: str) -> str:
    path = world.data_dir / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_guides_example_goes_from_draft_to_money(cycle: Cycle, sqlite_city: World) -> None:
    hours = LATER.replace("ends = 2126-09-30 }", 'ends = "2126-09-30T18:00" }')
    cycle("create", write(sqlite_city, "budget.toml", hours))
    slug = "budget-2127"
    assert cycle("list") == f"{slug}  draft                Budget of the residents 2127\n"
    assert "is drafted" in cycle("create", str(sqlite_city.data_dir / "budget.toml"), "--again")
    cycle("publish", slug)
    dates = cycle("dates", slug)
    assert "vote          2127-03-08 00:00 to 2127-03-29 00:00" in dates
    assert "needs         2126-09-01 00:00 to 2126-09-30 18:00" in dates
    assert f"{slug}  before needs  " in cycle("list")
    moved = cycle(
        "dates", slug, "--move", "vote", "--ends", "2127-04-02T18:00", "--reason", "Easter"
    )
    assert "vote          2127-03-08 00:00 to 2127-04-02 18:00" in moved
    assert "hardship" in cycle("budgets", slug, code=1)
    figures = write(sqlite_city, "hardship.csv", "district,hardship\nSW,3\nSE,1\n")
    # 300,000 for two districts alike but for hardship 3:1: 40 % + 15 % and 40 % + 5 % of it.
    money = cycle("budgets", slug, "--figures", figures)
    assert "South-west: 165,000 EUR\nSouth-east: 135,000 EUR" in money
    assert '"reason": "Easter"' in cycle("show", slug)
    projects = write(sqlite_city, "projects.csv", "code,part,title,cost\n1,SW,Trees,5\n")
    assert "Too early" in cycle("projects", "import", slug, projects, code=1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("budget = 400_000 ", "budget = 4.5", "line 5: budget is an amount"),
        ('name = "South-west"', "", "line 17: name is missing"),
        ('name = "South-west"', 'name = "\\u202e"', "line 19: see below"),
        ("ends = 2026-09-30", "ends = 2026-10-02", "Two phases at one time"),
        ("needs = {", "wishes = {", "line 37: needs is missing"),
        ('title = "', 'titel = "', "line 1: title is missing"),
        ("ends = 2026-09-30", 'ends = "soon"', "ends is a day or a moment"),
        ("currency = ", "currency ", "cannot be read"),
        ("ends = 2026-09-30", "ends = 2026-09-30T18:00", "line 38: without quotes an hour needs"),
        ("ends = 2026-09-30", "ends = 9999-12-31", "line 38: ends is"),
        ("max = 5", "max = 99999999999999999999", "line 49: max is no number"),
        ("max = 5", f"max = {5000 * '9'}", "cannot be read"),
        ("step = 1 ", "step = nan ", "step is no number"),
        ('seed = "', 'seed = 2026-08-31 # "', "seed is a day; write it in quotes"),
        ("budget = 400_000 ", f"budget = {5000 * '['}", "brackets stand in brackets"),
    ],
)
def test_a_file_that_cannot_be_is_refused_by_its_line(
    cycle: Cycle, sqlite_city: World, old: str, new: str, words: str
) -> None:
    assert old in TEXT
    output = cycle("create", write(sqlite_city, "b.toml", TEXT.replace(old, new)), code=1)
    assert words in output
    assert "Traceback" not in output


def test_a_list_of_projects_is_refused_with_every_line(cycle: Cycle, sqlite_city: World) -> None:
    cycle("create", write(sqlite_city, "budget.toml", LATER))
    rows = 'code;part;title;cost;lon\n1;SW;Trees;5,5;\n2;SW;Swings;5;east\n3;SW;"A\nbench";x;1\n'
    output = cycle("projects", "import", "budget-2127", write(sqlite_city, "p.csv", rows), code=1)
    for words in ("3 values", "Line 2", "“5,5”", "Line 3", "“east”", "Line 5", "“x”"):
        assert words in output
    bare = write(sqlite_city, "bare.csv", "code,part,title\n1,SW,Trees\n")
    assert "no column cost" in cycle("projects", "import", "budget-2127", bare, code=1)
