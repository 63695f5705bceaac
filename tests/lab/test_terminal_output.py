"""python -m lab where the output is ASCII, closed, full or no longer read, and where it is interrupted: its
exit code means what it says, and no traceback is printed.
"""

import contextlib
import errno
import fcntl
import io
import os
import pty
import signal
import struct
import subprocess
import sys
import termios

import numpy as np
import pytest
from test_terminal import FAST, LAB, ROOT

import lab.__main__ as terminal
from data import keep_table
from lab import output
from lab.links import reader
from lab.links.limits import OverLimit

STARTS = f"{LAB}/initialization?{FAST}&sets=normal*0.1&seeds=1"  # whose label has a sign that ASCII lacks
OWN_TABLE = "name=own_table&epochs=1&seeds=1&points=" + keep_table(
    "".join(["a,kind\n", *(f"{i},{'uv'[i % 2]}\n" for i in range(40))]).encode()
)
HANGING = """
import os, signal, time
os.kill(os.getpid(), signal.SIGINT)
time.sleep(60)
"""


class Unwritable(io.StringIO):
    def write(self, _):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fileno(self):
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def shell(line, **environment):
    """(exit code, output, error output) of a line of shell in which $LAB is the program with a link."""
    program = f"'{sys.executable}' -m lab '{FAST}'"
    done = subprocess.run(
        ["bash", "-c", line.replace("$LAB", program)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="ascii",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr + done.stdout
    assert "Exception" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def guarded(link, out, err):
    """The exit code of the program when it writes to these files."""
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        return output.guarded(lambda: terminal.main([link]))


def test_a_terminal_of_ascii_is_written_to_in_ascii(tmp_path):
    paths = tmp_path / "out", tmp_path / "err"
    with paths[0].open("w", encoding="ascii") as out, paths[1].open("w", encoding="ascii") as err:
        assert [guarded(link, out, err) for link in (STARTS, "noise=\u03b7")] == [0, 2]
    assert "normal x 0.1" in paths[0].read_text()
    assert paths[1].read_text().endswith("noise is '\\u03b7'; allowed: a number, such as 0.1.\n")


def test_a_progress_that_cannot_be_written_is_left_out(tmp_path):
    with open("/dev/full", "w") as full, (tmp_path / "out").open("w") as out:
        assert guarded(FAST, out, full) == 0


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("columns", "bar"), [(80, 30), (54, 30), (53, 29), (40, 16), (25, 1), (24, 0), (9, 0)]
)
def test_the_progress_fits_into_a_line_of_the_terminal(columns, bar):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))
    with open(theirs, "w", newline="", buffering=1) as screen:
        progress = output.Progress(4, screen)
        for done in range(5):
            progress.show(done)
        drawn = ""
        while "\n" not in drawn:
            drawn += os.read(ours, 10_000).decode()
    os.close(ours)
    lines = drawn.rstrip().lstrip("\r").split("\r")
    assert len(lines) == 5
    assert max(map(len, lines)) <= columns - 1, "a full line would already wrap"
    assert lines[-1].count("#") == bar
    assert ("[" in drawn, "100%" in lines[-1]) == (bar > 0, True)


UNTRAINED = f"{LAB}/gradient_check?{FAST}".replace("epochs=3", "epochs=0")
SWEEP = f"{LAB}/sweeps?{FAST}&axis1=momentum&values1=0.5+/+0.9&axis2=–"


@pytest.mark.parametrize("link", [FAST, UNTRAINED, SWEEP], ids=["trained", "untrained", "sweep"])
@pytest.mark.parametrize("stream", [Screen, io.StringIO])
def test_the_progress_ends_once_at_all_of_it_and_with_its_line(capsys, monkeypatch, link, stream):
    monkeypatch.setattr(sys, "stderr", stream())
    assert terminal.main([link]) == 0
    shown = sys.stderr.getvalue()
    assert shown.count("100%") == 1
    last = shown.replace("\r", "\n").split("\n")[-2:]
    assert "100%" in last[0]
    assert last[1] == "", "the table begins on a line of its own"


def test_the_progress_of_steps_that_end_with_all_of_it_ends_once(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Screen())

    def steps():
        yield from (0.5, 1.0, 1.0)

    output.followed(steps())
    assert (sys.stderr.getvalue().count("100%"), sys.stderr.getvalue().count("\n")) == (1, 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("$LAB >&- 2>&-", 0, ""),
        ("$LAB >/dev/full", 74, "The output cannot be written (No space left on device).\n"),
        ("set -o pipefail; $LAB 2>/dev/null | true", 141, ""),
    ],
)
def test_an_output_that_cannot_be_written_has_an_exit_code_of_its_own(line, code, told):
    found, out, err = shell(line, PYTHONUNBUFFERED="1")
    assert (found, out) == (code, "")
    assert err.endswith(told)
    assert told or not err


@pytest.mark.parametrize(
    ("place", "at_fault", "reason"),
    [("folder", "folder", "Is a directory"), ("file/own.npz", "file/own.npz", "Not a directory")],
)
def test_arrays_that_cannot_be_written_have_that_exit_code_too(tmp_path, capsys, place, at_fault, reason):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    assert terminal.main([OWN_TABLE, "--arrays", str(tmp_path / place)]) == 74
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"Cannot write {tmp_path / at_fault} ({reason}).\n"


def test_arrays_are_written_to_the_very_file_that_is_named(tmp_path, capsys):
    assert terminal.main([OWN_TABLE, "--arrays", str(tmp_path / "out")]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    with np.load(tmp_path / "out") as file:
        assert file["X"].ravel().tolist() == list(range(40))
        assert file["y"].tolist() == [0, 1] * 20


def test_the_first_line_is_there_for_a_reader_who_leaves_after_it():
    _, out, err = shell("$LAB 2>/dev/null | head -1", PYTHONUNBUFFERED="1")
    assert out == "circles, hidden layers 4, relu, sgd, learning rate 0.1, 3 epochs: 2 networks\n"
    assert err == ""


def test_the_first_line_is_written_before_the_first_network_is_trained(tmp_path, monkeypatch):
    written = []

    def train(_linked, _stream):
        written.append((tmp_path / "out").read_text())
        raise KeyboardInterrupt

    monkeypatch.setattr(terminal, "_networks", train)
    with (tmp_path / "out").open("w") as out, (tmp_path / "err").open("w") as err:
        assert guarded(FAST, out, err) == 130
    assert written == ["circles, hidden layers 4, relu, sgd, learning rate 0.1, 3 epochs: 2 networks\n"]


def test_a_sentence_that_cannot_be_written_leaves_the_exit_code(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Unwritable())
    assert terminal.main(["noise=7"]) == 2


@pytest.mark.parametrize("program", ["lab.bugs.table", "lab.published.paragraphs", "benchmarks.imports"])
def test_a_table_whose_reader_leaves_ends_quietly(program):
    line = f"set -o pipefail; '{sys.executable}' -m {program} | true"
    assert shell(line, PYTHONUNBUFFERED="1") == (141, "", "")


def test_an_interrupt_during_the_first_import_ends_it_quietly(tmp_path):
    (tmp_path / "numpy.py").write_text(HANGING)  # which is imported before the program's own first line
    assert shell("$LAB", PYTHONPATH=str(tmp_path)) == (130, "", "\nStopped.\n")


def test_an_interrupt_in_mid_training_ends_it_quietly():
    command = [sys.executable, "-m", "lab", "n_samples=20000&epochs=1000&batch_size=16&seeds=1"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as one:
        assert one.stderr.readline().startswith("  0%")
        one.send_signal(signal.SIGINT)
        _, err = one.communicate(timeout=60)
    assert (one.returncode, err) == (130, "\nStopped.\n")


def test_other_programs_keep_their_own_interrupt():
    assert output.is_program(["python", "-X", "utf8", "-m", "lab", "v=1"])
    assert not output.is_program(["python", "-m", "streamlit", "run", "streamlit_app.py"])
    assert not output.is_program(["python", "-m", "pytest", "lab"])
    assert signal.getsignal(signal.SIGINT) is not output._end


@pytest.mark.parametrize(
    ("problem", "code", "told"),
    [
        (OverLimit("epochs", "9", "up to 8"), 3, "epochs is '9'; allowed: up to 8.\n"),
        (OverLimit("epochs", "9", "up to 8\nMore"), 3, "epochs is '9'; allowed: up to 8\n"),
        (MemoryError(), 3, "The network of the link does not fit into the memory of this machine.\n"),
        (ValueError("noise is 7.0.\nMore."), 2, "noise is 7.0.\n"),
        (FileNotFoundError(2, "No such file", "own.npz"), 2, "Cannot open own.npz (No such file).\n"),
        (KeyboardInterrupt(), 130, "\nStopped.\n"),
        (output.Unwritten(BrokenPipeError()), 141, ""),
    ],
)
def test_what_ends_a_replay_has_its_exit_code_and_its_sentence(monkeypatch, capsys, problem, code, told):
    def read(_):
        raise problem

    monkeypatch.setattr(reader, "read", read)
    assert terminal.main(["v=1"]) == code
    assert capsys.readouterr().err == told


def test_a_failure_of_the_program_is_no_verdict_on_the_link(monkeypatch, capsys):
    monkeypatch.setattr(reader, "read", lambda _: None)
    assert terminal.main(["v=1"]) == 70
    assert "AttributeError" in capsys.readouterr().err


def test_what_can_be_read_and_is_too_large_is_over_a_limit(capsys):
    assert terminal.main(["hidden_layer_sizes=" + "9" * 2500]) == 3
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith("hidden_layer_sizes is '")
    assert len(sentence) < 200


@pytest.mark.parametrize(
    ("program", "own"),
    [("python -m lab", "python -m lab"), ("backprop-lab replay", "backprop-lab")],
)
def test_the_help_names_the_other_commands_as_they_are_called(capsys, program, own):
    with pytest.raises(SystemExit, match=r"^0$"):
        terminal.main(["--help"], program=program)
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith(f"usage: {program} [-h]")
    end = f"{own} diagnose --help: check your own gradients. {own} mark --help: mark hand-ins."
    assert told.endswith(end)


def test_an_interrupt_ends_the_program_though_nothing_can_be_written(monkeypatch):
    codes = []
    monkeypatch.setattr(output.os, "_exit", codes.append)
    monkeypatch.setattr(sys, "stderr", Unwritable())
    output._end(signal.SIGINT, None)
    assert codes == [130]


def test_columns_are_as_wide_as_their_longest_entry_and_lines_have_no_spaces_at_their_end(capsys):
    output.table([["a", "long", "c"], ["wider", "b", ""], ["", "", "last"]])
    assert capsys.readouterr().out == "a      long  c\nwider  b\n             last\n"


@pytest.mark.parametrize("shares", [[], [0.25], [0.25, 0.25, 0.875, 1.0]])
def test_what_is_followed_gives_its_value_and_shows_its_progress_to_the_end(capsys, shares):
    def steps():
        yield from shares
        return "value"

    assert output.followed(steps()) == "value"
    shown = [line.split()[0] for line in capsys.readouterr().err.splitlines()]
    assert shown == [*(f"{share:.0%}" for share in dict.fromkeys(shares) if share < 1), "100%"]
