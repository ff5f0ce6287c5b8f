"""What lists and shows costs the web process no polars: asked of a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIGHT = (
    *("batikrfm.storage", "batikrfm.sales.uploads", "batikrfm.sales.tasks", "batikrfm.sales.previews", "batikrfm.segmentation.tasks"),
    *("batikrfm.segmentation.customers", "batikrfm.segmentation.profile", "batikrfm.segmentation.overview"),
    *("batikrfm.segmentation.tracing", "batikrfm.segmentation.whatif", "batikrfm.segmentation.preferences"),
)
HEAVY = ("polars", "pyarrow", "fastexcel", "openpyxl", "typst", "obstore", "phonenumbers")


@pytest.mark.parametrize("module", LIGHT)
def test_a_module_that_the_web_imports_is_light(module: str) -> None:
    code = f"import sys, {module}; print(sorted(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
