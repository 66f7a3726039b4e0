"""A report in the phone client, screen by screen, and a phone on which it needs no network."""

from typing import Any

from playwright.sync_api import expect
from worlds import IN_SE

HERE = {"latitude": IN_SE[1], "longitude": IN_SE[0], "accuracy": 12}
# The client is on the phone and has the page, and it is known what can be reported.
READY = """async () => {
  const soon = () => new Promise((now) => setTimeout(now, 20));
  while (!navigator.serviceWorker.controller) await soon();
  const done = (asked) => new Promise((is) => (asked.onsuccess = () => is(asked.result)));
  const phone = await done(indexedDB.open("evenward"));
  const answers = () => phone.transaction("answer").objectStore("answer");
  while (!(await done(answers().get("/v1/services")))) await soon();
  phone.close();
}"""
# Words are in one of the stores on the phone's disk.
KEEPS = """async ([store, words]) => {
  const done = (asked) => new Promise((is) => (asked.onsuccess = () => is(asked.result)));
  const phone = await done(indexedDB.open("evenward"));
  const kept = await done(phone.transaction(store).objectStore(store).getAll());
  phone.close();
  return JSON.stringify(kept).includes(words);
}"""


def says_what_it_is(page: Any, words: str) -> None:
    """The first screen."""
    page.get_by_role("textbox", name="What did you see?").fill(words)
    page.get_by_role("button", name="list").click()
    page.get_by_role("radio", name="Exposed wires").check()


def is_found_here(page: Any) -> None:
    """On to the second screen, until the phone has told that it is `HERE`."""
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("to within 12 metres")).to_be_visible()


def goes_on_and_sends(page: Any) -> None:
    """From the second screen to the last, whatever it is near."""
    page.get_by_role("button", name="Next").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).not_to_have_text("Where is it?")
    if heading.inner_text() == "Is it one of these?":
        page.get_by_role("button", name="No, mine is something else").click()
    page.get_by_role("button", name="Send").click()
    expect(heading).to_have_text("Sent. Thank you")
