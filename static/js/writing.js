/* Saves a form as one types, counts words and characters, and says what happened.
 *
 * Without it everything works by the buttons. Only fields that were touched are sent, each with the
 * digest of what it showed: the server tells what stands against it (see practices/submissions/
 * drafts.py). While a field has two texts it is not sent again until a person has decided.
 */
(() => {
  "use strict";

  const PAUSE = 1500; // after the last letter
  const RETRY = 10000;
  const KEEPALIVE = 60000; // bytes that browsers send after the page is gone: 64 kB at most
  const CJK = /[\u3040-\u30ff\u3400-\u9fff]/g;
  const form = document.querySelector("[data-writing]");
  if (!form) return;
  const state = form.querySelector("[data-save-state]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  const fields = [...form.querySelectorAll("[data-field]")];
  const touched = new Map(); // field -> how often it was touched
  let running = null;
  let timer = 0;
  let sent = false;
  let failed = false;

  const say = (name, time) => {
    const clock = time
      ? time.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })
      : "";
    const text = form.dataset[name].replace("{time}", clock);
    if (state.textContent !== text) state.textContent = text;
    state.classList.toggle("save-state--failed", name === "textFailed" || name === "textConflict");
  };

  const touch = (field) => touched.set(field, (touched.get(field) || 0) + 1);
  const waiting = () => [...touched.keys()].filter((field) => !field.querySelector(".conflict"));

  const body = (chosen) => {
    const data = new URLSearchParams();
    const names = new Set(["csrfmiddlewaretoken", "tab"]);
    chosen.forEach((field) => {
      field.querySelectorAll("[name]").forEach((input) => names.add(input.name));
    });
    for (const [name, value] of new FormData(form)) {
      if (names.has(name) && typeof value === "string") data.append(name, value);
    }
    data.append("do", "autosave");
    return data;
  };

  const post = (chosen, keepalive) =>
    fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: body(chosen),
      keepalive,
    });

  const show = (field, told) => {
    field.querySelector("[data-was]").value = told.was;
    const wrong = field.querySelector("[data-wrong]");
    wrong.querySelector("span").textContent = told.wrong;
    wrong.hidden = !told.wrong;
    field.classList.toggle("field--error", Boolean(told.wrong || told.conflict));
    field.querySelector("[data-conflict-place]").innerHTML = told.conflict;
    localise(field);
  };

  const save = async (again = true) => {
    window.clearTimeout(timer);
    const chosen = waiting();
    if (running || !chosen.length || sent) return;
    const counts = new Map(chosen.map((field) => [field, touched.get(field)]));
    say("textSaving");
    let answer;
    try {
      running = post(chosen, false);
      answer = await running;
      const told = await answer.json();
      if (answer.status === 403 && told.token && again) {
        token.value = told.token;
        running = null;
        await save(false);
        return;
      }
      failed = !answer.ok;
      if (!answer.ok) {
        state.textContent = told.message || form.dataset.textFailed;
        state.classList.add("save-state--failed");
        return;
      }
      let conflicts = false;
      chosen.forEach((field) => {
        const own = told.fields[field.dataset.field];
        if (!own) return;
        show(field, own);
        conflicts = conflicts || Boolean(own.conflict);
        if (touched.get(field) === counts.get(field)) touched.delete(field);
      });
      say(conflicts ? "textConflict" : "textSaved", new Date(told.at));
    } catch {
      // No connection, or an answer that is no answer: what is typed stays, and is sent again.
      failed = true;
      say("textFailed");
      timer = window.setTimeout(save, RETRY);
    } finally {
      running = null;
      if (!failed && waiting().length) timer = window.setTimeout(save, PAUSE);
    }
  };

  // Counting, as portal/cms/text.py does.
  const words = (text) => {
    const signs = (text.match(CJK) || []).length;
    return (text.replace(CJK, " ").match(/\S+/g) || []).length + Math.floor((signs + 1) / 2);
  };
  const count = (field) => {
    const note = field.querySelector("[data-count]");
    const input = note && field.querySelector("textarea, input[type=text]");
    if (!input) return;
    const limit = Number(note.dataset.limit);
    const text = input.value.trim();
    const number = note.dataset.count === "words" ? words(text) : [...text].length;
    note.textContent = note.dataset.countText.replace("{count}", number).replace("{limit}", limit);
    note.classList.toggle("field-count--over", number > limit);
  };

  // Times as the reader's clock says.
  const localise = (part) => {
    part.querySelectorAll("time[data-local]").forEach((time) => {
      const moment = new Date(time.dateTime);
      if (Number.isNaN(moment.getTime())) return;
      time.textContent = moment.toLocaleString(document.documentElement.lang, {
        dateStyle: "medium",
        timeStyle: "short",
      });
    });
  };

  form.addEventListener("input", (event) => {
    const field = event.target.closest("[data-field]");
    if (!field || event.target.type === "file") return;
    // What was kept over a log-in is sent whole.
    if ("unsaved" in form.dataset) fields.forEach(touch);
    touch(field);
    count(field);
    if (!running) say("textWaiting");
    window.clearTimeout(timer);
    timer = window.setTimeout(save, PAUSE);
  });

  form.addEventListener("submit", async (event) => {
    window.clearTimeout(timer);
    if (!running) {
      sent = true;
      return;
    }
    // What is under way is stored first: two answers would race.
    event.preventDefault();
    const submitter = event.submitter;
    await running.catch(() => null);
    window.setTimeout(() => form.requestSubmit(submitter), 0);
  });

  const leave = () => {
    const chosen = waiting();
    if (sent || !chosen.length) return;
    if (body(chosen).toString().length > KEEPALIVE) return;
    post(chosen, true).catch(() => null);
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !running) leave();
  });
  window.addEventListener("pagehide", leave);
  window.addEventListener("online", () => save());
  window.addEventListener("beforeunload", (event) => {
    if (!sent && failed && touched.size) event.preventDefault();
  });
  window.addEventListener("pageshow", () => {
    sent = false;
  });

  fields.forEach(count);
  localise(form);
})();
