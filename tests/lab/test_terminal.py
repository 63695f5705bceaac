"""python -m lab "LINK": trains what the link asks for, and its exit code says whether it came out."""

import hashlib
import io
import pathlib
import re
import subprocess
import sys
import tracemalloc
from urllib.parse import quote

import numpy as np
import pytest

import lab.__main__ as terminal
from data import MOST_FILE_BYTES, STORE, DataConfig, held_table, keep_table, load_dataset
from lab import output
from lab.links import fingerprint
from mlp import TrainConfig, train, train_many

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAB = "http://lab.example"
FAST = "n_samples=120&epochs=3&hidden_layer_sizes=4&seeds=2"


def expected(n=2, data=None, **changes):
    """The last record of each network, trained apart from the program."""
    train = {"hidden_layer_sizes": (4,), "epochs": 3} | changes
    configs = [TrainConfig(**train | {"init_seed": k, "shuffle_seed": k}) for k in range(n)]
    *_, records = train_many(configs, load_dataset(data or DataConfig(n_samples=120)))
    return records


def first_fingerprint(n_epochs=3, data=None, **changes):
    """The fingerprint of the first network, trained apart from the program."""
    data = data or DataConfig(n_samples=120)
    config = TrainConfig(**{"hidden_layer_sizes": (4,), "epochs": n_epochs} | changes)
    return fingerprint.of_network((data, config), list(train(config, load_dataset(data))))


def run(capsys, link, *more):
    """(exit code, lines of the output, the error output)."""
    code = terminal.main([link, *more])
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


def test_every_network_has_a_row_with_its_final_figures(capsys):
    code, lines, _ = run(capsys, f"{LAB}/decision_boundary?{FAST}")
    assert code == 0
    assert "2 networks" in lines[0]
    assert lines[1].split()[:3] == ["weight", "seed", "train_loss"]
    for k, record in enumerate(expected()):
        number, *cells = lines[2 + k].split()
        assert number == str(k)
        losses = [record.train_loss, record.valid_loss, record.test_loss]
        assert [float(cell) for cell in cells[:3]] == pytest.approx(losses, rel=1e-5)
        accuracies = [record.train_accuracy, record.valid_accuracy, record.test_accuracy]
        assert [float(cell.rstrip("%")) / 100 for cell in cells[3:6]] == pytest.approx(accuracies, abs=6e-5)
    given = lines[-1].split()[-1]
    assert given.startswith("fingerprint=2w")
    code, lines, _ = run(capsys, f"{FAST}&{given}")
    assert (code, lines[-1].startswith("Reproduced exactly")) == (0, True)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda p: p._replace(digest="0" * 12), 0, "Reproduced within 1e-4"),
        (lambda p: p._replace(losses=(p.losses[0] * 1.01, *p.losses[1:])), 1, "Differs by 1.0%"),
        (lambda p: p._replace(kind="r"), 1, "The fingerprint belongs to another kind of result"),
        (lambda p: p._replace(experiment="0" * 12), 1, "Another experiment"),
        (lambda p: p._replace(experiment="", figures=(), digest="0" * 12), 0, "Reproduced within 1e-4"),
    ],
)
def test_the_exit_code_says_whether_it_is_reproduced(capsys, change, code, words):
    proof = change(first_fingerprint())
    found, lines, _ = run(capsys, f"{LAB}/decision_boundary?{FAST}&fingerprint={proof.text()}")
    assert (found, lines[-1].startswith(words)) == (code, True)


CHAOS = "name=circles&hidden_layer_sizes=8,8&activation=tanh&optimizer=momentum&learning_rate=0.3"


@pytest.mark.slow
def test_twins_tell_the_rounding_of_another_processor_from_another_result(capsys):
    config = {
        "hidden_layer_sizes": (8, 8),
        "activation": "tanh",
        "optimizer": "momentum",
        "learning_rate": 0.3,
    }
    ours = first_fingerprint(100, DataConfig(), **config)
    *early, last = ours.figures
    other = ours._replace(digest="0" * 12, figures=(*early, last * 1.3))
    query = f"{LAB}/decision_boundary?{CHAOS}&epochs=100&seeds=1"
    code, lines, _ = run(capsys, f"{query}&fingerprint={other.text()}")
    assert (code, lines[-1].startswith("The same experiment: rounding has grown")) == (0, True)
    changed = ours._replace(digest="0" * 12, figures=(ours.figures[0] * 1.01, *ours.figures[1:]))
    code, lines, _ = run(capsys, f"{query}&fingerprint={changed.text()}")
    assert (code, lines[-1].startswith("Differs by 1.0%: the losses during training differ")) == (1, True)
    assert "Rounding does not explain it" in lines[-1]


def test_twins_of_all_networks_judge_a_sweep_and_of_the_first_an_older_fingerprint(capsys):
    query = f"{LAB}/sweeps?{FAST}&axis1=learning_rate&values1=0.1+/+0.3+/+500&axis2=–"
    code, lines, _ = run(capsys, query)
    ours = fingerprint.read(lines[-1].split("fingerprint=")[1])
    moved = ours._replace(digest="0" * 12, figures=tuple(figure + 0.01 for figure in ours.figures))
    code, lines, _ = run(capsys, f"{query}&fingerprint={moved.text()}")
    assert (code, lines[-1].startswith("Differs by 1.0%: the first network is the link's")) == (1, True)
    old = moved._replace(experiment="", figures=())
    code, lines, _ = run(capsys, f"{query}&fingerprint={old.text()}")
    assert (code, lines[-1].startswith("Not decided: the first network's")) == (0, True)
    worse = old._replace(losses=tuple(1.01 * loss for loss in old.losses))
    code, lines, _ = run(capsys, f"{query}&fingerprint={worse.text()}")
    assert (code, lines[-1].startswith("Differs by 1.0%")) == (1, True)


@pytest.mark.parametrize(
    "link", ["noise=7", "hello", "split=1100/20/20", f"name=own_images&points={'a' * 64}"]
)
def test_a_bad_link_is_refused_in_one_sentence(capsys, link):
    code, _, err = run(capsys, link)
    assert code == 2
    assert err.count("\n") == 1
    assert err.endswith(".\n")


def test_the_starts_of_the_initialization_page_are_told_apart(capsys):
    code, lines, _ = run(capsys, f"{LAB}/initialization?{FAST}&sets=he_normal&sets=normal*0.1")
    assert code == 0
    rows = lines[2:6]
    assert [row.split("  ")[0] for row in rows] == ["he_normal"] * 2 + ["normal × 0.1"] * 2
    assert "initializer" not in lines[1]
    record = expected(1, initializer="normal", init_scale=0.1)[0]
    assert float(rows[2].split()[4]) == pytest.approx(record.train_loss, rel=1e-5)


def test_a_diverged_network_is_marked(capsys):
    code, lines, _ = run(capsys, f"{FAST}&learning_rate=1e30")
    assert code == 0
    assert "diverged in epoch 1" in lines[2]
    assert "%" not in lines[2], "outputs that are no numbers have no accuracy"
    (told,) = [line for line in lines if line.startswith("Always guessing")]
    y = load_dataset(DataConfig(n_samples=120)).y_valid
    assert f"{np.bincount(y).max() / len(y):.2%} of the validation" in told


def test_a_batch_larger_than_the_training_set_is_the_whole_of_it_as_on_the_page(capsys):
    _, lines, _ = run(capsys, f"{FAST}&batch_size=512")
    assert float(lines[2].split()[1]) == pytest.approx(expected(1, batch_size=0)[0].train_loss, rel=1e-5)


def test_a_sweeps_leaderboard_has_the_best_first(capsys):
    query = f"{FAST}&seeds=3&axis1=learning_rate&values1=0.001+/+0.3+/+1e30&axis2=–"
    code, lines, _ = run(capsys, f"{LAB}/sweeps?{query}")
    assert code == 0
    assert lines[4].split()[3] == "–", "the accuracy of a network that diverged is no result"
    _, lines, _ = run(capsys, f"{LAB}/sweeps?{query}&metric=training+loss")
    rows = lines[2:5]
    assert [row.split()[0] for row in rows] == ["2", "1", "3"]
    losses = [r.train_loss for r in expected(3, learning_rate=0.3, batch_size=16)]
    assert abs(np.median(losses) - np.mean(losses)) > 1e-3 * np.median(losses)
    told = [float(cell) for cell in rows[0].split()[3:6]]
    assert told == pytest.approx([np.median(losses), min(losses), max(losses)], rel=1e-5)
    others = [r.train_loss for r in expected(3, learning_rate=0.001, batch_size=16)]
    behind = np.subtract(others, losses)
    half = 4.303 * behind.std(ddof=1) / np.sqrt(3)
    told = [float(cell) for cell in rows[1].split()[6:9]]
    assert told == pytest.approx([behind.mean(), behind.mean() - half, behind.mean() + half], rel=1e-4)
    assert rows[0].split()[6:9] == ["0", "0", "0"]
    assert rows[2].split()[6:9] == ["–"] * 3
    assert "3 of 3 diverged in epoch 1" in rows[2]
    given = lines[-1].split()[-1]
    assert given.startswith("fingerprint=2r")
    code, lines, _ = run(capsys, f"{LAB}/sweeps?{query}&metric=training+loss&{given}")
    assert (code, lines[-1].startswith("Reproduced exactly")) == (0, True)
    for change in ("init_seed=3", "values1=0.001+/+0.3+/+1e31", "seeds=2"):
        code, lines, _ = run(capsys, f"{LAB}/sweeps?{query}&{given}&{change}")
        assert (code, lines[-1].startswith("Another experiment")) == (1, True)


def test_a_batch_larger_than_the_84_examples_is_trained_as_the_whole_training_set(capsys):
    rows = []
    for sizes in ("8 / 500", "8 / 0", "8 / 84"):
        query = f"{FAST}&axis1=batch_size&values1={sizes.replace(' ', '+')}&axis2=–"
        code, lines, _ = run(capsys, f"{LAB}/sweeps?{query}")
        assert code == 0
        rows.append([row.replace("500", "0").replace("84", "0").split() for row in lines[2:4]])
    assert rows[0] == rows[1] == rows[2]


@pytest.mark.parametrize("metric", ["validation+accuracy", "validation+loss"])
def test_the_leaderboard_ends_with_what_has_no_figure_whichever_way_is_better(capsys, metric):
    query = f"{FAST}&axis1=learning_rate&values1=1e30+/+0.0001+/+0.3&axis2=–&metric={metric}"
    _, lines, _ = run(capsys, f"{LAB}/sweeps?{query}")
    assert [row.split()[0] for row in lines[2:5]] == ["3", "2", "1"]
    assert lines[4].split()[3:6] == ["–"] * 3


def test_a_sweep_without_a_validation_set_is_judged_by_its_training(capsys):
    query = f"{FAST}&split=80/0/20&axis1=learning_rate&values1=0.1&axis2=–"
    _, lines, _ = run(capsys, f"{LAB}/sweeps?{query}")
    assert "train_accuracy, median" in lines[1]
    records = expected(data=DataConfig(n_samples=120, split="80/0/20"), batch_size=16)
    median = np.median([r.train_accuracy for r in records])
    assert lines[2].split()[3] == f"{median:.2%}"


def test_a_table_of_ones_own_is_in_the_link_or_read_from_a_file(capsys, tmp_path):
    penguins = ROOT / "data" / "penguins.csv"
    small = tmp_path / "some.csv"
    small.write_bytes(b"".join(penguins.read_bytes().splitlines(keepends=True)[::2]))
    for path in (penguins, small):
        points = keep_table(path.read_bytes(), missing="median")
        link = f"name=own_table&points={quote(points)}&epochs=1&seeds=1"
        STORE.clear()
        code, lines, errors = run(capsys, link)
        assert code == (0 if path == small else 2)
        assert path == small or "give it with --table" in errors
        code, again, _ = run(capsys, link, "--table", str(path))
        assert (code, again) == (0, lines if path == small else again)
        assert again[0].startswith("own_table, hidden layers 16, relu, ")
        proof = re.search("fingerprint=(.*)", again[-1])[1]
        code, (*_, verdict), _ = run(capsys, f"{link}&fingerprint={proof}", "--table", str(path))
        assert (code, verdict.startswith("Reproduced exactly")) == (0, True)
        arrays = tmp_path / "own_table.npz"
        assert run(capsys, link, "--table", str(path), "--arrays", str(arrays))[0] == 0
        with np.load(arrays) as file:
            table = held_table(points)
            np.testing.assert_array_equal(file["X"], table.X)
            np.testing.assert_array_equal(file["y"], table.y)
        code, (*_, verdict), _ = run(capsys, f"{link.replace('median', 'drop')}&fingerprint={proof}")
        assert (code, "nother experiment" in verdict) == (1, True)


def test_a_file_that_the_link_does_not_need_is_refused(capsys, tmp_path):
    own, other = tmp_path / "own.csv", tmp_path / "other.csv"
    own.write_text("".join(["a,kind\n", *(f"{i},{'uv'[i % 2]}\n" for i in range(40))]))
    other.write_text("".join(["a,kind\n", *(f"{-i},{'vu'[i % 2]}\n" for i in range(40))]))
    contained = f"name=own_table&points={keep_table(own.read_bytes())}&epochs=1&seeds=1"
    assert run(capsys, contained, "--table", str(own))[0] == 0
    refused = run(capsys, contained, "--table", str(other))
    assert refused == (2, [], "other.csv is not used: the link contains another table. Leave out --table.\n")
    refused = run(capsys, FAST, "--table", str(own))
    assert refused == (2, [], "own.csv is not used: the link has no dataset own_table.\n")
    swept = f"sweeps?{FAST}&axis1=name&values1=circles+/+own_table&points={keep_table(own.read_bytes())}"
    assert "is not used" not in run(capsys, swept, "--table", str(own))[2]


def test_what_makes_a_result_worth_less_is_said_below_it(capsys):
    rows = [f"{i % 10},{k},{'uv'[k]}" for i in range(40) for k in (0, 1)]
    points = keep_table("\n".join(["a,code,kind", *rows]).encode())
    code, lines, _ = run(capsys, f"name=own_table&points={points}&epochs=1&seeds=1")
    assert code == 0
    assert lines[4].startswith(
        "12 of 12 validation rows and 12 of 12 test rows have the same inputs as a row"
    )
    assert lines[5].startswith("Column code gives the class away: each of its 2 values belongs to one value")


def test_images_of_ones_own_are_read_from_a_file(capsys, tmp_path):
    path, pixels, classes = tmp_path / "own.npz", np.zeros((40, 4, 4), np.uint8), np.arange(40) % 2
    np.savez(path, x_train=pixels, y_train=classes, x_test=pixels, y_test=classes)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    link = f"name=own_images&points={digest}&split=60/20/20&epochs=1&seeds=1"
    code, lines, _ = run(capsys, link, "--images", str(path))
    assert code == 0
    assert lines[2].endswith("no better than the most common class"), "the pixels are all the same"
    assert "56.25% of the validation and 62.50% of the test examples right." in lines[3]


@pytest.mark.parametrize("option", ["--images", "--table"])
def test_of_a_file_that_is_too_large_no_more_is_read_than_tells_that_it_is(capsys, tmp_path, option):
    path = tmp_path / "own"
    with path.open("wb") as file:
        file.truncate(3 * MOST_FILE_BYTES)  # takes no place on the disk
    tracemalloc.start()
    code, _, said = run(capsys, "noise=0.2", option, str(path))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (code, said) == (2, "The file has more than 50 MB; allowed: up to 50 MB.\n")
    assert most < 1.1 * MOST_FILE_BYTES


class Screen(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_the_progress_is_one_line_that_is_drawn_again():
    screen = Screen()
    progress = terminal.Progress(4, screen)
    for done in range(5):
        progress.show(done)
    drawn = screen.getvalue()
    assert (drawn.count("\r"), drawn.count("\n")) == (5, 1)
    assert drawn.split("\r")[3].startswith("[" + "#" * 15 + " " * 15 + "]  50%")
    assert drawn.startswith("\r[" + " " * output.WIDTH + "]   0%")
    assert "[" + "#" * output.WIDTH + "] 100%" in drawn


def test_elsewhere_the_progress_is_plain_lines_at_most_one_a_tenth():
    paper = io.StringIO()
    progress = terminal.Progress(1000, paper)
    for done in range(1001):
        progress.show(done)
    lines = paper.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == ["0%", *(f"{tenth}0%" for tenth in range(1, 11))]
    assert "\r" not in paper.getvalue()


def test_the_time_that_is_left_goes_on_at_the_speed_so_far(monkeypatch):
    now = iter([100.0, 109.0])  # a quarter in 9 s
    monkeypatch.setattr(output.time, "monotonic", lambda: next(now))
    paper = io.StringIO()
    terminal.Progress(40, paper).show(10)
    assert paper.getvalue() == " 25%  27 s left\n"


def test_as_a_program_the_table_is_the_output_and_the_progress_is_not():
    command = [sys.executable, "-m", "lab", FAST]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "100%" in done.stderr
    assert "left" not in done.stdout
    assert len(done.stdout.splitlines()) == 6


def test_a_set_that_cannot_be_had_fails_its_trials_and_the_others_stand(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("BACKPROP_LAB_DATA", str(tmp_path))
    monkeypatch.setenv("BACKPROP_LAB_FASHION_MNIST_URL", "http://127.0.0.1:1/")
    link = f"{LAB}/sweeps?{FAST}&axis1=name&values1=circles+/+fashion_mnist&axis2=–&name=fashion_mnist"
    code, lines, _ = run(capsys, link)
    assert code == 0
    (good,) = [line for line in lines if "name circles" in line]
    (bad,) = [line for line in lines if "name fashion_mnist" in line]
    assert "could not be fetched" in bad
    told = "A training had no data or not enough memory (see its row): this result has no fingerprint."
    assert lines[-1] == told
    code, lines, _ = run(capsys, f"{link}&fingerprint=r0123456789ab_0.5_0.5_0.5")
    assert (code, lines[-1]) == (1, told)
    best = sorted(record.valid_accuracy for record in expected())
    assert f"{(best[0] + best[1]) / 2:.2%}" in good


@pytest.mark.parametrize("axis", ["l2&values1=0+/+1", "scaling&values1=none+/+standard"])
def test_a_sweep_whose_one_set_cannot_be_had_says_so_once(capsys, monkeypatch, tmp_path, axis):
    monkeypatch.setenv("BACKPROP_LAB_DATA", str(tmp_path))
    monkeypatch.setenv("BACKPROP_LAB_FASHION_MNIST_URL", "http://127.0.0.1:1/")
    link = f"sweeps?epochs=1&seeds=2&axis1={axis}&axis2=–&name=fashion_mnist"
    code, lines, errors = run(capsys, link)
    assert (code, len(lines)) == (2, 1), "the title, and no table"
    (sentence,) = errors.splitlines()
    assert sentence.startswith("fashion_mnist cannot be loaded: ")


def test_a_sweep_without_its_table_is_not_compared_with_the_links_fingerprint(capsys, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("a,kind\n" + "".join(f"{i},{'uv'[i % 2]}\n" for i in range(400)))
    points = keep_table(path.read_bytes())
    link = f"sweeps?{FAST}&name=own_table&points={points}&axis1=l2&values1=0+/+1&axis2=–"
    code, (*_, last), _ = run(capsys, link, "--table", str(path))
    proof = last.partition("fingerprint=")[2]
    assert code == 0
    STORE.clear()
    code, lines, errors = run(capsys, f"{link}&fingerprint={proof}")
    assert (code, len(lines)) == (2, 1)
    assert errors.startswith("own_table needs the file whose sha256 begins with ")
    code, (*_, last), _ = run(capsys, f"{link}&fingerprint={proof}", "--table", str(path))
    assert (code, last.partition(":")[0]) == (0, "Reproduced exactly")


def test_a_trial_that_cannot_be_trained_says_why_and_the_others_stand(capsys):
    query = f"{FAST}&split=100/10/10&axis1=n_samples&values1=120+/+60&axis2=–"
    code, lines, _ = run(capsys, f"{LAB}/sweeps?{query}")
    assert code == 0
    assert "split is '100/10/10'; allowed: " in lines[3]


def test_a_sweep_without_any_result_reproduces_nothing(capsys):
    link = f"{LAB}/sweeps?{FAST}&split=5000/10/10&axis1=l2&values1=0&axis2=–"
    for own in ("", "&fingerprint=r0123456789ab_0.5_0.5_0.5"):
        code, lines, _ = run(capsys, link + own)
        assert (code, lines[-1]) == (0, "No trial has a result, so there is nothing to compare.")


def test_only_a_visitors_own_data_are_written_to_a_file(capsys, tmp_path):
    code, lines, errors = run(capsys, f"{LAB}/decision_boundary?{FAST}", "--arrays", str(tmp_path / "x.npz"))
    assert (code, lines) == (2, [])
    assert "need no file: they come with the lab." in "".join(errors)
    assert not (tmp_path / "x.npz").exists()


def test_a_learning_rate_that_changes_is_named_and_trained_by(capsys):
    code, lines, _ = run(capsys, f"{LAB}/decision_boundary?{FAST}&learning_rate=0.3@0;0.01@2")
    assert code == 0
    assert "sgd, learning rate 0.3, from epoch 2 on 0.01, 3 epochs: 2 networks" in lines[0]
    for line, record in zip(lines[2:4], expected(learning_rate=((0.3, 0), (0.01, 2))), strict=True):
        assert float(line.split()[1]) == pytest.approx(record.train_loss, rel=1e-5)
