"""Every route says who may use it, and one that does not is closed."""

import uuid
from collections.abc import Iterator

from werkzeug.routing import IntegerConverter, Rule, UUIDConverter
from worlds import World, create_world

from backend.core.access import declared_access


def routes(world: World) -> Iterator[tuple[Rule, str]]:
    for rule in world.app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            yield rule, method


def some_path(world: World, rule: Rule) -> str:
    values: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        if isinstance(converter, IntegerConverter):
            values[name] = 1
        else:
            values[name] = uuid.UUID(int=1) if isinstance(converter, UUIDConverter) else "x"
    return world.app.url_map.bind("localhost").build(rule.endpoint, values)


def test_every_route_declares_its_access(sqlite_city: World) -> None:
    found = list(routes(sqlite_city))
    assert len(found) > 20
    silent = [
        f"{method} {rule.rule}"
        for rule, method in found
        if declared_access(rule.endpoint, method) is None
    ]
    assert silent == []


def test_a_route_without_declaration_is_refused_on_every_path(sqlite_city: World) -> None:
    world = create_world(sqlite_city.data_dir)
    app = world.app
    app.config["WTF_CSRF_ENABLED"] = False
    for endpoint in app.view_functions:
        app.view_functions[endpoint] = lambda **_: "let in"
    client = world.client()
    for rule, method in routes(world):
        answer = client.open(some_path(world, rule), method=method)
        assert answer.status_code == 403, f"{method} {rule.rule}"
        assert "access-not-declared" in answer.text
