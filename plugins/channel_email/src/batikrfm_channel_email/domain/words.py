"""The sentences of the domain check: what stands there, what it means, what to do. Placeholders are filled by :mod:`.findings`."""

from __future__ import annotations

from typing import Final

from batikrfm.sdk import Text

NOT_LOOKED_UP: Final = Text(
    id="DNS {name} sedang tidak menjawab, jadi ini belum bisa diperiksa. Coba lagi nanti.",
    en="The DNS of {name} does not answer now, so this could not be looked at. Try again later.",
)
ENTER_TXT: Final = Text(
    id="Di tempat Anda mengelola domain, buat catatan TXT bernama {name} dengan isi: {record}",
    en="Where you manage your domain, make a TXT record named {name} that says: {record}",
)

SPF_GOOD: Final = Text(
    id="{name} menyebut siapa yang boleh mengirim email atas namanya, dan pengirim Anda termasuk.",
    en="{name} says who may send mail in its name, and your sender is among them.",
)
SPF_GOOD_ALONE: Final = Text(
    id="{name} menyebut siapa yang boleh mengirim email atas namanya. Pastikan server pengirim Anda termasuk.",
    en="{name} says who may send mail in its name. Make sure that your server is among them.",
)
SPF_NONE: Final = Text(
    id="{name} tidak menyebut siapa yang boleh mengirim email atas namanya. Penerima bisa mengira email Anda palsu.",
    en="{name} does not say who may send mail in its name. Receivers may take your mail for forged.",
)
SPF_SEVERAL: Final = Text(
    id="{name} punya {count} catatan SPF. Kalau lebih dari satu, penerima mengabaikan semuanya.",
    en="{name} has {count} SPF records. Where there is more than one, receivers ignore them all.",
)
SPF_SEVERAL_ADVICE: Final = Text(
    id="Gabungkan semuanya menjadi satu catatan, lalu hapus yang lain.", en="Put them together into one record and delete the others."
)
SPF_WITHOUT: Final = Text(
    id="Catatan SPF {name} belum menyebut layanan pengirim Anda ({include}).",
    en="The SPF record of {name} does not name your sending service ({include}) yet.",
)
SPF_WITHOUT_ADVICE: Final = Text(
    id="Tambahkan include:{include} ke catatan TXT itu, sebelum bagian {rest}.",
    en="Add include:{include} to that TXT record, before its {rest}.",
)
SPF_COSTLY: Final = Text(
    id="Catatan SPF {name} perlu {count} pencarian DNS, padahal penerima berhenti setelah 10 dan menganggapnya rusak.",
    en="The SPF record of {name} takes {count} look-ups; receivers stop after 10 and take it for broken.",
)
SPF_COSTLY_ADVICE: Final = Text(
    id="Hapus include dari layanan yang sudah tidak Anda pakai.", en="Take out the includes of services that you do not use any more."
)
SPF_OPEN: Final = Text(
    id="Catatan SPF {name} membolehkan siapa pun mengirim atas namanya (+all).",
    en="The SPF record of {name} lets anybody send in its name (+all).",
)
SPF_VAGUE: Final = Text(
    id="Catatan SPF {name} tidak mengatakan apa-apa tentang pengirim lain.",
    en="The SPF record of {name} says nothing about other senders.",
)
SPF_REST_ADVICE: Final = Text(id="Akhiri catatan itu dengan ~all.", en="Let the record end in ~all.")

DKIM_GOOD: Final = Text(id="Kunci tanda tangan ada di {name} dan cocok.", en="The key for signatures stands at {name} and fits.")
DKIM_THERE: Final = Text(id="Kunci tanda tangan ada di {name}.", en="The key for signatures stands at {name}.")
DKIM_NONE: Final = Text(
    id="Kunci tanda tangan belum ada di {name}, jadi penerima tidak bisa memastikan email itu dari Anda.",
    en="There is no key for signatures at {name}, so receivers cannot make sure that mail is yours.",
)
DKIM_OTHER: Final = Text(
    id="Kunci di {name} bukan pasangan kunci yang dipakai di sini. Semua tanda tangan akan dianggap palsu.",
    en="The key at {name} does not belong to the one that is used here. Every signature will be taken for forged.",
)
DKIM_REVOKED: Final = Text(id="Kunci di {name} sudah dicabut (p= kosong).", en="The key at {name} was revoked (p= is empty).")
DKIM_BY_PROVIDER: Final = Text(
    id="Email tidak ditandatangani di sini. Kalau layanan email Anda yang melakukannya, isi selector-nya agar bisa diperiksa.",
    en="Mail is not signed here. If your provider signs it, enter the selector in the settings so that it can be looked at.",
)
DKIM_PROVIDER_ADVICE: Final = Text(
    id="Salin catatan DKIM dari halaman domain di layanan pengirim Anda ke {name}.",
    en="Copy the DKIM record from the domain page of your sending service to {name}.",
)

DMARC_GOOD: Final = Text(
    id="{name} meminta penerima menyaring email palsu atas nama Anda (p={policy}).",
    en="{name} asks receivers to sort out mail forged in your name (p={policy}).",
)
DMARC_WATCHING: Final = Text(
    id="{name} ada, tetapi baru mengamati (p=none). Ini cukup untuk mulai mengirim.",
    en="{name} is there, but only watches (p=none). That is enough to begin with.",
)
DMARC_STRICTER: Final = Text(
    id="Kalau semua email Anda sudah lolos beberapa minggu, naikkan ke p=quarantine.",
    en="Once all of your mail has passed for some weeks, go on to p=quarantine.",
)
DMARC_NONE: Final = Text(
    id="Belum ada aturan DMARC untuk {domain}. Gmail dan Yahoo memintanya dari siapa pun yang mengirim ke banyak orang.",
    en="There is no DMARC policy for {domain}. Gmail and Yahoo want one from everybody who writes to many.",
)
DMARC_SEVERAL: Final = Text(
    id="{name} punya {count} catatan DMARC. Kalau lebih dari satu, penerima mengabaikan semuanya.",
    en="{name} has {count} DMARC records. Where there is more than one, receivers ignore them all.",
)
DMARC_BROKEN: Final = Text(
    id="Catatan DMARC di {name} tidak punya aturan yang sah (p=).", en="The DMARC record at {name} has no valid policy (p=)."
)

ALIGNED: Final = Text(
    id="Alamat yang dilihat pelanggan ({domain}) cocok dengan tanda tangan emailnya.",
    en="The address that customers see ({domain}) goes with the mail's signature.",
)
ALIGNED_BY_SPF: Final = Text(
    id="Alamat yang dilihat pelanggan ({domain}) hanya terbukti lewat SPF. Kalau email diteruskan, bukti itu hilang.",
    en="The address that customers see ({domain}) is proved by SPF alone. When mail is forwarded, that proof is lost.",
)
NOT_ALIGNED: Final = Text(
    id="Alamat yang dilihat pelanggan ({domain}) tidak cocok dengan domain yang membuktikannya ({proved}). Banyak penerima akan menolak.",
    en="The address that customers see ({domain}) does not go with the domain that proves it ({proved}). Many receivers will refuse it.",
)
ALIGN_ADVICE: Final = Text(
    id="Kirim dari alamat di domain milik Anda sendiri, dan tandatangani dengan domain yang sama.",
    en="Send from an address of a domain of your own, and sign with the same domain.",
)

MX_GOOD: Final = Text(id="{name} bisa menerima balasan.", en="{name} can receive answers.")
MX_NONE: Final = Text(
    id="{name} tidak punya server penerima (MX), jadi balasan pelanggan dan laporan gagal kirim akan hilang.",
    en="{name} has no server that takes mail (MX), so customers' answers and reports of failure are lost.",
)
MX_ADVICE: Final = Text(
    id="Pasang layanan email untuk domain itu, atau isi alamat balasan di domain lain yang bisa menerima.",
    en="Set up mail for that domain, or have answers go to an address that can receive.",
)

VENDOR_GOOD: Final = Text(id="Resend sudah memverifikasi {domain}.", en="Resend has verified {domain}.")
VENDOR_PENDING: Final = Text(
    id="Resend belum selesai memverifikasi {domain} ({status}).", en="Resend has not finished verifying {domain} ({status})."
)
VENDOR_UNKNOWN_DOMAIN: Final = Text(id="{domain} belum didaftarkan di Resend.", en="{domain} is not registered with Resend.")
VENDOR_ADVICE: Final = Text(
    id="Buka resend.com/domains, lalu salin catatan DNS yang ditampilkan di sana.",
    en="Open resend.com/domains and copy the DNS records that it shows.",
)
VENDOR_CANNOT_TELL: Final = Text(
    id="Kunci API ini hanya boleh mengirim, jadi status domain di Resend tidak bisa dibaca.",
    en="This API key may only send, so the domain's state at Resend cannot be read.",
)
VENDOR_NOT_ASKED: Final = Text(
    id="Resend sedang tidak bisa ditanya tentang domain Anda. Periksa kunci API, lalu coba lagi.",
    en="Resend could not be asked about your domain. Check the API key and try again.",
)
