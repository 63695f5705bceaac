"""The quadratic bowl of the optimization page, with the rates that theory gives."""

import pytest
from visiting import hold, opened, said, sentences, shared, text

from mlp import OPTIMIZERS


def visit(**query):
    small = {"n_samples": "120", "hidden_layer_sizes": "4", "epochs": "4", "batch_size": "16"}
    app = opened("pages/optimization.py", small | query)
    assert not app.exception
    return app


def bowl_table(app):
    return app.dataframe[-1].value.set_index("optimizer")


def test_the_bowl_follows_its_condition_number_and_its_rates_are_those_of_theory():
    app = visit(paths="adam*0.1")
    for kappa in (100, 25):
        table = bowl_table(hold(app, kappa=kappa))
        root = kappa**0.5
        rates = {"sgd": (kappa - 1) / (kappa + 1), "momentum": (root - 1) / (root + 1)}
        for name, rate in rates.items():
            assert table.loc[name, "rate in theory"] == table.loc[name, "rate measured"] == f"{rate:.6f}"
        assert float(table.loc["momentum", "μ"]) == pytest.approx(rates["momentum"] ** 2, rel=1e-3)
        assert (
            f"With κ = {kappa}, gradient descent at its best needs {table.loc['sgd', 'steps to a millionth']}"
            in (text(app))
        )
        assert any(one.startswith("Map of a bowl") for one in said(app))
    assert list(table.index) == list(OPTIMIZERS)
    assert "one-step momentum multiplies the distance by" in text(visit()), "with κ = 100"
    assert shared(app)["kappa"] == "25"


def test_the_bowl_is_there_where_the_network_waits_or_cannot_be_trained(untrained):
    assert bowl_table(visit(init_seed="78")).loc["sgd", "rate in theory"] == "0.980198"
    assert len(bowl_table(visit(split="110/20/20")))
    round_bowl = visit(kappa="1", init_seed="78")
    assert "needs 1 step to come" in text(round_bowl)
    assert sentences(visit(kappa="1001", init_seed="78"))[0].startswith("The link asks for kappa = '1001'")
