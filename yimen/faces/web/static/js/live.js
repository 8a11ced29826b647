// Pages that answer without loading anew: suggestions, saving on the way, uploads, dropped and pasted scans.
// htmx fetches; this file says what happened and lets nobody lose what was typed. Only comfort, as house.js.
"use strict";
(() => {
  const htmx = window.htmx;
  const status = document.getElementById("status");
  const words = document.getElementById("words")?.dataset ?? {};
  const say = (text) => { if (status && text) { status.textContent = text; } };
  const each = (part, selector, act) => {
    if (part.matches?.(selector)) { act(part); }
    part.querySelectorAll(selector).forEach(act);
  };

  // What would be lost: forms that say data-guard, from the first letter to the sending (or the quiet saving).
  const dirty = new WeakMap();
  const guarded = () => [...document.querySelectorAll("form[data-guard]")];
  const touched = (event) => {
    const form = event.target.form;
    if (form?.matches("[data-guard]")) { dirty.set(form, (dirty.get(form) ?? 0) + 1); }
  };
  document.addEventListener("input", touched);
  document.addEventListener("change", touched);
  window.addEventListener("beforeunload", (event) => {
    if (guarded().some((form) => dirty.get(form))) { event.preventDefault(); }
  });

  // One click is enough: the second waits for the answer to the first; slow work shows that it goes on.
  const BUSY_AFTER = 500, AGAIN_AFTER = 15000;
  const busy = new Set();
  const free = (form) => {
    busy.delete(form);
    form.removeAttribute("aria-busy");
    form.querySelector(".working")?.remove();
  };
  const working = (form) => {
    if (!busy.has(form)) { return; }
    const line = document.createElement("p");
    const bar = document.createElement("progress");
    line.className = "working";
    bar.setAttribute("aria-label", words.busy ?? "");
    line.append(bar, " ", words.busy ?? "");
    (form.querySelector(".buttons") ?? form).append(line);
    say(words.busy);
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || event.submitter?.formTarget) { return; }
    if (form.classList.contains("htmx-request")) { // the quiet saving is on its way: first it, then this
      event.preventDefault();
      form.addEventListener("htmx:afterRequest", () => form.requestSubmit(event.submitter), { once: true });
      return;
    }
    if (busy.has(form)) { event.preventDefault(); return; }
    dirty.delete(form);
    busy.add(form);
    form.setAttribute("aria-busy", "true");
    setTimeout(working, BUSY_AFTER, form);
    setTimeout(free, AGAIN_AFTER, form); // an answer that is a file leaves the page as it is
  });
  window.addEventListener("pageshow", () => [...busy].forEach(free));

  if (!htmx) { return; }

  // Suggestions while typing (a combobox: arrows, Enter, Escape).
  const combobox = (field) => {
    const list = field.form.querySelector(".suggestions");
    let active = -1;
    const options = () => [...list.querySelectorAll('[role="option"]')];
    const choose = (index) => {
      const all = options();
      active = all.length ? (index + all.length) % all.length : -1;
      all.forEach((option, place) => option.setAttribute("aria-selected", String(place === active)));
      if (active < 0) { field.removeAttribute("aria-activedescendant"); return; }
      field.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    };
    const open = (is) => {
      list.hidden = !is;
      field.setAttribute("aria-expanded", String(is));
      if (!is) { active = -1; field.removeAttribute("aria-activedescendant"); }
    };
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, autocomplete: "off" })) {
      field.setAttribute(name, value);
    }
    open(false);
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus until the click
    list.addEventListener("htmx:beforeSwap", (event) => { if (!field.value.trim()) { event.detail.shouldSwap = false; open(false); } });
    list.addEventListener("htmx:afterSwap", () => {
      const found = list.firstElementChild;
      open(Boolean(found) && document.activeElement === field);
      say(found?.dataset.said);
      active = -1;
      if (field.hasAttribute("data-first")) { choose(0); } // the clerk's Enter takes the best answer
    });
    field.addEventListener("input", () => { if (!field.value.trim()) { open(false); } });
    field.addEventListener("blur", () => open(false));
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || list.hidden) { return; }
      const all = options();
      if (event.key === "ArrowDown") { choose(active + 1); }
      else if (event.key === "ArrowUp") { choose(active < 0 ? all.length - 1 : active - 1); }
      else if (event.key === "Escape") { open(false); }
      else if (event.key === "Enter" && all[active]?.href) { all[active].click(); }
      else { return; }
      event.preventDefault();
    });
  };

  // Scans: dropped on their row, or pasted into the row that has the focus (else the first row without a file).
  const give = (row, files) => {
    const input = row.querySelector('input[type="file"]:not([capture])');
    if (!input || !files.length) { return; }
    const taken = new DataTransfer();
    [...files].slice(0, input.multiple ? files.length : 1).forEach((file) => taken.items.add(file));
    input.files = taken.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  };
  const rows = () => [...document.querySelectorAll("[data-drop]")];
  const droppable = (row) => {
    const lit = (is) => row.classList.toggle("is-over", is);
    row.addEventListener("dragover", (event) => { event.preventDefault(); lit(true); });
    row.addEventListener("dragleave", () => lit(false));
    row.addEventListener("drop", (event) => { event.preventDefault(); lit(false); give(row, event.dataTransfer.files); });
    row.addEventListener("change", (event) => {
      const file = event.target.type === "file" && event.target.files[0];
      const box = row.querySelector('input[type="checkbox"]');
      if (file && box) { box.checked = true; }
      if (file) { say(`${row.dataset.drop}: ${file.name}`); }
    });
    row.querySelector(".drop-hint")?.removeAttribute("hidden");
  };
  document.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    const all = rows();
    if (!files?.length || !all.length) { return; }
    const empty = (row) => ![...row.querySelectorAll('input[type="file"]')].some((input) => input.files.length) && !row.querySelector('[name^="kept-"]');
    event.preventDefault();
    give(document.activeElement?.closest("[data-drop]") ?? all.find(empty) ?? all[0], files);
  });

  // The applicant of a counter: Enter looks up, and so does the last character of a number (a card reader types both).
  // What is typed while the answer comes stays.
  const WHOLE_NUMBER = 18;
  const looksUp = (field) => {
    const search = () => field.form.querySelector("#look-up")?.click();
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.ctrlKey && !event.isComposing && field.value.trim()) { event.preventDefault(); search(); }
    });
    if (field.name !== "id_number") { return; }
    let sought = field.value;
    field.addEventListener("input", () => {
      if (field.value.length === WHOLE_NUMBER && field.value !== sought) { sought = field.value; search(); }
    });
  };
  let before = {};
  const values = () => Object.fromEntries([...document.querySelectorAll("#applicant input:not([type=radio], [type=hidden])")].map((input) => [input.id, input.value]));
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.target.id === "look-up") { before = values(); } });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig.elt.id !== "look-up" || !event.detail.shouldSwap) { return; }
    const newer = Object.entries(values()).filter(([id, value]) => value !== before[id]);
    setTimeout(() => newer.forEach(([id, value]) => { document.getElementById(id).value = value; }), 50);
  });

  // A long upload shows how far it is.
  const bars = new WeakMap();
  document.addEventListener("htmx:beforeRequest", (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.files.length) { return; }
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", `${words.uploading}: ${input.files[0].name}`);
    bars.set(input, bar);
    input.after(bar);
    say(`${words.uploading}: ${input.files[0].name}`);
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = bars.get(event.target);
    if (bar && event.detail.lengthComputable) { bar.value = event.detail.loaded / event.detail.total; }
  });

  // The paper before it is made, beside its form on a wide screen, in a window of its own on a narrow one.
  const previews = (button) => button.addEventListener("click", () => {
    const frame = document.querySelector("iframe[name=preview]");
    if (!frame || !matchMedia("(min-width: 60rem)").matches) { return; }
    button.setAttribute("formtarget", "preview");
    const place = frame.closest("[hidden]");
    if (place) { place.hidden = false; }
    say(words.busy);
  });

  // Saving on the way, and what to say when an answer does not come.
  const lost = (event) => {
    const source = event.detail.requestConfig.elt;
    bars.get(source)?.remove();
    if (event.detail.requestConfig.verb === "get") {
      if (!source.matches('[type="search"]')) { location.assign(event.detail.pathInfo.finalRequestPath); }
      return;
    }
    const place = document.getElementById("saved");
    if (place) { place.textContent = words.offline; place.classList.add("late"); }
    say(words.offline);
  };
  document.addEventListener("htmx:sendError", lost);
  document.addEventListener("htmx:timeout", lost);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target;
    if (form.matches("form[data-guard]")) { event.detail.xhr.yimenCount = dirty.get(form); }
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    const elt = requestConfig.elt; // who asked; the event itself happens where the answer goes
    const away = new URL(xhr.responseURL || location.href).pathname.startsWith("/sign-in");
    const refused = !event.detail.shouldSwap && xhr.status >= 400;
    if (away || refused) { event.detail.shouldSwap = false; lost(event); return; }
    if (elt.matches("form[data-guard]") && xhr.status < 400 && dirty.get(elt) === xhr.yimenCount) { dirty.delete(elt); }
  });
  document.addEventListener("htmx:afterSettle", (event) => say(event.target.dataset?.said));

  htmx.onLoad((part) => {
    each(part, "input[data-suggests]", (field) => { if (field.getAttribute("role") !== "combobox") { combobox(field); } });
    each(part, "[data-drop]", droppable);
    each(part, 'form[data-guard="typed"]', (form) => dirty.set(form, 1)); // refused: what was typed is nowhere else
    each(part, "[data-previews]", previews);
    each(part, "[data-looks-up]", looksUp);
  });
})();
