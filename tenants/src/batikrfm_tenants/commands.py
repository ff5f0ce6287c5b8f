"""``batikrfm user``: accounts from the command line, for whoever runs the installation."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from batikrfm.cli.language import lang_option
from batikrfm.cli.options import data_dir_option, run_with_database
from batikrfm.sdk.text import Language, Text
from batikrfm.tenancy.permissions import Role

CREATED = Text(
    id="Akun {email} sudah dibuat. Masukkan ke toko dengan: batikrfm user add-to-shop {email} TOKO",
    en="Created the account {email}. Put it into a shop with: batikrfm user add-to-shop {email} SHOP",
)
PASSWORD_SET = Text(
    id="Kata sandi {email} sudah diganti, semua perangkatnya dikeluarkan.",
    en="Changed the password of {email}; all devices were signed out.",
)
MADE_UP = Text(id="Kata sandinya (hanya ditampilkan sekali): {password}", en="The password (shown this once): {password}")
ADDED = Text(id="{email} sekarang {role} di toko {shop}.", en="{email} is now {role} in the shop {shop}.")
NONE = Text(
    id="Belum ada akun; buat yang pertama dengan: batikrfm user create EMAIL",
    en="No accounts yet; make one with: batikrfm user create EMAIL",
)
UNCONFIRMED = Text(id="belum dikonfirmasi", en="not confirmed")

password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input; without it one is made up and shown once."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def user() -> None:
    """Make accounts and put people into shops."""


@user.command()
@click.argument("email")
@click.option("--name", help="The person's name [default: the address before its @].")
@password_option
@lang_option
@data_dir_option
def create(email: str, *, name: str | None, password_stdin: bool, lang: Language, data_dir: Path | None) -> None:
    """Make an account for EMAIL, confirmed already. `--lang` is also the language that the person is written to in."""
    from batikrfm_tenants.operators import create_user
    from batikrfm_tenants.passwords import Passwords

    password, made_up = _password(from_stdin=password_stdin)
    called = name or email.partition("@")[0]
    made = run_with_database(data_dir, lambda: create_user(Passwords(), email, called, password, language=lang))
    click.echo(CREATED.say(lang, email=made.email))
    _show(password, lang, made_up=made_up)


@user.command(name="list")
@lang_option
@data_dir_option
def list_(*, lang: Language, data_dir: Path | None) -> None:
    """Show every account: address, name, and whether the address is confirmed."""
    from batikrfm_tenants.operators import list_users

    users = run_with_database(data_dir, list_users)
    for one in users:
        click.echo("\t".join([one.email, one.name, *([] if one.confirmed else [UNCONFIRMED.say(lang)])]))
    if not users:
        click.echo(NONE.say(lang))


@user.command()
@click.argument("email")
@password_option
@lang_option
@data_dir_option
def set_password(email: str, *, password_stdin: bool, lang: Language, data_dir: Path | None) -> None:
    """Give EMAIL a new password. All its sessions end; two-step sign-in stays on."""
    from batikrfm_tenants import operators
    from batikrfm_tenants.passwords import Passwords

    password, made_up = _password(from_stdin=password_stdin)
    changed = run_with_database(data_dir, lambda: operators.set_password(Passwords(), email, password))
    click.echo(PASSWORD_SET.say(lang, email=changed.email))
    _show(password, lang, made_up=made_up)


@user.command()
@click.argument("email")
@click.argument("shop")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.OWNER.value, show_default=True, help="What they are there."
)
@lang_option
@data_dir_option
def add_to_shop(email: str, shop: str, *, role: str, lang: Language, data_dir: Path | None) -> None:
    """Make EMAIL a member of SHOP (its slug or ID)."""
    from batikrfm.tenancy import find_tenant
    from batikrfm_tenants.operators import add_to_shop as add
    from batikrfm_tenants.operators import find_user

    async def work() -> tuple[str, str]:
        person, tenant = await find_user(email), await find_tenant(shop)
        await add(person, tenant, Role(role))
        return person.email, tenant.slug

    address, slug = run_with_database(data_dir, work)
    click.echo(ADDED.say(lang, email=address, role=role, shop=slug))


def _password(*, from_stdin: bool) -> tuple[str, bool]:
    """The password, and whether it was made up here. Never an argument: other people of the machine can see those."""
    from batikrfm_tenants.operators import new_password

    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    return new_password(), True


def _show(password: str, lang: Language, *, made_up: bool) -> None:
    if made_up:
        click.echo(MADE_UP.say(lang, password=password))
