"""Settings: what cannot be right or is not safe is refused before anything starts."""

from pathlib import Path

import pytest

from backend.app import create_bare_app
from backend.cli.serve import run_server
from backend.core.cities import read_cities
from backend.core.config import ConfigError, Mode, Settings, read_settings
from backend.core.keys import new_keys
from backend.core.worker import Worker

PRODUCTION = {"EVENWARD_MODE": "production"}

REFUSED = {
    "EVENWARD_PROT": ("9000", "Did you mean EVENWARD_PORT?"),
    "EVENWARD_DATABSE_URL": ("x", "Did you mean EVENWARD_DATABASE_URL?"),
    "EVENWARD_XYZZY": ("1", "There is no setting EVENWARD_XYZZY. `python -m backend config`"),
    "EVENWARD_PORT": ("eight", "EVENWARD_PORT cannot be 'eight'"),
    "EVENWARD_THREADS": ("-1", "EVENWARD_THREADS cannot be '-1'"),
    "EVENWARD_PUBLIC_URL": ("reports.city", "EVENWARD_PUBLIC_URL cannot be 'reports.city'"),
    "EVENWARD_LANGUAGES": ("en,xx", "EVENWARD_LANGUAGES cannot be 'en,xx'"),
    "EVENWARD_MODE": ("staging", "development (loopback only"),
    "EVENWARD_SIGN_IN_LIMIT": ("sometimes", "EVENWARD_SIGN_IN_LIMIT cannot be 'sometimes'"),
    "EVENWARD_REPORT_LIMIT": ("10", "EVENWARD_REPORT_LIMIT cannot be '10'"),
    "EVENWARD_BASEMAP": ("raster https://tiles.org/{z}/{x}/{y}.png", "EVENWARD_BASEMAP cannot be"),
    "EVENWARD_LOG_LEVEL": ("loud", "EVENWARD_LOG_LEVEL cannot be 'loud'"),
    "EVENWARD_DATABASE_URL": ("mysql://u:pw-of-ours@h/d", "EVENWARD_DATABASE_URL cannot be"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_setting_that_cannot_be_is_refused(name: str) -> None:
    text, words = REFUSED[name]
    with pytest.raises(ConfigError) as refusal:
        read_settings({name: text})
    assert words in str(refusal.value)
    assert "pw-of-ours" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("EVENWARD_DATABASE_URL", "postgresql://ev:pw-of-ours@127.0.0.1:abc/x"),
        ("EVENWARD_DATABASE_URL", "postgresql://ev:pw-of-ours@127.0.0.1:65536/x"),
        ("EVENWARD_DATABASE_URL", "postgresql"),
        ("EVENWARD_REDIS_URL", "foo"),
        ("EVENWARD_REDIS_URL", "127.0.0.1:6379"),
        ("EVENWARD_REDIS_URL", "redis://:pw-of-ours@127.0.0.1:abc"),
        ("EVENWARD_REDIS_URL", "http://127.0.0.1:6379"),
        ("EVENWARD_PORT", "65536"),
    ],
)
def test_an_address_nobody_could_connect_to_is_refused(name: str, text: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} cannot be ") as refusal:
        read_settings({name: text})
    assert "pw-of-ours" not in str(refusal.value)


def test_addresses_of_databases_are_taken_as_they_are() -> None:
    for url in (
        "postgresql://ev:p%40w@db.city:5432/x?sslmode=require",
        "postgres:///x?host=/run/postgresql",
        "postgresql+psycopg://ev@[::1]/x",
        "sqlite:////srv/city.sqlite3",
    ):
        assert read_settings({"EVENWARD_DATABASE_URL": url}).database_url == url
    for url in ("redis://127.0.0.1", "rediss://:word@cache.city:6380/2", "unix:///run/redis.sock"):
        assert read_settings({"EVENWARD_REDIS_URL": url}).redis_url == url
    assert read_settings({"EVENWARD_PORT": "65535"}).port == 65535


def test_no_server_is_left_without_a_thread() -> None:
    with pytest.raises(ConfigError, match="EVENWARD_THREADS cannot be '0'"):
        read_settings({"EVENWARD_THREADS": "0"})
    assert read_settings({"EVENWARD_THREADS": "1"}).threads == 1


@pytest.mark.parametrize("text", ["https://", "ftp://reports.city", "https://a.city?b", "//a.city"])
def test_what_is_no_address_of_the_city_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="EVENWARD_PUBLIC_URL"):
        read_settings({"EVENWARD_PUBLIC_URL": text})
    for site in ("https://reports.city.org/", "http://127.0.0.1:8000", "https://city.org/reports"):
        assert read_settings({"EVENWARD_PUBLIC_URL": site}).public_url == site


def test_blank_is_not_set_and_other_names_are_not_ours() -> None:
    settings = read_settings({"EVENWARD_PORT": " ", "HOME": "/root", "evenward_port": "1"})
    assert settings == Settings()
    with pytest.raises(AttributeError):
        settings.port = 1  # type: ignore[misc]


def test_the_data_folder_is_the_same_wherever_a_program_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for settings in (Settings(), read_settings({"EVENWARD_DATA_DIR": "var"})):
        assert settings.data_dir == tmp_path / "var"


def test_production_brings_its_own_keys(tmp_path: Path) -> None:
    keys = {f"EVENWARD_{name.upper()}": value for name, value in new_keys().items()}
    where = {"EVENWARD_DATA_DIR": str(tmp_path / "var")}
    for missing in keys:
        some = {name: value for name, value in keys.items() if name != missing}
        settings = read_settings(PRODUCTION | where | some)
        with pytest.raises(ConfigError, match=missing):
            create_bare_app(settings)
    assert not (tmp_path / "var").exists()
    assert create_bare_app(read_settings(PRODUCTION | where | keys)).config["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize("short", ["hash_key", "secret_keys"])
def test_production_refuses_a_key_that_can_be_guessed(tmp_path: Path, short: str) -> None:
    keys = {f"EVENWARD_{name.upper()}": value for name, value in new_keys().items()}
    name, where = f"EVENWARD_{short.upper()}", {"EVENWARD_DATA_DIR": str(tmp_path / "var")}
    given = keys[name] + ",abc" if short == "secret_keys" else "abc"
    with pytest.raises(ConfigError, match=f"{name} is too short"):
        create_bare_app(read_settings(PRODUCTION | where | keys | {name: given}))
    assert not (tmp_path / "var").exists()
    create_bare_app(read_settings(PRODUCTION | where | keys | {name: keys[name][:16]}))


def test_development_makes_keys_once_that_only_their_owner_reads(tmp_path: Path) -> None:
    first = create_bare_app(Settings(data_dir=tmp_path)).extensions["evenward"].settings
    again = create_bare_app(Settings(data_dir=tmp_path)).extensions["evenward"].settings
    assert first == again
    assert first.secret_keys
    assert first.hash_key
    kept = [path for path in tmp_path.iterdir() if "keys" in path.name]
    assert [path.stat().st_mode & 0o077 for path in kept] == [0]


def test_only_the_owner_reads_what_the_worker_is_nudged_with(tmp_path: Path) -> None:
    app = create_bare_app(Settings(data_dir=tmp_path))
    for _ in range(2):
        Worker(app, {}, (), {})
        files = [one for one in tmp_path.iterdir() if one.name.startswith("nudges.sqlite3")]
        assert files
        assert {one.stat().st_mode & 0o777 for one in files} == {0o600}
        for one in files:
            one.chmod(0o644)


def test_production_refuses_the_emulator_that_accepts_unsigned_tokens() -> None:
    emulator = {"FIREBASE_AUTH_EMULATOR_HOST": "127.0.0.1:9099"}
    with pytest.raises(ConfigError, match="FIREBASE_AUTH_EMULATOR_HOST"):
        read_settings(PRODUCTION | emulator)
    assert read_settings(emulator).mode is Mode.DEVELOPMENT
    assert read_settings(PRODUCTION | {"FIREBASE_AUTH_EMULATOR_HOST": ""}).is_production


@pytest.mark.parametrize("name", ["firebase_web", "firebase_credentials"])
def test_firebase_needs_its_project(tmp_path: Path, name: str) -> None:
    web = '{"apiKey": "x", "authDomain": "city.firebaseapp.com"}'
    given = {"EVENWARD_DATA_DIR": str(tmp_path), f"EVENWARD_{name.upper()}": web}
    with pytest.raises(ConfigError, match=f"EVENWARD_{name.upper()} needs EVENWARD_FIREBASE_PROJ"):
        create_bare_app(read_settings(given))


def test_ids_of_firebase_projects_are_googles() -> None:
    for project in ("demo-city", "city-1f2e3", "city.example:city-1f2e3"):
        settings = read_settings({"EVENWARD_FIREBASE_PROJECT": project})
        assert settings.firebase_project == project


@pytest.mark.parametrize(
    "content", [None, "root:x:0:0::/root:/bin/sh\n", "[]", '{"type": "x"}', "ÿ"]
)
def test_what_is_no_service_account_is_refused_at_the_start(
    tmp_path: Path, content: str | None
) -> None:
    account = tmp_path / "account.json"
    if content is not None:
        account.write_text(content, encoding="latin-1")
    firebase = {"firebase_project": "demo-city", "firebase_credentials": account}
    with pytest.raises(ConfigError) as refusal:
        create_bare_app(Settings(data_dir=tmp_path, **firebase))
    words = str(refusal.value)
    assert words.startswith(f"EVENWARD_FIREBASE_CREDENTIALS names {account}, which is no service")
    assert ("(No such file or directory)" in words) == (content is None)
    assert "unset it: signing in needs none" in words
    assert "root" not in words.replace(str(tmp_path), "")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "city.example"])
def test_development_listens_on_this_machine_only(tmp_path: Path, host: str) -> None:
    with pytest.raises(ConfigError, match="this machine only"):
        run_server(Settings(data_dir=tmp_path / "var", host=host), has_worker=False)
    assert not (tmp_path / "var").exists()


OWN = 'hosts = ["{host}"]\ndata_dir = "{folder}"\n'
KEY = "k1:" + "A" * 43 + "="
SHARED = {
    "the folder": ('data_dir = "var/a"', 'data_dir = "./var/../var/a"'),
    "the database": ('database_url = "postgresql://h/d"',) * 2,
    "the database under another scheme": (
        'database_url = "postgres://h/d"',
        'database_url = "postgresql://h:5432/d"',
    ),
    "the database under another user": (
        'database_url = "postgresql://one@h/d"',
        'database_url = "postgresql://other:pw@h/d?sslmode=require"',
    ),
    "the embedded database of the other": ("", 'database_url = "sqlite:///{a}/city.sqlite3"'),
    "the secret": ('secret_keys = ["new", "s"]', 'secret_keys = "s"'),
    "the field key": (f'field_keys = "{KEY}"', f'field_keys = "{KEY.replace("k1", "k2")}"'),
    "the hash key": ('hash_key = "h"', 'hash_key = "h"'),
    "a key for two purposes": ('hash_key = "h"', 'secret_keys = "h"'),
}


@pytest.mark.parametrize("kind", SHARED)
def test_two_cities_share_nothing(tmp_path: Path, kind: str) -> None:
    tables = []
    for number, lines in enumerate(SHARED[kind]):
        folder = tmp_path / "ab"[number]
        own = OWN.format(host=f"{number}.example", folder=folder)
        if "data_dir" in lines:
            own = f'hosts = ["{number}.example"]\n'
        tables.append(f"[[city]]\n{own}{lines.format(a=tmp_path / 'a')}\n")
    with pytest.raises(ConfigError, match="share a data folder, database or key"):
        cities(tmp_path, "".join(tables))


def test_the_file_of_cities_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    one = "[[city]]\n" + OWN.format(host="A.example", folder="var/a")
    refused = {
        "": "names no city",
        "[[city]\n": "cannot be read",
        '[[city]]\nhosts = ["a"]': "needs hosts",
        '[[city]]\ndata_dir = "a"': "needs hosts",
        '[[city]]\nhosts = "a"\ndata_dir = "a"': "needs hosts",
        one + 'databse_url = "x"': "Did you mean database_url of city 1?",
        one + "[[city]]\n" + OWN.format(host="a.EXAMPLE", folder="var/b"): "a.example belongs to",
    }
    for text, words in refused.items():
        with pytest.raises(ConfigError) as refusal:
            cities(tmp_path, text)
        assert words in str(refusal.value)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_cities(Settings(cities=tmp_path / "none.toml"))
    found = cities(tmp_path, one)
    assert list(found) == ["a.example"]
    # Keys and database of the process are no city's.
    assert (found["a.example"].hash_key, found["a.example"].database_url) == ("", "")


def cities(folder: Path, text: str) -> dict[str, Settings]:
    path = folder / "cities.toml"
    path.write_text(text)
    return read_cities(Settings(cities=path, hash_key="process", database_url="postgresql://p/p"))
