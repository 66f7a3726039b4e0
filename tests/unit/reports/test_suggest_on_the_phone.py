"""The phone suggests the same kinds of problem as the city, though it runs other code."""

import json
import shutil
import subprocess

import pytest
from sources import ROOT

from backend.demo.catalogue import SERVICES, service_words
from backend.reports.suggest_service import Suggestible, suggest_services

TYPESCRIPT = ROOT / "node_modules" / "typescript"
ON_THE_PHONE = ROOT / "mobile-api" / "client" / "src" / "report" / "suggest.ts"
RUN = """
const ts = require(process.argv[1]);
const { readFileSync } = require("fs");
const { dirname, resolve } = require("path");
const load = (path) => {
  const code = ts.transpile(readFileSync(path, "utf8"), { module: 1, target: 9 });
  const exports = {};
  const other = (name) => load(resolve(dirname(path), name.replace(/js$/, "ts")));
  new Function("exports", "require", code)(exports, other);
  return exports;
};
const { suggest } = load(process.argv[2]);
const { said, services } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(said.map((text) => suggest(text, services))));
"""
SAID = [
    "There's a huge POT-HOLE outside number 9, and a street-light is out",
    "It smells of gas/petrol… by the STRASSE, straße",
    "Árbol caído sobre el carril bici; huele a GAS",
    "Wielka dziura w jezdni, latarnia nie świeci",
    "توجد حُفرة كبيرة في الطريق وعمود الإنارة لا يعمل",
    "a\u200bwire, (cable)! traffic_light’s 2️⃣ red lights",
    "",
    "*** $^ [x]",
]


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("node") is None or not TYPESCRIPT.is_dir(),
    reason="Node or what the phone client is built with is not here",
)
def test_the_phone_and_the_city_suggest_the_same() -> None:
    services = [
        {
            "service_code": one.service_code,
            "severity_band": one.severity_band,
            "keywords": said["keywords"] + ["straße*", "*sel*", "a", "red lights"],
        }
        for one in SERVICES
        for said in service_words()[one.service_code]
    ]
    # A code for each language of a kind, so that no two are the same.
    for number, one in enumerate(services):
        one["service_code"] = f"{one['service_code']}-{number}"
    cities = [
        Suggestible(one["service_code"], one["severity_band"], tuple(one["keywords"]))
        for one in services
    ]
    expected = [[(one.code, one.points) for one in suggest_services(text, cities)] for text in SAID]
    on_the_phone = [
        [(one["code"], one["points"]) for one in found] for found in _on_the_phone(services)
    ]
    assert on_the_phone == expected
    assert sum(map(bool, expected)) == 6


def _on_the_phone(services: list[dict[str, object]]) -> list[list[dict[str, object]]]:
    done = subprocess.run(
        ["node", "-e", RUN, str(TYPESCRIPT), str(ON_THE_PHONE)],
        input=json.dumps({"said": SAID, "services": services}),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[list[dict[str, object]]] = json.loads(done.stdout)
    return found
