"""A link to any page says which trainings it asks for, in the terminal as on the page."""

import pytest

from lab.links import ensemble, training
from lab.links import reader as links
from lab.links.experiment import Experiment
from lab.links.reading import Unusable
from mlp import TrainConfig
from mlp.config import seeds_of

SHARED = "http://lab.example:8501"


def labels(link):
    return [group.label for group in links.read(link).groups]


@pytest.mark.parametrize(
    "link",
    [
        "https://lab.example/prefix/decision_boundary/?v=1&noise=0.2",
        "http://localhost:8501/decision_boundary?noise=0.2&hide_test=true",
        "localhost:8501/decision_boundary?noise=0.2&v=1",
        "/decision_boundary?noise=0.2",
        "?v=1&noise=0.2",
        "  noise=0.1&noise=0.2\n",
    ],
)
def test_a_whole_address_or_its_query_gives_the_experiment(link):
    linked = links.read(link)
    assert linked.experiment == Experiment.from_query({"noise": "0.2"})
    assert [group.configs for group in linked.groups] == [seeds_of(linked.experiment.train, 5)]


def test_the_number_of_seeds_counts_up_from_those_of_the_link():
    for n in (1, 10):
        linked = links.read(f"init_seed=7&shuffle_seed=3&seeds={n}")
        assert [group.configs for group in linked.groups] == [seeds_of(linked.experiment.train, n)]
        assert linked.experiment.train == TrainConfig(init_seed=7, shuffle_seed=3)


BAD = {  # link: (field or parameter, words of the sentence)
    "": ("link", "allowed: an address, or its query"),
    "http://[": ("link", "cannot be read"),
    "noise=7": ("noise", "noise is 7; allowed: numbers from 0 to 1."),
    "momentum=1": ("momentum", "momentum is 1; allowed: numbers from 0 to 0.999."),
    "momentum=0.9995": ("momentum", "momentum is 0.9995; allowed: numbers from 0 to 0.999."),
    "seeds=11": ("seeds", "seeds is '11'; allowed: whole numbers from 1 to 10."),
    "seeds=0": ("seeds", "seeds is '0'"),
    "seeds=٣": ("seeds", "seeds is"),
    "fingerprint=abc": ("fingerprint", "fingerprint is 'abc'"),
    f"{SHARED}/initialization?sets=nonsense": ("sets", "sets contains 'nonsense'"),
    f"{SHARED}/initialization?{'&'.join(f'sets=normal*{i}' for i in range(1, 10))}": (
        "sets",
        "allowed: up to 8",
    ),
    f"{SHARED}/sweeps?design=all": ("design", "allowed: grid, random, one at a time, side by side."),
    f"{SHARED}/sweeps?design=": ("design", "design is ''"),
    f"{SHARED}/sweeps?draws=31&draws=2001": ("draws", "draws is '2001'; allowed: whole numbers from 1 to "),
    f"{SHARED}/sweeps?range_points=13": ("range_points", "allowed: whole numbers from 2 to 12."),
    f"{SHARED}/decision_boundary?seeds=10&hidden_layer_sizes=1000,1000": (
        "hidden_layer_sizes",
        "10,060,020 parameters in 10 networks",
    ),
    f"{SHARED}/sweeps?axis1=name_of_nothing": ("axis1", "axis1 is 'name_of_nothing'"),
    f"{SHARED}/decision_boundary?name=mnist": (
        "name",
        "allowed: circles, moons, spirals, xor, blobs, linear, ",
    ),
    f"{SHARED}/decision_boundary?mode=Compare&compare=name&values=xor+/+cifar10": (
        "name",
        "name is 'cifar10'; allowed: circles, ",
    ),
    f"{SHARED}/optimization?paths=nonsense": ("paths", "paths contains 'nonsense'"),
    f"{SHARED}/optimization?{'&'.join(f'paths=sgd*{i}' for i in range(2, 8))}": (
        "paths",
        "allowed: up to 5.",
    ),
    f"{SHARED}/optimization?paths=sgd*1e308&learning_rate=10": ("paths", "no finite learning rate"),
    f"{SHARED}/optimization?name=mnist": ("name", "name is 'mnist'; allowed: circles, "),
    f"{SHARED}/initialization?name=own_points": ("name", "name is 'own_points'; allowed: circles, "),
    f"{SHARED}/sweeps?values1=1+to+0": ("learning_rate", "The range of learning_rate"),
    f"{SHARED}/sweeps?draws=x": ("draws", "draws is 'x'"),
    f"{SHARED}/sweeps?metric=luck": ("metric", "metric is 'luck'"),
    f"{SHARED}/sweeps?least=100000": ("design", "no trial that can be run"),
    f"{SHARED}/decision_boundary?mode=Compare&compare=nothing": ("compare", "compare is 'nothing'"),
    f"{SHARED}/decision_boundary?mode=Compare&values=3": ("values", "1 value is given; allowed: 2 to 6, "),
    "mode=Compare&values=1/2/3/4/5/6/7": ("values", "7 values are given; allowed: 2 to 6, separated by /."),
    "mode=Compare&values=1/1/2/3/4/5/6": ("values", "7 values are given; allowed: 2 to 6, separated by /."),
    "mode=Compare&values=" + "/".join(["x"] * 20_000): ("values", "20,000 values are given; allowed: 2"),
    "mode=Compare&values=2/2": ("values", "Only 1 value is given, more than once; allowed: 2 to 6"),
    "mode=Compare&compare=dtype&values=float32/float64": (
        "compare",
        "compare is 'dtype'; allowed: l1 and l2",
    ),
    "mode=Compare&compare=split&values=70/15/15": ("compare", "split cannot be compared here"),
    "mode=Compare&compare=name&values=circles/digits": ("name", "name is 'digits'; allowed: circles, "),
    "mode=Compare&name=digits&values=2/3": ("name", "name is 'digits'; allowed: circles, "),
    "mode=compare": ("mode", "mode is 'compare'; allowed: One experiment, Compare, Gallery, Hunt."),
    f"{SHARED}/decision_boundary?mode=Hunt": ("mode", "mode is 'Hunt'; allowed: One experiment, Compare."),
    f"{SHARED}/bug_lab?mode=hunt": ("mode", "mode is 'hunt'; allowed: Gallery, Hunt."),
    f"{SHARED}/decision_boundary?mode=Compare&compare=noise&values=0.1+/+9": ("noise", "noise is 9.0"),
    "x" * 300_000: ("link", "The link has 300,000 characters; allowed: up to 200,000."),
    "noise=0.2&bug=" + "x" * 100_001: ("bug", "'bug' has 100,001 characters; allowed: up to 100,000."),
}


@pytest.mark.parametrize("link", BAD, ids=lambda link: link[:50])
def test_a_bad_link_is_refused_in_one_short_sentence(link):
    with pytest.raises(ValueError, match=r"^.+\.$") as refusal:
        links.read(link)
    field, words = BAD[link]
    assert refusal.value.field == field
    assert words in str(refusal.value)
    assert len(str(refusal.value)) < 400
    assert "\n" not in str(refusal.value)


def test_where_gradients_are_checked_one_network_must_fit_however_many_are_asked_for():
    # 2·1000 + 1000·1000 + 1000·2 weights, and 2,002 biases
    (group,) = links.read(f"{SHARED}/gradient_check?seeds=10&hidden_layer_sizes=1000,1000").groups
    assert len(group.configs) == 10
    assert group.configs[0].n_parameters(2, 2) == 1_006_002


def test_what_a_pages_address_leaves_out_has_that_pages_default():
    assert links.read(f"{SHARED}/decision_boundary").experiment.train == TrainConfig()
    of_starts = links.read(f"{SHARED}/initialization").experiment.train
    assert of_starts.hidden_layer_sizes == ensemble.DEFAULTS["hidden_layer_sizes"] == (64,) * 10
    assert of_starts.epochs == 20
    base = links.read(f"{SHARED}/sweeps").experiment.train
    assert (base.hidden_layer_sizes, base.epochs, base.batch_size) == ((8, 8), 30, 16)


@pytest.mark.parametrize(
    ("address", "hidden", "epochs"),
    [
        ("gradient_check?noise=0.2", (8, 8), 0),
        ("bug_lab?noise=0.2", (16, 16), 20),
        ("initialization?noise=0.2", (64,) * 10, 20),
        ("optimization?noise=0.2", (8, 8), 30),
        ("sweeps?noise=0.2", (8, 8), 30),
    ],
)
def test_an_address_means_its_page_with_or_without_a_server_before_it(address, hidden, epochs):
    for before in ("", "/", "lab.example/", "http://lab.example/course/"):
        linked = links.read(before + address)
        assert linked.page == address.partition("?")[0]
        train = linked.experiment.train
        assert (train.hidden_layer_sizes, train.epochs) == (hidden, epochs), before


def test_a_folder_of_a_server_is_no_page():
    for address in ("http://lab.example/", "http://lab.example/course/", "lab.example/a/course/"):
        linked = training.read(f"{address}?noise=0.2")
        assert (linked.page, linked.experiment.data.noise) == ("", 0.2)
    assert training.read("http://lab.example/course/bug_lab/?noise=0.2").page == "bug_lab"


@pytest.mark.parametrize(
    "address",
    [
        "derivation?d=3&init_seed=3",
        "assignment?tasks=abc",
        "instructors?embed=true",
        "five_students?embed=false",
    ],
)
def test_an_address_of_a_page_that_trains_nothing_is_refused(address):
    for before in ("", "http://lab.example/course/"):
        with pytest.raises(Unusable, match=r"^The page '\w+' trains no experiment; allowed: "):
            training.read(before + address)
        assert links.read(before + address).page == address.partition("?")[0]


@pytest.mark.parametrize("before", ["http://lab.example/", "https://lab.example/a/", "lab.example/"])
def test_a_folder_without_its_slash_is_told_the_remedy_and_the_remedy_works(before):
    with pytest.raises(Unusable, match=r"; allowed: .*\. If 'course' is the folder of the lab"):
        training.read(f"{before}course?noise=0.2")
    assert training.read(f"{before}course/?noise=0.2").experiment.data.noise == 0.2
    with pytest.raises(Unusable, match=r"^The lab has no page 'course'; allowed: [a-z_, ]*\.$"):
        training.read("course?noise=0.2")  # before a slash it would be read as a page as well


@pytest.mark.parametrize("link", ["tasks=abc", "v=2&tasks=abc&task=2", "?class=x&task=1", "task=1"])
def test_a_link_to_an_assignment_alone_is_no_experiment(link):
    with pytest.raises(Unusable, match=r"^The link has parameters of an assignment only"):
        training.read(link)
    assert training.read(f"{link}&noise=0.2").experiment.data.noise == 0.2


@pytest.mark.parametrize("link", ["class=ABC", "?v=2&class=ABC", "http://lab.example/?class=ABC"])
def test_a_link_to_a_class_alone_has_the_home_pages_experiment(link):
    assert training.read(link).experiment == training.read("v=2&lock=1").experiment


@pytest.mark.parametrize("before", ["http://lab.example/", "lab.example/course/", "/", ""])
@pytest.mark.parametrize("name", ["No_such_page", "bug_labb"])
def test_the_terminal_trains_no_page_that_does_not_exist(before, name):
    with pytest.raises(Unusable, match=f"^The lab has no page '{name}'; allowed: .*sweeps.*\\.$"):
        training.read(f"{before}{name}?noise=0.2")


def test_a_page_outside_the_registry_is_read_in_the_terminal_if_it_has_a_script(tmp_path, monkeypatch):
    (tmp_path / "made_up.py").touch()
    monkeypatch.setattr(training, "SCRIPTS", tmp_path)
    assert training.read(f"{SHARED}/made_up?noise=0.2").experiment.data.noise == 0.2
    with pytest.raises(Unusable, match="no page 'made'"):
        training.read(f"{SHARED}/made?noise=0.2")


OF_ONE_PAGE = {  # bare query: the only page with such a control, and its hidden layers
    "h=0.1": ("gradient_check", (8, 8)),
    "v=2&scheme=forward&noise=0.2": ("gradient_check", (8, 8)),
    "bug=mean+taken+twice": ("bug_lab", (16, 16)),
    "axis2=noise&values2=0.1+/+0.3": ("sweeps", (8, 8)),
    "train=true": ("initialization", (64,) * 10),
    "?kappa=3": ("optimization", (8, 8)),
    "http://lab.example/?precision=float32": ("gradient_check", (8, 8)),
}


@pytest.mark.parametrize("query", OF_ONE_PAGE)
def test_a_query_with_a_parameter_of_one_page_means_that_page(query):
    page, hidden = OF_ONE_PAGE[query]
    linked = training.read(query)
    assert (linked.page, linked.experiment.train.hidden_layer_sizes) == (page, hidden)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("h=0.1&bug=x", "none has all its parameters: 'h' belongs to gradient_check; 'bug' belongs to bug_l"),
        ("d=3&noise=0.2", "none has all its parameters: 'd' belongs to derivation; allowed: the whole addr"),
        ("h=1&bug=x&d=3&part=notebook", "'d' belongs to derivation; and 1 more; allowed: the whole address"),
        ("step=1e-5", "several have all its parameters: 'step' belongs to derivation and gradient_check; "),
        ("part=notebook", "The page 'instructors' trains no experiment"),
        ("d=3&init_seed=3", "The page 'derivation' trains no experiment"),
    ],
)
def test_a_query_that_no_page_trains_is_refused_by_name(query, words):
    with pytest.raises(Unusable, match=r"^The [^.]+\.$") as refusal:
        training.read(query)
    assert words in str(refusal.value)


@pytest.mark.parametrize("link", ["mode=Hunt", "mode=Hunt&hunt=3", "bug_lab?mode=Hunt&hunt=3&lock=1&open="])
def test_a_hunt_is_not_trained_as_the_gallerys_network(link):
    with pytest.raises(Unusable, match="hunt of the bug lab"):
        training.read(link)
    assert training.read("bug_lab?mode=Gallery&hunt=3&bug=mean+taken+twice").page == "bug_lab"


def test_a_link_without_seeds_trains_as_many_networks_as_its_page():
    n = {page: len(links.read(f"{page}?noise=0.2").groups[0].configs) for page in training.PAGES_THAT_TRAIN}
    one_network = {"gradient_check": 1, "bug_lab": 3, "optimization": 1}
    assert n == dict.fromkeys(training.PAGES_THAT_TRAIN, 5) | one_network
    assert [
        len(links.read(f"{page}?seeds=7").groups[0].configs) for page in ("gradient_check", "bug_lab")
    ] == [7, 7]


def test_the_gradient_checks_address_has_its_activation_unless_it_says_another():
    read = [links.read(f"{SHARED}/gradient_check?{more}") for more in ("h=0.1", "activation=relu")]
    assert [linked.experiment.train.activation for linked in read] == ["tanh", "relu"]


def test_the_bug_labs_address_has_what_its_program_fixes_unless_it_says_otherwise():
    linked = links.read(f"{SHARED}/bug_lab?bug=mean+taken+twice")
    train = linked.experiment.train
    assert (train.schedule, train.learning_rate, train.cycle_steps) == ("triangular", 0.3, 60)
    assert (train.l2, train.dtype, train.batch_size) == (0.001, "float64", 32)
    images = links.read(f"{SHARED}/bug_lab?name=mnist&hidden_layer_sizes=10").experiment.data
    assert (images.scaling, images.split) == ("unit", "1000/500/1000")
    said = links.read(f"{SHARED}/bug_lab?v=2&schedule=cosine&dtype=float32").experiment.train
    assert (said.schedule, said.dtype) == ("cosine", "float32")


def test_every_start_of_the_initialization_page_is_a_group():
    linked = links.read(f"{SHARED}/initialization?sets=normal*0.01&sets=zeros&sets=normal*0.01&seeds=2")
    assert linked.by == "start"
    assert labels(f"{SHARED}/initialization") == ["he_normal", "glorot_uniform", "normal × 0.01", "normal"]
    told = [(g.configs[0].initializer, g.configs[0].init_scale, len(g.configs)) for g in linked.groups]
    assert told == [("normal", 0.01, 2), ("zeros", 1.0, 2)]
    assert linked.experiment.train == linked.groups[0].configs[0]
    assert labels("sets=zeros&v=1") == ["zeros"], "a bare query tells its page by its parameters"
    assert len(labels("&".join(f"sets=normal*{k}" for k in range(1, 9)))) == 8


def test_every_path_of_the_optimization_page_is_a_group_of_one_network():
    linked = links.read(f"{SHARED}/optimization?paths=adam*0.1&paths=sgd&paths=sgd*3&schedule=cosine&seeds=4")
    assert linked.by == "path"
    told = [(g.label, g.configs[0].optimizer, g.configs[0].learning_rate) for g in linked.groups]
    assert told == [("sgd", "sgd", 0.1), ("adam × 0.1", "adam", 0.01), ("sgd × 3", "sgd", 0.3)]
    assert [g.configs[0].learning_rate_min for g in linked.groups] == [1e-4, 1e-5, 3e-4]
    assert {(len(g.configs), g.configs[0].init_seed) for g in linked.groups} == {(1, 0)}
    assert linked.experiment.train == linked.groups[0].configs[0]
    own = links.read(f"{SHARED}/optimization").experiment.train
    assert (own.hidden_layer_sizes, own.activation) == ((8, 8), "tanh")
    assert labels("paths=adam&v=2") == ["sgd", "adam"], "a bare query tells its page by its parameters"


def test_a_sweep_has_the_trials_of_the_page():
    query = "axis1=learning_rate&values1=0.1+/+1&axis2=use_bias&values2=true+/+false"
    linked = links.read(f"{SHARED}/sweeps?{query}")
    assert labels(f"{SHARED}/sweeps?axis2=–&values1=0.1+/+1") == ["learning_rate 0.1", "learning_rate 1"]
    told = [(g.configs[0].learning_rate, g.configs[0].use_bias) for g in linked.groups]
    assert told == [(0.1, True), (0.1, False), (1.0, True), (1.0, False)]
    assert linked.metric == "validation accuracy"
    assert links.read(f"{SHARED}/sweeps?metric=training+loss").metric == "training loss"
    flat = [config for group in linked.groups for config in group.configs]
    assert flat == [config for _, config in linked.plan.experiments()]


def test_a_random_sweep_draws_what_its_seed_says():
    query = "axis1=learning_rate&values1=0.001+to+1+log&axis2=–&design=random&draws=4"
    one, same, other = (links.read(f"{SHARED}/sweeps?{query}&sweep_seed={seed}") for seed in (3, 3, 4))
    assert one.plan == same.plan != other.plan
    assert len(one.groups) == 4


def test_the_budget_of_a_sweep_leaves_trials_out():
    query = "axis1=hidden_layer_sizes&values1=2+/+20&axis2=–"  # networks of 12 and 102 parameters
    small, large = "hidden_layer_sizes 2", "hidden_layer_sizes 20"
    assert labels(f"{SHARED}/sweeps?{query}&least=12&most=102") == [small, large]
    assert labels(f"{SHARED}/sweeps?{query}&most=101") == [small]
    assert labels(f"{SHARED}/sweeps?{query}&least=13") == [large]


@pytest.mark.parametrize(
    ("field", "values", "found"),
    [("activation", "relu / tanh", ["relu", "tanh"]), ("l1 and l2", "0.001 / 0.01", ["0.001", "0.01"])],
)
def test_a_comparison_has_a_group_a_value_and_the_links_own(field, values, found):
    link = f"{SHARED}/decision_boundary?mode=Compare&compare={field}&values={values}&l1=0.5&l2=0.5&seeds=1"
    linked = links.read(link)
    own = [] if "relu" in found else ["the link's own"]
    assert [group.label for group in linked.groups] == found + own
    assert linked.by == field
    first = linked.groups[0].configs[0]
    assert (first.l1 == first.l2 == 0.001) == (field == "l1 and l2")
    assert linked.experiment.train in [group.configs[0] for group in linked.groups]


def test_two_to_six_values_can_be_compared():
    assert labels("mode=Compare&values=1/2&seeds=1")[:-1] == ["1", "2"]
    assert labels("mode=Compare&values=1/2/3/4/5/16&seeds=1") == ["1", "2", "3", "4", "5", "16"]


def test_a_mode_is_read_as_on_its_page():
    assert labels("decision_boundary?mode=+Compare+&compare=noise+&values=0/0.1&seeds=1") == ["0", "0.1"]
    for mode in ("", "+", "One+experiment"):
        assert labels(f"decision_boundary?mode={mode}&seeds=1") == [""]
    for mode in ("", "Gallery"):
        assert labels(f"bug_lab?mode={mode}&seeds=1") == [""]
