"""The same rows give the same digest, whatever file they come in, through the real program."""

import json
import os
import subprocess
import sys
from datetime import date
from itertools import product

import pytest

from feeds.mock import write_mock

SPAN = {"start": date(2019, 1, 2), "end": date(2020, 6, 30)}
NAMES = ("ALPHA", "BRAVO", "COIN/USD", "DELTA")
FORMS = list(product(("csv", "parquet"), ("per_instrument", "long")))


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    """Return a directory a form, all with the same rows."""
    made = {}
    for form, layout in FORMS:
        made[form, layout] = tmp_path_factory.mktemp(f"{form}-{layout}")
        write_mock(made[form, layout], instruments=NAMES, form=form, layout=layout, **SPAN)
    return made


def digest(directory, tmp_path, *more, seed="0"):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "magents", "--data-dir", str(directory), "--strategies", "ma"),
            *("--json", "--report-dir", str(tmp_path / "results"), *more),
        ],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["digest"]


@pytest.fixture(scope="module")
def wanted(forms, tmp_path_factory):
    return digest(forms["csv", "per_instrument"], tmp_path_factory.mktemp("wanted"))


@pytest.mark.parametrize(("form", "layout"), FORMS[1:])
def test_any_form_of_the_same_rows_gives_one_digest(form, layout, forms, wanted, tmp_path):
    assert digest(forms[form, layout], tmp_path) == wanted


@pytest.mark.parametrize("size", ["1", "7", "100000"])
def test_any_block_size_and_hash_seed_gives_one_digest(size, forms, wanted, tmp_path):
    directory = forms["parquet", "long"]
    assert digest(directory, tmp_path, "--block-size", size, seed=size) == wanted


def test_a_paced_run_gives_the_same_digest(forms, wanted, tmp_path):
    directory = forms["csv", "per_instrument"]
    assert digest(directory, tmp_path, "--speed", "100000000x", seed="3") == wanted
