// The editor of risk profiles: live check and completion of names. The form is whole without this script.
"use strict";
(() => {
  const form = document.querySelector("form.editor");
  const area = document.getElementById("source");
  if (!form || !area) return;
  const live = document.getElementById("live");
  const { check, lang, ok, place } = form.dataset;
  // A pause in typing, in milliseconds, after which the text is checked.
  const PAUSE = 350;
  // Names offered at a time.
  const OFFERED = 9;
  // Characters that names are made of.
  const WORD = /[A-Za-z_][\w.[\]]*$|"[a-z_]*$|\.[A-Za-z]*$/;

  // Live check.
  let waiting = null;
  let asked = 0;
  function node(name, text, kind) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }
  function offset(line, column) {
    const lines = area.value.split("\n");
    let at = 0;
    for (let nth = 0; nth < line - 1 && nth < lines.length; nth += 1) at += lines[nth].length + 1;
    // Columns count characters, not the halves of which some are made.
    return at + [...(lines[line - 1] || "")].slice(0, column - 1).join("").length;
  }
  const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.?!]$/.test(text) ? "" : ".");
  function show({ errors, advice }) {
    live.replaceChildren();
    live.classList.toggle("bad", errors.length > 0);
    if (errors.length) area.setAttribute("aria-invalid", "true");
    else area.removeAttribute("aria-invalid");
    if (!errors.length) {
      live.append(node("p", ok, "good"));
      for (const told of advice || []) {
        const words = node("p", `${sentence(told.text)} ${sentence(told.cure)} `, "warn");
        words.append(node("code", told.code));
        live.append(words);
      }
      return;
    }
    for (const error of errors) {
      const line = area.value.split("\n")[error.line - 1] || "";
      const words = node("p");
      const go = node("button", place.replace("{line}", error.line).replace("{column}", error.column), "quiet");
      go.type = "button";
      go.addEventListener("click", () => {
        const at = offset(error.line, error.column);
        area.focus();
        area.setSelectionRange(at, at);
        area.scrollTop = (error.line - 5) * metrics().height;
      });
      words.append(node("b", sentence(error.text)), ` ${sentence(error.cure)} `, go, " ", node("code", error.code));
      const shown = node("pre", null, "source caret");
      shown.dataset.code = error.code;
      const blanks = [...line].slice(0, error.column - 1).map((c) => (c === "\t" ? c : " ")).join("");
      shown.append(node("code", `${line}\n`), node("b", `${blanks}^`));
      live.append(words, shown);
    }
  }
  async function ask() {
    waiting = null;
    const mine = (asked += 1);
    const response = await fetch(`${check}?lang=${lang}`, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/toml", "Accept-Language": lang },
      body: area.value,
    });
    if (response.ok && mine === asked) show(await response.json());
  }
  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask().catch(() => {}), PAUSE);
  }

  // Completion. The list stands below the word; the field keeps the focus.
  const list = node("ul", null, "offered");
  list.id = "offered";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  area.parentElement.append(list);
  area.setAttribute("aria-controls", "offered");
  area.setAttribute("aria-autocomplete", "list");
  let names = [];
  let shown = [];
  let chosen = 0;
  let begins = 0;
  fetch(form.dataset.names, { credentials: "same-origin" })
    .then((response) => (response.ok ? response.json() : { names: [] }))
    .then((all) => { names = all.names.map((row) => ({ ...row, low: row.name.toLowerCase(), word: row.label.toLowerCase() })); })
    .catch(() => {});

  function metrics() {
    const style = getComputedStyle(area);
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.font = `${style.fontSize} ${style.fontFamily}`;
    return { width: canvas.measureText("m").width, height: parseFloat(style.lineHeight), left: parseFloat(style.paddingLeft), top: parseFloat(style.paddingTop) };
  }
  function close() {
    list.hidden = true;
    area.removeAttribute("aria-activedescendant");
  }
  function mark() {
    [...list.children].forEach((row, nth) => row.setAttribute("aria-selected", nth === chosen ? "true" : "false"));
    area.setAttribute("aria-activedescendant", `offered-${chosen}`);
  }
  function matches(word) {
    const low = word.toLowerCase();
    const rank = (row) => {
      if (row.low.startsWith(low)) return 0;
      if (row.low.includes(low)) return 1;
      return low.length > 2 && row.word.includes(low) ? 2 : 9;
    };
    return names.map((row) => [rank(row), row]).filter(([at]) => at < 9).sort((a, b) => a[0] - b[0] || a[1].low.length - b[1].low.length).slice(0, OFFERED).map(([, row]) => row);
  }
  function offer(all) {
    const before = area.value.slice(0, area.selectionStart);
    const found = area.selectionStart === area.selectionEnd && WORD.exec(before);
    const word = found ? found[0] : "";
    if (!all && word.length < 2) return close();
    shown = word ? matches(word) : names.slice(0, OFFERED);
    if (!shown.length || (shown.length === 1 && shown[0].name === word)) return close();
    begins = area.selectionStart - word.length;
    chosen = 0;
    list.replaceChildren(...shown.map((row, nth) => {
      const item = node("li");
      item.id = `offered-${nth}`;
      item.setAttribute("role", "option");
      item.append(node("code", row.name), node("span", row.label, "note"));
      item.addEventListener("mousedown", (event) => { event.preventDefault(); chosen = nth; take(); });
      return item;
    }));
    list.hidden = false;
    stand();
    mark();
  }
  // Puts the list below the word, wherever the text is scrolled to.
  function stand() {
    if (list.hidden) return;
    const lines = area.value.slice(0, begins).split("\n");
    const { width, height, left, top } = metrics();
    const x = left + lines[lines.length - 1].length * width - area.scrollLeft;
    list.style.left = `${Math.max(0, Math.min(x, area.clientWidth - list.offsetWidth))}px`;
    list.style.top = `${top + lines.length * height - area.scrollTop + 2}px`;
  }
  function take() {
    const row = shown[chosen];
    if (!row) return close();
    area.setRangeText(row.name, begins, area.selectionStart, "end");
    close();
    area.focus();
    soon();
  }
  area.addEventListener("input", () => { offer(false); soon(); });
  area.addEventListener("blur", close);
  area.addEventListener("scroll", stand);
  area.addEventListener("click", close);
  area.addEventListener("keydown", (event) => {
    if (event.key === " " && event.ctrlKey) { event.preventDefault(); return offer(true); }
    if (list.hidden) return undefined;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length;
      mark();
    } else if (event.key === "Enter" || event.key === "Tab") {
      // What stands there whole already is not taken: the key does what it does elsewhere.
      if (area.value.slice(begins, area.selectionStart) === shown[chosen].name) return close();
      take();
    } else if (event.key === "Escape") {
      // Only the list closes: the field keeps the focus.
      event.stopPropagation();
      close();
    } else {
      return undefined;
    }
    return event.preventDefault();
  });

  // The table of names narrows as one types; a press puts the name into the text.
  const panel = document.getElementById("names");
  const filter = document.getElementById("filter");
  if (panel && filter) {
    filter.parentElement.hidden = false;
    const rows = [...panel.querySelectorAll("tbody tr")];
    filter.addEventListener("input", () => {
      const low = filter.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(low);
    });
  }
  soon();
})();
