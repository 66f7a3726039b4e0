"""An account on a phone: made by a code, read by no script, erased whole."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect
from sites import Site
from worlds import IN_SE

from backend.accounts.models import ResidentAccount, ResidentSession
from backend.core.db import current_session
from backend.core.job_runner import run_job
from backend.core.jobs import stuck_jobs
from backend.core.keys import KeyRing, new_field_key
from backend.core.runtime import current_runtime
from backend.reports.models import Follower
from backend.wiring import JOBS

pytestmark = pytest.mark.slow
ADDRESS = "quillfeather@lanterns.example"
REPORT = {
    "id": "01890000-0000-7000-8000-000000000009",
    "service_code": "POTHOLE",
    "description": "A hole as deep as a boot",
    "lat": IN_SE[1],
    "lon": IN_SE[0],
    "contact": {"phone": "030 5550100"},
}
# The status of the answer to a report that the page itself sends.
SENT = """async (report) => {
  const headers = { "Content-Type": "application/json" };
  const asked = { method: "POST", headers, body: JSON.stringify(report) };
  return (await fetch("/v1/reports", asked)).status;
}"""


def code_sent(site: Site) -> str:
    """The code in the newest message of the city, whose jobs are done here."""
    with site.world.app.app_context():
        for job in stuck_jobs(current_session(), site.world.clock.now()):
            run_job(job, JOBS)
    lines = (site.world.data_dir / "messages.jsonl").read_text().splitlines()
    return str(json.loads(lines[-1])["text"].partition(" ")[0])


def sign_in(phone: Any, site: Site) -> None:
    phone.goto("/app/more/account/sign-in")
    phone.get_by_label("Your e-mail address").fill(ADDRESS)
    phone.get_by_role("button", name="Send me a code").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Type the code")
    # Reading a mail, on a phone, is leaving the page.
    phone.reload()
    code = phone.get_by_label("The code of 6 digits")
    code.fill("000000")
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_role("alert")).to_be_visible()
    code.fill(code_sent(site))
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_text("You are signed in.")).to_be_visible()


def follow(phone: Any, number: str) -> None:
    phone.goto(f"/app/reports/{number}")
    with phone.expect_response("**/v1/sync"):
        phone.get_by_role("button", name="Follow").click()
    expect(phone.get_by_text("You follow it.")).to_be_visible()


def test_a_code_signs_in_and_no_script_reads_the_cookie(phone: Any, site: Site) -> None:
    follow(phone, site.open_number)
    sign_in(phone, site)
    expect(phone.locator("main")).to_contain_text(ADDRESS)
    # That the city knows this browser, and nothing to be known by.
    assert phone.evaluate("document.cookie") == "evenward-known=yes"
    [cookie] = [one for one in phone.context.cookies() if one["name"] != "evenward-known"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    # What the phone followed came along.
    phone.goto("/app/reports")
    expect(phone.locator(".card")).to_have_count(1)
    phone.goto("/app/more/account")
    # Another page shows whose phone this was, until it is told.
    other = phone.context.new_page()
    other.goto("/app/more/account")
    expect(other.locator("main")).to_contain_text(ADDRESS)
    phone.get_by_role("button", name="Sign out").click()
    expect(phone.get_by_text("You are signed out.")).to_be_visible()
    assert phone.context.cookies() == []
    expect(other.get_by_role("link", name="Sign in")).to_be_visible()
    phone.goto("/app/reports")
    expect(phone.get_by_text("You have not reported or followed anything")).to_be_visible()
    # Whoever has the phone next follows nothing.
    phone.goto(f"/app/reports/{site.open_number}")
    expect(phone.get_by_role("button", name="Follow", exact=True)).to_be_visible()
    phone.goto("/app/waiting")
    expect(phone.get_by_text("nothing was sent from it lately")).to_be_visible()


def test_what_is_kept_can_be_taken_along_and_erased(phone: Any, site: Site) -> None:
    sign_in(phone, site)
    follow(phone, site.open_number)
    phone.goto("/app/more/account/data")
    expect(phone.locator("main")).to_contain_text("1 report you follow")
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Download all of it").click()
    own = json.loads(download.value.path().read_text())
    assert own["account"]["address"] == ADDRESS
    assert own["following"] == [site.open_number]
    erase = phone.get_by_role("button", name="Erase it")
    erase.click()
    expect(phone.get_by_text("Tick the box first.")).to_be_visible()
    phone.get_by_label("I understand that it cannot be brought back").check()
    phone.evaluate("window.isOld = true")
    erase.click()
    expect(phone.get_by_text("It is erased.")).to_be_visible()
    # What this page had in memory is gone as well.
    assert phone.evaluate("window.isOld") is None
    with site.world.app.app_context():
        for kind in (ResidentAccount, Follower):
            assert current_session().scalar(sa.select(sa.func.count()).select_from(kind)) == 0
    assert phone.context.cookies() == []


def test_what_the_city_cannot_read_now_is_said_among_all_the_rest(phone: Any, site: Site) -> None:
    sign_in(phone, site)
    follow(phone, site.open_number)
    assert phone.evaluate(SENT, REPORT) == 201
    with site.world.app.app_context():
        current_runtime().keyring = KeyRing((new_field_key("k7"),))
    phone.goto("/app/more/account")
    expect(phone.get_by_text("The city cannot read your address now.")).to_be_visible()
    phone.goto("/app/more/account/data")
    kept = phone.locator("main")
    expect(kept).to_contain_text("the city cannot read its address now")
    expect(kept).to_contain_text("1 report you follow")
    phone.get_by_text("Your reports, word for word").click()
    mine = phone.get_by_role("listitem").filter(has_text=REPORT["description"])
    expect(mine).to_contain_text("You said how to reach you. The city cannot read that now.")


def test_a_session_that_ended_is_no_wall(phone: Any, site: Site) -> None:
    sign_in(phone, site)
    with site.world.app.app_context():
        current_session().execute(sa.delete(ResidentSession))
        current_session().commit()
    phone.goto(f"/app/reports/{site.open_number}")
    expect(phone.locator(".standing")).to_contain_text("Received")
    phone.goto("/app/more/account")
    expect(phone.get_by_role("link", name="Sign in")).to_be_visible()


def test_mail_comes_to_an_address_that_sent_back_its_code(phone: Any, site: Site) -> None:
    phone.goto("/app/more/notices")
    mail = phone.get_by_role("region", name="By e-mail")
    mail.get_by_label("Your e-mail address").fill(ADDRESS)
    mail.get_by_role("button", name="Send me a code").click()
    code = mail.get_by_label("The code from our mail")
    expect(code).to_be_focused()
    code.fill(code_sent(site))
    mail.get_by_role("button", name="Confirm").click()
    expect(mail.get_by_text("Notices come to your e-mail address.")).to_be_visible()
    mail.get_by_role("button", name="Stop the mails").click()
    expect(mail.get_by_label("Your e-mail address")).to_be_visible()


def test_a_forgotten_browser_knows_nothing(phone: Any, site: Site) -> None:
    follow(phone, site.open_number)
    phone.goto("/app/more/account/forget")
    phone.get_by_role("button", name="Forget this browser").click()
    expect(phone.get_by_text("Nothing of you is in this browser any more.")).to_be_visible()
    assert phone.context.cookies() == []
    kept = """new Promise((resolve) => {
      const opening = indexedDB.open("evenward");
      opening.onsuccess = () => {
        const stores = ["draft", "outbox", "photo"];
        const work = opening.result.transaction(stores);
        const counts = stores.map((name) => work.objectStore(name).count());
        work.oncomplete = () => resolve(counts.map(({ result }) => result));
      };
    })"""
    assert phone.evaluate(kept) == [0, 0, 0]
