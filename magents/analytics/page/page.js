"use strict";
(() => {
  const D = JSON.parse(document.getElementById("chart-data").textContent);
  const T = JSON.parse(document.getElementById("trade-data").textContent);
  const root = document.documentElement;
  const css = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const narrow = () => window.innerWidth < 600;
  const make = (tag, props = {}, ...kids) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...kids);
    return node;
  };
  const plain = (text) => new DOMParser().parseFromString(text, "text/html").documentElement.textContent;

  // ---------------------------------------------------------------- looks
  const HUES = ["#3f7fe0", "#e2902b", "#21a07a", "#c9559b", "#8f73d9", "#c26038", "#35a5bb", "#9a9a2f", "#dd5163", "#6f8798"];
  const hue = (i) => (i === 0 ? css("--ink") : HUES[(i - 1) % HUES.length]);
  const dash = (i) => (i > HUES.length ? "dot" : "solid");
  const many = D.names.length > 9;
  const layout = (extra) => {
    const axis = { gridcolor: css("--line"), zerolinecolor: css("--line"), linecolor: css("--line"), automargin: true, tickfont: { size: 11 } };
    const base = {
      autosize: true, showlegend: false, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: css("--soft") },
      margin: { l: narrow() ? 40 : 56, r: 10, t: 10, b: 34 },
      hovermode: many || narrow() ? "closest" : "x unified",
      hoverlabel: { bgcolor: css("--card"), bordercolor: css("--line"), font: { color: css("--ink"), size: 12 } },
      dragmode: narrow() ? false : "zoom",
      modebar: { bgcolor: "rgba(0,0,0,0)", color: css("--faint"), activecolor: css("--accent") },
    };
    const out = Object.assign(base, extra);
    for (const key of Object.keys(out)) {
      if (/^[xy]axis/.test(key)) out[key] = Object.assign({}, axis, out[key]);
    }
    return out;
  };
  const CONFIG = { responsive: true, displaylogo: false, showTips: false, displayModeBar: narrow() ? false : "hover", scrollZoom: false, showSendToCloud: false, plotlyServerURL: "",
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"] };
  const title = (text) => ({ text, font: { size: 11.5, color: css("--soft") }, standoff: 8 });
  const time = (extra) => Object.assign({ type: "date", hoverformat: "%Y-%m-%d %H:%M UTC", showgrid: false }, extra);
  const shown = (chart, i) => (chart.hidden.has(i) ? "legendonly" : true);

  const line = (chart, i, values, unit, extra) => Object.assign({
    type: "scatter", mode: "lines", name: D.names[i], x: D.time, y: values, visible: shown(chart, i), meta: i, zorder: i === 0 ? 1 : 0,
    line: { color: hue(i), width: i === 0 ? 2.2 : 1.3, dash: dash(i) }, connectgaps: false,
    hovertemplate: many || narrow() ? `%{fullData.name}<br>%{x}<br>%{y}${unit}<extra></extra>` : `%{y}${unit}`,
  }, extra);
  const halts = () => ({
    shapes: D.halts.map((h) => ({ type: "line", xref: "x", yref: "paper", x0: h.t, x1: h.t, y0: 0, y1: 1, line: { color: css("--loss"), width: 1, dash: "dash" } })),
    annotations: D.halts.slice(0, 8).map((h, n) => ({ x: h.t, xref: "x", yref: "paper", y: 1 - 0.05 * (n % 4), yanchor: "top", xanchor: "left", text: `halt ${h.pod}`, hovertext: h.why, showarrow: false, xshift: 3, font: { size: 10.5, color: css("--loss") } })),
  });

  // ---------------------------------------------------------------- charts
  const CHARTS = {
    equity: {
      options: { unit: "growth", scale: "linear" },
      draw(chart) {
        const { unit, scale } = chart.options;
        const grown = unit === "growth";
        const marks = halts();
        const top = D.names.map((_, i) => line(chart, i, D[unit][i], grown ? "" : ` ${D.currency}`, { yaxis: "y" }));
        const below = D.names.map((_, i) => line(chart, i, D.drawdown[i], "%", {
          yaxis: "y2", line: { color: i === 0 ? css("--loss") : hue(i), width: i === 0 ? 1.4 : 1, dash: dash(i) },
          fill: i === 0 ? "tozeroy" : "none", fillcolor: `rgba(${css("--loss-rgb").split(" ")},.16)`,
        }));
        return {
          data: [...top, ...below],
          layout: layout({
            xaxis: time({ anchor: "y2", title: title("UTC") }),
            yaxis: { domain: [0.34, 1], type: scale, title: title(grown ? "Start = 100" : D.currency), tickformat: grown ? "" : "~s" },
            yaxis2: { domain: [0, 0.27], title: title("Drawdown, %"), ticksuffix: "%", rangemode: "tozero" },
            hoversubplots: "axis", shapes: marks.shapes, annotations: marks.annotations,
          }),
        };
      },
    },
    profit: {
      start: (i) => i === 0 && many,
      draw: (chart) => ({
        data: D.names.map((_, i) => line(chart, i, D.profit[i], ` ${D.currency}`)),
        layout: layout({ xaxis: time({ title: title("UTC") }), yaxis: { title: title(`Cumulative P&L, ${D.currency}`), tickformat: "~s", hoverformat: ",.2f", zerolinecolor: css("--faint") } }),
      }),
    },
    bars: {
      skipFund: true,
      empty: () => !D.bars.labels.length,
      draw: (chart) => ({
        data: D.bars.pods.map((values, p) => ({
          type: "bar", name: D.names[p + 1], x: D.bars.labels, y: values, visible: shown(chart, p + 1), meta: p + 1,
          marker: { color: hue(p + 1), opacity: p + 1 > HUES.length ? 0.6 : 0.92 }, hovertemplate: many || narrow() ? "%{fullData.name}<br>%{x}<br>%{y:,.2f}<extra></extra>" : "%{y:,.2f}",
        })),
        layout: layout({ barmode: "relative", bargap: 0.35, xaxis: { type: "category", title: title(`P&L by ${D.bars.unit}, UTC`), nticks: narrow() ? 6 : 20 }, yaxis: { title: title(D.currency), tickformat: "~s", zerolinecolor: css("--faint") } }),
      }),
    },
    rolling: {
      empty: () => !D.window,
      start: (i) => i > 0 && many,
      draw: (chart) => ({
        data: D.names.map((_, i) => line(chart, i, D.rolling[i], "")),
        layout: layout({ xaxis: time({ title: title("UTC") }), yaxis: { title: title(`Sharpe, last ${D.window}`), hoverformat: ".2f", zerolinecolor: css("--faint") } }),
      }),
    },
    exposure: {
      labels: ["Gross", "Net"],
      draw: (chart) => ({
        data: [D.gross[0], D.net[0]].map((values, i) => line(chart, i, values, "%", {
          name: ["Gross", "Net"][i], zorder: i, line: { color: i ? HUES[0] : css("--ink"), width: 1.6, shape: "hv" }, fill: i ? "none" : "tozeroy", fillcolor: css("--wash"),
        })),
        layout: layout({ xaxis: time({ title: title("UTC") }), yaxis: { title: title("Fund, % of equity"), ticksuffix: "%", zerolinecolor: css("--faint"), rangemode: "tozero" } }),
      }),
    },
    podexposure: {
      skipFund: true,
      empty: () => D.names.length < 3,
      draw: (chart) => ({
        data: D.gross.slice(1).map((values, p) => line(chart, p + 1, values, "%", {
          stackgroup: "gross", line: { color: hue(p + 1), width: 0.6, shape: "hv" }, fillcolor: hue(p + 1) + (p + 1 > HUES.length ? "66" : "aa"), customdata: D.net[p + 1],
          hovertemplate: (many || narrow() ? "%{fullData.name}<br>%{x}<br>" : "") + "gross %{y}% &nbsp; net %{customdata}%<extra></extra>".replace("<extra></extra>", many || narrow() ? "<extra></extra>" : ""),
        })),
        layout: layout({ xaxis: time({ title: title("UTC") }), yaxis: { title: title("Gross by pod, % of fund equity"), ticksuffix: "%", rangemode: "tozero" } }),
      }),
    },
  };

  const draw = (key) => {
    const chart = CHARTS[key];
    const node = document.getElementById(`chart-${key}`);
    if (!node) return;
    if (chart.empty && chart.empty()) { node.remove(); return; }
    const { data, layout: look } = chart.draw(chart);
    Plotly.react(node, data, look, CONFIG);
  };

  const chips = (key) => {
    const chart = CHARTS[key];
    const box = document.querySelector(`.chips[data-chart="${key}"]`);
    if (!box || (chart.empty && chart.empty())) return;
    const labels = chart.labels || D.names.map(plain);
    const list = labels.map((text, i) => [text, i]).filter(([, i]) => !(chart.skipFund && i === 0));
    if (list.length < 2) return;
    const buttons = list.map(([text, i]) => {
      const mark = make("i", { className: dash(i) === "dot" ? "dash" : "" });
      mark.style.setProperty("--c", chart.labels && i ? HUES[0] : i ? hue(i) : "var(--ink)");
      const button = make("button", { type: "button", title: text }, mark, make("span", { textContent: text }));
      button.onclick = () => { chart.hidden.has(i) ? chart.hidden.delete(i) : chart.hidden.add(i); update(); };
      return [button, i];
    });
    const update = () => {
      buttons.forEach(([button, i]) => button.setAttribute("aria-pressed", String(!chart.hidden.has(i))));
      draw(key);
    };
    box.append(...buttons.map(([button]) => button));
    if (list.length > 3) {
      const all = make("button", { type: "button", className: "all", textContent: "all" });
      all.onclick = () => { chart.hidden.clear(); update(); };
      const none = make("button", { type: "button", className: "all", textContent: chart.skipFund ? "none" : "fund only" });
      none.onclick = () => { chart.hidden = new Set(list.map(([, i]) => i).filter((i) => i > 0)); update(); };
      box.append(all, none);
    }
    buttons.forEach(([button, i]) => button.setAttribute("aria-pressed", String(!chart.hidden.has(i))));
  };

  const switches = () => document.querySelectorAll(".switches").forEach((box) => {
    const key = box.dataset.chart;
    const chart = CHARTS[key];
    const paint = () => box.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(chart.options[b.parentNode.dataset.key] === b.dataset.value)));
    box.querySelectorAll("button").forEach((b) => {
      b.type = "button";
      b.onclick = () => { chart.options[b.parentNode.dataset.key] = b.dataset.value; paint(); draw(key); };
    });
    paint();
  });

  const redraw = () => Object.keys(CHARTS).forEach(draw);
  for (const [key, chart] of Object.entries(CHARTS)) {
    chart.hidden = new Set(chart.start ? D.names.map((_, i) => i).filter(chart.start) : []);
    chips(key);
  }
  switches();
  redraw();

  // ---------------------------------------------------------------- theme, months, print
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", redraw);
  document.getElementById("theme").onclick = () => {
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    redraw();
  };
  let before;
  window.addEventListener("beforeprint", () => { before = root.dataset.theme; root.dataset.theme = "light"; redraw(); });
  window.addEventListener("afterprint", () => { if (before) root.dataset.theme = before; else delete root.dataset.theme; redraw(); });
  document.querySelectorAll(".choose").forEach((select) => {
    select.onchange = () => select.closest("section").querySelectorAll(".panel").forEach((panel) => { panel.hidden = panel.dataset.panel !== select.value; });
  });

  // ---------------------------------------------------------------- trades
  const MINUS = "\u2212";
  const signed = (v, digits, unit = "") => {
    if (v === null) return "n/a";
    const text = Math.abs(v).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }) + unit;
    return v < 0 ? MINUS + text : v > 0 ? "+" + text : text;
  };
  const price = (v) => v.toLocaleString("en-US", { maximumSignificantDigits: 8 });
  // Where all trades share a time of day, as daily bars do, the date says it all.
  const daily = T.rows.length > 0 && T.span > 10 * 864e5 && new Set(T.rows.filter((r) => !r[13]).flatMap((r) => [r[4] % 864e5, r[6] % 864e5])).size <= 3;
  const utc = (ms) => new Date(ms).toISOString().slice(0, daily ? 10 : 16).replace("T", " ");
  const length = (ms) => ms >= 864e5 ? (ms / 864e5).toFixed(1) + " d" : ms >= 36e5 ? (ms / 36e5).toFixed(1) + " h" : (ms / 6e4).toFixed(1) + " min";
  const tone = (v) => (v > 0 ? "n gain" : v < 0 ? "n loss" : "n");
  const number = (pod, id) => (id.startsWith(pod + ":") ? id.slice(pod.length + 1) : id);
  // A row: pod, instrument, side, quantity, entry, entry price, exit, exit price, pnl, result, commission, entry order, exit order, open.
  const COLUMNS = [
    { title: "Pod", value: (r) => r[0] },
    { title: "Instrument", value: (r) => r[1] },
    { title: "Side", value: (r) => r[2] },
    { title: "Quantity", value: (r) => Number(r[3]), text: (r) => Number(r[3]).toLocaleString("en-US", { maximumFractionDigits: 8 }), kind: () => "n" },
    { title: "Entry", value: (r) => r[4], text: (r) => utc(r[4]), kind: () => "n" },
    { title: "Entry price", value: (r) => r[5], text: (r) => price(r[5]), kind: () => "n" },
    { title: "Exit", value: (r) => r[6], text: (r) => (r[13] ? "open" : utc(r[6])), kind: (r) => (r[13] ? "n open" : "n") },
    { title: "Exit price", value: (r) => r[7], text: (r) => price(r[7]), kind: () => "n" },
    { title: "Held", value: (r) => r[6] - r[4], text: (r) => length(r[6] - r[4]), kind: () => "n" },
    { title: "P&L", value: (r) => r[8], text: (r) => signed(r[8], 2), kind: (r) => tone(r[8]) },
    { title: "Result", value: (r) => r[9] ?? -Infinity, text: (r) => signed(r[9] === null ? null : r[9] * 100, 2, "%"), kind: (r) => tone(r[9]) },
    { title: "Fees", value: (r) => r[10], text: (r) => r[10].toFixed(2), kind: () => "n" },
    { title: "Orders", value: (r) => Number(number(r[0], r[11])) || r[11], text: (r) => number(r[0], r[11]) + (r[12] ? " \u2192 " + number(r[0], r[12]) : ""), hint: (r) => r[11] + (r[12] ? " \u2192 " + r[12] : ""), kind: () => "n" },
  ];
  const PAGE = 50;
  const state = { sort: 6, down: true, page: 0, word: "", pod: "", kind: "" };
  const KINDS = { "": () => true, winners: (r) => !r[13] && r[8] > 0, losers: (r) => !r[13] && r[8] < 0, long: (r) => r[2] === "long", short: (r) => r[2] === "short", open: (r) => r[13] === 1 };

  const chosen = () => {
    const word = state.word.toLowerCase();
    const value = COLUMNS[state.sort].value;
    const rows = T.rows.filter((r) => (!state.pod || r[0] === state.pod) && KINDS[state.kind](r)
      && (!word || [r[0], r[1], r[2], r[11], r[12]].some((t) => t.toLowerCase().includes(word))));
    const way = state.down ? -1 : 1;
    return rows.sort((a, b) => { const x = value(a), y = value(b); return x < y ? -way : x > y ? way : 0; });
  };

  const tradesTable = () => {
    const box = document.getElementById("trades-table");
    if (!T.rows.length) { box.append(make("p", { className: "note", textContent: "No trades." })); return; }
    const word = make("input", { type: "search", placeholder: "Filter by pod, instrument or order" });
    word.setAttribute("aria-label", "Filter trades");
    const choose = (name, entries) => {
      const select = make("select", {}, ...entries.map(([value, text]) => make("option", { value, textContent: text })));
      select.setAttribute("aria-label", name);
      return select;
    };
    const pod = choose("Pod", [["", "All pods"], ...T.pods.map((p) => [p, p])]);
    const kind = choose("Kind", [["", "All trades"], ["winners", "Winners"], ["losers", "Losers"], ["long", "Long"], ["short", "Short"], ["open", "Open"]]);
    const sum = make("span", { className: "sum" });
    const head = make("tr");
    const body = make("tbody");
    const back = make("button", { type: "button", textContent: "Previous" });
    const next = make("button", { type: "button", textContent: "Next" });
    const where = make("span");
    const cells = COLUMNS.map((column, i) => {
      const button = make("button", { type: "button", className: "sort", textContent: column.title });
      const cell = make("th", { scope: "col", className: column.kind ? "n" : "" }, button);
      button.onclick = () => { state.down = state.sort === i ? !state.down : Boolean(column.kind); state.sort = i; state.page = 0; fill(); };
      return cell;
    });
    head.append(...cells);
    const fill = () => {
      const rows = chosen();
      const pages = Math.max(1, Math.ceil(rows.length / PAGE));
      state.page = Math.min(state.page, pages - 1);
      cells.forEach((cell, i) => (i === state.sort ? cell.setAttribute("aria-sort", state.down ? "descending" : "ascending") : cell.removeAttribute("aria-sort")));
      body.replaceChildren(...rows.slice(state.page * PAGE, (state.page + 1) * PAGE).map((r) => make("tr", {}, ...COLUMNS.map((c) => make("td", { className: c.kind ? c.kind(r) : "", textContent: c.text ? c.text(r) : c.value(r), title: c.hint ? c.hint(r) : "" })))));
      const total = rows.reduce((s, r) => s + r[8], 0);
      sum.textContent = `${rows.length.toLocaleString("en-US")} trades, P&L ${signed(total, 2)} ${plain(D.currency)}`;
      where.textContent = `Page ${state.page + 1} of ${pages}`;
      back.disabled = state.page === 0;
      next.disabled = state.page >= pages - 1;
    };
    word.oninput = () => { state.word = word.value; state.page = 0; fill(); };
    pod.onchange = () => { state.pod = pod.value; state.page = 0; fill(); };
    kind.onchange = () => { state.kind = kind.value; state.page = 0; fill(); };
    back.onclick = () => { state.page -= 1; fill(); };
    next.onclick = () => { state.page += 1; fill(); };
    box.append(make("div", { className: "tools" }, word, pod, kind, sum),
      make("div", { className: "scroll" }, make("table", {}, make("thead", {}, head), body)),
      make("div", { className: "pager" }, where, back, next));
    fill();
  };
  tradesTable();
})();
