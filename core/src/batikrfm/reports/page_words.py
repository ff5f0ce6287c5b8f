"""The words of the report to read that are not in the workbook too."""

from __future__ import annotations

from batikrfm.sdk.text import Text

TITLE = Text(id="Laporan pelanggan", en="Customer report")
SUBTITLE = Text(
    id="Dihitung per {as_of}: {days} hari terakhir, dibandingkan {days} hari sebelumnya",
    en="As of {as_of}: the last {days} days, compared with the {days} days before",
)
SHORT_SUBTITLE = Text(id="per {as_of}", en="as of {as_of}")

BUYERS = Text(id="Pembeli", en="Buyers")
REVENUE = Text(id="Omzet", en="Revenue")
PURCHASES = Text(id="Pembelian", en="Purchases")
REPEAT_RATE = Text(id="Belanja ulang", en="Repeat buyers")
UP = Text(id="naik {change}", en="up {change}")
DOWN = Text(id="turun {change}", en="down {change}")
BEFORE = Text(id="sebelumnya {before}", en="before {before}")
POINTS = Text(id="{points} poin", en="{points} points")
A_POINT = Text(id="{points} poin", en="{points} point")
NOTHING_BEFORE = Text(id="belum ada pembandingnya", en="nothing to compare with")
NO_VALUE = "\N{EN DASH}"

FINDINGS = Text(id="Yang perlu Anda tahu", en="What you should know")
NO_FINDINGS = Text(
    id="Belum ada yang menonjol. Makin banyak penjualan yang Anda unggah, makin banyak yang bisa kami ceritakan.",
    en="Nothing stands out yet. The more sales you upload, the more we can tell you.",
)

CHART = Text(id="Siapa pelanggan Anda", en="Who your customers are")
NO_CUSTOMERS = Text(
    id="Belum ada pelanggan di segmen mana pun. Unggah file penjualan yang memuat nama atau nomor pelanggan.",
    en="No customer is in a segment yet. Upload a sales file that has customers' names or numbers.",
)
CUSTOMERS_KEY = Text(id="bagian dari {customers} pelanggan", en="share of {customers} customers")
REVENUE_KEY = Text(id="bagian dari belanja mereka, {revenue}", en="share of what they spent, {revenue}")
OF_CUSTOMERS = Text(id="{share} · {customers} pelanggan", en="{share} · {customers} customers")
OF_CUSTOMERS_ONE = Text(id="{share} · {customers} pelanggan", en="{share} · {customers} customer")
OF_REVENUE = Text(id="{share} · {revenue}", en="{share} · {revenue}")
CHART_ALT = Text(
    id="Diagram batang: bagian pelanggan dan bagian belanja tiap segmen. {parts}.",
    en="Bar chart: each segment's share of customers and of what they spent. {parts}.",
)
ALT_PART = Text(id="{name} {customers} pelanggan, {revenue} belanja", en="{name} {customers} of customers, {revenue} of money")

ACTIONS = Text(id="Satu langkah untuk tiap segmen", en="One step for each segment")
CUSTOMERS = Text(id="{customers} pelanggan", en="{customers} customers")
A_CUSTOMER = Text(id="{customers} pelanggan", en="{customers} customer")

SEGMENTS = Text(id="Segmen dalam angka", en="The segments in figures")
SEGMENT_COLUMNS = (
    Text(id="Segmen", en="Segment"),
    Text(id="Pelanggan", en="Customers"),
    Text(id="Bagian", en="Share"),
    Text(id="Belanja", en="Spent"),
    Text(id="Bagian", en="Share"),
    Text(id="Hari sejak belanja*", en="Days since purchase*"),
    Text(id="Berapa kali*", en="Purchases*"),
    Text(id="Belanja tiap orang*", en="Money each*"),
)
MEDIANS = Text(
    id="* Nilai tengah (median): separuh pelanggan segmen itu di bawahnya, separuh di atasnya.",
    en="* Medians: half of the segment's customers are below, half above.",
)
TOTAL = Text(id="Jumlah", en="Total")

MOVES = Text(id="Siapa yang pindah", en="Who moved")
MOVES_INTRO = Text(
    id="Banyaknya pelanggan yang pindah segmen sejak hitungan {since}: dari baris ke kolom.",
    en="How many customers moved since the count of {since}: from the row to the column.",
)
NOBODY_MOVED = Text(id="Tidak ada yang pindah segmen sejak hitungan {since}.", en="Nobody has moved since the count of {since}.")
FIRST_RUN = Text(
    id="Ini hitungan pertama, jadi belum ada pembandingnya. Perpindahan terlihat mulai hitungan berikutnya.",
    en="This is the first count, so there is nothing to compare with. Moves show from the next one on.",
)
FROM_TO = Text(id="Dari \\ ke", en="From \\ to")
NEW = Text(id="(baru)", en="(new)")
LEFT = Text(id="(tidak lagi)", en="(left)")

HEAT = Text(id="Peta nilai R dan FM", en="Map of R and FM")
HEAT_INTRO = Text(
    id="Banyaknya pelanggan. R: makin besar, makin baru belanja terakhirnya. FM: makin besar, makin sering dan makin banyak belanjanya.",
    en="How many customers. R: the higher, the more recent the last purchase. FM: the higher, the more often and the more they buy.",
)
NO_SCORES = Text(id="Cara mengelompokkan ini tidak memberi nilai R, F dan M.", en="This strategy gives no scores R, F and M.")

TOP = Text(id="Pelanggan dengan belanja terbanyak", en="The customers who spent most")
TOP_COLUMNS = (
    Text(id="No.", en="No."),
    Text(id="Nama", en="Name"),
    Text(id="Segmen", en="Segment"),
    Text(id="Kali", en="Times"),
    Text(id="Terakhir", en="Last"),
    Text(id="Belanja", en="Spent"),
)
TOP_INTRO = Text(
    id="Daftar ini memuat nama pelanggan. Bagikan laporan ini hanya kepada orang toko Anda.",
    en="This list has customers' names. Share this report with people of your shop only.",
)

ORIGIN = Text(id="Asal angka", en="Where the numbers come from")
ORIGIN_COLUMNS = (Text(id="Apa", en="What"), Text(id="Angka atau keterangan", en="Number or note"))
KEYWORDS = ("RFM", "BatikRFM")
