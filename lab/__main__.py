"""python -m lab "LINK": train what a shared link asks for, and say whether its result is reproduced.

`python -m lab diagnose "LINK" FILE …` finds out what is wrong with a program's gradients for the
link's network: see `lab.diagnosis`. It exits with 1 if anything is wrong.

`python -m lab mark ASSIGNMENT HANDINS …` marks the hand-ins of a class: see `lab.marks`. It exits with 1 if
one of them cannot be read or a task cannot be marked.

Exit codes: 0, the result is reproduced, rounding explains the difference, it cannot be decided, or the link
has no fingerprint; 1, it differs, belongs to another experiment, or a training failed by accident, so that
there is nothing to compare with the fingerprint; 2, the link cannot be read or used, or its dataset cannot be
loaded; 3, it is over a limit; 70, the program failed; 74, the output cannot be written; 130, interrupted;
141, the reader of the output has closed it.
"""

import functools
import math
import pathlib
import sys
import traceback

from data import load_dataset
from lab import baseline, leakage, output, own_files
from lab.diagnosis import terminal as diagnosing
from lab.divergence import when
from lab.exports.experiment import arrays_file
from lab.links import fingerprint, rounding, training, verdict
from lab.links.experiment import field_text
from lab.links.limits import OverLimit, n_examples, widths
from lab.links.reading import rate_in_words
from lab.links.sweep_plan import METRICS
from lab.marks import terminal as marking
from lab.output import Progress
from lab.sweeps import leaderboard
from lab.words import counted
from mlp import execution, train_many

HEARTBEAT = 0.2  # seconds between two updates of the progress
ACCIDENT = "A training had no data or not enough memory (see its row): this result has no fingerprint."
REPRODUCED, DIFFERS, BAD_LINK, OVER_LIMIT = 0, 1, 2, 3
FAILED = 70
COMMANDS = {"diagnose": diagnosing, "mark": marking}  # each with a parser and a run
DESCRIPTION = "Train what a shared link asks for, and say whether its result is reproduced."
FIGURES = ("train_loss", "valid_loss", "test_loss", "train_accuracy", "valid_accuracy", "test_accuracy")


def main(arguments=None, program="python -m lab"):
    """Print the result, or one sentence about what is wrong to standard error; return the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given and (command := COMMANDS.get(given[0])):
        asked = command.parser(f"{program} {given[0]}").parse_args(given[1:])
        return _ended(lambda: command.run(asked))
    parser = output.Parser(prog=program, description=DESCRIPTION)
    parser.add_argument("link", help="a whole address in quotes, or the part of it after the ?")
    own_files.add_options(parser)
    parser.add_argument(
        "--arrays", type=pathlib.Path, help="write what is read from that file to this .npz file"
    )
    own = program.removesuffix(" replay")
    parser.epilog = f"{own} diagnose --help: check your own gradients. {own} mark --help: mark hand-ins."
    asked = parser.parse_args(given)
    return _ended(lambda: _replay(asked))


def _ended(work):
    """Return the exit code of `work()`; print one sentence if it fails."""
    try:
        return work()
    except output.Unwritten as problem:
        code, message = problem.code, str(problem)
    except OverLimit as problem:
        code, message = OVER_LIMIT, str(problem).splitlines()[0]
    except MemoryError:
        code, message = OVER_LIMIT, "The network of the link does not fit into the memory of this machine."
    except (ValueError, OSError) as problem:
        code, message = BAD_LINK, (output.sentence(problem).splitlines() or [type(problem).__name__])[0]
    except KeyboardInterrupt:
        code, message = output.INTERRUPTED, "\nStopped."
    except Exception:
        code, message = FAILED, traceback.format_exc()
    if message:
        output.tell(message)
    return code


def _replay(asked):
    """Train what the link asks for, print the results and the verdict; return the exit code."""
    own_files.store(asked)
    linked = training.read(asked.link)
    if asked.arrays:
        output.write(asked.arrays, arrays_file(linked.experiment.data))
    output.say(_title(linked), flush=True)
    results = (_sweep if linked.plan else _networks)(linked, sys.stderr)
    return _judge(linked, results, sys.stderr)


def _title(linked):
    train, data = linked.experiment.train, linked.experiment.data
    n = sum(len(group.configs) for group in linked.groups)
    network = f"hidden layers {field_text(train.hidden_layer_sizes)}, {train.activation}"
    how = f"{train.optimizer}, learning rate {rate_in_words(train.learning_rate)}"
    return f"{data.name}, {network}, {how}, {counted(train.epochs, 'epoch')}: {counted(n, 'network')}"


def _networks(linked, stream):
    """Train every group and print one row per network; return the records of the first network of all."""
    progress = Progress(sum(c.epochs for group in linked.groups for c in group.configs), stream)
    rows, notes, own, done = [], {}, [], 0
    for group in linked.groups:
        dataset = load_dataset(group.data, as_bytes=True)
        last, first = (), []
        for records in train_many(group.configs, dataset, heartbeat=HEARTBEAT):
            last = records or last  # a heartbeat is empty
            first += [record._replace(params=()) for record in records[:1]]
            progress.show(done + sum(record.epoch for record in last))
        done += sum(config.epochs for config in group.configs)
        if (group.data, group.configs[0]) == (linked.experiment.data, linked.experiment.train):
            own = [*first, last[0]]
        names = [group.label] if linked.by else []
        for config, record in zip(group.configs, last, strict=True):
            rows.append([*names, str(config.init_seed), *_figures(record, dataset)])
        for note in (baseline.sentence(dataset, digits=2), *leakage.notes(group.data, dataset)):
            notes.setdefault(note, []).append(group.label)
    progress.finish()
    heads = [linked.by] if linked.by else []
    output.table([[*heads, "weight seed", *FIGURES, ""], *rows])
    for note, labels in notes.items():
        output.say(note if len(labels) == len(linked.groups) else f"{', '.join(labels)}: {note}")
    return own


def _figures(record, dataset):
    """Return the FIGURES of a record as text, and a note: it diverged, or is no better than a constant."""
    figures = record._asdict()
    if record.diverged:  # its outputs are not finite, and an accuracy would only say which class comes first
        figures |= {name: math.nan for name in FIGURES if name.endswith("accuracy")}
        note = f"diverged {when([record])}"
    else:
        split = "valid" if len(dataset.y_valid) else "train"
        above = baseline.exceeds(figures[f"{split}_accuracy"], getattr(dataset, f"y_{split}"))
        note = "" if above else "no better than the most common class"
    return [*(_number(name, figures[name]) for name in FIGURES), note]


def _number(name, value):
    if math.isnan(value):
        return "–"
    return f"{value:.2%}" if name.endswith("accuracy") else f"{value:.6g}"


def _sweep(linked, stream):
    """Run every trial and print the leaderboard; return each network's last record, None if it failed.

    Return None if a training failed by accident, since the result may differ at the next attempt.
    """
    experiments = linked.plan.experiments()
    load = functools.lru_cache(maxsize=1)(functools.partial(load_dataset, as_bytes=True))
    training.check_data(experiments, load)
    progress, outcomes = Progress(len(experiments), stream), {}
    jobs = execution.plan(experiments, widths, n_examples=n_examples)
    for new_outcomes in execution.run(jobs, load, heartbeat=HEARTBEAT):
        outcomes |= {outcome.row: outcome for outcome in new_outcomes}
        progress.show(len(outcomes))
    progress.finish()
    metric = linked.metric
    if not _has_validation(linked.experiment.data, load):
        metric = metric.replace("validation", "training")
    field, rows = METRICS[metric][0], []
    for trial in leaderboard.trials(linked.plan, outcomes, metric):
        figures = [_number(field, value) for value in (trial.median, trial.low, trial.high)]
        behind = [_number(field, value) for value in trial.behind[:3]] if trial.behind else ["–"] * 3
        note = "" if trial.status == leaderboard.DONE else trial.status
        label = linked.groups[trial.number - 1].label
        rows.append([str(trial.number), label, *figures, *behind * (linked.plan.n_seeds > 1), note])
    compared = ["behind the best mean", "95% from", "to"] if linked.plan.n_seeds > 1 else []
    output.table([["trial", "settings", f"{field}, median", "lowest", "highest", *compared, ""], *rows])
    if any(outcome.accidental for outcome in outcomes.values()):
        return None
    return [outcomes[row].records[-1] if outcomes[row].records else None for row in range(len(experiments))]


def _has_validation(data, load):
    """Return whether a dataset has validation examples; True if it cannot be loaded."""
    try:
        return len(load(data).y_valid) > 0
    except ValueError:  # all its trials have failed, and the leaderboard shows the error
        return True


def _judge(linked, results, stream):
    """Print the verdict on the link's fingerprint, or the result's fingerprint; return the exit code."""
    if not results or not any(results):
        output.say(ACCIDENT if results is None else "No trial has a result, so there is nothing to compare.")
        return DIFFERS if results is None and linked.fingerprint else REPRODUCED
    experiments = _experiments(linked)
    ours = _fingerprint(linked, experiments, results)
    if linked.fingerprint is None:
        output.say(f"The link has no fingerprint; this result's is fingerprint={ours.text()}")
        return REPRODUCED
    judged = verdict.compare(linked.fingerprint, ours)
    if judged.needs_twins:
        output.say(judged.sentence + " Training them.", flush=True)
        twins = _twins(linked, experiments, stream)
        judged = verdict.compare(linked.fingerprint, ours, twins)
    of_what = "all networks" if linked.plan else "the first network"
    output.say(f"{judged.sentence} (The fingerprint is about {of_what}.)")
    return DIFFERS if judged.state in verdict.REFUTED else REPRODUCED


def _experiments(linked):
    """Return the (DataConfig, TrainConfig) that the fingerprint is about: all of a sweep, else the first."""
    return linked.plan.experiments() if linked.plan else [(linked.experiment.data, linked.experiment.train)]


def _fingerprint(linked, experiments, results):
    """Return the Fingerprint of a sweep's last records, or of one network's records."""
    if linked.plan:
        return fingerprint.of_sweep(experiments, results)
    return fingerprint.of_network(experiments[0], results)


def _twins(linked, experiments, stream):
    """Train twins of every experiment; return a Fingerprint per twin."""
    load = functools.lru_cache(maxsize=1)(functools.partial(load_dataset, as_bytes=True))
    progress = Progress(rounding.N_TWINS * sum(config.epochs for _, config in experiments), stream)
    histories = []
    for done, histories in rounding.train_twins(experiments, load, HEARTBEAT):  # noqa: B007
        progress.show(done)
    progress.finish()
    return fingerprint.of_twins(linked.fingerprint.kind, experiments, histories)


if __name__ == "__main__":
    sys.exit(output.guarded(main))
