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
  const words = { kept: "kept", auto: "by the tool", person: "for a person", hazard: "to be looked at" };
  function time(minutes) {
    if (minutes < 60) return `${Math.round(minutes)} min`;
    return minutes < 720 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 360)} days`;
  }
  const range = (effort) => {
    const [low, high] = [time(effort.low), time(effort.high)];
    return `${low.split(" ")[1] === high.split(" ")[1] ? low.split(" ")[0] : low} to ${high}`;
  };

  const isHazard = (one) => one.status === "information" && !one.automatic;
  const ofPerson = (one) => one.counts && !one.automatic && one.status === "remaining";
  /** Of a call that holds up the event loop: whether the tool leaves it to a person. */
  const holdsUp = (call) => call.in_coroutine && !call.automatic;
  /** "calls a: calls b: X" -> "X": what many places have in common. */
  const rootReason = (one) => {
    let reason = one.reason || one.message;
    while (reason.startsWith("calls ") && reason.includes(": ")) reason = reason.slice(reason.indexOf(": ") + 2);
    return reason;
  };
  const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  function figures() {
    const done = report.files.filter((file) => file.status === "done").length;
    const work = report.files.filter((file) => file.batch > 0).length;
    const rows = [
      ["synchronous operations", report.counts.sites], ["by the tool", report.counts.automatic],
      ["for a person", report.counts.person], ["kept on purpose", report.counts.kept],
      ["become async def", `${report.functions.turn_async} of ${report.functions.total}`],
      ["in both forms", report.functions.twins], ["files to move", `${work} of ${report.files.length}`],
      ["effort with the tool", range(report.effort_minutes)],
    ];
    byId("figures").append(...rows.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, String(value)))));
    byId("effort").append("Effort: ", ...prose(report.effort_formula), ". A day has six hours.");
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

  /** Findings of all files that have something in common, the greatest group first. */
  function groups(wanted, keyOf) {
    const found = new Map();
    for (const file of report.files)
      for (const one of file.findings)
        if (wanted(one)) found.set(keyOf(one), [...(found.get(keyOf(one)) || []), [file, one]]);
    return [...found].sort((a, b) => b[1].length - a[1].length);
  }

  function groupView([key, places], word) {
    return make("details", {}, make("summary", {}, make("strong", {}, plural(places.length, word)), `: ${key}`),
      make("ul", { class: "plain places" }, places.map(([file, one]) => make("li", {},
        make("a", { href: link(file.path, one.line) }, `${file.path}:${one.line}`), " ", key.startsWith(one.code) ? null : make("code", {}, one.code),
        !one.message || key.endsWith(one.message) ? null : ` ${one.message}`, one.function ? [" in ", make("code", {}, one.function)] : null))));
  }

  function decisions() {
    const person = groups(ofPerson, rootReason);
    byId("person-body").append(person.length === 0
      ? make("p", {}, "Nothing: every synchronous operation is either rewritten or kept on purpose.")
      : make("p", { class: "soft" }, `${plural(report.counts.person, "site")}, ${plural(person.length, "reason")}; a reason that is settled takes all of its sites along.`),
    ...person.map((one) => groupView(one, "site")));
    const hazards = groups(isHazard, (one) => `${one.code} ${rootReason(one)}`);
    const blocking = report.files.flatMap((file) => file.blocking_calls.filter(holdsUp).map((call) => [file,
      { line: call.line, code: call.name, message: "", function: call.function }]));
    if (blocking.length) hazards.push(["calls that hold up the event loop", blocking]);
    byId("hazards").hidden = hazards.length === 0;
    byId("hazards-body").append(...hazards.map((one) => groupView(one, "place")));
  }

  function table(id, heads, lines) {
    const cell = (kind, index, value) => make(kind, { class: index > 0 ? "number" : null,
      scope: kind === "th" ? (index === 0 && value !== heads[0] ? "row" : "col") : null }, value instanceof Node ? value : String(value || ""));
    byId(id).append(make("thead", {}, make("tr", {}, heads.map((head, index) => cell("th", index, head)))),
      make("tbody", {}, lines.map((line) => make("tr", {}, line.map((value, index) => cell(index === 0 ? "th" : "td", index, value))))));
  }

  /** Sets the filter of the files, as somebody would by hand. */
  function choose(wanted) {
    for (const id of ["filter-text", "filter-layer", "filter-status", "filter-batch"]) byId(id).value = wanted[id] || "";
    byId("filter-person").checked = false;
    rows();
    byId("files").scrollIntoView();
    byId("files").focus({ preventScroll: true });
  }

  function overview() {
    const sums = (files) => [files.length, files.filter((file) => file.batch > 0).length,
      files.filter((file) => file.status === "done").length, ...["sites", "automatic", "person", "kept"].map((key) =>
        files.reduce((sum, file) => sum + file.counts[key], 0))];
    const chooser = (text, label, wanted) => make("button", { type: "button", class: "link", "aria-label": label, onclick: () => choose(wanted) }, text);
    const layers = [...new Set(report.files.map((file) => file.layer))];
    table("layer-table", ["layer", "files", "to move", "done", "sites", "tool", "person", "kept"], layers.map((layer) =>
      [chooser(layer, `files of the layer ${layer}`, { "filter-layer": layer, "filter-status": "*" }),
        ...sums(report.files.filter((file) => file.layer === layer))]));
    const batches = [...new Set(report.files.map((file) => file.batch))].filter((batch) => batch > 0).sort((a, b) => a - b);
    table("batch-table", ["batch", "files", "high priority", "sites", "person", "effort"], batches.map((batch) => {
      const files = report.files.filter((file) => file.batch === batch);
      const effort = (key) => files.reduce((sum, file) => sum + file.effort_minutes[key], 0);
      return [chooser(String(batch), `files of batch ${batch}`, { "filter-batch": String(batch) }), files.length,
        files.filter((file) => file.priority === "high").length, sums(files)[3], sums(files)[5],
        range({ low: effort("low"), high: effort("high") })];
    }));
  }

  const columns = [
    ["path", "file", (file) => file.path, false],
    ["layer", "layer", (file) => file.layer, false],
    ["status", "status", (file) => file.status, false],
    ["batch", "batch", (file) => file.batch || "", true],
    ["priority", "priority", (file) => file.priority, false],
    ["remaining", "remaining", remaining, true],
    ["hazards", "to look at", (file) => file.findings.filter(isHazard).length + file.blocking_calls.filter(holdsUp).length, true],
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

  /** How much of the longest file's work this is, and whose: seen, not read out, for the numbers stand beside it. */
  function bar(file) {
    const longest = Math.max(1, ...report.files.map(remaining));
    const part = (kind, count) => {
      const box = make("i", { class: kind });
      box.style.width = `${(4 * count) / longest}rem`;
      return box;
    };
    return make("span", { class: "bar", "aria-hidden": "true" }, part("auto", file.counts.automatic), part("person", file.counts.person));
  }

  function rows() {
    const text = byId("filter-text").value.trim().toLowerCase();
    const layer = byId("filter-layer").value, status = byId("filter-status").value, batch = byId("filter-batch").value;
    const person = byId("filter-person").checked;
    const chosen = report.files.filter((file) => (!text || haystack(file).includes(text)) && (!layer || file.layer === layer) &&
      (!batch || String(file.batch) === batch) &&
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
        : key === "remaining" ? make("td", { class: "number" }, bar(file), String(of(file)))
          : make("td", { class: isNumber ? "number" : null }, String(of(file) || ""))))));
    byId("filter-count").textContent = `${chosen.length} of ${report.files.length} files`;
  }

  const link = (path, line) => `#file=${encodeURIComponent(path)}${line ? `&line=${line}` : ""}`;
  const wanted = () => /^#file=([^&]*)(?:&line=(\d+))?$/.exec(location.hash) || [];
  const shown = () => decodeURIComponent(wanted()[1] || "");

  function note(one) {
    const kind = isHazard(one) ? "hazard" : one.status === "information" ? "auto" : kindOf(one);
    return make("li", { class: `note ${kind}` }, make("p", {}, make("span", { class: `badge ${kind}` }, words[kind]), " ",
      make("code", {}, one.code), ` ${one.message}`), one.reason ? make("p", {}, one.reason) : null);
  }

  const said = (kind, label, text) => make("li", { class: `note ${kind}` },
    make("p", {}, make("span", { class: `badge ${kind}` }, label), ` ${text}`));

  const keywords = new Set(("False None True and as assert async await break class continue def del elif else except finally for " +
    "from global if import in is lambda nonlocal not or pass raise return try while with yield").split(" "));
  const tokens = /#.*|(?:\b[rbfuRBFU]{1,2})?("""|\'\'\'|"(?:[^"\\]|\\.)*"?|\'(?:[^\'\\]|\\.)*\'?)|@[\w.]+|\b[A-Za-z_]\w*\b/g;

  /** Colours the lines of a Python file one after the other: strings of several lines need the line before. */
  function painter() {
    let open = ""; // the quotation that the line before left open
    return (text) => {
      const out = [];
      let at = 0;
      const put = (end, style) => {
        if (end > at) out.push(style ? make("span", { class: style }, text.slice(at, end)) : text.slice(at, end));
        at = end;
      };
      const close = () => {
        const end = text.indexOf(open, at);
        put(end < 0 ? text.length : end + 3, "string");
        if (end >= 0) open = "";
      };
      if (open) close();
      while (!open && at < text.length) {
        tokens.lastIndex = at;
        const found = tokens.exec(text);
        if (!found) break;
        put(found.index);
        const word = found[0];
        if (word.startsWith("#")) put(text.length, "comment");
        else if (found[1] === '"""' || found[1] === "\'\'\'") {
          open = found[1];
          out.push(make("span", { class: "string" }, word));
          at += word.length;
          close();
        } else put(at + word.length, found[1] ? "string" : word.startsWith("@") || keywords.has(word) ? "keyword" : null);
      }
      put(text.length);
      return out;
    };
  }

  function codeLine(number, text, hit) {
    return make("li", { class: hit ? "code hit" : "code", id: `line-${number}` },
      make("span", { "aria-hidden": "true" }, String(number)), make("span", {}, text.length === 0 ? " " : text));
  }

  /** The whole source where it is at hand, else the lines that the report itself quotes. */
  function sourceView(file) {
    const list = make("ol", {});
    const notes = new Map();
    for (const one of file.findings) notes.set(one.line, [...(notes.get(one.line) || []), note(one)]);
    const add = (line, item) => notes.set(line, [...(notes.get(line) || []), item]);
    for (const call of file.blocking_calls)
      if (call.in_coroutine)
        add(call.line, call.automatic ? said("auto", words.auto, `${call.name} leaves the event loop free`)
          : said("hazard", words.hazard, `${call.name} holds up the event loop`));
    for (const call of file.unrecognised)
      add(call.line, said("person", "not recognised", `nothing says what '${call.receiver}' is`));
    for (const load of file.loads)
      if (load.paths.length) add(load.line, said("auto", "loaded here", load.paths.join(", ")));
    const text = sources[file.path];
    if (text === undefined) {
      for (const [number, below] of [...notes].sort((a, b) => a[0] - b[0])) {
        const quoted = file.findings.find((one) => one.line === number);
        list.append(codeLine(number, quoted ? [quoted.text] : [], true), ...below);
      }
    } else {
      const paint = painter();
      text.split(/\r\n|\r|\n/).forEach((line, index) => {
        const below = notes.get(index + 1) || [];
        list.append(codeLine(index + 1, paint(line), below.length > 0), ...below);
      });
    }
    return make("div", { class: "source", tabindex: "0", role: "region", "aria-label": `source of ${file.path}` }, list);
  }

  /** From one finding to the next, without a look at what lies between. */
  function stepper(source) {
    const hits = [...source.querySelectorAll("li.hit")];
    let current = -1;
    const place = make("output", { "aria-live": "polite" }, `${plural(hits.length, "line")} with findings`);
    const step = (by) => {
      if (hits.length === 0) return;
      current = current < 0 && by < 0 ? hits.length - 1 : (current + by + hits.length) % hits.length;
      place.textContent = `${current + 1} of ${hits.length}: line ${hits[current].id.slice(5)}`;
      for (const one of hits) one.classList.toggle("current", one === hits[current]);
      hits[current].scrollIntoView({ block: "center" });
    };
    const button = (text, by) => make("button", { type: "button", class: "step", disabled: hits.length === 0, onclick: () => step(by) }, text);
    return make("div", { class: "stepper", role: "group", "aria-label": "Findings" }, button("Previous finding", -1), button("Next finding", 1), place);
  }

  function functionView(one, file) {
    const now = one.is_async ? "async def" : "def";
    const becomes = one.becomes === "both" ? `both: async def ${one.async_name} and def ${one.sync_name}`
      : one.becomes === "sync" ? `stays ${now}` : one.is_async ? "awaits" : "becomes async def";
    return make("details", {}, make("summary", {}, make("code", {}, one.name), " ",
      make("span", { class: `badge ${one.refusal ? (one.kept ? "kept" : "person") : "auto"}` },
        one.refusal ? `${becomes}, ${one.kept ? "kept" : "refused"}` : becomes)),
    one.demanded_by.length ? make("p", {}, "Demanded by, from the root down:") : null,
    one.demanded_by.length ? make("ol", { class: "chain" }, one.demanded_by.map((reason) => make("li", {}, reason))) : null,
    one.refusal ? make("p", {}, `No asynchronous form: ${one.refusal}`) : null,
    make("p", {}, make("a", { href: link(file.path, one.line) }, `line ${one.line}`)));
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
      `; ${file.lines} lines, ${file.functions.sync} def, ${file.functions.async} async def` +
      (file.callers ? `; called by ${plural(file.callers, "function")} of ${plural(file.calling_files, "other file")}` : "");
    const body = [];
    if (file.after.length)
      body.push(make("h3", {}, "After"), make("ul", { class: "plain" }, file.after.map((one) => make("li", {}, one))));
    if (file.together_with.length)
      body.push(make("h3", {}, "Together with"), make("ul", { class: "plain" }, file.together_with.map((one) =>
        make("li", {}, make("a", { href: link(one) }, one)))));
    if (file.session_functions.length)
      body.push(make("h3", {}, "Functions, and who demands their colour"), ...file.session_functions.map((one) => functionView(one, file)));
    const source = sourceView(file);
    body.push(make("h3", {}, "Source"), stepper(source), source);
    byId("detail-body").replaceChildren(...body);
    const line = wanted()[2] && byId(`line-${wanted()[2]}`);
    if (line) {
      line.tabIndex = -1;
      line.scrollIntoView({ block: "center" });
      line.focus({ preventScroll: true });
    } else if (move) {
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
      make("td", {}, one.reads.map((read) => make("div", {}, make("a", { href: link(read.path, read.line) }, `${read.path}:${read.line}`),
        read.loaded ? "" : ", not loaded"))),
      make("td", {}, one.suggestion ? make("code", {}, one.suggestion) : null, ` ${one.why}`))));
  }

  figures();
  decisions();
  overview();
  models();
  for (const [id, key] of [["filter-layer", "layer"], ["filter-status", "status"], ["filter-batch", "batch"]])
    for (const value of [...new Set(report.files.map((file) => file[key]))].sort((a, b) => (a < b ? -1 : 1)))
      if (value) byId(id).append(make("option", { value: String(value) }, String(value)));
  byId("filter").addEventListener("input", rows);
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => detail(true));
  heads();
  rows();
  detail(shown() !== "");
})();
