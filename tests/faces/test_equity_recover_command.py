"""`equity recover` as somebody runs it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backend.cli.equity_recover import recover_command


def run(*options: str) -> Result:
    return CliRunner().invoke(recover_command, [*options])


def squares(path: Path, **wrong: object) -> str:
    """A map of four by three squares."""
    features = []
    for number in range(12):
        x, y = number % 4, number // 4
        ring = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
        figures = {
            "population": 9000 + number,
            "over65": 900 + 200 * x,
            "per_capita_income": 20 + y,
        }
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [ring]},
                "properties": {"name": f"n{number}"} | figures | wrong,
            }
        )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return str(path)


def test_the_same_seeds_give_the_same_figures_for_programs_and_for_people():
    command = ("--seeds", "1", "--scenario", "9", "--scenario", "none", "--model", "poisson")
    first, again, table = run(*command, "--json"), run(*command, "--json"), run(*command)
    assert first.exit_code == 0
    assert first.output == again.output
    document = json.loads(first.output)
    assert document["passed"] is False
    assert (document["areas"], document["neighbour_pairs"]) == (77, 200)
    sparse, none = document["scenarios"]
    assert sparse["mean"]["incidents"] == pytest.approx(0.79 * 15 * 77, rel=0.1)
    assert none["mean"]["slope"] is None
    [flagged] = none["checks"]
    assert flagged["most"] == 0.05
    assert f"flagged {flagged['value']:.3f} is not in 0 to 0.05" in table.output


def test_the_map_may_be_a_file(tmp_path: Path):
    path = tmp_path / "map.geojson"
    command = ("--seeds", "1", "--scenario", "1", "--model", "poisson", "--json", "--boundaries")
    document = json.loads(run(*command, squares(path)).output)
    assert (document["areas"], document["neighbour_pairs"]) == (12, 17)
    refused = run(*command, squares(path, over65=None))
    assert refused.exit_code == 2
    assert "Area 1 has no number above 0 in 'over65'" in refused.output
    path.write_text("{")
    assert "no GeoJSON" in run(*command, str(path)).output
