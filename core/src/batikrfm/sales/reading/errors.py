"""What can be wrong with a sales file, each with the one sentence that its owner reads.

::

    ReadingError                 a file cannot be read; ``file`` is its name as the owner knows it
    ├── FileMissing, FileIsFolder, FileForbidden
    ├── FileEmpty, HeaderOnly, HeaderMissing
    ├── NotASpreadsheet          a PDF, a picture, ...: nothing that could hold sales
    ├── FormatNotRead            a spreadsheet of a kind that we do not read; saving it as .xlsx helps
    ├── FileDamaged, PasswordProtected
    ├── LimitError               more than the limits allow
    │   └── TooManyFiles, TooManyMembers, FileTooBig, ExpandsTooMuch, TooManySheets, TooManyRows, TooManyColumns, SheetTooWide
    ├── DangerousXml, NestedArchive, ArchiveWithoutSales
    └── SheetMissing, SheetsHidden, SheetUnclear, NotSales
"""

from __future__ import annotations

from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Language, Text


class ReadingError(InputError):
    """A file cannot be read. ``values["file"]`` is its name."""

    text = Text(id="File {file} tidak bisa dibaca.", en="The file {file} cannot be read.")

    def say(self, language: Language = "id") -> str:
        """The sentence in ``language``; values that are a :class:`Text` are said in it too."""
        values = {key: value.say(language) if isinstance(value, Text) else value for key, value in self.values.items()}
        return self.text.say(language, **values)


class FileMissing(ReadingError):
    """There is no such file."""

    text = Text(
        id="File {file} tidak ditemukan. Periksa lagi nama dan foldernya.",
        en="The file {file} was not found. Please check its name and folder.",
    )


class FileIsFolder(ReadingError):
    """The path names a folder."""

    text = Text(
        id="{file} adalah folder. Sebutkan file penjualan di dalamnya, misalnya {file}/penjualan.xlsx.",
        en="{file} is a folder. Please name the sales file inside it, for instance {file}/sales.xlsx.",
    )


class FileForbidden(ReadingError):
    """The operating system does not let us read it; ``why`` is what it says."""

    text = Text(
        id="File {file} tidak boleh dibuka ({why}). Tutup program lain yang memakainya, atau ubah izin bacanya.",
        en="The file {file} could not be opened ({why}). Close other programs that use it, or allow it to be read.",
    )


class FileEmpty(ReadingError):
    """No bytes, or no cell with a value."""

    text = Text(
        id="File {file} kosong. Unduh ulang dari toko Anda, lalu coba lagi.",
        en="The file {file} is empty. Download it from your shop once more and try again.",
    )


class HeaderOnly(ReadingError):
    """Headings, and no row of data beneath."""

    text = Text(
        id="{file} hanya berisi judul kolom, tanpa baris penjualan. Pilih periode yang ada penjualannya, lalu unduh lagi.",
        en="{file} holds column headings but no sales rows. Choose a period that has sales and download it again.",
    )


class HeaderMissing(ReadingError):
    """No row looks like column headings."""

    text = Text(
        id="Judul kolom tidak ditemukan di {file}. Tambahkan satu baris judul di atas data, misalnya: Tanggal, Nama, No HP, Total.",
        en="No column headings were found in {file}. Add one row of headings above the data, for instance: Date, Name, Phone, Total.",
    )


class NotASpreadsheet(ReadingError):
    """Something that cannot hold sales: ``kind`` says what."""

    text = Text(
        id="{file} bukan file penjualan, melainkan {kind}. Pakai file .xlsx, .xls, atau .csv yang diunduh dari toko Anda.",
        en="{file} is not a sales file but {kind}. Use the .xlsx, .xls or .csv file that you download from your shop.",
    )


class FormatNotRead(ReadingError):
    """A spreadsheet or an archive of a ``kind`` that we do not read."""

    text = Text(
        id="{file} berformat {kind} yang belum bisa dibaca. Buka di program asalnya, simpan sebagai .xlsx, lalu coba lagi.",
        en="{file} is in the format {kind}, which is not read here. Open it in its own program, save it as .xlsx and try again.",
    )


class FileDamaged(ReadingError):
    """Cut off, or broken inside."""

    text = Text(
        id="{file} rusak atau belum selesai diunduh. Unduh ulang; bila masih gagal, buka di Excel lalu simpan sebagai .xlsx baru.",
        en="{file} is damaged or was not downloaded completely. Download it again; failing that, open it in Excel and save a new .xlsx.",
    )


class PasswordProtected(ReadingError):
    """Encrypted: a workbook or an archive."""

    text = Text(
        id="{file} terkunci kata sandi. Buka dengan kata sandinya, simpan salinan tanpa kata sandi, lalu pakai salinan itu.",
        en="{file} is protected by a password. Open it with the password, save a copy without one and use that copy.",
    )


class LimitError(ReadingError):
    """More than :class:`~batikrfm.sales.reading.limits.Limits` allows. ``values["limit"]`` is the bound."""


class TooManyFiles(LimitError):
    """More files in one call than ``limit``."""

    text = Text(
        id="Terlalu banyak file sekaligus: paling banyak {limit}. Bagi menjadi beberapa kali.",
        en="Too many files at once: at most {limit}. Please do it in several goes.",
    )


class TooManyMembers(LimitError):
    """More files in one archive than ``limit``."""

    text = Text(
        id="{file} berisi terlalu banyak file: paling banyak {limit}. Pilih file penjualannya saja.",
        en="{file} holds too many files: at most {limit}. Pick out just the files with sales.",
    )


class FileTooBig(LimitError):
    """More megabytes than ``limit``."""

    text = Text(
        id="{file} terlalu besar: paling besar {limit} MB. Bagi per periode, misalnya per bulan.",
        en="{file} is too big: at most {limit} MB. Split it by period, for instance by month.",
    )


class ExpandsTooMuch(LimitError):
    """A zip bomb, or what looks like one; ``limit`` says which bound was met."""

    text = Text(
        id="Isi {file} mengembang melebihi batas ({limit}), jadi tidak dibaca. Simpan ulang sebagai .xlsx atau .csv biasa.",
        en="{file} unpacks to far more than is allowed ({limit}), so it was not read. Save it again as a plain .xlsx or .csv.",
    )


class TooManySheets(LimitError):
    """More sheets than ``limit``."""

    text = Text(
        id="{file} punya terlalu banyak lembar: paling banyak {limit}. Pindahkan lembar penjualan ke file baru.",
        en="{file} has too many sheets: at most {limit}. Move the sheets with sales into a new file.",
    )


class TooManyRows(LimitError):
    """More rows than ``limit``."""

    text = Text(
        id="{file} punya terlalu banyak baris: paling banyak {limit}. Bagi per periode, misalnya per bulan.",
        en="{file} has too many rows: at most {limit}. Split it by period, for instance by month.",
    )


class TooManyColumns(LimitError):
    """More ``columns`` than ``limit``."""

    text = Text(
        id="{file} punya {columns} kolom: paling banyak {limit}. Hapus kolom yang tidak dipakai, lalu coba lagi.",
        en="{file} has {columns} columns: at most {limit}. Delete the ones that are not used and try again.",
    )


class SheetTooWide(LimitError):
    """A box of ``rows`` times ``columns`` cells that would not fit into memory."""

    text = Text(
        id="{file} punya sel terisi yang sangat jauh (sampai baris {rows}, kolom {columns}). Salin tabelnya saja ke lembar baru.",
        en="{file} has a filled cell very far out (down to row {rows}, column {columns}). Copy just the table into a new sheet.",
    )


class DangerousXml(ReadingError):
    """A document type or entities in the XML (an XML bomb has them), or an encoding that hides them."""

    text = Text(
        id="{file} berisi perintah XML yang tidak wajar, jadi tidak dibaca. Buka di Excel, lalu simpan sebagai .xlsx baru.",
        en="{file} holds XML instructions that no sales file has, so it was not read. Open it in Excel and save a new .xlsx.",
    )


class NestedArchive(ReadingError):
    """An archive inside an archive."""

    text = Text(
        id="{file} adalah arsip di dalam arsip. Ekstrak dulu, lalu pakai file di dalamnya.",
        en="{file} is an archive inside an archive. Extract it first and use the files inside.",
    )


class ArchiveWithoutSales(ReadingError):
    """Nothing inside the archive that could be read."""

    text = Text(
        id="Tidak ada file .xlsx, .xls, atau .csv di dalam {file}. Periksa apakah ini arsip yang benar.",
        en="There is no .xlsx, .xls or .csv file inside {file}. Please check that it is the right archive.",
    )


class SheetMissing(ReadingError):
    """No sheet has the name that was asked for; ``sheets`` are those there are."""

    text = Text(
        id='Tidak ada lembar bernama "{sheet}" di {file}. Lembar yang ada: {sheets}.',
        en='There is no sheet called "{sheet}" in {file}. Its sheets are: {sheets}.',
    )


class SheetsHidden(ReadingError):
    """What holds data is hidden, and none was asked for."""

    text = Text(
        id="Semua lembar yang berisi data di {file} tersembunyi. Tampilkan di Excel, atau pilih dengan --sheet: {sheets}.",
        en="All sheets with data in {file} are hidden. Unhide one in Excel or choose one by --sheet: {sheets}.",
    )


class SheetUnclear(ReadingError):
    """Several sheets could be it, and none clearly is."""

    text = Text(
        id="Belum jelas lembar mana di {file} yang berisi penjualan. Pilih dengan --sheet: {sheets}.",
        en="It is not clear which sheet of {file} holds the sales. Choose one by --sheet: {sheets}.",
    )


class NotSales(ReadingError):
    """Payouts or pivot tables: orders occur in them, but a row is not a sale."""

    text = Text(
        id="{file} tampaknya laporan dana, bukan pesanan. Unduh laporan pesanan, atau pilih lembar dengan --sheet: {sheets}.",
        en="{file} looks like a payout or summary report, not orders. Download the orders, or choose a sheet by --sheet: {sheets}.",
    )
