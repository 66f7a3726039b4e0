"""A vote that is open at a served city, for a phone or a tablet."""

import json
from typing import Any

import sqlalchemy as sa
from acting import do
from cycles import go_to
from sites import Site
from votes import SLUG, TRUSTEES_KEY, code_of, enrol, settle_vote

from backend.ballots.analyse import JOB as ANALYSE
from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.phases import Phase
from backend.ballots.voting.commands import CountBallots, ImportRoll
from backend.ballots.voting.count_ballots import count_ballots
from backend.ballots.voting.hash_roll import read_roll
from backend.ballots.voting.import_roll import import_roll
from backend.ballots.voting.models import SealedBallot
from backend.ballots.voting.voter_hashes import roll_hashes
from backend.core.actors import OPERATOR
from backend.core.db import db
from backend.core.job_runner import run_job
from backend.core.jobs import Job
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.wiring import JOBS

LETTER = code_of(1)
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def open_vote(site: Site, **ballot_form: object) -> None:
    """The city's budget is voted on; the first voter has a letter and lives in SW."""
    with site.world.app.app_context():
        with unit_of_work(OPERATOR) as work:
            work.session.execute(sa.update(Cycle).values(ballot_form=ballot_form))
        settle_vote(site.world)
        enrol({1: "SW"})
        go_to(site.world, Phase.VOTE)
        db.session.remove()


def on_the_register(site: Site, number: str, email: str) -> None:
    """Somebody more who may vote, reached by mail."""
    with site.world.app.app_context():
        hashes = roll_hashes(current_runtime().settings.hash_key, SLUG)
        register = ["register_number,district,email", f"{number},SW,{email}"]
        do(OPERATOR, import_roll, ImportRoll(SLUG, list(read_roll(register, hashes, ""))))
        db.session.remove()


def mailed_code(site: Site) -> str:
    """The one-time code in the last message, once it was sent."""
    with site.world.app.app_context():
        for job in db.session.scalars(sa.select(Job.id).where(Job.kind == "send_vote_code")).all():
            assert run_job(job, JOBS)
        db.session.remove()
    message = (site.world.data_dir / "messages.jsonl").read_text().splitlines()[-1]
    return str(json.loads(message)["text"][:6])


def sequences(site: Site) -> list[int]:
    """How often each ballot in the box was cast."""
    with site.world.app.app_context():
        found = list(db.session.scalars(sa.select(SealedBallot.sequence)))
        db.session.remove()
    return found


def count(site: Site) -> None:
    """The vote is over, its trustees open the box, and all is found out about the count."""
    with site.world.app.app_context():
        go_to(site.world, Phase.DELIVERY)
        do(OPERATOR, count_ballots, CountBallots(SLUG, TRUSTEES_KEY))
        waiting = sa.select(Job.id).where(Job.kind == ANALYSE, Job.state == "waiting")
        while job := db.session.scalar(waiting.limit(1)):
            assert run_job(job, JOBS)
        db.session.remove()


def databases(page: Any) -> list[str]:
    """What the browser keeps, by the names of its databases."""
    return sorted(page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))"))
