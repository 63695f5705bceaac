"""The README's Python runs as it stands there."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[1]


def test_the_readmes_example_runs_and_prints_what_it_says():
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    accuracy, starts, error = done.stdout.splitlines()
    assert float(re.search(r"([\d.]+)%", accuracy)[1]) >= 95
    assert int(re.search(r"(\d+) reach", starts)[1]) >= 60
    assert float(error.rsplit(" ", 1)[1]) <= 1e-6
    assert done.stderr == ""
