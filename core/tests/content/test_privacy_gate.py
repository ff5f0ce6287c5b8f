"""The privacy gate: nothing that names a customer leaves, in whatever writing, and words that name nobody pass."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from batikrfm.content.asking import ask
from batikrfm.content.errors import PrivacyGateError
from batikrfm.content.gate import Own, find, queries
from batikrfm.content.gate.numbers import international
from batikrfm.content.gate.ordinary import ordinary_words
from batikrfm.content.gate.patterns import emails, has_address
from batikrfm.content.gate.words import is_full, key_of, words_of
from batikrfm.content.generating import generate
from batikrfm.content.model import Order
from batikrfm.content.prompts import save_prompt
from batikrfm.db.lookups import look_up
from batikrfm.segmentation.history import latest_run
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.profile import Profile, change_profile
from batikrfm.usage import GENERATIONS, standing
from content_stage import PRODUCTS, add_customers, customer, fill_shop, settle_on

if TYPE_CHECKING:
    from chain_stage import Stage

NAME, PHONE, EMAIL = "Siti Rahmawati", "+6281234567890", "siti.rahma88@contoh.id"
ORDER = Order("champions")
OWN = Own(said=("Batik Laras",))


async def kinds(texts: list[str], own: Own) -> list[str | None]:
    return await look_up(find([(text, own) for text in texts]))


_SAID = "nol satu dua tiga empat lima enam tujuh delapan sembilan".split()  # noqa: SIM905 - reads better
_SPELT = "zero one two three four five six seven eight nine".split()  # noqa: SIM905 - reads better
NAMES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "capitals": str.upper,
    "small": str.lower,
    "wide": lambda name: name.replace(" ", "   "),
    "dotted": lambda name: name.replace(" ", "."),
    "hyphen": lambda name: name.replace(" ", "-"),
    "underscore": lambda name: name.replace(" ", "_"),
    "line break": lambda name: name.replace(" ", "\n"),
    "no-break space": lambda name: name.replace(" ", "\u00a0"),
    "glued": lambda name: name.replace(" ", ""),
    "last first": lambda name: ", ".join([name.split()[-1], " ".join(name.split()[:-1])]),
    "honoured": lambda name: f"Ibu Hj. {name}, S.E.",
    "quoted": lambda name: f'"{name}"',
    "zero width": "\u200b".join,
    "full width": lambda name: "".join(chr(ord(sign) + 0xFEE0) if sign in string.ascii_letters else sign for sign in name),
    "accents": lambda name: "".join(f"{sign}\u0301" if sign in "aiueo" else sign for sign in name),
    "bold": lambda name: "".join(
        chr(0x1D400 + ord(sign) - 65) if "A" <= sign <= "Z" else chr(0x1D41A + ord(sign) - 97) if "a" <= sign <= "z" else sign
        for sign in name
    ),
    "spelled": lambda name: "  ".join(" ".join(word) for word in name.split()),
}
PHONES: dict[str, Callable[[str], str]] = {
    "E.164": str,
    "national": lambda phone: "0" + phone[3:],
    "without zero": lambda phone: phone[3:],
    "hyphens": lambda phone: f"0{phone[3:6]}-{phone[6:10]}-{phone[10:]}",
    "spaces": lambda phone: f"+62 {phone[3:6]} {phone[6:10]} {phone[10:]}",
    "dots": lambda phone: f"0{phone[3:6]}.{phone[6:10]}.{phone[10:]}",
    "brackets": lambda phone: f"(0{phone[3:6]}) {phone[6:]}",
    "double zero": lambda phone: f"0062{phone[3:]}",
    "each apart": lambda phone: " ".join("0" + phone[3:]),
    "in words": lambda phone: " ".join(_SAID[int(sign)] for sign in "0" + phone[3:]),
    "in English words": lambda phone: " ".join(_SPELT[int(sign)] for sign in "0" + phone[3:]),
    "full width": lambda phone: "".join(chr(0xFF10 + int(sign)) for sign in "0" + phone[3:]),
    "Arabic digits": lambda phone: "".join(chr(0x0660 + int(sign)) for sign in "0" + phone[3:]),
    "as money": lambda phone: f"Rp0{phone[3:]}",
    "among others": lambda phone: f"stok 12 0{phone[3:]} 5 pcs",
    "letter o": lambda phone: f"0{phone[3:]}".replace("0", "o"),
    "zero width": lambda phone: "\u200d".join(f"0{phone[3:]}"),
    "link": lambda phone: f"https://wa.me/{phone[1:]}",
}
EMAILS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "capitals": str.upper,
    "spaces": lambda email: email.replace("@", " @ "),
    "at in brackets": lambda email: email.replace("@", " (at) "),
    "at and dot": lambda email: email.replace("@", " [at] ").replace(".", " [dot] "),
    "at in words": lambda email: email.replace("@", " at ").replace(".id", " titik id"),
    "mailto": lambda email: f"<mailto:{email}>",
    "full width": lambda email: email.replace("@", "\uff20"),
    "in a sentence": lambda email: f"kirim ke {email}, ya.",
}
WRITINGS = [
    *(pytest.param(write(NAME), "name", id=f"name: {how}") for how, write in NAMES.items()),
    *(pytest.param(write(PHONE), "own_phone", id=f"phone: {how}") for how, write in PHONES.items()),
    *(pytest.param(write(EMAIL), "own_email", id=f"e-mail: {how}") for how, write in EMAILS.items()),
]


@pytest.fixture
async def known(tenant: UUID) -> UUID:
    """A tenant with one customer who has a name, a phone and an e-mail."""
    await add_customers(tenant, customer(NAME, phone=PHONE, email=EMAIL))
    return tenant


@pytest.mark.parametrize(("written", "kind"), WRITINGS)
async def test_a_customer_is_found_in_any_writing(known: UUID, written: str, kind: str) -> None:
    async with tenant_scope(known):
        found = await kinds([f"Batik tulis halus untuk {written} yang setia", "Batik tulis halus"], OWN)
    assert found == [kind, None]


_WORD = st.text(string.ascii_lowercase, min_size=3, max_size=10)
_PEOPLE = (
    st.lists(_WORD.map(str.title), min_size=2, max_size=4)
    .map(" ".join)
    .filter(lambda name: is_full(name) and not ordinary_words().issuperset(words_of(name)))
)
_NUMBERS = st.from_regex(r"\+628[1-9][0-9]{8,9}", fullmatch=True)
_ADDRESSES = st.builds(lambda who, where: f"{who}@{where}.id", st.from_regex(r"[a-z]{3,8}[0-9]{1,3}", fullmatch=True), _WORD)
_CLEAN = st.sampled_from(
    ["Batik tulis halus", "kain panjang motif kawung", "Ramah, hangat, tidak memaksa", "Diskon 10% sampai hari Minggu"]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("Rara Sari Wulan", "+6281000000001", "rara1@toko.id", "Batik tulis halus", "Batik tulis halus", "as it is", "letter o", "as it is")
@given(
    name=_PEOPLE,
    phone=_NUMBERS,
    email=_ADDRESSES,
    before=_CLEAN,
    after=_CLEAN,
    name_as=st.sampled_from(sorted(set(NAMES) - {"glued"})),
    phone_as=st.sampled_from(sorted(PHONES)),
    email_as=st.sampled_from(sorted(EMAILS)),
)
async def test_any_customer_in_any_writing(
    tenant: UUID, name: str, phone: str, email: str, before: str, after: str, name_as: str, phone_as: str, email_as: str
) -> None:
    await add_customers(tenant, customer(name, phone=phone, email=email))
    texts = [f"{before} {write} {after}" for write in (NAMES[name_as](name), PHONES[phone_as](phone), EMAILS[email_as](email))]
    async with tenant_scope(tenant):
        found = await kinds([*texts, f"{before}. {after}"], OWN)
    assert all(found[:3]), (name_as, phone_as, email_as)
    assert found[3] is None or _says(found[3], f"{before} {after}", name)


def _says(kind: str, text: str, name: str) -> bool:
    """A name that hypothesis drew may by chance be in the clean sentences."""
    return kind == "name" and set(words_of(name)) <= set(words_of(text))


@pytest.mark.parametrize("place", ["voice", "offer", "order", "trade", "shop", "template"])
@pytest.mark.usefixtures("writing")
async def test_whatever_way_it_comes_in_nothing_goes_out(tenant: UUID, vendors: Stage, place: str) -> None:
    await fill_shop(tenant, customer(NAME, phone=PHONE, email=EMAIL))
    for what, kind in ((NAME, "nama"), ("0812-3456-7890", "telepon"), (EMAIL.upper(), "email")):
        if place == "shop" and what == NAME:
            continue  # a shop may say its own name
        order = await put(tenant, place, what)
        with pytest.raises(PrivacyGateError) as refused:
            await generate(tenant, order)
        said = refused.value.say("id") + refused.value.say("en")
        assert kind in said
        assert not any(piece.lower() in said.lower() for piece in (what, "rahmawati", "3456", "rahma88"))
    assert not vendors.asked
    async with tenant_scope(tenant):
        now = await standing(GENERATIONS)
    assert (now.used, now.reserved) == (0, 0)


async def put(tenant: UUID, place: str, what: str) -> Order:
    """Write ``what`` into a place from which it could get into a prompt."""
    async with tenant_scope(tenant):
        match place:
            case "voice":
                await change_profile(Profile("Batik Laras", "Asia/Jakarta", "IDR", "id", f"Seperti {what} bercerita"))
            case "shop":
                await change_profile(Profile(f"Toko {what}", "Asia/Jakarta", "IDR", "id"))
            case "template":
                await save_prompt("champions", "id", f"Tulis surat untuk {what}.")
    if place in {"offer", "trade"}:
        await settle_on(tenant, **{place: f"batik dan {what}"})
    return Order("champions", offer=f"Diskon khusus {what}") if place == "order" else ORDER


@pytest.mark.usefixtures("writing")
async def test_a_product_that_names_somebody_is_left_out_and_the_rest_is_said(tenant: UUID, vendors: Stage) -> None:
    named = [f"Kebaya pesanan {NAME}", f"Kain untuk WA {PHONE}", f"Tas {EMAIL}", "Sarung kirim ke Jl. Melati No. 12"]
    buyers = [customer(f"Orang Ke{chr(97 + number)}", product=product) for product in named for number in range(6)]
    buyers = [sale if number else customer(NAME, phone=PHONE, email=EMAIL) for number, sale in enumerate(buyers)]
    many = [type(sale)(f"pembeli{number}", 3, 9_000_000, product) for number in range(60) for product in named for sale in buyers[:1]]
    await fill_shop(tenant, *buyers, *many)
    await generate(tenant, ORDER)
    prompt = vendors.requests[0].prompt
    assert not re.search(r"rahma|siti|8123|contoh\.id|melati", prompt.lower())
    assert any(f'"{product}"' in prompt for product in PRODUCTS)
    assert vendors.requests[0].brief is not None
    assert not any("pesanan" in product or "WA" in product for product in vendors.requests[0].brief.products)


@pytest.mark.usefixtures("writing")
async def test_a_product_that_few_have_bought_is_not_named(tenant: UUID, vendors: Stage) -> None:
    await fill_shop(tenant, *(type(customer())(f"pembeli{number}", 3, 9_000_000, "Kebaya Sekali Jadi") for number in range(4)))
    await generate(tenant, ORDER)
    assert "Sekali Jadi" not in vendors.requests[0].prompt


@pytest.mark.usefixtures("writing")
async def test_a_group_under_five_is_not_described(tenant: UUID, vendors: Stage) -> None:
    await fill_shop(tenant, customers=12)
    async with tenant_scope(tenant):
        results = (await latest_run()).results
        small = next(result for result in results if 0 < result.customers < 5)
        asking = await ask(Order(small.segment))
    assert (asking.facts.customers, asking.facts.share, asking.facts.middles) == (None, None, None)
    assert "pelanggan," not in asking.text
    assert "omzet" not in asking.text
    await generate(tenant, Order(small.segment))
    assert vendors.requests[0].prompt == asking.text


@pytest.mark.usefixtures("writing")
async def test_words_that_name_nobody_pass_whatever_customers_are_called(tenant: UUID, vendors: Stage) -> None:
    names = ("Batik", "Sari", "Batik Tulis", "Kain Batik Halus", "Toko Batik", "Mega Mendung", "Batik Sari Indah", "Ibu Sari", "M. Sari")
    await fill_shop(
        tenant, *(customer(name) for name in names), name="Batik Sari Indah", voice="Batik tulis mega mendung, seperti Sari dan Ibu Sari"
    )
    await generate(tenant, ORDER)
    assert len(vendors.requests) == 1


async def test_a_name_of_a_given_name_and_a_trade_word_is_somebody(tenant: UUID) -> None:
    await add_customers(tenant, customer("Dewi Sari"), customer("Hari Ramadan"))
    async with tenant_scope(tenant):
        assert await kinds(["kebaya Dewi Sari", "promo hari Ramadan"], OWN) == ["name", "name"]
        assert await kinds(["kebaya Dewi Sari"], Own(said=("Griya Dewi Sari",))) == [None]


async def test_another_shops_customers_are_no_concern(tenant: UUID, other_tenant: UUID) -> None:
    await add_customers(other_tenant, customer(NAME))
    async with tenant_scope(tenant):
        assert await kinds([f"seperti {NAME}"], OWN) == [None]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hubungi 0899-1111-2222", "phone"),
        ("NIK 3374 0123 4567 8901", "nik"),
        ("rekening 7731000099", "account"),
        ("orang@lain.com", "email"),
        ("Jl. Sudirman Kav. 5 No 12", "address"),
        ("RT 03/RW 05", "address"),
        ("diskon Rp850.000.000 sampai 31/12/2026", None),
        ("harga Rp 1.250.000, stok 2.500 pcs", None),
        ("berlaku 01/12/2026 - 05/12/2026", None),
        ("diskon 50% untuk 100 pembeli pertama tahun 2026", None),
        ("Look at batik. It is beautiful. (a) kain (b) kemeja", None),
        ("motif titik putih, jalan-jalan ke pasar", None),
    ],
)
async def test_what_looks_like_anybodys_data_is_stopped_and_nothing_else(tenant: UUID, text: str, kind: str | None) -> None:
    async with tenant_scope(tenant):
        assert await kinds([text], OWN) == [kind]


async def test_the_shops_own_phone_may_be_said_unless_it_is_a_customers(known: UUID) -> None:
    own = Own(phones=("0811-2222-333", "081234567890"))
    async with tenant_scope(known):
        assert await kinds(["telepon +62 811 2222 333", "telepon 0812 3456 7890"], own) == [None, "own_phone"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(st.characters(min_codepoint=1, max_codepoint=0x24F, exclude_characters="\u0130\u017f"), min_size=1, max_size=40),
        _PEOPLE.map(lambda name: f"H. Bapak {name}, S.Kom."),
        _PEOPLE.map(lambda name: f"dr. {name} M.Si"),
    )
)
async def test_the_column_and_the_program_agree_on_a_names_key(tenant: UUID, name: str) -> None:
    async with tenant_scope(tenant) as scope:
        await scope.execute("delete from customers")
        await scope.execute(
            "insert into customers (tenant_id, id, contact_at, key, name) select id, uuidv7(), now(), 'x', $1 from tenants", name
        )
        assert await scope.fetchval("select name_key from customers") == key_of(name)


async def test_names_phones_and_emails_are_looked_up_in_indexes(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        await scope.execute(MANY)
        await scope.execute("analyze customers")
        plan = "\n".join(row[0] for row in await scope.fetch(f"explain {queries.CUSTOMERS}", ["a"], ["b"], ["c"]))
    for index in ("customers_by_name_key", "customers_by_phone", "customers_by_email"):
        assert index in plan
    assert "Seq Scan" not in plan


MANY = """
insert into customers (tenant_id, id, contact_at, key, name, phone, email)
select current_setting('app.tenant_id')::uuid, uuidv7(), now(), 'k' || n, 'Orang Ke' || n, '+628' || n, 'orang' || n || '@contoh.id'
from generate_series(1, 5000) n
"""


def test_small_parts() -> None:
    assert international("0812-3456-7890") == "+6281234567890"
    assert emails("tulis ke a.b@c.co.id.") == {"a.b@c.co.id"}
    assert not has_address("jalan cerita batik nomor satu")
    assert not is_full("Ibu Sari")
    assert is_full("Hj. Siti Aminah, S.Pd.")
