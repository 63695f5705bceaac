"""Run a sweep from the page: confirm, start, show progress and errors, stop, resume."""

import time

import streamlit as st

from data import DataUnavailable, check_uploaded, uploaded
from lab.links.cost import in_words
from lab.words import counted, to_tenths
from mlp import execution
from ui.frame import first_chart, shell
from ui.frame.visit import visit
from ui.sweeps.sweep_run import SweepRun, estimate, jobs_of, place_of, trouble
from ui.training import confirm, progress, workers
from ui.training.cache import cache, give_back
from ui.training.confirm import Messages, may_start
from ui.training.priority import SLICE

REDRAW = 2.0  # seconds between two drawings of the results so far
MOST_ERRORS = 3  # number of different errors shown


def run_of(plan):
    """Return the cached SweepRun of a Plan, creating it if absent."""
    experiments = plan.experiments()
    return cache().sweeps.get_or_make(tuple(experiments), lambda: SweepRun(experiments))


def complete(plan, draw):
    """Run the sweep to its end or as far as allowed; return its Results.

    First show its size and estimated time; a long sweep waits for a click. While it runs, there is a Stop
    button, and `draw(results)` is called every REDRAW seconds.
    """
    run, stopped = run_of(plan), visit().stopped.get("sweep") == plan
    if not stopped:
        _fetch(run)
    if run.complete:
        st.caption(_ended(run.results))
        return run.results
    jobs = run.jobs()
    text = _work(len(run.results.missing()), len(jobs))
    if stopped:
        _may_start(plan, run, 0.0, text)
        return run.results
    try:
        place = place_of(jobs_of(run.results.experiments))
    except ValueError as problem:
        _halt(plan, run, str(problem), text)
        return run.results
    seconds = estimate(jobs, place.at_once)
    text = f"{text}, {place.words}"
    if not _may_start(plan, run, seconds, text):
        return run.results
    try:
        _run(plan, run, place, draw, seconds, text)
    except execution.ExecutorLost:
        _halt(plan, run, "The connection to the cluster was lost.", text)
        return run.results
    give_back()
    st.rerun()


def _run(plan, run, place, draw, seconds, text):
    """Run the sweep and show its progress; raise ExecutorLost if the cluster is lost."""
    bar, drawing = progress.Progress("sweep", plan, seconds, on_stop=(_stop, plan)), st.empty()
    bar.show(0.0, f"{text}, about {in_words(seconds)} …")
    drawn = time.perf_counter()
    before, problem = len(run.results.outcomes), ""
    with run.awaited(), cache().turns.place() as turn:
        while not run.complete:
            try:
                _slice(run, place.executor, turn)
            except execution.ExecutorLost:
                bar.end()
                drawing.empty()
                raise
            results = run.results
            n, total = len(results.outcomes), len(results.experiments)
            done = max(0, n - before) / max(1, total - before)
            ahead = problem or f"About {bar.time_left(done)} left{bar.note}"
            bar.show(n / total, f"{_tally(results)}. {ahead}{_best(results)}")
            if time.perf_counter() - drawn > REDRAW:
                problem = trouble(place)
                if n:
                    first_chart.skip()
                    with drawing.container():
                        draw(results)
                drawn = time.perf_counter()


def show_errors(plan, results):
    """Show each different error once, and a button that runs only the failed rows again."""
    errors = list(results.failed().values())
    different = list(dict.fromkeys(errors))
    for error in different[:MOST_ERRORS]:
        of = f"{errors.count(error)} of {counted(len(results.experiments), 'training')}"
        shell.show_sentence(st.error, f"{of} failed: {error}", ":material/report:")
    if (more := len(different) - MOST_ERRORS) > 0:
        st.caption(f"The table of all trials shows {counted(more, 'other error')}.")
    if errors:
        again = run_of(plan).forget_failed
        st.button("Try the failed ones again", key="_sweep_again", on_click=again, icon=":material/refresh:")


def _fetch(run):
    """Download missing data; rows whose data cannot be obtained, or are not uploaded, fail with that message.

    Every run of the page tries them again.
    """
    run.forget_failed(run.without_data)
    results, rows, without = run.results, {}, set()
    for row in results.missing():
        data = results.experiments[row][0]
        rows.setdefault((data.name, data.points), []).append(row)
    for (name, _), missing in rows.items():
        try:
            progress.download(name)
            check_uploaded(results.experiments[missing[0]][0])
        except DataUnavailable as problem:
            run.add([execution.Outcome(row, (), str(problem), accidental=True) for row in missing])
            without.update(missing)
        except ValueError:  # its rows will fail with this error
            continue
    run.without_data = frozenset(without)


def _work(n_trainings, n_jobs):
    return f"{counted(n_trainings, 'training')} in {counted(n_jobs, 'job')}"


def _ended(results):
    """Return in words the outcome of a complete sweep."""
    n, n_failed = len(results.experiments), len(results.failed())
    if not n:
        return "There is no trial to run."
    if n_failed:
        return f"{counted(n, 'training')}: {n - n_failed} done, {n_failed} failed."
    n_jobs = len(jobs_of(results.experiments))
    return f"{_work(n, n_jobs)}, all done."


def _tally(results):
    """Return in words the progress of a sweep."""
    n, n_failed = len(results.outcomes), len(results.failed())
    failed = f", {n_failed} failed" if n_failed else ""
    return f"{n - n_failed} of {len(results.experiments)} done{failed}, {len(results.missing())} to go"


def _may_start(plan, run, seconds, text):
    has_results = len(run.results.outcomes) > len(run.results.failed())
    messages = Messages(
        work=f"This sweep of {text}",
        advice="fewer trials, epochs or seeds, or a smaller network",
        stopped=f"{visit().halted} {_tally(run.results)}." + " The results so far are kept." * has_results,
        asked=f"{text[0].upper()}{text[1:]}: about {in_words(seconds)}.",
        button="Start the sweep",
    )
    here = not workers.scheduler() or any(uploaded(data) for data, _ in run.results.experiments)
    return may_start("sweep", plan, seconds, messages, here=here)


def _halt(plan, run, problem, text):
    """Stop the sweep, show why, and offer to continue."""
    confirm.stop("sweep", plan)
    visit().halted = problem
    _may_start(plan, run, 0.0, text)


def _stop(plan):
    """Callback: stop the sweep for this visitor, and the work itself unless other visitors wait for it."""
    confirm.stop("sweep", plan)
    visit().halted = "Stopped."
    run_of(plan).stop_if_left()


def _slice(run, executor, turn):
    """Collect outcomes for one slice; without an executor, only when it is this visitor's turn."""
    if executor:
        progress.advance(run, SLICE, executor)
    else:
        turn.take(lambda: progress.advance(run, SLICE, None))


def _best(results):
    """Return in words the highest validation accuracy so far; training accuracy without any of validation."""
    last = [outcome.records[-1] for outcome in results.outcomes.values() if outcome.records]
    for name, accuracies in (
        ("validation", [record.valid_accuracy for record in last]),
        ("training", [record.train_accuracy for record in last]),
    ):
        best = max((accuracy for accuracy in accuracies if accuracy == accuracy), default=None)
        if best is not None:
            return f". Best {name} accuracy so far {to_tenths(best)}."
    return "."
