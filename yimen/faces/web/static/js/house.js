// Only comfort: every page reads and hands in without this file. No library, no inline code (strict CSP).
"use strict";
(() => {
  const root = document.documentElement;
  const dialog = document.getElementById("keys");
  const status = document.getElementById("status");
  const OFF = "yimen-keys-off";
  const say = (text) => { if (status) { status.textContent = text; } };
  const stored = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  let off = stored();

  // Keys: `/` search, `n` next case, `?` all of them, and whatever an element of the page names as its data-key.
  // They can be switched off (WCAG 2.1.4).
  const shown = (element) => element.getClientRects().length > 0;
  const keyed = (key) => [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && shown(one));
  const search = () => {
    const field = document.querySelector('main input[type="search"], [role="search"] input, .filters input[type="text"]');
    if (field) { field.focus(); field.select(); } else { location.assign(root.dataset.search || "/items/"); }
    return true;
  };
  const next = () => {
    const link = keyed("n");
    if (link) { link.click(); return true; }
    const links = [...document.querySelectorAll("table.cases td:first-child a")];
    if (!links.length) { return false; }
    links[(links.indexOf(document.activeElement) + 1) % links.length].focus();
    return true;
  };
  // The keys of this page, in words, into the dialog.
  const tell = () => {
    const list = document.getElementById("keys-here");
    if (!list) { return; }
    list.replaceChildren(...[...document.querySelectorAll("[data-key]")].filter((one) => one.dataset.key !== "n" && shown(one)).map((one) => {
      const row = document.createElement("div");
      const [term, meaning, key] = ["dt", "dd", "kbd"].map((name) => document.createElement(name));
      key.textContent = one.dataset.key;
      meaning.textContent = one.dataset.keyWords || one.textContent.trim();
      term.append(key);
      row.append(term, meaning);
      return row;
    }));
  };
  const actions = {
    "/": search,
    n: next,
    "?": () => { if (dialog && !dialog.open) { tell(); dialog.showModal(); } return true; },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) { return; }
    if (event.target.closest("input:not([type=checkbox], [type=radio], [type=file]), textarea, select, dialog[open], [contenteditable]")) { return; }
    if (off && event.key !== "?") { return; }
    if (Object.hasOwn(actions, event.key)) {
      if (actions[event.key]()) { event.preventDefault(); }
      return;
    }
    const found = event.key.length === 1 && keyed(event.key);
    if (found) { event.preventDefault(); found.click(); }
  });
  const mark = () => { root.toggleAttribute("data-keys", !off); };
  mark();
  const toggle = document.getElementById("keys-on");
  if (toggle) {
    toggle.checked = !off;
    toggle.addEventListener("change", () => {
      off = !toggle.checked;
      try { localStorage.setItem(OFF, off ? "1" : "0"); } catch { /* without storage it holds for this page */ }
      mark();
    });
  }
  for (const opener of document.querySelectorAll("[data-opens-keys]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => actions["?"]());
  }

  // Small, complete tables: a click on a head sorts; numbers as numbers.
  const sortable = (table) => {
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
  };
  // A ready text goes into its field at once, where it can be changed.
  const fills = (select) => select.addEventListener("change", () => {
    const field = document.getElementById(select.dataset.fills);
    if (!field || !select.value) { return; }
    field.value = field.value ? `${field.value}\n${select.selectedOptions[0].textContent}` : select.selectedOptions[0].textContent;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    select.value = "";
    field.focus();
  });
  const ticksAll = (all) => {
    all.closest("label").hidden = false;
    all.addEventListener("change", () => {
      const which = all.hasAttribute("data-required") ? "[data-required]" : "";
      for (const box of document.querySelectorAll(`input[type="checkbox"][name^="${all.dataset.checks}"]${which}`)) { box.checked = all.checked; }
    });
  };
  const countsTicks = (line) => {
    const boxes = [...line.closest("form").querySelectorAll(`input[type="checkbox"][name="${line.dataset.ticked}"]`)];
    const show = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      line.textContent = line.dataset.words.replace("{n}", ticked).replace("{m}", boxes.length);
    };
    line.hidden = false;
    line.closest("form").addEventListener("change", show);
    show();
  };
  const prints = (printer) => {
    printer.hidden = false;
    if (printer.hasAttribute("autofocus")) { printer.focus(); } // it could not take the focus while it was hidden
    printer.addEventListener("click", () => window.print());
  };
  const each = (part, selector, act) => {
    if (part.matches?.(selector)) { act(part); }
    part.querySelectorAll(selector).forEach(act);
  };
  const quickly = (form) => form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.ctrlKey || event.isComposing) { return; }
    event.preventDefault();
    form.requestSubmit();
  });
  // A part that came later (htmx) gets the same as the page. Its first call is for the page itself.
  const ready = (part) => {
    each(part, "table[data-sortable]", (table) => { if (!table.tHead.querySelector("button")) { sortable(table); } });
    each(part, "select[data-fills]", fills);
    each(part, "[data-checks]", ticksAll);
    each(part, "[data-ticked]", countsTicks);
    each(part, "[data-prints]", prints);
    each(part, "form[data-ctrl-enter]", quickly);
    // The error summary gets the focus, so that it is read first.
    part.querySelector("#error-summary")?.focus();
  };
  if (window.htmx) { window.htmx.onLoad(ready); } else { ready(document); }
})();
