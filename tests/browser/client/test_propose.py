"""Proposing something on a phone, supporting it, talking about it, and comparing."""

import re
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do
from cycles import A_CYCLE, go_to
from patience import until
from pictures import COUNTED
from PIL import Image
from playwright.sync_api import expect
from proposing import ANNA, BOB, SWINGS, propose
from proposing_by_phone import HERE, assert_accessible, press, proposes, write
from reporting import KEEPS
from sites import Site
from worlds import NOON, STAFF

from backend.ballots.cycle.phases import Phase
from backend.ballots.proposals.add_comment import add_comment
from backend.ballots.proposals.commands import Asked, Rearrange, Rearranging, Say
from backend.ballots.proposals.models import Proposal, ProposalEndorsement, ProposalProposer
from backend.ballots.proposals.rearrange import rearrange
from backend.core.db import current_session, db
from backend.core.job_runner import run_job
from backend.core.jobs import stuck_jobs
from backend.photos.commands import ModeratePhoto
from backend.photos.commands import Verdict as PhotoVerdict
from backend.photos.models import Photo
from backend.photos.moderate_photo import moderate_photo
from backend.wiring import JOBS

pytestmark = pytest.mark.slow

LAMPS = {"title": "Lamps on the school path", "summary": "So that children are seen.", "cost": None}

AN_OLDER_DATABASE = """() => new Promise((done, fail) => {
  const opening = indexedDB.open("evenward", 1);
  opening.onerror = fail;
  opening.onupgradeneeded = ({ target: { result: db } }) => {
    const drafts = db.createObjectStore("draft", { keyPath: "id" });
    db.createObjectStore("outbox", { keyPath: "id" }).createIndex("made_at", "made_at");
    const photos = db.createObjectStore("photo", { keyPath: "id" });
    photos.createIndex("report", "report");
    db.createObjectStore("answer");
    db.createObjectStore("choice");
    const report = { id: "1", description: "A hole at the corner" };
    const started_at = new Date().toISOString();
    const photo_place = { lat: 50.002, lon: 10.012 };
    drafts.put({ id: "1", step: "where", started_at, report, photo_place });
    const blob = new Blob(["a picture"]);
    photos.put({ id: "2", report: "1", blob, made_at: started_at });
  };
  opening.onsuccess = () => { opening.result.close(); done(); };
})"""


@pytest.fixture
def number(site: Site) -> str:
    """A proposal of somebody else, while ideas are collected."""
    go_to(site.world, Phase.IDEAS, 5)
    with site.world.app.app_context():
        return propose(1)


def count(site: Site, what: Any, *where: Any) -> int:
    with site.world.app.app_context():
        found = db.session.scalar(sa.select(sa.func.count()).select_from(what).where(*where))
    return found or 0


def show_the_photo(site: Site) -> None:
    """The city makes the picture and lets everybody see it."""
    with site.world.app.app_context():
        for job in stuck_jobs(current_session(), site.world.clock.now()):
            run_job(job, JOBS)
        held = db.session.scalars(sa.select(Photo.rendering_id)).one()
        assert held
        do(STAFF, moderate_photo, ModeratePhoto(held, PhotoVerdict.APPROVE))
        db.session.remove()


def picture() -> dict[str, Any]:
    file = BytesIO()
    Image.new("RGB", (640, 480), (90, 140, 90)).save(file, "JPEG")
    return {"name": "park.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def test_proposing_takes_four_screens_and_shows_what_is_alike(
    phone: Any, site: Site, number: str
) -> None:
    # Whatever the phone's clock says, the steps stand as the city says.
    phone.clock.set_system_time("2020-01-01")
    phone.goto(HERE)
    expect(phone.get_by_role("link", name="Proposals", exact=True)).to_be_visible()
    expect(phone.get_by_role("heading", name="Needs Over")).to_be_visible()
    phone.clock.set_system_time(NOON)
    phone.goto(f"{HERE}/propose")
    write(phone, "Swings for the park", "Two swings for small children.")
    expect(phone.get_by_text("Is it this one? Then support it instead.")).to_be_visible()
    press(phone, "Next")
    phone.get_by_label("A whole part of the city").check()
    phone.get_by_label("Which part?").select_option("SE side")
    press(phone, "Next")
    expect(phone.get_by_role("heading", name="Is it one of these?")).to_be_focused()
    expect(phone.get_by_role("heading", name=SWINGS.title)).to_be_visible()
    press(phone, "No, mine is something else")
    phone.get_by_label("What it may cost").fill("12,50")
    press(phone, "Send")
    expect(phone.get_by_role("alert")).to_contain_text("without cents")
    phone.get_by_label("What it may cost").fill("12.500")
    expect(phone.get_by_role("alert")).to_have_count(0)
    expect(phone.get_by_text("That is €12,500.")).to_be_visible()
    phone.set_input_files("#picture", picture())
    phone.get_by_label("What picture 1 shows").fill("The empty corner")
    assert_accessible(phone)
    press(phone, "Send")
    expect(phone.get_by_text("The city has your proposal.")).to_be_visible()
    expect(phone.get_by_role("heading", name="You stand behind it")).to_be_visible()
    made = Proposal.title == "Swings for the park"
    assert count(site, Proposal, made, Proposal.part_code == "SE", Proposal.cost == 12_500_00) == 1
    assert count(site, Photo, Photo.alt_text == "The empty corner") == 1
    # Its draft is gone: the way back leads to what is proposed.
    phone.go_back()
    expect(phone.get_by_role("link", name="Swings for the park")).to_be_visible()
    show_the_photo(site)
    phone.goto(f"{HERE}/proposals")
    shown = phone.get_by_role("link", name="Swings for the park").get_by_role("img")
    expect(shown).to_have_attribute("alt", "The empty corner")
    assert shown.evaluate("(one) => [one.loading, one.offsetWidth, one.offsetHeight]") == [
        "lazy",
        72,
        72,
    ]


def test_a_proposal_that_is_alike_is_supported_instead(phone: Any, site: Site, number: str) -> None:
    phone.goto(f"{HERE}/propose")
    write(phone, SWINGS.title, "Swings.")
    press(phone, "Next")
    phone.get_by_label("The whole city").check()
    press(phone, "Next")
    press(phone, "This is it: support it")
    expect(phone.get_by_text("You support this one now.")).to_be_visible()
    assert count(site, ProposalEndorsement) == 1
    phone.get_by_role("link", name="See it, or drop it").click()
    press(phone, f"Drop: {SWINGS.title}")
    expect(phone.get_by_role("heading", name="On this phone only")).to_be_hidden()


def test_support_counts_at_once_and_is_taken_back(phone: Any, site: Site, number: str) -> None:
    phone.goto(f"{HERE}/proposals/{number.lower()}")
    support = phone.get_by_role("region", name="Support")
    expect(support.get_by_role("status")).to_have_text("0 people support it")
    press(phone, "Support it")
    expect(support.get_by_role("status")).to_have_text("1 person supports it. You are one of them.")
    with phone.expect_response(lambda answer: answer.request.method == "DELETE"):
        press(phone, "Take my support back")
    expect(support.get_by_role("status")).to_have_text("0 people support it")
    assert count(site, ProposalEndorsement) == 0
    phone.context.set_offline(True)
    press(phone, "Support it")
    expect(support.get_by_role("alert")).to_contain_text("This was not done")
    expect(support.get_by_role("status")).to_have_text("0 people support it")


def test_a_question_is_kept_while_it_is_typed_and_owed_an_answer_by_a_day(
    phone: Any, number: str
) -> None:
    phone.goto(f"/app/proposals/{number}")
    phone.get_by_label("Ask the city").check()
    phone.get_by_label("Your question").fill("Who sweeps the sand?")
    until(phone, KEEPS, ["choice", "Who sweeps the sand?"])
    phone.reload()
    expect(phone.get_by_label("Your question")).to_have_value("Who sweeps the sand?")
    press(phone, "Send the question")
    talk = phone.get_by_role("region", name="What people say")
    expect(talk).to_contain_text("Who sweeps the sand?")
    expect(talk).to_contain_text("The city owes an answer by March 31, 2026.")
    expect(phone.get_by_label("Your comment")).to_have_value("")
    assert_accessible(phone)


def test_proposals_are_compared_question_by_question_without_a_network(
    phone: Any, site: Site, number: str
) -> None:
    with site.world.app.app_context():
        for at in range(2, 6):
            propose(at, BOB, **{**LAMPS, "title": f"Lamps, number {at}"})
    phone.goto(f"{HERE}/proposals")
    phone.evaluate("navigator.serviceWorker.ready.then(() => null)")
    phone.get_by_label("Search").fill("LAMPS")
    expect(phone.get_by_role("heading", name="4 proposals")).to_be_visible()
    order = phone.locator(".proposal-way strong").all_inner_texts()
    phone.reload()
    expect(phone.get_by_role("heading", name="5 proposals")).to_be_visible()
    assert [
        one for one in phone.locator(".proposal-way strong").all_inner_texts() if one in order
    ] == order
    compare = phone.get_by_role("button", name=re.compile("^Compare: Lamps"))
    for at in range(4):
        compare.nth(at).click()
    expect(phone.get_by_role("button", name=f"Compare: {SWINGS.title}")).to_be_disabled()
    phone.get_by_role("link", name="Compare 4 proposals").click()
    expect(phone.get_by_role("region", name="Drawbacks").locator("dt")).to_have_count(4)
    assert_accessible(phone)
    phone.context.set_offline(True)
    phone.reload()
    cost = phone.get_by_role("region", name="What it costs")
    expect(cost.get_by_text("Cost not known yet")).to_have_count(4)
    phone.get_by_role("button", name=re.compile("^Take away")).first.click()
    expect(cost.locator("dt")).to_have_count(3)


def test_a_draft_survives_the_closed_tab_and_is_sent_once_by_hand(
    phone: Any, site: Site, number: str
) -> None:
    context = phone.context
    phone.goto(f"{HERE}/proposals")
    expect(phone.get_by_role("link", name="Propose something")).to_be_visible()
    phone.wait_for_function("() => navigator.serviceWorker.controller !== null")
    context.set_offline(True)
    phone.get_by_role("link", name="Propose something").click()
    phone.get_by_label("A short name for it").press_sequentially("Benches along the canal")
    until(phone, KEEPS, ["proposal", "Benches along the canal"])
    phone.close()
    again = context.new_page()
    again.add_init_script(COUNTED)
    again.goto(f"{HERE}/proposals")
    again.get_by_role("link", name="Benches along the canal").click()
    write(again, "Benches along the canal", "Six benches with arms.")
    press(again, "Next")
    again.get_by_label("The whole city").check()
    press(again, "Next")
    again.set_input_files("#picture", picture())
    expect(again.get_by_role("img", name="Picture 1")).to_be_visible()
    assert again.evaluate("held.size") == 1
    # Another proposal lets go of the pictures of the one before.
    for seen in ("Where is it?", "What do you propose?", "Proposals: Town budget 2026"):
        again.get_by_role("link", name="Back").click()
        expect(again.get_by_role("heading", level=1)).to_have_text(seen)
    again.get_by_role("link", name="Propose something").click()
    expect(again.get_by_label("A short name for it")).to_have_value("")
    assert again.evaluate("held.size") == 0
    for way in ("Back", "Benches along the canal"):
        again.get_by_role("link", name=way).click()
    expect(again.get_by_role("img", name="Picture 1")).to_be_visible()
    press(again, "Send")
    expect(again.locator("#not-sent")).to_contain_text("Kept on this phone, not sent yet")
    expect(again.get_by_role("link", name="1 thing is not sent yet")).to_be_visible()
    context.set_offline(False)
    again.goto("/app/")
    again.get_by_role("link", name="1 thing is not sent yet").click()
    again.get_by_role("link", name="Benches along the canal").click()
    # The city takes it, and its answer is lost on the way.
    again.route("**/v1/cycles/*/proposals", lambda route: (route.fetch(), route.abort()))
    press(again, "Send it again")
    expect(again.locator("#not-sent")).to_be_focused()
    again.unroute_all()
    press(again, "Send it again")
    expect(again.get_by_text("The city has your proposal.")).to_be_visible()
    expect(again.get_by_role("link", name="1 thing is not sent yet")).to_be_hidden()
    assert count(site, Proposal, Proposal.title == "Benches along the canal") == 1


def test_what_an_older_app_kept_is_still_there(phone: Any, site: Site) -> None:
    phone.goto("/decisions")
    phone.evaluate(AN_OLDER_DATABASE)
    phone.goto("/app/")
    unfinished = phone.get_by_role("region", name="Not finished")
    unfinished.get_by_role("link", name="A hole at the corner").click()
    # Where its photo was taken, once it is kept as it is now too.
    expect(phone.get_by_text("Your photo says where it was taken.")).to_be_visible()
    phone.reload()
    phone.get_by_role("button", name="Use the photo's place").click()
    expect(phone.get_by_text("Where your photo was taken.")).to_be_visible()


def test_those_who_made_it_change_it_invite_answer_and_agree(
    phone: Any, new_phone: Any, site: Site, number: str
) -> None:
    own = proposes(phone)
    press(phone, "Change it")
    phone.get_by_role("link", name="Change: What").click()
    write(phone, "A shelter at the school stop", "A roof and a bench.")
    press(phone, "Done")
    press(phone, "Change it for everybody")
    expect(phone.get_by_role("heading", name="A shelter at the school stop")).to_be_visible()
    phone.get_by_role("link", name="Change it, invite others, take it back").click()
    press(phone, "Make a code")
    code = phone.locator("#code .code-shown").inner_text()
    press(phone, "Take it back for good …")
    phone.get_by_label("Why, if you like").fill("It is built already.")
    until(phone, KEEPS, ["choice", "It is built already."])
    phone.reload()
    expect(phone.get_by_label("Why, if you like")).to_have_value("It is built already.")

    other = new_phone().new_page()
    other.goto(f"/app/proposals/join#{code}")
    other.get_by_label("The number of the proposal").fill(own)
    press(other, "Go on")
    expect(other.get_by_label("The code")).to_have_value(code)
    assert code not in other.url
    press(other, "Stand behind it")
    expect(other.get_by_role("heading", name="You stand behind it")).to_be_visible()

    with site.world.app.app_context():
        question = Say(number=own, id=UUID(int=70), text="Which stop?", asked=Asked.PROPOSER)
        do(BOB, add_comment, question)
        wish = Rearrange(
            UUID(int=71), A_CYCLE.slug, Rearranging.MERGE, [number, own], [SWINGS], "Alike."
        )
        do(ANNA, rearrange, wish)
    other.reload()
    press(other, "Answer this question")
    other.get_by_label("Your answer").fill("The one at the school.")
    press(other, "Send the answer")
    expect(other.get_by_text("Whoever proposed it answers")).to_be_visible()

    phone.reload()
    press(phone, "Yes, do it")
    expect(phone.get_by_text("You agreed. The others are asked, too.")).to_be_visible()
    assert_accessible(phone)
    other.goto(f"{HERE}/proposals/{own}/own")
    press(other, "Yes, do it")
    expect(other.get_by_text("It is done.")).to_be_visible()
    with site.world.app.app_context():
        merged = db.session.scalar(sa.select(Proposal.state).where(Proposal.number == own))
    assert merged == "merged"
    assert count(site, ProposalProposer) == 6
