"""Settings: YAML or JSON to frozen structs, checked once, with errors that name file and key.

::

    loaded = load(Path("run.yaml"), {"global.seed": 11})
    loaded.settings.global_.seed            # 11
    loaded.lines.at("strategies.ma")        # "run.yaml:7"
    for pod in pods(loaded):
        config = convert(pod.options, pod_config_type, pod.where, loaded.lines)
"""

from magents.config.convert import convert
from magents.config.load import Loaded, dump, from_plain, load
from magents.config.names import nearest
from magents.config.pods import PodSettings, pods
from magents.config.settings import Data, Global, Report, Risk, Run, Settings, pace
from magents.config.text import Lines

__all__ = [
    "Data",
    "Global",
    "Lines",
    "Loaded",
    "PodSettings",
    "Report",
    "Risk",
    "Run",
    "Settings",
    "convert",
    "dump",
    "from_plain",
    "load",
    "nearest",
    "pace",
    "pods",
]
