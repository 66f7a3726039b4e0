"""WebKit, the engine of iPhones, as WebKitGTK's driver has it, on a screen that nobody sees."""

import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DRIVER, SCREEN = "WebKitWebDriver", "Xvfb"
# On a machine with much else to do; what is awaited is there long before, as a rule.
PATIENCE_SECONDS = 30


def missing_part() -> str | None:
    """Why WebKit cannot be driven here; None where it can."""
    for program, package in ((DRIVER, "webkit2gtk-driver"), (SCREEN, "xvfb")):
        if shutil.which(program) is None:
            return f"no {program}: the Debian package {package} is not installed"
    return None


@contextmanager
def webkit(folder: Path) -> Iterator[Any]:
    """A driven WebKit that begins with nothing; what it writes lies in `folder`."""
    # Slow to import, and needed here alone.
    from selenium.webdriver import WebKitGTK, WebKitGTKOptions
    from selenium.webdriver.webkitgtk.service import Service

    with _screen() as display:
        environment = {
            **os.environ,
            "DISPLAY": display,
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            # Tests run as root in containers, where its sandbox has no namespaces to use.
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
        }
        service = Service(shutil.which(DRIVER), log_output=subprocess.DEVNULL, env=environment)
        with warnings.catch_warnings():
            # Selenium's own classes call each other in a way that it has deprecated.
            warnings.filterwarnings("ignore", "setting remote_server_addr", DeprecationWarning)
            driver = WebKitGTK(options=WebKitGTKOptions(), service=service)
        try:
            driver.implicitly_wait(PATIENCE_SECONDS)
            driver.set_script_timeout(PATIENCE_SECONDS)
            yield driver
        finally:
            driver.quit()


@contextmanager
def _screen() -> Iterator[str]:
    """The name of a free display, once it can be drawn on."""
    told, tells = os.pipe()
    command = [SCREEN, "-displayfd", str(tells), "-screen", "0", "800x900x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[tells], stderr=subprocess.DEVNULL)
    os.close(tells)
    try:
        with os.fdopen(told) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        process.terminate()
        process.wait(timeout=10)
