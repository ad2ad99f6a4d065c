/* Searches around the place where the reader is, when the reader asks for it.
 *
 * The button is shown only where a browser can tell the place. It is asked when the button is
 * pressed and never before, and what is sent is rounded to about a kilometre.
 */
(() => {
  "use strict";

  const DEGREES = 2; // decimal places: an address may be shared
  const OURS = new Set(["near", "within", "box"]);
  const bar = document.querySelector("[data-near]");
  if (!bar || !navigator.geolocation || !window.isSecureContext) return;
  const form = bar.closest("form");
  const button = bar.querySelector("button");
  const status = bar.querySelector("[role=status]");

  const search = ({ coords }) => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value !== "" && !OURS.has(name)) query.append(name, value);
    }
    query.set("near", [coords.latitude, coords.longitude].map((n) => n.toFixed(DEGREES)).join(","));
    window.location.assign(`${form.getAttribute("action")}?${query}`);
  };
  const fail = () => {
    button.removeAttribute("aria-busy");
    status.textContent = bar.dataset.textUnknown;
  };

  button.addEventListener("click", () => {
    if (button.hasAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    status.textContent = "";
    const wanted = { timeout: 10000, maximumAge: 600000 };
    navigator.geolocation.getCurrentPosition(search, fail, wanted);
  });
  // Back to this page: it may be asked again.
  window.addEventListener("pageshow", () => button.removeAttribute("aria-busy"));
  bar.hidden = false;
})();
