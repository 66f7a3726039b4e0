"""One report as anybody reads it: what the city said, what others said, its photos, its date."""

import re
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do
from worlds import STAFF, World, a_report

from backend.core.actors import ANONYMOUS, Role
from backend.core.uow import unit_of_work
from backend.photos.workflow import PhotoState
from backend.reports.add_comment import add_comment
from backend.reports.change_status import change_status
from backend.reports.commands import AddComment, ChangeStatus, HideComment, MergeIncidents
from backend.reports.desk_acts.act_in_bulk import take_undoable_step
from backend.reports.desk_acts.commands import UndoAct
from backend.reports.desk_acts.undo_act import undo_act
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.file_report import file_report
from backend.reports.models import Comment, Service
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.open_upload import open_upload
from backend.reports.privacy.moderate_text import hide_comment
from backend.reports.queries import MOST_COMMENTS, find_request
from backend.reports.workflow import State

ANSWER, WORD = UUID(int=1), UUID(int=2)


def file(number: int = 1) -> str:
    filed: str = do(ANONYMOUS, file_report, a_report(number)).number
    return filed


def read(city: World, path: str) -> str:
    """The words of a page, without its tags."""
    answer = city.client().get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def in_order(text: str, *words: str) -> bool:
    return re.search(".*".join(map(re.escape, words)), text, re.DOTALL) is not None


@pytest.mark.both
def test_what_was_said_stands_among_the_steps_with_who_said_it(city: World) -> None:
    number, page = file(), f"/reports/{file(2)}"
    city.clock.advance(hours=1)
    do(ANONYMOUS, add_comment, AddComment(WORD, number, "It grows\nby the day"))
    city.clock.advance(hours=1)
    do(STAFF, change_status, ChangeStatus(number, State.TRIAGED, 1))
    city.clock.advance(hours=1)
    do(STAFF, add_comment, AddComment(ANSWER, number, "We come on Monday", is_answer=True))
    shown = read(city, f"/reports/{number}")
    assert in_order(shown, "Reported", "Comment", "14:00 · a resident", "It grows by the day")
    assert in_order(shown, "It grows", "Looked at", "15:00 · the city", "Answer of the city")
    assert in_order(shown, "Answer of the city", "16:00 · the city", "We come on Monday")
    assert "The city answered on 2 Mar 2026 ." in shown
    assert "We come" not in read(city, page)
    # The lists that others copy say it too, and keep the reason beside it.
    do(STAFF, change_status, ChangeStatus(number, State.REFUSED, 2, "Not ours"))
    city.clock.advance(hours=1)
    do(STAFF, add_comment, AddComment(UUID(int=3), number, "Ask the county", is_answer=True))
    feed = city.client().get("/feeds/requests.atom").text
    said, refused = f"{number}: Answer of the city", f"{number}: Refused"
    assert in_order(feed, said, "Ask the county", refused, "Not ours")
    assert in_order(feed, said, "We come on Monday", f"{number}: Looked at")
    assert "It grows" not in feed
    told = city.client().get(f"/open311/v2/requests/{number}.json").get_json()
    assert told[0]["status_notes"] == "Refused: Not ours\nAsk the county"
    assert "Not ours\nAsk the county" in city.client().get("/data/requests.csv").text


@pytest.mark.both
def test_what_was_taken_back_is_no_reason_any_more(city: World) -> None:
    number, client = file(), city.client()
    act = UUID(int=5)

    def note(name: str, reason: str | None) -> None:
        """What each list that others copy says of how the report stands."""
        told = client.get(f"/open311/v2/requests/{number}.json").get_json()[0]["status_notes"]
        assert told == (f"{name}: {reason}" if reason else name)
        files = ("/open311/v2/bulk.json", "/data/requests.geojson")
        bulk, data = (client.get(path, buffered=True) for path in files)
        assert bulk.get_json()[0]["status_notes"] == told
        assert data.get_json()["features"][0]["properties"]["status_notes"] == reason

    def step(after: State, version: int, reason: str, id_: UUID) -> None:
        with unit_of_work(STAFF) as work:
            take_undoable_step(work, ChangeStatus(number, after, version, reason), id_)

    step(State.REFUSED, 1, "Not ours", act)
    note("Refused", "Not ours")
    do(STAFF, undo_act, UndoAct(act))
    note("Received", None)
    # Of two steps the one that stands has its say again, and what was said after it too.
    step(State.TRIAGED, 3, "We have seen it", UUID(int=6))
    do(STAFF, add_comment, AddComment(ANSWER, number, "Parts are ordered", is_answer=True))
    step(State.REFUSED, 4, "No money", UUID(int=7))
    note("Refused", "No money\nParts are ordered")
    do(STAFF, undo_act, UndoAct(UUID(int=7)))
    note("Looked at", "We have seen it\nParts are ordered")
    # What happened stays told where it is told what happened, with the taking back behind it.
    assert in_order(read(city, f"/reports/{number}"), "No money", "Taken back: Looked at again")
    for feed in ("atom", "rss"):
        titles = client.get(f"/feeds/requests.{feed}").text
        assert in_order(titles, f"{number}: Taken back: Looked at again", f"{number}: Refused")
    history = client.get(f"/v1/reports/{number}").get_json()["history"]
    kinds = [(one["kind"], one["reason"]) for one in history][-2:]
    assert kinds == [("state", "No money"), ("undo", None)]


def test_no_word_is_shown_that_the_api_does_not_have(sqlite_city: World) -> None:
    number = file()
    do(ANONYMOUS, add_comment, AddComment(WORD, number, "My neighbour did it"))
    do(STAFF, add_comment, AddComment(ANSWER, number, "A word too much", is_answer=True))
    for id_ in (WORD, ANSWER):
        do(STAFF, hide_comment, HideComment(id_, "It names somebody"))
    client = sqlite_city.client()
    assert client.get(f"/v1/reports/{number}").get_json()["comments"] == []
    for path in (
        f"/reports/{number}",
        f"/open311/v2/requests/{number}.json",
        "/data/requests.csv",
        "/feeds/requests.atom",
    ):
        text = client.get(path).text
        assert "neighbour" not in text, path
        assert "too much" not in text, path


def test_a_page_says_that_older_words_are_missing(sqlite_city: World) -> None:
    number = file()
    with unit_of_work(ANONYMOUS) as work:
        incident_id = find_request(work.session, number).incident_id
        said = {"incident_id": incident_id, "at": work.now, "kind": "comment", "actor": "resident"}
        work.session.add_all(
            Comment(id=UUID(int=n), text=f"Me too {n}", **said) for n in range(1, MOST_COMMENTS + 3)
        )
    shown = read(sqlite_city, f"/reports/{number}")
    assert shown.count("Me too") == MOST_COMMENTS
    assert "2 older comments are not shown." in shown


def test_photos_are_shown_once_the_city_shows_them(sqlite_city: World) -> None:
    number = file()
    states = (PhotoState.PUBLIC, PhotoState.HELD, PhotoState.REFUSED, PhotoState.REMOVED)
    with unit_of_work(ANONYMOUS) as work:
        id_ = find_request(work.session, number).id
        for n, state in enumerate(states, start=1):
            photo = open_upload(work, OpenUpload(UUID(int=n), id_, 9)).photo
            photo.rendering_id, photo.state = UUID(int=100 + n), state
            photo.width = photo.height = 40
            photo.alt_text = f"A hole, {state.value}"
    client = sqlite_city.client()
    shown = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', client.get(f"/reports/{number}").text)
    assert shown == [(f"/v1/photos/{UUID(int=101)}/thumbnail", "A hole, public")]
    listed = client.get(f"/v1/reports/{number}/photos").get_json()
    assert [one["id"] for one in listed] == [str(UUID(int=101))]


@pytest.mark.both
def test_what_was_late_before_it_had_to_wait_stays_on_the_public_list(city: World) -> None:
    late, in_time, answered = file(1), file(2), file(3)
    for number in (late, in_time, answered):
        do(STAFF, change_status, ChangeStatus(number, State.TRIAGED, 1))
    do(STAFF, add_comment, AddComment(ANSWER, answered, "On Monday", is_answer=True))
    wait = (State.WAITING_CONTRACTOR, 2, "A part is on its way")
    do(STAFF, change_status, ChangeStatus(in_time, *wait))
    # Due after three days.
    city.clock.advance(days=71)
    for number in (late, answered):
        do(STAFF, change_status, ChangeStatus(number, *wait))
    city.clock.advance(days=9)
    page = read(city, "/overdue")
    assert "One answer is late" in page
    assert in_order(page, late, "68 days when the waiting began")
    assert re.search(r"without an answer in time 1 ", read(city, "/"))
    listed = city.client().get("/v1/overdue").get_json()
    assert [one["number"] for one in listed["reports"]] == [late]
    assert listed["reports"][0]["paused_datetime"] == "2026-05-12T12:00:00+00:00"
    own = read(city, f"/reports/{late}")
    assert "It was 68 days late when the city began to wait." in own
    assert "Until then its date does not count down." in read(city, f"/reports/{in_time}")
    assert read(city, "/reports").count("late: due by") == 2
    assert "Late. It was due by" in read(city, f"/reports/{answered}")
    desk = city.signed_in(Role.WARD_STAFF).get("/desk/queue?overdue=1").text
    assert late in desk
    assert in_time not in desk
    # Work that goes on is as late as ever.
    do(STAFF, change_status, ChangeStatus(late, State.IN_PROGRESS, 3))
    assert "77 days" in read(city, "/overdue")


@pytest.mark.both
def test_a_repeat_says_what_it_repeats_and_from_when_its_date_counts(city: World) -> None:
    first = file(1)
    city.clock.advance(days=9)
    later = file(2)
    assert "first reported" not in read(city, f"/reports/{later}").lower()
    do(STAFF, merge_incidents, MergeIncidents(later, first, "The same hole"))
    page = city.client().get(f"/reports/{later}").text
    shown = read(city, f"/reports/{later}")
    assert f'<a href="/reports/{first}">Report {first}</a>' in page
    assert in_order(shown, "was due by 5 Mar 2026", "counts from 2 Mar 2026 , when it was first")
    assert in_order(shown, "When 11 Mar 2026, 13:00", "First reported 2 Mar 2026, 13:00")
    # What happened stands in the order of time.
    history = shown[shown.index("What happened so far") :]
    assert in_order(history, "First reported 2 Mar", "Reported 11 Mar", "Same as another 11 Mar")
    own = read(city, f"/reports/{first}")
    assert "first reported" not in own.lower()
    assert "Same as" not in own
    # Before the day of the repeat itself, and the files say why.
    listed = city.client().get(f"/open311/v2/requests/{later}.json").get_json()
    assert listed[0]["requested_datetime"].startswith("2026-03-11")
    columns = city.client().get("/data").text
    assert "it may be before requested_datetime" in columns


def test_a_page_says_how_to_follow_and_how_to_answer(sqlite_city: World) -> None:
    number = file()
    client = sqlite_city.client()
    follow = f'<a class="alone" href="/app/reports/{number}">Follow it in the app</a>'
    assert follow in client.get(f"/reports/{number}").text
    assert "Did you report it?" not in client.get(f"/reports/{number}").text
    do(STAFF, change_status, ChangeStatus(number, State.TRIAGED, 1))
    do(STAFF, change_status, ChangeStatus(number, State.WAITING_REPORTER, 2, "Which lamp?"))
    asked = client.get(f"/reports/{number}").text
    assert "Follow it in the app and answer there, or call the city" in asked
    assert follow in asked


def test_the_page_says_the_street_wherever_the_files_do(sqlite_city: World) -> None:
    number: str = do(ANONYMOUS, file_report, a_report(1, address="Salt <Passage>")).number
    client = sqlite_city.client()

    def streets() -> tuple[bool, str | None]:
        (told,) = client.get(f"/open311/v2/requests/{number}.json").get_json()
        return "Salt &lt;Passage&gt;" in client.get(f"/reports/{number}").text, told["address"]

    assert streets() == (True, "Salt <Passage>")
    with unit_of_work(STAFF) as work:
        work.session.execute(sa.update(Service).values(public_grid_metres=100))
    assert streets() == (False, None)
