"""The link of an experiment, read again as the terminal reads it."""

from types import SimpleNamespace

import pytest
from streamlit.runtime.state.query_params import QueryParams

from data import DataConfig
from lab.links import reader
from lab.links.experiment import Experiment
from mlp import TrainConfig
from mlp.config import seeds_of
from ui.frame import address
from ui.frame.address import experiment_link
from ui.frame.visit import Visit


@pytest.mark.parametrize("scale", [1.0, 0.05, 0.1234567])
@pytest.mark.parametrize(("name", "page"), [("moons", "decision_boundary"), ("mnist", "initialization")])
def test_a_link_to_an_experiment_asks_for_its_own_networks(name, page, scale):
    data, train = DataConfig(name=name), TrainConfig(initializer="normal", init_scale=scale, init_seed=4)
    linked = reader.read(experiment_link(Experiment(data, train), 3))
    (group,) = linked.groups
    assert (linked.page, group.data, group.configs) == (page, data, seeds_of(train, 3))


@pytest.mark.parametrize(
    ("name", "sizes", "n_seeds", "opened"),
    [
        ("circles", (1000, 900), 5, 2),  # 905,602 parameters of the 2 million of the page
        ("circles", (1000, 900), 1, 1),
        ("circles", (1000, 1000, 1000), 5, None),  # 2,007,002
        ("cifar10", (1000, 1000), 5, 3),  # 4,083,010 of 14 million
        ("mnist", (100,), 10, 10),
    ],
)
def test_a_link_to_an_experiment_has_as_many_seeds_as_its_page_trains(name, sizes, n_seeds, opened):
    link = experiment_link(Experiment(DataConfig(name=name), TrainConfig(hidden_layer_sizes=sizes)), n_seeds)
    assert (link and len(reader.read(link).groups[0].configs)) == opened


@pytest.mark.parametrize(
    ("key", "texts", "readable"),
    [
        ("epochs", ["5", "7"], ["7"]),  # of several, the last
        ("epochs", ["5", "x"], []),
        ("hidden_layer_sizes", ["4", " x,8 "], ["x,8"]),  # a box shows what was typed
        ("paths", ["adam", "sgd*0.1"], ["adam", "sgd*0.1"]),
    ],
)
def test_of_a_link_a_widget_gets_what_it_can_read(key, texts, readable):
    assert address._readable(key, texts) == readable


@pytest.mark.parametrize(
    ("text", "infinite"),
    [("inf", True), ("-inf", True), ("1e999", True), ("nan", False), ("x", False), ("1", False)],
)
def test_an_infinite_number_is_known_however_it_is_written(text, infinite):
    assert address._infinite(text) == infinite


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("http://lab/a/sweeps?seeds=2", "http://lab/a/sweeps?seeds=3&paths=a&paths=b%26c"),
        (None, "?seeds=3&paths=a&paths=b%26c"),
    ],
)
def test_a_pages_link_has_its_own_parameters_alone(monkeypatch, url, link):
    monkeypatch.setattr(address.st, "context", SimpleNamespace(url=url))
    assert address.page_link({"seeds": "3", "paths": ["a", "b&c"]}) == link


@pytest.mark.parametrize(
    ("locked", "embedded", "added"), [(False, False, False), (True, False, True), (True, True, False)]
)
def test_a_locked_page_drawn_whole_has_its_lock_in_the_link(monkeypatch, locked, embedded, added):
    tab = Visit(page="sweeps", embedded={"sweeps": "asked"} if embedded else {})
    monkeypatch.setattr(address, "visit", lambda: tab)
    lock = SimpleNamespace(open=("epochs", "l2")) if locked else None
    monkeypatch.setattr(address.lock, "current", lambda: lock)
    expected = {"lock": "1", "open": "epochs,l2"} if added else {}
    assert address.with_lock({"seeds": "3"}) == {"seeds": "3"} | expected


def test_a_pages_query_has_its_experiment_its_widgets_and_its_lock(monkeypatch):
    monkeypatch.setattr(address, "visit", lambda: Visit(page="sweeps"))
    monkeypatch.setattr(address.lock, "current", lambda: SimpleNamespace(open=("epochs",)))
    monkeypatch.setattr(address, "_view_query", lambda: {"view": "Cost"})
    experiment = Experiment(DataConfig(name="moons"), TrainConfig(init_seed=4))
    query = address.page_query(experiment, 3)
    assert query == experiment.to_query() | {"seeds": "3", "view": "Cost", "lock": "1", "open": "epochs"}
    assert (query["name"], query["init_seed"]) == ("moons", "4")


def test_what_a_callback_sets_is_in_the_address_where_no_widget_will_write_it(monkeypatch):
    query, state = QueryParams({"l2": "0.5", "noise": "0.4", "l1": "1", "momentum": "0.5"}), {"unit": 3}
    query.bind_widget("l2", "its widget", "string_value", "its page")
    monkeypatch.setattr(address, "visit", lambda: Visit(page="decision_boundary"))
    monkeypatch.setattr(address, "st", SimpleNamespace(query_params=query, session_state=state))
    values = {"l2": "0;1", "noise": 0.3, "l1": "2", "momentum": 0.9, "use_bias": False}
    address.set_widgets(values | {"seeds": 3, "init_seed": 0})
    assert state == {"unit": 3, "seeds": 3, "init_seed": 0} | values
    written = {"noise": "0.3", "l1": "2", "use_bias": "false", "seeds": "3"}
    assert query.to_dict() == {"l2": "0.5"} | written, "a value as at first is in none"


@pytest.mark.parametrize(
    ("epoch", "fixed", "added"),
    [
        (50, (), {"mode": "Compare"}),
        (20, (), {"mode": "Compare", "epoch": "20"}),
        (20, ("mode",), {"mode": "Both", "epoch": "20"}),
    ],
)
def test_a_view_is_that_of_the_widgets_or_of_the_link_that_fixes_them_with_any_epoch_but_the_last(
    monkeypatch, epoch, fixed, added
):
    tab = Visit(page="sweeps", n_epochs=50)
    state = {"mode": "Compare", "epoch": epoch, "of_another_page": 1}
    monkeypatch.setattr(address, "visit", lambda: tab)
    monkeypatch.setattr(address, "st", SimpleNamespace(session_state=state))
    monkeypatch.setitem(address.PAGES, "sweeps", address.PAGES["sweeps"]._replace(view={"mode": "One"}))
    monkeypatch.setattr(address.lock, "fixed", lambda: fixed)
    monkeypatch.setattr(address.lock, "linked_value", lambda key, default: {"mode": "Both"}[key])
    assert address._view_query() == added
