/* Tells the portal which place of a list was opened: no person, no cookie, nothing else.
 *
 * Links stay links; the note is sent beside them, and when it is lost nothing happens.
 */
(() => {
  "use strict";

  const form = document.querySelector("form[data-click]");
  if (!form || !navigator.sendBeacon) return;

  const note = (event) => {
    if (event.button > 1 || !event.target.closest) return;
    const link = event.target.closest("ol.results[data-event] a");
    if (!link) return;
    const list = link.closest("ol.results");
    const position = [...list.children].indexOf(link.closest("ol.results > li")) + 1;
    const said = new FormData();
    said.set("event", list.dataset.event);
    said.set("position", String(position));
    navigator.sendBeacon(form.dataset.click, said);
  };
  document.addEventListener("click", note);
  document.addEventListener("auxclick", note);
})();
