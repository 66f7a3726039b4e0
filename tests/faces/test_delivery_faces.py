"""What becomes of winners through the faces: public pages, the desk's forms, the API, the files."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from acting import do
from described import check_described
from full_city import HOSTILE
from page_reader import read_page
from winners import BUILDER, SLUG, SPENDING, TODAY, begin, count_winners, now
from worlds import World, csrf

from backend.ballots.delivery.record_spending import record_spending
from backend.core.actors import Role
from backend.exports.csv_file import unguarded
from backend.migrations.versions.v0022_delivery import PURPOSES as BEGUN_WITH
from backend.web.budget.delivery_words import PURPOSES

PAGE = f"/budget/{SLUG}/projects"
DESK = f"/desk{PAGE}"


def test_the_purposes_a_city_begins_with_are_in_the_catalogues() -> None:
    assert tuple(BEGUN_WITH.values()) == PURPOSES


def test_staff_take_a_project_from_a_name_to_its_failure_by_forms_alone(
    sqlite_city: World,
) -> None:
    count_winners(sqlite_city)
    desk, public = sqlite_city.signed_in(Role.WARD_STAFF), sqlite_city.client()
    token = csrf(desk, f"{DESK}/PARK")

    def send(act: str, status: int = 302, **form: str) -> str:
        form |= {"csrf_token": token, "version": str(now("PARK").version)}
        answer = desk.post(f"{DESK}/PARK/{act}", data=form)
        assert answer.status_code == status, answer.text
        return str(answer.text)

    assert "Nobody is named yet" in public.get(f"{PAGE}/PARK").text
    send("deliverer", deliverer=f"Parks {HOSTILE}", public_contact="parks@town.example")
    send("milestones", title="Dig", due_on=(TODAY - timedelta(days=3)).isoformat())
    assert "Not a day" in send("milestones", 422, title="Dig", due_on="soon")
    refused = send("milestones", 422, title="Dig <i>", due_on="soon", words="By hand")
    assert 'value="Dig &lt;i&gt;"' in refused
    assert ">By hand</textarea>" in refused
    assert read_page(refused).faults == []
    assert "3 days late" in public.get(f"{PAGE}/PARK").text
    gone = (TODAY - timedelta(days=1)).isoformat()
    assert "This day is over" in send("milestones/1/day", 422, due_on=gone, reason="Wet ground")
    assert "This day is over" in send("reassessment", 422, on=gone)
    send("milestones/1/day", due_on=TODAY.isoformat(), reason="Wet ground")
    page = public.get(f"{PAGE}/PARK").text
    for words in ("Wet ground", "3 days later", "First said"):
        assert words in page
    assert HOSTILE not in page
    send("reassessment", on=TODAY.isoformat())
    send("state", state="under_way")
    entry = {"id": str(UUID(int=5)), "spent_on": TODAY.isoformat(), "purpose": "works"}
    assert 'value="1,5"' in send("spending", 422, amount="1,5", words="Bill", **entry)
    slip = send("spending", 422, amount="300000.01", words="Bill", **entry)
    assert "more than 10 times" in slip
    assert 'name="is_large"' in slip
    large = {"amount": "300000.01", "words": "Bill", "is_large": "yes"}
    send("spending", **entry | large | {"id": str(UUID(int=7))})
    send("spending/1/back", id=str(UUID(int=8)), reason="A trial")
    send("spending", amount="30000.01", words="Bill", **entry)
    assert "0.01 EUR over" in public.get(f"{PAGE}/PARK").text
    send("spending/3/back", id=str(UUID(int=6)), reason="Not ours")
    send("milestones/1/state", state="done")
    send("state", state="built")
    assert "Later the city looks again" in public.get(f"{PAGE}/PARK").text
    send("result", result="failed", words="Nobody comes")
    page = public.get(f"{PAGE}/PARK").text
    assert "Later the city" not in page
    for words in (
        "the city has looked again",
        "It failed",
        "Nobody comes",
        "Takes back entry 1",
        "Was taken back",
    ):
        assert words in page
    send("state", 422, state="perfect")
    form = {"csrf_token": token, "version": "1", "state": "under_way", "reason": "x"}
    assert desk.post(f"{DESK}/PARK/state", data=form).status_code == 409
    assert public.post(f"{DESK}/PARK/state", data=form).status_code in {400, 401}
    assert public.get(DESK).status_code == 401
    assert sqlite_city.signed_in(Role.ANALYST).get(DESK).status_code == 403


def test_everybody_and_every_program_reads_the_same(sqlite_city: World) -> None:
    client = sqlite_city.client()
    count_winners(sqlite_city)
    begin("SWING", TODAY - timedelta(days=7))
    do(BUILDER, record_spending, replace(SPENDING, code="SWING", payee="=Firm & Co"))
    page = client.get(PAGE).text
    assert "0 of 3 projects are built. One is late." in page
    assert page.index("The swing") < page.index("The park")
    assert "moon" not in page
    answer = client.get(f"/v1/cycles/{SLUG}/projects")
    check_described("/v1/cycles/{slug}/projects", answer)
    assert [one["code"] for one in answer.json["projects"]] == ["SWING", "PARK", "TREES"]
    one = client.get(f"/v1/cycles/{SLUG}/projects/SWING")
    check_described("/v1/cycles/{slug}/projects/{code}", one)
    assert (one.json["spent"], one.json["progress"]["late_days"]) == (10_000_00, 7)
    for address in (f"{PAGE}/MOON", f"/v1/cycles/{SLUG}/projects/MOON", "/v1/cycles/x/projects"):
        assert client.get(address).status_code == 404
    first = table(sqlite_city, "projects.csv")[0]
    assert (first["code"], first["spent"], first["late_days"]) == ("SWING", "1000000", "7")
    assert [row["payee"] for row in table(sqlite_city, "spending.csv")] == ["=Firm & Co"]
    [safe] = table(sqlite_city, "spending-spreadsheet.csv")
    assert (safe["payee"], unguarded(safe["payee"])) == ("'=Firm & Co", "=Firm & Co")
    for name in ("spending-x.csv", "votes.csv", "projects"):
        assert client.get(f"/data/budgets/{SLUG}/{name}").status_code == 404


def test_before_the_count_there_is_nothing_and_staff_keep_the_purposes(sqlite_city: World) -> None:
    count_winners(sqlite_city)
    desk = sqlite_city.signed_in(Role.ADMIN)
    form = {"csrf_token": csrf(desk, DESK), "code": "lighting", "name": HOSTILE, "is_open": "yes"}
    assert "3 have no plan" in desk.get(DESK).text
    assert desk.post(f"/desk/budget/{SLUG}/purposes", data=form).headers["Location"] == DESK
    assert HOSTILE not in desk.get(DESK).text
    assert "lighting" in desk.get(f"{DESK}/PARK").text
    for said, status in (("", 422), ("closed", 422), ("no", 302)):
        assert "lighting" in desk.get(f"{DESK}/PARK").text
        sent = desk.post(f"/desk/budget/{SLUG}/purposes", data=form | {"is_open": said})
        assert sent.status_code == status
    assert "lighting" not in desk.get(f"{DESK}/PARK").text


def table(world: World, name: str) -> list[dict[str, str]]:
    answer = world.client().get(f"/data/budgets/{SLUG}/{name}")
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
