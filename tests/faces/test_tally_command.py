"""The `tally` command: a result from a file, or a sentence and exit code 1."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backend.ballots import recount
from backend.cli.tally import tally

ELECTION = """\
META
key;value
num_projects;3
num_votes;12
budget;1000.50
vote_type;approval
rule;greedy-no-skip
PROJECTS
project_id;cost;name
A;600;Trees
B;500;Lamps
C;300;Benches
VOTES
voter_id;vote;sex
""" + "".join(f"{voter};{'A,B,C' if voter < 3 else 'A,B'};F\n" for voter in range(12))


def run(tmp_path: Path, text: str, *options: str) -> Result:
    file = tmp_path / "election.pb"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(tally, [str(file), *options])


def test_the_json_result_can_be_checked_by_anyone(tmp_path: Path) -> None:
    result = run(tmp_path, ELECTION, "--rule", "greedy", "--seed", "2026", "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["winners"] == ["B", "C"]
    assert (document["cost"], document["budget"], document["exact"]) == (800, 1000.5, True)
    assert document["parameters"]["variant"] == "skip"
    assert document["parameters"]["tie_break"] == ["lower-cost", "more-votes", "lot"]
    assert document["parameters"]["seed"] == "2026"
    assert document["decisions"][1] == {
        "project": "A",
        "score": 12,
        "votes": 12,
        "cost": 6000,
        "money_before": 5005,
        "verdict": "does-not-fit",
        "tie_broken_by": "lower-cost",
    }
    assert [warning["slug"] for warning in document["warnings"]] == ["pb-missing-expected-key"]
    assert document["participation"] == {"sex": {"F": 12}}
    parts = ("parameters", "decisions", "rounds", "trials", "facts")
    hashed = {name: document[name] for name in parts}
    canonical = json.dumps(hashed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert document["transcript_sha256"] == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize(
    ("file_rule", "options", "winners"),
    [
        ("greedy-no-skip", (), ["A"]),
        ("greedy-no-skip", ("--seed", ""), ["B"]),
        ("greedy", (), ["A", "C"]),
        ("greedy-no-skip", ("--variant", "skip"), ["A", "C"]),
        ("equalshares", ("--rule", "greedy", "--variant", "no-skip"), ["A"]),
        ("equalshares", (), ["A"]),
        ("equalshares", ("--utility", "cardinality"), ["B"]),
        ("equalshares/add1", ("--completion", "greedy"), ["A", "C"]),
        ("unknown", ("--rule", "phragmen"), ["B"]),
        ("unknown", ("--rule", "phragmen", "--variant", "skip"), ["B", "C"]),
        ("greedy", ("--threshold", "4"), ["A"]),
    ],
)
def test_the_rule_is_the_one_asked_for_or_the_files_own(
    tmp_path: Path, file_rule: str, options: tuple[str, ...], winners: list[str]
) -> None:
    text = ELECTION.replace("greedy-no-skip", file_rule)
    document = json.loads(run(tmp_path, text, *options, "--json").stdout)
    assert document["winners"] == winners


def test_the_table_says_what_happened_to_each_project(tmp_path: Path) -> None:
    lines = run(tmp_path, ELECTION, "--seed", "").stdout.splitlines()
    assert lines[1].split() == ["B", "12", "500", "1,000.5", "funded"]
    assert lines[2].split()[:5] == ["A", "12", "600", "500.5", "does-not-fit"]
    assert lines[2].endswith("(tie settled by lower-cost)")
    assert "Cost: 500 of 1,000.5." in lines


def test_a_rule_we_do_not_have_is_refused_by_name(tmp_path: Path) -> None:
    result = run(tmp_path, ELECTION.replace("greedy-no-skip", "greedy-custom"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "“greedy-custom”" in result.stderr
    assert "equal-shares" in result.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--rule", "greedy", "--completion", "add1"), "“completion” means nothing with “greedy”"),
        (("--rule", "equal-shares", "--variant", "skip"), "“variant” means nothing"),
        (("--rule", "phragmen", "--variant", "threshold"), "“threshold” means nothing with"),
        (("--threshold", "3", "--variant", "skip"), "“threshold” means nothing with “skip”"),
        (("--ties", "cost-votes-lot"), "no seed is given"),
        (("--ties", "lexicographic", "--seed", "1"), "“seed” means nothing with “lexicographic”"),
        (("--variant", "threshold"), "min_project_score_threshold"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    result = run(tmp_path, ELECTION, *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr


def test_a_stranger_gets_the_same_from_the_recount_program(tmp_path: Path) -> None:
    options = ("--rule", "equal-shares", "--completion", "add1u", "--comparison", "--seed", "x")
    published = tmp_path / "result.json"
    published.write_text(run(tmp_path, ELECTION, *options, "--json").stdout, encoding="utf-8")
    command = [sys.executable, "-I", "-S", recount.__file__, tmp_path / "election.pb", published]
    again = subprocess.run(command, capture_output=True, text=True)
    assert (again.returncode, again.stderr) == (0, "The same.\n")
    changed = published.read_text(encoding="utf-8").replace('"add1u"', '"none"')
    published.write_text(changed, encoding="utf-8")
    assert subprocess.run(command, capture_output=True).returncode == 1


def test_a_rule_the_format_has_no_name_for_is_that_of_the_published_result(tmp_path: Path) -> None:
    text, published = ELECTION.replace("greedy-no-skip", "unknown"), tmp_path / "result.json"
    asked = ("--rule", "equal-shares", "--completion", "add1eu", "--start", "integral")
    first = run(tmp_path, text, *asked, "--step", "7", "--seed", "x", "--json").stdout
    published.write_text(first, encoding="utf-8")
    again = run(tmp_path, text, "--result", str(published), "--json")
    assert again.stdout == first
    assert recount.main(str(tmp_path / "election.pb"), str(published)) == 0
    refused = run(tmp_path, text)
    assert "--rule greedy, --rule equal-shares" in refused.stderr
    assert "--result takes its rule" in refused.stderr
    document = json.loads(first)
    parameters = document["parameters"]
    for changes, options, words in (
        ({}, ("--seed", ""), "“seed” is asked for besides"),
        ({"transcript_sha256": "0" * 64}, (), f"SHA-256 {'0' * 64}"),
        ({"parameters": parameters | {"completion": "none"}}, (), document["transcript_sha256"]),
        ({"parameters": parameters | {"completion": ["x"]}}, (), "“completion” is missing or"),
        ({"parameters": parameters | {"rule": "plurality"}}, (), "“rule” is missing or"),
        ({"parameters": parameters | {"tie_break": []}}, (), "“tie_break” is missing or"),
        ({"parameters": parameters | {"step": "0"}}, (), "“step” is missing or"),
        ({"parameters": None}, (), "“parameters” is missing or"),
    ):
        published.write_text(json.dumps(document | changes), encoding="utf-8")
        result = run(tmp_path, text, "--result", str(published), *options)
        assert (result.exit_code, result.stdout) == (1, ""), words
        assert words in result.stderr
    published.write_text(first, encoding="utf-8")
    for column, said in (("votes", "11"), ("selected", "1")):
        untrue = text.replace("cost;name", f"cost;name;{column}").replace("Trees", f"Trees;{said}")
        refused = run(tmp_path, untrue, "--result", str(published))
        assert "than its ballots give, of: A." in refused.stderr
    true = text.replace("cost;name", "cost;name;votes;selected").replace("Trees", "Trees;12;0")
    assert run(tmp_path, true, "--result", str(published)).exit_code == 0
    published.write_text("[" * 20, encoding="utf-8")
    assert "is not a JSON object" in run(tmp_path, text, "--result", str(published)).stderr


def test_the_recount_program_says_what_it_cannot_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ballots, result = tmp_path / "election.pb", tmp_path / "result.json"
    for text, said, words in (
        (None, None, f"{ballots} cannot be used: [Errno 2] No such file"),
        ("META\n", None, f"{ballots} cannot be used: it lacks "),
        (ELECTION, None, f"{result} cannot be used: [Errno 2] No such file"),
        (ELECTION, "{", f"{result} cannot be used: Expecting property name"),
        (ELECTION, "{}", f"{result} cannot be used: it lacks 'parameters'."),
        (ELECTION, '{"parameters": {"rule": "greedy"}}', "it lacks 'score'."),
        (ELECTION, '{"parameters": {"rule": "phragmen"}}', "the rule phragmen is not counted"),
    ):
        for file, content in ((ballots, text), (result, said)):
            if content is not None:
                file.write_text(content, encoding="utf-8")
        assert recount.main(str(ballots), str(result)) == 2
        assert words in capsys.readouterr().err


def test_every_project_is_explained(tmp_path: Path) -> None:
    options = ("--rule", "equal-shares", "--completion", "greedy", "--explain", "--json")
    words = json.loads(run(tmp_path, ELECTION, *options).stdout)["explanations"]
    assert words["A"].startswith("Funded: its turn came with 1,000.5 left, and it costs 600. 12 ")
    assert words["B"] == (
        "Lost: 400.5 was left, and it costs 500. With 1 more vote or at 100 less it would have won."
    )
    assert words["C"].startswith("Funded with the 400.5")


def test_every_problem_of_a_bad_file_is_a_sentence_with_its_line(tmp_path: Path) -> None:
    text = ELECTION.replace("B;500", "B;12.50").replace("\n1;A", "\n0;A")
    result = run(tmp_path, text, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Line 11: the cost of project B is 12.50" in result.stderr
    assert "Line 16: the voter 0 is already on line 15." in result.stderr
    assert "Traceback" not in result.stderr
