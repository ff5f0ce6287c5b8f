"""The exports that we know. Their headers are those of real files; the tests hold them against whole header rows."""

from __future__ import annotations

from collections.abc import Sequence

from batikrfm.sales.mapping.fields import Field
from batikrfm.sales.mapping.layouts import Layout
from batikrfm.sales.values.days import DateStyle
from batikrfm.sdk.text import Text

SHOPEE = Layout(
    key="shopee",
    signature=("No. Pesanan", "Status Pesanan", "Waktu Pesanan Dibuat", "Nama Produk"),
    columns={
        Field.ORDER_ID: ("No. Pesanan",),
        Field.ORDERED_AT: ("Waktu Pesanan Dibuat",),
        Field.STATUS: ("Status Pesanan",),
        Field.RETURN_STATUS: ("Status Pembatalan/ Pengembalian",),
        Field.CUSTOMER_KEY: ("Username (Pembeli)",),
        Field.NAME: ("Nama Penerima",),
        Field.PHONE: ("No. Telepon",),
        Field.PRODUCT: ("Nama Produk",),
        Field.QUANTITY: ("Jumlah",),
        Field.RETURNED_QUANTITY: ("Returned quantity", "Jumlah Dikembalikan"),
        Field.UNIT_PRICE: ("Harga Setelah Diskon",),
        # Until 2025 the line's total had another name.
        Field.LINE_TOTAL: ("Subtotal Pesanan", "Total Harga Produk"),
        Field.ORDER_TOTAL: ("Total Pembayaran",),
    },
    returned="disetujui",
)

SHOPEE_ENGLISH = Layout(
    key="shopee_english",
    signature=("Order ID", "Order Status", "Order Creation Date", "Username (Buyer)"),
    columns={
        Field.ORDER_ID: ("Order ID",),
        Field.ORDERED_AT: ("Order Creation Date",),
        Field.STATUS: ("Order Status",),
        Field.RETURN_STATUS: ("Return / Refund Status", "Cancellation/ Return Status"),
        Field.CUSTOMER_KEY: ("Username (Buyer)",),
        Field.NAME: ("Receiver Name",),
        Field.PHONE: ("Phone Number",),
        Field.PRODUCT: ("Product Name",),
        Field.QUANTITY: ("Quantity",),
        Field.RETURNED_QUANTITY: ("Returned quantity",),
        Field.UNIT_PRICE: ("Deal Price", "Price After Discount"),
        Field.LINE_TOTAL: ("Product Subtotal", "Total Product Price"),
        Field.ORDER_TOTAL: ("Grand Total", "Total Payment"),
    },
    returned="approved|accepted|completed",
)

TIKTOK_TOKOPEDIA = Layout(
    key="tiktok_tokopedia",
    signature=("Order ID", "Order Status", "SKU Subtotal After Discount", "Created Time"),
    columns={
        Field.ORDER_ID: ("Order ID",),
        Field.ORDERED_AT: ("Created Time",),
        Field.STATUS: ("Order Status",),
        Field.CUSTOMER_KEY: ("Buyer Username",),
        Field.NAME: ("Recipient",),
        Field.PHONE: ("Phone #",),
        Field.PRODUCT: ("Product Name",),
        Field.QUANTITY: ("Quantity",),
        Field.RETURNED_QUANTITY: ("Sku Quantity of return",),
        Field.UNIT_PRICE: ("SKU Unit Original Price",),
        Field.LINE_TOTAL: ("SKU Subtotal After Discount",),
        Field.ORDER_TOTAL: ("Order Amount",),
        Field.CHANNEL: ("Purchase Channel",),
    },
    date_style=DateStyle.DMY,
)

TOKOPEDIA_ENGLISH = Layout(
    key="tokopedia_english",
    signature=("Invoice", "Payment Date", "Order Status", "Price (Rp.)"),
    columns={
        Field.ORDER_ID: ("Invoice",),
        Field.ORDERED_AT: ("Payment Date",),
        Field.STATUS: ("Order Status",),
        Field.NAME: ("Customer Name",),
        Field.PHONE: ("Customer Phone",),
        Field.PRODUCT: ("Product Name",),
        Field.QUANTITY: ("Quantity",),
        Field.UNIT_PRICE: ("Price (Rp.)",),
        Field.DISCOUNT: ("Discount Amount (Rp.)",),
        Field.ORDER_TOTAL: ("Total Amount (Rp.)",),
    },
    date_style=DateStyle.DMY,
    fill_down=True,
)

TOKOPEDIA = Layout(
    key="tokopedia",
    signature=("Nomor Invoice", "Tanggal Pembayaran", "Status Terakhir"),
    columns={
        Field.ORDER_ID: ("Nomor Invoice",),
        Field.ORDERED_AT: ("Tanggal Pembayaran",),
        Field.STATUS: ("Status Terakhir",),
        Field.NAME: ("Nama Pembeli",),
        Field.PHONE: ("No Telp Pembeli",),
        Field.PRODUCT: ("Nama Produk",),
        Field.QUANTITY: ("Jumlah Produk Dibeli",),
        Field.RETURNED_QUANTITY: ("Jumlah Produk Yang Dikurangkan",),
        # The price after "Diskon Produk (IDR)".
        Field.UNIT_PRICE: ("Harga Jual (IDR)",),
        Field.ORDER_TOTAL: ("Total Penjualan (IDR)",),
    },
    date_style=DateStyle.DMY,
    fill_down=True,
)

BIGSELLER = Layout(
    key="bigseller",
    signature=("Nomor Pesanan", "Waktu Pesanan Dibuat", "Nama Panggilan Toko BigSeller"),
    columns={
        Field.ORDER_ID: ("Nomor Pesanan",),
        Field.ORDERED_AT: ("Waktu Pesanan Dibuat",),
        Field.STATUS: ("Status Pesanan",),
        Field.PRODUCT: ("SKU",),
        Field.QUANTITY: ("Jumlah",),
        Field.UNIT_PRICE: ("Harga Satuan",),
        Field.LINE_TOTAL: ("Subtotal Produk",),
        Field.CHANNEL: ("Nama Panggilan Toko BigSeller",),
    },
    # "Batalkan Pengajuan": the buyer withdrew the request to return.
    words={"batalkan pengajuan": "paid"},
)

PRODUCT_SALES_DETAILS = Layout(
    key="product_sales_details",
    signature=("No Transaksi", "Tanggal", "Tipe Transaksi", "Penjualan Bersih"),
    columns={
        Field.ORDER_ID: ("No Transaksi",),
        Field.ORDERED_AT: ("Tanggal",),
        Field.ORDERED_TIME: ("Waktu",),
        Field.STATUS: ("Tipe Transaksi",),
        Field.NAME: ("Pelanggan",),
        Field.PRODUCT: ("Detail Produk",),
        Field.QUANTITY: ("Banyak Penjualan",),
        Field.LINE_TOTAL: ("Penjualan Bersih",),
        Field.CHANNEL: ("Tipe Penjualan",),
    },
    date_style=DateStyle.DMY,
)

PAWOON = Layout(
    key="pawoon",
    signature=("ID Struk", "Nama Produk", "Jumlah Produk", "Harga Produk"),
    columns={
        Field.ORDER_ID: ("ID Struk",),
        Field.ORDERED_AT: ("Waktu*", "Tanggal*"),
        Field.STATUS: ("Status Pembayaran",),
        Field.NAME: ("Nama Pelanggan", "Pelanggan"),
        Field.PHONE: ("No HP Pelanggan", "No. Telepon", "No HP"),
        Field.PRODUCT: ("Nama Produk",),
        Field.QUANTITY: ("Jumlah Produk",),
        Field.UNIT_PRICE: ("Harga Produk",),
        Field.ORDER_TOTAL: ("Total",),
        Field.CHANNEL: ("Outlet",),
    },
    date_style=DateStyle.DMY,
    fill_down=True,
    add_ons="+",
)

REPORT_ITEM_DETAILS = Layout(
    key="report_item_details",
    signature=("Receipt Number", "Date", "Items", "Net Sales"),
    columns={
        Field.ORDER_ID: ("Receipt Number",),
        Field.ORDERED_AT: ("Date",),
        Field.ORDERED_TIME: ("Time",),
        Field.STATUS: ("Event Type",),
        Field.NAME: ("Customer", "Customer Name"),
        Field.PHONE: ("Customer Phone", "Phone"),
        Field.EMAIL: ("Customer Email", "Email"),
        Field.PRODUCT: ("Items",),
        Field.QUANTITY: ("Quantity",),
        Field.LINE_TOTAL: ("Net Sales",),
        Field.CHANNEL: ("Outlet",),
    },
    date_style=DateStyle.DMY,
)

_NOT_SALES = Text(
    id="{where} berisi pengembalian atau pencairan dana, bukan pesanan. Unduh laporan pesanan dari aplikasi yang sama, lalu coba lagi.",
    en="{where} lists returns or payouts, not orders. Export the orders from the same program and try again.",
)

BIGSELLER_RETURNS = Layout(key="bigseller_returns", signature=("Nomor Pesanan", "ID Purna Jual", "Dana Pengembalian"), refusal=_NOT_SALES)
SHOPEE_INCOME = Layout(key="shopee_income", signature=("No. Pesanan", "Tanggal Dana Dilepaskan"), refusal=_NOT_SALES)

EXPORTS = {
    layout.key: layout
    for layout in (
        SHOPEE,
        SHOPEE_ENGLISH,
        TIKTOK_TOKOPEDIA,
        TOKOPEDIA_ENGLISH,
        TOKOPEDIA,
        BIGSELLER,
        PRODUCT_SALES_DETAILS,
        PAWOON,
        REPORT_ITEM_DETAILS,
        BIGSELLER_RETURNS,
        SHOPEE_INCOME,
    )
}


def recognised(header: Sequence[str]) -> Layout | None:
    """The known export that has this header; a refused one first."""
    fitting = [layout for layout in EXPORTS.values() if layout.fits(header)]
    return min(fitting, key=lambda layout: (layout.refusal is None, -len(layout.signature)), default=None)
