"""What a visit remembers between runs of the script, apart from the values of its widgets."""

import secrets
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

KEY = "_visit"  # key in the session state


@dataclass
class Visit:
    """A visitor's tab: its page, the links that opened its pages, and the work it has asked for."""

    name: str = field(default_factory=lambda: secrets.token_hex(8))
    lost: str = ""  # the last lost connection, as reported by `ui.frame.reconnected`
    entered: bool = False  # whether the entry script has run
    invisible: Any = None  # the container of components that are drawn before everything else
    trained: bool = False  # whether the last page drawn trained
    page: str = ""
    # keys of the page's widgets, whose values are restored on return to it; one that ends with "_" stands for
    # all that begin with it
    keys: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict)  # the address at the end of the last page drawn

    # the link that opened the current page
    address_read: bool = False  # whether its address has been rewritten, which reruns the script
    requests: dict[str, str] = field(default_factory=dict)  # {parameter: text} until the page is drawn
    link_problems: list[str] = field(default_factory=list)
    link_told: tuple = field(default_factory=lambda: ({}, []))  # those of the run before
    proof: Any = None  # the `ui.frame.proof.Proof` of a link with a fingerprint
    fitting_proof: Any = None  # the Proof whose experiment the page has shown

    # pages left, {page: …}
    widget_values: dict[str, dict] = field(default_factory=dict)
    locks: dict[str, Any] = field(default_factory=dict)  # `ui.sidebar.lock.Lock`
    locked_queries: dict[str, dict] = field(default_factory=dict)
    embedded: dict[str, Any] = field(default_factory=dict)  # `lab.links.embedded.Asked`

    # from the beginning to the end of a page
    restored: tuple[dict, dict] = ({}, {})  # widget values put back on arrival; the page's own defaults
    to_restore: dict = field(default_factory=dict)  # widget values that Streamlit has reset since
    controls: list[str] = field(default_factory=list)  # keys of its controls, in order
    folded: set[str] = field(default_factory=set)  # keys of those in a closed expander
    varied: tuple[str, ...] = ()  # fields that the page varies; their controls have no effect meanwhile
    unused: list[str] = field(default_factory=list)  # sentences about values that no widget can take
    verdict_place: Any = None  # the container under the title

    # the first chart, see `ui.frame.first_chart`
    arrival: str = ""  # a name for the last arrival at a page
    just_arrived: bool = False  # whether this run is the first of its page
    first_chart_due: bool = False
    release: Any = None  # sends what is held back

    # the questions: per page the one asked, (key, number of the choice); and, by key, those answered
    asked: dict[str, tuple[str, int]] = field(default_factory=dict)
    n_asked: int = 0  # chosen from a menu or on Home
    asked_next: tuple[str, int] | None = None  # on the page that is opened next
    answered: dict[str, tuple[int, bool]] = field(default_factory=dict)  # (the first choice, whether right)

    unanswered: tuple[str, str] = ("", "")  # (arrival, key) of the last form sent, if it had no answer
    unanswered_drawn: bool = False  # whether this run has said so

    # assignments: the `ui.tasks.taken.Taken` in progress; where its page draws more; the one being built
    taken: Any = None
    task_place: Any = None
    built: Any = None

    # a class that answers together: {page: code of its link}; the instructor's key and what is projected
    classes: dict[str, str] = field(default_factory=dict)
    class_key: str = ""
    class_refused: dict = field(default_factory=dict)  # {what was answered: why that was not counted}
    projected: Any = None  # `ui.class_answers.Projected`

    # the page for instructors: {kind of work: (its key, its result)}, such as the sheets of a class
    made: dict[str, tuple] = field(default_factory=dict)

    # the report of a page, see `ui.report`
    report_due: bool = False  # whether the next run is recorded
    recorded: dict | None = None  # of this run: {path: element or block}
    report_place: Any = None  # the container of its download button
    report_about: Any = None  # `ui.report.document.About`

    # work: {kind: what was last approved or stopped}
    seconds_begun: float = 0.0  # estimated seconds of the work that this run of the page began unasked
    waiting: set[tuple] = field(default_factory=set)  # (kind, work) for which this run has drawn a button
    approved: dict[str, Any] = field(default_factory=dict)
    stopped: dict[str, Any] = field(default_factory=dict)
    proven: Any = None  # the Experiment whose first network is trained for its fingerprint
    setup: Any = None  # shown now
    previous_setup: Any = None

    n_epochs: int | None = None  # of the training on show

    # the learning rate of the sidebar
    rates: float | str = 0.0  # the slider's last value
    refused_rates: tuple[str, str] = ("", "")  # a text of the box beside it, and why it cannot be read

    # the derivation, by its Problem and the key of a step
    guesses: dict[tuple, Any] = field(default_factory=dict)  # {(…, question): `lab.derivation.score.Guess`}
    shown: set[tuple] = field(default_factory=set)  # questions whose answer was shown on request
    questions: dict[tuple, int] = field(default_factory=dict)  # the number of the one on show
    revealed: set[tuple] = field(default_factory=set)
    lines_in_a_row: int = 0  # answered right
    lines_moved: tuple | None = (
        None  # the question whose answer changed the number of lines left out, and by how many
    )
    fading: dict[tuple, int] = field(default_factory=dict)  # lines left out when a step was first shown
    moves: int = 0  # how often Next, Back or the contents led to another step
    read: set[str] = field(default_factory=set)  # keys of the steps whose numbers were shown, of any Problem

    # backward() from memory: how often it was requested in the contents; keys of fragments
    n_recalled: int = 0
    recall_due: bool = False  # requested and not yet drawn
    ordered: tuple = ()  # in each place, None where it is free
    n_runs: int = 0  # how often an order was checked or a program run
    checked: tuple = ()  # the order that was checked last
    chosen: dict[str, str] = field(default_factory=dict)  # {line: fragment} of the program that was run last

    # the gradient check
    timings: tuple = (None, None, None)  # of which network, the figures, and the time of day
    looped_epoch: Any = None  # (`lab.published.looped_epoch.Outcome`, when)

    # the sweeps
    trials: list[tuple] = field(default_factory=list)  # (data, config) of those that the page drew last
    trial: int | None = None  # the number among them of the one clicked last
    n_unmarked: int = 0  # how often that was not the one selected in the leaderboard
    tested: set | None = (
        None  # digests of the networks whose test set was opened; None until the address has been read
    )
    halted: str = ""  # why the last sweep that stopped did

    # the bug lab: {number of a hunt: `lab.bugs.hunt.Played`}, None until the address has been read
    hunts: dict[int, Any] | None = None

    # the bug lab: {where a bug is repaired: (the step, the key of its replacement)}
    repairs: dict[str, tuple] = field(default_factory=dict)

    n_units_clicked: int = 0  # clicks in the diagram, so that a second click on a unit is a new selection

    # the visitor's own data
    points: str = ""  # the last text of the box
    written: tuple = ()  # (time, text) of what was written into the box in the last seconds, newest last
    points_changed: bool = False  # by a click on the map or a button
    last_click: float = 0  # the number of the last click on the map that has become a point
    typed: int = 0  # how often the visitor is known to have begun to type in the box
    refused_upload: str = ""
    refused_table: str = (
        ""  # the widget whose table could not be read last, to be tried again with other choices
    )

    def choose_trial(self, number):
        """Open a trial, or none, other than through the leaderboard, whose selection no longer holds."""
        self.trial, self.n_unmarked = number, self.n_unmarked + 1

    def own_keys(self, state):
        """Return the keys in a session state that belong to the page's widgets."""
        begin = tuple(key for key in self.keys if key.endswith("_"))
        return [key for key in state if key in self.keys or key.startswith(begin)]


def address():
    """Return the tab's address as {parameter: its texts}."""
    return {key: st.query_params.get_all(key) for key in st.query_params}


def visit():
    """Return the Visit of this tab."""
    try:
        return st.session_state[KEY]  # one look-up, because a page calls this some 300 times
    except KeyError:
        st.session_state[KEY] = Visit()
        return st.session_state[KEY]
