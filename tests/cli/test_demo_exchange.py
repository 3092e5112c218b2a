"""``magents demo-exchange``: opens, says how it is reached, closes."""

import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.request

import pytest

from magents.cli.demo_serving import _settings, serve_demo

FLAGS = {"venue": "bybit", "port": 0, "speed": 1.0, "seed": 7, "data": None, "faults": None}
FLAGS |= {"funding_every": None, "slip_bps": 0.0, "no_streams": True, "no_limits": True}
pytestmark = [pytest.mark.wall, pytest.mark.slow]


@pytest.fixture
def started(tmp_path):
    command = [sys.executable, "-m", "magents", "demo-exchange", "--port", "0", "--speed", "30"]
    environment = {**os.environ, "HOME": str(tmp_path)}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        said = []
        for line in process.stderr:
            said.append(line)
            if "Ctrl-C" in line:
                break
        yield process, "".join(said), tmp_path / ".magents" / "demo"
        process.kill()


def test_it_is_found_by_what_it_writes_and_goes_away_with_ctrl_c(started):
    process, said, folder = started
    told = json.loads((folder / "demo.json").read_text("utf-8"))
    context = ssl.create_default_context(cafile=folder / "ca.pem")
    url = f"https://127.0.0.1:{told['binance']['port']}/api/v3/ticker/price?symbol=BTCUSDT"
    with urllib.request.urlopen(url, context=context) as answer:
        price = float(json.load(answer)["price"])
    mode = (folder / "demo.json").stat().st_mode & 0o777
    process.send_signal(signal.SIGINT)

    assert process.wait(10) == 0
    assert list(told) == ["binance", "bybit"]
    assert 15_000 < price < 20_000
    assert mode == 0o600
    assert "magents paper --demo" in said
    assert len(said.splitlines()) < 24
    assert not (folder / "demo.json").exists()


def test_wrong_fault_script_is_refused_with_rule_and_key(tmp_path, call):
    script = tmp_path / "faults.yaml"
    script.write_text("- on: order.place\n  do: hang\n- on: order.place\n  do: explode\n")

    answer = call("demo-exchange", "--faults", str(script))

    assert answer.exit_code == 2
    assert "rule 2: do: 'explode'" in answer.stderr


def test_missing_files_are_refused(tmp_path, call):
    assert call("demo-exchange", "--faults", str(tmp_path / "no.yaml")).exit_code == 2
    assert call("demo-exchange", "--data", str(tmp_path / "no.parquet")).exit_code == 2


def test_duration_ends_it(monkeypatch, tmp_path):
    monkeypatch.setattr("magents.cli.demo_serving.DEMO", tmp_path / "demo.json")

    assert serve_demo({**FLAGS, "duration": "1s"}) == 0
    assert not (tmp_path / "demo.json").exists()


def test_all_venues_have_neighbouring_ports():
    planned = _settings({**FLAGS, "venue": "all", "port": 19_000})

    assert [(each.venue, each.port) for each in planned] == [
        ("binance", 19_000),
        ("bybit", 19_001),
        ("okx", 19_002),
        ("krakenfutures", 19_003),
        ("alpaca", 19_004),
        ("binanceusdm", 19_005),
    ]
