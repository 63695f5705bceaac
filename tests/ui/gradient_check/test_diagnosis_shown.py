"""The diagnosis of uploaded gradients as the page shows it."""

from types import SimpleNamespace

import pytest
from gradient_checks import subject

from lab.diagnosis import compare
from lab.diagnosis.mistakes import MISTAKES
from ui.gradient_check import own_program


@pytest.mark.parametrize(("state", "shown"), [(compare.RIGHT, "success"), ("another", "warning")])
def test_a_diagnosis_has_its_headline_and_its_evidence_knows_the_number_of_classes(monkeypatch, state, shown):
    said, tables, asked = [], [], []
    network = subject(hidden_layer_sizes=(4, 3))  # of two classes
    batch = SimpleNamespace(params=network.params, config=network.config, y=network.y)
    row = SimpleNamespace(name="dW1", error=0.5)
    diagnosis = SimpleNamespace(state=state, causes=(), rows=[row])
    for name, words in (
        ("headline", "What is wrong."),
        ("together", ""),
        ("start", "From here on."),
        ("order", ""),
    ):
        monkeypatch.setattr(own_program.report, name, lambda *_, words=words: words)
    of_factor = []
    monkeypatch.setattr(
        own_program.report, "factor", lambda *of_what: of_factor.append(of_what[1:]) or "Ours × 3."
    )
    monkeypatch.setattr(own_program.report, "causes", lambda diagnosis: ())
    monkeypatch.setattr(own_program.report, "hidden", lambda *of_what: asked.append(of_what[1:]) or "Hidden.")
    monkeypatch.setattr(own_program.report, "evidence", lambda *what: asked.append(what) or "as seen")
    monkeypatch.setattr(
        own_program, "show_sentence", lambda show, words, icon: said.append((show.__name__, words))
    )
    for name in ("markdown", "caption"):
        monkeypatch.setattr(
            own_program.st, name, lambda text, name=name: said.append((name, text.replace("\\", "")))
        )
    monkeypatch.setattr(own_program.st, "table", tables.append)
    own_program._show(diagnosis, batch, "theirs")
    sentences = [("markdown", "Ours × 3."), ("markdown", "From here on.")]
    assert said == [(shown, "What is wrong."), *sentences, ("caption", "Hidden.")]
    assert of_factor == [(network.config, 16, 2)]
    assert asked == [(row, network.config, 16, 2), (network.config, 16, 2)]
    assert tables[0].loc["dW1"].to_dict() == {"relative difference": "5.0e-01", "what can be said": "as seen"}


@pytest.mark.parametrize(("pairs", "tried"), [(True, "alone and in pairs"), (False, "alone")])
def test_the_page_says_whether_mistakes_are_tried_in_pairs(monkeypatch, pairs, tried):
    class Drawn(Exception):
        """The words are drawn: what follows them is not of interest."""

    def words(text):
        said.append(text)
        raise Drawn

    said, network = [], subject()
    batch = SimpleNamespace(params=network.params, config=network.config, y=network.y)
    monkeypatch.setattr(own_program.batches, "batch_of", lambda *_: batch)
    monkeypatch.setattr(own_program.batches, "names", lambda batch: ["dW1"])
    monkeypatch.setattr(own_program, "cache", lambda: SimpleNamespace(dataset=None))
    monkeypatch.setattr(own_program.compare, "tries_pairs", lambda of: pairs and of is batch)
    monkeypatch.setattr(own_program.st, "markdown", words)
    with pytest.raises(Drawn):
        own_program._diagnose(SimpleNamespace(data=None, train=None))
    assert f"known mistakes, {tried}. " in said[0]


@pytest.mark.parametrize(
    ("keys", "links"),
    [
        (("mean_missing",), [("Open the right line in the derivation", "batch_mean")]),
        (
            ("mean_missing", "slope_forgotten"),
            [
                ("First mistake: open the right line in the derivation", "batch_mean"),
                ("Second mistake: open the right line in the derivation", "hidden_delta"),
            ],
        ),
    ],
)
def test_every_mistake_of_a_cause_has_a_link_to_its_own_line(monkeypatch, keys, links):
    drawn = []
    network = subject()
    batch = SimpleNamespace(params=network.params, config=network.config, y=network.y)
    causes = (compare.Cause(tuple(MISTAKES[key] for key in keys)),)
    for name in ("headline", "together", "factor", "start", "order", "hidden"):
        monkeypatch.setattr(own_program.report, name, lambda *_: "")
    monkeypatch.setattr(own_program, "show_sentence", lambda *_: None)
    for name in ("markdown", "table"):
        monkeypatch.setattr(own_program.st, name, lambda _: None)
    monkeypatch.setattr(
        own_program.st,
        "page_link",
        lambda page, label, query_params, **_: drawn.append((page, label, query_params)),
    )
    rows = [SimpleNamespace(name="dW1", error=0.5)]
    monkeypatch.setattr(own_program.report, "evidence", lambda *_: "")
    own_program._show(SimpleNamespace(state=compare.CAUSED, causes=causes, rows=rows), batch, "theirs")
    assert drawn == [("pages/derivation.py", label, {"step": step}) for label, step in links]
