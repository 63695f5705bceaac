"""Draw the evidence of each detector about a program."""

import numpy as np
import pandas as pd
import streamlit as st

from lab.bugs import DETECTORS, RIGHT, detectors, numeric
from ui.bug_lab.trials import WITHOUT, findings, on_bench
from ui.charts import bug_lab as charts
from ui.charts import palette
from ui.frame.show import show
from ui.training.cache import cache

TITLES = {
    "gradient_check": "Gradient check, by layer",
    "step_sweep": "The check at many steps h",
    "penalty_apart": "The penalty's gradient alone",
    "one_step": "One step against hand arithmetic",
    "data_statistics": "Statistics of each split",
    "same_example": "One example in every split",
    "schedule": "The learning rate, drawn",
    "order": "The order of two epochs",
    "recount": "Reported figures, recounted",
    "large_logits": "Softmax of large logits",
}
DRAWN = ("gradient_check", "step_sweep", "schedule")
WRONG_COLOUR = palette.NEGATIVE
ALL_ENTRIES_UP_TO = 1500  # parameters; of a larger network numeric.CHECKED are checked


def colours(name):
    """Return {label: colour} of the program `name` and of the right one."""
    return {name: WRONG_COLOUR, WITHOUT: palette.NEUTRAL}


def draw(detector, lab, key, steps, name, place):
    """Draw the detector's evidence about the program `name` and return its Finding.

    `place` makes the charts' keys unique on the page.
    """
    finding = findings(lab, key, steps, DETECTORS)[detector]
    if detector == "gradient_check":
        error_map(lab, key, steps, place)
    elif detector == "step_sweep":
        _sweep(lab, key, steps, name, place)
    elif detector == "schedule":
        _schedule(lab, key, steps, name, place)
    elif finding.figures:
        st.dataframe(_table(detector, finding.figures), width="stretch")
    return finding


def error_map(lab, key, steps, place):
    """Draw the relative error of every checked parameter, one strip per tensor."""
    checks = cache().note(("check", lab.experiment, key), lambda: _checks(lab, key, steps))
    if isinstance(checks, str):
        st.error(checks, icon=":material/error:")
        return
    frame = charts.strips(checks)
    error = frame.groupby("tensor", sort=False)["tensor_error"].first()
    wrong = [tensor for tensor, error in error.items() if not error <= detectors.WRONG]
    finding = f"Wrong in {', '.join(wrong)}" if wrong else "Every tensor agrees"
    title = f"{finding}: backpropagation against numerical derivatives"
    show(charts.errors_by_tensor(frame, title), "Heat map of relative errors", finding, key=f"_map_{place}")


def _checks(lab, key, steps):
    on = on_bench(lab, key, steps)
    n_parameters = sum(a.size for layer in on.params for a in layer)
    most = n_parameters if n_parameters <= ALL_ENTRIES_UP_TO else numeric.CHECKED
    try:
        checks = numeric.check(on.steps, on.params, *on.batch(), on.config, detectors.step_taken(on), most)
    except ValueError as stopped:
        return str(stopped)
    return [
        (
            f"{check.kind}{check.layer + 1}",
            getattr(on.params[check.layer], check.kind).shape,
            check.error,
            check.index,
            check.relative_errors,
            check.analytic,
            check.numeric,
        )
        for check in checks
    ]


def _sweep(lab, key, steps, name, place):
    parts, least = [], {}
    for label, finding in (
        (WITHOUT, findings(lab, "right", RIGHT, DETECTORS)["step_sweep"]),
        (name, findings(lab, key, steps, DETECTORS)["step_sweep"]),
    ):
        if finding.figures:
            h, errors = zip(*finding.figures.items(), strict=True)
            parts.append(pd.DataFrame({"h": h, "error": errors, "program": label}))
            least[label] = min(errors)
        else:
            st.error(finding.sentence, icon=":material/error:")
    words = " and ".join(f"{error:.0e} ({label})" for label, error in least.items())
    title = f"The error falls with the step h to {words}"
    chart = charts.sweep(pd.concat(parts), title, colours(name))
    show(chart, "Line chart of the check's error against its step", title, key=f"_sweep_{place}")


def _schedule(lab, key, steps, name, place):
    parts = []
    for label, program in ((WITHOUT, RIGHT), (name, steps)):
        config = lab.experiment.train
        t = np.unique(np.linspace(0, 4 * config.cycle_steps, 481).round().astype(int))
        rates = [program.rate(int(step), config) for step in t]
        parts.append(pd.DataFrame({"step": t, "rate": rates, "program": label}))
    jump = findings(lab, key, steps, DETECTORS)["schedule"].sentence
    chart = charts.rates(pd.concat(parts), "The learning rate by step", colours(name))
    show(chart, "Line chart of the learning rate by step", jump.rstrip("."), key=f"_rates_{place}")


def _table(detector, figures):
    """Return a detector's figures as a data frame with readable headings."""
    if detector == "data_statistics":
        return pd.DataFrame(figures).T.rename_axis("split").round(4) + 0.0
    if detector == "recount":
        return pd.DataFrame(figures, index=["reported", "recounted"]).T
    if detector == "same_example":
        return pd.DataFrame(figures, index=["first input", "second input"]).T.rename_axis("as in split")
    if detector in ("one_step", "penalty_apart"):
        return pd.DataFrame({"relative error": [f"{v:.1e}" for v in figures.values()]}, index=list(figures)).T
    return pd.DataFrame({name: [value] for name, value in figures.items()}, index=["value"])
