"""What can be wrong with the installation's database, each with what to do about it."""

from __future__ import annotations

from batikrfm.sdk.errors import BatikError, SetupError
from batikrfm.sdk.text import Text


class DataFolderError(SetupError):
    """Values: path, reason."""

    text = Text(
        id="Folder data {path} tidak bisa dipakai ({reason}); pilih folder lain dengan --data-dir atau BATIKRFM_DATA_DIR.",
        en="The data folder {path} cannot be used ({reason}); choose another one with --data-dir or BATIKRFM_DATA_DIR.",
    )


class DiskFullError(SetupError):
    """Values: path."""

    text = Text(
        id="Disk tempat {path} sudah penuh; kosongkan sedikit ruang lalu coba lagi. Data yang sudah tersimpan tetap aman.",
        en="The disk that holds {path} is full; free some space and try again. What is stored already is safe.",
    )


class ServerDiskFullError(SetupError):
    """The database could not write. What it was doing is undone whole."""

    text = Text(
        id="Disk basis data penuh, jadi langkah ini dibatalkan seluruhnya; kosongkan ruang lalu ulangi. Data yang lama tetap aman.",
        en="The database's disk is full, so this step was undone as a whole; free some space and repeat it. What was stored is safe.",
    )


class ConflictError(BatikError):
    """What was done collides with what somebody else did meanwhile. It is undone whole; doing it again may work."""

    text = Text(
        id="Ada perubahan lain pada saat yang sama, jadi langkah ini dibatalkan. Muat ulang, lalu coba lagi.",
        en="Something else changed at the same moment, so this step was undone. Load it again and repeat.",
    )


class LostConnectionError(SetupError):
    """The server went away in the middle."""

    text = Text(
        id="Sambungan ke basis data terputus, jadi langkah terakhir mungkin belum tersimpan; periksa servernya lalu ulangi.",
        en="The connection to the database was lost, so the last step may not be stored; check the server and repeat it.",
    )


class NoEmbeddedServerError(SetupError):
    """There is no built-in server for this platform, or its package is missing."""

    text = Text(
        id="PostgreSQL bawaan tidak tersedia di komputer ini; isi DATABASE_URL dengan alamat server PostgreSQL Anda.",
        en="The built-in PostgreSQL is not available on this machine; set DATABASE_URL to the address of a PostgreSQL server.",
    )


class RootRefusedError(SetupError):
    """PostgreSQL refuses to run as root, and neither a user namespace nor the user nobody can be used. Values: path, reason."""

    text = Text(
        id=(
            "PostgreSQL tidak mau berjalan sebagai root di sini ({reason}); jalankan sebagai pengguna biasa, taruh {path} di tempat "
            "yang bisa dibuka semua pengguna, atau isi DATABASE_URL."
        ),
        en=(
            "PostgreSQL will not run as root here ({reason}); run as an ordinary user, keep {path} where every user can reach it, "
            "or set DATABASE_URL."
        ),
    )


class PortError(SetupError):
    """No port on 127.0.0.1 could be had."""

    text = Text(
        id="PostgreSQL bawaan tidak mendapat port di 127.0.0.1; tutup program yang memakai banyak port lalu coba lagi.",
        en="The built-in PostgreSQL could not get a port on 127.0.0.1; close what uses up the ports and try again.",
    )


class ServerVersionError(SetupError):
    """The data folder or the server is of another version. Values: found, needed."""

    text = Text(
        id="Basis data ini milik PostgreSQL {found}, sedangkan yang dibutuhkan versi {needed}; pindahkan isinya dulu dengan pg_dump.",
        en="This database belongs to PostgreSQL {found}, but version {needed} is needed; move its contents with pg_dump first.",
    )


class ServerStartError(SetupError):
    """Values: detail, log."""

    text = Text(
        id="PostgreSQL bawaan gagal mulai: {detail}. Selengkapnya ada di {log}.",
        en="The built-in PostgreSQL did not start: {detail}. {log} says more.",
    )


class UnreachableError(SetupError):
    """Values: where (never a password), reason."""

    text = Text(
        id="Server basis data {where} tidak bisa dihubungi ({reason}); periksa DATABASE_URL dan apakah servernya menyala.",
        en="The database server {where} cannot be reached ({reason}); check DATABASE_URL and whether the server is up.",
    )


class RolesError(SetupError):
    """The server has our roles, but their passwords are not in this data folder. Values: path."""

    text = Text(
        id=(
            "Peran batikrfm_* sudah ada di server, tetapi kata sandinya tidak ada di {path}; salin berkas itu dari mesin yang "
            "membuatnya, atau isi BATIKRFM_OWNER_URL, BATIKRFM_APP_URL, dan BATIKRFM_PLATFORM_URL."
        ),
        en=(
            "The server has the batikrfm_* roles already, but their passwords are not in {path}; copy that file from the machine "
            "that made them, or set BATIKRFM_OWNER_URL, BATIKRFM_APP_URL and BATIKRFM_PLATFORM_URL."
        ),
    )


class RoleRightsError(SetupError):
    """The user of DATABASE_URL may not do what setting up needs. Values: reason."""

    text = Text(
        id=(
            "Pengguna di DATABASE_URL tidak boleh menyiapkan basis data ({reason}); beri hak CREATEROLE dan kepemilikan basis data, "
            "atau isi BATIKRFM_OWNER_URL, BATIKRFM_APP_URL, dan BATIKRFM_PLATFORM_URL."
        ),
        en=(
            "The user in DATABASE_URL may not set the database up ({reason}); give it CREATEROLE and the ownership of the database, "
            "or set BATIKRFM_OWNER_URL, BATIKRFM_APP_URL and BATIKRFM_PLATFORM_URL."
        ),
    )


class UrlsError(SetupError):
    """Some of the three URLs are set and others not. Values: missing."""

    text = Text(
        id="{missing} belum diisi; BATIKRFM_APP_URL dan BATIKRFM_PLATFORM_URL harus diisi bersama (dan BATIKRFM_OWNER_URL untuk migrasi).",
        en="{missing} is not set; BATIKRFM_APP_URL and BATIKRFM_PLATFORM_URL go together (and BATIKRFM_OWNER_URL to migrate).",
    )


class NotMigratedError(SetupError):
    """Values: count."""

    text = Text(
        id="Basis data tertinggal {count} migrasi; jalankan `batikrfm db migrate` dulu.",
        en="The database is {count} migrations behind; run `batikrfm db migrate` first.",
    )


class NewerDatabaseError(SetupError):
    """Values: migration."""

    text = Text(
        id="Basis data ini sudah dipakai versi BatikRFM yang lebih baru (migrasi {migration}); perbarui program ini.",
        en="A newer BatikRFM has used this database (migration {migration}); update this program.",
    )
