"""Accounts and messages for the tests of this plugin."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from batikrfm.plugins.http import open_http
from batikrfm.sdk import Clock, Message, PluginContext, SystemClock
from batikrfm.testkit.resend_vendor import SECRET, ResendVendor
from batikrfm_channel_email.resend.channel import ResendChannel
from batikrfm_channel_email.smtp.channel import SmtpChannel
from smtp_vendor import USER, SmtpVendor

ONE_CLICK: Mapping[str, str] = {
    "List-Unsubscribe": "<https://toko.example/berhenti/" + "a" * 120 + ">, <mailto:berhenti@toko.example?subject=berhenti>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}


def message(number: int = 1, **more: Any) -> Message:  # noqa: ANN401 - any field of a message
    fields: dict[str, Any] = {
        "id": f"0199aa00-0000-7000-8000-{number:012d}",
        "to": f"pelanggan{number}@rumah.example",
        "subject": f"Batik baru untuk Anda, nomor {number}",
        "text": f"Halo, ini kabar nomor {number}.\n\nBerhenti: https://toko.example/berhenti/{number}",
        "html": f"<p>Halo, ini kabar nomor <b>{number}</b>.</p>",
        "headers": ONE_CLICK,
    }
    return Message(**{**fields, **more})


def context(clock: Clock | None = None) -> PluginContext:
    return PluginContext(language="id", log=logging.getLogger("plugin"), http=open_http, clock=clock or SystemClock())


def smtp(vendor: SmtpVendor, **settings: Any) -> SmtpChannel:  # noqa: ANN401 - any setting
    values = {
        "host": "127.0.0.1",
        "port": vendor.port,
        "tls": "none",
        "from_address": "kabar@toko.example",
        "from_name": "Toko Batik",
        "timeout": 5,
        **({"user": USER, "password": "rahasia"} if vendor.login else {}),
        **settings,
    }
    return SmtpChannel(SmtpChannel.config_model.model_validate(values), context())


def resend(vendor: ResendVendor, clock: Clock | None = None, **settings: Any) -> ResendChannel:  # noqa: ANN401 - any setting
    values = {
        "api_key": "re_kunci",
        "base_url": vendor.url,
        "from_address": "kabar@toko.example",
        "from_name": "Toko Batik",
        "webhook_secret": SECRET,
        "timeout": 5,
        **settings,
    }
    return ResendChannel(ResendChannel.config_model.model_validate(values), context(clock))
