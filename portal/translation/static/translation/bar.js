// Keeps what the bar says true while passages are translated below it. Only its first line is
// exchanged: a comment being written stays, and so does the note of what a reviewer has seen.
(() => {
  const bar = document.querySelector(".translation-bar");
  const editor = document.querySelector(".js-translation-editor");
  if (!bar || !editor) return;
  let known = null;
  let waiting = 0;
  const complete = () => editor.querySelectorAll("li.complete").length;
  const refresh = async () => {
    const answer = await fetch(bar.dataset.state, { headers: { "X-Requested-With": "fetch" } });
    // One that fails leaves what was there: the page says the same as without this script.
    if (!answer.ok || answer.redirected) return;
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    bar.querySelector(".translation-bar__state").replaceWith(made.content);
  };
  new MutationObserver(() => {
    const now = complete();
    if (known !== null && now !== known) {
      clearTimeout(waiting);
      waiting = setTimeout(refresh, 200);
    }
    known = now;
  }).observe(editor, { attributes: true, attributeFilter: ["class"], childList: true, subtree: true });
})();
