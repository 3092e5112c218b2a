"""docs/costs.md: every test it names exists, every test of a rule is named."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "costs.md").read_text("utf-8")
FOLDERS = [ROOT / "tests" / folder for folder in ("brokers/costs", "brokers/venue", "replay")]


def written():
    texts = (path.read_text("utf-8") for folder in FOLDERS for path in folder.glob("test_*.py"))
    return {name for text in texts for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}


def test_every_test_named_on_the_page_exists():
    assert set(re.findall(r"`(test_\w+)`", PAGE)) - written() == set()


def test_every_venue_rule_has_a_test_named_after_it():
    tested = {name.split("_")[1].upper() for name in written() if re.match(r"test_v[0-9]+_", name)}
    assert tested == {f"V{n}" for n in range(1, 22)}
    assert tested <= set(re.findall(r"V[0-9]+", PAGE))
