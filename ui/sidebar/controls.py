"""The sidebar of an experiment: widgets bound to the URL, read as a Setup."""

from dataclasses import replace

import streamlit as st

from data import DataConfig, offered
from lab.links import fields, limits, unused
from lab.links.experiment import DATA_FIELDS, Experiment, Setup, field_text, parse_field
from lab.links.fields import DEFAULT_SEEDS, DEFAULTS, FIELDS, Typed, explained, widget_value
from lab.links.limits import OverLimit
from lab.links.pages import PAGES
from lab.links.reading import PIECEWISE, sentence_of
from mlp import TrainConfig
from ui.frame.visit import visit
from ui.sidebar import lock, own_data, own_table, rates

GROUPS = {
    "Data": ("name", "noise"),
    "Network": ("hidden_layer_sizes", "activation"),
    "Training": ("learning_rate", "l2", "epochs"),
}
MORE_TRAINING = (
    *("batch_size", "l1", "optimizer", "momentum", "schedule", "learning_rate_min", "cycle_steps"),
    "shuffle",
)
MORE = {
    "Data": ("n_samples", "n_classes", "scaling", "split", "stratified", "seed"),
    "Network": ("initializer", "init_scale", "use_bias", "loss"),
    "Training": MORE_TRAINING,
    "Seeds": ("init_seed", "shuffle_seed", "dtype"),
}
KEYS = (*FIELDS, "points", "seeds")


def sidebar():
    """Draw the controls; return (Setup, sentences about values that could not be used).

    A value that is not allowed is replaced by its field's default; the other fields keep theirs.
    """
    widget_values, unread = {}, []
    with st.sidebar:
        for title, names in GROUPS.items():
            group(title, names, widget_values)
            if title == "Data" and widget_values["name"] == "own_points":
                widget_values["points"], unread = own_data.paste_box()
        with more(MORE, widget_values, seeds=DEFAULT_SEEDS):
            n_seeds = seeds()
    experiment, problems = assemble(widget_values)
    experiment, too_large = within_limits(experiment, n_seeds)
    return Setup(experiment, n_seeds), unread + ignored(widget_values) + problems + too_large


def group(title, names, widget_values):
    """Draw the widgets of a group of fields and add their values to `widget_values`; no title if ""."""
    if title and not all(lock.hides(name) for name in names):
        st.markdown(f"**{title}**")
    for name in names:
        varied = name in visit().varied and not lock.hides(name)
        widget_values[name] = draw(name, disabled=varied or unused.is_unused(name, widget_values))
        if varied:
            st.caption(f"{FIELDS[name][0]} is varied by *Compare*.")
        if name == "name" and widget_values["name"] == "own_table":
            widget_values["points"] = own_table.box()


def draw(name, *, disabled=False):
    """Draw the field's widget, bound to the URL under the field's name; return its value.

    The widget starts at the page's default and offers only the page's datasets. Typed fields return text, to
    be parsed by `lab.links.experiment.parse_field`; so does a learning rate that changes (see `rates`).
    """
    label, kind, _ = FIELDS[name]
    page = visit().page
    default = widget_value(name, PAGES[page].defaults[name])
    options = offered(page) if name == "name" else None
    if lock.hides(name):
        return lock.linked_field(name, options, default)
    bound = {"key": name, "help": explained(name), "bind": "query-params", "disabled": disabled}
    match kind:
        case fields.Choice():
            choices = list(options or kind.options)
            bound |= {"on_change": own_table.forget_other_data} if name == "name" else {}
            return st.selectbox(label, choices, index=choices.index(default), **bound)
        case fields.Typed():
            return _box(label, kind, default, bound)
        case fields.Log():
            changing = name == PIECEWISE and page not in rates.ONE_RATE
            bound |= {"on_change": rates.keep_later} if changing else {}
            value = st.select_slider(label, _with_linked(name, kind, default), default, field_text, **bound)
            if changing and not visit().embedded.get(page):  # a single control, as there is little room
                rates.change_box(value)
            return value
        case fields.Range():
            return st.slider(label, kind.least, kind.most, default, kind.step, **bound)
        case fields.Whole():
            return st.number_input(label, kind.least, kind.most, default, **bound)
        case fields.Flag():
            return st.toggle(label, default, **bound)


def _box(label, kind, default, bound):
    """Draw a text box with a menu of examples beside it; return its text.

    A select box that accepts new options does not work here: it drops the part of the typed text that equals
    its old text up to a comma, so 16,16 typed over 16 becomes ",16".
    """
    key = bound["key"]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        text = st.text_input(label, default, **bound)
        st.menu_button(
            "e.g.",
            kind.options,
            key=f"_offered_{key}",
            help=f"Examples for {label}",
            disabled=bound["disabled"],
            on_click=lambda: st.session_state.update({key: st.session_state[f"_offered_{key}"]}),
        )
    return text


def _with_linked(name, kind, default):
    """Return the slider's values, sorted, including the value in the session or the address."""
    value = st.session_state.get(name)
    if value is None:
        try:
            value = parse_field(name, st.query_params.get(name, ""))
            TrainConfig(**{name: value})
            value = widget_value(name, value)
        except ValueError:
            value = None
    return sorted({*rates.options(kind.options, value), default, value} - {None}, key=rates.order)


def more(groups, widget_values, **own):
    """Draw further groups of fields; return their container, to which the page adds its `own` controls."""
    defaults = PAGES[visit().page].defaults
    folded = {name: widget_value(name, defaults[name]) for names in groups.values() for name in names}
    place = lock.expander("More", folded | own)
    with place:
        for title, names in groups.items():
            group(title, names, widget_values)
    return place


def seeds():
    """Draw the slider for the number of random starts; return its value."""
    return lock.control(
        st.slider,
        "Random starts",
        1,
        10,
        key="seeds",
        default=DEFAULT_SEEDS,
        help="Trained as one stack.",
    )


def assemble(widget_values, defaults=DEFAULTS):
    """Return (Experiment, sentences), built from the widget values field by field."""
    values, problems = {}, []
    for name, value in widget_values.items():
        try:
            typed = name in FIELDS and isinstance(FIELDS[name][1], Typed)
            typed = typed or (name == PIECEWISE and isinstance(value, str))
            values[name] = parse_field(name, value or field_text(defaults[name])) if typed else value
        except ValueError as problem:
            values[name] = defaults[name]
            problems.append(f"{problem} The default is used instead.")
    parts = []
    for kind in (DataConfig, TrainConfig):
        mine = {name: v for name, v in values.items() if (name in DATA_FIELDS) == (kind is DataConfig)}
        if mine.get("name") == "own_table" and not mine.get("points"):
            mine["name"] = defaults["name"]
            problems.append(own_table.FIRST)
        config, refused = _as_far_as_allowed(kind, mine, defaults)
        parts.append(config)
        problems += refused
    return Experiment(*parts), problems


def _as_far_as_allowed(kind, values, defaults):
    """Return (config, sentences): a config of all values but those that it refuses, dropped one by one."""
    values, problems = dict(values), []
    while True:
        try:
            return kind(**values), problems
        except ValueError as problem:
            # because a schedule may refuse another field's default
            culprit = problem.field if problem.field in values else "schedule"
            if culprit not in values:
                return kind(), [*problems, sentence_of(problem)]
            refused = values.pop(culprit)
            if culprit in defaults and refused != defaults[culprit]:
                values[culprit] = defaults[culprit]
            sentence = f"{sentence_of(problem)} The default is used instead."
            problems += [sentence] * (sentence not in problems)


def ignored(widget_values):
    """Return sentences about the link's values that their widgets could not show."""
    sentences = []
    for name, asked in visit().requests.items():
        if name not in FIELDS or name not in widget_values:
            continue
        shown, here = widget_values[name], offered(visit().page) if name == "name" else None
        try:
            value = parse_field(name, asked)
            if shown not in (asked.strip(), widget_value(name, value)):
                allowed = fields.allowed_instead(name, value, here)
                sentences.append(lock.cannot_use(name, asked, field_text(shown), allowed))
        except ValueError as problem:
            if not isinstance(FIELDS[name][1], Typed):  # `assemble` reports the text of a box
                sentences.append(f"{problem} The page shows {field_text(shown)} instead.")
    return sentences


def within_limits(experiment, n_networks, page="decision_boundary"):
    """Return (experiment, sentences) with smaller layers or batches in place of those that are too large.

    The layers are the page's default, narrower if that is too large; `n_networks` are trained together.
    """
    data, train, problems = experiment.data, experiment.train, []
    default, most = PAGES[page].defaults["hidden_layer_sizes"], limits.MAX_PARAMETERS[page]
    try:
        limits.check_layers(data, train, n_networks, most)
    except OverLimit as problem:
        train = limits.narrowed(data, train, default, n_networks, most)
        sizes = field_text(train.hidden_layer_sizes)
        narrower = sizes != field_text(default) and f"The default is too large as well; {sizes} is"
        problems.append(f"{problem} {narrower or 'The default is'} used instead.")
    try:
        limits.check_activations(data, train, n_networks)
    except OverLimit as problem:
        batch_size = min(32, limits.MAX_ACTIVATIONS // (n_networks * sum(train.hidden_layer_sizes)))
        problems.append(f"{problem} {batch_size} is used instead.")
        train = replace(train, batch_size=batch_size)
    return Experiment(data, train), problems
