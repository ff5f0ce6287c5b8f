"""The life of an upload: looked at, asked about, imported, segmented; and every way in which it does not get there."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from batikrfm.db.keys import uuid7
from batikrfm.sales.mapping.errors import ChoiceError
from batikrfm.sales.mapping.exports import EXPORTS
from batikrfm.sales.preview import EXPORT_NAMES
from batikrfm.sales.upload_errors import (
    EmptyUploadError,
    NoFilesError,
    TooManyUploadsError,
    UnknownSheetError,
    UploadMovedOnError,
    UploadNotFoundError,
    UploadTooBigError,
)
from batikrfm.sales.uploads import (
    IncomingFile,
    Upload,
    UploadState,
    confirm_upload,
    discard_upload,
    find_upload,
    list_uploads,
    receive,
    rejections,
    sample_upload,
    shown_name,
)
from batikrfm.segmentation.history import past_runs
from batikrfm.storage import TenantFiles
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from core.tests.sales.conftest import ExportFile
    from core.tests.sales.uploads.conftest import Work

CSV = b"no pesanan,tanggal,nama pelanggan,produk,jumlah,harga satuan\nA1,2026-01-02,Sari,Kain,2,50000\nA2,13/01/2026,Budi,Topi,1,20000\n"
UNCLEAR = b"x1,x2,x3\n2026-01-02,Sari,3000\n2026-01-03,Budi,4000\n"
TWO_WAYS = b"Order ID,Date,Customer,Total\nA1,03/04/2026,Sari,1000\nA2,04/05/2026,Budi,2000\n"
ODD_STATUS = b"Order ID,Date,Customer,Total,Status\nA1,2026-01-02,Sari,1000,Selesai\nA2,2026-01-03,Budi,2000,Hilang di jalan\n"
REJECTED = (
    b"Order ID,Date,Customer,Total\n"
    + b"".join(b"A1%d,2026-01-02,Sari,1000\n" % n for n in range(20))
    + b"A2,kemarin,Budi,2000\nA3,2026-01-03,Dewi,nego\n"
)


async def upload(tenant: UUID, *files: bytes, name: str = "sales.csv") -> Upload:
    async with tenant_scope(tenant):
        return await receive([IncomingFile(name, data) for data in files], by="Bu Sri")


async def seen(tenant: UUID, upload_id: UUID) -> Upload:
    async with tenant_scope(tenant):
        return await find_upload(upload_id)


async def confirmed(tenant: UUID, upload_id: UUID, chosen: dict[str, str] | None = None, **options: Any) -> Upload:  # noqa: ANN401 - of confirm_upload
    async with tenant_scope(tenant):
        return await confirm_upload(upload_id, chosen, **options)


async def through(tenant: UUID, work: Work) -> Upload:
    """An upload all the way to its end, as it was when it asked."""
    received = await upload(tenant, CSV)
    await work(tenant)
    asking = await seen(tenant, received.id)
    await confirmed(tenant, received.id)
    await work(tenant)
    return asking


async def fetch(tenant: UUID, sql: str) -> list[dict[str, Any]]:
    async with tenant_scope(tenant) as scope:
        return [dict(row) for row in await scope.fetch(sql)]


async def test_from_a_file_to_segments(tenant: UUID, work: Work, export_file: ExportFile) -> None:
    path = export_file("shopee_order_all_2026", rows=60)
    received = await upload(tenant, path.read_bytes(), name=path.name)
    assert (received.state, received.created_by, received.files[0].name) == (UploadState.RECEIVED, "Bu Sri", path.name)
    await work(tenant)
    asking = await seen(tenant, received.id)
    assert asking.state is UploadState.ASKING
    assert asking.preview is not None
    assert asking.preview.sure
    (sheet,) = asking.preview.sheets
    assert sheet.export == EXPORT_NAMES["shopee"]
    assert (sheet.rows, len(sheet.cells), len(sheet.cells[0])) == (asking.preview.rows, 20, len(sheet.columns))
    guessed = {guess.field: (guess.column, guess.confidence) for guess in sheet.guesses}
    assert guessed["order_id"] == ("No. Pesanan", 1.0)
    assert guessed["email"] == (None, 0.0)
    (date,) = [reading for reading in sheet.readings if reading.field == "ordered_at"]
    assert date.meaning is not None
    assert dt.datetime.fromisoformat(date.meaning).year >= 2025
    assert await fetch(tenant, "select id from imports") == []
    assert (await confirmed(tenant, received.id)).state is UploadState.IMPORTING
    await work(tenant)
    done = await seen(tenant, received.id)
    assert (done.state, done.preview, done.problem) == (UploadState.DONE, None, None)
    assert done.result is not None
    assert done.result.rows == asking.preview.rows
    assert done.result.orders_new > 0
    async with tenant_scope(tenant):
        (run,) = await past_runs()
        assert done.run_id == run.id
        assert [one.id for one in await list_uploads()] == [done.id]
    figures = await fetch(tenant, "select days from period_figures")
    assert sorted(row["days"] for row in figures) == [7, 7, 30, 30, 90, 90, 365, 365]


async def test_the_same_file_twice_says_so_and_moves_nobody(tenant: UUID, work: Work) -> None:
    first, second = await through(tenant, work), await through(tenant, work)
    assert first.files[0].seen_at is None
    assert second.files[0].seen_at is not None
    done = await seen(tenant, second.id)
    assert done.result is not None
    assert done.result.changed_nothing
    assert done.run_id is None
    assert len(await fetch(tenant, "select id from segmentation_runs")) == 1
    assert len(await fetch(tenant, "select id from orders")) == 2


async def test_what_is_unsure_is_asked_and_never_assumed(tenant: UUID, work: Work) -> None:
    received = await upload(tenant, UNCLEAR)
    await work(tenant)
    asking = await seen(tenant, received.id)
    assert asking.preview is not None
    assert not asking.preview.sure
    asked = {question.field for question in asking.preview.sheets[0].questions}
    assert asked & {"line_total", "name", "customer_key"} or "ordered_at" in asked
    for question in asking.preview.sheets[0].questions:
        assert "--map" not in question.about.id + question.about.en
        assert all(answer.label.id for answer in question.answers)
    await confirmed(tenant, received.id)  # nothing answered
    await work(tenant)
    again = await seen(tenant, received.id)
    assert again.state is UploadState.ASKING
    assert again.preview is not None
    assert not again.preview.sure
    assert await fetch(tenant, "select id from orders") == []
    key = again.preview.sheets[0].key
    await confirmed(tenant, received.id, by_sheet={key: {"ordered_at": "x1", "name": "x2", "line_total": "x3"}})
    await work(tenant)
    assert (await seen(tenant, received.id)).state is UploadState.DONE
    assert len(await fetch(tenant, "select id from import_mappings")) == 1
    later = await upload(tenant, UNCLEAR + b"2026-01-04,Dewi,5000\n")
    await work(tenant)
    remembered = (await seen(tenant, later.id)).preview
    assert remembered is not None
    assert remembered.sheets[0].remembered
    assert remembered.sure


async def test_a_mapping_is_only_kept_if_wanted(tenant: UUID, work: Work) -> None:
    received = await upload(tenant, UNCLEAR)
    await work(tenant)
    await confirmed(tenant, received.id, {"ordered_at": "x1", "name": "x2", "line_total": "x3"}, save_mapping=False)
    await work(tenant)
    assert (await seen(tenant, received.id)).state is UploadState.DONE
    assert await fetch(tenant, "select id from import_mappings") == []


async def test_dates_that_can_be_read_two_ways_are_asked(tenant: UUID, work: Work) -> None:
    received = await upload(tenant, TWO_WAYS)
    await work(tenant)
    asking = await seen(tenant, received.id)
    assert asking.preview is not None
    (question,) = asking.preview.sheets[0].questions
    assert [(answer.key, answer.value) for answer in question.answers] == [("ordered_at.style", "dmy"), ("ordered_at.style", "mdy")]
    await confirmed(tenant, received.id, {"ordered_at.style": "dmy"})
    await work(tenant)
    assert (await seen(tenant, received.id)).state is UploadState.DONE
    first = (await fetch(tenant, "select min(ordered_at at time zone 'Asia/Jakarta')::date as day from orders"))[0]["day"]
    assert first == dt.date(2026, 4, 3)


async def test_words_of_the_status_can_be_told(tenant: UUID, work: Work) -> None:
    received = await upload(tenant, ODD_STATUS)
    await work(tenant)
    asking = await seen(tenant, received.id)
    assert asking.preview is not None
    assert asking.preview.sheets[0].unknown_statuses == ("Hilang di jalan",) == asking.unknown_statuses
    await confirmed(tenant, received.id, {"status.Hilang di jalan": "cancelled"})
    await work(tenant)
    done = await seen(tenant, received.id)
    assert done.result is not None
    assert (done.result.imported, done.result.cancelled, done.unknown_statuses) == (1, 1, ())


async def test_choices_that_do_not_exist_are_refused_at_once(tenant: UUID, work: Work) -> None:
    received = await upload(tenant, CSV)
    await work(tenant)
    for chosen in ({"ordered_at": "nowhere"}, {"colour": "tanggal"}, {"ordered_at.style": "backwards"}, {"status.x": "sold"}):
        with pytest.raises(ChoiceError):
            await confirmed(tenant, received.id, chosen)
    with pytest.raises(UnknownSheetError):
        await confirmed(tenant, received.id, by_sheet={"x": {"ordered_at": "tanggal"}})
    assert (await seen(tenant, received.id)).state is UploadState.ASKING


async def test_rejected_rows_are_shown_before_and_kept_after(tenant: UUID, work: Work) -> None:
    received = await upload(tenant, REJECTED)
    await work(tenant)
    asking = await seen(tenant, received.id)
    assert asking.preview is not None
    assert asking.preview.sheets[0].rejected == 2
    await confirmed(tenant, received.id, {"ordered_at": "Date", "line_total": "Total"})
    await work(tenant)
    done = await seen(tenant, received.id)
    assert done.result is not None
    async with tenant_scope(tenant):
        rows = await rejections(done.result.id)
        assert [(row.file, row.line) for row in rows] == [("sales.csv", 22), ("sales.csv", 23)]
        assert await rejections(done.result.id, limit=1, after=1) == rows[1:]


@pytest.mark.parametrize("data", [b"%PDF-1.7 nothing", b"a,b\n", b"\x00\x01\x02", b"PK\x03\x04 broken"], ids=range(4))
async def test_what_holds_no_sales_ends_the_upload_with_a_sentence(tenant: UUID, work: Work, data: bytes) -> None:
    received = await upload(tenant, data)
    await work(tenant)
    failed = await seen(tenant, received.id)
    assert failed.state is UploadState.FAILED
    assert failed.problem is not None
    assert failed.problem.id != failed.problem.en
    assert "sales.csv" in failed.problem.id


async def test_an_export_of_something_else_is_named(tenant: UUID, work: Work, tmp_path: Path) -> None:
    path = tmp_path / "Income.csv"
    path.write_text("No. Pesanan,Tanggal Dana Dilepaskan,Total\n1,2026-01-01,1000\n", encoding="utf-8")
    received = await upload(tenant, path.read_bytes(), name=path.name)
    await work(tenant)
    assert (await seen(tenant, received.id)).state is UploadState.FAILED


async def test_files_that_are_not_taken_leave_nothing(tenant: UUID) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1_000_000

    for files, refusal in (
        ([], NoFilesError),
        ([IncomingFile("a.csv", CSV), IncomingFile("b.csv", b"")], EmptyUploadError),
        ([IncomingFile("a.csv", CSV), IncomingFile("big.csv", endless())], UploadTooBigError),
        ([IncomingFile("a.csv", CSV)] * 4, TooManyUploadsError),
    ):
        with pytest.raises(refusal):
            async with tenant_scope(tenant):
                await receive(files, by="Bu Sri", most_files=3, most_bytes=20_000_000)
    assert await TenantFiles(tenant).list() == []
    assert await fetch(tenant, "select id from uploads") == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\sri\\jan.xlsx", "jan.xlsx"),
        ("a\x00b\n.csv", "ab.csv"),
        ("", "file"),
        ("..", "file"),
        ("/", "file"),
        ("\u202egpj.csv", "gpj.csv"),
        ("x" * 500 + ".csv", "x" * 196 + ".csv"),
    ],
)
async def test_names_are_shown_and_touch_no_disk(tenant: UUID, work: Work, name: str, shown: str) -> None:
    assert shown_name(name) == shown
    received = await upload(tenant, CSV, name=name)
    assert received.files[0].name == shown
    assert await TenantFiles(tenant).list() == [f"uploads/{received.id}/1"]
    await work(tenant)
    asking = await seen(tenant, received.id)
    assert asking.preview is not None
    assert asking.preview.sheets[0].file == shown


async def test_discarding(tenant: UUID, work: Work) -> None:
    received = await upload(tenant, CSV)
    await work(tenant)
    async with tenant_scope(tenant):
        assert (await discard_upload(received.id)).state is UploadState.DISCARDED
        with pytest.raises(UploadMovedOnError):
            await discard_upload(received.id)
        with pytest.raises(UploadMovedOnError):
            await confirm_upload(received.id)
    assert (await fetch(tenant, "select preview from uploads"))[0]["preview"] is None
    await work(tenant)
    assert await TenantFiles(tenant).list() == []


async def test_originals_are_forgotten_after_their_time_and_an_upload_nobody_answered_is_given_up(
    tenant: UUID,
    work: Work,
    admin: Any,  # noqa: ANN401 - asyncpg ships no types
) -> None:
    asked, done = await upload(tenant, CSV), await upload(tenant, CSV)
    await work(tenant)
    await confirmed(tenant, done.id)
    await work(tenant)
    assert len(await TenantFiles(tenant).list()) == 2
    await TenantFiles(tenant).put(b"left behind", "uploads", UUID(int=5), 1)
    await TenantFiles(tenant).put(b"on its way", "uploads", on_its_way := uuid7(), 1)
    await admin.execute("update jobs set run_at = now() where tenant_id = $1 and state = 'queued'", tenant)
    assert await work(tenant) == 2
    assert await TenantFiles(tenant).list() == [f"uploads/{on_its_way}/1"]
    assert (await seen(tenant, asked.id)).state is UploadState.DISCARDED
    assert (await seen(tenant, done.id)).state is UploadState.DONE


async def test_the_sample_goes_through_the_same_door_and_ends_yesterday(tenant: UUID, work: Work) -> None:
    async with tenant_scope(tenant):
        received = await sample_upload(by="Bu Sri")
    await work(tenant)
    await confirmed(tenant, received.id)
    await work(tenant)
    done = await seen(tenant, received.id)
    assert done.result is not None
    assert done.result.customers_new > 300
    (row,) = await fetch(tenant, "select now() - max(ordered_at) < interval '3 days' as fresh from orders")
    assert row["fresh"]


async def test_another_shop_does_not_see_it(tenant: UUID, other_tenant: UUID, work: Work) -> None:
    received = await upload(tenant, CSV)
    await work(tenant)
    async with tenant_scope(other_tenant):
        assert await list_uploads() == []
        for touch in (find_upload, confirm_upload, discard_upload):
            with pytest.raises(UploadNotFoundError):
                await touch(received.id)


def test_every_export_that_we_know_has_a_name() -> None:
    assert set(EXPORT_NAMES) == {key for key, layout in EXPORTS.items() if layout.refusal is None}
