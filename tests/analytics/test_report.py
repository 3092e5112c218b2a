"""The report: complete, self-contained, and safe whatever a pod is called."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from magents.analytics.report import MOST_TRADES, embed, render, write_report
from magents.analytics.report_charts import thinned
from magents.analytics.summary import load_result, summary_rows, write_tables
from magents.model.records import Halt

SECTIONS = (
    "equity",
    "drawdowns",
    "contribution",
    "metrics",
    "calendar",
    "rolling",
    "exposure",
    "correlations",
    "costs",
    "orders",
    "trades",
    "notices",
    "configuration",
)
EVIL = "<img src=x onerror=alert(1)></script>"


class Page(HTMLParser):
    """Collects what a browser would load or run, and whether elements are closed."""

    VOID = frozenset({"meta", "br", "input", "img", "link"})

    def __init__(self, text):
        super().__init__()
        self.loads, self.ids, self.scripts, self.open, self.tags = [], [], [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.add(tag)
        self.loads += [v for k, v in attrs if k in {"src", "href", "data", "action"}]
        self.ids += [attributes["id"]] if "id" in attributes else []
        if tag == "script":
            self.scripts.append("")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data


@pytest.fixture(scope="module")
def page(long_run):
    return render(long_run)


def test_every_section_is_there_once(page):
    parsed = Page(page)
    assert parsed.open == []
    for name in SECTIONS:
        assert parsed.ids.count(name) == 1, name


def test_nothing_is_loaded(page):
    parsed = Page(page)
    assert all(link.startswith("#") for link in parsed.loads)
    assert not parsed.tags & {"link", "iframe", "object", "embed", "img"}
    styles = re.search(r"<style>(.*?)</style>", page, re.DOTALL).group(1)
    assert "url(" not in styles
    assert "@import" not in styles
    assert "default-src 'none'" in page


def test_plotly_is_inlined_once(page):
    scripts = Page(page).scripts
    assert len(scripts) == 4
    assert sum("plotly.js v" in script for script in scripts) == 1
    assert page.count("plotly.js v") == 1


def test_data_islands_are_json(page):
    charts, trades = (json.loads(script) for script in Page(page).scripts[:2])
    rows = len(charts["time"])
    assert charts["names"][0] == "Fund"
    for key in ("equity", "growth", "drawdown", "profit", "rolling", "gross", "net"):
        assert [len(values) for values in charts[key]] == [rows] * len(charts["names"])
    assert trades["total"] == len(trades["rows"])


def test_names_and_reasons_cannot_become_markup(make):
    run = make(pods=(EVIL, "b"), days=60, calm=0.2, refused=5)
    halt = Halt(int(run.equity.ts[5]), EVIL, EVIL)
    text = render(replace(run, run_id=EVIL, halts=[halt], stopped=EVIL, config={EVIL: EVIL}))
    assert len(Page(text).scripts) == 4
    assert "<img" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert "onerror=alert(1)></script>" not in text


def test_embedded_json_cannot_close_its_script():
    text = embed({"a": "</script><!--\u2028"})
    assert "<" not in text
    assert json.loads(text) == {"a": "</script><!--\u2028"}


def test_says_what_matters(page, long_run):
    for text in (
        long_run.digest,
        "magents backtest --config results/",
        "max_single_name",
        "against a limit of 0.25",
        "13107(c)",
        "annualised by 252",
        "drawdown 20.3%",
    ):
        assert text in page, text


def test_contribution_shown_adds_up(page):
    part = page.split('id="contribution"')[1].split("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", part)[1:]
    net = [re.findall(r'<td class="n[^"]*">([^<]*)</td>', row)[3] for row in rows]
    cents = [round(float(v.replace("\N{MINUS SIGN}", "-").replace(",", "")) * 100) for v in net]
    assert sum(cents[:-1]) == cents[-1]


def test_short_runs_and_empty_runs(make, short_run):
    text = render(short_run)
    assert "under 30 days" in text
    assert "Too few returns" in text
    still = make(days=1, pods=("idle",), calm=0.0, refused=0)
    text = render(still)
    assert "No trades" in text
    assert "nan" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL).lower()


def test_a_run_loaded_again_gives_the_same_page(long_run, page, tmp_path):
    write_tables(long_run, tmp_path)
    path = write_report(load_result(tmp_path), tmp_path / "report.html")
    assert path.read_text(encoding="utf-8") == page


def test_many_trades_are_capped_and_said_so(make):
    run = make(days=700, calm=0.9, names=("A", "B"), pods=("a", "b", "c", "d"), refused=0)
    text = render(run)
    rows = json.loads(Page(text).scripts[1])
    assert rows["total"] > MOST_TRADES
    assert len(rows["rows"]) == MOST_TRADES
    assert "the rest is in trades.csv" in text


def test_thinning_keeps_the_extremes():
    import numpy as np

    values = np.cumsum(np.sin(np.arange(50_000) ** 1.3))
    rows = thinned(values)
    assert len(rows) < 2_500
    assert values[rows].max() == values.max()
    assert values[rows].min() == values.min()
    assert rows[0] == 0
    assert rows[-1] == len(values) - 1


def test_rows_for_the_terminal(long_run):
    rows = summary_rows(long_run)
    assert [row.pod for row in rows] == ["", *long_run.equity.pods]
    assert rows[0].state == "complete"
    assert {row.pod: row.state for row in rows[1:]}["congress"] == "halted"
    assert sum(row.trades for row in rows[1:]) == rows[0].trades
