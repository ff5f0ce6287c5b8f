"""Numbers, money and times as people write them, and addresses that stay on our site."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.sdk.money import MONEY_SCALE
from batikrfm_tenants.portal.formats import Formats
from batikrfm_tenants.portal.paths import local, with_next

NEW_YEARS_EVE = dt.datetime(2025, 12, 31, 17, 30, tzinfo=dt.UTC)
ID = Formats("id", now=NEW_YEARS_EVE)
EN = Formats("en", now=NEW_YEARS_EVE)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_money_is_written_as_at_home() -> None:
    assert plain(ID.money(1_250_000 * MONEY_SCALE)) == "Rp 1.250.000"
    assert plain(EN.money(1_250_000 * MONEY_SCALE)) == "Rp 1,250,000"
    assert plain(ID.money(-5_000 * MONEY_SCALE)) == "-Rp 5.000"
    assert plain(EN.money(1_999 * MONEY_SCALE // 100, "USD")) == "$19.99"


def test_days_and_clocks_are_the_shops_own() -> None:
    assert ID.day(dt.date(2025, 12, 31)) == "31 Des 2025"
    assert EN.day(dt.date(2025, 12, 31)) == "31 Dec 2025"
    assert plain(ID.moment(NEW_YEARS_EVE)) == "1 Jan 2026 00.30"
    assert plain(EN.moment(NEW_YEARS_EVE)) == "1 Jan 2026 00:30"
    assert plain(Formats("id", time_zone="Asia/Jayapura").moment(NEW_YEARS_EVE)) == "1 Jan 2026 02.30"
    assert ID.iso(NEW_YEARS_EVE) == "2025-12-31T17:30:00Z"


@pytest.mark.parametrize(
    ("seconds", "indonesian", "english"),
    [(5, "baru saja", "just now"), (3 * 3600, "3 jam yang lalu", "3 hours ago"), (-2 * 86400, "dalam 2 hari", "in 2 days")],
)
def test_how_long_ago(seconds: int, indonesian: str, english: str) -> None:
    moment = NEW_YEARS_EVE - dt.timedelta(seconds=seconds)
    assert (ID.ago(moment), EN.ago(moment)) == (indonesian, english)


def test_shares_numbers_and_sizes() -> None:
    assert (ID.share(1, 4), ID.share(1, 3, 1), EN.share(1, 0)) == ("25%", "33,3%", "0%")
    assert (ID.number(1234567), EN.number(Decimal("2.50"), 2)) == ("1.234.567", "2.5")
    assert [plain(ID.filesize(size)) for size in (999, 1200, 1_234_567)] == ["999 B", "1,2 kB", "1,2 MB"]


@given(st.text())
def test_no_text_leads_away_from_here(text: str) -> None:
    path = local(text)
    assert path in ("/", text)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert path.isprintable()


def test_a_path_with_its_question_is_kept() -> None:
    assert local("/toko/a/pelanggan?hal=2&cari=a%20b") == "/toko/a/pelanggan?hal=2&cari=a%20b"
    assert with_next("/masuk", "/toko/a?hal=2&cari=x") == "/masuk?next=/toko/a%3Fhal%3D2%26cari%3Dx"
