"""The fields that a sales file can hold."""

from __future__ import annotations

from enum import StrEnum

from batikrfm.sdk.text import Text


class Field(StrEnum):
    """What a column can mean. Amounts "of the order" stand on each (or only the first) of its lines and count once."""

    ORDER_ID = "order_id"
    ORDERED_AT = "ordered_at"
    STATUS = "status"
    CUSTOMER_KEY = "customer_key"
    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    PRODUCT = "product"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    LINE_TOTAL = "line_total"
    ORDER_TOTAL = "order_total"
    DISCOUNT = "discount"
    CHANNEL = "channel"
    # The time of day in its own column, and what marketplaces say of goods that came back.
    ORDERED_TIME = "ordered_time"
    RETURN_STATUS = "return_status"
    RETURNED_QUANTITY = "returned_quantity"


MONEY_FIELDS = (Field.UNIT_PRICE, Field.LINE_TOTAL, Field.ORDER_TOTAL, Field.DISCOUNT)
QUANTITY_FIELDS = (Field.QUANTITY, Field.RETURNED_QUANTITY)
CUSTOMER_FIELDS = (Field.CUSTOMER_KEY, Field.PHONE, Field.EMAIL, Field.NAME)
AMOUNT_FIELDS = (Field.LINE_TOTAL, Field.ORDER_TOTAL, Field.UNIT_PRICE)

FIELD_NAMES: dict[Field, Text] = {
    Field.ORDER_ID: Text(id="nomor pesanan", en="the order number"),
    Field.ORDERED_AT: Text(id="tanggal penjualan", en="the date of the sale"),
    Field.STATUS: Text(id="status pesanan", en="the status of the order"),
    Field.CUSTOMER_KEY: Text(id="kode pelanggan", en="the customer's code"),
    Field.NAME: Text(id="nama pelanggan", en="the customer's name"),
    Field.PHONE: Text(id="nomor HP pelanggan", en="the customer's phone"),
    Field.EMAIL: Text(id="email pelanggan", en="the customer's e-mail"),
    Field.PRODUCT: Text(id="nama produk", en="the product"),
    Field.QUANTITY: Text(id="jumlah barang", en="the quantity"),
    Field.UNIT_PRICE: Text(id="harga satuan", en="the price of one"),
    Field.LINE_TOTAL: Text(id="total per baris", en="the total of a line"),
    Field.ORDER_TOTAL: Text(id="total pesanan", en="the total of the order"),
    Field.DISCOUNT: Text(id="diskon", en="the discount"),
    Field.CHANNEL: Text(id="kanal penjualan", en="the sales channel"),
    Field.ORDERED_TIME: Text(id="jam penjualan", en="the time of the sale"),
    Field.RETURN_STATUS: Text(id="status pengembalian", en="the status of the return"),
    Field.RETURNED_QUANTITY: Text(id="jumlah yang dikembalikan", en="the quantity returned"),
}
