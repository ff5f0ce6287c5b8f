"""Roles and permissions in words."""

from __future__ import annotations

from typing import Final

from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission, Role

ROLES: Final[dict[str, Text]] = {
    Role.OWNER: Text(id="Pemilik", en="Owner"),
    Role.ADMIN: Text(id="Admin", en="Admin"),
    Role.EDITOR: Text(id="Editor", en="Editor"),
    Role.VIEWER: Text(id="Pengamat", en="Viewer"),
}
WHAT_THEY_DO: Final[dict[str, Text]] = {
    Role.OWNER: Text(
        id="Semuanya, termasuk menghapus toko dan mengangkat pemilik lain.", en="Everything, deleting the shop and making owners included."
    ),
    Role.ADMIN: Text(id="Mengatur toko, tim, kunci API, dan plugin.", en="Runs the shop's settings, team, API keys and plugins."),
    Role.EDITOR: Text(
        id="Mengunggah penjualan, mengubah segmen, membuat laporan, menyetujui konten.",
        en="Uploads sales, changes segments, makes reports, approves content.",
    ),
    Role.VIEWER: Text(id="Melihat saja, tanpa mengubah apa pun.", en="Looks, and changes nothing."),
}

RESOURCES: Final[dict[str, Text]] = {
    "imports": Text(id="Unggahan penjualan", en="Sales uploads"),
    "customers": Text(id="Pelanggan", en="Customers"),
    "segments": Text(id="Segmen", en="Segments"),
    "runs": Text(id="Penghitungan segmen", en="Segmentation runs"),
    "reports": Text(id="Laporan", en="Reports"),
    "contents": Text(id="Konten", en="Content"),
    "prompts": Text(id="Prompt", en="Prompts"),
    "usage": Text(id="Pemakaian AI", en="AI usage"),
    "campaigns": Text(id="Kampanye", en="Campaigns"),
    "consents": Text(id="Izin pelanggan", en="Consents"),
    "replies": Text(id="Balasan", en="Replies"),
    "jobs": Text(id="Pekerjaan di belakang layar", en="Background jobs"),
    "settings": Text(id="Pengaturan toko", en="Shop settings"),
    "team": Text(id="Tim", en="Team"),
    "keys": Text(id="Kunci API", en="API keys"),
    "audit": Text(id="Catatan kegiatan", en="Activity log"),
    "plugins": Text(id="Plugin", en="Plugins"),
    "shop": Text(id="Toko", en="Shop"),
}
ACTIONS: Final[dict[str, Text]] = {
    "read": Text(id="melihat", en="see"),
    "write": Text(id="mengubah", en="change"),
    "send": Text(id="mengirim", en="send"),
    "approve": Text(id="menyetujui", en="approve"),
    "export": Text(id="mengekspor", en="export"),
    "delete": Text(id="menghapus", en="delete"),
}


def said(permission: Permission) -> Text:
    """``Pelanggan: melihat`` of ``tenant:customers:read``."""
    thing, deed = RESOURCES[permission.resource], ACTIONS[permission.action]
    return Text(id=f"{thing.id}: {deed.id}", en=f"{thing.en}: {deed.en}")
