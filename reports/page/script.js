"use strict";
(() => {
  const report = JSON.parse(document.getElementById("report").textContent);
  const sources = JSON.parse(document.getElementById("sources").textContent);
  const byId = (id) => document.getElementById(id);

  // Text only ever becomes a text node: nothing of the analysed program is taken for markup.
  function make(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "onclick") node.addEventListener("click", value);
      else if (value !== undefined && value !== null && value !== false) node.setAttribute(key, value === true ? "" : value);
    }
    for (const child of children.flat()) if (child !== null && child !== undefined) node.append(child);
    return node;
  }

  /** Our own advice, in which `code` stands between backticks. */
  const prose = (text) => text.split("`").map((part, index) => (index % 2 ? make("code", {}, part) : part));
  const remaining = (file) => file.counts.automatic + file.counts.person;
  const kindOf = (one) => one.status === "kept" || one.status === "suppressed" ? "kept"
    : one.automatic ? "auto" : "person";
  const words = { kept: "kept", auto: "by the tool", person: "for a person" };
  function time(minutes) {
    if (minutes < 60) return `${Math.round(minutes)} min`;
    return minutes < 720 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 360)} days`;
  }
  const range = (effort) => `${time(effort.low)} to ${time(effort.high)}`;

  function figures() {
    const done = report.files.filter((file) => file.status === "done").length;
    const work = report.files.filter((file) => file.batch > 0).length;
    const rows = [
      ["synchronous operations", report.counts.sites], ["by the tool", report.counts.automatic],
      ["for a person", report.counts.person], ["kept on purpose", report.counts.kept],
      ["become async def", `${report.functions.turn_async} of ${report.functions.total}`],
      ["in both forms", report.functions.twins], ["files to move", `${work} of ${report.files.length}`],
      ["effort", range(report.effort_minutes)],
    ];
    byId("figures").append(...rows.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, String(value)))));
    byId("progress").append(
      make("label", { for: "done" }, `${done} of ${done + work} files done`),
      make("progress", { id: "done", max: Math.max(1, done + work), value: done }));
    const states = { fine: ["fine", "✓", "fine"], "to do": ["todo", "✗", "to do"], "not known": ["unknown", "?", "not known"] };
    byId("prerequisites").append(...report.prerequisites.map((one) => {
      const [style, mark, name] = states[one.state];
      return make("li", { class: style }, make("span", { class: "mark", role: "img", "aria-label": name }, mark),
        `${one.what}: ${one.found}`, one.advice ? ["; ", ...prose(one.advice)] : null);
    }), ...(report.notes || []).map((one) => make("li", { class: "todo" },
      make("span", { class: "mark", role: "img", "aria-label": "to do" }, "✗"),
      `${one.path === "." ? "" : `${one.path}: `}${one.message}`)));
  }

  const columns = [
    ["path", "file", (file) => file.path, false],
    ["layer", "layer", (file) => file.layer, false],
    ["status", "status", (file) => file.status, false],
    ["batch", "batch", (file) => file.batch || "", true],
    ["priority", "priority", (file) => file.priority, false],
    ["remaining", "remaining", remaining, true],
    ["person", "for a person", (file) => file.counts.person, true],
    ["kept", "kept", (file) => file.counts.kept, true],
    ["callers", "callers", (file) => file.callers, true],
  ];
  let sorting = { column: "remaining", down: true };

  function heads() {
    byId("file-table").tHead.rows[0].replaceChildren(...columns.map(([key, name, , isNumber]) => {
      const sorted = sorting.column === key;
      return make("th", { scope: "col", class: isNumber ? "number" : null,
        "aria-sort": sorted ? (sorting.down ? "descending" : "ascending") : null },
      make("button", { type: "button", onclick: () => {
        sorting = { column: key, down: sorted ? !sorting.down : isNumber };
        heads();
        rows();
        byId("file-table").tHead.rows[0].cells[columns.findIndex((one) => one[0] === key)].firstChild.focus();
      } }, name, sorted ? make("span", { "aria-hidden": "true" }, sorting.down ? " ↓" : " ↑") : null));
    }));
  }

  const haystacks = new Map();
  function haystack(file) {
    if (!haystacks.has(file))
      haystacks.set(file, [file.path, file.layer, ...file.session_functions.map((one) => `${one.name} ${one.refusal}`),
        ...file.findings.map((one) => `${one.code} ${one.kind} ${one.function} ${one.message} ${one.reason}`)].join("\n").toLowerCase());
    return haystacks.get(file);
  }

  function rows() {
    const text = byId("filter-text").value.trim().toLowerCase();
    const layer = byId("filter-layer").value, status = byId("filter-status").value;
    const person = byId("filter-person").checked;
    const chosen = report.files.filter((file) => (!text || haystack(file).includes(text)) && (!layer || file.layer === layer) &&
      (status === "" ? file.batch > 0 : status === "*" || file.status === status) && (!person || file.counts.person > 0));
    const value = columns.find((one) => one[0] === sorting.column)[2];
    chosen.sort((a, b) => {
      const x = value(a), y = value(b);
      const order = x < y ? -1 : x > y ? 1 : a.path < b.path ? -1 : 1;
      return x === y ? order : sorting.down ? -order : order;
    });
    const current = shown();
    byId("file-table").tBodies[0].replaceChildren(...chosen.map((file) => make("tr",
      { "aria-current": file.path === current ? "true" : null },
      columns.map(([key, , of, isNumber]) => key === "path"
        ? make("th", { scope: "row" }, make("a", { href: link(file.path) }, file.path))
        : make("td", { class: isNumber ? "number" : null }, String(of(file) || (isNumber && key !== "batch" ? 0 : "")))))));
    byId("filter-count").textContent = `${chosen.length} of ${report.files.length} files`;
  }

  const link = (path) => `#file=${encodeURIComponent(path)}`;
  function shown() {
    const found = /^#file=(.*)$/.exec(location.hash);
    return found ? decodeURIComponent(found[1]) : "";
  }

  function note(one) {
    const kind = one.status === "information" ? "kept" : kindOf(one);
    const label = one.status === "information" ? "to be looked at" : words[kind];
    return make("li", { class: `note ${kind}` }, make("p", {}, make("span", { class: `badge ${kind}` }, label), " ",
      make("code", {}, one.code), ` ${one.message}`), one.reason ? make("p", {}, one.reason) : null);
  }

  function codeLine(number, text, hit) {
    return make("li", { class: hit ? "code hit" : "code", id: `line-${number}` },
      make("span", { "aria-hidden": "true" }, String(number)), make("span", {}, text === "" ? " " : text));
  }

  /** The whole source where it is at hand, else the lines that the report itself quotes. */
  function sourceView(file) {
    const list = make("ol", {});
    const notes = new Map();
    for (const one of file.findings) notes.set(one.line, [...(notes.get(one.line) || []), note(one)]);
    for (const call of file.blocking_calls)
      if (call.in_coroutine)
        notes.set(call.line, [...(notes.get(call.line) || []), make("li", { class: "note person" }, make("p", {},
          make("span", { class: "badge person" }, "for a person"), ` ${call.name} holds up the event loop`))]);
    for (const call of file.unrecognised)
      notes.set(call.line, [...(notes.get(call.line) || []), make("li", { class: "note person" }, make("p", {},
        make("span", { class: "badge person" }, "not recognised"), ` nothing says what '${call.receiver}' is`))]);
    const text = sources[file.path];
    if (text === undefined) {
      for (const [number, below] of [...notes].sort((a, b) => a[0] - b[0])) {
        const quoted = file.findings.find((one) => one.line === number);
        list.append(codeLine(number, quoted ? quoted.text : "", true), ...below);
      }
    } else {
      text.split(/\r\n|\r|\n/).forEach((line, index) => {
        const below = notes.get(index + 1) || [];
        list.append(codeLine(index + 1, line, below.length > 0), ...below);
      });
    }
    return make("div", { class: "source", tabindex: "0", role: "region", "aria-label": `source of ${file.path}` }, list);
  }

  function functionView(one, file) {
    const now = one.is_async ? "async def" : "def";
    const becomes = one.becomes === "both" ? `${one.async_name} (async) and ${one.sync_name} (sync)`
      : one.becomes === "async" ? "async def" : "stays def";
    return make("details", {}, make("summary", {}, make("code", {}, one.name), ` ${now}, ${becomes} `,
      make("span", { class: `badge ${one.refusal ? (one.kept ? "kept" : "person") : "auto"}` },
        one.refusal ? (one.kept ? "kept" : "refused") : one.becomes)),
    one.demanded_by.length ? make("p", {}, "Demanded by, from the root down:") : null,
    one.demanded_by.length ? make("ol", { class: "chain" }, one.demanded_by.map((reason) => make("li", {}, reason))) : null,
    one.refusal ? make("p", {}, `No asynchronous form: ${one.refusal}`) : null,
    make("p", {}, make("a", { href: `#line-${one.line}`, class: "to-line" }, `line ${one.line}`)));
  }

  function detail(move) {
    const path = shown();
    const file = report.files.find((one) => one.path === path);
    byId("detail").hidden = !file;
    rows();
    if (!file) return;
    byId("detail-title").textContent = file.path;
    byId("detail-facts").textContent = `${file.layer}${file.layer_reason ? ` (${file.layer_reason})` : ""}, ${file.status}` +
      (file.batch ? `, batch ${file.batch}, ${file.priority} priority, ${range(file.effort_minutes)}` : "") +
      `; ${file.lines} lines, ${file.functions.sync} def, ${file.functions.async} async def; called by ${file.callers} functions of ${file.calling_files} other files`;
    const body = [];
    if (file.after.length)
      body.push(make("h3", {}, "After"), make("ul", { class: "plain" }, file.after.map((one) => make("li", {}, one))));
    if (file.together_with.length)
      body.push(make("h3", {}, "Together with"), make("ul", { class: "plain" }, file.together_with.map((one) =>
        make("li", {}, make("a", { href: link(one) }, one)))));
    if (file.session_functions.length)
      body.push(make("h3", {}, "Functions, and who demands their colour"), ...file.session_functions.map((one) => functionView(one, file)));
    if (file.loads.length)
      body.push(make("h3", {}, "Loaded eagerly"), make("ul", { class: "plain" }, file.loads.map((one) =>
        make("li", {}, `line ${one.line}, ${one.origin}: `, make("code", {}, one.paths.join(", "))))));
    body.push(make("h3", {}, "Source"), sourceView(file));
    byId("detail-body").replaceChildren(...body);
    if (move) {
      byId("detail").scrollIntoView();
      byId("detail").focus({ preventScroll: true });
    }
  }

  function models() {
    const unread = report.relationships.filter((one) => one.reads.length === 0).length;
    byId("models-summary").textContent = `${report.relationships.length} relationships, ${unread} of them never read`;
    byId("model-table").tBodies[0].append(...report.relationships.map((one) => make("tr", {},
      make("th", { scope: "row" }, make("code", {}, `${one.model}.${one.name}`)), make("td", {}, one.target),
      make("td", {}, one.loading),
      make("td", {}, one.reads.map((read) => make("div", {}, `${read.path}:${read.line}${read.loaded ? "" : ", not loaded"}`))),
      make("td", {}, one.suggestion ? make("code", {}, one.suggestion) : null, ` ${one.why}`))));
  }

  figures();
  models();
  for (const [id, key] of [["filter-layer", "layer"], ["filter-status", "status"]])
    for (const value of [...new Set(report.files.map((file) => file[key]))].sort())
      byId(id).append(make("option", { value }, value));
  byId("filter").addEventListener("input", rows);
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => { if (!location.hash.startsWith("#line-")) detail(true); });
  // A link to a line must not take the file away.
  document.addEventListener("click", (event) => {
    const anchor = event.target.closest && event.target.closest("a.to-line");
    if (!anchor) return;
    event.preventDefault();
    const line = document.querySelector(anchor.getAttribute("href"));
    if (line) { line.scrollIntoView({ block: "center" }); line.tabIndex = -1; line.focus({ preventScroll: true }); }
  });
  heads();
  rows();
  detail(shown() !== "");
})();
