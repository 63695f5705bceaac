"""The sidebar of the sweeps page: the base experiment, the fields to vary, and the design."""

import streamlit as st

from lab.links import sweep_plan as plans
from lab.links import unused
from lab.links.experiment import field_text
from lab.links.fields import DEFAULT_SEEDS, EXAMPLES, FIELDS, example_values
from lab.links.sweep_plan import AXES, DEFAULTS, DESIGNS, NONE, RANDOM, RANGES, SWEPT, VIEW
from lab.words import counted
from mlp import sweep
from ui.frame.address import set_widgets
from ui.frame.tables import show_rows
from ui.sidebar import controls, lock, own_images

GROUPS = {
    "Data": ("name",),
    "Network": ("hidden_layer_sizes", "activation"),
    "Training": ("learning_rate", "l2", "epochs"),
}
MORE = {
    "Data": ("noise", "n_samples", "n_classes", "scaling", "split", "stratified", "seed"),
    "Network": ("initializer", "init_scale", "use_bias", "loss"),
    "Training": controls.MORE_TRAINING,
    "Seeds": ("init_seed", "shuffle_seed"),
}
OWN = (*(f"{part}{number}" for number in range(1, AXES + 1) for part in ("axis", "values")),)
OWN += ("design", "draws", "sweep_seed", "range_points")
KEYS = (*(name for name in FIELDS if name != "dtype"), "points", "seeds")
RANGE_EXAMPLES = {
    "learning_rate": "0.01 to 1 log",
    "l2": "0.00001 to 0.1 log",
    "noise": "0.05 to 0.4",
}


def sidebar():
    """Draw the controls; return (Plan, sentences about values that could not be used)."""
    widget_values, problems = {}, []
    with st.sidebar:
        if not all(lock.hides(key) for key in OWN):
            st.markdown("**Sweep**")
        space = _axes(problems)
        design, settings = _design(space, problems)
        for title, names in GROUPS.items():
            controls.group(title, names, widget_values)
            if title == "Data" and widget_values["name"] == "own_images":
                widget_values["points"] = own_images.upload_box(problems)
        own = {"seeds": DEFAULT_SEEDS, "least": VIEW["least"], "most": VIEW["most"]}
        with controls.more(MORE, widget_values, **own):
            n_seeds = controls.seeds()
            budget = _budget()
    base, refused = controls.assemble(widget_values, DEFAULTS)
    plan = plans.build(base, space, design, settings, budget, n_seeds)
    problems += controls.ignored(widget_values) + refused
    problems += plans.without_a_page(plan) + unused.sentences(plan)
    return plan, list(dict.fromkeys(problems))


def show_trials(plan):
    """Show the number of trials, which combinations are left out, and why."""
    refused = plan.sweep.refused
    words = f"**{counted(len(plan.sweep.trials), 'trial')} × {counted(plan.n_seeds, 'seed')}**"
    if plan.sweep.n_repeated:
        n = plan.sweep.n_repeated
        words += f"; {counted(n, 'repeated combination')} {'runs' if n == 1 else 'run'} once"
    left_out = f"{counted(len(refused), 'combination')} not run"
    st.markdown(words + (f"; {left_out}." if refused else "."))
    if refused:
        box = st.expander(left_out.capitalize(), on_change="rerun")
        if box.open:
            rows = [{k: field_text(v) for k, v in r.settings} | {"why": r.reason} for r in refused]
            show_rows(rows, box)


def _axes(problems):
    """Draw up to three fields and their values; return the space {field: axis}."""
    space, unread = {}, []
    for number in range(1, AXES + 1):
        field = lock.control(
            st.selectbox,
            "Vary" if number == 1 else "and",
            (NONE, *SWEPT),
            key=f"axis{number}",
            on_change=_suggest,
            args=(number,),
        )
        if field == NONE:
            continue
        text = lock.control(
            st.text_input,
            f"Values of {field}",
            key=f"values{number}",
            max_chars=200,
            help="Separated by /: 0.1 / 0.01; or a range: 0.01 to 1 log. Layers: 8,8 / 16,16 or 0;1 / 0.5.",
        )
        if field in space:
            problems.append(f"{field} is chosen twice; its first values are used.")
            continue
        try:
            space[field] = plans.parse_axis(field, text or "")
        except ValueError as problem:
            unread.append((field, str(problem)))
    problems += [said if field in space else f"{said} {field} is not varied." for field, said in unread]
    return space


def _suggest(number):
    """Callback: fill in example values of the field just chosen."""
    examples = example_values(st.session_state[f"axis{number}"], 4, EXAMPLES | RANGE_EXAMPLES)
    set_widgets({f"values{number}": examples})


def _design(space, problems):
    """Draw the design of the search; return (its name, settings), without settings if it cannot be run."""
    view = dict(VIEW)
    design = lock.control(st.segmented_control, "Design", DESIGNS, key="design")
    if design == RANDOM:
        view["draws"] = _number("Draws", "draws")
        view["sweep_seed"] = _number("Sweep seed", "sweep_seed")
    elif any(isinstance(axis, sweep.Between) for axis in space.values()):
        view["range_points"] = _number("Points per range", "range_points", draw=st.slider)
    n_asked = plans.count(design, space, view)
    try:
        settings = plans.settings(design, space, view)
    except ValueError as problem:
        problems.append(str(problem))
        return design, []
    if n_asked > len(settings):
        problems.append(f"The sweep asks for {n_asked:,} trials; only the first {len(settings)} are run.")
    return design, settings


def _budget():
    """Draw the limits on the number of parameters; return (least, most), most 0 for no limit."""
    if not all(lock.hides(key) for key in ("least", "most")):
        st.markdown("**Budget**")
    return _number("Fewest parameters", "least"), _number("Most parameters", "most", help="0 means no limit.")


def _number(label, key, draw=st.number_input, **options):
    return lock.control(draw, label, *RANGES[key], key=key, **options)
