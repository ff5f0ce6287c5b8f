"""What can go wrong when somebody asks for a plugin or sets it up. Why a plugin is off is in ``troubles``.

::

    NotFoundError
    ├── NoSuchPluginError      no plugin of this name is installed
    ├── NoSuchObjectError      the plugin registers no such object
    └── NoSuchStrategyError    no working plugin offers this strategy
    InputError
    ├── NotUsableError         the plugin is off, so it cannot be enabled
    └── BadSettingsError       settings that the plugin's model refuses
    SetupError
    ├── KeyDamagedError        a key that is none
    ├── KeyFileOpenError       a key file that others can read
    └── SecretLostError        no key opens a secret
"""

from __future__ import annotations

from batikrfm.sdk.errors import BatikError, InputError, NotFoundError, SetupError
from batikrfm.sdk.text import Language, Text


class NoSuchPluginError(NotFoundError):
    """Values: ``name``, ``known`` (the names there are)."""

    text = Text(id="Tidak ada plugin {name}. Yang terpasang: {known}.", en="There is no plugin {name}. Installed: {known}.")


class NoSuchObjectError(NotFoundError):
    """Values: ``address``, ``plugin``."""

    text = Text(id="Plugin {plugin} tidak punya {address}.", en="The plugin {plugin} has no {address}.")


class NoSuchStrategyError(NotFoundError):
    """Values: ``key``, ``known`` (the keys there are)."""

    text = Text(
        id="Tidak ada strategi {key}. Yang ada: {known}. Plugin yang mati dijelaskan oleh: batikrfm plugins doctor",
        en="There is no strategy {key}. There are: {known}. For plugins that are off, ask: batikrfm plugins doctor",
    )


class _WithProblem(BatikError):
    """An error whose value ``problem`` speaks both languages itself."""

    def say(self, language: Language = "id") -> str:
        problem = self.values["problem"]
        assert isinstance(problem, BatikError | Text)  # noqa: S101 - what we gave it
        return self.text.say(language, **{**self.values, "problem": problem.say(language)})


class NotUsableError(_WithProblem, InputError):
    """Values: ``plugin``, ``problem``."""

    text = Text(
        id="Plugin {plugin} belum bisa diaktifkan. {problem}",
        en="The plugin {plugin} cannot be enabled yet. {problem}",
    )


class BadSettingsError(_WithProblem, InputError):
    """Values: ``plugin``, ``field``, ``problem``: the first that is wrong; never an input."""

    text = Text(
        id="Pengaturan {field} untuk {plugin} tidak bisa dipakai: {problem}",
        en="The setting {field} of {plugin} cannot be used: {problem}",
    )


class KeyDamagedError(SetupError):
    """Value: ``source``."""

    text = Text(
        id="Kunci rahasia di {source} bukan 32 byte base64. Kembalikan yang lama; untuk pemasangan baru: openssl rand -base64 32",
        en="The secret key in {source} is not 32 bytes in base64. Put the old one back; for a new installation: openssl rand -base64 32",
    )


class KeyFileOpenError(SetupError):
    """Value: ``path``."""

    text = Text(
        id="Berkas kunci {path} bisa dibaca orang lain. Jalankan: chmod 600 {path}",
        en="The key file {path} can be read by others. Run: chmod 600 {path}",
    )


class SecretLostError(SetupError):
    """Value: ``place``."""

    text = Text(
        id="Rahasia {place} tidak bisa dibuka. Kembalikan kunci lama di BATIKRFM_SECRET_KEY, atau isi lagi rahasianya.",
        en="The secret {place} cannot be opened. Put the old key back into BATIKRFM_SECRET_KEY, or enter the secret again.",
    )
