"""The log's words: what each action is called, and the headings of its export. An action without words is shown as it is."""

from __future__ import annotations

from typing import Final

from batikrfm.sdk.text import Text

ACTIONS: Final = {
    "shop.created": Text(id="Membuka toko", en="Opened the shop"),
    "shop.changed": Text(id="Mengubah profil toko", en="Changed the shop's profile"),
    "member.joined": Text(id="Bergabung ke tim", en="Joined the team"),
    "member.left": Text(id="Keluar dari tim", en="Left the team"),
    "member.removed": Text(id="Mengeluarkan anggota tim", en="Removed a member"),
    "member.role_changed": Text(id="Mengubah peran anggota", en="Changed a member's role"),
    "member.added": Text(id="Menambahkan anggota tim", en="Added a member"),
    "invitation.sent": Text(id="Mengirim undangan", en="Sent an invitation"),
    "invitation.resent": Text(id="Mengirim ulang undangan", en="Sent an invitation again"),
    "invitation.revoked": Text(id="Membatalkan undangan", en="Took back an invitation"),
    "key.created": Text(id="Membuat kunci API", en="Made an API key"),
    "key.revoked": Text(id="Mencabut kunci API", en="Revoked an API key"),
    "plugin.switched": Text(id="Menyalakan atau mematikan plugin", en="Switched a plugin"),
    "plugin.changed": Text(id="Mengubah pengaturan plugin", en="Changed a plugin's settings"),
    "customers.noted": Text(id="Menulis catatan tentang pelanggan", en="Wrote a note about a customer"),
    "customers.note_deleted": Text(id="Menghapus catatan tentang pelanggan", en="Removed a note about a customer"),
    "customers.consent_set": Text(id="Mencatat izin pelanggan", en="Kept what a customer allows"),
    "customers.exported": Text(id="Mengekspor daftar pelanggan", en="Exported customers"),
    "audit.exported": Text(id="Mengekspor catatan aktivitas", en="Exported the log"),
    "upload.received": Text(id="Mengunggah berkas penjualan", en="Uploaded sales files"),
    "upload.confirmed": Text(id="Memastikan kolom berkas penjualan", en="Settled the columns of sales files"),
    "upload.given_up": Text(id="Membatalkan unggahan", en="Gave up an upload"),
    "report.ordered": Text(id="Meminta laporan", en="Ordered a report"),
    "report.downloaded": Text(id="Mengunduh laporan", en="Downloaded a report"),
    "report.deleted": Text(id="Menghapus laporan", en="Deleted a report"),
    "content.ordered": Text(id="Meminta konten", en="Ordered content"),
    "content.edited": Text(id="Mengubah konten", en="Changed content"),
    "content.submitted": Text(id="Mengajukan konten untuk ditinjau", en="Handed content in for review"),
    "content.approved": Text(id="Menyetujui konten", en="Approved content"),
    "content.rejected": Text(id="Menolak konten", en="Rejected content"),
    "content.commented": Text(id="Mengomentari konten", en="Commented on content"),
    "content.settings_changed": Text(id="Mengubah pengaturan konten", en="Changed the settings of content"),
    "campaign.created": Text(id="Membuat kampanye", en="Made a campaign"),
    "campaign.edited": Text(id="Mengubah kampanye", en="Changed a campaign"),
    "campaign.scheduled": Text(id="Mengirim atau menjadwalkan kampanye", en="Sent or scheduled a campaign"),
    "campaign.unscheduled": Text(id="Membatalkan jadwal kampanye", en="Took a campaign back from its schedule"),
    "campaign.paused": Text(id="Menjeda kampanye", en="Paused a campaign"),
    "campaign.resumed": Text(id="Melanjutkan kampanye", en="Went on with a campaign"),
    "campaign.cancelled": Text(id="Membatalkan kampanye", en="Cancelled a campaign"),
    "campaign.resent": Text(id="Mengirim ulang yang gagal", en="Sent again what had failed"),
    "campaign.settings_changed": Text(id="Mengubah pengaturan kampanye", en="Changed the settings of campaigns"),
    "usage.budget_set": Text(id="Mengubah anggaran AI", en="Changed the AI budget"),
    "prompt.changed": Text(id="Mengubah prompt", en="Changed a prompt"),
    "prompt.reset": Text(id="Mengembalikan prompt bawaan", en="Went back to the built-in prompt"),
    "segments.rules_changed": Text(id="Mengubah aturan segmen", en="Changed the rules of segments"),
    "segments.counted": Text(id="Menghitung ulang segmen", en="Worked the segments out anew"),
}

COLUMNS: Final = (
    Text(id="Waktu", en="Time"),
    Text(id="Siapa", en="Who"),
    Text(id="Jenis", en="Kind"),
    Text(id="Apa", en="What"),
    Text(id="Kode", en="Code"),
    Text(id="Objek", en="Target"),
    Text(id="Rincian", en="Details"),
)
