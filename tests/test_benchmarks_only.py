"""Benchmarks of which nothing is left by --only say so, and name what there is."""

import sys

import pytest

from benchmarks import replays, searches


@pytest.mark.parametrize(
    ("benchmark", "arguments", "said"),
    [
        (
            replays,
            ["--only", "Z"],
            "No experiment's name begins with 'Z'. They are: B: N(0, 1), Glorot or zeros?; ",
        ),
        (replays, ["--only", "Z", "--starts", "1"], "No experiment's name begins with 'Z'. They are: B: "),
        (searches, ["--only", "Z", "y"], "No search's key begins with 'Z' or 'y'. They are: "),
        (searches, ["--only"], "argument --only: expected at least one argument"),
    ],
)
def test_what_names_nothing_is_refused(monkeypatch, capsys, benchmark, arguments, said):
    monkeypatch.setattr(sys, "argv", ["benchmark", *arguments])
    with pytest.raises(SystemExit) as ended:
        benchmark.main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert f": error: {said}" in err


def test_what_is_named_is_still_chosen(monkeypatch, capsys):
    chosen = []
    monkeypatch.setattr(
        replays.starts, "write", lambda replays, n: chosen.append(([r.question[0] for r in replays], n))
    )
    for only in (["--only", "D"], []):
        monkeypatch.setattr(sys, "argv", ["replays", "--starts", "7", *only])
        replays.main()
    assert chosen == [(["D"] * 3, 7), (list("BBBAAADDD"), 7)]
