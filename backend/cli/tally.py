"""`tally`: the result of an election from its `.pb` file alone."""

import gc
import json
from collections.abc import Callable
from typing import Any, BinaryIO, TypeVar, get_args

import click

from backend.ballots.asked_rule import Asked, RuleName, TiesName, asked_rule
from backend.ballots.problem_texts import TEXTS
from backend.ballots.result_document import check_columns, read_result, result_of
from backend.ballots.tally.amounts import in_file_unit
from backend.ballots.tally.equal_shares import Completion, EqualShares, Start
from backend.ballots.tally.explain import explanations
from backend.ballots.tally.findings import Finding, printable
from backend.ballots.tally.greedy import Variant
from backend.ballots.tally.margins import margins
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.pabulib import read_election
from backend.ballots.tally.pabulib_sections import MAX_BYTES
from backend.ballots.tally.participation import participation
from backend.ballots.tally.profile import Election
from backend.ballots.tally.rule_of_file import Rule, outcome_by
from backend.ballots.tally.shares_account import shares_account
from backend.ballots.tally.transcript import transcript, transcript_sha256
from backend.cli.refusal import refuse
from backend.core.errors import DomainError

Command = TypeVar("Command", bound=Callable[..., Any])
_OPTIONS = (
    click.option("--rule", type=click.Choice(get_args(RuleName)), help="Default: the file's own."),
    click.option(
        "--utility",
        type=click.Choice(["cost", "cardinality", "score"]),
        help="What a winner is worth to a supporter: its cost, 1, or the points given (rankings: "
        "the number of projects below). Greedy ranks by utility for each unit of cost, so cost "
        "means by votes. Default: votes or points for greedy, cost or points for equal-shares.",
    ),
    click.option(
        "--variant",
        type=click.Choice(get_args(Variant)),
        help="Greedy: what follows a project that does not fit, the next one (skip) or the end "
        "(no-skip); or skip with a threshold, Poznan's 80 % rule, or skip with conflicts. "
        "Phragmen: skip or no-skip, which is its default.",
    ),
    click.option(
        "--completion",
        type=click.Choice(get_args(Completion)),
        help="How equal-shares goes on to spend what it leaves.",
    ),
    click.option(
        "--comparison", is_flag=True, help="Greedy's result counts where more voters prefer it."
    ),
    click.option(
        "--start",
        type=click.Choice(get_args(Start)),
        help="A voter's first share of the budget: exact, or rounded down to whole money.",
    ),
    click.option(
        "--step",
        type=click.IntRange(min=1),
        help="add1: what each voter gets more each time, in units of the file's currency, default "
        "1. budget-steps: what the budget shared out grows by, default a hundredth of it.",
    ),
    click.option(
        "--ties",
        type=click.Choice(get_args(TiesName)),
        help="The order of equals: id as text; or lower cost, more votes, then SHA-256(seed|id).",
    ),
    click.option(
        "--seed", help="The published text the lot is drawn from; asks for cost-votes-lot."
    ),
    click.option(
        "--threshold", type=click.IntRange(min=0), help="The least score for --variant threshold."
    ),
    click.option(
        "--explain",
        is_flag=True,
        help="Say of each project why it won or lost, and by how much, except where shares are "
        "raised step by step: that takes many minutes.",
    ),
    click.option(
        "--result",
        type=click.File("rb"),
        help="The published result (SLUG-result.json): its rule with every parameter, in place of "
        "all other options about the rule. Refused where the count gives another transcript.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON."),
)


def rule_options(command: Command) -> Command:
    """Decorator: the options of every command that counts, `Asked` and how to print."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command()
@click.argument("file", type=click.File("rb"))
@rule_options
def tally(file: BinaryIO, **options: Any) -> None:
    """Compute the winners of FILE, an election in the Pabulib .pb format ("-": standard input)."""
    gc.disable()  # a city's ballots hold no cycles, and looking for some takes a third of the time
    try:
        print_tally(read_election(file.read(MAX_BYTES + 1)), **options)
    except DomainError as error:
        refuse(error, TEXTS)


def print_tally(
    election: Election, explain: bool, as_json: bool, result: BinaryIO | None, **asked: Any
) -> None:
    """Count and print; `asked` are the fields of `Asked`. Raises `Invalid` where they clash."""
    published = read_result(result.read(MAX_BYTES)) if result else None
    rule = asked_rule(election, Asked(**asked), published.rule if published else None)
    outcome = outcome_by(election, rule)
    if published:
        published.check(transcript_sha256(outcome))
        check_columns(election, outcome)
    why = _explanations(election, rule, outcome) if explain else {}
    if as_json:
        document = _document(election, outcome)
        if explain:
            document["explanations"] = why
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    lines = _table(election, outcome)
    if explain:
        lines += ["", *(f"{id}: {words}" for id, words in why.items())]
    click.echo("\n".join(map(printable, lines)))


def _explanations(election: Election, rule: Rule, outcome: Outcome) -> dict[str, str]:
    """Why each project won or lost; by how much, where that takes no more than a minute."""
    if not isinstance(rule, EqualShares):
        return explanations(outcome, margins(election, rule, outcome))
    is_raised = rule.completion not in ("none", "greedy")
    short = () if is_raised else margins(election, rule, outcome)
    return explanations(outcome, short, shares_account(election, rule, outcome))


def _sentence(warning: Finding) -> str:
    text = TEXTS[warning.slug]
    return f"{text.detail.format_map(warning.facts)} {text.remedy}"


def _document(election: Election, outcome: Outcome) -> dict[str, Any]:
    """Cost and budget in the file's unit; amounts in decisions in 1/scale of it, see parameters."""
    return {
        **result_of(outcome),
        **transcript(outcome),
        "warnings": [{"slug": w.slug, "detail": _sentence(w)} for w in election.warnings],
        "participation": {
            dimension.name: {cell.label: cell.voters for cell in dimension.cells}
            for dimension in participation(election)
        },
    }


def _table(election: Election, outcome: Outcome) -> list[str]:
    def money(units: int) -> str:
        return f"{in_file_unit(units, outcome.scale):,}"

    width = max(len("project"), *(len(project.id) for project in election.projects))
    row = f"{{:{width}}}  {{:>9}}  {{:>15}}  {{:>15}}  {{}}".format
    lines = [row("project", "score", "cost", "left before", "decision")]
    for each in outcome.decisions:
        tie = f" (tie settled by {each.tie_broken_by})" if each.tie_broken_by else ""
        amounts = money(each.cost), money(each.money_before)
        lines.append(row(each.project, each.score, *amounts, each.verdict + tie))
    parameters = ", ".join(f"{name} {value}" for name, value in outcome.parameters.items())
    lines += [
        "",
        f"Rule: {outcome.rule} ({parameters}). Ties: {', '.join(outcome.ties.criteria)}.",
        f"Winners: {len(outcome.winners)} of {len(outcome.decisions)} projects.",
        f"Cost: {money(outcome.cost)} of {money(outcome.budget)}.",
        f"Transcript SHA-256: {transcript_sha256(outcome)}",
    ]
    for dimension in participation(election):
        cells = ", ".join(
            f"{cell.label or 'not stated'} {'withheld' if cell.voters is None else cell.voters}"
            for cell in dimension.cells
        )
        lines.append(f"Voters by {dimension.name}: {cells}.")
    return lines + [f"Warning: {_sentence(warning)}" for warning in election.warnings]
