"""A visit of the decision-boundary page without a browser: open a link, move widgets, read."""

import itertools
import json
import pathlib
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import sent_charts
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from data import DataConfig, load_dataset
from lab.links.experiment import Experiment
from mlp import TrainConfig, train_many
from ui.sidebar.controls import Setup

ENTRY = pathlib.Path(__file__).resolve().parents[2] / "streamlit_app.py"
PAGE = "pages/decision_boundary.py"
FAST = {"n_samples": "120", "epochs": "3", "seeds": "2", "hidden_layer_sizes": "4"}
FAST_DATA, FAST_TRAIN = DataConfig(n_samples=120), {"epochs": 3, "hidden_layer_sizes": (4,)}


def home():
    return AppTest.from_file(str(ENTRY), default_timeout=60).run()


def opened(page, query):
    """A page, opened by a link with these parameters as a visit's first request; a list has an entry each."""
    app = AppTest.from_file(str(ENTRY), default_timeout=60).switch_page(page)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def visit(**query):
    return opened(PAGE, query)


def go(app):
    """Run again; a box that takes new texts is told of the one it holds, which AppTest forgets."""
    for box in app.selectbox:
        if box.value is not None and box.value not in box.options:
            box.options.append(box.value)
    return app.run()


def widget(app, key):
    return next(part for part in parts(app) if getattr(part, "key", None) == key)


def unfold(app):
    """Open "More": a closed one whose controls are at their defaults holds none."""
    app.session_state["_more"] = True
    return go(app)


def hold(app, **values):
    """Set widgets through their keys, and run."""
    if not {getattr(part, "key", None) for part in parts(app)}.issuperset(values):
        unfold(app)
    for key, value in values.items():
        widget(app, key).set_value(value)
    return go(app)


def turned(app, part):
    """The page for instructors with another of its parts open."""
    app.query_params["part"] = app.session_state["part"] = part
    return go(app)


def press(app, label):
    next(button for button in app.button if button.label == label).click()
    return go(app)


def menu(app, name="Questions"):
    """Open a menu of questions, whose contents are drawn once it is open."""
    app.session_state[f"_menu_{name}"] = True
    return go(app)


def choose_question(app, question, choice=-1, name="Questions"):
    """Choose a question of a menu of the page; if it has choices, one by its number, -1 to be shown."""
    app = menu(app, name)
    if question in labels(app):
        return press(app, question)
    return answer_in_menu(app, question, choice)


def answer_in_menu(app, question, choice):
    """Choose an answer to a question in an open menu, by its number."""
    pills = next(one for one in app.get("button_group") if f"**{question}**" in one.label)
    pills.set_value(choice)
    return go(app)


def parts(app):
    """Every element and container, in the order of the page."""

    def below(block):
        for child in getattr(block, "children", {}).values():
            yield child
            yield from below(child)

    return list(below(app._tree))


def plain(text):
    """Markdown without the backslashes before punctuation, and without the fences of code."""
    fenced_or_escaped = r"(?<!\\)(`+)( ?)(.+?)\2\1(?!`)|\\([!-/:-@\[-`{-~])"
    return re.sub(fenced_or_escaped, lambda found: found[3] or found[4], text)


def sentences(app):
    """What the page warns of, refuses or announces."""
    return [plain(one.value) for kind in (app.error, app.warning, app.info) for one in kind]


def text(app):
    """All that the page says."""
    return "\n".join([plain(one.value) for one in (*app.markdown, *app.caption)] + sentences(app))


def verdict(app):
    """The sentence with the number that matters."""
    return next(plain(one.value) for one in app.markdown if "networks reach" in one.value)


class Chart:
    """A chart of a page, with all that it says and with its numbers in its specification.

    Its `proto` is as sent, but that `alt` has the words below the chart as well, and `spec` the numbers that
    are sent as a table of their own.
    """

    def __init__(self, element, finding):
        self._proto, self._finding = element.proto, finding

    @property
    def proto(self):
        return self

    @property
    def alt(self):
        return f"{self._proto.alt}{'' if self._proto.alt.endswith(('.', '?', '!')) else '.'} {self._finding}"

    @property
    def spec(self):
        values = [_table(one.data.data) for one in self._proto.datasets if one.name == "values"]
        if not values:
            return self._proto.spec
        numbers = values[0]["number"].tolist()
        return json.dumps(sent_charts.put_back(json.loads(self._proto.spec), numbers))

    @property
    def datasets(self):
        return [one for one in self._proto.datasets if one.name != "values"]

    def __getattr__(self, name):
        return getattr(self._proto, name)


def charts(app):
    drawn = parts(app)
    return [
        Chart(one, after.value)
        for one, after in itertools.pairwise(drawn)
        if getattr(one, "type", "") == "vega_lite_chart"
    ]


def said(app):
    """What each chart says to who cannot see it: its kind and its finding."""
    return [chart.proto.alt for chart in charts(app)]


def frames(chart):
    """The data of a chart, as they are sent."""
    return [_table(dataset.data.data) for dataset in chart.proto.datasets]


def _table(sent):
    """The data frame of what is sent; the values themselves where each is sent once."""
    frame = convert_arrow_bytes_to_pandas_df(sent)
    once = frame.select_dtypes("category").columns
    return frame.astype({column: frame[column].cat.categories.dtype for column in once})


def frame_with(chart, column):
    """The frame of a chart that has this column; None where there is none."""
    return next((frame for frame in frames(chart) if column in frame), None)


def ruled(chart):
    """The epoch at which the server has put the rule of a chart of curves."""
    (frame,) = (frame for frame in frames(chart) if list(frame) == ["epoch"])
    return frame["epoch"].item()


def frame_named(chart, name):
    """The frame of a chart that has this name in its specification."""
    (data,) = (dataset.data.data for dataset in chart.proto.datasets if dataset.name == name)
    return _table(data)


def timelines(app):
    """The components that play; another keeps what was answered."""
    return [one for one in app.get("bidi_component") if "timeline" in one.proto.component_name]


def timeline(app):
    """What the page's only timeline is sent."""
    (component,) = timelines(app)
    return json.loads(component.proto.json)


def board(app):
    """The table of all trials of a sweep."""
    return next(one.value for one in app.dataframe if "trial" in one.value)


def labels(app):
    """What the buttons say."""
    return [button.label for button in app.button]


def links(app):
    """The addresses that the page shows to be copied."""
    return [block.value for block in app.code if re.fullmatch(r"\S*\?\S+", block.value)]


def query_of(address):
    """{parameter: its value, or a list where it has several}."""
    query = parse_qs(urlsplit(address).query, keep_blank_values=True)
    return {name: values if len(values) > 1 else values[0] for name, values in query.items()}


def shared(app, word=""):
    """The parameters of the first link to be copied that has this word: that of Share."""
    return query_of(next(link for link in links(app) if word in link))


def datasets(chart):
    """The chart's data as it is sent."""
    return [dataset.data.SerializeToString() for dataset in chart.proto.datasets]


def payload(app):
    """Bytes of all charts."""
    return sum(chart.proto.ByteSize() for chart in charts(app))


def ok(app):
    """No exception, nothing refused, and a map."""
    assert not app.exception
    assert sentences(app) == []
    assert len(charts(app)) >= 3
    return app


def expected(data=None, n_seeds=5, **train):
    """The last record of each network, trained apart from the page."""
    train = TrainConfig(**train)
    setup = Setup(Experiment(data or DataConfig(), train), n_seeds)
    *_, records = train_many(setup.configs(), load_dataset(setup.experiment.data))
    return records


def verdict_of(records, split="valid"):
    """What the page should say of these records."""
    accuracies = np.array([getattr(record, f"{split}_accuracy") for record in records])
    good = int((accuracies >= 0.95).sum())
    name = {"valid": "validation", "train": "train"}[split]
    return (
        f"{good} of {len(records)} networks {'reaches' if good == 1 else 'reach'} 95% {name} accuracy",
        f"median {np.median(accuracies):.1%}, from {accuracies.min():.1%} to {accuracies.max():.1%}",
    )


def assert_says(app, records, split="valid"):
    for words in verdict_of(records, split):
        assert words in verdict(app).replace("**", "")
