/* Chooses the section that goes with the chosen country, as long as nobody has chosen one.
 *
 * The options of the country carry data-section. Without this script the server does the same when
 * the form is sent.
 */
(() => {
  "use strict";

  const form = document.querySelector("form[data-sections]");
  const country = form?.elements.country;
  const section = form?.elements.section;
  if (!country || !section) return;

  let chosen = section.value !== "";
  section.addEventListener("change", () => { chosen = section.value !== ""; });
  country.addEventListener("change", () => {
    if (!chosen) section.value = country.selectedOptions[0]?.dataset.section ?? "";
  });
})();
