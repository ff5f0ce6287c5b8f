"""The sheet that an e-mail is written on: readable in any program, by day and by night, with the way out below."""

from __future__ import annotations

from html import escape
from typing import Final

from batikrfm.delivery.letters.model import Shop
from batikrfm.sdk.text import Text

BECAUSE: Final = Text(
    id="Anda menerima e-mail ini karena pernah setuju menerima kabar dari {shop}.",
    en="You get this e-mail because you agreed to hear from {shop}.",
)
STOP: Final = Text(id="Berhenti menerima e-mail ini", en="Unsubscribe")
CHOOSE: Final = Text(id="Atur apa yang Anda terima", en="Choose what you receive")
WHATSAPP_STOP: Final = Text(
    id="Balas BERHENTI kalau tidak ingin menerima pesan seperti ini lagi.",
    en="Reply STOP if you do not want messages like this any more.",
)
UNSUBSCRIBE, PREFERENCES, PIXEL = "\ue002unsubscribe\ue003", "\ue002preferences\ue003", "\ue002pixel\ue003"
"""Marks for what is each person's own."""
_PAD: Final = "&#847;&zwnj;&nbsp;" * 40
"""Keeps what follows the preheader out of a list of mails."""
_DARK: Final = (
    ":root{color-scheme:light dark;supported-color-schemes:light dark}"
    "@media (prefers-color-scheme:dark){.page{background:#14110d!important}.sheet{background:#211c16!important}"
    ".words,.words p,.words li,.words h1,.words h2,.words h3{color:#f3ece1!important}.words a{color:#f0b46a!important}"
    ".foot,.foot a{color:#b9ad9c!important}}"
)


def sheet(words: str, *, preheader: str, button: str | None, shop: Shop) -> str:
    """A whole HTML page around ``words``. ``preheader`` and ``button``, which is a link already, are HTML, too."""
    language = shop.language
    lines = [escape(one) for one in (shop.name, shop.address, shop.contact) if one]
    return f"""<!doctype html>
<html lang="{language}" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>{escape(shop.name)}</title><style>{_DARK}</style></head>
<body class="page" style="margin:0;padding:0;background:#f4efe7">
<div style="display:none;max-height:0;overflow:hidden;opacity:0">{preheader}{_PAD}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="page" style="background:#f4efe7">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="sheet"
 style="max-width:600px;background:#ffffff;border-radius:8px">
<tr><td class="words" style="padding:32px 28px;font-family:Helvetica,Arial,sans-serif;color:#2b2118">
{words}{button or ""}
</td></tr></table>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px"><tr>
<td class="foot" align="center"
 style="padding:20px 28px;font-family:Helvetica,Arial,sans-serif;font-size:13px;line-height:1.6;color:#6b5d4d">
{"<br>".join(lines)}<br>{escape(BECAUSE.say(language, shop=shop.name))}<br>
<a href="{UNSUBSCRIBE}" style="color:#6b5d4d">{STOP.say(language)}</a>
 &middot; <a href="{PREFERENCES}" style="color:#6b5d4d">{CHOOSE.say(language)}</a>
{PIXEL}</td></tr></table></td></tr></table></body></html>
"""


def button(link: str, words: str) -> str:
    """A link that looks like a button, also where pictures and style sheets are off."""
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" style="margin:8px 0 16px"><tr>'
        '<td style="background:#8a4b08;border-radius:6px">'
        f'<a href="{link}" style="display:inline-block;padding:12px 24px;font-size:16px;color:#ffffff;text-decoration:none">{words}</a>'
        "</td></tr></table>"
    )


def foot_text(shop: Shop) -> str:
    """The same below the plain text."""
    language = shop.language
    own = [one for one in (shop.name, shop.address, shop.contact) if one]
    ways = (f"{STOP.say(language)}: {UNSUBSCRIBE}", f"{CHOOSE.say(language)}: {PREFERENCES}")
    return "\n".join(("--", *own, BECAUSE.say(language, shop=shop.name), *ways))
