// Counts down what the server said is left, between one refresh and the next. The two clocks need not agree: only
// durations cross the wire.
(() => {
  "use strict";

  // The same states as in `shown.rs`, in milliseconds.
  const AMBER = 30_000;
  const RED = 5_000;
  const WORDS = { calm: "held", amber: "fading", red: "vanishing", expired: "expired" };

  /** When each card expires, by `performance.now()`: nobody sets that clock. */
  const ends = new WeakMap();

  const cards = () => document.querySelectorAll(".card");

  /** Takes over what the server said is left, at `since` by `performance.now()`. */
  function read(since) {
    for (const card of cards()) {
      ends.set(card, since + Number(card.dataset.remaining));
    }
    tick();
  }

  function tick() {
    const now = performance.now();
    let live = 0;
    for (const card of cards()) {
      const left = Math.max(0, (ends.get(card) ?? 0) - now);
      if (left > 0) live += 1;
      show(card, left);
    }
    put(document.getElementById("live"), String(live));
  }

  function show(card, left) {
    const state = left <= 0 ? "expired" : left < RED ? "red" : left < AMBER ? "amber" : "calm";
    if (card.dataset.state !== state) card.dataset.state = state;
    put(card.querySelector(".state"), WORDS[state]);
    put(card.querySelector(".time"), left <= 0 ? "EXPIRED" : clock(left));
    card.querySelector("progress").value = left;
  }

  function clock(left) {
    const seconds = Math.floor(left / 1000);
    if (seconds < 10) return `${seconds}.${Math.floor((left % 1000) / 100)}`;
    const two = (number) => String(number).padStart(2, "0");
    const [minutes, rest] = [Math.floor(seconds / 60), two(seconds % 60)];
    return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
  }

  /** Sets a text where it differs: what is unchanged is not drawn, nor read out, again. */
  function put(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  let silence;

  function say(kind, text) {
    const notice = document.getElementById("notice");
    notice.dataset.kind = kind;
    put(notice, text);
    clearTimeout(silence);
    silence = setTimeout(() => put(notice, ""), 6_000);
  }

  const list = () => document.getElementById("sessions");
  const isList = (event) => event.detail.target === list();

  /** Where the focus was when its card went: which card of the list, and which of its buttons. */
  let focused;

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isList(event)) return;
    const card = document.activeElement?.closest(".card");
    const does = document.activeElement?.dataset.does;
    focused = card && does ? { index: [...cards()].indexOf(card), does } : undefined;
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (!isList(event)) return;
    read(performance.now());
    if (focused && document.activeElement === document.body) {
      const next = [...cards()].at(Math.min(focused.index, cards().length - 1));
      (next?.querySelector(`[data-does="${focused.does}"]`) ?? list()).focus();
    }
  });

  // The server's own words, in the header `HX-Trigger`.
  document.addEventListener("notice", (event) => say(event.detail.kind, event.detail.text));

  for (const silent of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(silent, () => say("error", "The server does not answer. Trying again."));
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = document.getElementById("new-session");
    if (event.detail.elt !== form || !event.detail.successful) return;
    for (const name of ["user_name", "memory_fragment"]) form.elements[name].value = "";
    form.elements.user_name.focus();
  });

  // A page that nobody looked at has missed refreshes, or slept.
  const refresh = () => list() && htmx.trigger(list(), "refresh");
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  addEventListener("pageshow", (event) => event.persisted && refresh());

  // The page was on its way for a moment.
  const [navigation] = performance.getEntriesByType("navigation");
  read(navigation?.responseStart ?? performance.now());
  setInterval(() => document.hidden || tick(), 100);
})();
