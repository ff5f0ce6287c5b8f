"""Placeholders filled here; an unresolved one drops to its fallback or skips the person with a reason; never "Halo {nama}"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.content.model import PLACEHOLDERS, Copy
from batikrfm.delivery.letters.errors import LetterSettingsError
from batikrfm.delivery.letters.letter import compile_letter
from batikrfm.delivery.letters.model import Person, Shop, WayOut
from batikrfm.delivery.letters.names import clean_name, clean_product, one_line
from batikrfm.delivery.letters.settings import LetterSettings, read_letter_settings, save_letter_settings, shop_of
from batikrfm.delivery.letters.slots import Gapped, Slot
from batikrfm.sdk.channels import Template
from batikrfm.tenancy import tenant_scope

ID = UUID(int=7)
SHOP = Shop("Batik Laras", link="https://laras.example/koleksi", address="Jl. Mawar 1, Solo", contact="WA 0812-0000-0000")
WAY_OUT = WayOut("https://laras.example/u/1", "https://laras.example/p/1", {"List-Unsubscribe": "<https://laras.example/u/1>"})
COPY = Copy(
    "Halo {nama}",
    "Untuk {nama} dari {toko}",
    "Halo {nama},\n\n**{produk_terakhir}** ada temannya: [lihat]({tautan}) atau [cari](https://laras.example/?q={nama})",
    "Halo {nama}, {produk_terakhir} ada temannya di {tautan}",
    "Buka {toko}",
)
OPEN = re.compile(r"\{[^{}]{0,60}\}")
ODD = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("{}<>&\"'*_[]()\r\n\t\x00\u200b\u200f\u202e\u2066\ufeff\ue000\ue001\ue002\ue003"),
    ),
    max_size=80,
)
NAMES = st.one_of(
    st.none(), ODD, st.sampled_from(["{nama}", "{{nama}}", "<script>alert(1)</script>", "Ani\r\nBcc: x@y.z", "{toko}", "Bu Ratna"])
)


class Tags(HTMLParser):
    """Every tag, with what an attribute says."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def tags_of(html: str) -> list[str]:
    reader = Tags()
    reader.feed(html)
    return [tag for tag, _ in reader.seen]


@given(name=NAMES, product=NAMES)
def test_never_halo_nama(name: str | None, product: str | None) -> None:
    """Whatever stands in a customer's row: no gap stays open, no header ends early, no tag is opened, nothing turns the text around."""
    letter = compile_letter(COPY, SHOP)
    person = Person(ID, name, product)
    mail, chat = letter.email(person, WAY_OUT), letter.chat(person)
    assert mail is not None
    assert chat is not None
    for text in (mail.subject, mail.text, mail.html.partition("</style>")[2], chat):
        assert not OPEN.search(text)
        assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ue000-\ue003\x00]", text.replace("\u200c", ""))
    assert mail.subject == one_line(mail.subject)
    assert mail.subject.startswith("Halo ")
    assert len(mail.subject) > len("Halo ")
    plain = letter.email(Person(ID, "Ani", "Kain"), WAY_OUT)
    assert plain is not None
    assert tags_of(mail.html) == tags_of(plain.html)


@given(written=st.sampled_from(["{nama}", "{ nama }", "{{nama}}", "{{ Nama }}", "{NAMA}"]), name=NAMES)
def test_a_gap_is_a_gap_however_it_is_written(written: str, name: str | None) -> None:
    chat = compile_letter(replace(COPY, whatsapp=f"Halo {written}!"), SHOP).chat(Person(ID, name))
    assert chat is not None
    assert chat.startswith(f"Halo {clean_name(name) or 'Kak'}!")


def test_what_is_not_known_drops_to_the_fallback_of_its_language() -> None:
    nobody = Person(ID)
    for shop, said in (
        (SHOP, "Halo Kak"),
        (replace(SHOP, language="en"), "Halo there"),
        (replace(SHOP, fallbacks={"nama": "Sobat"}), "Halo Sobat"),
    ):
        mail = compile_letter(COPY, shop).email(nobody, WAY_OUT)
        assert mail is not None
        assert mail.subject == said


def test_a_fallback_that_stands_there_already_is_not_said_twice() -> None:
    letter = compile_letter(replace(COPY, whatsapp="Halo Kak {nama}, ada yang baru di {toko}. Kakak {nama}?"), SHOP)
    unknown, known = letter.chat(Person(ID, None, None)), letter.chat(Person(ID, "Bu Ratna", None))
    assert unknown is not None
    assert known is not None
    assert unknown.startswith("Halo Kak, ada yang baru di Batik Laras. Kakak Kak?")
    assert known.startswith("Halo Kak Bu Ratna, ada")


@pytest.mark.parametrize("changed", [{"fallbacks": {"nama": ""}}, {"link": ""}], ids=["no_fallback", "no_link"])
def test_without_value_and_fallback_the_person_is_skipped(changed: dict[str, object]) -> None:
    letter = compile_letter(COPY, replace(SHOP, **changed))  # type: ignore[arg-type] # fields of a shop
    assert letter.email(Person(ID), WAY_OUT) is None
    assert letter.chat(Person(ID)) is None


def test_a_gap_that_nobody_knows_skips_everybody() -> None:
    letter = compile_letter(replace(COPY, email="Halo {nama_depan}", whatsapp="Kode {kupon}"), SHOP)
    assert letter.email(Person(ID, "Ani", "Kain"), WAY_OUT) is None
    assert letter.chat(Person(ID, "Ani", "Kain")) is None


@given(st.text())
def test_a_header_has_one_line_and_nothing_that_cannot_be_seen(text: str) -> None:
    line = one_line(text)
    assert not [letter for letter in line if unicodedata.category(letter).startswith("C") or (letter.isspace() and letter != " ")]
    assert line.split() == "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C").split()
    assert line == line.strip()
    assert "  " not in line


LETTERS = st.text(alphabet="kKaA_ .1é", max_size=6)


@given(before=LETTERS, said=LETTERS.filter(bool))
def test_a_name_is_said_twice_only_where_it_is_a_word_of_its_own(before: str, said: str) -> None:
    twice = re.search(rf"(?<!\w){re.escape(said)} $", before, re.IGNORECASE)
    filled = Gapped((before, Slot("value", "nama"))).fill(lambda _: said)
    assert filled == (before[:-1] if twice else before + said)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("  Bu   Ratna ", "Bu Ratna"),
        ("<b>Ani</b>", "Ani"),
        ("&lt;b&gt;Ani", "Ani"),
        ("Ani\r\nBcc: semua", "Ani Bcc: semua"),
        ("\u202eAni\u200b", "Ani"),
        ("M. Nur'aini-Putri", "M. Nur'aini-Putri"),
        ("08123456789", None),
        ("menang.example.com klik", None),
        ("ani@toko.id", None),
        ("http://jahat.id", None),
        ("Ani 0812 3456 7890", None),
        ("***", None),
        ("a" * 61, None),
        ("", None),
        (None, None),
    ],
)
def test_names_are_what_a_person_would_write(name: str | None, cleaned: str | None) -> None:
    assert clean_name(name) == cleaned


def test_a_long_product_is_cut() -> None:
    cut = clean_product("Kain Batik " * 30)
    assert cut is not None
    assert (len(cut) <= 100, cut[-1]) == (True, "…")


def test_a_mail_has_text_and_html_with_inlined_styles_and_the_way_out() -> None:
    """Multipart text+HTML from markdown, inlined CSS, dark-mode safe, a visible way out, who the shop is."""
    mail = compile_letter(COPY, SHOP).email(Person(ID, "Ani", "Kain Kawung"), WAY_OUT)
    assert mail is not None
    assert "Kain Kawung ada temannya: lihat (https://laras.example/koleksi)" in mail.text
    for said in (WAY_OUT.unsubscribe, WAY_OUT.preferences, SHOP.address, SHOP.contact):
        assert said in mail.text
        assert said in mail.html
    assert "<strong>Kain Kawung</strong>" in mail.html
    assert 'name="color-scheme" content="light dark"' in mail.html
    assert "prefers-color-scheme:dark" in mail.html
    assert "https://laras.example/?q=Ani" in mail.html
    reader = Tags()
    reader.feed(mail.html)
    assert all("style" in attributes for tag, attributes in reader.seen if tag in {"p", "a", "td"})
    assert not {"script", "link", "form", "iframe"} & set(tags_of(mail.html))


def test_markup_in_the_words_stays_words() -> None:
    words = "<script>alert(1)</script> ![x](https://x.id/a.png) [js](javascript:alert(1)) [dalam](data:text/html,x)"
    mail = compile_letter(replace(COPY, email=words, call_to_action=""), SHOP).email(Person(ID, "Ani"), WAY_OUT)
    assert mail is not None
    assert "&lt;script&gt;" in mail.html
    reader = Tags()
    reader.feed(mail.html)
    assert not {"script", "img"} & {tag for tag, _ in reader.seen}
    hrefs = [attributes["href"] or "" for tag, attributes in reader.seen if tag == "a"]
    assert all(href.startswith("https://") for href in hrefs)


def test_a_link_in_another_script_is_written_as_programs_know_it() -> None:
    letter = compile_letter(replace(COPY, email="[toko](https://bücher.example/ä b)"), SHOP)
    mail = letter.email(Person(ID, "Ani"), WAY_OUT)
    assert mail is not None
    assert "https://xn--bcher-kva.example/" in mail.html or "[toko]" in mail.text


def test_whatsapp_says_how_to_stop() -> None:
    assert (compile_letter(COPY, SHOP).chat(Person(ID)) or "").endswith("Balas BERHENTI kalau tidak ingin menerima pesan seperti ini lagi.")
    english = compile_letter(COPY, replace(SHOP, language="en")).chat(Person(ID)) or ""
    assert english.endswith("Reply STOP if you do not want messages like this any more.")


def test_a_templates_values_are_one_line_each() -> None:
    letter, template = compile_letter(COPY, SHOP), Template("kabar", "id", ("{nama}", "tetap", "{tautan}"))
    filled = letter.template(template, Person(ID, "Bu\n\nRatna"))
    assert filled == Template("kabar", "id", ("Bu Ratna", "tetap", SHOP.link))
    assert letter.template(Template("kabar", "id", ("{kupon}",)), Person(ID)) is None


def test_links_go_through_the_maker_and_others_do_not() -> None:
    class Counting:
        def link(self, delivery_id: UUID, number: int, url: str) -> str:
            return f"https://t.example/{delivery_id.int}/{number}?{len(url)}"

        def pixel(self, delivery_id: UUID) -> str | None:
            return f"https://t.example/o/{delivery_id.int}"

    letter = compile_letter(replace(COPY, email="[a]({tautan}) [b](mailto:toko@laras.example)"), SHOP)
    assert letter.urls == ("https://laras.example/koleksi", "mailto:toko@laras.example")
    mail = letter.email(Person(ID, "Ani"), WAY_OUT, Counting())
    assert mail is not None
    assert "https://t.example/7/0?" in mail.html
    assert "mailto:toko@laras.example" in mail.html
    assert '<img src="https://t.example/o/7"' in mail.html
    assert "https://t.example" not in WAY_OUT.unsubscribe
    assert WAY_OUT.unsubscribe in mail.html


async def test_settings_are_kept_all_or_none(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        assert await read_letter_settings() == LetterSettings()
        wanted = LetterSettings("https://laras.example", "Jl. Mawar 1", "WA 0812", {"id": {"nama": "Sobat"}})
        await save_letter_settings(wanted)
        assert await read_letter_settings() == wanted
        shop = await shop_of("id")
        assert (shop.link, shop.fallbacks) == ("https://laras.example", {"nama": "Sobat"})
        for bad in (
            replace(wanted, link="javascript:alert(1)"),
            replace(wanted, address="x" * 301),
            replace(wanted, fallbacks={"id": {"kupon": "x"}}),
            replace(wanted, fallbacks={"id": {"nama": "x" * 61}}),
        ):
            with pytest.raises(LetterSettingsError):
                await save_letter_settings(bad)
        assert await read_letter_settings() == wanted


def test_every_placeholder_is_one_that_letters_fill() -> None:
    letter = compile_letter(replace(COPY, email=" ".join(f"{{{name}}}" for name in PLACEHOLDERS)), SHOP)
    assert letter.email(Person(ID, "Ani", "Kain"), WAY_OUT) is not None
