"""Where photos are kept: the data folder and an S3-compatible store do the same."""

import uuid
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from ports import free_port

from backend.adapters.photos_fs import FileStore
from backend.app import create_bare_app
from backend.core.config import Settings
from backend.core.errors import Unavailable
from backend.core.ports import MediaStore
from backend.core.runtime import EXTENSION


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    """An S3 server of the tests' own, on loopback."""
    if find_spec("moto") is None or find_spec("flask_cors") is None:
        pytest.skip("moto's server is not installed (moto[server])")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["files", "s3"])
def media(request: pytest.FixtureRequest, tmp_path: Path) -> MediaStore:
    if request.param == "files":
        return FileStore(tmp_path / "photos")
    return s3_store(request.getfixturevalue("s3_endpoint"), tmp_path)


def s3_store(endpoint: str, folder: Path) -> Any:
    """The store of a city that has a bucket, as its settings make it; the bucket is new."""
    bucket = f"city-{uuid.uuid4()}"
    settings = Settings(
        data_dir=folder,
        s3_bucket=bucket,
        s3_endpoint=endpoint,
        s3_region="us-east-1",
        s3_access_key="a key",
        s3_secret_key="its secret",
    )
    store = create_bare_app(settings).extensions[EXTENSION].media
    store._client.create_bucket(Bucket=bucket)
    return store


def test_what_is_put_is_there_until_it_is_deleted(media: MediaStore) -> None:
    whole = bytes(range(256)) * 4096
    media.put("pictures/0a/one.jpg", whole)
    media.put("pieces/two", b"first")
    media.put("pieces/two", b"second")
    media.put("pieces/two-and-more", b"")
    assert media.get("pictures/0a/one.jpg") == whole
    assert media.get("pieces/two") == b"second"
    assert media.get("pieces/two-and-more") == b""
    assert media.get("pieces/three") is None
    assert set(media.names("pieces/")) == {"pieces/two", "pieces/two-and-more"}
    assert set(media.names("pictures/")) == {"pictures/0a/one.jpg"}
    assert list(media.names("nothing/")) == []
    for _ in range(2):
        media.delete("pieces/two")
        assert media.get("pieces/two") is None
    assert set(media.names("pieces/")) == {"pieces/two-and-more"}


def test_a_bucket_that_keeps_versions_keeps_none_of_what_is_deleted(
    s3_endpoint: str, tmp_path: Path
) -> None:
    store = s3_store(s3_endpoint, tmp_path)
    bucket, client = store._bucket, store._client
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for data in (b"uncovered", b"covered"):
        store.put("a.jpg", data)
    store.put("a.jpg.other", b"of another photo")
    store.delete("a.jpg")
    answer = client.list_object_versions(Bucket=bucket)
    assert [one["Key"] for one in answer["Versions"]] == ["a.jpg.other"]
    assert "DeleteMarkers" not in answer


def test_a_crash_in_the_middle_leaves_nothing_that_could_be_taken_for_a_photo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileStore(tmp_path)
    store.put("pieces/one", b"before")

    def crash(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", crash)
        for name in ("pieces/one", "pieces/two"):
            with pytest.raises(KeyboardInterrupt):
                store.put(name, b"after")
    assert store.get("pieces/one") == b"before"
    assert store.get("pieces/two") is None
    for name in ("pieces/one", "pieces/two"):
        store.delete(name)
    assert list(store.names("pieces/")) == []


def test_a_store_that_is_away_is_said_to_be_away(tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("a file where the folder should be")
    blocked = FileStore(tmp_path / "photos")
    closed = create_bare_app(
        Settings(
            data_dir=tmp_path,
            s3_bucket="city",
            s3_endpoint=f"http://127.0.0.1:{free_port()}",
            s3_region="us-east-1",
            s3_access_key="a key",
            s3_secret_key="its secret",
        )
    ).extensions[EXTENSION]
    for store in (blocked, closed.media):
        for act in (
            lambda store=store: store.put("a.jpg", b"x"),
            lambda store=store: store.get("a.jpg"),
            lambda store=store: store.delete("a.jpg"),
        ):
            with pytest.raises(Unavailable):
                act()
