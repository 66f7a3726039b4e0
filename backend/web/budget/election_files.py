"""What anybody takes away of an election to count it again, and how."""

import hashlib
import shlex
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from flask import url_for

from backend.ballots.models import Election
from backend.ballots.published import BALLOTS, RESULT, TRANSCRIPT
from backend.core.i18n import gettext as _
from backend.web.budget.result_views import FileView

RECOUNT = "recount.py"
_RECOUNTED = ("greedy", "equal-shares")


@cache
def recount_program() -> bytes:
    """The one file that counts again and needs nothing but Python."""
    return files("backend.ballots").joinpath(RECOUNT).read_bytes()


def file_name(election: Election, name: str) -> str:
    """What a published file is called on a stranger's disk."""
    return f"{election.slug}.pb" if name == BALLOTS else f"{election.slug}-{name}"


def file_views(election: Election, hashes: Mapping[str, str]) -> tuple[FileView, ...]:
    """Every file with its mark, the ballots first; `hashes` are those of what was published."""
    words = {
        BALLOTS: _("Every ballot and no voter, and all projects with their costs (Pabulib)"),
        RESULT: _("The winners, and the rule with every parameter"),
        TRANSCRIPT: _("Every step of the count"),
    }
    found = [
        FileView(_url(election, name), file_name(election, name), words[name], hashes.get(name))
        for name in words
        if name in hashes or name == BALLOTS
    ]
    if _is_recounted(election, hashes):
        what = _("The program that counts again, one file for Python 3.11 or later")
        program = hashlib.sha256(recount_program()).hexdigest()
        found.append(FileView(url_for("web.recount"), RECOUNT, what, program))
    return tuple(found)


def recount_command(election: Election, hashes: Mapping[str, str]) -> str:
    """What a stranger types in the folder of the files."""
    ballots = file_name(election, BALLOTS)
    if _is_recounted(election, hashes):
        return f"python {RECOUNT} {ballots} {file_name(election, RESULT)}"
    if RESULT in hashes:
        return f"python -m backend tally {ballots} --result {file_name(election, RESULT)} --json"
    parameters = election.rule_parameters or {}
    variant = str(parameters["variant"])
    options = ["--rule", str(parameters["rule"])]
    options += ["--variant", "no-skip" if variant == "stop" else variant]
    options += ["--seed", str(parameters["seed"])] if "seed" in parameters else []
    return f"python -m backend tally {ballots} {shlex.join(options)} --json"


def _is_recounted(election: Election, hashes: Mapping[str, str]) -> bool:
    """Whether the program knows the rule, and there is a file that tells it how to count."""
    return RESULT in hashes and (election.rule_parameters or {})["rule"] in _RECOUNTED


def _url(election: Election, name: str) -> str:
    if name == BALLOTS:
        return url_for("web.election_file", slug=election.slug)
    return url_for("web.result_file", slug=election.slug, name=name)
