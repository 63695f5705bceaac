"""A wheel, built and installed out of reach of the clone: its command replays a link and serves the pages."""

import contextlib
import os
import pathlib
import re
import signal
import site
import socket
import subprocess
import sys
import time
import urllib.request
import venv
import zipfile

import pytest
from packaging.requirements import Requirement

from benchmarks import visitor

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDERS = (".streamlit", "data", "lab", "mlp", "pages", "ui")
FAST = "n_samples=120&epochs=3&hidden_layer_sizes=4&seeds=2"


def run(*command, **options):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=600, **options)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built as pip builds one, with the backend of this environment, so that nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    offline = ("--no-index", "--no-build-isolation", "--no-deps", "--wheel-dir", folder)
    run(sys.executable, "-m", "pip", "wheel", *offline, ROOT, check=True, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def home(wheel, tmp_path_factory):
    """The folder of a fresh environment: the wheel, and by a .pth file the packages of this environment."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder)
    python = folder / "bin" / "python"
    offline = ("--no-index", "--no-deps")
    run(sys.executable, "-m", "pip", "--python", python, "install", *offline, wheel, check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    also = [f"import site; site.addsitedir({path!r})" for path in site.getsitepackages()]
    (packages / "also.pth").write_text("\n".join(also))
    return folder


def elsewhere(folder):
    """The folder and environment of somebody without a clone, who starts Streamlit for the first time."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {"cwd": folder, "env": kept | {"HOME": str(folder)}}


@pytest.mark.slow
def test_it_puts_one_package_into_site_packages_and_all_files_of_the_lab_into_it(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"backprop_lab"}
    files = {
        path for folder in (*FOLDERS, "backprop_lab") for path in (ROOT / folder).rglob("*") if path.is_file()
    }
    ours = {str(path.relative_to(ROOT)) for path in files if path.suffix != ".pyc"} | {"streamlit_app.py"}
    assert {"ui/frame/look.css", "data/mnist.npz", ".streamlit/config.toml"} <= ours
    expected = {name if name.startswith("backprop_lab/") else f"backprop_lab/{name}" for name in ours}
    assert {name for name in names if ".dist-info/" not in name} == expected


@pytest.mark.slow
def test_it_asks_for_what_requirements_txt_asks_for(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    asked = re.findall(r"^Requires-Dist: (.*)$", archive.read(name).decode(), re.M)
    stated = (ROOT / "requirements.txt").read_text(encoding="utf-8").split("\n")
    assert set(map(Requirement, asked)) == set(map(Requirement, filter(None, stated)))


@pytest.mark.slow
def test_the_installed_command_replays_a_link(home, tmp_path):
    told = run(home / "bin/backprop-lab", "replay", FAST, **elsewhere(tmp_path))
    assert told.returncode == 0
    assert told.stdout.startswith(
        "circles, hidden layers 4, relu, sgd, learning rate 0.1, 3 epochs: 2 networks\n"
    )
    proof = told.stdout.split()[-1]
    again = run(home / "bin/backprop-lab", "replay", f"{FAST}&{proof}", **elsewhere(tmp_path))
    assert again.stdout.splitlines()[-1].startswith("Reproduced exactly")


@pytest.mark.slow
def test_the_installed_command_serves_the_pages_and_ends_when_told(home, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [home / "bin/backprop-lab", "run", "--port", str(port), "--no-browser"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, **elsewhere(tmp_path), **pipes) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            assert health(server, address) == b"ok"
            shown = visitor.run(opened(address))
        finally:
            server.send_signal(signal.SIGTERM)
            told = server.communicate(timeout=60)[0]
    assert "What will your class try next week?" in shown.texts()
    assert shown.exceptions() == []
    assert "Traceback" not in told
    assert "usage statistics" not in told  # Streamlit would tell of them, were config.toml not in force
    assert server.returncode == 0


async def opened(address):
    async with visitor.Visitor(address) as one:
        await one.open("instructors", patience=300.0)
        return one


def health(server, address):
    for _ in range(3000):
        assert server.poll() is None, server.communicate()[0]
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer,
        ):
            return answer.read()
        time.sleep(0.1)
    raise AssertionError("The server does not answer.")
