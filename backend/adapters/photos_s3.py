"""Photos in an S3-compatible object store."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from backend.core.errors import Unavailable

_HABITS = Config(
    connect_timeout=5,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 3},
    # Stores other than Amazon's know neither bucket host names nor its newer checksums.
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class S3Store:
    """One bucket; `endpoint` is empty for Amazon's own.

    Without a key of its own the client finds the machine's (a role, a profile).
    """

    def __init__(
        self, bucket: str, *, endpoint: str, region: str, access_key: str, secret_key: str
    ) -> None:
        self._bucket = bucket
        self._client = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=region or None,
            aws_access_key_id=access_key or None,
            aws_secret_access_key=secret_key or None,
            config=_HABITS,
        )

    def put(self, name: str, data: bytes) -> None:
        """One object; the store itself keeps it whole or not at all."""
        with _reachable():
            self._client.put_object(Bucket=self._bucket, Key=name, Body=data)

    def get(self, name: str) -> bytes | None:
        """The object's bytes."""
        with _reachable():
            try:
                found = self._client.get_object(Bucket=self._bucket, Key=name)
            except self._client.exceptions.NoSuchKey:
                return None
            data: bytes = found["Body"].read()
        return data

    def delete(self, name: str) -> None:
        """The object, and where the bucket keeps versions, each of them."""
        with _reachable():
            answer = self._client.delete_object(Bucket=self._bucket, Key=name)
            if answer.get("DeleteMarker"):
                for version in self._versions(name):
                    self._client.delete_object(Bucket=self._bucket, Key=name, VersionId=version)

    def names(self, prefix: str) -> Iterator[str]:
        """The listing, a thousand names at a time."""
        with _reachable():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                yield from (item["Key"] for item in page.get("Contents", ()))

    def _versions(self, name: str) -> list[str]:
        pages = self._client.get_paginator("list_object_versions")
        return [
            item["VersionId"]
            for page in pages.paginate(Bucket=self._bucket, Prefix=name)
            for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
            if item["Key"] == name
        ]


@contextmanager
def _reachable() -> Iterator[Any]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable("photo-store-unreachable") from error
