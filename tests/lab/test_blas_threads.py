"""Matrix products take one thread, on every page and in the terminal, unless a variable says otherwise."""

import ast
import os
import pathlib
import subprocess
import sys

import pytest

from lab.blas_threads import VARIABLES
from mlp.pool import ONE_THREAD

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENTRIES = [ROOT / "streamlit_app.py", *sorted((ROOT / "pages").glob("*.py"))]
OURS = {"data", "lab", "mlp", "ui"}
COUNT = """
import ctypes, os, numpy
blas = ctypes.CDLL(numpy._core._multiarray_umath.__file__)
count = getattr(blas, "scipy_openblas_get_num_threads64_", lambda: int(os.environ["OPENBLAS_NUM_THREADS"]))
print(count())
"""


def printed(code, **variables):
    """What a new process prints in which nothing but `variables` chooses the threads of BLAS."""
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    options = {"cwd": ROOT, "env": kept | variables, "capture_output": True, "text": True}
    return subprocess.run([sys.executable, "-c", code], check=True, **options).stdout.split()


def test_streamlits_server_has_not_imported_numpy_when_it_runs_the_first_page():
    code = "import sys, streamlit.web.bootstrap, streamlit.web.cli, streamlit; print('numpy' in sys.modules)"
    assert printed(code) == ["False"]


@pytest.mark.parametrize(
    "entry",
    [
        "import lab",
        "from lab import __main__",
        "import ui",
        "import backprop_lab.__main__ as b; b.main(['replay', ''])",
    ],
)
def test_one_thread_is_the_default(entry):
    code = f"import sys\ntry:\n    {entry}\nexcept SystemExit:\n    pass\n{COUNT}"
    assert printed(code)[-1] == "1"


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="OpenBLAS takes no more threads than there are cores")
@pytest.mark.parametrize("name", ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"])
def test_a_variable_that_is_set_is_kept(name):
    assert printed(f"import lab\n{COUNT}", **{name: "2"}) == ["2"]


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.stem)
def test_no_page_imports_numpy_before_the_choice(path):
    """Streamlit runs a page without the entry script where its link is a server's first request."""
    imported = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [node.module] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
            imported += [name.split(".")[0] for name in names]
    until = next(i for i, name in enumerate(imported) if name in OURS)
    assert imported[until] in ("lab", "ui")
    assert set(imported[:until]) <= {*sys.stdlib_module_names, "streamlit"}


def test_a_sweeps_workers_and_the_server_mean_the_same_variables():
    assert set(ONE_THREAD) == set(VARIABLES)
