"""`python -m lab diagnose LINK FILE …`: what is wrong with a program's gradients for a link's network."""

import pathlib

from lab import files, output, own_files
from lab.diagnosis import batch as batches
from lab.diagnosis import compare, gradients_file, report
from lab.links import training

RIGHT, WRONG = 0, 1
DESCRIPTION = "Find out what is wrong with a program's gradients for the network of a link."


def parser(program):
    """Return the parser of the command's arguments."""
    wanted = output.Parser(prog=program, description=DESCRIPTION)
    wanted.add_argument("link", help="a whole address in quotes, or the part of it after the ?")
    wanted.add_argument(
        "files", nargs="*", default=[], type=pathlib.Path, help="an .npz file, or a CSV file per array"
    )
    wanted.add_argument(
        "--start", type=pathlib.Path, help="write the weights and the batch to start from to this file"
    )
    own_files.add_options(wanted)
    return wanted


def run(asked):
    """Write the file to start from, or diagnose the files; return the exit code, 1 if something is wrong."""
    own_files.store(asked)
    linked = training.read(asked.link)
    batch = batches.batch_of(linked.experiment.data, linked.experiment.train)
    if asked.start:
        output.write(asked.start, batches.as_file(batch))
        output.say(
            f"{asked.start} contains the weights and a batch; compute {', '.join(batches.names(batch))}."
        )
    if not asked.files:
        if not asked.start:
            raise ValueError("There is nothing to do: name the files with the gradients, or --start FILE.")
        return RIGHT
    most_bytes = gradients_file.most_bytes(batch)
    contents = [(path, files.content(path, most_bytes)) for path in asked.files]
    sizes = [(path.name, files.size(path, content)) for path, content in contents]
    gradients_file.check_sizes(sizes, batch)
    theirs = gradients_file.read([(path.name, content) for path, content in contents], batch)
    found = output.followed(compare.diagnose(batch, theirs.layers))
    output.say(report.headline(found))
    n_classes = batch.params[-1].W.shape[1]
    factor = report.factor(found, batch.config, len(batch.y), n_classes)
    for sentence in (*report.causes(found), report.together(found), factor):
        if sentence:
            output.say(f"  {sentence}")
    for sentence in (report.start(found, len(batch.params)), report.order(theirs)):
        if sentence:
            output.say(sentence)
    said = [report.evidence(row, batch.config, len(batch.y), n_classes) for row in found.rows]
    output.table([[f"{row.error:.1e}", sentence] for row, sentence in zip(found.rows, said, strict=True)])
    if hidden := report.hidden(found, batch.config, len(batch.y), n_classes):
        output.say(hidden)
    return RIGHT if found.state == compare.RIGHT else WRONG
