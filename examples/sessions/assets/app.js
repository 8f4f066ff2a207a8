// Counts down the remaining time between two refreshes. The server sends durations, so the clocks of server and browser
// do not have to agree.
(() => {
  "use strict";

  // The limits of the states in milliseconds, as in `session_view.rs`.
  const AMBER = 30_000;
  const RED = 5_000;
  const WORDS = { calm: "held", amber: "fading", red: "vanishing", expired: "expired" };

  /** When each card expires, by `performance.now()`, because nobody can set that clock. */
  const ends = new WeakMap();

  const cards = () => document.querySelectorAll(".card");

  /** Reads the remaining times that the server sent at `since` by `performance.now()`. */
  function read(since) {
    for (const card of cards()) {
      ends.set(card, since + Number(card.dataset.remaining));
    }
    if (cards().length > 0) remember();
    tick();
  }

  /** Notes that this browser has seen a memory, so that an empty list is no longer that of a first visit. */
  function remember() {
    document.documentElement.dataset.seen = "";
    try {
      localStorage.setItem("seen", "");
    } catch {
      // Without storage, the note lasts as long as the page.
    }
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
    // There is nothing left to extend or to delete.
    for (const button of card.querySelectorAll(".actions button")) button.disabled = state === "expired";
  }

  function clock(left) {
    const seconds = Math.floor(left / 1000);
    if (seconds < 10) return `0:0${seconds}.${Math.floor((left % 1000) / 100)}`;
    const two = (number) => String(number).padStart(2, "0");
    const [minutes, rest] = [Math.floor(seconds / 60), two(seconds % 60)];
    return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
  }

  /** Sets a text only if it differs, so that screen readers do not announce unchanged text again. */
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

  /** The position of the focus before a swap: the index of the card, and which of its buttons. */
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

  // Sent by the server in the header `HX-Trigger`.
  document.addEventListener("notice", (event) => say(event.detail.kind, event.detail.text));

  for (const silent of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(silent, () => say("error", "The server is not responding. Retrying…"));
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = document.getElementById("new-session");
    if (event.detail.elt !== form || !event.detail.successful) return;
    for (const name of ["user_name", "memory_fragment"]) form.elements[name].value = "";
    form.elements.user_name.focus();
  });

  // A hidden or cached page may have missed refreshes.
  const refresh = () => list() && htmx.trigger(list(), "refresh");
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  addEventListener("pageshow", (event) => event.persisted && refresh());

  try {
    if (localStorage.getItem("seen") !== null) document.documentElement.dataset.seen = "";
  } catch {
    // As above.
  }

  // The remaining times count from the moment the server sent them.
  const [navigation] = performance.getEntriesByType("navigation");
  read(navigation?.responseStart ?? performance.now());
  setInterval(() => document.hidden || tick(), 100);
})();
