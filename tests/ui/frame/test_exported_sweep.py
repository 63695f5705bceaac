"""What a sweep's page offers to download."""

from contextlib import nullcontext
from types import SimpleNamespace

import pandas as pd
import pytest

from ui.frame import exporting


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (
            pd.DataFrame({"l2": [0.0, 0.1], "curve": ["a", "b"], "link": ["c", "d"]}),
            "l2,link\n0.0,c\n0.1,d\n",
        ),
        (
            pd.DataFrame({"l2": [-0.5, 0.1], "status": ["=1+1", "done"], "curve": ["a", "b"]}),
            "l2,status\n-0.5,'=1+1\n0.1,done\n",
        ),
        (None, ""),
    ],
)
def test_the_trials_of_a_sweep_are_offered_without_their_curves_and_none_before_there_are_results(
    monkeypatch, table, text
):
    offered, reports = [], []
    monkeypatch.setattr(exporting, "page_query", lambda base, n_seeds: (base, n_seeds))
    monkeypatch.setattr(exporting, "page_link", lambda query: f"link of {query}")
    monkeypatch.setattr(exporting.proof, "sweep_fingerprint", lambda plan: "w-1")
    monkeypatch.setattr(exporting.offer, "draw", lambda *what: reports.append(what))
    monkeypatch.setattr(exporting.st, "popover", lambda *_, **__: nullcontext())
    monkeypatch.setattr(
        exporting.st, "download_button", lambda label, data, name, *_, **__: offered.append((name, data))
    )
    exporting.export_sweep(SimpleNamespace(base="base", n_seeds=3), table)
    assert offered == [("backprop-lab-sweep.csv", text)]
    assert reports == [("link of ('base', 3)", "w-1")]
