"""Pengaturan: what each form keeps, refuses, shows once and never shows again."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from batikrfm.content.chain.model_book import keep_list
from batikrfm.db.database import Database
from batikrfm.plugins.accounts import key_hashes
from batikrfm.plugins.activation import switch
from batikrfm.plugins.registry import Plugin, Plugins, Registered
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.troubles import MissingModuleError
from batikrfm.sdk import Channel, LLMCapabilities, LLMProvider, Model, PluginConfig, Secret, Text
from batikrfm.sdk.config import MASK
from batikrfm.tenancy import find_tenant, tenant_scope
from batikrfm.tenancy.errors import TenantNotFoundError
from batikrfm.tenancy.permissions import Role
from batikrfm.tenancy.profile import brand_voice
from batikrfm_tenants import api_keys, audit, shops
from batikrfm_tenants.shops import Shop
from batikrfm_tenants.signing_in import SignedIn
from persons import PASSWORD
from portal_site import PUBLIC, AgeSession, Site, new_member, new_person


@pytest.fixture
async def owner(site: Site) -> SignedIn:
    who = await new_person(site.services.office)
    site.sign_in(who)
    return who


@pytest.fixture
async def shop(owner: SignedIn) -> Shop:
    return await shops.create_shop(owner.user, "Batik Sekar")


async def actions(shop: Shop) -> list[str]:
    async with tenant_scope(shop.tenant.id):
        return [entry.action for entry in await audit.list_entries()]


def at(shop: Shop, path: str) -> str:
    return f"/toko/{shop.tenant.slug}/pengaturan{path}"


async def test_a_profile_is_kept_and_written_down(site: Site, shop: Shop) -> None:
    values = {"name": "Batik Sekar Jagad", "time_zone": "Asia/Jayapura", "currency": "IDR", "language": "en", "voice": "Hangat."}
    answer = await site.send(at(shop, ""), values)
    assert (answer.status_code, answer.headers["location"]) == (303, at(shop, ""))
    changed = await find_tenant(shop.tenant.slug)
    assert (changed.name, changed.time_zone, changed.language) == ("Batik Sekar Jagad", "Asia/Jayapura", "en")
    async with tenant_scope(shop.tenant.id):
        assert await brand_voice() == "Hangat."
    assert "shop.changed" in await actions(shop)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": ""}, "Nama toko tidak boleh kosong"),
        ({"time_zone": "Asia/Atlantis"}, "Zona waktu Asia/Atlantis tidak dikenal"),
        ({"currency": "ZZZ"}, "Mata uang ZZZ tidak dikenal"),
        ({"voice": "a" * 2001}, "paling banyak dalam 2000 huruf"),
    ],
)
async def test_what_a_profile_cannot_be_is_said_beside_its_field(site: Site, shop: Shop, values: dict[str, str], words: str) -> None:
    good = {"name": "Batik", "time_zone": "Asia/Jakarta", "currency": "IDR", "language": "id", "voice": ""}
    answer = await site.send(at(shop, ""), good | values)
    assert answer.status_code == 422
    (field,) = values
    assert re.search(rf'id="{field}-salah"[^<]*<svg.*?{re.escape(words)}', answer.text, re.DOTALL)
    assert f'href="#{field}"' in answer.text
    assert (await find_tenant(shop.tenant.slug)).name == "Batik Sekar"


async def test_a_key_is_shown_once(site: Site, shop: Shop) -> None:
    answer = await site.send(at(shop, "/kunci-api"), {"name": "Kasir", "permissions": ["tenant:customers:read"], "expires": "2099-12-31"})
    assert answer.status_code == 200
    (token,) = set(re.findall(r"batik_[0-9a-f]+_[\w-]+", answer.text))
    principal = await api_keys.authenticate(token)
    assert principal is not None
    assert principal.permissions == {"tenant:customers:read"}
    listed = await site.open(at(shop, "/kunci-api"))
    assert "Kasir" in listed.text
    assert token not in listed.text
    assert "31 Des 2099" in listed.text
    (revoke,) = re.findall(r'action="([^"]+/cabut)"', listed.text)
    assert (await site.send(revoke, page=at(shop, "/kunci-api"))).status_code == 303
    assert await api_keys.authenticate(token) is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": ""}, "Beri kunci ini nama"),
        ({"permissions": []}, "Pilih paling sedikit satu izin"),
        ({"permissions": ["tenant:dewa:segalanya"]}, "Pilih paling sedikit satu izin"),
        ({"expires": "2020-01-01"}, "harus di masa depan"),
        ({"expires": "besok"}, "harus di masa depan"),
    ],
)
async def test_a_key_that_cannot_be(site: Site, shop: Shop, values: dict[str, object], words: str) -> None:
    answer = await site.send(at(shop, "/kunci-api"), {"name": "Kasir", "permissions": ["tenant:customers:read"], **values})
    assert answer.status_code == 422
    assert words in answer.text


async def test_a_session_that_is_not_fresh_proves_itself_first(site: Site, shop: Shop, owner: SignedIn, age_session: AgeSession) -> None:
    await age_session(owner)
    page = at(shop, "/kunci-api")
    asked = await site.send(page, {"name": "Kasir", "permissions": ["tenant:customers:read"]}, Referer=f"{PUBLIC}{page}")
    assert (asked.status_code, asked.headers["location"]) == (303, f"/akun/buktikan?next={page}")
    wrong = await site.send("/akun/buktikan", {"proof": "salah sekali", "next": page})
    assert wrong.status_code == 422
    right = await site.send("/akun/buktikan", {"proof": PASSWORD, "next": page})
    assert (right.status_code, right.headers["location"]) == (303, page)
    assert site.client.cookies[site.cookie] != owner.token
    assert (await site.send(page, {"name": "Kasir", "permissions": ["tenant:customers:read"]})).status_code == 200


async def test_the_log_is_paged_filtered_and_exported(site: Site, shop: Shop, owner: SignedIn) -> None:
    by = shops.principal_of(owner.user, shop)
    async with tenant_scope(shop.tenant.id):
        for number in range(60):
            await audit.record(by, "upload.received", f"=cmd|berkas-{number}")
    first = await site.open(at(shop, "/catatan"))
    assert first.text.count("berkas-") == 50
    (older,) = re.findall(r'href="(\?hal=[^"]+)"', first.text)
    second = await site.open(at(shop, "/catatan") + older.replace("&amp;", "&"))
    assert second.text.count("berkas-") == 10
    assert "Membuka toko" in second.text
    only = await site.open(at(shop, "/catatan") + "?hal=shop")
    assert "berkas-" not in only.text
    assert "Membuka toko" in only.text
    file = await site.open(at(shop, "/catatan.csv"))
    assert file.headers["content-type"].startswith("text/csv")
    assert file.text.count("berkas-") == 60
    assert ",=cmd" not in file.text
    assert "audit.exported" in await actions(shop)


async def test_a_shop_is_deleted_by_its_name_only(site: Site, shop: Shop) -> None:
    wrong = await site.send(at(shop, "/hapus"), {"name": "batik sekar"}, page=at(shop, "/keamanan"))
    assert wrong.status_code == 422
    assert (await find_tenant(shop.tenant.slug)).name == "Batik Sekar"
    gone = await site.send(at(shop, "/hapus"), {"name": "Batik Sekar"}, page=at(shop, "/keamanan"))
    assert (gone.status_code, gone.headers["location"]) == (303, "/toko")
    with pytest.raises(TenantNotFoundError):
        await find_tenant(shop.tenant.slug)


async def test_an_admin_gives_no_more_than_they_have(site: Site, shop: Shop, owner: SignedIn) -> None:
    admin = await new_member(site.services.office, shop, owner, Role.ADMIN)
    site.sign_in(admin)
    answer = await site.send(at(shop, "/tim/undang"), {"email": "teman@contoh.example", "role": "owner"}, page=at(shop, "/tim"))
    assert answer.status_code == 403
    assert "Peran Anda di toko ini tidak cukup" in answer.text
    made_up = await site.send(at(shop, "/tim/undang"), {"email": "teman@contoh.example", "role": "dewa"}, page=at(shop, "/tim"))
    assert made_up.status_code == 404
    assert (await site.send(at(shop, "/hapus"), {"name": "Batik Sekar"}, page=at(shop, "/tim"))).status_code == 403


class Settings(PluginConfig):
    token: Secret
    tries: int = 3


class Pigeon(Channel[Settings]):
    """A channel with a secret."""

    key = "pigeon"
    name = Text(id="Merpati pos", en="Carrier pigeon")
    config_model = Settings


PIGEON = Plugin("birds", "batikrfm-birds", "1.0", "", objects=(Registered("channels", "pigeon", Pigeon, "birds"),))
BROKEN = Plugin("patah", "batikrfm-patah", "1.0", "", off=MissingModuleError(module="hilang", distribution="batikrfm-patah"))


@pytest.fixture
def with_birds(site: Site, database: Database) -> Plugins:  # noqa: ARG001 - it is open
    """The site with two more plugins: one has a secret, one is broken."""
    state = site.app.state
    state["plugins"] = Plugins((*state["plugins"].all, PIGEON, BROKEN))
    plugins: Plugins = state["plugins"]
    return plugins


async def test_a_broken_plugin_says_why(site: Site, shop: Shop, with_birds: Plugins) -> None:
    assert with_birds.named("patah")
    page = await site.open(at(shop, "/plugin"))
    assert "Modul hilang tidak ada" in page.text
    answer = await site.send(at(shop, "/plugin/patah/nyala"), {"on": "yes"}, page=at(shop, "/plugin"))
    assert answer.status_code == 422


async def test_a_secret_is_written_and_never_read(site: Site, shop: Shop, with_birds: Plugins) -> None:
    form = at(shop, "/plugin/birds/channels.pigeon")
    assert (await site.send(form, {"s.token": "rahasia-1", "s.tries": "5"})).status_code == 303
    shown = await site.open(form)
    assert "rahasia-1" not in shown.text
    assert f'value="{MASK}"' in shown.text
    keeper = PluginSettings(with_birds, site.services.office.vault)
    for sent, kept in ((MASK, "rahasia-1"), ("rahasia-2", "rahasia-2")):
        assert (await site.send(form, {"s.token": sent, "s.tries": "7"})).status_code == 303
        async with tenant_scope(shop.tenant.id):
            config = await keeper.config("birds", "channels.pigeon")
        assert isinstance(config, Settings)
        assert (config.token.reveal(), config.tries) == (kept, 7)
    refused = await site.send(form, {"s.token": "rahasia-3", "s.tries": "banyak"})
    assert refused.status_code == 422
    assert "rahasia-3" not in refused.text
    assert "isi dengan bilangan bulat" in refused.text
    assert "plugin.changed" in await actions(shop)


class Account(PluginConfig):
    key: Secret


class Writer(LLMProvider[Account]):
    """A writer of words whose vendor says which models there are."""

    key = "writer"
    name = Text(id="Penulis", en="Writer")
    config_model = Account
    capabilities = LLMCapabilities(model_list=True)

    async def list_models(self) -> Sequence[Model]:
        return []


WRITER = Plugin("words", "batikrfm-words", "1.0", "", objects=(Registered("llm_providers", "writer", Writer, "words"),))


async def test_an_owner_reads_of_a_model_that_goes(site: Site, shop: Shop) -> None:
    state = site.app.state
    state["plugins"] = Plugins((*state["plugins"].all, WRITER))
    account = key_hashes("llm_providers.writer", Account(key=Secret("sk-1")))[0]
    async with tenant_scope(shop.tenant.id):
        await switch(state["plugins"], "words", on=True)
        await PluginSettings(state["plugins"], site.services.office.vault).write("words", "llm_providers.writer", {"key": "sk-1"})
        await keep_list(account, "writer", ["lama", "baru"], [Model("baru")])
    page = await site.open(at(shop, "/plugin"))
    assert "Model lama dari Penulis sudah dimatikan penyedianya" in page.text
    assert "Model baru" not in page.text


async def test_a_plugin_is_switched(site: Site, shop: Shop) -> None:
    for on, badge in (("no", ">mati<"), ("yes", ">menyala<")):
        assert (await site.send(at(shop, "/plugin/builtin/nyala"), {"on": on}, page=at(shop, "/plugin"))).status_code == 303
        assert badge in (await site.open(at(shop, "/plugin"))).text
    assert (await site.send(at(shop, "/plugin/tidak-ada/nyala"), {"on": "yes"}, page=at(shop, "/plugin"))).status_code == 404
    assert (await site.open(at(shop, "/plugin/builtin/channels.tidak-ada"))).status_code == 404
