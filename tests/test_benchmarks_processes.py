"""Benchmarks whose peers are not installed, or whose processes die, end with a sentence and never wait."""

import os
import sys
from concurrent.futures.process import BrokenProcessPool

import pytest

from benchmarks import mnist_epoch, small_networks, sweeps, tables
from benchmarks.timing import alone, apart


def contender(name):
    """One that measures, one that cannot begin, and one that dies in its first round."""
    calls = []

    def run():
        calls.append(name)
        if name == "dies later" and len(calls) == 2:
            os._exit(5)

    if name == "dies at once":
        os._exit(4)
    return run


@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), [("dies at once", 4), ("dies later", 5)])
def test_a_contender_that_dies_ends_the_benchmark_with_a_sentence(name, code):
    with pytest.raises(SystemExit, match=rf"^The process of '{name}' ended with exit code {code}\.$"):
        apart(contender, ["lives", name], rounds=2)


@pytest.mark.slow
def test_contenders_that_live_are_measured():
    seconds = apart(contender, ["one", "other"], rounds=2)
    assert list(seconds) == ["one", "other"]
    assert all(0 <= value < 60 for value in seconds.values())


@pytest.mark.slow
def test_a_process_gives_back_what_it_computed_and_one_that_dies_is_not_waited_for():
    assert alone(os.getenv, "BACKPROP_TEST", variables={"BACKPROP_TEST": "here"}) == "here"
    assert "BACKPROP_TEST" not in os.environ
    assert alone(os.getpid) != os.getpid()
    with pytest.raises(BrokenProcessPool):
        alone(os._exit, 3)


@pytest.mark.parametrize(
    ("benchmark", "arguments", "without", "named"),
    [
        (small_networks, [], ["torch", "sklearn"], "PyTorch and scikit-learn"),
        (small_networks, [], ["torch"], "PyTorch"),
        (mnist_epoch, [], ["torch", "sklearn"], "PyTorch and scikit-learn"),
        (sweeps, [], ["sklearn"], "scikit-learn"),
        (tables, [], ["sklearn"], "scikit-learn"),
        (tables, ["--only", "accuracy"], ["sklearn"], "scikit-learn"),
        (tables, ["--only", "reading"], ["pandas"], "pandas"),
    ],
)
def test_a_missing_peer_is_named_before_anything_is_measured(
    monkeypatch, capsys, benchmark, arguments, without, named
):
    for module in ("torch", "sklearn", "pandas"):
        monkeypatch.setitem(sys.modules, module, None if module in without else sys)
    monkeypatch.setattr(sys, "argv", ["benchmark", *arguments])
    with pytest.raises(SystemExit) as ended:
        benchmark.main()
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert said.out == ""
    assert f" This needs {named}: pip install -r requirements-bench.txt\n" in said.err


def test_reading_needs_no_scikit_learn(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setattr(sys, "argv", ["tables", "--only", "reading"])
    monkeypatch.setattr(tables, "reading", lambda rounds: f"read {rounds} times")
    tables.main()
    assert capsys.readouterr().out.endswith("\nread 5 times\n\n")
