"""A stranger's mail taken apart: who, what, and which photos; nothing in it is ever run or fetched.

Plain words are taken before HTML, of which only the words are kept.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from typing import Any, cast

from lxml import etree

# Deeper than any mail program nests its parts, and shallow enough for whoever walks through them.
_DEEPEST = 20
# The line between two parts (RFC 2046, section 5.1.1) with a head after it.
_BETWEEN = re.compile(rb"^--([\w'()+,./:=?-]{1,70})\r?\n(?=Content-)", re.MULTILINE)
# What is smaller and stands in the words is the ornament of a signature.
_ORNAMENT_BYTES = 16 * 1024
_PHOTO_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")
# Far more than anybody writes, and read in a moment however it is made.
_LONGEST_PAGE = 500_000
_UNSEEN = frozenset({"script", "style", "head", "title", "template"})
_BREAKING = frozenset(
    {"address", "blockquote", "br", "div", "h1", "h2", "h3", "h4", "hr", "li", "p", "table", "tr"}
)
# RFC 3834: what nobody wrote, and what must never be answered.
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})


class MailProblemError(Exception):
    """The bytes are no mail that can be read."""


@dataclass(frozen=True, slots=True)
class ReadMail:
    """What a mail says; `photos` are its pictures as they were sent, `left_out` other files.

    `is_automatic` is what a program sent, `is_echo` what a program sent back: a notice that a mail
    did not arrive, or that somebody is away.
    """

    id: str
    sender: str
    subject: str
    words: str
    photos: tuple[bytes, ...]
    left_out: int
    is_automatic: bool
    is_echo: bool


def read_mail(data: bytes, envelope_from: str, *, most_photos: int, largest: int) -> ReadMail:
    """The mail in `data`; raises `MailProblemError` on what nests too deep to be one.

    `envelope_from` is the address a notice would go back to, empty for none. At most `most_photos`
    pictures of at most `largest` bytes are taken.
    """
    try:
        message = message_from_bytes(data)
        parts = list(_leaves(message))
    except RecursionError as error:
        raise MailProblemError from error
    pictures, others = _files(parts, largest)
    kept = pictures[:most_photos]
    # After the word may stand a parameter or a comment.
    kind = re.split(r"[;\s(]", _raw(message, "Auto-Submitted").lower())[0]
    is_bulk = _raw(message, "Precedence").lower() in _BULK or bool(_raw(message, "List-Id"))
    is_report = message.get_content_type() == "multipart/report"
    return ReadMail(
        id=_raw(message, "Message-ID") or hashlib.sha256(data).hexdigest(),
        sender=parseaddr(_header(message, "Reply-To"))[1]
        or parseaddr(_header(message, "From"))[1]
        or envelope_from,
        subject=" ".join(_header(message, "Subject").split()),
        words=_words(parts),
        photos=tuple(kept),
        left_out=others + len(pictures) - len(kept),
        is_automatic=kind not in {"", "no"} or is_bulk,
        is_echo=not envelope_from or kind == "auto-replied" or is_report,
    )


def without_markup(html: str) -> str:
    """The words of a page, a line for each block; of a very long one those of its beginning."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        page = etree.fromstring(html[:_LONGEST_PAGE].encode(errors="replace"), parser)
    except etree.XMLSyntaxError:
        return ""
    found = "" if page is None else "".join(_said(page))
    lines = (" ".join(line.split()) for line in found.split("\n"))
    return "\n".join(line for line in lines if line)


def _said(page: Any) -> Iterator[str]:
    walk = etree.iterwalk(page, events=("start", "end"))
    for event, element in walk:
        if element.tag in _BREAKING:
            yield "\n"
        text = element.text if event == "start" else element.tail
        if event == "start" and element.tag in _UNSEEN:
            walk.skip_subtree()
        elif text:
            # A line's end in the source is a blank.
            yield text.replace("\n", " ")


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    if depth > _DEEPEST:
        raise RecursionError
    if not message.is_multipart():
        if message.get_content_maintype() == "multipart":
            yield from _leaves(_read_again(message), depth + 1)
        else:
            yield message
        return
    for part in cast("list[Message]", message.get_payload()):
        yield from _leaves(part, depth + 1)


def _read_again(message: Message) -> Message:
    """What should have parts, and does not say or says wrongly what stands between them."""
    body = _bytes(message)
    between = _BETWEEN.search(body)
    head = b'Content-Type: multipart/mixed; boundary="%b"\n' % between[1] if between else b""
    return message_from_bytes(head + b"\n" + body)


def _words(parts: list[Message]) -> str:
    # Words of a kind that nobody here knows are read as plain ones (RFC 2046, section 4.1.4).
    for kind in ("text/plain", "text/html", "text/"):
        for part in parts:
            if part.get_content_type().startswith(kind) and not _is_attached(part):
                text = _text(part)
                return without_markup(text) if kind == "text/html" else text.strip()
    return ""


def _text(part: Message) -> str:
    data = _bytes(part)
    for charset in (part.get_content_charset, lambda: "utf-8"):
        try:
            return data.decode(charset() or "utf-8")
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def _files(parts: list[Message], largest: int) -> tuple[list[bytes], int]:
    """The pictures, and how many other files there are."""
    pictures, others = [], 0
    for part in parts:
        is_text = part.get_content_maintype() == "text" and not _is_attached(part)
        if is_text:
            continue
        data, is_picture = _bytes(part), _is_picture(part)
        if is_picture and not _is_attached(part) and len(data) < _ORNAMENT_BYTES:
            continue
        if is_picture and 0 < len(data) <= largest:
            pictures.append(data)
        else:
            others += 1
    return pictures, others


def _is_attached(part: Message) -> bool:
    return _raw(part, "Content-Disposition").lower().startswith("attachment")


def _is_picture(part: Message) -> bool:
    if part.get_content_maintype() == "image":
        return True
    try:
        name = part.get_filename() or ""
    except ValueError:
        return False
    # Some mail programs do not know what they send.
    return name.lower().endswith(_PHOTO_ENDINGS)


def _bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _header(message: Message, name: str) -> str:
    text = _raw(message, name)
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, ValueError, MessageError):
        return text


def _raw(message: Message, name: str) -> str:
    # As it stands there: what parses headers fails on some that mail programs do write.
    found = (value for key, value in message.raw_items() if key.lower() == name.lower())
    text = str(next(found, ""))
    return " ".join(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").split())
