"""What the sample shop sells, and the words that its buyers' names and towns are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """One article: its stock code, price in rupiah, weight in grams and the variations that it comes in."""

    sku: str
    name: str
    price: int
    grams: int
    variations: tuple[str, ...]


CLOTH = ("Cokelat Sogan", "Biru Indigo", "Merah Marun", "Hijau Botol")
SIZES = ("Hitam,M", "Hitam,L", "Hitam,XL", "Marun,L", "Navy,XL")

PRODUCTS = (
    Product("KBT-01", "Kain Batik Tulis Parang Rusak 2 Meter", 475_000, 420, CLOTH),
    Product("KBT-02", "Kain Batik Tulis Sekar Jagad Lasem", 685_000, 430, CLOTH),
    Product("KBC-01", "Kain Batik Cap Kawung Prima 2 Meter", 165_000, 380, CLOTH),
    Product("KBC-02", "Kain Batik Cap Mega Mendung Cirebon", 148_500, 380, ("Biru", "Merah", "Ungu")),
    Product("KBC-03", "Kain Batik Cap Sido Mukti Sogan", 159_000, 380, CLOTH),
    Product("KBP-01", "Kain Batik Print Truntum per Meter", 38_500, 190, CLOTH),
    Product("KMP-01", "Kemeja Batik Pria Lengan Panjang Parang Slobog", 189_000, 310, SIZES),
    Product("KMP-02", "Kemeja Batik Pria Lengan Pendek Kawung", 129_900, 260, SIZES),
    Product("DRS-01", "Dress Batik Wanita Mega Mendung Midi", 219_000, 340, ("Biru,M", "Biru,L", "Ungu,L")),
    Product("BLS-01", "Blus Batik Kantor Ceplok", 139_000, 240, ("M", "L", "XL")),
    Product("SRM-01", "Sarimbit Batik Couple Sogan Wahyu Tumurun", 349_000, 620, ("M-L", "L-XL")),
    Product("SLD-01", "Selendang Batik Sutra Pekalongan", 98_000, 110, ("Pink", "Tosca", "Krem")),
    Product("TAS-01", "Tote Bag Kanvas Batik Lurik", 59_000, 180, ("Lurik", "Parang")),
    Product("MSK-01", "Masker Kain Batik isi 3", 24_900, 60, ("Campur",)),
)

FIRST_NAMES = (
    *(
        "siti",
        "dewi",
        "rina",
        "ayu",
        "putri",
        "wulan",
        "sri",
        "ratna",
        "indah",
        "lestari",
        "maya",
        "nur",
        "fitri",
        "yanti",
        "endah",
        "tari",
    ),
    *("agus", "budi", "eko", "joko", "bayu", "dimas", "rizky", "hendra", "wahyu", "arif", "bambang", "yusuf", "fajar", "teguh"),
)
LAST_NAMES = (
    *("rahayu", "wibowo", "santoso", "handayani", "pratama", "kusuma", "lestari", "nugroho", "saputra", "utami", "hidayat", "anggraini"),
    *("setiawan", "wijaya", "maharani", "purnomo", "suryani", "hartono", "permata", "susanti"),
)
TOWNS = (
    ("KOTA PEKALONGAN", "JAWA TENGAH"),
    ("KOTA SURAKARTA (SOLO)", "JAWA TENGAH"),
    ("KOTA SEMARANG", "JAWA TENGAH"),
    ("KOTA YOGYAKARTA", "DI YOGYAKARTA"),
    ("KAB. SLEMAN", "DI YOGYAKARTA"),
    ("KOTA BANDUNG", "JAWA BARAT"),
    ("KAB. CIREBON", "JAWA BARAT"),
    ("KOTA BEKASI", "JAWA BARAT"),
    ("KOTA JAKARTA SELATAN", "DKI JAKARTA"),
    ("KOTA JAKARTA TIMUR", "DKI JAKARTA"),
    ("KOTA SURABAYA", "JAWA TIMUR"),
    ("KOTA MALANG", "JAWA TIMUR"),
    ("KOTA MEDAN", "SUMATERA UTARA"),
    ("KOTA MAKASSAR", "SULAWESI SELATAN"),
    ("KOTA DENPASAR", "BALI"),
)
