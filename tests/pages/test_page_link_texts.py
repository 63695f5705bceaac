"""The page and the terminal read the same texts, and refuse the same, by one rule."""

import pytest
from visiting import FAST, links, opened, press, sentences, visit

from data import DataConfig
from lab.links import reader
from lab.links.experiment import Experiment
from mlp import TrainConfig
from ui.frame.visit import KEY

pytestmark = pytest.mark.usefixtures("no_timeline", "untrained")

READ = {
    "noise": ".3",
    "n_samples": " 0200 ",
    "scaling": " unit",
    "split": "60/20/20 ",
    "seed": "4294967295",
    "hidden_layer_sizes": " 8x2",
    "activation": "tanh ",
    "use_bias": "False",
    "init_scale": "3e-1",
    "learning_rate": "+2.",
    "momentum": "5e-1",
    "l1": " 0;.001;0",
    "l2": "0.001,0.01,0.1",
    "batch_size": "+16",
    "epochs": ["9", "3"],
    "shuffle": "FALSE",
    "init_seed": "4294967295",
    "seeds": " 02",
}
REFUSED = {
    "noise": "0,3",
    "n_samples": "1e3",
    "seed": "٣",
    "hidden_layer_sizes": "8,x",
    "activation": "RELU",
    "use_bias": "1",
    "init_scale": "1_0",
    "learning_rate": "nan",
    "momentum": "0.9995",
    "l1": "0,1",
    "l2": "0,1e-05",
    "batch_size": "9" * 30,
    "epochs": "1.5",
    "shuffle_seed": "4294967296",
    "seeds": "1e1",
}


def address(query):
    pairs = [(k, one) for k, texts in query.items() for one in ([texts] if isinstance(texts, str) else texts)]
    return "&".join(f"{name}={text}" for name, text in pairs).replace("+", "%2B")


def shared(app):
    """The Linked of the link that the page's Share gives."""
    (link,) = links(app)
    return reader.read(link)


def test_a_page_shows_what_the_terminal_trains():
    app = visit(**READ)
    assert not app.exception
    assert [one for one in sentences(app) if "link" in one or "allowed" in one] == []
    ours, theirs = shared(app), reader.read(address(READ))
    assert ours.experiment == theirs.experiment
    assert ours.groups == theirs.groups
    train = theirs.experiment.train
    assert (theirs.experiment.data.noise, train.epochs, train.init_seed) == (0.3, 3, 2**32 - 1)
    assert (train.use_bias, train.l1, train.l2) == (False, (0.0, 0.001, 0.0), (0.001, 0.01, 0.1))


def test_a_page_refuses_what_the_terminal_refuses():
    app = visit(**REFUSED)
    assert not app.exception
    told = [one for one in sentences(app) if "allowed" in one or "link" in one]
    for name, text in REFUSED.items():
        with pytest.raises(ValueError, match=f"^{name} is "):
            reader.read(address({name: text}))
        assert sum(one.startswith((f"{name} is ", f"The link asks for {name} = ")) for one in told) == 1, name
    assert len(told) == len(REFUSED)
    assert shared(app).experiment == Experiment(DataConfig(), TrainConfig())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("link", "asked", "told"),
    [
        (
            {"NAME": "moons"},
            {},
            "The link has a parameter that is unknown here: 'NAME' (did you mean name?).",
        ),
        ({"amp;noise": ".3", "epochs": "3)."}, {"noise": 0.3, "epochs": 3}, None),
        ({"v": "1", "l2": "0,1"}, {"l2": "0;1"}, None),
    ],
    ids=["unknown", "pasted", "old list"],
)
def test_a_link_in_the_browser_is_tidied_or_told_of(link, asked, told):
    app = visit(**{name: text for name, text in FAST.items() if name not in link} | link)
    assert not app.exception
    assert {name: app.session_state[name] for name in asked} == asked
    told_of_link = [one for one in sentences(app) if "allowed" in one or "link" in one]
    assert len(told_of_link) == (told is not None)
    assert all(one.startswith(told) for one in told_of_link)
    assert "v" not in app.query_params, "what is typed from here on was not written by Share"
    app.run()
    assert not any("unknown" in one for one in sentences(app)), "once is enough"


@pytest.mark.parametrize("page", ["home", "derivation"])
def test_every_page_names_what_it_does_not_know(page):
    app = opened(f"pages/{page}.py", {"zzz": "1", "utm_source": "mail"})
    assert not app.exception
    assert [one for one in sentences(app) if "zzz" in one] == [
        "The link has a parameter that is unknown here: 'zzz'."
    ]


def test_what_streamlit_carries_over_from_another_page_is_not_the_links():
    app = visit(**FAST, mode="Compare", zzz="1")
    assert sum("unknown" in one for one in sentences(app)) == 1
    app.switch_page("pages/sweeps.py").run()
    assert not app.exception
    assert [one for one in sentences(app) if "unknown" in one] == []


SIDEBARS = {
    "decision_boundary": "ui.sidebar.controls.sidebar",
    "derivation": "ui.derivation.setup.sidebar",
    "gradient_check": "ui.gradient_check.setup.sidebar",
    "initialization": "ui.initialization.setup.sidebar",
    "optimization": "ui.optimization.setup.sidebar",
    "bug_lab": "ui.bug_lab.gallery.sidebar",
    "sweeps": "ui.sweeps.space.sidebar",
}


@pytest.mark.slow
@pytest.mark.parametrize("page", SIDEBARS)
def test_whatever_a_sidebar_refuses_is_a_sentence_and_the_way_back_is_there(page, monkeypatch):
    def sidebar(*_):
        raise ValueError("noise is 'x'; allowed: less.")

    with monkeypatch.context() as patched:
        patched.setattr(SIDEBARS[page], sidebar)
        app = opened(f"pages/{page}.py", {})
        assert not app.exception
        assert [one.value for one in app.error] == [r"noise is \'x\'\; allowed\: less\."]
        assert app.session_state[KEY].query == {}, "the page has come to its end"
    press(app, "Reset")
    assert not app.exception
    assert not app.error


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "key"), [("decision_boundary", "seeds"), ("derivation", "d"), ("gradient_check", "examples")]
)
def test_reset_on_a_locked_page_does_not_bring_back_a_number_that_its_control_cannot_show(page, key):
    app = opened(f"pages/{page}.py", {key: "99999999999", "lock": "1", "open": key})
    assert not app.exception
    shown = app.session_state[key]
    press(app, "Reset")
    assert not app.exception
    assert app.session_state[key] == shown < 99999999999
    assert key not in app.query_params


def test_reset_leaves_nothing_in_the_address_of_controls_that_are_not_drawn():
    app = visit(**FAST, compare="l2", values="0 / 1")
    assert {"compare", "values"} <= {*app.query_params}
    press(app, "Reset")
    assert not app.exception
    assert dict(app.query_params) == {}


def test_a_page_leaves_out_a_parameter_that_is_too_long_and_reads_the_others():
    app = visit(noise="0.2", points="1,1,0\n" * 20_000)
    assert "'points' has 120,000 characters; allowed: up to 100,000." in sentences(app)
    assert "points" not in app.query_params
    assert shared(app).experiment.data == DataConfig(noise=0.2)


@pytest.mark.parametrize("version", ["inf", "nan", "1e999", "3", "", "v"])
def test_a_version_that_does_not_exist_gets_one_sentence_on_every_kind_of_page(version):
    for page in ("instructors", "decision_boundary"):
        app = opened(f"pages/{page}.py", {"v": version})
        assert not app.exception
        told = [sentence for sentence in sentences(app) if "the version of this link's format" in sentence]
        assert len(told) == 1, page
