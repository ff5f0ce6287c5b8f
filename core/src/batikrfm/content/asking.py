"""From an order to what is asked: facts, prompt, privacy gate. Runs in the tenant's scope; nothing has left the shop when it is done.

A :class:`Question` is the finished prompt and can be compared with those that were answered before; only an :class:`Asking`, which has
passed the gate, can be sent.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, get_args

import msgspec

from batikrfm.content import instructions, shipped
from batikrfm.content.answers import read_answer, schema
from batikrfm.content.blocks import tame, visible
from batikrfm.content.errors import NoSuchSegmentError, OrderError, PrivacyGateError
from batikrfm.content.facts import Facts
from batikrfm.content.gate import Own, Part, check, find, require_nobody
from batikrfm.content.known import Known, read_known
from batikrfm.content.model import MOST_VARIANTS, PLACEHOLDERS, Copy, Draft, Order
from batikrfm.content.prompts import Prompt
from batikrfm.content.rules import Finding, ShopRules, find_problems
from batikrfm.content.settings import LONGEST_OFFER
from batikrfm.content.templates import checked, render
from batikrfm.content.variables import Subject, brief, placeholders_of, variables
from batikrfm.content.wording import filled
from batikrfm.db.keys import uuid7
from batikrfm.db.lookups import Lookup, Rows, look_up
from batikrfm.sdk.llm import Completion, CompletionRequest, CopyBrief, Tier
from batikrfm.sdk.segmentation import Segment
from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation.days import today

ANSWERS: Final = 1
"""The version of what is done with an answer; raised when kept answers should be forgotten."""

_VARIANTS: Final = Text(id="{variants} versi", en="{variants} versions")
_BETWEEN: Final = Text(id="pilih 1 sampai {most}", en="choose 1 to {most}")
_OFFER: Final = Text(id="Penawaran ini", en="This offer")
_LONG: Final = Text(id="paling panjang {longest} huruf", en="at most {longest} characters")
_TIER: Final = Text(id="Tingkat model ini", en="This tier of models")
_LANGUAGE: Final = Text(id="Bahasa ini", en="This language")
_ONE_OF: Final = Text(id="pilih dari {choices}", en="choose one of {choices}")

_IN_VOICE: Final = Text(id="suara merek", en="the brand voice")
_IN_OFFER: Final = Text(id="penawaran", en="the offer")
_IN_TRADE: Final = Text(id="bidang usaha", en="the trade")
_IN_SHOP: Final = Text(id="nama toko", en="the shop's name")
_IN_TEMPLATE: Final = Text(id="prompt toko", en="the shop's prompt")
_IN_ALL: Final = Text(id="prompt yang sudah jadi", en="the finished prompt")


@dataclass(frozen=True)
class Question:
    """What an order comes to, before the privacy gate. ``order`` has every None filled in."""

    order: Order
    subject: Subject
    prompt: Prompt
    system: str
    text: str

    @property
    def facts(self) -> Facts:
        """What is known of the segment."""
        return self.subject.facts

    @cached_property
    def content_hash(self) -> str:
        """Stands for everything that shapes the answer: of equal ones, one answer serves all."""
        shape = {
            "answers": ANSWERS,
            "prompt": [self.prompt.scope, self.prompt.segment_type, self.prompt.version, self.prompt.max_tokens, self.prompt.temperature],
            "asked": [self.system, self.text],
            "order": [self.order.segment, self.order.language, self.order.variants, self.order.tier, self.order.offer],
            "chain": self.facts.settings.chain,
        }
        return hashlib.sha256(msgspec.json.encode(shape, order="sorted")).hexdigest()

    @cached_property
    def rules(self) -> ShopRules:
        """What our rules have to know of the shop."""
        settings = self.facts.settings
        return ShopRules(
            placeholders=frozenset(PLACEHOLDERS),
            domains=settings.domains,
            offer=self.subject.offer,
            banned_words=settings.banned_words,
            phones=settings.phones,
            language=self.subject.language,
            shop=self.facts.shop.name,
        )

    def draft(self, copy: Copy, findings: Sequence[Finding] = ()) -> Draft:
        """A variant with what our own rules find in it, beside what somebody else found."""
        return Draft(copy, (*findings, *_problems(copy, self.rules)))

    def gate(self) -> Lookup[Asking]:
        """The same, ready to be sent.

        Raises:
            PrivacyGateError: something in it looks like a person.
        """
        seen = check(parts_of(self), own_words(self.facts))

        def read(rows: Rows) -> Asking:
            seen.read(rows)
            return self.passed()

        return Lookup(seen.sql, seen.values, read)

    def passed(self) -> Asking:
        """For whoever has seen that the gate lets it through."""
        return Asking(self.order, self.subject, self.prompt, self.system, self.text)


@dataclass(frozen=True)
class Asking(Question):
    """What is asked for an order, after the privacy gate."""

    @cached_property
    def brief(self) -> CopyBrief:
        """The same as data, for the provider that is no model."""
        return brief(self.subject)

    def request(self, model: str, request_id: str | None = None) -> CompletionRequest:
        """The request for a model; a batch's has an id of its own, by which its answer is known."""
        return CompletionRequest(
            id=request_id or str(uuid7()),
            model=model,
            system=self.system,
            prompt=self.text,
            answer_schema=schema(self.subject.variants),
            max_output_tokens=self.prompt.max_tokens * self.subject.variants + 100,
            temperature=self.prompt.temperature,
            cache_key=f"batikrfm-{self.prompt.segment_type}-{self.subject.language}-{self.prompt.version}",
            safety_id=hashlib.sha256(self.facts.shop.id.bytes).hexdigest()[:32],
            brief=self.brief,
        )

    def accept(self, completion: Completion) -> tuple[Copy, ...]:
        """The copy of a complete answer, or ``UnusableAnswerError`` with what is wrong with it."""
        return read_answer(completion, variants=self.subject.variants, language=self.subject.language)

    def repair(self, request: CompletionRequest, completion: Completion, problems: Sequence[Text]) -> CompletionRequest:  # noqa: ARG002 - what was answered is not sent again: it may hold anything
        """The request that asks for the same once more, told what was wrong."""
        mend = instructions.mend(list(problems), self.subject.language)
        return replace(request, id=str(uuid7()), prompt=f"{request.prompt}\n\n{mend}")


@dataclass(frozen=True)
class Preview:
    """A prompt as it would be sent. ``blocked`` is what the privacy gate says, None if it would let it pass."""

    system: str
    text: str
    blocked: PrivacyGateError | None


async def question(order: Order, *, template: str | None = None, now: dt.datetime | None = None) -> Question:
    """What ``order`` comes to, made with ``template`` in place of the prompt that is used, if one is given.

    Raises:
        NoRunsError, NoSuchSegmentError, OrderError, PromptError: see :func:`batikrfm.content.generating.generate`.
    """
    known = await read_known([order])
    return await look_up(nameable(await drafted(order, known, template=template, now=now)))


async def drafted(order: Order, known: Known, *, template: str | None = None, now: dt.datetime | None = None) -> Question:
    """As :func:`question`, but for the products that speak of somebody, which are in it still: :func:`nameable` takes them out."""
    facts = known.facts.get(order.segment)
    if facts is None:
        raise NoSuchSegmentError(segment=order.segment)
    wanted = filled_in(order, facts)
    (prompt,) = (await known.prompts_of([wanted])).values()
    if template is not None:
        prompt = replace(prompt, scope="tenant", template=checked(template))
    return finished(wanted, subject_of(wanted, facts, tuple(map(tame, facts.products)), now), prompt)


def nameable(asked: Question) -> Lookup[Question]:
    """The same without the products that speak of somebody; the very same where none does."""
    products, own = asked.subject.products, own_words(asked.facts)
    found = find([(product, own) for product in products])
    return Lookup(found.sql, found.values, lambda rows: without(asked, found.read(rows)))


def without(asked: Question, kinds: Sequence[str | None]) -> Question:
    """``asked`` without those of its products of which the gate has found something; the very same where it found nothing."""
    if not any(kinds):
        return asked
    kept = tuple(product for product, kind in zip(asked.subject.products, kinds, strict=True) if kind is None)
    return finished(asked.order, replace(asked.subject, products=kept), asked.prompt)


async def ask(order: Order, *, now: dt.datetime | None = None) -> Asking:
    """What is asked for ``order``, having passed the gate.

    Raises:
        PrivacyGateError: it has not. Nothing has left the shop.
        NoRunsError, NoSuchSegmentError, OrderError, PromptError: as above.
    """
    seen = await look_up(sendable(await drafted(order, await read_known([order]), now=now)))
    return seen if isinstance(seen, Asking) else await look_up(seen.gate())


def sendable(asked: Question) -> Lookup[Question]:
    """The same as an :class:`Asking`; or, where products speak of somebody, without those, as a question that nobody has looked at yet.

    Raises:
        PrivacyGateError: something else in it looks like a person.
    """
    found = find(seen_of(asked))
    return Lookup(found.sql, found.values, lambda rows: judged(asked, found.read(rows)))


def seen_of(asked: Question) -> list[tuple[str, Own]]:
    """What the gate looks at, for :func:`judged`: each product by itself, and the parts."""
    own = own_words(asked.facts)
    return [(text, own) for text in (*asked.subject.products, *(part.text for part in parts_of(asked)))]


def judged(asked: Question, kinds: Sequence[str | None]) -> Question:
    """As :func:`sendable`, by what was found in each of :func:`seen_of`."""
    products = len(asked.subject.products)
    if any(kinds[:products]):
        return without(asked, kinds[:products])
    require_nobody(parts_of(asked), kinds[products:])
    return asked.passed()


async def preview(order: Order, template: str | None = None, *, now: dt.datetime | None = None) -> Preview:
    """The prompt for ``order`` as it would be sent. Raises as :func:`question` does."""
    asked = await question(order, template=template, now=now)
    try:
        await look_up(asked.gate())
    except PrivacyGateError as error:
        return Preview(asked.system, asked.text, error)
    return Preview(asked.system, asked.text, None)


def subject_of(order: Order, facts: Facts, products: tuple[str, ...], now: dt.datetime | None = None) -> Subject:
    assert order.language and order.variants  # noqa: S101, PT018 - they were filled in
    return Subject(facts, order.language, order.variants, order.offer or "", products, today(facts.shop.time_zone, now))


def finished(order: Order, subject: Subject, prompt: Prompt) -> Question:
    language = subject.language
    middle = render(prompt.template, variables(subject))
    text = f"{middle}\n\n{instructions.rules(subject.variants, language, placeholders_of(subject.facts.settings))}"
    return Question(order, subject, prompt, instructions.system(subject.facts.settings.trade, language), text)


def filled_in(order: Order, facts: Facts) -> Order:
    """``order`` with the shop's settings where it says nothing. Raises :class:`OrderError`."""
    settings = facts.settings
    wanted = replace(
        order,
        language=order.language or settings.language or facts.shop.language,
        variants=settings.variants if order.variants is None else order.variants,
        tier=order.tier or settings.tier,
        offer=settings.offer if order.offer is None else visible(order.offer),
    )
    _check(wanted)
    return wanted


def _check(order: Order) -> None:
    if not 1 <= (order.variants or 0) <= MOST_VARIANTS:
        raise OrderError(what=filled(_VARIANTS, variants=order.variants), how=filled(_BETWEEN, most=MOST_VARIANTS))
    if len(order.offer or "") > LONGEST_OFFER:
        raise OrderError(what=_OFFER, how=filled(_LONG, longest=LONGEST_OFFER))
    if order.tier not in get_args(Tier):
        raise OrderError(what=_TIER, how=filled(_ONE_OF, choices=", ".join(get_args(Tier))))
    if order.language not in get_args(Language):
        raise OrderError(what=_LANGUAGE, how=filled(_ONE_OF, choices=", ".join(get_args(Language))))


def own_words(facts: Facts) -> Own:
    return _said(facts.shop.name, facts.segment, tuple(facts.settings.phones))


@functools.lru_cache(maxsize=512)
def _said(shop: str, segment: Segment, own_phones: tuple[str, ...]) -> Own:
    return Own(said=(shop, *(shipped.description(segment, language) for language in get_args(Language))), phones=own_phones)


@functools.lru_cache(maxsize=512)
def _problems(copy: Copy, rules: ShopRules) -> tuple[Finding, ...]:
    """What the cache gives out is read once for as long as the shop's rules stay as they are."""
    return find_problems(copy, rules)


def parts_of(asked: Question) -> tuple[Part, ...]:
    """Where something could come in, each with its name; and the whole, for what only comes together there."""
    facts = asked.facts
    own_template = [Part(_IN_TEMPLATE, asked.prompt.template)] if asked.prompt.scope == "tenant" else []
    return (
        Part(_IN_VOICE, facts.voice),
        Part(_IN_OFFER, asked.subject.offer),
        Part(_IN_TRADE, facts.settings.trade),
        Part(_IN_SHOP, facts.shop.name),
        *own_template,
        Part(_IN_ALL, f"{asked.system}\n{asked.text}"),
    )
