"""`batikrfm analyze` on a real file against reading that file alone, both as whole processes. Usage: python bench/analyze.py [RUNS]."""

from __future__ import annotations

import gzip
import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

from measuring import in_turn, process, table

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "online_retail"
READ_XLSX = "import fastexcel, sys; fastexcel.read_excel(sys.argv[1]).load_sheet(0).to_polars()"
READ_XLSX_POLARS = "import polars, sys; polars.read_excel(sys.argv[1])"
READ_CSV = "import polars, sys; polars.read_csv(sys.argv[1], infer_schema=False, encoding='utf8-lossy')"


def main(times: int) -> None:
    """Print the table. Needs the Online Retail files in ../shared/data."""
    if not DATA.exists():
        sys.exit("The Online Retail files are not here; put them into ../shared/data/online_retail.")
    batikrfm = str(Path(sys.executable).with_name("batikrfm"))
    with tempfile.TemporaryDirectory() as folder:
        xlsx, csv = str(DATA / "Online Retail.xlsx"), Path(folder, "online_retail.csv")
        with gzip.open(DATA / "online_retail_latin1_crlf.csv.gz") as packed, csv.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
        runs = {
            "xlsx: fastexcel to polars alone (floor)": [sys.executable, "-c", "import polars;" + READ_XLSX, xlsx],
            "xlsx: polars.read_excel": [sys.executable, "-c", READ_XLSX_POLARS, xlsx],
            "xlsx: batikrfm analyze --json": [batikrfm, "analyze", xlsx, "--json"],
            "xlsx: batikrfm analyze --json --output": [batikrfm, "analyze", xlsx, "--json", "--output", folder],
            "csv: polars as text alone (floor)": [sys.executable, "-c", READ_CSV, str(csv)],
            "csv: batikrfm analyze --json": [batikrfm, "analyze", str(csv), "--json"],
        }
        env = _with_bytecode(folder)
        results = in_turn({name: partial(process, command, env) for name, command in runs.items()}, times)
    floor = {name: next(other for other in runs if other.endswith("(floor)") and other[:3] == name[:3]) for name in runs}
    print(table(results, floor))


def _with_bytecode(folder: str) -> dict[str, str]:
    """The environment of someone who runs the program every week: modules are compiled once, by the run that warms up; the floor's too."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": folder}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
