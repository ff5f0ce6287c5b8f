"""A mail's bytes: whatever is in names, subjects and texts, what is parsed from them is one mail to one person."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.sdk import Media, Message, Rejection, Template
from batikrfm_channel_email.addresses import mailbox
from batikrfm_channel_email.headers import one_line
from batikrfm_channel_email.mime import LARGEST, Sender, mail_of
from batikrfm_channel_email.refusals import Unsendable
from mail_accounts import message

AT = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
SENDER = Sender(mailbox("kabar@toko.example"), "Toko Batik")
ANYTHING = st.text(max_size=200) | st.text(alphabet='\r\n\0\t :<>@,;"\\=?_\u202e\u200b\u0430Bcé', max_size=120)
PNG = b"\x89PNG\r\n\x1a\n"


def parsed(message: Message, sender: Sender = SENDER) -> EmailMessage:
    content = mail_of(message, sender, AT).content()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content), "every line ends in CRLF"
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert content.isascii()
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(part: Any) -> str:  # noqa: ANN401 - a part of a mail, which the standard library does not type
    return str(part.get_content()).replace("\r\n", "\n")


def refused(message: Message) -> tuple[Rejection, str]:
    with pytest.raises(Unsendable) as raised:
        mail_of(message, SENDER, AT)
    return raised.value.reason, raised.value.code


def test_text_and_html_are_alternatives_and_say_what_was_given() -> None:
    mail = parsed(message(text="Halo Ani,\n.\nSampai jumpa.  ", html="<p>Halo <b>Ani</b> 👋</p>"))
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text_of(text) == "Halo Ani,\n.\nSampai jumpa.  \n"
    assert text_of(html) == "<p>Halo <b>Ani</b> 👋</p>\n"


def test_text_alone_stays_text() -> None:
    mail = parsed(message(html=None))
    assert mail.get_content_type() == "text/plain"
    assert text_of(mail).rstrip("\n") == message().text


def test_the_head_says_who_when_and_that_no_machine_should_answer() -> None:
    mail = parsed(message(), Sender(mailbox("kabar@toko.example"), "Toko Batik", mailbox("sri@toko.example")))
    assert [str(mail[name]) for name in ("from", "to", "reply-to", "date", "precedence", "auto-submitted", "mime-version")] == [
        "Toko Batik <kabar@toko.example>",
        "pelanggan1@rumah.example",
        "sri@toko.example",
        "Thu, 26 Nov 2026 10:00:00 +0000",
        "bulk",
        "auto-generated",
        "1.0",
    ]


def test_pictures_that_the_html_shows_are_related_and_other_files_attached() -> None:
    media = (Media("motif.png", "image/png", PNG), Media("katalog é.pdf", "application/pdf", b"%PDF-" + b"x" * 3_000))
    mail = parsed(message(html='<img src="cid:motif.png">', media=media))
    shape = [part.get_content_type() for part in mail.walk()]
    assert shape == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "application/pdf"),
    ]
    picture, file = [part for part in mail.walk() if part.get_content_maintype() in ("image", "application")]
    assert (picture["content-id"], picture.get_content_disposition(), picture.get_content()) == ("<motif.png>", "inline", PNG)
    assert (file.get_filename(), file.get_content()) == ("katalog é.pdf", media[1].content)


@given(name=ANYTHING, subject=ANYTHING, text=ANYTHING)
def test_whatever_names_subjects_and_texts_hold_it_stays_one_mail_to_one_person(name: str, subject: str, text: str) -> None:
    made = message(subject=f"x{subject}", text=f"x{text}", html=f"<p>{text}</p>")
    mail = parsed(made, Sender(mailbox("kabar@toko.example"), one_line(name)))
    assert sorted(set(map(str.lower, mail.keys()))) == sorted(map(str.lower, mail.keys())), "no line is there twice"
    assert {*map(str.lower, mail.keys())} == {
        *("date", "message-id", "from", "to", "subject", "precedence", "auto-submitted"),
        *("list-unsubscribe", "list-unsubscribe-post", "mime-version", "content-type"),
    }
    assert [address.addr_spec for address in mail["to"].addresses] == [made.to]
    assert [address.addr_spec for address in mail["from"].addresses] == ["kabar@toko.example"]
    assert len([*mail.iter_parts()]) == 2


@given(subject=st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=150))
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    assert str(parsed(message(subject=subject))["subject"]) == one_line(subject)


@given(
    text=st.text(
        alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), max_size=300
    )
)
def test_a_text_arrives_as_it_was_written(text: str) -> None:
    mail = parsed(message(text=f"x{text}", html=None))
    assert text_of(mail).rstrip("\n") == f"x{text}".rstrip("\n")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Halo\r\nBcc: x@jahat.example", "Halo Bcc: x@jahat.example"),
        ("a\0b\x1b[2Kc", "a b [2Kc"),
        ("\u202egnab\u202c \u2067b\u2069", "gnab b"),
        ("Ba\u200btik\ufeff", "Batik"),
        ("👨\u200d👩\u200d👧 a\u200db", "👨\u200d👩\u200d👧 ab"),
        ("  a \t  b\u2028c ", "a b c"),
        ("\ud800x", "x"),
    ],
)
def test_a_line_reads_as_it_looks(text: str, line: str) -> None:
    assert one_line(text) == line


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Kampanye": "a\r\nBcc: x@jahat.example"},
        {"X-Kampanye": "a\0b"},
        {"X-Kampanye": "é"},
        {"X-Kampanye": ""},
        {"X Kampanye": "a"},
        {"X-Kampanye:": "a"},
        {"X\r\nBcc": "a"},
        {"Bcc": "x@jahat.example"},
        {"from": "x@jahat.example"},
        {"To": "x@jahat.example"},
        {"Subject": "lain"},
        {"Content-Type": "text/html"},
        {"Resent-To": "x@jahat.example"},
        {"DKIM-Signature": "v=1"},
        {"X-A": "1", "x-a": "2"},
        {"X-Long": "x" * 9_000},
        {"X-Long": "x" * 1_200},
    ],
)
def test_a_header_that_is_none_or_not_a_messages_own_is_refused(headers: dict[str, str]) -> None:
    assert refused(message(headers=headers)) == (Rejection.CONTENT, "header")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"subject": None}, "no_subject"),
        ({"subject": " \u200b\r\n"}, "no_subject"),
        ({"subject": "x" * 501}, "subject_too_long"),
        ({"text": " ", "html": None}, "empty"),
        ({"text": "x" * (LARGEST + 1)}, "too_large"),
        ({"media": (Media("a.exe", "application/x-msdownload", b"MZ"),)}, "media"),
        ({"template": Template("sapaan", "id")}, "template"),
    ],
)
def test_what_no_mail_can_be_made_of_is_refused(more: dict[str, Any], code: str) -> None:
    assert refused(message(**more)) == (Rejection.CONTENT, code)


def test_five_megabytes_are_a_mail() -> None:
    text = "Batik tulis dari Solo. " * 220_000
    assert parsed(message(text=text, html=None)).get_content().split() == text.split()


def test_the_same_message_is_the_same_bytes() -> None:
    assert mail_of(message(), SENDER, AT) == mail_of(message(), SENDER, AT)


@pytest.mark.parametrize("identity", ["", "a b", "x@y", "<m>", "é", "x" * 101, "a\r\nb"])
def test_a_message_id_is_made_of_any_id(identity: str) -> None:
    mail = parsed(message(id=identity))
    assert re.fullmatch(r"<[0-9a-f]{64}@toko\.example>", str(mail["message-id"]))
