/* Suggestions under a search box, as a combobox with a listbox (WAI-ARIA 1.2).
 *
 * Without this file the box is an ordinary field of a form. Whatever goes wrong here shows
 * nothing: searching never depends on it.
 */
(() => {
  "use strict";

  const WAIT = 150; // milliseconds after the last key
  const PAUSE = 10000; // after a server that has too much to do
  const LONGEST = 200; // signs; the search uses no more

  const enhance = (box, number) => {
    const form = box.form;
    if (!form) return;
    const list = document.createElement("div");
    list.className = "suggest";
    list.id = `suggest-${number}`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.dataset.completeLabel);
    const status = document.createElement("p");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    form.append(list, status);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-controls": list.id,
    })) {
      box.setAttribute(name, value);
    }

    let timer = 0;
    let running = null;
    let active = -1;
    let silentUntil = 0;
    const options = () => [...list.querySelectorAll("[role=option]")];

    const stop = () => {
      clearTimeout(timer);
      if (running) running.abort();
      running = null;
    };
    const close = () => {
      stop();
      active = -1;
      list.hidden = true;
      list.replaceChildren();
      status.textContent = "";
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };
    const choose = (option) => {
      const address = option.dataset.url;
      close();
      window.location.assign(address);
    };
    const point = (index) => {
      const all = options();
      all.forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
      active = index;
      if (index < 0) {
        box.removeAttribute("aria-activedescendant");
        return;
      }
      box.setAttribute("aria-activedescendant", all[index].id);
      all[index].scrollIntoView({ block: "nearest" });
    };
    const show = (html) => {
      const parsed = new DOMParser().parseFromString(html, "text/html");
      const said = parsed.querySelector("[data-status]");
      if (said) said.remove();
      // Two boxes on a page must not share the names of their options.
      parsed.querySelectorAll("[id]").forEach((element) => { element.id += `-${number}`; });
      parsed.querySelectorAll("[aria-labelledby]").forEach((element) => {
        element.setAttribute("aria-labelledby", `${element.getAttribute("aria-labelledby")}-${number}`);
      });
      list.replaceChildren(...parsed.body.children);
      active = -1;
      box.removeAttribute("aria-activedescendant");
      const some = options().length > 0;
      list.hidden = !some;
      list.scrollTop = 0;
      box.setAttribute("aria-expanded", String(some));
      status.textContent = some && said ? said.textContent : "";
    };

    const ask = async () => {
      const typed = box.value.trim();
      if (!typed || Date.now() < silentUntil) return close();
      const asked = new URLSearchParams();
      for (const [name, value] of new FormData(form)) {
        if (value && !["q", "sort", "any"].includes(name)) asked.append(name, value);
      }
      asked.set("q", [...typed].slice(0, LONGEST).join(""));
      if (running) running.abort();
      const mine = new AbortController();
      running = mine;
      try {
        const answer = await fetch(`${box.dataset.complete}?${asked}`, {
          signal: mine.signal,
          credentials: "omit",
          headers: { "X-Requested-With": "complete" },
        });
        if (answer.status === 429 || answer.status === 503) silentUntil = Date.now() + PAUSE;
        const html = answer.status === 200 ? await answer.text() : "";
        if (running !== mine || document.activeElement !== box) return;
        running = null;
        if (html) show(html);
        else close();
      } catch {
        // Given up for a newer one, or offline: the server tells of its own failures.
        if (running === mine) close();
      }
    };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    };

    box.addEventListener("input", (event) => {
      if (!event.isComposing) soon();
    });
    box.addEventListener("compositionend", soon);
    box.addEventListener("blur", close);
    form.addEventListener("submit", close);
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(option);
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) close();
    });

    box.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return; // the keys belong to the composition
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const last = options().length - 1;
      if (list.hidden) {
        if (event.key === "ArrowDown" && box.value.trim()) {
          event.preventDefault();
          ask();
        }
        return;
      }
      switch (event.key) {
        case "ArrowDown":
          point(active >= last ? -1 : active + 1);
          break;
        case "ArrowUp":
          point(active < 0 ? last : active - 1);
          break;
        case "Home":
          if (active < 0) return; // in the text, as ever
          point(0);
          break;
        case "End":
          if (active < 0) return;
          point(last);
          break;
        case "Enter":
          if (active < 0) return; // searches
          choose(options()[active]);
          break;
        case "Escape":
          close();
          break;
        default:
          return;
      }
      event.preventDefault();
    });
  };

  document.querySelectorAll("input[data-complete]").forEach(enhance);
})();
