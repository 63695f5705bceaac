"""The files for containers and for GitHub agree with each other and with the lab."""

import http.server
import json
import pathlib
import re
import subprocess
import sys
import threading
import tomllib

import pytest
import yaml
from packaging.specifiers import SpecifierSet

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
CLUSTER = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8").replace("!reset", ""))
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
DEVCONTAINER = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
FORMS = [path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config"]
PORT = 8501


def instructions(name):
    """What follows each instruction of this name, with the words separated by single spaces."""
    return [" ".join(rest.split()) for rest in re.findall(rf"^{name} (.*)$", DOCKERFILE, re.M)]


def copied():
    """What the container gets of this folder."""
    sources = [line.split()[:-1] for line in instructions("COPY") if not line.startswith("--from")]
    return {name for names in sources for name in names}


def variables():
    return dict(pair.split("=", 1) for line in instructions("ENV") for pair in line.split())


def test_each_python_is_one_that_the_lab_supports():
    images = [*instructions("FROM"), WORKFLOW["jobs"]["test"]["container"], DEVCONTAINER["image"]]
    versions = {re.search(r"python:([\d.]+)-", image)[1] for image in images}
    assert versions
    assert all(version in SpecifierSet(PROJECT["project"]["requires-python"]) for version in versions)


def test_the_container_gets_what_a_wheel_gets_and_the_builder_is_sent_no_more():
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    app = {name.split("/")[0] for name in (*wheel["only-include"], *wheel["force-include"])} - {
        "backprop_lab"
    }
    assert app | {"LICENSE", "requirements.lock"} == copied()
    assert all((ROOT / name).exists() for name in copied())
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in sent if line.startswith("!")} == copied()
    assert "*" in sent


def test_packages_are_installed_by_their_hashes_and_the_lab_runs_as_no_root():
    install, *_ = (line for line in instructions("RUN") if "pip install" in line)
    assert "--require-hashes" in install
    assert install.endswith("-r /requirements.lock")
    (user,) = instructions("USER")
    assert int(user) > 0
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nCMD ")


def test_one_build_of_a_cluster_renews_all_that_its_image_is_made_of():
    built = CLUSTER["services"]["lab"]["build"]
    dockerfile = (ROOT / built["context"] / built.get("dockerfile", "Dockerfile")).read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", dockerfile, re.M)
    assert bases
    assert all(re.fullmatch(r"python:[\w.-]+", base) for base in bases)  # none that must be built before
    uses = {service["image"] for service in CLUSTER["services"].values() if "build" not in service}
    assert uses == {CLUSTER["services"]["lab"]["image"], CLUSTER["services"]["proxy"]["image"]}


def test_a_cluster_adds_what_its_requirements_add():
    *_, package = (ROOT / "requirements-cluster.txt").read_text(encoding="utf-8").split("\n")[:-1]
    assert CLUSTER["services"]["lab"]["build"]["args"] == {"EXTRA_PACKAGE": package}


@pytest.mark.parametrize("package", ["", "distributed>=2025.1"])
def test_the_container_gets_one_more_package_if_it_is_told_which(package, tmp_path):
    *_, install = (line for line in instructions("RUN") if "pip install" in line)
    pip = tmp_path / "pip"
    pip.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/told\n', encoding="utf-8")
    pip.chmod(0o755)
    assert instructions("ARG") == ['EXTRA_PACKAGE=""']
    command = ["sh", "-c", install.replace("/venv/bin/pip", str(pip))]
    subprocess.run(command, env={"EXTRA_PACKAGE": package}, check=True)
    told = (tmp_path / "told").read_text(encoding="utf-8").split() if package else None
    assert told == (["install", "--no-cache-dir", package] if package else None)
    assert (tmp_path / "told").exists() == bool(package)


def test_one_port_is_meant_throughout():
    lab = COMPOSE["services"]["lab"]
    assert instructions("EXPOSE") == [str(PORT)]
    assert variables()["STREAMLIT_SERVER_PORT"] == lab["environment"]["STREAMLIT_SERVER_PORT"] == str(PORT)
    assert all(published.endswith(f":{PORT}") for published in lab["ports"])
    assert DEVCONTAINER["forwardPorts"] == [PORT]
    assert f"app_port: {PORT}" in (ROOT / "docs/hosting.md").read_text(encoding="utf-8")


def test_data_that_is_downloaded_goes_where_compose_keeps_a_volume():
    assert [one.split(":")[1] for one in COMPOSE["services"]["lab"]["volumes"]] == [
        variables()["BACKPROP_LAB_DATA"]
    ]


@pytest.mark.parametrize(
    ("status", "base", "asked"),
    [
        (200, None, "/_stcore/health"),
        (503, None, "/_stcore/health"),
        (200, "", "/_stcore/health"),
        (200, "lab", "/lab/_stcore/health"),
        (200, "/course/lab/", "/course/lab/_stcore/health"),
    ],
)
def test_the_health_check_asks_the_server_where_it_answers_and_believes_it(status, base, asked):
    paths = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            paths.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    (check,) = instructions("HEALTHCHECK")
    command = json.loads(check[check.index("CMD ") + 4 :])
    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        env = {"STREAMLIT_SERVER_PORT": str(server.server_port)}
        env |= {} if base is None else {"STREAMLIT_SERVER_BASE_URL_PATH": base}
        told = subprocess.run([sys.executable, *command[1:]], env=env, capture_output=True, check=False)
        server.shutdown()
    assert command[0] == "python"
    assert paths == [asked]
    assert (told.returncode == 0) == (status == 200)


def test_the_docs_say_where_haproxy_asks_below_a_base_path():
    asked = re.search(r"option httpchk GET (\S+)", (ROOT / "deploy/haproxy.cfg").read_text(encoding="utf-8"))
    assert f"`option httpchk GET /lab{asked[1]}`" in (ROOT / "docs/hosting.md").read_text(encoding="utf-8")


def test_more_replicas_than_the_proxy_takes_are_named_with_what_to_change():
    (most,) = re.findall(
        r"server-template replica 1-(\d+)", (ROOT / "deploy/haproxy.cfg").read_text(encoding="utf-8")
    )
    hosting = (ROOT / "docs/hosting.md").read_text(encoding="utf-8")
    assert f"replicas are found through Docker's DNS, {most} at most" in " ".join(hosting.split())
    parts = [part for text in hosting.split("\n\n") for part in (text.split("\n") if "|" in text else [text])]
    larger = [part for part in parts if any(int(n) > int(most) for n in re.findall(r"(\d+) replicas", part))]
    assert len(larger) == 2
    for part in larger:
        assert f"raise the {most} of `server-template`" in " ".join(part.split())


def test_the_wait_of_fifty_visitors_is_the_measured_one():
    measured = (ROOT / "docs/benchmarks.md").read_text(encoding="utf-8")
    ((median, high, *shares),) = re.findall(
        r"^\| 2 \| [^|]+ \| ([\d.]+) / ([\d.]+) \| [^|]+ \| [^|]+ \| ([\d.]+) / ([\d.]+) \| 0 ",
        measured,
        re.M,
    )
    hosting = " ".join((ROOT / "docs/hosting.md").read_text(encoding="utf-8").split())
    wait, long = round(float(median)), round(float(high))
    assert f"wait {wait} s (median) with two replicas" in hosting
    assert (
        f"took {shares[0]} of one replica's time in the median, {wait} s, and {shares[1]} of it at the "
        f"95th percentile, {long} s"
    ) in hosting


def test_the_workflow_does_what_ci_run_does():
    steps = WORKFLOW["jobs"]["test"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == ["bash .ci/run"]
    assert all(re.search(r"@[0-9a-f]{40}$", step["uses"]) for step in steps if "uses" in step)
    assert WORKFLOW["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_asks_each_thing_once(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form["name"]
    assert form["description"]
    asked = [field["id"] for field in form["body"]]
    assert len(set(asked)) == len(asked) > 0
    assert all(field["attributes"]["label"] for field in form["body"])
