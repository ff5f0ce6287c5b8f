"""The addresses that links in mails lead to: pages of the portal. The site is the installation's, never what a request calls itself."""

from __future__ import annotations


def sign_in(site: str) -> str:
    return f"{site}/masuk"


def confirm(site: str, token: str) -> str:
    return f"{site}/konfirmasi/{token}"


def reset(site: str, token: str) -> str:
    return f"{site}/sandi-baru/{token}"


def email(site: str, token: str) -> str:
    return f"{site}/akun/email/{token}"


def invitation(site: str, token: str) -> str:
    return f"{site}/undangan/{token}"
