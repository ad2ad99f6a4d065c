/* Search: a tick is enough.
 *
 * The page works without this file: the form is an ordinary GET form with a button. Here a
 * change of a facet sends it through htmx, which exchanges the results, the counts and the head
 * of the list and writes the new address; this file keeps what such an exchange would lose
 * (open groups, focus) and says how many results there are. A button that unfolds what a facet has
 * folded away exchanges that facet alone.
 */
(() => {
  "use strict";

  const FORM_ID = "search-form";
  const form = document.getElementById(FORM_ID);
  if (!form || !window.htmx) return;

  document.documentElement.classList.add("js");
  const page = form.closest("main") || document.body;
  const drawer = document.getElementById("filters");
  const status = document.getElementById("search-status");
  let remembered = null;
  let revealing = null;

  // In a phone's drawer the names of the groups come first; what is chosen stays open.
  const narrow = window.matchMedia("(max-width: 759.98px)");
  const groups = [...page.querySelectorAll("details.facet")];
  if (narrow.matches) {
    groups.slice(1).forEach((group) => {
      group.open = Boolean(group.querySelector("input:checked, input[name=unfold]"));
    });
  }

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.form === form && field.matches("input:not([type=search]), select")) {
      form.requestSubmit();
    }
  });

  // Everything chosen has been applied already: the drawer's button only gives way to the list.
  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-close-drawer]");
    if (closer && drawer && drawer.matches(":popover-open")) drawer.hidePopover();
  });

  // Events of the exchange start at the element exchanged; who asked stands in their detail.
  const asker = (event) => (event.detail.requestConfig || event.detail).elt;
  const ours = (event) => asker(event) === form;
  const facet = (event) => asker(event)?.closest?.("details.facet");

  const boxes = (group) => [...group.querySelectorAll("input[type=checkbox]")];

  // The list that is shown, with a facet written further; what is typed meanwhile stays typed.
  const addressWith = (group) => {
    const query = new URLSearchParams(window.location.search);
    query.delete("unfold");
    for (const wish of page.querySelectorAll("input[name=unfold]")) {
      query.append("unfold", wish.value);
    }
    return `${form.getAttribute("action")}?${query}`;
  };

  const unfold = (button) => {
    const group = button.closest("details.facet");
    const isBusy = page.matches(".is-loading") || page.querySelector("details.facet[aria-busy]");
    const isWhole = button.matches(".facet-more");
    revealing = {
      group: group.id,
      known: new Set(boxes(group).map((box) => box.id)),
      name: (isWhole ? group.querySelector("legend") : button).textContent,
    };
    // In the form: a tick while this is under way must ask for it, too.
    const wish = document.createElement("input");
    wish.type = "hidden";
    wish.name = button.name;
    wish.value = button.value;
    wish.setAttribute("form", FORM_ID);
    group.querySelector("fieldset").append(wish);
    if (isBusy) {
      form.requestSubmit();
      return;
    }
    group.setAttribute("aria-busy", "true");
    const place = `#${group.id}`;
    const swapped = { source: group, target: place, select: place, swap: "outerHTML" };
    // What goes wrong is dealt with where htmx says so, below.
    window.htmx.ajax("GET", addressWith(group), swapped)?.catch(() => {});
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=unfold]");
    if (!button || button.form !== form) return;
    event.preventDefault();
    unfold(button);
  });

  // The button is gone: the first of what it brought has the focus, and is named.
  const reveal = () => {
    const { group: id, known, name } = revealing;
    revealing = null;
    const group = document.getElementById(id);
    const isNew = (box) => !known.has(box.id) && !box.closest("details:not([open])");
    const first = group && boxes(group).find(isNew);
    if (!first) return;
    first.focus();
    if (status) status.textContent = [status.dataset.textShown, name].join(" ");
  };

  // Addresses without "q=&year_from=": short enough to be shared.
  document.body.addEventListener("htmx:configRequest", (event) => {
    if (!ours(event)) return;
    const parameters = event.detail.formData;
    for (const key of new Set(parameters.keys())) {
      const values = parameters.getAll(key).filter((value) => value !== "");
      parameters.delete(key);
      values.forEach((value) => parameters.append(key, value));
    }
  });

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (ours(event)) page.classList.add("is-loading");
  });

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (!ours(event) && !facet(event)) return;
    const active = document.activeElement;
    remembered = {
      isList: ours(event),
      open: new Map([...page.querySelectorAll("details[id]")].map((d) => [d.id, d.open])),
      focus: active && active.id,
      scroll: drawer ? drawer.scrollTop : 0,
    };
  });

  document.body.addEventListener("htmx:afterSettle", () => {
    if (!remembered) return;
    const before = remembered;
    remembered = null;
    for (const [id, open] of before.open) {
      const group = document.getElementById(id);
      if (group) group.open = open;
    }
    const again = before.focus && document.getElementById(before.focus);
    if (again && document.activeElement !== again) again.focus({ preventScroll: true });
    if (drawer) drawer.scrollTop = before.scroll;
    const count = document.getElementById("result-count");
    if (before.isList && status && count) status.textContent = count.textContent.trim();
    if (revealing) reveal();
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    const group = facet(event);
    if (group) {
      group.removeAttribute("aria-busy");
      const { successful, xhr } = event.detail;
      if (!successful && xhr.status !== 0) window.location.assign(`${addressWith(group)}#${group.id}`);
    }
    if (!ours(event)) return;
    page.classList.remove("is-loading");
    // An error: let the browser ask again in the ordinary way and show what it gets. (Status 0 is
    // a request given up for a newer one.)
    if (!event.detail.successful && event.detail.xhr.status !== 0) form.submit();
  });
  document.body.addEventListener("htmx:sendError", (event) => {
    const group = facet(event);
    if (group) window.location.assign(`${addressWith(group)}#${group.id}`);
    if (ours(event)) form.submit();
  });

  // A drawer left open while a phone is turned to its broad side would float over the page.
  narrow.addEventListener("change", (event) => {
    if (!event.matches && drawer && drawer.matches(":popover-open")) drawer.hidePopover();
  });
})();
