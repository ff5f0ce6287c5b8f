"""The domain check, against a real DNS server: what receivers see, and the record that puts it right."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from batikrfm.sdk import DomainFinding, DomainStanding
from batikrfm.testkit.resend_vendor import ResendVendor
from batikrfm_channel_email.domain.tags import organisation
from batikrfm_channel_email.signing import read_key, record
from dns_zone import Zone
from mail_accounts import resend, smtp
from smtp_vendor import SmtpVendor

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
GOOD, WEAK, BAD, UNKNOWN = DomainStanding.GOOD, DomainStanding.WEAK, DomainStanding.BAD, DomainStanding.UNKNOWN
PEM = rsa.generate_private_key(65_537, 2_048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
OTHER = rsa.generate_private_key(65_537, 2_048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
WELL: Mapping[str, Sequence[str]] = {
    "toko.example TXT": ["google-site-verification=x", "v=spf1 include:_spf.relay.example ~all"],
    "_spf.relay.example TXT": ["v=spf1 ip4:192.0.2.0/24 -all"],
    "batik._domainkey.toko.example TXT": [record(read_key(PEM))],
    "_dmarc.toko.example TXT": ["v=DMARC1; p=quarantine; rua=mailto:dmarc@toko.example"],
    "toko.example MX": ["10 mx.relay.example."],
}
SETTINGS = {"spf_include": "_spf.relay.example", "dkim_key": PEM, "dkim_selector": "batik"}


@pytest.fixture
async def zone() -> AsyncIterator[Zone]:
    async with Zone(dict(WELL)) as zone:
        yield zone


async def looked(zone: Zone, **settings: Any) -> dict[str, DomainFinding]:  # noqa: ANN401 - any setting
    channel = smtp(SmtpVendor(), port=25, **{**SETTINGS, **settings})
    channel.resolver = zone.resolver
    return {finding.subject: finding for finding in await channel.domain_findings()}


async def changed(zone: Zone, records: Mapping[str, Sequence[str]], **settings: Any) -> dict[str, DomainFinding]:  # noqa: ANN401 - any setting
    zone.records = {**WELL, **records}
    return await looked(zone, **settings)


async def test_a_domain_that_is_well_is_said_to_be(zone: Zone) -> None:
    found = await looked(zone)
    assert {subject: finding.standing for subject, finding in found.items()} == dict.fromkeys(
        ("spf", "dkim", "dmarc", "alignment", "mx"), GOOD
    )
    assert found["spf"].found == WELL["toko.example TXT"][1]
    assert found["mx"].found == "mx.relay.example"
    assert all(finding.advice is None for finding in found.values())


@pytest.mark.parametrize(
    ("records", "standing", "says"),
    [
        (["lain"], BAD, "v=spf1 include:_spf.relay.example ~all"),
        (["v=spf1 -all", "v=spf1 ~all"], BAD, "satu catatan"),
        (["v=spf1 ip4:192.0.2.1 -all"], BAD, "include:_spf.relay.example"),
        (["v=spf1 include:_spf.relay.example +all"], BAD, "~all"),
        (["v=spf1 include:_spf.relay.example"], WEAK, "~all"),
        (["v=spf1 include:_spf.relay.example ?all"], WEAK, "~all"),
        (["v=spf1 include:_spf.relay.example " + " ".join(f"a:h{n}.example" for n in range(10)) + " ~all"], BAD, "include"),
        (["V=SPF1 INCLUDE:_SPF.relay.example -ALL"], GOOD, None),
        (["v=spf1 redirect=_spf.relay.example"], GOOD, None),
        (["v=spf10 -all"], BAD, "v=spf1 include"),
    ],
)
async def test_spf_is_one_record_that_names_the_provider_in_ten_look_ups(
    zone: Zone, records: list[str], standing: DomainStanding, says: str | None
) -> None:
    finding = (await changed(zone, {"toko.example TXT": records}))["spf"]
    assert finding.standing is standing
    assert (finding.advice is None) if says is None else (finding.advice is not None and says in finding.advice.id)


async def test_look_ups_are_counted_through_what_is_included_and_circles_end(zone: Zone) -> None:
    deep = {f"s{n}.example TXT": [f"v=spf1 include:s{n + 1}.example mx -all"] for n in range(8)}
    finding = (await changed(zone, {**deep, "toko.example TXT": ["v=spf1 include:s0.example include:_spf.relay.example ~all"]}))["spf"]
    assert finding.standing is BAD
    assert "18 pencarian" in finding.words.id
    circle = {"a.example TXT": ["v=spf1 include:b.example -all"], "b.example TXT": ["v=spf1 include:a.example -all"]}
    finding = (await changed(zone, {**circle, "toko.example TXT": ["v=spf1 include:a.example include:_spf.relay.example ~all"]}))["spf"]
    assert finding.standing is GOOD


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        (record(read_key(OTHER)), BAD),
        ("v=DKIM1; k=rsa; p=", BAD),
        ("v=DKIM1; k=rsa; p=%%%", BAD),
        ("kalimat lain", BAD),
        (record(read_key(PEM)).replace("p=", "p= ").replace("v=DKIM1; ", ""), GOOD),
    ],
)
async def test_the_key_in_the_dns_is_compared_with_ours(zone: Zone, text: str, standing: DomainStanding) -> None:
    finding = (await changed(zone, {"batik._domainkey.toko.example TXT": [text]}))["dkim"]
    assert finding.standing is standing
    assert standing is GOOD or (finding.advice is not None and record(read_key(PEM)) in finding.advice.en)


async def test_without_a_key_of_ours_the_selector_alone_is_looked_at(zone: Zone) -> None:
    assert (await looked(zone, dkim_key=None))["dkim"].standing is GOOD
    assert (await looked(zone, dkim_key=None, dkim_selector=None))["dkim"].standing is UNKNOWN
    assert (await looked(zone, dkim_key=None, dkim_selector="lain"))["dkim"].standing is BAD


@pytest.mark.parametrize(
    ("records", "standing"),
    [
        ([], BAD),
        (["v=DMARC1; p=none"], WEAK),
        (["v=DMARC1; p=reject"], GOOD),
        (["v=DMARC1;p=REJECT"], GOOD),
        (["v=DMARC1; p=mungkin"], BAD),
        (["v=DMARC1"], BAD),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], BAD),
    ],
)
async def test_dmarc_is_one_policy(zone: Zone, records: list[str], standing: DomainStanding) -> None:
    finding = (await changed(zone, {"_dmarc.toko.example TXT": records}))["dmarc"]
    assert finding.standing is standing
    assert standing is GOOD or finding.advice is not None


async def test_a_subdomain_goes_by_the_policy_of_what_was_registered(zone: Zone) -> None:
    records = {"_dmarc.toko.co.id TXT": ["v=DMARC1; p=reject; sp=none; adkim=s; aspf=s"]}
    found = await changed(zone, records, from_address="sri@kabar.toko.co.id", dkim_domain="toko.co.id")
    assert found["dmarc"].standing is WEAK
    assert found["alignment"].standing is WEAK, "strict: the signature is another domain's, the envelope's is the same"


@pytest.mark.parametrize(
    ("settings", "policy", "standing"),
    [
        ({}, "v=DMARC1; p=none", GOOD),
        ({"dkim_domain": "kirim.toko.example"}, "v=DMARC1; p=none", GOOD),
        ({"dkim_domain": "kirim.toko.example", "bounce_address": "p@lain.example"}, "v=DMARC1; p=none; adkim=s", BAD),
        ({"dkim_domain": "relay.example"}, "v=DMARC1; p=none", WEAK),
        ({"dkim_domain": "relay.example", "bounce_address": "p@relay.example"}, "v=DMARC1; p=none", BAD),
        ({"dkim_domain": "relay.example", "bounce_address": "p@kirim.toko.example"}, "v=DMARC1; p=none", WEAK),
        ({"dkim_domain": "relay.example", "bounce_address": "p@kirim.toko.example"}, "v=DMARC1; p=none; aspf=s", BAD),
    ],
)
async def test_what_proves_a_mail_has_to_speak_for_the_address_that_people_see(
    zone: Zone, settings: dict[str, Any], policy: str, standing: DomainStanding
) -> None:
    assert (await changed(zone, {"_dmarc.toko.example TXT": [policy]}, **settings))["alignment"].standing is standing


async def test_a_dns_that_does_not_answer_is_said_and_stops_nothing(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batikrfm_channel_email.domain.resolver.SECONDS", 0.2)
    zone.broken, zone.silent = {"toko.example"}, {"_dmarc.toko.example"}
    standings = {subject: finding.standing for subject, finding in (await looked(zone)).items()}
    assert standings == {"spf": UNKNOWN, "dkim": GOOD, "dmarc": UNKNOWN, "alignment": UNKNOWN, "mx": UNKNOWN}


async def test_a_domain_without_a_mailbox_loses_answers(zone: Zone) -> None:
    for servers in ([], ["0 ."]):
        assert (await changed(zone, {"toko.example MX": servers}))["mx"].standing is WEAK


async def test_resends_domain_is_looked_at_where_resend_puts_its_records(zone: Zone) -> None:
    zone.records = {
        "send.toko.example TXT": ["v=spf1 include:amazonses.com ~all"],
        "resend._domainkey.toko.example TXT": ["p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ"],
        "_dmarc.toko.example TXT": ["v=DMARC1; p=none;"],
    }
    async with ResendVendor() as vendor, resend(vendor) as channel:
        channel.resolver = zone.resolver
        found = {finding.subject: finding.standing for finding in await channel.domain_findings()}
        assert found == {"resend": GOOD, "spf": GOOD, "dkim": GOOD, "dmarc": WEAK, "alignment": GOOD, "mx": WEAK}
        for domains in ({"toko.example": "pending"}, {}):
            vendor.domains = dict(domains)
            assert (await channel.domain_findings())[0].standing is BAD
        vendor.restricted.add("re_kunci")
        assert (await channel.domain_findings())[0].standing is UNKNOWN


@pytest.mark.parametrize(
    ("domain", "registered"),
    [
        ("toko.example", "toko.example"),
        ("kabar.toko.com", "toko.com"),
        ("a.b.toko.co.id", "toko.co.id"),
        ("toko.web.id", "toko.web.id"),
        ("kabar.toko.id", "toko.id"),
        ("shop.com.sg", "shop.com.sg"),
    ],
)
def test_what_somebody_registered(domain: str, registered: str) -> None:
    assert organisation(domain) == registered
