"""The frame of a page: which setup was shown before, what Reset sets, what is exported."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.runtime.state.query_params import QueryParams

from data import DataConfig
from lab.links.experiment import Experiment, Setup
from mlp import TrainConfig
from ui.frame import (
    address,
    class_answers,
    exporting,
    navigation,
    reconnected,
    saved_weights,
    scrolling,
    shell,
)
from ui.frame.visit import Visit

KEY = "ABCDEFGHJKLM"
EXPERIMENT = Experiment(DataConfig(), TrainConfig())


@pytest.fixture
def tab(monkeypatch):
    tab = Visit(page="decision_boundary")
    for module in (address, class_answers, navigation, reconnected, saved_weights, scrolling, shell):
        monkeypatch.setattr(module, "visit", lambda: tab)
    return tab


def test_the_setup_before_stays_until_another_one_is_shown(tab):
    assert shell.before("a") is None
    assert shell.before("a") is None
    assert shell.before("b") == "a"
    assert shell.before("b") == "a"
    assert shell.before("c") == "b"


@pytest.mark.parametrize("is_locked", [True, False])
def test_reset_says_and_does_what_the_page_can(tab, monkeypatch, is_locked):
    drawn = []
    monkeypatch.setattr(shell.lock, "current", lambda: "a lock" if is_locked else None)
    monkeypatch.setattr(shell.st, "button", lambda label, **how: drawn.append(how))
    shell.reset()
    ((how),) = drawn
    assert (how["on_click"], how["args"]) == ((shell._as_linked, ()) if is_locked else (shell.apply, ({},)))
    assert how["help"] == f"Sets all controls to {'what the link says' if is_locked else 'their defaults'}."


def test_a_questions_experiment_sets_every_control_and_shows_the_last_epoch(tab, monkeypatch):
    held, expected = {}, []
    monkeypatch.setattr(shell.address, "set_widgets", held.update)
    monkeypatch.setattr(shell.proof, "expect", lambda *how: expected.append(how))
    tab.refused_rates = ("0,1", "a sentence")
    changes = {"epochs": 7, "seeds": 2, "view": "mean", "noise": 0.3}
    shell.apply(changes)
    defaults, view, *_ = shell.PAGES["decision_boundary"]
    assert {key: held[key] for key in ("epochs", "epoch", "seeds", "view", "noise")} == {
        "epochs": 7,
        "epoch": 7,
        "seeds": 2,
        "view": "mean",
        "noise": 0.3,
    }
    assert held["hidden_layer_sizes"] == "16"
    assert view.keys() <= held.keys()
    assert expected == [(changes, defaults)]
    assert tab.refused_rates == ("", "")
    shell.apply({})
    assert (held["epochs"], held["epoch"]) == (defaults["epochs"],) * 2
    assert (held["seeds"], held["view"]) == (shell.DEFAULT_SEEDS, view["view"])


# ---- the address


@pytest.mark.parametrize(
    ("state", "last", "epoch"),
    [
        ({"epoch": 3}, 7, "3"),
        ({"epoch": 7}, 7, None),
        ({"epoch": 0}, 7, "0"),
        ({}, 7, None),
        ({}, None, None),
    ],
)
def test_a_link_names_the_epoch_on_show_where_it_is_not_the_last(tab, monkeypatch, state, last, epoch):
    tab.n_epochs = last
    monkeypatch.setattr(address, "st", SimpleNamespace(session_state=state))
    monkeypatch.setattr(address.lock, "fixed", lambda: ())
    monkeypatch.setattr(address.lock, "controls", lambda: ())
    assert address._view_query().get("epoch") == epoch


def test_a_link_has_the_pages_own_widgets_as_shown_and_those_of_a_table_where_they_are_drawn(
    tab, monkeypatch
):
    state = {"view": "mean", "hide_test": True, "across": "width"}
    monkeypatch.setattr(address, "st", SimpleNamespace(session_state=state))
    monkeypatch.setattr(address.lock, "fixed", lambda: ("hide_test",))
    monkeypatch.setattr(address.lock, "linked_value", lambda key, default: False)
    monkeypatch.setattr(address.lock, "controls", lambda: ("view",))
    query = address._view_query()
    assert (query["view"], query["hide_test"], query["mode"]) == ("mean", "false", "One experiment")
    assert not {"across", "up", "held"} & query.keys()
    monkeypatch.setattr(address.lock, "controls", lambda: ("view", "across"))
    query = address._view_query()
    assert query["across"] == "width"
    assert "up" not in query


@pytest.fixture
def arrived(tab, monkeypatch):
    """A function of the address, the page before's, and whether it is embedded: what is left of it."""

    def read(query, before=(), embedded=False, again=False):
        reruns = []
        tab.query, tab.address_read = dict(before), False
        texts = {key: value if isinstance(value, list) else [value] for key, value in query.items()}
        params = QueryParams(dict(query))
        context = SimpleNamespace(is_embedded=embedded)
        page = SimpleNamespace(query_params=params, context=context, rerun=lambda: reruns.append(True))
        monkeypatch.setattr(address, "st", page)
        monkeypatch.setattr(address, "address", lambda: texts)
        address.read("decision_boundary")
        assert tab.address_read == bool(reruns)
        return {key: params[key] for key in params}

    return read


def test_of_an_address_what_can_be_read_stays_as_its_widget_writes_it(arrived, tab):
    left = arrived(
        {"noise": "0.20", "epochs": "many", "learning_rate": ["0.5", "0.3"], "v": "2", "x": "1" * 9}
    )
    assert left == {"noise": "0.2", "learning_rate": "0.3", "x": "1" * 9}
    assert tab.requests == {"noise": "0.20", "epochs": "many", "learning_rate": "0.3", "v": "2", "x": "1" * 9}
    (problem,) = tab.link_problems
    assert problem.startswith("The link has a parameter that is unknown here: 'x'.")
    assert arrived({"noise": "0.2"}) == {"noise": "0.2"}
    assert tab.address_read is False, "nothing has changed"


def test_what_the_page_before_left_in_the_address_is_not_the_links(arrived, tab):
    left = arrived({"noise": "0.20", "seed": "3"}, before={"noise": "0.20", "seed": "4"})
    assert left == {"noise": "0.20", "seed": "3"}
    assert tab.requests == {"seed": "3"}


def test_a_parameter_that_is_too_long_is_named_and_removed_and_a_version_that_is_none_is_kept(arrived, tab):
    left = arrived({"points": "1" * 200_000, "v": "99", "noise": "0.2"})
    assert left == {"v": "99", "noise": "0.2"}
    assert any("points" in problem for problem in tab.link_problems)
    assert "points" not in tab.requests


@pytest.mark.parametrize(("drawn", "written"), [(True, {"old": "1"}), (False, {"old": "1", "noise": "0.3"})])
def test_widgets_that_are_not_drawn_yet_have_their_values_in_the_address(tab, monkeypatch, drawn, written):
    query, state = QueryParams({"old": "1", "l2": "0.5"}), {}
    if drawn:
        query.bind_widget("noise", "its widget", "double_value", "its page")
    monkeypatch.setattr(address, "st", SimpleNamespace(query_params=query, session_state=state))
    first = address.widget_values(shell.PAGES["decision_boundary"].defaults)["epochs"]
    address.set_widgets({"noise": 0.3, "l2": "0.0", "epochs": first})
    assert state == {"noise": 0.3, "l2": "0.0", "epochs": first}, "what it is at first is not in the address"
    default = address.widget_values(shell.PAGES["decision_boundary"].defaults)["l2"]
    expected = {"l2": "0.5"} if default == "0.0" else {"l2": "0.0"}
    assert query.to_dict() == written | expected


def test_reset_of_a_locked_page_sets_what_is_open_to_the_links_values(tab, monkeypatch):
    held, linked = {}, {"epochs": 7, "epoch": 3, "view": "mean", "seeds": 2, "noise": 0.3}
    monkeypatch.setattr(shell.address, "set_widgets", held.update)
    monkeypatch.setattr(shell.lock, "linked_value", lambda key, default: linked.get(key, default))
    monkeypatch.setattr(shell.lock, "linked_field", lambda key, options, default: linked.get(key, default))
    monkeypatch.setattr(shell.lock, "text", lambda key: None)
    monkeypatch.setattr(shell.lock, "fixed", lambda: ("noise", "view"))
    shell._as_linked()
    assert {key: held[key] for key in ("epochs", "epoch", "seeds", "points")} == {
        "epochs": 7,
        "epoch": 3,
        "seeds": 2,
        "points": "",
    }
    assert not {"noise", "view"} & held.keys()
    del linked["epoch"]
    shell._as_linked()
    assert held["epoch"] == 7, "the last"


# ---- export


@pytest.mark.parametrize(
    ("kept", "last", "offered", "why"),
    [
        (["weights", "weights"], "last", True, ""),
        (["weights", ()], "last", False, ""),
        ([(), ()], None, False, "The first network has gone on to later epochs here."),
        (None, None, False, "The first network has not finished training here."),
    ],
)
def test_weights_are_offered_where_every_network_has_them_and_without_the_examples(
    monkeypatch, kept, last, offered, why
):
    buttons, written, said = {}, [], []
    dataset = SimpleNamespace(_replace=lambda **without: without)
    records = [SimpleNamespace(params=params) for params in kept or ()]
    run = SimpleNamespace(at={5: SimpleNamespace(records=records)}.get, dataset=dataset)
    monkeypatch.setattr(exporting.proof, "finished", lambda setup: (run if kept else None, 5))
    monkeypatch.setattr(exporting.proof, "records_of", lambda setup: ["first", last] if last else None)
    monkeypatch.setattr(exporting.proof, "network_fingerprint", lambda setup: None)
    monkeypatch.setattr(exporting, "page_query", lambda *_: {})
    monkeypatch.setattr(exporting, "page_link", lambda query: "a link")
    monkeypatch.setattr(exporting.offer, "draw", lambda *_: None)
    monkeypatch.setattr(exporting.weights_file, "write", lambda *what: written.append(what))
    monkeypatch.setattr(exporting.weights_file, "too_large", lambda of: "Large." * (of == records))
    exports = []
    monkeypatch.setattr(
        exporting,
        "Export",
        lambda data, train, record, link: (
            exports.append((record, link)) or SimpleNamespace(record=record, is_written=False)
        ),
    )
    monkeypatch.setattr(exporting.st, "popover", lambda *_, **__: nullcontext())
    monkeypatch.setattr(exporting.st, "caption", said.append)
    monkeypatch.setattr(
        exporting.st, "download_button", lambda label, data, *_, **how: buttons.update({label: (data, how)})
    )
    exporting.export_experiment(Setup(EXPERIMENT, 2), "the table")
    assert exports == [(last, "a link")]
    data, how = buttons["Weights (.npz)"]
    assert how["disabled"] == (not offered)
    assert how["help"].endswith(" and their settings. Large.") == offered
    if offered:
        data()
        ((of, config, configs, scaling),) = written
        assert (of, config, configs) == (records, EXPERIMENT.data, Setup(EXPERIMENT, 2).configs())
        assert scaling == dict.fromkeys(("X_train", "y_train", "X_valid", "y_valid", "X_test", "y_test"))
    assert buttons["Records (.csv)"][0] == "the table"
    assert not buttons["Records (.csv)"][1]["disabled"]
    n_said = len(said)
    exporting.export_experiment(Setup(EXPERIMENT, 2), None)
    del said[n_said:]
    empty, missing = buttons["Records (.csv)"]
    assert (empty, missing["disabled"]) == (b"", True)
    assert missing["help"] == "Only for networks that have been trained here."
    assert [text.partition(" The script")[0] for text in said if "first network" in text] == [why] * bool(why)
    assert ("The weights of this epoch are not kept" in how["help"]) == (bool(kept) and not offered)
    assert ("have been trained here" in how["help"]) == (kept is None)


# ---- the menu of pages, what the browser hears, and networks of a file


@pytest.mark.parametrize(
    ("page", "of_visit", "query", "hidden"),
    [
        ("assignment", {}, {}, True),
        ("assignment", {"taken": "one"}, {}, False),
        ("assignment", {}, {"tasks": "x"}, False),
        ("class_answers", {"taken": "one"}, {"tasks": "x"}, True),
        ("class_answers", {"projected": "one"}, {}, False),
        ("class_answers", {}, {"key": "x"}, False),
        ("sweeps", {}, {}, False),
    ],
)
def test_a_page_that_needs_a_link_is_in_the_menu_once_one_has_opened_it(
    tab, monkeypatch, page, of_visit, query, hidden
):
    for name, value in of_visit.items():
        setattr(tab, name, value)
    monkeypatch.setattr(navigation, "st", SimpleNamespace(query_params=query))
    assert navigation._unasked(page) == hidden


@pytest.mark.parametrize(("trained", "entered"), [(True, False), (False, True)])
def test_home_is_served_at_the_root_and_at_its_name_and_a_page_that_trained_reads_no_more(
    tab, monkeypatch, trained, entered
):
    begun, configured, context = [], [], SimpleNamespace(is_embedded=False)
    tab.trained, tab.entered = trained, entered
    elements = SimpleNamespace(
        set_page_config=lambda **settings: configured.append(settings),
        context=context,
        query_params={"view": "map:2"},
        Page=lambda script, **how: SimpleNamespace(script=script, **how),
        navigation=lambda sections, position: SimpleNamespace(
            sections=sections, position=position, title=sections["Verify"][1].title
        ),
    )
    monkeypatch.setattr(navigation, "st", elements)
    monkeypatch.setattr(navigation.priority, "begin", lambda trained_before: begun.append(trained_before))
    page = navigation.navigation()
    sections = page.sections
    assert (begun, tab.entered, page.position) == ([trained], True, "sidebar")
    assert "page_icon" in configured[0], "before the navigation"
    titles = [one["page_title"] for one in configured if "page_title" in one]
    assert titles == ["Bug lab · Backprop Lab"], "the page that is open"
    assert list(sections) == ["Learn", "Verify", "Search", "Teach"]
    home, *others, again = sections["Learn"]
    assert (home.script, home.url_path, home.default) == ("pages/home.py", navigation.ROOT, True)
    assert [page.url_path for page in others] == [name for name, *_ in navigation.PAGES["Learn"]][1:]
    assert not any(page.default for page in others)
    assert (again.script, again.url_path, again.visibility) == (navigation._to_home, "home", "hidden")
    assert {page.url_path for page in others if page.visibility == "hidden"} == {"assignment"}
    context.is_embedded = True
    assert navigation.navigation().position == "hidden"
    elements.query_params = {"view": "mean"}
    assert navigation.navigation().position == "sidebar", "it is no element"


@pytest.mark.parametrize(
    ("lost", "before", "told"),
    [("", "", False), ("other;1", "", True), ("other;1", "other;1", False), ("me;2", "", False)],
)
def test_a_visitor_whom_the_server_does_not_know_is_told_once(tab, monkeypatch, lost, before, told):
    tab.name, tab.lost, toasts, sent = "me", before, [], []

    def component(data, **_):
        sent.append(data)
        return SimpleNamespace(lost=lost)

    monkeypatch.setattr(reconnected, "_reconnected", component)
    if lost:
        reconnected.st.session_state[reconnected.KEY] = {"lost": lost}
    monkeypatch.setattr(reconnected.st, "container", lambda **_: nullcontext())
    monkeypatch.setattr(reconnected.st, "toast", lambda text, icon: toasts.append(text))
    reconnected.draw()
    assert sent == [{"visit": "me", "lost": lost or None}], "the browser learns what this page was drawn for"
    assert toasts == ["Reconnected: your settings are as before."] * told
    assert tab.lost == (lost or before)


def test_the_browser_hears_where_the_question_is_and_how_many_were_asked(tab, monkeypatch):
    sent = []
    monkeypatch.setattr(scrolling, "_scrolling", lambda data, key: sent.append(data))
    monkeypatch.setattr(scrolling.st, "container", lambda **_: nullcontext())
    tab.n_asked, tab.n_recalled = 3, 8
    scrolling.draw()
    assert sent == [{"scrolls": scrolling.SCROLLS, "asked": ".st-key-_asked_here", "n_asked": 3}]


def test_the_networks_of_a_file_count_from_1(tab, monkeypatch):
    asked = []
    monkeypatch.setattr(saved_weights.st, "number_input", lambda *limits, **_: asked.append(limits) or 3)
    assert saved_weights._choose(1) == (0, "The network in the file")
    assert asked == []
    assert saved_weights._choose(4) == (2, "Network 3 of 4 in the file")
    assert asked == [("Which of the 4 networks in the file?", 1, 4)]


def test_a_network_of_a_file_is_measured_once_for_its_file_its_number_its_data_and_its_settings(
    tab, monkeypatch
):
    keys, compared, estimated = [], [], []
    monkeypatch.setattr(saved_weights.weights_file, "read", lambda *_: saved)
    dataset = SimpleNamespace(X_train=np.zeros((4, 2)), class_names="abc", y_train=[0] * 4, y_valid=[0])
    saved = SimpleNamespace(
        n_networks=3, network=lambda index: f"params {index}", settings=["a", "b", "c"], problem=""
    )
    of_file = saved_weights.opened_weights
    for module, name, fake in (
        (saved_weights, "cache", lambda: SimpleNamespace(dataset=lambda data: dataset, speed=None)),
        (saved_weights, "_choose", lambda n: (index, f"Network {index + 1}")),
        (saved_weights.cost, "forward_seconds", lambda config, *of: estimated.append(of)),
        (of_file, "config_of", lambda saved, index, config: config),
        (of_file, "rescaled", lambda dataset, saved: "rescaled"),
        (of_file, "placed_right", lambda counts: f"{counts} right"),
        (of_file, "differences", lambda settings, data, configs: compared.append(settings) or []),
        (of_file, "compared", lambda settings, rows: ""),
        (of_file, "computed", lambda saved, index, config, dataset: compared.append((index, dataset)) or ""),
        (saved_weights.progress, "result", lambda key, *_: keys.append(key) or 7),
        (saved_weights, "show_sentence", lambda *_: None),
        (saved_weights.st, "markdown", lambda text: None),
        (saved_weights.st, "caption", lambda text: None),
    ):
        monkeypatch.setattr(module, name, fake)
    file = SimpleNamespace(file_id="one", getvalue=lambda: b"")
    other_data = Experiment(DataConfig(seed=1), TrainConfig())
    other_train = Experiment(DataConfig(), TrainConfig(activation="tanh"))
    for index, one, experiment in (
        (1, file, EXPERIMENT),
        (2, file, EXPERIMENT),
        (1, SimpleNamespace(file_id="other", getvalue=lambda: b""), EXPERIMENT),
        (1, file, other_data),
        (1, file, other_train),
    ):
        opened = saved_weights._open(one, Setup(experiment, 1))
        assert (opened.params, opened.name) == (f"params {index}", f"Network {index + 1}")
        assert (opened.right, opened.dataset) == ("7 right", "rescaled")
    assert len(set(keys)) == 5
    assert set(estimated) == {(2, 3, 5, None)}, "two features, three classes, five examples"
    assert compared[:4] == ["b", (1, dataset), "c", (2, dataset)]


@pytest.mark.parametrize(
    ("locked", "changes", "differs", "offered"),
    [
        (False, True, True, True),
        (True, True, True, False),
        (False, False, True, False),
        (False, True, False, False),
    ],
)
def test_a_files_settings_are_offered_where_they_change_anything_and_the_page_is_not_locked(
    tab, monkeypatch, locked, changes, differs, offered
):
    buttons, settings = [], [{"l2": 0.0}, {"l2": 0.1}]
    of_file = saved_weights.opened_weights
    monkeypatch.setattr(saved_weights.weights_file, "named_settings", lambda content: settings)
    monkeypatch.setattr(saved_weights.lock, "current", lambda: "a lock" if locked else None)
    monkeypatch.setattr(of_file, "changes_to", lambda page, settings: {"l2": 0.1} if changes else {})
    # of two networks the second alone differs
    monkeypatch.setattr(of_file, "differences", lambda one, *_: [1] if differs and one["l2"] else [])
    monkeypatch.setattr(saved_weights.st, "button", lambda label, **how: buttons.append(how))
    saved_weights._offer(SimpleNamespace(getvalue=lambda: b""), Setup(EXPERIMENT, 2))
    assert [(how["on_click"], how["args"]) for how in buttons] == [(shell.apply, ({"l2": 0.1},))] * offered
