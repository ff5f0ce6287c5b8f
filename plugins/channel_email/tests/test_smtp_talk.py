"""SMTP in one go (RFC 2920): answers in whatever pieces they come, and a server that wants the content of what it refused."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.sdk import Accepted, Rejected, RetryAfter, UnknownOutcome
from batikrfm_channel_email.smtp.talk import LONGEST, Answer, Gone, Talk
from mail_accounts import message, smtp
from smtp_vendor import SmtpVendor

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
ANSWERS = st.lists(st.tuples(st.integers(200, 599), st.lists(WORDS, min_size=1, max_size=3)), min_size=1, max_size=5)


class Wire(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.cut = False

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))

    def is_closing(self) -> bool:
        return self.cut

    def close(self) -> None:
        self.cut = True


def written(code: int, lines: Sequence[str]) -> bytes:
    return b"".join(f"{code}{'-' if line < len(lines) else ' '}{words}\r\n".encode() for line, words in enumerate(lines, start=1))


@given(answers=ANSWERS, cuts=st.lists(st.integers(0, 400), max_size=8))
def test_answers_are_heard_in_their_order_in_whatever_pieces_they_come(answers: list[tuple[int, list[str]]], cuts: list[int]) -> None:
    octets = b"".join(written(*one) for one in answers)
    places = sorted({0, len(octets), *(cut for cut in cuts if cut < len(octets))})

    async def heard() -> list[Answer]:
        talk = Talk(Wire(), 1)
        talk.say(*[b"NOOP"] * len(answers))
        for start, end in itertools.pairwise(places):
            talk.data_received(octets[start:end])
        return [await talk.answer() for _ in answers]

    assert asyncio.run(heard()) == [Answer(code, "\n".join(lines)) for code, lines in answers]


async def test_what_nobody_asked_for_is_not_taken_for_the_answer_to_the_next_command() -> None:
    talk = Talk(Wire(), 1)
    talk.data_received(b"421 4.4.2 Idle\r\n")
    talk.say(b"NOOP")
    talk.data_received(b"250 OK\r\n250 and more\r\n")
    assert await talk.answer() == Answer(250, "OK")
    talk.say(b"NOOP")
    talk.data_received(b"251 second\r\n")
    assert await talk.answer() == Answer(251, "second")


@pytest.mark.parametrize("nonsense", [b"<html>\r\n", b"250" + b"x" * (LONGEST + 1), b"250-and more\r\n" * (LONGEST // 4)])
async def test_what_is_no_answer_ends_the_talk(nonsense: bytes) -> None:
    wire = Wire()
    talk = Talk(wire, 1)
    talk.say(b"NOOP")
    talk.data_received(nonsense)
    with pytest.raises(Gone):
        await talk.answer()
    assert wire.cut
    with pytest.raises(Gone):
        talk.say(b"NOOP")


async def test_an_answer_that_came_before_the_line_broke_is_heard() -> None:
    talk = Talk(Wire(), 1)
    talk.say(b"MAIL", b"RCPT")
    talk.data_received(b"250 OK\r\n")
    talk.connection_lost(None)
    assert (await talk.answer()).good
    with pytest.raises(Gone):
        await talk.answer()


async def test_nobody_waits_longer_than_the_patience() -> None:
    talk = Talk(Wire(), 0.01)
    talk.say(b"NOOP")
    with pytest.raises(Gone):
        await talk.answer()


async def test_a_command_is_one_line() -> None:
    wire = Wire()
    with pytest.raises(ValueError, match="one line"):
        Talk(wire, 1).say(b"RCPT TO:<a@b.example>\r\nRSET")
    assert not wire.sent


@asynccontextmanager
async def server(answers: dict[bytes, bytes]) -> AsyncIterator[tuple[SmtpVendor, list[bytes]]]:
    """One that answers each command as told, whatever went before; and every line that it was sent."""
    there, lines = SmtpVendor(login=False), list[bytes]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 there\r\n")
        while line := await reader.readline():
            lines.append(line)
            writer.write(answers.get(line[:4], b""))
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    there.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield there, lines


SAYS = {
    b"EHLO": b"250-there\r\n250 PIPELINING\r\n",
    b"MAIL": b"250 ok\r\n",
    b"RCPT": b"250 ok\r\n",
    b"DATA": b"354 go\r\n",
    b".\r\n": b"250 taken\r\n",
    b"RSET": b"250 ok\r\n",
    b"QUIT": b"221 bye\r\n",
}


async def test_a_whole_envelope_is_said_in_one_go() -> None:
    async with (
        server({**SAYS, b"MAIL": b"", b"RCPT": b"", b"DATA": b"250 ok\r\n250 ok\r\n354 go\r\n"}) as (there, lines),
        smtp(there) as channel,
    ):
        assert isinstance((await channel.send([message()]))[0], Accepted), "this server waits for all of it before it says anything"
    assert [line[:4] for line in lines[1:4]] == [b"MAIL", b"RCPT", b"DATA"]


@pytest.mark.parametrize(
    ("refused", "says", "expected"),
    [(b"MAIL", b"451 4.3.0 later\r\n", RetryAfter), (b"RCPT", b"550 5.1.1 no such user\r\n", Rejected)],
)
async def test_a_server_that_asks_for_the_content_of_what_it_refused_gets_none(refused: bytes, says: bytes, expected: type) -> None:
    """Neither the letter nor an empty one. Sabotage: do not hang up where the content is asked for."""
    async with server({**SAYS, refused: says}) as (there, lines), smtp(there, connections=1) as channel:
        receipts = await channel.send([message()])
    assert [type(receipt) for receipt in receipts] == [expected]
    assert lines[-1] == b"DATA\r\n", "whatever is said now would be taken for content"


@pytest.mark.parametrize(("heard", "expected"), [(b"", RetryAfter), (b"250 ok\r\n250 ok\r\n354 go\r\n", UnknownOutcome)])
async def test_silence_before_the_content_is_to_be_tried_again_and_after_it_unknown(heard: bytes, expected: type) -> None:
    answers = {**SAYS, b"MAIL": b"", b"RCPT": b"", b"DATA": heard, b".\r\n": b""}
    async with server(answers) as (there, lines), smtp(there, connections=1, timeout=0.2) as channel:
        receipts = await channel.send([message()])
    assert [type(receipt) for receipt in receipts] == [expected]
    assert any(line.startswith(b"Subject") for line in lines) == (expected is UnknownOutcome)
