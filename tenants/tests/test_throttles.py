"""Limits that slow a guesser down and lock nobody out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.web.rates import Counters as SharedCounters
from batikrfm.web.rates import RateLimits
from batikrfm_tenants import accounts, signing_in
from batikrfm_tenants.devices import LIFE, known_device
from batikrfm_tenants.errors import TooManyAttemptsError
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.signing_in import SignedIn
from batikrfm_tenants.throttles import LIMITS, Counters, MemoryCounters, count
from persons import OTHER_PASSWORD, PASSWORD, Join, StandingClock, kinds, link_token, mails_to, new_email, outcomes


@dataclass
class Seconds:
    """Time that a test moves."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Recorded:
    """Counters that remember what they were asked."""

    counters: Counters = field(default_factory=MemoryCounters)
    keys: list[str] = field(default_factory=list)

    async def hit(self, key: str, amount: int, seconds: int) -> float:
        self.keys.append(key)
        return await self.counters.hit(key, amount, seconds)


async def guess(office: Office, email: str, origin: Origin, times: int) -> list[str]:
    """What ``times`` wrong passwords come to."""
    came: list[object] = []
    for _ in range(times):
        came += await outcomes(signing_in.sign_in(office, origin, email, OTHER_PASSWORD))
    return [type(one).__name__ for one in came]


async def test_a_guesser_is_slowed_down(office: Office, somebody: SignedIn) -> None:
    came = await guess(office, somebody.user.email, Origin("198.51.100.1"), 12)
    assert came == ["WrongCredentialsError"] * 10 + ["TooManyAttemptsError"] * 2


async def test_a_burst_at_once_gets_no_further(office: Office, somebody: SignedIn) -> None:
    burst = (signing_in.sign_in(office, Origin("198.51.100.1"), somebody.user.email, OTHER_PASSWORD) for _ in range(30))
    assert kinds(await outcomes(*burst)) == ["TooManyAttemptsError"] * 20 + ["WrongCredentialsError"] * 10


async def test_a_guesser_cannot_lock_the_owner_out(office: Office, origin: Origin, somebody: SignedIn) -> None:
    """From one network: the owner gets in from any other, and from the same one with a device that was there before."""
    email, bad = somebody.user.email, Origin("198.51.100.1")
    await guess(office, email, bad, 20)
    assert isinstance(await signing_in.sign_in(office, origin, email, PASSWORD), SignedIn)
    same_network = replace(bad, ip="198.51.100.77")
    assert await guess(office, email, same_network, 1) == ["TooManyAttemptsError"]
    assert isinstance(await signing_in.sign_in(office, replace(same_network, device=somebody.device), email, PASSWORD), SignedIn)


async def test_many_guessers_cannot_lock_the_owner_out(office: Office, somebody: SignedIn) -> None:
    """From many networks: strangers are refused everywhere then, the owner's devices are not, and a new password makes a device."""
    email = somebody.user.email
    came = [await guess(office, email, Origin(f"198.51.{n}.1"), 1) for n in range(60)]
    assert came == [["WrongCredentialsError"]] * 50 + [["TooManyAttemptsError"]] * 10
    new_place = Origin("203.0.113.99")
    assert await guess(office, email, new_place, 1) == ["TooManyAttemptsError"]
    mine = replace(new_place, device=somebody.device)
    assert isinstance(await signing_in.sign_in(office, mine, email, PASSWORD), SignedIn)
    await accounts.request_reset(office, new_place, email)
    await accounts.reset(office, new_place, await link_token(email, "reset"), OTHER_PASSWORD)
    assert isinstance(await signing_in.sign_in(office, mine, email, OTHER_PASSWORD), SignedIn)


async def test_a_device_guesses_no_faster_than_a_network(office: Office, somebody: SignedIn) -> None:
    came = []
    for n in range(12):
        came += await guess(office, somebody.user.email, Origin(f"198.51.{n}.1", device=somebody.device), 1)
    assert came == ["WrongCredentialsError"] * 10 + ["TooManyAttemptsError"] * 2


async def test_a_device_is_its_persons_for_a_year(office: Office, somebody: SignedIn, join: Join, clock: StandingClock) -> None:
    other = await join()
    assert known_device(office.vault, clock, somebody.device, somebody.user.id) is not None
    for cookie in (
        None,
        "",
        "x",
        "é",
        "\ud800",
        other.device,
        office.vault.seal("[]", "people/device"),
        office.vault.seal("x", "elsewhere"),
    ):
        assert known_device(office.vault, clock, cookie, somebody.user.id) is None
    clock.pass_time(LIFE + 1)
    assert known_device(office.vault, clock, somebody.device, somebody.user.id) is None


async def test_one_network_cannot_try_all_accounts(office: Office) -> None:
    came = []
    for _ in range(101):
        came += await guess(office, new_email(), Origin("198.51.100.1"), 1)
    assert came == ["WrongCredentialsError"] * 100 + ["TooManyAttemptsError"]


async def test_an_address_that_nobody_has_is_counted_the_same(office: Office, somebody: SignedIn) -> None:
    asked = []
    for email in (somebody.user.email, new_email(), "bukan email"):
        recorded = Recorded()
        await guess(replace(office, counters=recorded), email, Origin("198.51.100.1"), 2)
        asked.append([re.sub(r"[0-9a-f]{32}$", "", key) for key in recorded.keys])
    assert asked[0] == asked[1] == asked[2]


async def test_the_store_of_counters_learns_no_address(office: Office, origin: Origin, somebody: SignedIn) -> None:
    recorded = Recorded()
    counted, email = replace(office, counters=recorded), somebody.user.email
    await signing_in.sign_in(counted, origin, email, PASSWORD)
    await accounts.request_reset(counted, origin, email)
    assert recorded.keys
    assert all(re.fullmatch(r"people/[a-z-]+/[a-z+]+/[0-9a-f]{32}", key) for key in recorded.keys)


async def test_a_mailbox_is_not_flooded_and_its_owner_not_kept_out(office: Office, somebody: SignedIn) -> None:
    email = somebody.user.email
    for n in range(9):
        await accounts.request_reset(office, Origin(f"198.51.{n}.1"), email)
    assert len(await mails_to(email, "reset")) == 4  # the fifth mail of the hour was the confirmation
    await accounts.reset(office, Origin("203.0.113.1"), await link_token(email, "reset"), OTHER_PASSWORD)


async def test_one_more_sign_up_does_not_spoil_the_mails_that_were_sent(office: Office) -> None:
    email = new_email()
    for n in range(5):
        await accounts.sign_up(office, Origin(f"198.51.{n}.1"), email=email, name="Sri", password=PASSWORD)
    token = await link_token(email, "confirm")
    await accounts.sign_up(office, Origin("198.51.9.1"), email=email, name="Penyusup", password=OTHER_PASSWORD)
    assert isinstance(await accounts.confirm(office, Origin("203.0.113.1"), token, PASSWORD), SignedIn)


@given(st.lists(st.floats(0, 50), max_size=60), st.integers(1, 5), st.integers(1, 30))
async def test_never_more_than_the_amount_in_a_window(waits: list[float], amount: int, seconds: int) -> None:
    now = Seconds()
    counters = MemoryCounters(now)
    allowed: list[float] = []
    for wait in waits:
        now.at += wait
        left = await counters.hit("k", amount, seconds)
        if left == 0.0:
            allowed.append(now.at)
        else:
            assert 0 < left <= seconds + 1e-9  # times are floats
            now.at += left + 1e-6
            assert await counters.hit("k", amount, seconds) == 0.0
            allowed.append(now.at)
    windows = [sum(start <= at < start + seconds for at in allowed) for start in allowed]
    assert all(inside <= 2 * amount for inside in windows)  # two windows can touch


async def test_keys_do_not_share_and_do_not_pile_up() -> None:
    now = Seconds()
    counters = MemoryCounters(now, largest=100)
    assert await counters.hit("a", 1, 10) == 0.0
    assert await counters.hit("a", 1, 10) == 10.0
    assert await counters.hit("b", 1, 10) == 0.0
    for n in range(1000):
        await counters.hit(f"flood {n}", 1, 10)
    assert repr(counters).count("flood") == 0
    assert len(counters._windows) <= 100  # noqa: SLF001 - memory is what is promised


@pytest.mark.parametrize("counters", [MemoryCounters(), SharedCounters(RateLimits(None))], ids=["memory", "shared"])
async def test_every_kind_of_counter_keeps_the_contract(counters: Counters) -> None:
    assert [await counters.hit(f"contract/{id(counters)}", 3, 900) > 0 for _ in range(5)] == [False, False, False, True, True]
    assert 0 < await counters.hit(f"contract/{id(counters)}", 3, 900) <= 900


async def test_too_many_says_how_long() -> None:
    counters = MemoryCounters()
    for _ in range(LIMITS["proof/session"].amount):
        await count(counters, "proof/session", "s")
    with pytest.raises(TooManyAttemptsError, match="about 15 minutes") as told:
        await count(counters, "proof/session", "s")
    assert 890 < told.value.retry_after <= 900
