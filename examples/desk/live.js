// Keeps the page true: swaps the parts that changed, never one that somebody is busy with, and counts down.
(() => {
  "use strict";
  const state = document.getElementById("live-state");
  const editable = "input:not([type=hidden]), textarea, select";
  const dirty = (field) =>
    field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked
    : field.options ? [...field.options].some((option) => option.selected !== option.defaultSelected) && field.selectedIndex > 0
    : field.value !== field.defaultValue;
  const busy = (part) =>
    part.querySelector("details.action[open]") || (part.contains(document.activeElement) && document.activeElement.matches(editable)) ||
    [...part.querySelectorAll(editable)].some(dirty);

  // What a part of a page is called, so that it is found again in a fresh one.
  const called = (each) => each.id || each.getAttribute("href") || (each.matches("details, summary") && `${each.className} ${each.closest("details").querySelector("summary")?.textContent.replace(/\d/g, "")}`) || "";

  let asking = false, again = false;
  async function refresh() {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (answer.ok && answer.url === location.href.split("#")[0]) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* the stream says so, and comes back */ }
    asking = false;
    if (again) { again = false; refresh(); }
  }

  function swap(fresh) {
    if (document.querySelectorAll("[data-live]").length !== fresh.querySelectorAll("[data-live]").length) {
      if (!busy(document.body)) location.reload();
      return;
    }
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(part.id);
      if (!next || next.dataset.live === part.dataset.live || busy(part)) continue;
      const focused = part.contains(document.activeElement) && called(document.activeElement);
      const open = [...part.querySelectorAll("details[open]")].map(called);
      part.replaceWith(document.adoptNode(next));
      for (const each of next.querySelectorAll("details")) if (open.includes(called(each))) each.open = true;
      if (focused) [...next.querySelectorAll("[id], a, summary")].find((each) => called(each) === focused)?.focus({ preventScroll: true });
    }
    tick();
  }

  const span = (s) => s < 60 ? `${s} s` : s < 5400 ? `${Math.round(s / 60)} min` : s < 129600 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86400)} days`;
  function tick() {
    const now = Date.now();
    for (const each of document.querySelectorAll("[data-due]")) {
      const left = Math.round((Date.parse(each.dataset.due) - now) / 1000);
      each.textContent = left < 0 ? `${span(-left)} ago` : `in ${span(left)}`;
    }
    for (const bar of document.querySelectorAll("progress[data-from]"))
      bar.value = Math.min(bar.max, Math.max(0, (now - Date.parse(bar.dataset.from)) / 1000));
  }
  setInterval(tick, 1000);

  document.addEventListener("focusout", () => setTimeout(refresh, 300));
  addEventListener("pageshow", (event) => { if (event.persisted) refresh(); });
  if (document.querySelector("[data-live]")) {
    const source = new EventSource("/live");
    source.addEventListener("changed", refresh);
    // Whatever changed before the stream was open was not told.
    source.onopen = () => { state.textContent = ""; refresh(); };
    source.onerror = () => { state.textContent = "Not connected: what you see may be old."; };
    addEventListener("pagehide", () => source.close());
  }
})();
