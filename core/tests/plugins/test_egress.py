"""A tenant's own account leads to the public net only."""

from __future__ import annotations

import pytest

from batikrfm.plugins.egress import ALLOWED, InsideAddressError, hosts_of, require_public
from batikrfm.sdk import PluginConfig, Secret, UnavailableError, VendorHost, VendorUrl


class Config(PluginConfig):
    """Three ways to name an address."""

    api_key: Secret
    base_url: VendorUrl = "https://8.8.8.8"
    other_url: VendorUrl | None = None
    host: VendorHost = "8.8.4.4"
    note: str = "http://127.0.0.1 is no address here"


KEY = Secret("k")
ALL = frozenset(Config.model_fields)
INSIDE = (
    *("127.0.0.1", "localhost", "10.0.0.7", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104 - refused
    *("[::1]", "[fd00::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "2130706433", "0x7f.1", "127.1"),
)


@pytest.mark.parametrize("host", INSIDE)
async def test_an_address_inside_is_refused_in_every_writing_and_field(host: str) -> None:
    for field, config in (
        ("base_url", Config(api_key=KEY, base_url=f"https://{host}/v1")),
        ("other_url", Config(api_key=KEY, other_url=f"https://{host}")),
        ("host", Config(api_key=KEY, host=host.strip("[]"))),
    ):
        with pytest.raises(InsideAddressError, match=r"internet umum|public net"):
            await require_public(config, {"api_key", field}, {})
        await require_public(config, {"api_key"}, {})  # the operator's own may lead anywhere, also where it needs no key


async def test_an_address_outside_passes() -> None:
    await require_public(Config(api_key=KEY), ALL, {})


async def test_a_name_that_nobody_has_is_trouble_and_not_a_pass() -> None:
    with pytest.raises(UnavailableError):
        await require_public(Config(api_key=KEY, base_url="https://nobody.invalid"), ALL, {})


async def test_an_operator_may_allow_it() -> None:
    await require_public(Config(api_key=KEY, base_url="https://127.0.0.1"), ALL, {ALLOWED: "yes"})


def test_only_settings_that_say_so_are_addresses() -> None:
    assert list(hosts_of(Config(api_key=KEY, other_url="https://api.example/v1"), ALL)) == ["8.8.8.8", "api.example", "8.8.4.4"]
