"""Why a plugin is off. Each trouble is one sentence that says what to do; none of them stops the host."""

from __future__ import annotations

from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.text import Text


class Trouble(PluginError):
    """What keeps a plugin off."""


class DamagedListError(Trouble):
    """Value: ``distribution``."""

    text = Text(
        id="Daftar entry point milik {distribution} rusak. Pasang ulang paket itu.",
        en="The list of entry points of {distribution} is damaged. Install it again.",
    )


class MissingModuleError(Trouble):
    """Values: ``module``, ``distribution``."""

    text = Text(
        id="Modul {module} tidak ada. Pasang ulang {distribution}, lengkap dengan yang dibutuhkannya.",
        en="The module {module} is missing. Install {distribution} again, with what it needs.",
    )


class RaisedError(Trouble):
    """Values: ``what`` (the entry point or a hook), ``kind``, ``message``, ``place``."""

    text = Text(
        id="{what} gagal dimuat: {kind} di {place} ({message}). Laporkan kepada pembuat plugin.",
        en="{what} failed to load: {kind} at {place} ({message}). Tell the plugin's author.",
    )


class NoHooksError(Trouble):
    """Value: ``value``, what the entry point names."""

    text = Text(
        id="{value} tidak memasang satu hook pun. Entry point harus menunjuk modul atau objek yang memakai @hookimpl.",
        en="{value} implements no hook. The entry point must name a module or an object with functions marked @hookimpl.",
    )


class ForgottenMarkError(Trouble):
    """Value: ``hook``."""

    text = Text(
        id="Fungsi {hook} belum ditandai @hookimpl, jadi tidak pernah dipanggil. Tambahkan tandanya.",
        en="The function {hook} is not marked @hookimpl, so it would never be called. Add the mark.",
    )


class UnknownHookError(Trouble):
    """Value: ``hook``."""

    text = Text(
        id="Hook {hook} tidak dikenal. Lihat daftar hook di docs/plugins/hooks.md.",
        en="There is no hook {hook}. The hooks are listed in docs/plugins/hooks.md.",
    )


class MisspelledHookError(Trouble):
    """Values: ``hook``, ``nearest``."""

    text = Text(
        id="Hook {hook} tidak dikenal. Mungkin maksudnya {nearest}?",
        en="There is no hook {hook}. Did you mean {nearest}?",
    )


class WrongSignatureError(Trouble):
    """Values: ``hook``, ``arguments``."""

    text = Text(
        id="Hook {hook} meminta argumen yang tidak ada: {arguments}. Hapus argumen itu.",
        en="The hook {hook} asks for arguments that there are not: {arguments}. Take them out.",
    )


class NotPlainHookError(Trouble):
    """Value: ``hook``."""

    text = Text(
        id="Hook {hook} harus fungsi biasa: tanpa async dan tanpa wrapper. Pekerjaan async ada di objek yang didaftarkan.",
        en="The hook {hook} must be a plain function: not async, no wrapper. Async work belongs to the objects registered.",
    )


class WrongTypeError(Trouble):
    """Values: ``hook``, ``expected``, ``got``."""

    text = Text(
        id="Hook {hook} harus mengembalikan daftar {expected}, tetapi berisi {got}.",
        en="The hook {hook} must return a list of {expected}, but there is {got} in it.",
    )


class IncompleteError(Trouble):
    """Values: ``name`` (of the object), ``missing``."""

    text = Text(id="{name} belum lengkap. Yang masih kurang: {missing}.", en="{name} is not complete. Still missing: {missing}.")


class CapabilityError(Trouble):
    """Values: ``name``, ``capability``, ``method``."""

    text = Text(
        id="{name} tidak konsisten: kemampuan {capability} harus diumumkan bila, dan hanya bila, {method} ada.",
        en="{name} contradicts itself: the capability {capability} must be declared if, and only if, there is {method}.",
    )


class BadNameError(Trouble):
    """Value: ``name`` of a plugin or key of an object."""

    text = Text(
        id="Nama {name} tidak bisa dipakai: mulai dengan huruf kecil, lalu huruf kecil, angka, atau _ (paling banyak 63).",
        en="The name {name} cannot be used: begin with a small letter, then small letters, digits or _ (63 at most).",
    )


class SecretInListError(Trouble):
    """Values: ``name`` (of the object), ``field``."""

    text = Text(
        id="{name}: Secret di dalam daftar tidak bisa disimpan dengan aman ({field}). Jadikan kolom sendiri.",
        en="{name}: a Secret inside a list cannot be kept safely ({field}). Make it a field of its own.",
    )


class NameTakenError(Trouble):
    """Values: ``name``, ``other`` (the distribution that has it)."""

    text = Text(
        id="Nama plugin {name} sudah dipakai oleh {other}. Copot salah satunya.",
        en="The plugin name {name} is already taken by {other}. Uninstall one of the two.",
    )


class KeyTakenError(Trouble):
    """Values: ``key``, ``kind``, ``plugin``, ``other`` (the plugins' names)."""

    text = Text(
        id="{plugin} dan {other} sama-sama mendaftarkan {key} ({kind}); {other} yang dipakai. Copot salah satunya.",
        en="{plugin} and {other} both register {key} ({kind}); {other} keeps it. Uninstall one of the two.",
    )


class IncompatibleError(Trouble):
    """Values: ``version`` of the plugin, ``needs`` (its range of batikrfm), ``running`` (batikrfm's version)."""

    text = Text(
        id="Versi {version} membutuhkan batikrfm {needs}, sedangkan yang terpasang {running}. Perbarui plugin atau batikrfm.",
        en="Version {version} needs batikrfm {needs}, but {running} is installed. Update the plugin or batikrfm.",
    )
