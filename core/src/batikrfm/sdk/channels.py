"""What a channel is: it hands messages to a vendor and understands what the vendor reports. Consent, rates and retries are the host's."""

# ruff: noqa: ARG002 - a method that a channel need not have refuses whatever it is given

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Generic, Literal, TypeAlias

from batikrfm.sdk.account import Account, needs_capability
from batikrfm.sdk.config import ConfigT
from batikrfm.sdk.plugin_errors import NotSupportedError
from batikrfm.sdk.text import Text


class EventKind(StrEnum):
    """What can happen to a message after it was accepted."""

    DELIVERED = "delivered"
    READ = "read"
    OPENED = "opened"
    CLICKED = "clicked"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    UNSUBSCRIBED = "unsubscribed"
    REPLIED = "replied"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do, and how fast.

    ``max_length`` is characters of text, ``per_second`` messages. ``media`` are content types. ``unofficial``: the vendor's way is
    not the network's own, numbers may be banned. ``idempotent``: the vendor drops a second message of the same id. ``kept``: there is no
    vendor; what is accepted goes to nobody, and the host keeps it for people to look at.
    """

    addresses: Literal["email", "phone"]
    batch_size: int
    per_second: float
    max_length: int | None = None
    html: bool = False
    media: frozenset[str] = frozenset()
    needs_template: bool = False
    unofficial: bool = False
    idempotent: bool = False
    events: frozenset[EventKind] = frozenset()
    status_lookup: bool = False
    address_check: bool = False
    domain_check: bool = False
    kept: bool = False


@dataclass(frozen=True)
class Media:
    """A file that goes with a message."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Template:
    """A text that the vendor approved before, and the values for its gaps in order."""

    name: str
    language: str
    values: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Message:
    """One finished message for one person: every placeholder filled, every link signed.

    ``id`` is ours, the same on every attempt. ``headers`` are for e-mail (List-Unsubscribe and the like).
    The parts that hold a customer's data are kept out of ``repr``.
    """

    id: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    subject: str | None = field(default=None, repr=False)
    html: str | None = field(default=None, repr=False)
    media: tuple[Media, ...] = ()
    template: Template | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The vendor took the message: not yet delivered. ``vendor_id`` is what its events will name."""

    id: str
    vendor_id: str


class Rejection(StrEnum):
    """Why a message is refused for good."""

    ADDRESS = "address"  # nobody there, not on this network: do not try this address again
    UNWANTED = "unwanted"  # the person stopped it or is on the vendor's suppression list
    CONTENT = "content"  # this text, template or file
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Rejected:
    """The vendor refuses the message, now and later. ``code`` is the vendor's short code."""

    id: str
    reason: Rejection
    code: str | None = None


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Not sent; try again after so many seconds."""

    id: str
    seconds: float
    code: str | None = None


@dataclass(frozen=True, slots=True)
class UnknownOutcome:
    """The call broke off: the message may or may not have gone out. Never retried before it was looked up."""

    id: str


Receipt: TypeAlias = Accepted | Rejected | RetryAfter | UnknownOutcome


@dataclass(frozen=True)
class WebhookRequest:
    """A request that a vendor made to us, as it came: signatures are over the raw ``body``. Header names are in lower case."""

    method: str
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    received_at: datetime


@dataclass(frozen=True)
class DeliveryEvent:
    """Something that happened to a message, in our words.

    ``id`` is the same each time that the vendor reports it. ``vendor_id`` is None for what answers no message in particular;
    then ``address`` says whose it is: a reply, or somebody who stopped the shop's messages. ``message_id`` is our own ``Message.id`` where
    the vendor carries it back: it names the message even if its receipt never came. ``permanent`` is for bounces: nobody will ever be
    there. ``reason`` says why a message ``FAILED`` after it was accepted. ``text`` is for replies, ``url`` for clicks.
    """

    id: str
    kind: EventKind
    at: datetime
    vendor_id: str | None = None
    address: str | None = field(default=None, repr=False)
    permanent: bool = False
    reason: Rejection | None = None
    code: str | None = None
    text: str | None = field(default=None, repr=False)
    url: str | None = field(default=None, repr=False)
    message_id: str | None = None


@dataclass(frozen=True)
class DeliveryEvents:
    """What a webhook request said, and how to answer it (a vendor's handshake wants its challenge back).

    ``aliases`` are other names that later events may give as ``vendor_id``, each with the ``vendor_id`` of the message's receipt.
    """

    events: tuple[DeliveryEvent, ...] = ()
    status: int = 200
    body: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)


class DomainStanding(StrEnum):
    """How something about a sender's domain stands."""

    GOOD = "good"
    WEAK = "weak"  # it works, and can be better
    BAD = "bad"  # mail will be refused or land among the junk
    UNKNOWN = "unknown"  # it could not be looked up


@dataclass(frozen=True, slots=True)
class DomainFinding:
    """One thing that receivers look at (``spf``, ``dkim``, ``dmarc``, ``alignment``), in words that a shop owner understands.

    ``found`` is what stands there now, empty if nothing does; ``advice`` what to do, with the record to enter where there is one.
    """

    subject: str
    standing: DomainStanding
    words: Text
    found: str = ""
    advice: Text | None = None


class Channel(Account[ConfigT], Generic[ConfigT]):
    """A way to reach people. Each call is one attempt; trouble of the whole account is a ``PluginError``, of one message a receipt."""

    capabilities: ClassVar[Capabilities]

    @abstractmethod
    async def send(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """Hand in at most ``capabilities.batch_size`` messages: exactly one receipt for each, in any order.

        An error is for the whole batch. After ``TimedOutError``, ``BadAnswerError`` and ``UnavailableError`` (but for the code
        ``no_connection``) the host takes it that any of them may have gone out; after every other, that none did. So once a single
        message was taken, receipts say what is known of each.
        """

    @abstractmethod
    def parse_events(self, request: WebhookRequest) -> DeliveryEvents:
        """Check the request's signature and say what it means; what is not known is left out.

        Raises ``ForgedRequestError``, or ``NotSupportedError`` where ``capabilities.events`` is empty.
        """

    @needs_capability("status_lookup")
    async def look_up(self, messages: Sequence[Message]) -> Sequence[Receipt]:
        """What became of messages whose outcome is unknown: one receipt for each."""
        raise NotSupportedError(capability="status_lookup")

    @needs_capability("address_check")
    async def reachable(self, addresses: Sequence[str]) -> Sequence[bool]:
        """Whether each address exists on this network, in order. Sends nothing."""
        raise NotSupportedError(capability="address_check")

    @needs_capability("domain_check")
    async def domain_findings(self) -> Sequence[DomainFinding]:
        """What the sender's domain tells receivers about who may send in its name. Reads the DNS, changes nothing."""
        raise NotSupportedError(capability="domain_check")
