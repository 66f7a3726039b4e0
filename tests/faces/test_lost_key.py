"""What people read where the key of one sealed value is gone: all the rest, and that it is so."""

from typing import Any

import pytest
import sqlalchemy as sa
from acting import do
from cycles import A_CYCLE, go_to, make_cycle
from described import check_described
from page_reader import read_page
from proposing import BOB, REVIEWER, SWINGS, a_proposal, an_id, propose
from worlds import PASSWORD, STAFF, World, a_report

from backend.accounts.ask_for_code import ask_for_code
from backend.accounts.codes import code_of
from backend.accounts.contact_address import read_address
from backend.accounts.identify import register_device, resident_of_token
from backend.accounts.models import SignInCode
from backend.accounts.resident_sign_in import sign_in_with_code
from backend.ballots.cycle.phases import Phase
from backend.ballots.proposals.commands import Rearrange, Rearranging
from backend.ballots.proposals.rearrange import rearrange
from backend.ballots.proposals.submit_proposal import submit_proposal
from backend.core.actors import ANONYMOUS, Actor, Role
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.keys import KeyRing, new_field_key
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.delivery.notices.commands import Register
from backend.delivery.notices.register import register
from backend.delivery.notices.rules import Kind
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus, RateOutcome, RatingAnswer
from backend.reports.file_report import file_report
from backend.reports.rate_outcome import rate_outcome
from backend.reports.workflow import State

NOT_HERE = "This contact cannot be read: the key it was sealed with is not here, or it was damaged."
PHONE = {"phone": "030 5550100"}
NO, PARTLY = RatingAnswer.NO, RatingAnswer.PARTLY


@pytest.fixture
def ideas(sqlite_city: World) -> World:
    make_cycle()
    go_to(sqlite_city, Phase.IDEAS)
    return sqlite_city


def lose_the_key() -> None:
    """From now on the city runs with another key than the one that sealed what is there."""
    current_runtime().keyring = KeyRing((new_field_key("k7"),))


def signed_in() -> tuple[Actor, str]:
    """A resident with an account, and the token of their phone."""
    runtime, address = current_runtime(), read_address("anna@lanterns.example", "")
    with unit_of_work(ANONYMOUS) as work:
        device = resident_of_token(work.session, runtime, register_device(work), work.now)
        work.actor = device
        ask_for_code(work, address)
        [code] = work.session.scalars(sa.select(SignInCode))
        session = sign_in_with_code(work, address, code_of(runtime.settings.hash_key, code.id))
    assert session is not None
    now = runtime.clock.now()
    return resident_of_token(current_session(), runtime, session.token, now), session.token


@pytest.mark.slow
def test_the_desk_reads_a_proposal_whose_contact_nobody_can_open(ideas: World) -> None:
    call = a_proposal(1, channel=Channel.PHONE, contact=PHONE, display_name="Dora")
    number, other = do(REVIEWER, submit_proposal, call).number, propose(2, BOB)
    merge = (Rearranging.MERGE, (number, other), (SWINGS,), "One park")
    do(REVIEWER, rearrange, Rearrange(an_id(9), A_CYCLE.slug, *merge))
    desk = ideas.signed_in(Role.WARD_STAFF)
    pages = (f"/desk/proposals/{number}", f"/desk/budget/{A_CYCLE.slug}/rearrangements")
    for page in pages:
        assert "030 5550100" in desk.get(page).text
    lose_the_key()
    for page in pages:
        shown = desk.get(page)
        assert shown.status_code == 200
        assert read_page(shown.text).faults == []
        assert NOT_HERE in shown.text
        assert "Dora" in shown.text
    assert "Swings for the small park" in desk.get(pages[0]).text


@pytest.mark.slow
def test_staff_s_own_programs_are_told_so_too(ideas: World) -> None:
    call = a_proposal(1, channel=Channel.PHONE, contact=PHONE)
    proposal = do(REVIEWER, submit_proposal, call).number
    report = do(ANONYMOUS, file_report, a_report(1, contact=PHONE)).number
    client, typed = ideas.client(), {"username": "ward_staff", "password": PASSWORD}
    token = client.post("/v1/desk/sessions", json=typed).get_json()["token"]
    headers = {"Authorization": f"Bearer {token}"}

    def told() -> list[tuple[dict[str, str], bool]]:
        proposed = client.get(f"/v1/desk/proposals/{proposal}", headers=headers)
        check_described("/v1/desk/proposals/{number}", proposed)
        reported = client.get(f"/v1/desk/reports/{report}", headers=headers)
        check_described("/v1/desk/reports/{number}", reported)
        both = (*proposed.get_json()["people"], *reported.get_json()["requests"])
        return [(one["contact"], one["is_contact_unreadable"]) for one in both]

    assert told() == [(PHONE, False)] * 2
    lose_the_key()
    assert told() == [({}, True)] * 2


def test_a_resident_gets_all_the_rest_of_their_own_data(ideas: World) -> None:
    resident, token = signed_in()
    number = do(resident, file_report, a_report(1, contact=PHONE)).number
    do(resident, file_report, a_report(2))
    do(resident, submit_proposal, a_proposal(3, contact=PHONE))
    mail = Register(an_id(4), Kind.EMAIL, {"address": "anna@lanterns.example"}, "en", token)
    do(resident, register, mail)
    do(STAFF, change_status, ChangeStatus(number, State.RESOLVED, 1))
    do(resident, rate_outcome, RateOutcome(number, NO, "It is still there"))
    client, headers = ideas.client(), {"Authorization": f"Bearer {token}"}

    def own() -> dict[str, Any]:
        answer = client.get("/v1/me/data", headers=headers)
        assert answer.status_code == 200, answer.text
        check_described("/v1/me/data", answer)
        data: dict[str, Any] = answer.get_json()
        return data

    before = own()
    assert before["ratings"][0]["text"] == "It is still there"
    lose_the_key()
    after = own()
    for one in (*after["reports"], *after["proposals"]):
        assert one["contact"] == {}
    unread = [one.pop("is_contact_unreadable") for one in (*after["reports"], *after["proposals"])]
    assert unread == [True, False, True]
    [mailed], [rating] = after["notices"]["registrations"], after["ratings"]
    assert (after["account"]["address"], mailed["address"], rating["text"]) == (None, None, None)
    assert [one["description"] for one in after["reports"]] == [
        one["description"] for one in before["reports"]
    ]
    # What was said can be said anew.
    do(resident, rate_outcome, RateOutcome(number, PARTLY, "A little better"))
    assert own()["ratings"][0]["text"] == "A little better"
