"""Settings: what is taken, what is refused when it is entered, and where mail may not go (SSRF)."""

from __future__ import annotations

import ipaddress
import socket
import subprocess
import sys
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from pydantic import ValidationError

from batikrfm.plugins import load_plugins
from batikrfm.plugins.egress import InsideAddressError, require_public
from batikrfm.sdk import MASK, NotAllowedError, Secret
from batikrfm_channel_email import reach
from batikrfm_channel_email.resend.config import ResendConfig
from batikrfm_channel_email.smtp.config import SmtpConfig

SMTP: dict[str, Any] = {"from_address": "kabar@toko.example", "host": "smtp.relay.example"}
RESEND: dict[str, Any] = {"from_address": "kabar@toko.example", "api_key": "re_x"}
KEY = rsa.generate_private_key(65_537, 2_048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_the_plugin_is_found_and_works() -> None:
    loaded = load_plugins(only={"email"})
    assert {one.key for one in loaded.objects if one.kind == "channels"} == {"resend", "smtp"}
    assert all(plugin.off is None for plugin in loaded.all)


def test_loading_the_plugin_imports_nothing_that_talks() -> None:
    code = (
        "import sys; from batikrfm.plugins import load_plugins; load_plugins(only={'email'});"
        "print(sorted({'aiosmtplib', 'dns', 'cryptography', 'idna', 'dkim', 'httpx2', 'polars'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("model", [SmtpConfig, ResendConfig])
def test_every_field_has_a_plain_name_and_says_what_it_is(model: type[SmtpConfig | ResendConfig]) -> None:
    for name, field in model.model_fields.items():
        assert field.title, name
        assert field.description, name


def test_secrets_are_never_shown() -> None:
    config = SmtpConfig(**SMTP, user="u", password=Secret("kata sandi"), dkim_key=Secret(PEM), dkim_selector="batik")
    shown = f"{config} {config!r} {config.model_dump_json()}"
    assert "kata sandi" not in shown
    assert PEM[40:80] not in shown
    assert MASK in shown


@pytest.mark.parametrize(
    "settings",
    [
        {"from_address": "a@b.example, c@d.example"},
        {"from_address": "Toko <kabar@toko.example>"},
        {"from_address": "用户@toko.example"},
        {"from_name": "x" * 71},
        {"host": "https://smtp.relay.example"},
        {"host": "user@smtp.relay.example"},
        {"host": "smtp.relay.example/x"},
        {"host": ""},
        {"host": "smtp.relay.example\r\nX"},
        {"tls": "none"},
        {"tls": "maybe"},
        {"port": 0},
        {"user": "u"},
        {"password": "p"},
        {"dkim_key": PEM},
        {"dkim_key": "kunci", "dkim_selector": "batik"},
        {"dkim_key": PEM, "dkim_selector": "batik baru"},
        {"ca_certificate": "sertifikat"},
        {"connections": 0},
        {"timeout": 0},
        {"lain": 1},
    ],
)
def test_smtp_settings_that_cannot_work_are_refused_when_they_are_entered(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SmtpConfig(**{**SMTP, **settings})


@pytest.mark.parametrize(
    "key",
    [
        KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")).decode(),
        ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        PEM[:400],
    ],
    ids=["with a password", "of another kind", "half"],
)
def test_a_key_that_cannot_sign_is_refused(key: str) -> None:
    with pytest.raises(ValidationError) as raised:
        SmtpConfig(**SMTP, dkim_key=Secret(key), dkim_selector="batik")
    assert key[40:80] not in str(raised.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"base_url": "https://evil.example"},
        {"base_url": "https://10.0.0.1"},
        {"base_url": "http://api.resend.com"},
        {"webhook_secret": "rahasia"},
        {"webhook_secret": "whsec_"},
        {"webhook_secret": "whsec_%%%"},
        {"api_key": "re x"},
        {"return_path": "a b"},
    ],
)
def test_resend_settings_that_cannot_work_are_refused_when_they_are_entered(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ResendConfig(**{**RESEND, **settings})


def test_what_is_entered_is_put_in_order() -> None:
    config = SmtpConfig(
        **{**SMTP, "from_address": " Kabar@Bücher.example ", "from_name": "Toko\r\nBcc: x\u202e", "host": " SMTP.Relay.example "}
    )
    assert (config.from_address, config.from_name, config.host) == ("Kabar@xn--bcher-kva.example", "Toko Bcc: x", "smtp.relay.example")
    assert (config.real_port, SmtpConfig(**SMTP, tls="implicit").real_port) == (587, 465)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"),  # noqa: S104 - refused
        *("::1", "::", "fe80::1", "fc00::1", "fec0::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:0:a00:1::", "ff02::1"),
    ],
)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not reach.is_public(ipaddress.ip_address(address))


async def test_a_name_with_one_address_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolved(*_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 25)) for address in ("93.184.215.14", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.delenv("BATIKRFM_PRIVATE_VENDORS")
    with pytest.raises(NotAllowedError):
        await reach.resolved("smtp.relay.example", 25)
    monkeypatch.setenv("BATIKRFM_PRIVATE_VENDORS", "yes")
    assert [str(address) for address in await reach.resolved("smtp.relay.example", 25)] == ["93.184.215.14", "10.0.0.1"]


@pytest.mark.parametrize("spelled", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "::1"])
async def test_however_this_machine_is_spelled_it_is_refused(spelled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BATIKRFM_PRIVATE_VENDORS")
    with pytest.raises((NotAllowedError, OSError)):
        await reach.resolved(spelled, 25)


async def test_the_host_looks_at_where_both_lead_before_it_opens_an_account() -> None:
    smtp = SmtpConfig(**{**SMTP, "host": "10.0.0.5"})
    resend = ResendConfig(**RESEND, base_url="http://127.0.0.1:8025")
    for config in (smtp, resend):
        with pytest.raises(InsideAddressError):
            await require_public(config, config.model_fields_set, {})
