"""The report to read, as a PDF reader sees it: its figures, its tags, its fonts, and names that try to be more than names."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import made_up
import pytest
import typst
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, PdfObject

from batikrfm.builtin.rfm.strategies import Rfm11
from batikrfm.reports import typesetting
from batikrfm.reports.contents import Contents
from batikrfm.reports.document import document
from batikrfm.reports.typesetting import BLANK, TEMPLATE, shown, typeset
from batikrfm.sdk.text import Language

SEGMENTS = {"champions": (98, 45_000_000), "loyal": (210, 30_000_000), "promising": (310, 12_000_000), "at_risk": (150, 9_000_000)}
FLOWS = [("champions", "loyal", 12), ("loyal", "at_risk", 34), (None, "promising", 45), ("champions", None, 1)]
CELLS = {(r, fm): r * 1000 + fm for r in range(1, 6) for fm in range(1, 6)}
EVIL = [
    '#import "@preview/cetz:0.3.0": *',
    '#read("/etc/passwd")',
    "$ sum $ *tebal* _miring_ = Judul",
    "=cmd|'/c calc'!A1",
    "]#panic()[",
    'Sari \\"; #sys.inputs',
    "عائشة بنت أحمد",
    "\N{RIGHT-TO-LEFT OVERRIDE}terbalik",
    "Sari 😀👩\u200d👩\u200d👧",
    "nul\x00di tengah",
    "日本語",
    "<script>alert(1)</script>",
    "W" * 200,
    "sitihartinah.wahyuningsih.prawirodirdjo@contoh.co.id",
]


def shop(names: Sequence[str | None] = ("Sari", None), shop: str = "Toko Batik Mekar Sari") -> Contents:
    seen = made_up.overview(segments=SEGMENTS, flows=FLOWS, cells=CELLS)
    return made_up.contents(seen, made_up.facts(unreachable=21), names=names, shop=shop)


def pdf_of(contents: Contents, language: Language = "id") -> PdfReader:
    return PdfReader(io.BytesIO(typeset(document(contents, language))))


def text_of(pdf: PdfReader) -> str:
    """All words in a row, however lines were broken."""
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).replace("\N{NO-BREAK SPACE}", " ").split())


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_figure_and_sentence_is_on_the_pages(language: Language) -> None:
    told = document(shop(), language)
    text = re.sub(r"\s+", "", text_of(pdf_of(shop(), language)))
    left_out = {told["lang"], told["region"], told["chart"]["alt"], told["chart"]["empty"], told["findings"]["empty"], told["top"]["empty"]}
    left_out |= {*told["keywords"], *(found["tone"] for found in told["findings"]["items"]), *(card["tone"] for card in told["headline"])}
    for words in set(strings(told)) - left_out:
        assert re.sub(r"\s+", "", words.replace("\N{NO-BREAK SPACE}", " ")) in text, words


@pytest.mark.parametrize(("language", "title"), [("id", "Laporan pelanggan"), ("en", "Customer report")])
def test_it_is_tagged_for_people_who_listen(language: Language, title: str) -> None:
    pdf = pdf_of(shop(), language)
    root = as_dictionary(pdf.root_object)
    assert bool(root["/MarkInfo"]["/Marked"])
    assert str(root["/Lang"]).startswith(language)
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert pdf.metadata is not None
    assert pdf.metadata.title == f"{title} · Toko Batik Mekar Sari"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    tags = [str(tag["/S"]) for tag in structure(root["/StructTreeRoot"])]
    assert {"/H1", "/H2", "/H3", "/Figure", "/Table", "/TH", "/TD", "/P"} <= set(tags)
    alts = [str(tag["/Alt"]) for tag in structure(root["/StructTreeRoot"]) if str(tag["/S"]) == "/Figure"]
    assert alts == [document(shop(), language)["chart"]["alt"]]
    outline = [entry.title for entry in pdf.outline if not isinstance(entry, list)]
    assert outline[0] == title


def structure(node: PdfObject) -> Iterator[DictionaryObject]:
    """The elements of a structure tree, parents first."""
    kids = as_dictionary(node).get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        element = kid.get_object()
        if isinstance(element, DictionaryObject) and "/S" in element:
            yield element
            yield from structure(element)


def as_dictionary(node: PdfObject | None) -> Mapping[str, Any]:
    found = node.get_object() if node else None
    assert isinstance(found, DictionaryObject)
    return found


def test_its_fonts_come_with_it_and_are_ours() -> None:
    pdf = pdf_of(shop(names=["Sari", "عائشة"]))
    fonts = [as_dictionary(font) for page in pdf.pages for font in as_dictionary(page)["/Resources"]["/Font"].values()]
    assert any("PlusJakartaSans" in font["/BaseFont"] for font in fonts)
    for font in fonts:
        descendant = as_dictionary(font["/DescendantFonts"][0]) if "/DescendantFonts" in font else font
        descriptor = as_dictionary(descendant["/FontDescriptor"])
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), font["/BaseFont"]


def test_names_are_names() -> None:
    text = re.sub(r"\s+", "", text_of(pdf_of(shop(names=EVIL, shop=EVIL[0]))))
    for name in EVIL:
        if name.isascii() and name.isprintable():
            assert re.sub(r"\s+", "", shown(name, 40)) in text
    assert "root:" not in text


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("Sari 😀👩\u200d👩\u200d👧 Dewi", "Sari Dewi"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}balik", "balik"),
        ("nul\x00di tengah\r\nbaris", "nuldi tengah baris"),
        ("日本語", BLANK * 3),
        ("😀", BLANK),
        ("", BLANK),
        ("e\u0301", "é"),
        ("عائشة", "عائشة"),
        ("x" * 70, "x" * 59 + "…"),
    ],
)
def test_what_a_page_cannot_show_is_left_out_or_marked(name: str, page: str) -> None:
    assert shown(name) == page


def test_a_template_reads_nothing_outside_of_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "template"
    (folder / "fonts").mkdir(parents=True)
    monkeypatch.setattr(typesetting, "TEMPLATE", folder)
    for path in ("../secret.txt", "/../secret.txt", str(tmp_path / "secret.txt")):
        (folder / "report.typ").write_text(f'#set document(title: "x")\n#read("{path}")')
        with pytest.raises(typst.TypstError, match=r"escape the project root|file not found"):
            typeset({})


def test_no_file_of_the_template_asks_for_a_package() -> None:
    for file in Path(str(TEMPLATE)).glob("*.typ"):
        imported = re.findall(r'(?:import|include)\s+"([^"]+)"', file.read_text(encoding="utf-8"))
        assert all((file.parent / name).is_file() for name in imported)
        assert "@preview" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_first_page_is_one_page_even_of_a_shop_with_all_the_news(language: Language) -> None:
    keys = [segment.key for segment in Rfm11.segments]
    flows = [(source, target, 123_456) for source in [*keys, None] for target in [*keys, None] if source != target]
    seen = made_up.overview(
        strategy=Rfm11,
        segments=dict.fromkeys(keys, (90909, 1234567890000)),
        customers=(345_678, 300_000),
        revenue=(1_234_567_890_000, 1_434_567_890_000),
        purchases=(1_345_678, 1_245_678),
        flows=flows,
        cells=CELLS,
    )
    told = made_up.facts(
        unreachable=999_998,
        best_customers=100_000,
        best_money=seen.run.revenue / 2 + 1,
        last_sale=made_up.AS_OF.replace(day=1),
        moved_money={(source, target): 10**12 for source, target, _ in flows if source and target},
    )
    pdf = pdf_of(made_up.contents(seen, told, names=["Sari"]), language)
    steps = document(made_up.contents(seen, told), language)["actions"]["heading"]
    first, second = (page.extract_text() for page in pdf.pages[:2])
    assert steps not in first
    assert steps in second
    assert len(pdf.pages) <= 6


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_shop_without_customers_is_told_what_to_do(language: Language) -> None:
    nothing = (0, 0)
    seen = made_up.overview(
        segments={},
        customers=nothing,
        revenue=nothing,
        purchases=nothing,
        new_customers=nothing,
        repeat_rate=(None, None),
        compared_with=None,
    )
    contents = made_up.contents(seen, made_up.facts(last_sale=None))
    text = re.sub(r"\s+", "", text_of(pdf_of(contents, language)))
    for part in ("chart", "top"):
        assert re.sub(r"\s+", "", document(contents, language)[part]["empty"]) in text


IMPORTS = """
import sys
import batikrfm.reports.findings, batikrfm.reports.keeping, batikrfm.reports.tasks
print([name for name in ("polars", "typst", "openpyxl", "obstore") if name in sys.modules])
"""


def test_ordering_and_findings_load_nothing_heavy() -> None:
    run = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
