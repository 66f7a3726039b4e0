"""What came of the last try, in sentences for whoever runs the city, with what to do."""

_AGAIN = "Then send it again: python -m backend webhooks redeliver ID."
_ANEW = "remove this webhook, and add the right address."

_UNSENT = {
    "no-answer": "Nobody answered. See whether the receiver runs, and whether this server "
    f"can reach it. {_AGAIN}",
    "certificate-not-valid": "The receiver's certificate does not prove its name, so nothing was "
    f"sent. Let it be renewed; for an authority of your own set SSL_CERT_FILE. {_AGAIN}",
    "host-unknown": "Nobody knows the host: its name has no address. See whether this server can "
    f"look names up. If the name is wrong, {_ANEW}",
    "address-private": "The address leads to a private network, and nothing was sent. If that is "
    f"meant, list the network in EVENWARD_WEBHOOK_NETWORKS. {_AGAIN}",
    "address-not-https": "The address does not begin with https://, so anybody on the way could "
    f"read what is sent, and nothing was. To be told, {_ANEW}",
    "address-not-valid": f"This is no address to send to. To be told, {_ANEW}",
}
_NO_ENTRY = f"does not let us in. Let it take what this webhook's secret has signed. {_AGAIN}"
_BUSY = f"has too much to do, or is down. Wait until it is well. {_AGAIN}"
_ANSWERED = {
    401: _NO_ENTRY,
    403: _NO_ENTRY,
    404: f"has nothing at this address. If the address is wrong, {_ANEW}",
    410: "wants nothing more, and a delivery with this answer stops the webhook. If that is wrong, "
    "python -m backend webhooks redeliver ID starts it again.",
    **dict.fromkeys((429, 502, 503, 504), _BUSY),
}
_BY_HUNDRED = {
    2: "took it.",
    3: f"sends us elsewhere, where nothing is sent. To be told, {_ANEW}",
    4: f"does not want what was sent. Its own log says why. {_AGAIN}",
}
_FAILED = f"failed. Its own log says why. {_AGAIN}"
_UNTRIED = f"It was not tried: it waited too long, or the webhook was stopped. {_AGAIN}"


def answer_words(status: int | None, error: str | None) -> str:
    """A try by the status of the answer, or by the reason why there is none; never tried, neither.

    `error` is a reason of `Unposted`.
    """
    if status is not None:
        words = _ANSWERED.get(status) or _BY_HUNDRED.get(status // 100, _FAILED)
        return f"The receiver answered with status {status}: it {words}"
    return _UNTRIED if error is None else _UNSENT[error]
