// Only comfort: every page reads and hands in without this file. No library, no inline code (strict CSP).
"use strict";
(() => {
  const root = document.documentElement;
  const dialog = document.getElementById("keys");
  const status = document.getElementById("status");
  const OFF = "yimen-keys-off";
  const say = (text) => { if (status) { status.textContent = text; } };
  const keysOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };

  // Keys: `/` search, `n` next case, `a` accept, `c` correction, `?` all of them. They can be switched off (WCAG 2.1.4).
  const go = (selector) => { const link = document.querySelector(selector); if (link) { link.click(); } return Boolean(link); };
  const search = () => {
    const field = document.querySelector('main input[type="search"], [role="search"] input, .filters input[type="text"]');
    if (field) { field.focus(); field.select(); } else { location.assign(root.dataset.search || "/items/"); }
    return true;
  };
  const next = () => {
    if (go('a[data-key="n"]')) { return true; }
    const links = [...document.querySelectorAll("table.cases td:first-child a")];
    if (!links.length) { return false; }
    links[(links.indexOf(document.activeElement) + 1) % links.length].focus();
    return true;
  };
  const actions = {
    "/": search,
    n: next,
    a: () => go('main a[href$="/do/accept_application/"]'),
    c: () => go('main a[href$="/do/request_correction/"]'),
    "?": () => { if (dialog && !dialog.open) { dialog.showModal(); } return true; },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) { return; }
    if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog, [contenteditable]")) { return; }
    if (keysOff() && event.key !== "?") { return; }
    if (Object.hasOwn(actions, event.key) && actions[event.key]()) { event.preventDefault(); }
  });
  for (const opener of document.querySelectorAll("[data-opens-keys]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => actions["?"]());
  }
  const toggle = document.getElementById("keys-on");
  if (toggle) {
    toggle.checked = !keysOff();
    toggle.addEventListener("change", () => {
      try { localStorage.setItem(OFF, toggle.checked ? "0" : "1"); } catch { /* without storage they stay on */ }
    });
  }

  // The error summary gets the focus, so that it is read first.
  document.getElementById("error-summary")?.focus();

  // Small, complete tables: a click on a head sorts; numbers as numbers.
  for (const table of document.querySelectorAll("table[data-sortable]")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const side = head.getAttribute("aria-sort") === "descending" ? 1 : -1;
        const value = (row) => row.cells[column].textContent.trim();
        const rows = [...table.tBodies[0].rows].sort((a, b) => side * value(a).localeCompare(value(b), root.lang, { numeric: true }));
        table.tBodies[0].append(...rows);
        heads.forEach((other) => other.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", side === 1 ? "ascending" : "descending");
        say(`${table.dataset.sortable}: ${button.textContent}`);
      });
    });
  }

  // A ready text goes into its field at once, where it can be changed.
  for (const select of document.querySelectorAll("select[data-fills]")) {
    select.addEventListener("change", () => {
      const field = document.getElementById(select.dataset.fills);
      if (!field || !select.value) { return; }
      field.value = field.value ? `${field.value}\n${select.selectedOptions[0].textContent}` : select.selectedOptions[0].textContent;
      select.value = "";
      field.focus();
    });
  }
  for (const all of document.querySelectorAll("[data-checks]")) {
    all.closest("label").hidden = false;
    all.addEventListener("change", () => {
      for (const box of document.querySelectorAll(`input[name="${all.dataset.checks}"]`)) { box.checked = all.checked; }
    });
  }
  for (const printer of document.querySelectorAll("[data-prints]")) {
    printer.hidden = false;
    printer.addEventListener("click", () => window.print());
  }
})();
