"""The sentences of findings, said to the owner of a shop. Each holds for the figures that it is filled with, whatever they are."""

from __future__ import annotations

from batikrfm.sdk.text import Text

STALE = Text(
    id="Penjualan terakhir yang kami punya dari {last}, {days} hari sebelum hitungan ini. Unggah file terbaru supaya angkanya lengkap.",
    en="The latest sale that we have is of {last}, {days} days before this count. Upload the newest file to have them complete.",
)
FEW = Text(
    id="Baru {customers} pelanggan yang pernah belanja. Makin banyak penjualan yang Anda unggah, makin banyak yang bisa kami ceritakan.",
    en="So far {customers} customers have bought. The more sales you upload, the more we can tell you.",
)
FEW_ONE = Text(id=FEW.id, en="So far {customers} customer has bought. The more sales you upload, the more we can tell you.")

QUIET = Text(
    id="Tidak ada pembelian dari {since} sampai {until}.",
    en="There was no purchase from {since} to {until}.",
)
REVENUE = Text(
    id="Omzet {days} hari terakhir {revenue}, dari {purchases} pembelian.",
    en="Revenue of the last {days} days is {revenue}, from {purchases} purchases.",
)
REVENUE_ONE = Text(id=REVENUE.id, en="Revenue of the last {days} days is {revenue}, from {purchases} purchase.")
REVENUE_UP = Text(
    id="Omzet {days} hari terakhir {revenue}, naik {change} dari {days} hari sebelumnya ({before}).",
    en="Revenue of the last {days} days is {revenue}, up {change} from the {days} days before ({before}).",
)
REVENUE_TIMES = Text(
    id="Omzet {days} hari terakhir {revenue}, {times} kali omzet {days} hari sebelumnya ({before}).",
    en="Revenue of the last {days} days is {revenue}, {times} times that of the {days} days before ({before}).",
)
REVENUE_DOWN = Text(
    id="Omzet {days} hari terakhir {revenue}, turun {change} dari {days} hari sebelumnya ({before}).",
    en="Revenue of the last {days} days is {revenue}, down {change} from the {days} days before ({before}).",
)
REVENUE_SAME = Text(
    id="Omzet {days} hari terakhir {revenue}, hampir sama dengan {days} hari sebelumnya ({before}).",
    en="Revenue of the last {days} days is {revenue}, about the same as in the {days} days before ({before}).",
)

REPEAT = Text(
    id="{share} dari pembeli dalam {days} hari terakhir sudah pernah belanja sebelumnya.",
    en="{share} of those who bought in the last {days} days had bought before.",
)
REPEAT_UP = Text(
    id="{share} dari pembeli dalam {days} hari terakhir sudah pernah belanja sebelumnya, naik dari {before}.",
    en="{share} of those who bought in the last {days} days had bought before, up from {before}.",
)
REPEAT_DOWN = Text(
    id="{share} dari pembeli dalam {days} hari terakhir sudah pernah belanja sebelumnya, turun dari {before}.",
    en="{share} of those who bought in the last {days} days had bought before, down from {before}.",
)
REPEAT_SAME = Text(
    id="{share} dari pembeli dalam {days} hari terakhir sudah pernah belanja sebelumnya, sama seperti {days} hari sebelumnya.",
    en="{share} of those who bought in the last {days} days had bought before, the same as in the {days} days before.",
)

BEST_LEAN = Text(
    id="{name}: hanya {customers} dari pelanggan Anda, tetapi {revenue} dari belanja mereka semua.",
    en="{name}: only {customers} of your customers, but {revenue} of what all of them spent.",
)
BEST = Text(
    id="{name}: {customers} dari pelanggan Anda, {revenue} dari belanja mereka semua.",
    en="{name}: {customers} of your customers, {revenue} of what all of them spent.",
)
NO_BEST = Text(
    id="Saat ini belum ada pelanggan di segmen {name}.",
    en="At the moment nobody is in the segment {name}.",
)

TO_RISK = Text(
    id="{moved} pelanggan pindah ke {names} sejak hitungan {since}. Selama ini mereka belanja {money}; sapa mereka sebelum lupa.",
    en="{moved} customers moved to {names} since the count of {since}. They have spent {money} with you; write before they forget you.",
)
TO_RISK_ONE = Text(
    id=TO_RISK.id,
    en="{moved} customer moved to {names} since the count of {since}. They have spent {money} with you; write before they forget you.",
)
TO_RISK_PLAIN = Text(
    id="{moved} pelanggan pindah ke {names} sejak hitungan {since}. Sapa mereka sebelum lupa.",
    en="{moved} customers moved to {names} since the count of {since}. Write before they forget you.",
)
TO_RISK_PLAIN_ONE = Text(
    id=TO_RISK_PLAIN.id, en="{moved} customer moved to {names} since the count of {since}. Write before they forget you."
)

BACK = Text(
    id="{moved} pelanggan kembali dari {names} ke segmen yang lebih rajin sejak hitungan {since}.",
    en="{moved} customers came back from {names} to a livelier segment since the count of {since}.",
)
BACK_ONE = Text(id=BACK.id, en="{moved} customer came back from {names} to a livelier segment since the count of {since}.")
LEFT_BEST = Text(
    id="{moved} pelanggan keluar dari {names} sejak hitungan {since}.",
    en="{moved} customers left {names} since the count of {since}.",
)
LEFT_BEST_ONE = Text(id=LEFT_BEST.id, en="{moved} customer left {names} since the count of {since}.")
INTO_BEST = Text(
    id="{moved} pelanggan naik ke {names} sejak hitungan {since}.",
    en="{moved} customers rose to {names} since the count of {since}.",
)
INTO_BEST_ONE = Text(id=INTO_BEST.id, en="{moved} customer rose to {names} since the count of {since}.")

NEW = Text(
    id="{new} orang belanja untuk pertama kali dalam {days} hari terakhir; {days} hari sebelumnya {before}.",
    en="{new} people bought for the first time in the last {days} days; in the {days} days before it was {before}.",
)
NEW_ONE = Text(id=NEW.id, en="{new} person bought for the first time in the last {days} days; in the {days} days before it was {before}.")

ONE_CUSTOMER = Text(
    id="Satu pelanggan saja membawa {share} dari belanja semua pelanggan. Jaga baik-baik, dan cari yang lain.",
    en="A single customer brings {share} of what all customers spent. Take good care of them, and find more.",
)
BEST_TENTH = Text(
    id="{best} pelanggan teratas, sepersepuluh dari semuanya, membawa {share} dari belanja semua pelanggan. Jaga mereka.",
    en="The top {best} customers, a tenth of all, bring {share} of what all customers spent. Take good care of them.",
)

UNREACHABLE = Text(
    id="{unreachable} dari {customers} pelanggan tidak punya nomor HP atau email di data Anda, jadi belum bisa disapa.",
    en="{unreachable} of {customers} customers have neither a phone number nor an e-mail in your data, so you cannot write to them yet.",
)
NOBODY_REACHABLE = Text(
    id="Belum ada nomor HP atau email pelanggan di data Anda, jadi mereka belum bisa disapa.",
    en="Your data has no customer's phone number or e-mail yet, so you cannot write to them.",
)
