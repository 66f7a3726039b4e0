"""Browsers in which somebody signed in to an account before.

Whoever guesses from elsewhere uses up the tries of all unknown browsers together, and does not
shut these out: each has tries of its own, as OWASP's "Slow Down Online Guessing Attacks with
Device Cookies" has it.
"""

from datetime import timedelta
from hmac import compare_digest

from backend.core.keys import keyed_hash
from backend.core.runtime import Runtime

KEPT = timedelta(days=180)


def mark_browser(runtime: Runtime, name: str) -> str:
    """A new mark for a browser, good for the account of that `name` alone."""
    random = runtime.ids.token()
    return f"{random}.{_seal(runtime, name, random)}"


def known_browser(runtime: Runtime, name: str, mark: str) -> str:
    """What tells the browser of a genuine `mark` from others; empty for any other."""
    random, _, seal = mark.partition(".")
    is_genuine = compare_digest(seal.encode(), _seal(runtime, name, random).encode())
    return random if is_genuine else ""


def mark_name(runtime: Runtime, name: str) -> str:
    """The name a mark is kept by: several people may share a browser."""
    return f"evenward-browser-{keyed_hash(runtime.settings.hash_key, 'staff name', name)[:12]}"


def _seal(runtime: Runtime, name: str, random: str) -> str:
    return keyed_hash(runtime.settings.hash_key, "known browser", f"{name} {random}")
