"""Small things several test modules share."""

import gc
import math
import os
import pathlib
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # workers whose products share two cores slow each other

import numpy as np
import pytest

from data import DataConfig, load_dataset
from mlp import ACTIVATIONS

# else each process rewrites every test's assertions, and each server and script compiles what it imports
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

LONG = ("test_decision_boundary", "test_initialization", "test_links", "test_sweeps")
WAITING = (
    "tests/e2e/",
    "tests/ui/training/test_cluster",
    "tests/ui/training/test_pool_page",
    "tests/test_wheel",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A file at a time to each process; the browser's files to two, first: they share a server and a tab."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            if not nodeid.startswith("tests/e2e/"):
                return super()._split_scope(nodeid)
            return f"e2e, {'long' if any(name in nodeid for name in LONG) else 'others'}"

    return Scheduling(config, log)


SLOW = pytest.StashKey[bool]()


def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true", help="the slow tests too, as where CI is set")


def pytest_configure(config):
    """Slow tests run where they are asked for, in CI, and of files that are named.

    Each process begins to collect at another place: what one has compiled, the others find compiled. In a
    fresh clone 17 processor seconds go into the collection of each, where all is compiled 6.
    """
    config.addinivalue_line("markers", "slow: takes over three seconds, with three others on two cores")
    whole = config.args == config.getini("testpaths")
    config.stash[SLOW] = config.option.slow or "CI" in os.environ or bool(config.option.markexpr) or not whole
    if not whole:
        return
    here = pathlib.Path(__file__).parent
    places = [path for path in sorted(here.iterdir()) if path.is_dir() or path.match("test_*.py")]
    process = getattr(config, "workerinput", {"workerid": "gw0", "workercount": 1})
    first = len(places) * int(process["workerid"].removeprefix("gw")) // process["workercount"]
    config.args = [str(path) for path in places[first:] + places[:first]]


def pytest_collection_modifyitems(config, items):
    """The order of the files is everybody's, wherever the collection began.

    Those that wait for a browser, a restart or a signal are first, beside those that compute.
    """
    if not config.stash[SLOW]:
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in set(slow)]
    items.sort(key=lambda item: (not item.nodeid.startswith(WAITING), item.path.parts))


def pytest_collection_finish():
    """The garbage collector need not look through all modules and tests again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def no_browser():
    """AppTest has no browser to wait for."""
    from ui.frame import first_chart

    patch = pytest.MonkeyPatch()
    patch.setattr(first_chart, "AHEAD", 0.0)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def no_components():
    """AppTest reads every installed package's metadata, in each run, for components: none is used here."""
    from streamlit.components.v2 import manifest_scanner

    patch = pytest.MonkeyPatch()
    patch.setattr(manifest_scanner, "scan_component_manifests", list)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def quick_runs():
    """AppTest compiles every script anew in each run, and asks 1,000 times a second whether it has ended.

    Here a process compiles a script once, and waits for the run's thread: a fifth less processor time for a
    page whose networks are trained, a tenth for all tests of pages.
    """
    from streamlit.runtime.scriptrunner.script_cache import ScriptCache
    from streamlit.testing.v1 import app_test, local_script_runner

    compiled, patch = ScriptCache(), pytest.MonkeyPatch()
    for module in (app_test, local_script_runner):
        patch.setattr(module, "ScriptCache", lambda: compiled)
    patch.setattr(local_script_runner, "require_widgets_deltas", _wait_for_the_script)
    yield
    patch.undo()


def _wait_for_the_script(runner, timeout):
    runner._script_thread.join(timeout)
    if runner._script_thread.is_alive():
        runner.request_stop()
        runner.join()
        raise RuntimeError(f"The script has not ended after {timeout} seconds.")


def _gelu(z):
    return z / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))


@pytest.fixture(scope="session")
def scalar_activations():
    """The activations on one Python float, written from their textbook definitions; else the entry's own."""
    return {name: entry.textbook.scalar for name, entry in ACTIVATIONS.items()} | {
        "relu": lambda z: z if z > 0 else 0.0,
        "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
        "tanh": math.tanh,
        "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
        "softplus": lambda z: math.log(1 + math.exp(z)),
        "gelu": _gelu,
        "identity": lambda z: z,
    }


@pytest.fixture(scope="session")
def blobs():
    """Three classes in the plane: 48 training, 16 validation and 16 test examples."""
    return load_dataset(DataConfig(name="blobs", n_classes=3, n_samples=80, noise=0.2, split="60/20/20"))


@pytest.fixture(scope="session")
def circles():
    """The default dataset: 770 training, 165 validation and 165 test examples."""
    return load_dataset(DataConfig())


@pytest.fixture(scope="session")
def same_parameters():
    """A function: are two tuples of layers equal to the bit (NaN equal to NaN)?"""

    def compare(one, other):
        return len(one) == len(other) and all(
            a.dtype == b.dtype and np.array_equal(a, b, equal_nan=True)
            for layer, twin in zip(one, other, strict=True)
            for a, b in zip(layer, twin, strict=True)
        )

    return compare


@pytest.fixture(scope="session")
def same_record(same_parameters):
    """A function: are two EpochRecords equal to the bit in all but the time they took?"""

    def compare(one, other):
        ours, theirs = one._asdict(), other._asdict()
        params = ours.pop("params"), theirs.pop("params")
        del ours["seconds"], theirs["seconds"]
        # repr of a float is exact, and writes NaN as nan
        return repr(ours) == repr(theirs) and same_parameters(*params)

    return compare
