"""What is checked on the page: its network, trained first where it is to be, and the check, cached."""

import streamlit as st

from lab.divergence import when_in
from lab.gradient_check.checks import indices, result_in_parts
from lab.gradient_check.subject import subject_of
from lab.links.cost import checking_bytes, with_memory
from lab.links.experiment import Setup
from ui.training import progress
from ui.training.cache import cache
from ui.training.confirm import Messages, may_start

KEYS = ("_want_",)


def subject(plan):
    """Return the Subject of a Plan, trained first if it has epochs; raise ValueError if it cannot be."""
    dataset = cache().dataset(plan.experiment.data)
    (config,) = cache().fitting(plan)
    params, epoch = None, 0
    if config.epochs:
        (run,) = progress.trained([Setup(plan.experiment, 1)])
        if run.n_epochs >= 0:
            epoch, (record,), *_ = run.with_parameters(min(config.epochs, run.n_epochs))
            params = record.params
            if record.diverged:
                of = f" of {config.epochs}" if epoch else ""
                st.warning(
                    f"The training diverged {when_in(epoch)}{of}; the network is checked as "
                    "it was at that point.",
                    icon=":material/error:",
                )
    return subject_of(dataset, config, plan.examples, params, epoch)


def may_check(plan, subject):
    """Return whether to check this network; if each derivative needs much memory, it waits for a click."""
    n_bytes = checking_bytes(subject.config, len(subject.y))
    seconds = 2 * subject.seconds(len(indices(plan, subject)), cache().speed)
    messages = Messages(
        work="Checking this network",
        advice="fewer examples or units",
        stopped="Stopped.",
        asked=f"Checking this network takes {with_memory(seconds, n_bytes)}.",
        button="Start",
    )
    work = subject.config, len(subject.y)
    return may_start("check", work, 0.0, messages, trains=False, n_bytes=n_bytes)


def check(plan, subject):
    """Return the cached Result of the requested check; None if it waits for a click."""
    index = indices(plan, subject)
    return progress.result(
        check_key(plan, subject),
        lambda: result_in_parts(subject, index, plan.scheme, plan.step, plan.precision, cache().speed),
        2 * subject.seconds(len(index), cache().speed),  # unexplained derivatives are checked twice
        "This check",
        "Checking derivatives",
    )


def is_wanted(subject, name):
    """Return whether to compute a section; for a large network, only once its switch is on."""
    if not subject.large:
        return True
    return st.toggle(
        f"Compute this for {subject.n_parameters:,} parameters (takes some seconds)", key=f"_want_{name}"
    )


def key(plan, subject):
    """Return what identifies a subject."""
    return "gradient_check", plan.experiment, len(subject.y), subject.epoch


def check_key(plan, subject):
    """Return what identifies the Result of the requested check."""
    return key(plan, subject), plan.scheme, plan.step, plan.precision, plan.group
