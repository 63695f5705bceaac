"""What the replays benchmark keeps: its accuracies, in place of the same experiment's older ones."""

import pandas as pd

from benchmarks import replays
from lab.published import REPLAYS


def test_new_figures_take_the_place_of_the_same_experiments_alone(tmp_path, monkeypatch):
    path = tmp_path / "replays.csv"
    heads = "date,seeds,experiment,initializer,figure,after epoch,published"
    path.write_text(f'{heads},"ours, median","ours, range"\n1,5,other,zeros,valid accuracy,1,0.5,0.4,0.3\n')
    monkeypatch.setattr(replays, "REPLAYS_PATH", path)
    told = {"initializer": "zeros", "after epoch": 3, "published": "0.1060"}
    for median in ("0.1", "0.2"):
        rows = [told | {"figure": f, "ours, median": median} for f in ("valid accuracy", "train loss")]
        replays.keep(REPLAYS[0], 2, pd.DataFrame(rows))
    kept = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert kept["experiment"].tolist() == ["other", REPLAYS[0].question]
    assert kept["ours, median"].tolist() == ["0.4", "0.2"]
    assert kept["figure"].tolist() == ["valid accuracy", "valid accuracy"]
    assert kept["seeds"].tolist() == ["5", "2"]
    assert kept["ours, range"].tolist() == ["0.3", ""]
