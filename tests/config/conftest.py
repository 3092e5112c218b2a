"""A config file in an empty working directory, and what is said of it."""

import pytest

from magents.config import load, pods
from magents.model.errors import ConfigError


@pytest.fixture
def run_yaml(tmp_path, monkeypatch):
    """Return a function that writes ``run.yaml`` into an empty working directory."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "run.yaml"

    def write(text):
        path.write_text(text, "utf-8")
        return path.relative_to(tmp_path)

    return write


def refusal(path, overrides=None):
    """Return in which words a config is refused."""
    with pytest.raises(ConfigError) as caught:
        pods(load(path, overrides))
    return str(caught.value)
