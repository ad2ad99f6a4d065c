/* Counts the words of a panel in the admin and says how many it may hold.
 *
 * A panel carries data-word-limit and data-word-text ("{count} of {limit} words"). What is typed
 * in text areas and rich text inside it is counted at every change.
 */
(() => {
  "use strict";

  const count = (text) => (text.match(/\S+/g) || []).length;

  const textOf = (panel) => {
    const typed = [...panel.querySelectorAll("textarea")].map((field) => {
      // A rich text editor keeps its state in a hidden field; its words stand beside it.
      return field.offsetParent === null ? "" : field.value;
    });
    const rich = [...panel.querySelectorAll("[contenteditable=true]")].map((e) => e.innerText);
    return [...typed, ...rich].join("\n");
  };

  const watch = (panel) => {
    const limit = Number(panel.dataset.wordLimit);
    const note = document.createElement("p");
    note.className = "help";
    panel.append(note);
    const show = () => {
      const words = count(textOf(panel));
      const text = panel.dataset.wordText
        .replace("{count}", words)
        .replace("{limit}", limit);
      if (note.textContent === text) return;
      note.textContent = text;
      note.classList.toggle("error-message", words > limit);
    };
    panel.addEventListener("input", show);
    panel.addEventListener("focusout", show);
    // Editors are built after the page has loaded.
    new MutationObserver(show).observe(panel, { childList: true, subtree: true });
    show();
  };

  const start = () => document.querySelectorAll("[data-word-limit]").forEach(watch);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
