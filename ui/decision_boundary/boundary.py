"""One experiment at one epoch: map, curves, figures, derivatives, and the network's inside."""

import streamlit as st

from lab.divergence import when
from lab.links.cost import in_words
from lab.links.embedded import DISAGREEMENT, MEAN
from lab.measures import measures
from mlp import LOSSES
from ui.charts import bent_plane as charts
from ui.charts import counts, curves, following
from ui.decision_boundary import derivatives, feature_plane, numbers, sensitivity, slow_motion, unit
from ui.figures import bent_plane, films, frames, inside, plane_map
from ui.frame.show import show, show_sentence
from ui.report.only_here import only_here
from ui.sidebar import lock, own_data
from ui.timeline import component
from ui.training import progress
from ui.training.cache import cache, cached_film, cached_view

MODULES = (own_data, films, inside, derivatives, feature_plane, sensitivity, slow_motion)
KEYS = ("_inside", unit.KEY, *(key for module in MODULES for key in module.KEYS))
PLACE = only_here("Click on the map to place points, or paste rows in the sidebar.")
INSIDE_ABOVE = (
    1.5  # if drawing the inside of a network takes longer (estimated seconds), it waits for a switch
)


def output_latex(loss):
    """Return the formula of an output in terms of the last pre-activations, in LaTeX."""
    return "o_k = " + LOSSES[loss].output.entry_latex.format(z="z^{(L)}")


def choose_splits():
    """Draw the switch that hides the test set; return the names of the splits to show."""
    hidden = lock.control(
        st.toggle,
        "Hide the test set",
        key="hide_test",
        help="Its accuracy, its curves, its examples on the map and the confusion matrix. Hide it while you "
        "choose between experiments: to choose by the test set is to train on it.",
    )
    return frames.WITHOUT_TEST if hidden else tuple(frames.SPLITS)


def explore(run, setup, ghost, splits):
    """Draw the map, curves, figures and the inside of the network at the epoch that the visitor chooses.

    `ghost` is as returned by `ghost`. Figures and examples are of `splits` alone.
    The charts of the chosen epoch come first, then the maps of all other epochs for the timeline, and then
    the inside of the network, far below.
    """
    if run.dataset.name == "own_points":
        own_data.tools()
    n_epochs = min(setup.experiment.train.epochs, run.n_epochs)
    number_place, timeline_place = st.columns([1, 5], gap="small")  # on a phone, one above the other
    with number_place:
        epoch = component.epoch_number(n_epochs, run.history.spacing)
    at = run.with_parameters(epoch).number
    left, right = st.columns([1, 1], gap="medium")
    with left:
        view = choose_view(len(run.configs))
        (plane,) = feature_plane.choose([run])
        # a clickable map is drawn once, and stays while the rest is computed
        clickable = run.dataset.name == "own_points"
        map_place = st.container() if clickable else component.part("map").empty()
    index = int(view) - 1 if view.isdigit() else 0
    film = films.of(run, n_epochs, at, view, plane, index, splits=splits)
    if clickable:  # a page can have only one such map
        film = film.made()
    how = {"until": n_epochs, "splits": splits, "part": None if clickable else "map"}
    with map_place.container():
        plane_map.map_of(run, at, view, plane, epochs=film.epochs_made, **how)
    with right:
        with component.part("curves"):
            curves_by_epoch(run, n_epochs, epoch, splits, ghost, part="curves")
        for sentence in frames.left_out(run, n_epochs):
            st.caption(sentence)
        numbers.draw(run, epoch, index, n_epochs, splits)
        derivatives.verified(run, at, index)
    with timeline_place:
        plays = bool(film.epochs) and film.may_be_made()
    if plays:
        with timeline_place, progress.spinner(film.seconds, "Drawing the other epochs …"):
            film.made()
        if not film.epochs_made:
            with map_place.container():
                plane_map.map_of(run, at, view, plane, epochs=film.epochs, **how)
        with timeline_place:
            component.timeline(film.epochs, at, film.said(), film.left_out)
    if plane.section:
        sensitivity.draw(run, at, index)
    _inside(run, at, index, plane, splits, film.epochs if plays else ())


def start(setup, problem):
    """Draw own points that cannot be trained on yet, and the `problem`, in the places of `explore`."""
    if not own_data.clickable():
        show_sentence(st.info, problem, ":material/info:")
        return
    own_data.tools()
    number_place, timeline_place = st.columns([1, 5], gap="small")
    with number_place:
        component.epoch_number(setup.experiment.train.epochs)
    with timeline_place:
        component.timeline((0,), 0, ("Nothing is trained yet.",), tells=False)
    left, right = st.columns([1, 1], gap="medium")
    with left:
        choose_view(setup.n_seeds)
        with st.container().container():  # as deep as in `explore`: the browser keeps the map
            own_data.untrained_map(setup.experiment.data.points)
    with right:
        st.markdown(PLACE)
        show_sentence(st.info, problem, ":material/info:")


def _inside(run, epoch, index, plane, splits, epochs):
    """Draw the inside of network `index`, at all `epochs` if there is a timeline."""
    st.subheader("Inside the network")
    record = run.with_parameters(epoch).records[index]
    if record.diverged:
        st.info(f"Network {index + 1} diverged {when([record])}: its units cannot be drawn.")
        return
    if not _draws_inside(run, index):
        return
    if inside.draws_diagram(run.configs[index]):
        inside.choose_quantity()
    _units(run, epoch, index, plane, epochs)
    slow_motion.draw(run, index)
    left, right = st.columns(2, gap="medium")
    with left:
        _bent_plane(run, epoch, index, plane, splits, epochs)
    with right:
        if "test" in splits and len(run.dataset.X_test):
            _confusion(run, epoch, index, epochs)


def _units(run, epoch, index, plane, epochs):
    """Draw the units of network `index`, at all `epochs` if there is a timeline, and one unit in detail."""
    if not inside.draws_diagram(run.configs[index]):
        inside.draw(run, epoch, index, plane, epochs)
        return
    epochs = epochs or (epoch,)
    nodes = inside.nodes(run, epochs, index)
    inside.draw(run, epoch, index, plane, epochs, **unit.clicks(nodes))
    unit.closer(run, epoch, index, plane, epochs, nodes)


def _draws_inside(run, index):
    """Return whether to draw the inside of a network; a large one needs its switch to be on."""
    n_features, n_classes = run.dataset.X_train.shape[1], len(run.dataset.class_names)
    seconds = inside.seconds(run.configs[index], n_features, n_classes, cache().speed)
    if seconds <= INSIDE_ABOVE:
        return True
    return st.toggle(f"Draw the units of this network: about {in_words(seconds)}", key="_inside")


def choose_view(n_networks):
    """Draw the choice of what the map shows; return a network's number as text, "mean" or "disagreement"."""
    return lock.choose(
        "Network on the map",
        [*map(str, range(1, n_networks + 1)), MEAN, DISAGREEMENT],
        key="view",
        help="A number: the network of that random start. mean: the average of their outputs. disagreement: "
        "where their predictions differ.",
        wrap=True,  # on a phone, in two rows instead of one that is cut off
    )


def ghost(setup, run):
    """Return the curves of the previous setup and its loss, if its run is still cached and is not `run`.

    Otherwise return None.
    """
    before = cache().peek(setup) if setup else None
    if before is None or before is run or before.n_epochs < 0:
        return None
    curves = cached_view(frames.curves, before, min(setup.experiment.train.epochs, before.n_epochs))
    return curves, setup.experiment.train.loss


def curves_by_epoch(run, n_epochs, epoch, splits, ghost=None, part=None):
    """Draw loss and accuracy of `splits` by epoch, with a rule at `epoch` and the curves of `ghost` behind.

    The charts may be a `part` of the timeline (see `ui.charts.following`).
    """
    frame = cached_view(frames.curves, run, n_epochs, splits)
    if frame.empty:
        st.error("Every seed diverged before its first epoch was over: the loss is no longer a number.")
        return
    records = run.at(n_epochs).records
    behind, *others = ghost or (None,)
    losses = measures([run.configs[0].loss, *others])
    for quantity in ("loss", "accuracy"):
        finding = numbers.title(frame, quantity, records)
        chart = curves.curves(frame, quantity, finding, epoch=epoch, ghost=behind, part=part, losses=losses)
        show(chart, f"{quantity.capitalize()} by epoch", finding)


def _confusion(run, epoch, index, epochs):
    matrices, findings = cached_film(films.confusion, run, epochs or (epoch,), index)
    (finding,) = findings.loc[findings["epoch"] == epoch, "finding"]
    marked = (following.marked(frame, epoch, max(1, len(epochs))) for frame in (matrices, findings))
    with component.part("confusion"):
        title = "The test examples by their class and by the network's prediction"
        show(counts.confusions(*marked, title), "Confusion matrix", finding)


def _bent_plane(run, epoch, index, plane, splits, epochs):
    """Draw the bent plane of network `index`, at all `epochs` if there is a timeline."""
    config = run.configs[index]
    stays = bool(epochs) and not bent_plane.plays(config)
    epochs = (epoch,) if stays or not epochs else epochs
    *tables, shares, axes = cached_film(bent_plane.film, run, epochs, index, plane, splits)
    (share,) = shares["share"][shares["epoch"] == epoch]
    n_numbers, bends = bent_plane.width(config, run.dataset), bool(config.hidden_layer_sizes)
    chart = charts.bent_plane(
        *tables,
        following.marked(shares, epoch, len(epochs)),
        tuple(zip(axes["low"], axes["high"], strict=True)),
        len(bent_plane.PLACES),
        epochs,
        epoch,
        run.dataset.class_names,
        charts.TITLE if bends else charts.UNBENT,
        on_line=n_numbers == 1,
    )
    with component.part("bent"):
        finding = bent_plane.finding(epoch, share, n_numbers)
        show(chart, "The plane, bent" if bends else charts.UNBENT, finding)
    n_drawn = len(cached_view(frames.points_of, run, frames.MOST_POINTS, splits, plane.section))
    fewer = f" {len(tables[0]):,} of the map's {n_drawn:,} examples are drawn." * (len(tables[0]) < n_drawn)
    st.caption(
        bent_plane.explained(n_numbers, bends)
        + " An example that is not on that plane may lie off the grid." * bool(plane.section)
        + fewer
        + f" This is epoch {epoch:,}; the timeline changes it when it stops." * stays
    )
