"""Names that merchants give their columns, in Indonesian and English, and how sure each is (1: it can be nothing else)."""

from __future__ import annotations

import re
from functools import cache

from batikrfm.sales.mapping.fields import Field
from batikrfm.sales.mapping.headers import normalise


def _names(**by_sureness: str) -> dict[str, float]:
    """``sure_90="total; amount"``: names parted by semicolons, how sure in hundredths."""
    return {name.strip(): int(sure[5:]) / 100 for sure, names in by_sureness.items() for name in names.split(";")}


NAMES: dict[Field, dict[str, float]] = {
    Field.ORDER_ID: _names(
        sure_100="order id;id order;order no;no order;nomor order;order number;id pesanan;no pesanan;nomor pesanan;kode pesanan;"
        "kode order;invoice;invoice no;invoice number;no invoice;nomor invoice;invoice id;id invoice;no inv;no faktur;"
        "nomor faktur;faktur;no nota;nomor nota;nota;no struk;nomor struk;id struk;struk;receipt no;receipt number;"
        "receipt id;receipt;no transaksi;nomor transaksi;id transaksi;kode transaksi;transaction id;transaction no;"
        "transaction number;no bon;nomor bon;bon;purchase id;sale id;sales id;bill no;bill number;payment no;trx id;"
        "id trx;no trx;kode trx;order code;no penjualan;kode penjualan;id penjualan;order sn",
        sure_90="order;transaction;no po",
        sure_60="id;kode;code;pesanan;transaksi",
    ),
    Field.ORDERED_AT: _names(
        sure_100="tanggal;tgl;date;order date;tanggal pesanan;tanggal order;tgl order;tgl pesanan;tgl pesan;tanggal pesan;"
        "waktu pesanan;waktu pesanan dibuat;tanggal transaksi;tgl transaksi;waktu transaksi;transaction date;"
        "transaction time;invoice date;tanggal invoice;tgl invoice;tanggal faktur;tgl faktur;tanggal nota;tgl nota;"
        "tanggal penjualan;tgl penjualan;tgl jual;tanggal jual;sale date;sales date;date of sale;purchase date;"
        "tanggal pembelian;tgl pembelian;tgl beli;tanggal beli;order time;ordered at;datetime;date time;tanggal waktu;"
        "tanggal jam;tanggal dan waktu;timestamp;hari tanggal;order creation date;order created;order created at;"
        "waktu order;tanggal belanja;tgl trx;tanggal trx;trx date",
        sure_95="tanggal dibuat;dibuat;dibuat pada;created at;created time;created;created date;create time;waktu dibuat",
        sure_82="tanggal bayar;tgl bayar;tanggal pembayaran;payment date;paid time;paid at;paid date;waktu pembayaran;"
        "waktu bayar;waktu;time;hari;tanggal lunas;tanggal masuk;tgl masuk",
    ),
    Field.STATUS: _names(
        sure_100="status;status pesanan;order status;status order;status transaksi;transaction status;status terakhir;status penjualan",
        sure_90="status bayar;status pembayaran;payment status;tipe transaksi;transaction type;event type",
        sure_60="state;keterangan status",
    ),
    Field.CUSTOMER_KEY: _names(
        sure_100="customer id;id customer;id pelanggan;kode pelanggan;pelanggan id;no pelanggan;nomor pelanggan;customer code;"
        "customer no;customer number;kode customer;id pembeli;buyer id;username;username pembeli;username buyer;"
        "buyer username;user id;id user;member id;id member;no member;kode member;nomor member;kode konsumen;id konsumen;"
        "client id;cust id;account id;customer key;no anggota;id anggota;loyalty id;household key;customer unique id;"
        "card id;user name",
        sure_90="customer;pelanggan;pembeli;buyer;konsumen;member;user;client;cust;akun",
        sure_60="id",
    ),
    Field.NAME: _names(
        sure_100="nama pelanggan;nama customer;nama pembeli;nama konsumen;customer name;buyer name;buyer;pembeli;pelanggan;"
        "customer;konsumen;nama pemesan;pemesan;nama client;client name;client;nama member;member;cust name;nama cust;"
        "cust;nama lengkap;full name;atas nama;nama pelanggan toko;reseller;nama reseller;langganan",
        sure_90="nama",
        sure_82="nama penerima;recipient;penerima;receiver name;receiver;recipient name;shipping name;billing name;name",
    ),
    Field.PHONE: _names(
        sure_100="no hp;nomor hp;hp;no telp;no telepon;nomor telepon;nomor telp;telepon;telp;no tlp;tlp;phone;phone number;"
        "phone no;customer phone;mobile;mobile number;mobile phone;no wa;nomor wa;wa;whatsapp;no whatsapp;nomor whatsapp;"
        "handphone;no handphone;nomor handphone;no hp pelanggan;no hp pembeli;no telp pembeli;no telepon pembeli;"
        "telp pelanggan;hp pelanggan;contact number;telephone;tel;no hp wa;hp wa;no telp wa;buyer phone;"
        "no telp pelanggan;no hp customer",
        sure_82="kontak;contact;no kontak;nomor kontak;no telp penerima;recipient number;recipient phone;no hp penerima",
    ),
    Field.EMAIL: _names(
        sure_100="email;e mail;alamat email;email address;customer email;email pelanggan;email pembeli;email customer;surel;buyer email"
    ),
    Field.PRODUCT: _names(
        sure_100="product;produk;nama produk;product name;nama barang;barang;item;items;item name;nama item;item pesanan;layanan;"
        "rincian barang;detail produk;menu;nama menu;jenis barang;jenis produk;nama jasa;jasa;artikel;item description;"
        "products",
        sure_90="description;deskripsi;rincian;detail;detail pesanan;lineitem name;title",
        sure_60="sku;stock code;kode barang;kode produk;product id;motif;keterangan barang;pesanan",
    ),
    Field.QUANTITY: _names(
        sure_100="qty;quantity;jumlah barang;jumlah produk;jumlah item;kuantitas;kuantiti;banyak;banyaknya;pcs;jml barang;"
        "jumlah pcs;qty terjual;terjual;jumlah beli;banyak penjualan;lineitem quantity;jumlah terjual;qty pcs;"
        "jumlah produk dibeli;qty order",
        sure_90="jumlah;jml;units;unit;jumlah unit",
        sure_60="jumlah pesanan;berat;kg;berat kg",
    ),
    Field.UNIT_PRICE: _names(
        sure_100="unit price;price;harga;harga satuan;harga jual;harga produk;harga barang;price each;price per unit;"
        "harga per pcs;harga item;selling price;harga setelah diskon;harga pcs;harga per item;harga unit;"
        "harga jual satuan;item price;lineitem price;hrg;hrg satuan",
    ),
    Field.LINE_TOTAL: _names(
        sure_100="subtotal;sub total;line total;line amount;total line;total item;net sales;penjualan bersih;jumlah harga;"
        "subtotal produk;total produk;total harga produk;extended price;jumlah rp",
        sure_90="total;amount;total harga;total price;sales;sales amount;nilai;nilai penjualan;omzet;omset;revenue;total sales;"
        "nominal;jumlah uang;total penjualan;total barang;penjualan;total rp;spend;value;sale amount;harga total",
        sure_82="gross sales;penjualan kotor",
        sure_80="jumlah;jml",
    ),
    Field.ORDER_TOTAL: _names(
        sure_100="order total;grand total;total pesanan;total order;total pembayaran;total bayar;total tagihan;total belanja;"
        "total transaksi;order amount;total invoice;invoice total;total kasbon;total pembelian;total akhir;amount paid;"
        "total paid;jumlah bayar;jumlah pembayaran;total harga pesanan;total keseluruhan;net total;total nota;tagihan;"
        "order value;transaction amount;total nilai pesanan",
        sure_90="total;amount;total amount;total harga;nominal;nilai;omzet;omset;total penjualan;total price;nilai transaksi;bayar;dibayar",
    ),
    Field.DISCOUNT: _names(
        sure_100="diskon;discount;potongan;disc;discount amount;discounts;total diskon;potongan harga;jumlah diskon",
        sure_60="voucher;promo",
    ),
    Field.CHANNEL: _names(
        sure_100="channel;kanal;sales channel;marketplace;platform;order channel;purchase channel;kanal penjualan",
        sure_82="sumber;source;toko;outlet;store;cabang;tipe penjualan;branch",
    ),
    Field.ORDERED_TIME: _names(sure_100="jam;pukul;time;waktu;jam transaksi;waktu transaksi;jam order;transaction time;jam pesan"),
}

_SQUEEZED = {name: {known.replace(" ", ""): sure for known, sure in names.items()} for name, names in NAMES.items()}
"""``INVOICENO`` has no place to part it."""

_CURRENCY = re.compile(r"\b(rp|idr|usd|eur|gbp|myr|sgd|rupiah|dalam rupiah|in)\b")

_SOMETHING_ELSE = re.compile(
    r"\b("
    r"kirim|pengiriman|dikirim|selesai|batal|dibatalkan|cancel\w*|ship\w*|deliver\w*|due|tempo|lahir|birth|modal|beli|hpp|"
    r"cost|ongkir|ongkos|biaya|fee|pajak|tax|ppn|kembalian|sisa|dp|update\w*|diubah|ambil|kasir|operator|cashier|staff|"
    r"sales person|salesman|karyawan|supplier|pemasok|asuransi|insurance|cuci|cucian|gratuity|charge|refund|return|retur|"
    r"point|poin|stok|stock|laba|profit|margin|dibayar|persen"
    r")\b|%"
)

_NO_IDENTITY = re.compile(
    r"\b("
    r"country|negara|kategori|category|outlet|toko|store|cabang|payment|pembayaran|bayar|kasir|operator|cashier|staff|"
    r"karyawan|alamat|address|kota|city|kabupaten|catatan|notes?|keterangan|remarks?|resi|kurir|courier|sku|stock|varian|"
    r"variasi|variant|satuan|provinsi|province|state|kecamatan|pos|zip|warna|ukuran|size|colou?r|tax|pajak|status|gratuity|"
    r"produk|product|items?|barang|region|segment|ship\w*|gudang|warehouse|jenis|tipe|type|metode|method|kurs|currency|"
    r"brand|merk|gender|usia|age|no|nomor|jam|time|hari|bulan|tahun|month|year|day|week|shift|meja|table"
    r")\b"
)


@cache
def name_score(name: Field, header: str) -> float:
    """How sure a header is to be that of a field, 0..1. A name among other words counts less, one beside words of another thing half."""
    bare = " ".join(_CURRENCY.sub(" ", normalise(header)).split())
    known = NAMES.get(name, {})
    score = max(known.get(normalise(header), 0.0), known.get(bare, 0.0), _SQUEEZED.get(name, {}).get(bare.replace(" ", ""), 0.0))
    if score:
        return score / 2 if "%" in header else score
    partial = max((_part(bare, phrase) * sure for phrase, sure in known.items() if f" {phrase} " in f" {bare} "), default=0.0)
    return partial / 2 if _SOMETHING_ELSE.search(bare) or "%" in header else partial


def _part(header: str, phrase: str) -> float:
    """How much of the header a known name is whose words stand in it side by side."""
    return 0.6 + 0.3 * len(phrase.split()) / len(header.split())


def identifies_nothing(header: str) -> bool:
    """Whether a header names something that is neither a customer nor an order."""
    return bool(_NO_IDENTITY.search(normalise(header)))
