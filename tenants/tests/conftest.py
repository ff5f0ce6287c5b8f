"""People for the tests: an office with cheap passwords and a clock that stands still, and somebody signed in."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from batikrfm.db.database import Database
from batikrfm.plugins.vault import Vault
from batikrfm_tenants import accounts
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.passwords import Passwords
from batikrfm_tenants.signing_in import SignedIn
from persons import PASSWORD, Join, StandingClock, link_token, new_email


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def office(clock: StandingClock, database: Database) -> Office:  # noqa: ARG001 - it is open
    passwords = Passwords(time_cost=1, memory_kib=64, lanes=1)
    return Office("https://batik.example", Vault([Fernet.generate_key().decode()]), passwords=passwords, clock=clock)


@pytest.fixture
def origin() -> Origin:
    return Origin("203.0.113.7", "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36")


@pytest.fixture
def join(office: Office, origin: Origin) -> Join:
    """Signs up, confirms and signs in somebody new."""

    async def join(email: str | None = None, name: str = "Ibu Sri") -> SignedIn:
        address = email or new_email()
        await accounts.sign_up(office, origin, email=address, name=name, password=PASSWORD)
        signed_in = await accounts.confirm(office, origin, await link_token(address, "confirm"), PASSWORD)
        assert isinstance(signed_in, SignedIn)
        return signed_in

    return join


@pytest.fixture
async def somebody(join: Join) -> SignedIn:
    return await join()
