"""`tally`: the result of an election from its `.pb` file alone."""

import json
from typing import Any, BinaryIO, get_args

import click

from backend.ballots.problem_texts import TEXTS
from backend.ballots.tally.amounts import in_file_unit
from backend.ballots.tally.findings import Finding, printable
from backend.ballots.tally.greedy import VARIANT_OF_RULE, Variant, greedy
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.pabulib import read_election
from backend.ballots.tally.pabulib_sections import MAX_BYTES
from backend.ballots.tally.participation import participation
from backend.ballots.tally.profile import Election
from backend.ballots.tally.transcript import transcript, transcript_sha256
from backend.cli.refusal import refuse
from backend.core.errors import DomainError, Invalid

RULES = ("greedy",)


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--rule", type=click.Choice(RULES), help="Default: the rule the file names.")
@click.option(
    "--variant",
    type=click.Choice(get_args(Variant)),
    help="What follows a project that does not fit: the next one (skip), or the end (no-skip). "
    "Default: what the file's rule says, and skip with --rule.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON.")
def tally(file: BinaryIO, rule: str | None, variant: Variant | None, as_json: bool) -> None:
    """Compute the winners of FILE, an election in the Pabulib .pb format ("-": standard input)."""
    try:
        election = read_election(file.read(MAX_BYTES + 1))
        default: Variant = "skip" if rule else _file_variant(election)
        outcome = greedy(election, variant or default)
    except DomainError as error:
        refuse(error, TEXTS)
    if as_json:
        click.echo(json.dumps(_document(election, outcome), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(map(printable, _table(election, outcome))))


def _file_variant(election: Election) -> Variant:
    rule = election.meta.rule
    if rule not in VARIANT_OF_RULE:
        raise Invalid("rule-not-offered", rule=printable(rule), offered=", ".join(RULES))
    return VARIANT_OF_RULE[rule]


def _sentence(warning: Finding) -> str:
    text = TEXTS[warning.slug]
    return f"{text.detail.format_map(warning.facts)} {text.remedy}"


def _document(election: Election, outcome: Outcome) -> dict[str, Any]:
    """Cost and budget in the file's unit; amounts in decisions in 1/scale of it, see parameters."""
    return {
        "winners": list(outcome.winners),
        "cost": in_file_unit(outcome.cost, outcome.scale),
        "budget": in_file_unit(outcome.budget, outcome.scale),
        "exact": True,
        "transcript_sha256": transcript_sha256(outcome),
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
    variant = outcome.parameters["variant"]
    lines += [
        "",
        f"Rule: {outcome.rule} ({variant}). Ties: {', '.join(outcome.tie_break)}.",
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
