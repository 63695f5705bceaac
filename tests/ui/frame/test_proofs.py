"""Fingerprints: of which records, when a training starts for one, and what a link's is compared with."""

import math
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from data import DataConfig
from lab.links.experiment import Experiment, Setup
from mlp import TrainConfig
from ui.frame import panel, proof
from ui.frame.visit import Visit

EXPERIMENT = Experiment(DataConfig(), TrainConfig(epochs=5, init_seed=3, shuffle_seed=4))
OTHER = Experiment(DataConfig(seed=1), TrainConfig(epochs=5))
SETUP, ALONE = Setup(EXPERIMENT, 3), Setup(EXPERIMENT, 1)


def run_of(n_epochs, ended=False, kept=None, params=("weights",)):
    """A run whose kept epochs are all, or `kept`; its records are texts of their epoch."""
    kept = range(n_epochs + 1) if kept is None else kept

    def up_to(number):
        return [epoch(k) for k in kept if k <= number]

    def epoch(k):
        records = [SimpleNamespace(name=f"{k}, network {i}", params=params) for i in range(3)]
        return SimpleNamespace(number=k, records=records)

    return SimpleNamespace(
        n_epochs=n_epochs,
        ended=ended,
        at=lambda number: up_to(number)[-1],
        history=SimpleNamespace(up_to=up_to),
    )


@pytest.fixture
def server(monkeypatch):
    """Cached `runs` {(setup, watched or "own"): run}, `sweeps` and `datasets`; a visit; what is `said`."""
    server = SimpleNamespace(runs={}, sweeps={}, datasets={EXPERIMENT.data: "data"}, tab=Visit(), said=[])
    shared = SimpleNamespace(
        peek=lambda setup, watched=False, own=False: server.runs.get((setup, "own" if own else watched)),
        sweeps=server.sweeps,
        datasets=server.datasets,
        fitting=lambda setup: setup.configs(),
        speed="speed",
    )
    server.query = {"fingerprint": "w-1"}
    server.tab.page = "decision_boundary"
    monkeypatch.setattr(proof, "cache", lambda: shared)
    monkeypatch.setattr(proof, "visit", lambda: server.tab)
    monkeypatch.setattr(proof.cost, "beginning", lambda configs, dataset, speed: 0.25 * len(configs))
    monkeypatch.setattr(proof.cost, "seconds", lambda configs, dataset, n, speed: float(n))
    elements = {"query_params": server.query, "container": lambda **_: nullcontext(), "warning": None}
    elements |= {"caption": server.said.append, "button": lambda label, **how: server.said.append(label)}
    monkeypatch.setattr(proof, "st", SimpleNamespace(**elements))
    monkeypatch.setattr(proof, "show_sentence", lambda show, text, icon: server.said.append(text))
    monkeypatch.setattr(proof, "draw_verdict", lambda *how: server.said.append(how))
    return server


@pytest.mark.parametrize(
    ("run", "last"),
    [
        (run_of(5), 5),
        (run_of(4), None),
        (run_of(9), 5),  # another visitor asked for more
        (run_of(3, ended=True), 3),
        (run_of(-1, ended=True), None),
        (run_of(9, kept=(0, 4, 8, 9)), None),  # the fifth was thinned
        (run_of(8, kept=(0, 5, 8)), 5),
    ],
)
def test_a_setup_is_finished_where_its_last_epoch_is_there(server, run, last):
    for kind in (False, True, "own"):
        server.runs = {(SETUP, kind): run}
        assert proof.finished(SETUP) == ((None, 0) if last is None else (run, last))
    assert proof.finished(ALONE) == (None, 0)


def test_a_run_that_has_gone_on_gives_way_to_one_that_has_the_weights(server):
    bare, own = run_of(9, params=()), run_of(5)
    server.runs = {(SETUP, False): bare}
    assert proof.finished(SETUP) == (bare, 5), "its losses are there"
    server.runs |= {(SETUP, "own"): own}
    assert proof.finished(SETUP) == (own, 5)
    server.runs[SETUP, True] = run_of(9, kept=(0, 4, 8, 9))
    assert proof.finished(SETUP) == (own, 5)


@pytest.mark.parametrize(("n_epochs", "own"), [(4, False), (5, False), (6, True)])
def test_a_run_that_has_gone_on_is_trained_again_apart(server, monkeypatch, n_epochs, own):
    trained = []
    monkeypatch.setattr(proof.progress, "trained", lambda setups, **how: trained.append((setups, how)))
    server.runs = {(ALONE, False): run_of(n_epochs, params=())}
    assert proof.train_first(SETUP) is None
    assert trained == [([ALONE], {"own": own})]


def test_a_training_of_no_epochs_is_finished_once_its_networks_are_measured(server):
    untrained = Setup(Experiment(DataConfig(), TrainConfig(epochs=0)), 1)
    run = run_of(0)
    server.runs = {(untrained, False): run}
    assert proof.finished(untrained) == (run, 0)


def test_a_fingerprint_that_the_navigation_has_copied_is_not_this_pages(server, monkeypatch):
    read = []
    monkeypatch.setattr(proof, "address", lambda: {"fingerprint": ["w-1"], "noise": ["0.2"], "utm": ["x"]})
    monkeypatch.setattr(proof.reader, "read", lambda link: read.append(link) or "linked")
    proof.arrive("decision_boundary", True)
    assert (server.query, server.tab.proof, read) == ({}, None, [])
    proof.arrive("decision_boundary", False)
    assert server.tab.proof is None, "there is none"
    server.query["fingerprint"] = "w-1"
    proof.arrive("decision_boundary", False)
    assert server.tab.proof == proof.Proof("decision_boundary", "linked", "")
    assert read == ["http://here/decision_boundary?fingerprint=w-1&noise=0.2"]
    assert server.query == {"fingerprint": "w-1"}


def test_the_training_that_is_asked_for_is_that_of_the_first_network_alone(server, monkeypatch):
    approved = []
    monkeypatch.setattr(proof, "approve", lambda *what: approved.append(what))
    proof.ask(SETUP)
    assert approved == [("train", (ALONE,))]
    assert proof.was_asked(SETUP)
    assert proof.was_asked(ALONE)
    assert not proof.was_asked(Setup(OTHER, 3))


def test_the_records_are_those_of_the_first_network_of_all_or_else_of_it_alone(server):
    assert proof.records_of(SETUP) is None
    server.runs[ALONE, False] = run_of(9, kept=(0, 1, 5, 9))
    names = ["0, network 0", "1, network 0", "5, network 0"]
    assert [record.name for record in proof.records_of(SETUP)] == names
    assert [record.name for record in proof.records_of(ALONE)] == names
    server.runs[SETUP, True] = run_of(5)
    assert len(proof.records_of(SETUP)) == 6
    server.runs[SETUP, True] = run_of(5, params=())
    assert [record.name for record in proof.records_of(SETUP)] == names, "it alone still has its weights"
    server.runs[ALONE, False] = run_of(5, params=())
    assert proof.records_of(SETUP) is None, "without weights there is no fingerprint"


def test_the_estimate_is_that_of_one_network_and_endless_without_its_data(server):
    assert proof.estimated_seconds(SETUP) == 0.25 + 5
    assert proof.estimated_seconds(Setup(OTHER, 1)) == math.inf


def linked_to(server, experiment, plan=None, page="decision_boundary", problem=""):
    linked = SimpleNamespace(plan=plan, experiment=experiment, fingerprint="theirs")
    server.tab.proof = proof.Proof(page, linked, problem)


def test_a_network_is_compared_with_the_fingerprint_of_its_own_link_and_the_change_is_told_once(server):
    server.tab.proof = None
    proof.judge_network(SETUP)
    linked_to(server, EXPERIMENT, page="initialization")
    proof.judge_network(SETUP)
    linked_to(server, EXPERIMENT, plan="a sweep's")
    proof.judge_network(SETUP)
    linked_to(server, OTHER)
    proof.judge_network(SETUP)
    sentence = "The link's fingerprint is not checked: this page shows a different experiment."
    assert server.said == [sentence] * 2
    assert "fingerprint" in server.query
    server.said.clear()
    linked_to(server, EXPERIMENT)
    server.runs[SETUP, False] = run_of(5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proof, "network_fingerprint", lambda setup: "ours")
        proof.judge_network(SETUP)
    ((linked, ours, experiments, trained, of_what),) = server.said
    assert (linked, ours) == ("theirs", "ours")
    assert experiments == trained == [(EXPERIMENT.data, EXPERIMENT.train)]
    assert of_what == "the first network (weight seed 3, shuffle seed 4)"
    server.said.clear()
    proof.judge_network(Setup(OTHER, 3))
    assert server.said == []
    assert "fingerprint" not in server.query, "the address is now another experiment's"


def test_a_fingerprint_that_cannot_be_read_says_why(server):
    linked_to(server, EXPERIMENT, problem="fingerprint is 'x'.")
    proof.judge_network(SETUP)
    assert server.said == ["The link's fingerprint cannot be checked: fingerprint is 'x'."]


@pytest.mark.parametrize(
    ("setup", "at_once", "asked", "trained"),
    [
        (SETUP, 5.3, False, True),  # it takes 5.25 s
        (SETUP, 5.25, False, False),
        (SETUP, 0.0, True, True),
        (ALONE, 9.0, True, False),  # the page itself trains it
    ],
)
def test_one_network_is_trained_for_its_fingerprint_where_that_is_quick_or_was_asked_for(
    server, monkeypatch, setup, at_once, asked, trained
):
    begun = []
    monkeypatch.setattr(proof, "AT_ONCE", at_once)
    monkeypatch.setattr(proof, "network_fingerprint", lambda setup: None)
    monkeypatch.setattr(proof, "train_first", lambda setup: begun.append(setup))
    server.tab.proven = EXPERIMENT if asked else OTHER
    linked_to(server, EXPERIMENT)
    proof.judge_network(setup)
    assert begun == [setup] * trained
    assert server.said[-1] == "Train it now", "until there is one"
    server.datasets.clear()
    server.said.clear()
    proof.judge_network(setup)
    assert server.said == [], "without data nothing is offered"


class Plan:
    def __init__(self, *experiments):
        self.own = list(experiments)

    def experiments(self):
        return self.own


def outcome(name, accidental=False):
    return SimpleNamespace(records=[name + "0", name] if name else [], accidental=accidental)


@pytest.mark.parametrize(
    ("outcomes", "complete", "records"),
    [
        ([outcome("a"), outcome("b")], True, ["a", "b"]),
        ([outcome("a"), outcome("b")], False, None),
        ([outcome("a"), outcome("")], True, ["a", None]),  # it has failed and would again
        ([outcome("a"), outcome("", accidental=True)], True, None),
        ([outcome(""), outcome("")], True, None),  # it would cover no result
    ],
)
def test_a_sweeps_fingerprint_has_every_last_record_in_order(
    server, monkeypatch, outcomes, complete, records
):
    monkeypatch.setattr(proof.fingerprint, "of_sweep", lambda experiments, records: (experiments, records))
    plan = Plan("first", "second")
    assert proof.sweep_fingerprint(plan) is None
    by_row = dict(reversed(list(enumerate(outcomes))))  # those that end first come first
    results = SimpleNamespace(complete=complete, outcomes=by_row, experiments=plan.own)
    server.sweeps["first", "second"] = SimpleNamespace(results=results)
    assert proof.sweep_fingerprint(plan) == (records and (plan.own, records))


@pytest.mark.parametrize(
    ("outcomes", "n_failed", "why"),
    [
        ("", 0, "there is no trial to run"),
        ("ab", 0, ""),
        ("a-", 1, ""),
        ("-", 1, "its one training failed"),
        ("--", 2, "both trainings failed"),
        ("----", 4, "all 4 trainings failed"),
        ("a!-", 2, "1 training failed by accident: try again"),
        ("!!", 2, "2 trainings failed by accident: try again"),
    ],
)
def test_why_a_sweep_has_no_fingerprint(server, outcomes, n_failed, why):
    """A letter is a training with a result, - one that fails at every attempt, ! one failed by accident."""
    plan, waiting = Plan(*range(len(outcomes))), Plan(*range(len(outcomes)), "waiting")
    by_row = {row: outcome(one.strip("-!"), one == "!") for row, one in enumerate(outcomes)}
    server.sweeps[tuple(plan.own)] = SimpleNamespace(results=SimpleNamespace(outcomes=by_row))
    server.sweeps[tuple(waiting.own)] = server.sweeps[tuple(plan.own)]
    assert (proof.n_failed(plan), proof.why_none(plan)) == (n_failed, why)
    assert proof.why_none(waiting) == (why if "accident" in why else ""), "one training is still to come"
    assert (proof.n_failed(Plan("new")), proof.why_none(Plan("new"))) == (0, "")


@pytest.mark.parametrize(
    ("n", "words"), [(1, "the one training"), (2, "both trainings"), (3, "all 3 trainings")]
)
def test_a_sweep_is_compared_once_it_is_done(server, monkeypatch, n, words):
    plan = Plan(*range(n))
    linked_to(server, None, plan=Plan(*range(n)))
    for ours, why in ((None, ""), (None, "it failed"), ("ours", "")):
        monkeypatch.setattr(proof, "sweep_fingerprint", lambda plan, ours=ours: ours)
        monkeypatch.setattr(proof, "why_none", lambda plan, why=why: why)
        proof.judge_sweep(plan)
    assert server.said[0].endswith("has a fingerprint. It is compared once the sweep is done.")
    assert server.said[1].endswith("has a fingerprint. It cannot be compared, because it failed.")
    assert server.said[2:] == [("theirs", "ours", plan.own, plan.own, words)]
    server.said.clear()
    proof.judge_sweep(Plan("another"))
    assert server.said == [], "it was this one before"
    linked_to(server, None, plan=Plan("another"))
    proof.judge_sweep(plan)
    assert server.said == ["The link's fingerprint is not checked: this page shows a different experiment."]


# ---- what Share says of them


@pytest.fixture
def shared(monkeypatch):
    """What the Share panel says, and the codes of links."""
    shared = SimpleNamespace(said=[], codes=[], tab=Visit(page="sweeps"), query=[])
    for name in ("caption", "markdown"):
        monkeypatch.setattr(panel.st, name, shared.said.append)
    monkeypatch.setattr(panel.st, "popover", lambda *_, **__: nullcontext())
    monkeypatch.setattr(panel.st, "code", lambda text, **_: shared.codes.append(text))
    monkeypatch.setattr(panel, "visit", lambda: shared.tab)
    monkeypatch.setattr(panel, "page_link", lambda query: query)
    monkeypatch.setattr(panel, "page_query", lambda experiment, n_seeds: {"seeds": str(n_seeds)})
    monkeypatch.setattr(panel.lock, "current", lambda: None)
    monkeypatch.setattr(panel.st, "toggle", lambda *_, **__: False)
    return shared


PRINT = SimpleNamespace(text=lambda: "w-1")


@pytest.mark.parametrize(("n", "whose"), [(1, "of this network"), (3, "of the first of the 3 networks")])
def test_a_shared_network_says_whose_fingerprint_its_link_has(shared, monkeypatch, n, whose):
    monkeypatch.setattr(panel.proof, "network_fingerprint", lambda setup: PRINT)
    panel.share_experiment(Setup(EXPERIMENT, n))
    assert shared.codes == [{"seeds": str(n), "fingerprint": "w-1"}]
    assert f"The link ends with the fingerprint {whose}: its final losses" in shared.said[-1]


ENDS, DIGEST = "The link ends with the fingerprint of", "a digest of the final losses"


@pytest.mark.parametrize(
    ("found", "n_failed", "why", "n", "words"),
    [
        (PRINT, 0, "", 1, f"{ENDS} its one training: {DIGEST}."),
        (PRINT, 0, "", 2, f"{ENDS} both trainings: {DIGEST}."),
        (PRINT, 0, "", 4, f"{ENDS} all 4 trainings: {DIGEST}."),
        (PRINT, 1, "", 4, f"{ENDS} all 4 trainings: {DIGEST}; 1 failed and has none."),
        (PRINT, 2, "", 4, f"{ENDS} all 4 trainings: {DIGEST}; 2 failed and have none."),
        (None, 4, "all failed", 4, "It has no fingerprint, because all failed."),
        (None, 0, "", 4, "Its fingerprint is added when the sweep is done."),
        (PRINT, 0, "there is no trial", 0, "It has no fingerprint, because there is no trial."),
    ],
)
def test_a_shared_sweep_says_what_its_fingerprint_covers(shared, monkeypatch, found, n_failed, why, n, words):
    monkeypatch.setattr(panel.proof, "sweep_fingerprint", lambda plan: found)
    monkeypatch.setattr(panel.proof, "n_failed", lambda plan: n_failed)
    monkeypatch.setattr(panel.proof, "why_none", lambda plan: why)
    plan = SimpleNamespace(base=EXPERIMENT, n_seeds=2, experiments=lambda: [None] * n)
    panel.share_sweep(plan)
    assert shared.said[-1] == f":material/fingerprint: {words}"
    assert shared.codes == [{"seeds": "2"} | ({"fingerprint": "w-1"} if found and n else {})]
    shared.tab.tested = {"abc"}
    panel.share_sweep(plan)
    assert shared.codes[-1].items() >= {panel.tested.PARAMETER: panel.tested.text({"abc"})}.items()


def test_a_locked_link_names_the_open_controls_in_the_order_of_the_page(shared, monkeypatch):
    monkeypatch.setattr(panel.st, "toggle", lambda *_, **__: True)
    monkeypatch.setattr(panel.st, "multiselect", lambda *_, **__: ["l2", "noise"])
    monkeypatch.setattr(panel.lock, "controls", lambda: ("noise", "seeds", "l2"))
    panel._assignment({"seeds": "2"})
    assert shared.codes == [{"seeds": "2", "lock": "1", "open": "noise,l2"}]
    monkeypatch.setattr(panel.lock, "current", lambda: "a lock")
    panel._assignment({})
    assert len(shared.codes) == 1, "who opened a locked link makes none"


@pytest.mark.parametrize(("asked", "trained", "again"), [(True, True, 1), (True, False, 0), (False, True, 0)])
def test_a_fingerprint_is_added_on_request_alone(shared, monkeypatch, asked, trained, again):
    begun, reruns, buttons = [], [], []
    monkeypatch.setattr(panel.proof, "estimated_seconds", lambda setup: 12.0)
    monkeypatch.setattr(panel.proof, "was_asked", lambda setup: asked)
    monkeypatch.setattr(panel.proof, "train_first", lambda setup: begun.append(setup) or trained)
    monkeypatch.setattr(panel.st, "rerun", lambda: reruns.append(True))
    monkeypatch.setattr(panel.st, "button", lambda label, **how: buttons.append(how))
    panel._offer(SETUP)
    assert begun == [SETUP] * asked
    assert len(reruns) == again
    ((how),) = buttons
    assert (how["on_click"], how["args"]) == (panel.proof.ask, (SETUP,))
    assert how["help"].startswith("Trains the first network, about 12 s.")
    monkeypatch.setattr(panel.proof, "estimated_seconds", lambda setup: math.inf)
    panel._offer(SETUP)
    assert len(buttons) == 1


def test_a_locked_page_says_how_many_settings_it_fixes_and_which(shared, monkeypatch):
    tables = []
    box = SimpleNamespace(open=True, dataframe=lambda rows, **_: tables.append(rows))
    panel.show_lock(EXPERIMENT)
    assert shared.said == []
    monkeypatch.setattr(panel.lock, "current", lambda: "a lock")
    monkeypatch.setattr(panel.lock, "fixed", lambda: ("epochs", "view", "mode"))
    monkeypatch.setattr(panel.lock, "controls", lambda: ("epochs", "seed", "view", "mode", "noise"))
    monkeypatch.setattr(panel.lock, "text", {"epochs": "99", "view": "mean"}.get)
    monkeypatch.setattr(panel.st, "sidebar", nullcontext())
    monkeypatch.setattr(panel.st, "expander", lambda *_, **__: box)
    panel.show_lock(EXPERIMENT)
    assert shared.said == [":material/lock: This link fixes 3 settings and leaves the others to you."]
    assert tables == [[{"setting": "epochs", "value": "5"}, {"setting": "view", "value": "mean"}]], (
        "what is in force, not what the link asked for"
    )


@pytest.mark.parametrize(
    ("opened", "said"),
    [
        ("", "This link fixes all settings."),
        ("seed", "This link fixes 2 settings and leaves the other one to you."),
        ("seed,noise", "This link fixes 1 setting and leaves the others to you."),
        ("seed,noise,epochs", "This link leaves all settings to you."),
    ],
)
def test_a_lock_speaks_of_others_only_if_there_are_some(shared, monkeypatch, opened, said):
    controls = ("seed", "noise", "epochs", "train")  # the switch that trains is always there
    fixed = tuple(name for name in controls[:3] if name not in opened.split(","))
    values = {"current": "a lock", "fixed": fixed, "controls": controls, "text": None}
    for name, value in values.items():
        monkeypatch.setattr(panel.lock, name, lambda *_, value=value: value)
    monkeypatch.setattr(panel.st, "sidebar", nullcontext())
    monkeypatch.setattr(panel.st, "expander", lambda *_, **__: SimpleNamespace(open=False))
    panel.show_lock(EXPERIMENT)
    assert shared.said == [f":material/lock: {said}"]
