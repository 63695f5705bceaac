"""A Python in which NumPy and nothing else of ours or of others can be imported."""

import json
import pathlib
import subprocess
import sys

import numpy as np

PROGRAM = """
import contextlib, io, json, runpy, sys
bare, *paths = sys.argv[1:]
sys.path[:] = [path for path in sys.path if "site-packages" not in path and path] + [bare]
for name in ("mlp", "data", "ui", "streamlit", "pandas", "altair"):
    try:
        __import__(name)
    except ImportError:
        continue
    raise SystemExit(f"{name} can be imported here")
told = {}
for path in paths:
    script, *arguments = path.split("|")
    sys.argv = [script, *arguments]
    out, problem = io.StringIO(), ""
    with contextlib.redirect_stdout(out):
        try:
            runpy.run_path(script, run_name="__main__")
        except SystemExit as stopped:
            problem = str(stopped.code)
        except BaseException as error:
            problem = f"{type(error).__name__}: {error}"
    told[script.rsplit("/", 1)[-1]] = (out.getvalue(), problem)
print(json.dumps(told))
"""


def run(folder, texts, arguments=None):
    """{name: (output, what ended it)} of scripts {name: text}, run one after the other in one such Python."""
    bare = folder / "bare"
    if not bare.exists():
        bare.mkdir()
        home = pathlib.Path(np.__file__).parent
        for part in (home, home.with_name("numpy.libs")):
            if part.exists():
                (bare / part.name).symlink_to(part, target_is_directory=True)
    paths = []
    for name, text in texts.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        paths.append("|".join([str(path), *(arguments or {}).get(name, ())]))
    command = [sys.executable, "-I", "-S", "-W", "error::RuntimeWarning", "-c", PROGRAM, str(bare), *paths]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])
