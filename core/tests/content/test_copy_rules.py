"""Our own rules for copy: what each finds, and what it must leave alone."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.content.model import Copy
from batikrfm.content.rules import FIELDS, Field, Finding, ShopRules, blocking, find_problems, links, manners, markup, promises
from batikrfm.content.rules.checking import RULES
from batikrfm.content.rules.model import Passage
from batikrfm.content.rules.plain import small
from batikrfm.testkit.injections import INJECTIONS, Injection

SHOP = ShopRules(
    placeholders=frozenset({"nama", "produk_terakhir", "toko", "tautan"}),
    domains=("tokosri.id", "https://www.batik-bu-sri.com/katalog"),
    offer="Diskon 20% dan gratis ongkir untuk belanja di atas Rp 250.000 sampai Minggu",
    banned_words=("murah", "beli sekarang", "C++"),
    phones=("0812-3456-7890", "(0271) 555123"),
    language="id",
    shop="BATIK BU SRI",
)
NO_OFFER = replace(SHOP, offer="")
GOOD = Copy(
    subject="Kak {nama}, lihat dulu sebelum yang lain",
    preheader="Yang baru kami tunjukkan ke Kakak dulu.",
    email="""
Halo Kak {nama},

Terima kasih sudah sering belanja di sini. Setiap pesanan dari Kakak membuat kami ikut senang, dan kami masih ingat
motif yang dipilih waktu itu.

Hari ini ada beberapa yang baru, dan kami ingin Kakak melihatnya lebih dulu. Kalau ada yang disukai, balas saja email ini, nanti kami
simpankan supaya bisa dipilih dengan tenang. Semoga Kakak dan keluarga sehat selalu.

Salam hangat dari BATIK BU SRI
""",
    whatsapp="""
Halo Kak {nama}, ini dari *BATIK BU SRI*.

Terima kasih ya, sudah sering belanja di sini. Ada motif baru, dan kami ingin Kakak yang melihat lebih dulu sebelum kami kabarkan ke yang
lain. Mau kami kirimkan fotonya? Balas saja pesan ini.
""",
    call_to_action="Lihat yang baru",
)


def findings_of(text: str, rules: ShopRules = SHOP, where: Field = "whatsapp") -> list[Finding]:
    """What is found in a good copy of which one field ends in ``text``; lengths are another test's business."""
    copy = replace(GOOD, **{where: f"{getattr(GOOD, where)}\n\n{text}" if where in ("email", "whatsapp") else text})
    return [finding for finding in find_problems(copy, rules) if finding.rule not in ("too_long", "too_short")]


def rules_of(text: str, rules: ShopRules = SHOP, where: Field = "whatsapp") -> set[str]:
    return {finding.rule for finding in findings_of(text, rules, where)}


def test_good_copy_has_no_findings() -> None:
    assert find_problems(GOOD, SHOP) == ()


EXAMPLES = tomllib.loads((Path(__file__).parent / "copy_rules.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", EXAMPLES["phones_of_others"])
def test_a_number_that_is_not_the_shops(text: str) -> None:
    assert "invented_phone" in rules_of(text)


@pytest.mark.parametrize("text", EXAMPLES["no_phones"])
def test_the_shops_own_number_and_other_figures(text: str) -> None:
    assert "invented_phone" not in rules_of(text)


@pytest.mark.parametrize("text", EXAMPLES["links_outside"])
def test_a_link_that_leads_away(text: str) -> None:
    assert "outside_link" in rules_of(text)
    assert "outside_link" in rules_of(f"[Lihat di sini]({text})", where="email")


@pytest.mark.parametrize("text", EXAMPLES["links_inside"])
def test_a_link_to_the_shop_and_what_is_none(text: str) -> None:
    assert "outside_link" not in rules_of(text)


def test_a_shop_without_domains_has_no_links_but_those_filled_in() -> None:
    nowhere = replace(SHOP, domains=())
    assert "outside_link" in rules_of("tokosri.id", nowhere)
    assert "outside_link" not in rules_of("[Lihat]({tautan})", nowhere, "email")
    assert "outside_link" in rules_of("https://{nama}.evil.com", nowhere)


@pytest.mark.parametrize("text", EXAMPLES["prices"])
def test_a_price_that_is_not_in_the_offer(text: str) -> None:
    assert "price_not_offered" in rules_of(text)
    assert "price_not_offered" in rules_of(text, NO_OFFER)


@pytest.mark.parametrize("text", ["dua puluh l\u0130ma r\u0130bu rupiah", "lima r\u0131bu rup\u0131ah", "sepuluh per\u017fen"])
def test_a_price_in_words_with_letters_of_another_alphabet(text: str) -> None:
    """``re.IGNORECASE`` takes them for ours, and so does whoever reads the copy."""
    assert "price_not_offered" in rules_of(text)


@pytest.mark.parametrize("text", EXAMPLES["promises"])
def test_a_promise_that_is_not_in_the_offer(text: str) -> None:
    assert "promise_not_offered" in rules_of(text)


@pytest.mark.parametrize("text", EXAMPLES["offered"])
def test_what_the_owner_offers_may_be_said_in_other_words(text: str) -> None:
    assert rules_of(text) & {"price_not_offered", "promise_not_offered"} == set()
    assert rules_of(text, NO_OFFER) & {"price_not_offered", "promise_not_offered"}, "and only then"


@pytest.mark.parametrize("text", EXAMPLES["no_promises"])
def test_what_only_looks_like_a_promise(text: str) -> None:
    assert rules_of(text, NO_OFFER) & {"price_not_offered", "promise_not_offered"} == set()


@pytest.mark.parametrize(
    ("offer", "text"),
    [
        ("setengah harga", "diskon 50%"),
        ("50% off", "setengah harga"),
        ("beli 2 gratis 1", "yang ketiga gratis"),
        ("Potongan 25rb", "potongan Rp 25.000"),
        ("Free shipping", "gratis ongkir"),
        ("cashback 10%", "cashback 10 persen"),
        ("hemat seratus ribu rupiah", "hemat 100rb"),
        ("Pakai kode SRI20 untuk diskon 20%", "kode promo SRI20, voucher untuk Kakak"),
    ],
)
def test_the_same_offer_in_other_words(offer: str, text: str) -> None:
    assert rules_of(text, replace(SHOP, offer=offer)) & {"price_not_offered", "promise_not_offered"} == set()


def test_one_code_is_not_another() -> None:
    offer = replace(SHOP, offer="Voucher SRI20 untuk diskon 20%")
    assert "promise_not_offered" not in rules_of("voucher SRI20", offer)
    assert "promise_not_offered" in rules_of("voucher SRI50", offer)


@pytest.mark.parametrize("text", EXAMPLES["medical"])
def test_a_claim_of_healing(text: str) -> None:
    assert "medical_claim" in rules_of(text)


@pytest.mark.parametrize("text", EXAMPLES["religious"])
def test_religion_as_a_selling_point(text: str) -> None:
    assert "religious_claim" in rules_of(text)


@pytest.mark.parametrize("text", EXAMPLES["no_claims"])
def test_a_greeting_is_no_claim(text: str) -> None:
    assert rules_of(text) & {"medical_claim", "religious_claim"} == set()


@pytest.mark.parametrize("text", EXAMPLES["left_overs"])
def test_what_a_template_left_behind(text: str) -> None:
    assert "left_over" in rules_of(text)


@pytest.mark.parametrize("text", ["{nomor_hp}", "{Nama}", "{ nama }", "{}", "{0}", "{nama!r}", "{nama.__class__}", "{alamat}"])
def test_a_placeholder_that_nobody_fills(text: str) -> None:
    assert "unknown_placeholder" in rules_of(text)


@pytest.mark.parametrize("text", ["{nama}", "{produk_terakhir}-nya", "*{nama}*", "({tautan})"])
def test_a_placeholder_that_is_filled(text: str) -> None:
    assert rules_of(text) == set()


@pytest.mark.parametrize("text", EXAMPLES["shouts"])
def test_shouting(text: str) -> None:
    assert [finding.severity for finding in findings_of(text) if finding.rule == "shouting"]
    assert "block" not in {finding.severity for finding in findings_of(text) if finding.rule == "shouting"}, "a person may let it pass"


@pytest.mark.parametrize("text", EXAMPLES["quiet"])
def test_capitals_that_are_no_shouting(text: str) -> None:
    assert "shouting" not in rules_of(text)


@pytest.mark.parametrize("text", ["murah", "MURAH", "murahnya", "Beli  sekarang", "belilah, beli\nsekarang!", "C++", "mu\u200brah"])
def test_a_word_that_the_shop_bans(text: str) -> None:
    assert "banned_word" in rules_of(text)


@pytest.mark.parametrize("text", ["pemurah", "murahan", "beli besok, sekarang lihat dulu", "C", "rumah"])
def test_a_banned_word_inside_another(text: str) -> None:
    assert "banned_word" not in rules_of(text)


@pytest.mark.parametrize("text", EXAMPLES["somebody"])
def test_a_name_that_everyone_would_be_called(text: str) -> None:
    assert "personal_name" in rules_of(text)


@pytest.mark.parametrize("text", EXAMPLES["nobody"])
def test_what_is_nobodys_name(text: str) -> None:
    assert "personal_name" not in rules_of(text)


@pytest.mark.parametrize("text", EXAMPLES["addresses"])
def test_an_address_of_somebody_else(text: str) -> None:
    assert "personal_address" in rules_of(text)


@pytest.mark.parametrize("text", EXAMPLES["own_addresses"])
def test_the_shops_own_address(text: str) -> None:
    assert "personal_address" not in rules_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "**tebal**",
        "[Lihat](https://tokosri.id)",
        "# Judul",
        "__tebal__",
        "~~coret~~",
        "![foto](https://tokosri.id/a.png)",
        "---",
        "| a | b |",
    ],
)
def test_markdown_in_whatsapp(text: str) -> None:
    assert "markdown" in rules_of(text)
    assert "markdown" not in rules_of(text, where="email")


@pytest.mark.parametrize("text", ["*tebal*", "_miring_", "~coret~", "- satu\n- dua", "1. satu", "```sama lebar```", "a * b * c", "#batik"])
def test_whatsapps_own_marks(text: str) -> None:
    assert "markdown" not in rules_of(text)


def test_marks_in_a_line_of_plain_text() -> None:
    assert "markdown" in rules_of("Lihat *dulu* ya", where="subject")
    assert "markdown" not in rules_of("2 * 3 motif baru", where="subject")


@pytest.mark.parametrize("text", ["<b>halo</b>", "<script>x</script>", "<br/>", "<!-- x -->", "&nbsp;", '<a href="x">y</a>', "<IMG SRC=x>"])
def test_html_anywhere(text: str) -> None:
    assert "html" in rules_of(text)
    assert "html" in rules_of(text, where="email")


@pytest.mark.parametrize("text", ["tawaran\u200b", "\u202etxet", "kain\U000e0041", "a\u2066b", "soft\u00adhyphen"])
def test_signs_that_nobody_sees(text: str) -> None:
    assert "hidden_signs" in rules_of(text)


@pytest.mark.parametrize("text", ["keluarga 👨‍👩‍👧", "❤️", "é à ü", "“kutip”"])
def test_signs_that_people_do_see(text: str) -> None:
    assert "hidden_signs" not in rules_of(text)


def test_letters_of_two_scripts_in_one_word() -> None:
    assert "mixed_letters" in rules_of("b\u0430tik")
    assert "mixed_letters" not in rules_of("Москва")


ENGLISH = """
Hello {nama}, this is your shop. Thank you for coming back to us so often. We have some new pieces, and we would like you to see them first,
before we tell anyone else. Shall we send you the photos? Just answer here and we will pick the ones that you will like.
"""


def test_the_wrong_language() -> None:
    english = replace(GOOD, whatsapp=ENGLISH)
    assert "wrong_language" in {finding.rule for finding in find_problems(english, SHOP)}
    assert "wrong_language" in {finding.rule for finding in find_problems(GOOD, replace(SHOP, language="en"))}
    assert find_problems(replace(english, email=ENGLISH * 2), replace(SHOP, language="en")) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Liebe Kundin, vielen Dank, dass Sie so oft bei uns einkaufen. Wir zeigen Ihnen gern die neuen Muster, vor allen anderen.",
        "Querida clienta, muchas gracias por comprar tanto con nosotros. Tenemos motivos nuevos y queremos que usted los vea primero.",
        "您好,感谢您一直以来的支持。我们有新的蜡染图案,希望您能比其他人更早看到。如果您喜欢,请直接回复这封邮件,我们会为您保留您选择的款式,谢谢您。",
    ],
)
def test_a_third_language(text: str) -> None:
    assert "wrong_language" in {finding.rule for finding in find_problems(replace(GOOD, whatsapp=text), SHOP)}


@pytest.mark.parametrize("text", ["Batik Tulis", "Kak {nama}, new arrival sudah ada di toko kami ya", "OK"])
def test_few_words_and_loan_words_say_nothing_about_the_language(text: str) -> None:
    assert "wrong_language" not in {finding.rule for finding in find_problems(replace(GOOD, whatsapp=text), SHOP)}


@pytest.mark.parametrize(
    ("where", "text", "rule", "severity"),
    [
        ("subject", "", "empty", "block"),
        ("email", " \n ", "empty", "block"),
        ("whatsapp", "\u200b", "empty", "block"),
        ("subject", "a " * 31, "too_long", "warn"),
        ("subject", "a" * 79, "too_long", "block"),
        ("subject", "Halo\nBcc: x", "one_line", "block"),
        ("call_to_action", "Lihat\rsini", "one_line", "block"),
        ("preheader", "b" * 101, "too_long", "warn"),
        ("call_to_action", "c" * 31, "too_long", "warn"),
        ("email", "kata " * 59, "too_short", "warn"),
        ("email", "kata " * 181, "too_long", "warn"),
        ("email", "kata " * 401, "too_long", "block"),
        ("whatsapp", "k" * 199, "too_short", "warn"),
        ("whatsapp", "k" * 601, "too_long", "warn"),
        ("whatsapp", "k" * 1_025, "too_long", "block"),
    ],
)
def test_lengths(where: Field, text: str, rule: str, severity: str) -> None:
    found = find_problems(replace(GOOD, **{where: text}), SHOP)
    assert (rule, severity) in {(finding.rule, finding.severity) for finding in found if finding.where == where}


def test_a_length_that_just_fits() -> None:
    copy = replace(GOOD, subject="a" * 60, preheader="b" * 100, call_to_action="c" * 30)
    assert {finding.rule for finding in find_problems(copy, SHOP)} == set()


def test_a_finding_says_where_what_and_what_to_do() -> None:
    [finding] = findings_of("Hubungi 081399990000")
    assert (finding.rule, finding.severity, finding.where, finding.excerpt) == ("invented_phone", "block", "whatsapp", "081399990000")
    assert finding.reason.say("id").startswith("Nomor ini bukan nomor toko Anda.")
    assert blocking([finding]) == (finding,)


def test_the_same_thing_is_said_once() -> None:
    assert len([finding for finding in findings_of("murah murah murah") if finding.rule == "banned_word"]) == 1


@pytest.mark.parametrize("attack", INJECTIONS, ids=lambda attack: attack.name)
def test_an_attack_that_reaches_the_answer_whole_does_not_pass(attack: Injection) -> None:
    """The last line of defence knows an attack by its form or by what it promises; an order in plain words has neither."""
    found = find_problems(replace(GOOD, whatsapp=f"{GOOD.whatsapp} {attack.text}"), NO_OFFER)
    assert blocking(found) or attack.name in PLAIN_WORDS


PLAIN_WORDS = {
    *(
        "plain-id",
        "plain-en",
        "polite-id",
        "new-task-en",
        "forget-id",
        "override-en",
        "developer-mode",
        "role-play-id",
        "leak-prompt-en",
        "leak-prompt-id",
    ),
    *(
        "leak-customers-id",
        "language-en",
        "refuse-id",
        "late-payload-en",
        "markdown-turns",
        "turns-id",
        "closing-fence",
        "closing-quotes",
        "closing-dashes",
    ),
    *("closing-angle", "llama-tags", "fullwidth", "line-separators", "control-signs", "stacked-marks"),
}


PIECES = (
    *(
        "Rp",
        "150.000",
        "rb",
        "%",
        "{nama}",
        "{{",
        "}}",
        "[a](b)",
        "https://",
        "@",
        "+62",
        "08",
        "12",
        "diskon",
        "gratis",
        "!",
        "\u200b",
        "\n",
        "-",
        ".",
    ),
    *("ribu", "r\u0130bu", "dua puluh", "rupiah", "halal", "HARGA", "kak", "Siti", "*", "_", "(", ")", "//", "#", "---"),
    *("setengah harga", "persen", "20%", "off", "bukan"),
)
ANY_TEXT = st.text(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join)


@given(
    st.tuples(*[ANY_TEXT] * 5), st.builds(ShopRules, offer=ANY_TEXT, banned_words=st.lists(ANY_TEXT, max_size=3).map(tuple), shop=ANY_TEXT)
)
def test_any_text_can_be_read(fields: tuple[str, ...], rules: ShopRules) -> None:
    copy = Copy(**dict(zip(FIELDS, fields, strict=True)))
    found = find_problems(copy, rules)
    assert found == find_problems(copy, rules)
    for finding in found:
        assert finding.where in FIELDS
        assert len(finding.excerpt) <= 80
        assert "\n" not in finding.excerpt
        assert finding.reason.id
        assert finding.reason.en


HINTS = ((promises, "DIGIT"), (promises, "SPELLED_HINT"), (markup, "ANY_MARK"), (manners, "TWO_CAPITALS"), (links, "HINT"))


@given(ANY_TEXT, st.sampled_from(FIELDS))
def test_a_hint_that_is_looked_for_first_changes_nothing(text: str, where: Field) -> None:
    def read() -> list[Finding]:
        promises.promises.cache_clear()
        return [finding for rule in RULES for finding in rule(Passage.of(where, text), NO_OFFER)]

    with pytest.MonkeyPatch.context() as patch:
        for module, hint in HINTS:
            patch.setattr(module, hint, re.compile(""))
        plainly = read()
    assert read() == plainly


@given(ANY_TEXT)
def test_a_text_in_small_letters_is_as_long_as_before(text: str) -> None:
    assert [*map(len, map(small, text))] == [1] * len(text)
    assert len(small(text)) == len(text)


@given(ANY_TEXT)
def test_what_the_offer_says_word_for_word_may_be_said(offer: str) -> None:
    assert rules_of(offer, replace(SHOP, offer=offer)) & {"price_not_offered", "promise_not_offered"} == set()


@given(st.from_regex(r"\{[a-z_]{1,20}\}", fullmatch=True))
def test_only_known_placeholders_pass(placeholder: str) -> None:
    known = placeholder[1:-1] in SHOP.placeholders
    assert ("unknown_placeholder" in rules_of(placeholder)) != known


LONG = (
    "a",
    "1",
    "1.",
    "a.",
    "A ",
    "!",
    "{",
    "[",
    "<",
    "dua ",
    "0 8",
    "ribu ",
    "a@",
    "//",
    "\n",
    "*",
    "Rp1",
    "halo ",
    "(",
    "semoga ",
    "- ",
    "membawa berkah ",
)


@pytest.mark.parametrize("piece", LONG)
def test_a_long_text_of_one_piece_is_read_to_its_end(piece: str) -> None:
    """No pattern may take time that grows with the square of the length: the suite's timeout would find it."""
    for rule in RULES:
        list(rule(Passage.of("email", piece * 5_000), SHOP))
