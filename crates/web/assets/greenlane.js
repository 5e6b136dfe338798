// Live refresh and keys. Every page is whole without this script.
"use strict";
(() => {
  // What happened makes the page ask for itself again, at most once in so many milliseconds.
  const PAUSE = 2000;
  const body = document.body;
  let asked = 0;
  let waiting = null;

  async function refresh() {
    waiting = null;
    asked = Date.now();
    const response = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (!response.ok || response.redirected) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const part of document.querySelectorAll("[data-fresh]")) {
      // Nothing changes under the cursor of somebody who works in it.
      if (part.contains(document.activeElement)) continue;
      const other = fresh.getElementById(part.id);
      if (other && other.innerHTML !== part.innerHTML) part.innerHTML = other.innerHTML;
    }
  }

  function soon() {
    if (waiting !== null || document.hidden) return;
    waiting = setTimeout(() => refresh().catch(() => {}), Math.max(0, PAUSE - (Date.now() - asked)));
  }

  if (body.dataset.live && "EventSource" in window) {
    const only = body.dataset.case;
    const stream = new EventSource(body.dataset.live);
    stream.addEventListener("step", (event) => {
      if (!only || JSON.parse(event.data).case === only) soon();
    });
    stream.addEventListener("reset", soon);
    stream.onopen = () => body.classList.add("is-live");
    stream.onerror = () => body.classList.remove("is-live");
    document.addEventListener("visibilitychange", soon);
    addEventListener("pagehide", () => stream.close());
  }

  // A field inside a closed line of goods opens it.
  function reveal() {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView({ block: "center" });
    if (target.tabIndex >= -1) target.focus({ preventScroll: true });
  }
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  function row(step) {
    const rows = [...document.querySelectorAll("table.rows tbody tr")].filter((tr) => tr.querySelector("a"));
    if (!rows.length) return;
    const at = rows.findIndex((tr) => tr.contains(document.activeElement));
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    next.querySelector("a").focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "j" || event.key === "k") return row(event.key === "j" ? 1 : -1);
    if (event.key === "e") {
      const first = document.querySelector(".summary a");
      if (first) first.focus();
      return;
    }
    const target = [...document.querySelectorAll("[data-key]")].find((node) => node.dataset.key === event.key);
    if (!target) return;
    event.preventDefault();
    if (target.tagName === "A") target.click();
    else target.focus();
  });
})();
