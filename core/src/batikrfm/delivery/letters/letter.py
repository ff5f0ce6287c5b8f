"""One text made ready: read once, filled for each person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Final
from urllib.parse import quote

from batikrfm.content.model import PLACEHOLDERS, Copy
from batikrfm.delivery.letters import frame
from batikrfm.delivery.letters.markdown import SHOP, read
from batikrfm.delivery.letters.model import DIRECT, LinkMaker, Person, Shop, WayOut
from batikrfm.delivery.letters.names import clean_name, clean_product, one_line
from batikrfm.delivery.letters.slots import Gapped, Slot, gapped, link_mark, marked, plain, values_of
from batikrfm.sdk.channels import Template

FALLBACKS: Final[Mapping[str, Mapping[str, str]]] = {
    "id": {"nama": "Kak", "produk_terakhir": "belanjaan terakhir Anda"},
    "en": {"nama": "there", "produk_terakhir": "your last purchase"},
}
"""What a letter says where it does not know, unless the shop says otherwise. An empty one leaves the person out."""


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail's parts, filled."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Letter:
    """A compiled text. Filling it gives None where a gap that it has can be filled with nothing: then the person gets no message."""

    shop: Shop
    subject: Gapped
    body: Gapped
    html: Gapped
    whatsapp: Gapped
    addresses: tuple[Gapped, ...]

    def email(self, person: Person, way_out: WayOut, links: LinkMaker = DIRECT) -> Mail | None:
        """The e-mail for ``person``."""
        values = self._values(person)
        if not self._mailed <= values.keys():
            return None
        give = _Giving(values, self._links(person, values, links), way_out, links.pixel(person.delivery_id))
        return Mail(one_line(self.subject.fill(give.text)), self.body.fill(give.text), self.html.fill(give.html), way_out.headers)

    def chat(self, person: Person, links: LinkMaker = DIRECT) -> str | None:
        """The WhatsApp message for ``person``, with the way out."""
        values = self._values(person)
        if not self._chatted <= values.keys():
            return None
        link = values.get("tautan") and links.link(person.delivery_id, len(self.addresses), values["tautan"])
        words = self.whatsapp.fill(lambda slot: link if slot.name == "tautan" and link else values[slot.name])
        return f"{words}\n\n{frame.WHATSAPP_STOP.say(self.shop.language)}"

    def template(self, template: Template, person: Person) -> Template | None:
        """A template of the network's with its values filled: each one line, as the network wants them."""
        values, gaps = self._values(person), [plain(one) for one in template.values]
        if any(not gap.names <= set(values) for gap in gaps):
            return None
        return Template(template.name, template.language, tuple(one_line(gap.fill(lambda slot: values[slot.name])) for gap in gaps))

    @property
    def names(self) -> frozenset[str]:
        """Every placeholder that it has."""
        return self._mailed | self._chatted

    @property
    def urls(self) -> tuple[str, ...]:
        """Where its links lead, those that are the same for everybody, each once."""
        values = values_of({"toko": self.shop.name, "tautan": self.shop.link}, {})
        shared = [address for address in self.addresses if address.names <= set(values)]
        filled = [_filled(address, values) for address in shared]
        return tuple(dict.fromkeys([*filled, *([self.shop.link] if self.shop.link else [])]))

    @cached_property
    def _mailed(self) -> frozenset[str]:
        return self.subject.names | self.html.names | frozenset(name for address in self.addresses for name in address.names)

    @cached_property
    def _chatted(self) -> frozenset[str]:
        return self.whatsapp.names

    def _values(self, person: Person) -> dict[str, str]:
        own = {"nama": clean_name(person.name), "produk_terakhir": clean_product(person.product)}
        return values_of(own | {"toko": self.shop.name, "tautan": self.shop.link}, self.shop.fallbacks)

    def _links(self, person: Person, values: Mapping[str, str], links: LinkMaker) -> list[str]:
        filled = [_filled(address, values) for address in self.addresses]
        return [links.link(person.delivery_id, n, url) if url.startswith("http") else url for n, url in enumerate(filled)]


def _filled(address: Gapped, values: Mapping[str, str]) -> str:
    return address.fill(lambda slot: values[slot.name] if slot.name == "tautan" else quote(values[slot.name], safe=""))


@dataclass(frozen=True)
class _Giving:
    values: Mapping[str, str]
    links: list[str]
    way_out: WayOut
    pixel: str | None

    def text(self, slot: Slot) -> str:
        return self._link(slot.name) if slot.kind == "link" else self.values[slot.name]

    def html(self, slot: Slot) -> str:
        if slot.kind != "link":
            return escape(self.values[slot.name])
        if slot.name == "pixel":
            return f'<img src="{escape(self.pixel)}" width="1" height="1" alt="">' if self.pixel else ""
        return escape(self._link(slot.name))

    def _link(self, name: str) -> str:
        if name.isdecimal():
            return self.links[int(name)]
        return {"unsubscribe": self.way_out.unsubscribe, "preferences": self.way_out.preferences}.get(name, "")


def compile_letter(copy: Copy, shop: Shop) -> Letter:
    """``copy`` made ready for the customers of ``shop``."""
    shop = _with_fallbacks(shop)
    bare = marked(copy.email).replace(SHOP, f"[{SHOP}]({SHOP})") if _bare_link(copy.email) else marked(copy.email)
    words, text, addresses = read(bare)
    if shop.link and copy.call_to_action:
        addresses.append(SHOP)
        mark = link_mark(len(addresses) - 1)
        button = frame.button(mark, escape(marked(copy.call_to_action)))
        text = f"{text}\n\n{marked(copy.call_to_action)}: {mark}"
    else:
        button = None
    page = frame.sheet(words, preheader=escape(marked(copy.preheader)), button=button, shop=shop)
    return Letter(
        shop,
        plain(copy.subject),
        gapped(f"{text}\n\n{frame.foot_text(shop)}\n"),
        gapped(page, tags=True),
        plain(copy.whatsapp),
        tuple(gapped(address) for address in addresses),
    )


def _bare_link(email: str) -> bool:
    """Whether the shop's link stands among the words, and not as where some of them lead."""
    return "{tautan}" in email and "({tautan" not in email and "<{tautan" not in email


def _with_fallbacks(shop: Shop) -> Shop:
    known = {**FALLBACKS[shop.language], **shop.fallbacks}
    return Shop(
        shop.name, shop.language, shop.link, shop.address, shop.contact, {name: known[name] for name in PLACEHOLDERS if name in known}
    )
