"""Query strings as a visitor, a broken link or an attacker may write them, for every page."""

import base64
import csv
import io
import pathlib
import random
import zlib
from typing import NamedTuple

from data import keep_table
from lab.links import sweep_plan as plan
from lab.links.fields import FIELDS, Choice, Flag, Log, Range, Typed, Whole
from lab.links.pages import PAGES

ROOT = pathlib.Path(__file__).resolve().parents[1]
LONGEST = 174_000  # characters of a text: encoded three times as long, the longest query that Streamlit reads
MARK = "zqx"  # stands in every injection, and nowhere in the app
INJECTIONS = (
    f"<script>alert('{MARK}')</script>",
    f"<img src={MARK} onerror=alert(1)>",
    f'"><svg/onload=alert("{MARK}")>',
    f"</style><iframe srcdoc='{MARK}'>",
    f"[{MARK}](javascript:alert(1))",
    f"![{MARK}](http://127.0.0.1:1/{MARK}.png)",
    f"**{MARK}** _{MARK}_ `{MARK}`",
    f"$\\href{{javascript:alert(1)}}{{{MARK}}}$",
    f":red[{MARK}] :material/home: :streamlit:",
    f"# {MARK}\n\n- {MARK}\n> {MARK}",
    f"http://{MARK}.example/x",
    f"www.{MARK}.example",
    f"{MARK}@{MARK}.example",
    f"-> {MARK} :{MARK}:",
    f"{{{{7*7}}}}{{0.__class__}}%s%n {MARK}",
    f"'; DROP TABLE runs; -- {MARK}",
    f"../../../../etc/passwd\0{MARK}",
    f"__import__('os').system('{MARK}')",
)
TABLE = keep_table(b"a,b,class\n" + b"".join(b"%d,%d,%d\n" % (i, i * i % 7, i % 2) for i in range(40)))
BOMB = "table-" + base64.urlsafe_b64encode(zlib.compress(b"1,2,u\n" * 2**20)).decode().rstrip("=")


def hostile_table():
    """The link of a table whose names, texts and classes are INJECTIONS."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow([*INJECTIONS[:5], "class"])
    for i in range(30):
        others = [INJECTIONS[(i + k) % 4] if k else i for k in range(5)]
        rows.writerow([*others, INJECTIONS[5 + i % 3]])
    return keep_table(text.getvalue().encode())


JUNK = (
    *("", " ", "\t\n", "0", "-0", "-1", "1", "00016", "1_000", "1e3", "1e309", "-1e309", "1e-400", "nan"),
    *("-nan", "inf", "-Infinity", "0x10", "1,2", "1;2", "1/0", "true", "TRUE", "none", "None", "null"),
    *("undefined", "[]", "{}", "8x99999999999", "-8,8", "8--8", "8×3", "8,", ",", "/", "//", " / ", "0.1 / "),
    *("1 to 2", "2 to 1", "0 to inf log", "nan to nan", "1 to 1e309", "100/0/0", "0/0/100", "70/15/15"),
    *(
        "999999/1/1",
        "9" * 30,
        "9" * 5000,
        "1." + "0" * 400,
        "٣",
        "١٢٣",
        "½",
        "１６",
        "Ω",
        "\u202e\u200b",
        "é" * 300,
    ),
    *("\ud7ff", "👩‍🚀" * 50, "a\0b", "%", "%%%", "&", "=", "+", "#", "?", "\\", "'", '"', "..", "\r\n"),
)
SMALL = {  # what keeps a training short
    "name": ("circles", "moons", "spirals", "xor", "blobs", "linear", "own_points", "iris", "own_table"),
    "hidden_layer_sizes": ("none", "1", "4", "8,8", "3x5"),
    "n_samples": ("20", "21", "60", "120"),
    "epochs": ("1", "2", "5"),
    "batch_size": ("0", "16", "32"),
    "seeds": ("1", "2"),
    "draws": ("1", "3", "5"),
    "range_points": ("2", "3"),
    "values1": ("0.1", "0.1 / 1", "4 / 8", "0.01 to 0.1 log"),
    "values2": ("0", "0 / 0.01", "0.001 to 0.1"),
    "values3": ("1 / 2", ""),
    "values": ("3 / 4", "relu / tanh", "0.1 / 1"),
    "examples": ("1", "3", "32"),
    "optimizer": ("sgd", "adam"),
}
OWN = {  # texts that a page's own widgets may hold beside their defaults
    "view": ("1", "2", "10", "mean", "disagreement", "Curves", "Parallel"),
    "mode": ("Compare", "Gallery", "Hunt", "One experiment"),
    "compare": ("noise", "split", "name", "l1 and l2", "epochs", "batch_size"),
    "axis1": ("optimizer", "name", "n_classes", "–", "use_bias", "hidden_layer_sizes", "epochs"),
    "axis2": ("l2", "momentum", "–", "noise", "batch_size"),
    "axis3": ("initializer", "init_scale", "scaling", "–"),
    "design": plan.DESIGNS,
    "metric": tuple(plan.METRICS),
    "sets": ("zeros", "normal", "normal*0.01", "orthogonal", "normal*1e300", "constant*nan", "he_normal×2"),
    "paths": ("adam", "sgd*10", "momentum*0.1", "rmsprop*1e-300", "adam*1e308", "adam*nan", "adagrad"),
    "plane": ("principal directions", "two weights", "random directions"),
    "weight1": ("W1[0,0]", "b1[0]", "W2[3,1]", "W99[0,0]", "W1[0,0", "b1[9999999]"),
    "weight2": ("W1[1,0]", "b2[1]", "W1[0,0]", "W0[0,0]"),
    "kappa": ("1", "2", "1000", "0", "1001"),
    "bug": ("mean taken twice", "softmax without shift"),
    "scheme": ("forward", "central", "complex"),
    "h": ("1e-5", "1/24", "1e-30", "1", "0/0", "1e-31", "1/"),
    "which": ("all", "weights", "biases", "layer 1", "layer 40", "layer 0"),
    "precision": ("float32", "float64"),
    "points": (
        *("0,0,0;1,1,1;2,0,0;0,2,1", "0,0,0", "0,0,0;" * 501, "1e99,0,0", "0 0 9", "a" * 64),
        *(TABLE, f"{TABLE};missing=median", f"{TABLE};target=b", f"{TABLE};target={'x' * 300}", TABLE[:-9]),
        *(f"{TABLE};header=maybe", f"{'a' * 64};target=a", "table-", "table-AAAA", BOMB, hostile_table()),
    ),
    "lock": ("1", "0", "2", "true"),
    "open": ("learning_rate", "learning_rate,seed", "nothing", ",,,", "seeds, epoch", "lock"),
    "fingerprint": ("w0123456789ab_0.25_0.31_0.3", "r0123456789ab_nan_inf_-inf", "w0_0_0_0", "w1.1.1"),
    "v": ("1", "2", "01"),
    "epoch": ("0", "1", "3", "77"),
    "step": ("1", "20", "40", "999"),
    "hunt": ("1", "7", "9999", "10000"),
    "embed": ("true", "false"),
    "embed_options": ("dark_theme", "show_toolbar"),
}
ANYWHERE = ("v", "lock", "open", "fingerprint", "points", "seeds", "epoch", "embed", "embed_options")


class Query(NamedTuple):
    """`parameters` {name: text, or texts}; `large`: any size, so no training may begin by itself."""

    page: str
    parameters: dict[str, str | list[str]]
    large: bool


def own_keys():
    """{page: the names of its own widgets}, of every page."""
    return {name: tuple(page.view) for name, page in sorted(PAGES.items())}


def generate(rng, page, keys=None):
    """One Query of a page: some parameters well chosen, some hostile, some repeated, some unknown."""
    keys = own_keys() if keys is None else keys
    everyone = sorted({name for names in keys.values() for name in names})
    large = rng.random() < 0.25
    names = rng.sample([*FIELDS, *ANYWHERE, *keys[page]], rng.choice((1, 1, 2, 3, 4, 6, 10)))
    if rng.random() < 0.2:
        names.append(rng.choice(everyone))
    if rng.random() < 0.1:
        names.append(rng.choice((*JUNK[:20], *INJECTIONS, "_visit", "_locks", "__proto__", "Name")))
    parameters = {name: _texts(rng, name, large) for name in dict.fromkeys(names)}
    if not large:
        parameters = {name: rng.choice(texts) for name, texts in SMALL.items()} | parameters
    if page == "initialization" and rng.random() < 0.3:
        parameters["train"] = "true"
    return Query(page, parameters, large)


def _texts(rng, name, large):
    if rng.random() < 0.07:
        return [_text(rng, name, large) for _ in range(rng.choice((2, 2, 3, 20)))]
    return _text(rng, name, large)


def _text(rng, name, large):
    luck = rng.random()
    if luck < 0.45:
        return _well_chosen(rng, name, large)
    if luck < 0.7:
        return rng.choice(JUNK)
    if luck < 0.9:
        return rng.choice(INJECTIONS)
    if luck < 0.99:
        return "".join(chr(rng.choice((rng.randrange(32, 127), rng.randrange(0x3000)))) for _ in range(20))
    few = rng.choice(("7", "<b>", "8,", "0.1 / ", "1,1,1;", "\n"))
    return (few * LONGEST)[: rng.choice((50_000, LONGEST))]


def _well_chosen(rng, name, large):
    """A text that the parameter's widget may hold, or nearly so; of a short training unless `large`."""
    if name in SMALL and not large:
        return rng.choice(SMALL[name])
    if name in OWN:
        return rng.choice(OWN[name])
    if name not in FIELDS:
        return str(rng.choice((rng.randrange(-1, 13), "true", "false", 10**6, 400)))
    match FIELDS[name][1]:
        case Choice(options) | Typed(options):
            return rng.choice(tuple(options))
        case Log(options):
            return str(rng.choice((*options, options[-1] * 3, -options[-1], options[1] * 1.1)))
        case Range(least, most, step):
            return str(rng.choice((least, most, least + step, least + step / 2, most + step, least - step)))
        case Whole(least, most):
            return str(rng.choice((least, most, least - 1, most + 1, 2**63, rng.randint(least, most))))
        case Flag():
            return rng.choice(("true", "false", "1", "on"))


def stream(n, seed, pages):
    """`n` queries, the pages in turn; the same for the same seed."""
    rng, keys = random.Random(seed), own_keys()
    return [generate(rng, pages[i % len(pages)], keys) for i in range(n)]
