"""What an operator does from the command line, the demonstration's owner, and what importing all this costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from click.testing import CliRunner

from batikrfm.cli.tenant import tenant
from batikrfm.db.urls import Urls
from batikrfm.plugins import load_plugins
from batikrfm.sdk.text import Language
from batikrfm.tenancy.permissions import Role
from batikrfm_tenants import operators, sessions, shops, signing_in
from batikrfm_tenants.commands import user as command
from batikrfm_tenants.errors import ShopLimitError, UserExistsError, UserNotFoundError, WeakPasswordError
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.plugin import People, office_of
from batikrfm_tenants.signing_in import SignedIn
from persons import OTHER_PASSWORD, PASSWORD, new_email

if TYPE_CHECKING:
    from click import Group


async def test_an_operator_makes_an_account(office: Office, origin: Origin) -> None:
    email = new_email()
    made = await operators.create_user(office.passwords, email.upper(), "Ibu Sri", PASSWORD)
    assert (made.email, made.confirmed) == (email, True)
    assert isinstance(await signing_in.sign_in(office, origin, email, PASSWORD), SignedIn)
    with pytest.raises(UserExistsError):
        await operators.create_user(office.passwords, email, "Ibu Sri", PASSWORD)
    with pytest.raises(WeakPasswordError):
        await operators.create_user(office.passwords, new_email(), "Ibu Sri", "123")
    assert made in await operators.list_users()


async def test_an_operator_sets_a_password(office: Office, origin: Origin, somebody: SignedIn) -> None:
    await operators.set_password(office.passwords, somebody.user.email, OTHER_PASSWORD)
    assert await sessions.find(somebody.token) is None
    assert isinstance(await signing_in.sign_in(office, origin, somebody.user.email, OTHER_PASSWORD), SignedIn)
    with pytest.raises(UserNotFoundError):
        await operators.set_password(office.passwords, new_email(), OTHER_PASSWORD)


async def test_the_demonstrations_owner(office: Office, origin: Origin, other_tenant: UUID) -> None:
    languages: tuple[Language, Language] = ("id", "en")
    first, second = [await operators.open_demo(office.passwords, other_tenant, language) for language in languages]
    assert first.email == second.email
    assert first.password != second.password
    signed_in = await signing_in.sign_in(office, origin, second.email, second.password)
    assert isinstance(signed_in, SignedIn)
    assert signed_in.user.language == "en", "the one that was asked for last"
    assert (other_tenant, Role.OWNER) in [(shop.tenant.id, shop.role) for shop in await shops.list_shops(signed_in.user)]


def test_the_extension_is_found() -> None:
    extension = load_plugins(only={"tenants"}).extensions["people"]
    assert isinstance(extension, People)
    assert [getattr(one, "name", None) for one in extension.commands()] == ["user"]


def test_the_office_is_what_the_environment_says(tmp_path: Path) -> None:
    office = office_of({"BATIKRFM_DATA_DIR": str(tmp_path), "BATIKRFM_PUBLIC_URL": "https://batik.example/"})
    assert office.site == "https://batik.example"
    assert (tmp_path / "secret.key").exists()
    assert office_of({"BATIKRFM_DATA_DIR": str(tmp_path)}).vault.unseal(office.vault.seal("x", "y"), "y") == "x"


@pytest.mark.parametrize(("given", "most"), [(None, 20), ("3", 3), ("100", 100)])
def test_how_many_shops_one_person_may_own(tmp_path: Path, given: str | None, most: int) -> None:
    environment = {"BATIKRFM_DATA_DIR": str(tmp_path)} | ({"BATIKRFM_SHOPS_PER_PERSON": given} if given else {})
    assert office_of(environment).most_shops == most


@pytest.mark.parametrize("given", ["0", "-1", "dua puluh", "1.5", "\N{ARABIC-INDIC DIGIT TWO}"])
def test_a_number_of_shops_that_is_none(tmp_path: Path, given: str) -> None:
    with pytest.raises(ShopLimitError):
        office_of({"BATIKRFM_DATA_DIR": str(tmp_path), "BATIKRFM_SHOPS_PER_PERSON": given})


def test_commands(database_urls: Urls, tmp_path: Path) -> None:
    environment = {
        "BATIKRFM_OWNER_URL": database_urls.owner,
        "BATIKRFM_APP_URL": database_urls.app,
        "BATIKRFM_PLATFORM_URL": database_urls.platform,
    }

    def run(*arguments: str, group: Group = command, stdin: str | None = None) -> str:
        where = ["--data-dir", str(tmp_path), "--lang", "en"]
        return CliRunner().invoke(group, [*arguments, *where], input=stdin, env=environment, catch_exceptions=False).output

    email = new_email()
    made = run("create", email, "--name", "Ibu Sri")
    assert f"Created the account {email}" in made
    assert "shown this once" in made
    assert "shown this once" not in run("set-password", email, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert f"{email}\tIbu Sri" in run("list").splitlines()
    shop = run("create", f"Toko {email[4:20]}", group=tenant).split("called ")[1].split(".")[0]
    assert run("add-to-shop", email, shop, "--role", "editor") == f"{email} is now editor in the shop {shop}.\n"


def test_importing_people_imports_nothing_heavy() -> None:
    ask = """
import sys, pkgutil, importlib, batikrfm_tenants
for module in ("accounts", "api_keys", "audit", "invitations", "memberships", "oidc", "operators", "plugin", "totp", "mail.sending"):
    importlib.import_module(f"batikrfm_tenants.{module}")
print(*(name for name in ("polars", "openpyxl", "typst", "litellm", "openai", "authlib", "zxcvbn") if name in sys.modules))
"""
    told = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == ""
