"""Secrets at rest: sealed to their place, opened by old keys too, the key file private, nothing shown."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from batikrfm.plugins.errors import KeyDamagedError, KeyFileOpenError, SecretLostError
from batikrfm.plugins.vault import FILE, VARIABLE, Vault

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_a_secret_opens_at_its_place_only() -> None:
    vault = Vault([OLD])
    sealed = vault.seal("sk-rahasia", "tenant-1/acme/channels.wa/token")
    assert "rahasia" not in sealed
    assert vault.unseal(sealed, "tenant-1/acme/channels.wa/token") == "sk-rahasia"
    with pytest.raises(SecretLostError):
        vault.unseal(sealed, "tenant-2/acme/channels.wa/token")


def test_keys_rotate() -> None:
    sealed = Vault([OLD]).seal("sk-rahasia", "here")
    both = Vault([NEW, OLD])
    assert both.unseal(sealed, "here") == "sk-rahasia"
    again = both.reseal(sealed)
    assert Vault([NEW]).unseal(again, "here") == "sk-rahasia"
    with pytest.raises(SecretLostError, match="BATIKRFM_SECRET_KEY"):
        Vault([NEW]).unseal(sealed, "here")
    with pytest.raises(SecretLostError):
        Vault([NEW]).reseal(sealed)


def test_the_environment_comes_first_and_leaves_no_file(tmp_path: Path) -> None:
    vault = Vault.of_installation(tmp_path, {VARIABLE: f"{NEW}, {OLD}"})
    assert vault.unseal(Vault([OLD]).seal("x", "here"), "here") == "x"
    assert list(tmp_path.iterdir()) == []


def test_the_key_file_is_made_once_and_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    sealed = Vault.of_installation(folder, {}).seal("x", "here")
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [FILE]
    assert Vault.of_installation(folder, {}).unseal(sealed, "here") == "x"


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(lambda _: Vault.of_installation(tmp_path, {}), range(8)))
    sealed = vaults[0].seal("x", "here")
    assert [vault.unseal(sealed, "here") for vault in vaults] == ["x"] * 8
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    Vault.of_installation(tmp_path, {})
    (tmp_path / FILE).chmod(0o640)
    with pytest.raises(KeyFileOpenError, match="chmod 600"):
        Vault.of_installation(tmp_path, {})


@pytest.mark.parametrize("damaged", ["", "short", "päss", "x" * 44])
def test_a_damaged_key_is_said_and_never_replaced(damaged: str, tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text(damaged, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(KeyDamagedError) as raised:
        Vault.of_installation(tmp_path, {})
    assert str(path) in str(raised.value)
    assert not damaged or damaged not in str(raised.value)
    assert path.read_text(encoding="utf-8") == damaged


def test_a_damaged_key_in_the_environment_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(KeyDamagedError) as raised:
        Vault.of_installation(tmp_path, {VARIABLE: "my-password-123"})
    assert "my-password-123" not in str(raised.value)
    assert raised.value.__cause__ is None
