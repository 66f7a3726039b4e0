"""Mails of strangers: what they say, what came with them, and what nobody wrote."""

from base64 import b64encode
from contextlib import suppress
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.adapters.mail_message import MailProblemError, ReadMail, read_mail, without_markup

SENDER = "ada@lanterns.example"
PICTURE = b"\xff\xd8\xff" + bytes(20_000)


def a_mail(words: str = "A deep hole", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Ada Żurek <ada@lanterns.example>"
    mail["To"] = "reports@testwick.example"
    mail["Subject"] = "Hole by the młyn"
    mail["Message-ID"] = "<1@lanterns.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(words)
    return mail


def read(mail: Any, envelope_from: str = SENDER) -> ReadMail:
    data = mail if isinstance(mail, bytes) else mail.as_bytes()
    return read_mail(data, envelope_from, most_photos=2, largest=50_000)


def test_a_mail_is_its_words_its_sender_and_its_photos() -> None:
    mail = a_mail("Ein tiefes Loch – hier\n")
    mail.add_alternative("<p>Not these</p>", subtype="html")
    for size in (20_000, 60_000, 21_000, 22_000):
        mail.add_attachment(bytes(size), maintype="image", subtype="jpeg", filename=f"{size}.jpg")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    found = read(mail)
    assert (found.id, found.sender) == ("<1@lanterns.example>", SENDER)
    assert (found.subject, found.words) == ("Hole by the młyn", "Ein tiefes Loch – hier")
    # One is too large, one is too many, and one is no picture.
    assert [len(photo) for photo in found.photos] == [20_000, 21_000]
    assert found.left_out == 3
    assert not found.is_automatic
    assert not found.is_echo


def test_of_a_page_only_the_words_are_kept() -> None:
    mail = EmailMessage()
    mail.set_content(
        "<head><title>x</title><style>p{}</style></head><body><p>A&nbsp;hole<br>by the mill</p>"
        "<script>alert(1)</script><div onclick='x'>and <b>deep</b>\nindeed</div>",
        subtype="html",
    )
    mail.add_related(
        bytes(900), maintype="image", subtype="png", cid="<logo>", disposition="inline"
    )
    found = read(mail)
    assert found.words == "A hole\nby the mill\nand deep indeed"
    # The ornament of a signature is no photo, and nobody misses it.
    assert (found.photos, found.left_out) == ((), 0)


@pytest.mark.parametrize(
    ("headers", "envelope_from", "is_automatic", "is_echo"),
    [
        ({"Auto-Submitted": "no"}, SENDER, False, False),
        ({"Auto-Submitted": "auto-generated; x=1"}, SENDER, True, False),
        ({"Auto-Submitted": "auto-replied (vacation)"}, SENDER, True, True),
        ({"Precedence": "bulk"}, SENDER, True, False),
        ({"List-Id": "<news.lanterns.example>"}, SENDER, True, False),
        ({}, "", False, True),
    ],
)
def test_what_a_program_sent_is_known_by_its_head(
    headers: dict[str, str], envelope_from: str, is_automatic: bool, is_echo: bool
) -> None:
    mail = a_mail()
    for name, value in headers.items():
        mail[name] = value
    found = read(mail, envelope_from)
    assert (found.is_automatic, found.is_echo) == (is_automatic, is_echo)


def test_what_mail_programs_get_wrong_is_read_all_the_same() -> None:
    raw = (
        b"From: =?x-unknown?Q?Ad=E1?= <ada@lanterns.example>\r\nSubject: =?utf-8?B?broken\r\n"
        b"Content-Type: text/plain; charset=x-none\r\n\r\nCaf\xe9 \xff\r\n"
    )
    found = read(raw)
    assert found.sender == SENDER
    assert found.words == "Café ÿ"
    # Without a name of its own it is known by its bytes.
    assert found.id == read(raw).id != read(raw + b"x").id
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(99)
    )
    with pytest.raises(MailProblemError):
        read(b"From: a@lanterns.example\r\n" + nested)


@pytest.mark.parametrize("named", ["", "; boundary=y"])
def test_parts_that_nobody_said_how_to_tell_apart_are_read(named: str) -> None:
    head = f"From: {SENDER}\r\nContent-Type: multipart/mixed{named}\r\n\r\n"
    picture = b64encode(PICTURE).decode()
    between = (
        "--=_x.1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nA hole by the młyn\r\n"
        "--=_x.1\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{picture}\r\n--=_x.1--\r\n"
    )
    found = read((head + between).encode())
    assert (found.words, found.photos, found.left_out) == ("A hole by the młyn", (PICTURE,), 0)
    for body in ("A hole\r\n--by the młyn\r\n", "-- \r\nA hole"):
        found = read((head + body).encode())
        assert found.words == body.strip()
        assert found.left_out == 0
    assert read((head + "").encode()).words == ""


def test_words_of_a_kind_that_nobody_knows_are_plain_ones() -> None:
    assert read(b"Content-Type: text/x-notes\r\n\r\nA hole\r\n").words == "A hole"


@settings(max_examples=25)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for raw in (
        data,
        b"From: " + data,
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + data,
        b"Content-Type: multipart/mixed\r\n\r\n--x\r\nContent-" + data,
    ):
        with suppress(MailProblemError):
            assert isinstance(read(raw).words, str)


@settings(max_examples=25)
@given(st.text(alphabet="<>/abps !-&;#x1", max_size=60))
def test_no_markup_is_left(html: str) -> None:
    assert "<script" not in without_markup(f"{html}<script>x</script>")


@pytest.mark.parametrize("piece", ["<!--", "<", "<div>", '<a x="', "<b><i><a>", "<![CDATA[", "<?"])
def test_markup_made_to_be_slow_is_read_like_any_other(piece: str) -> None:
    """By a parser whose time grows with the square of the length each would take minutes."""
    assert len(without_markup(f"seen {piece * (4_000_000 // len(piece))}")) <= 500_000
