// Keys of the picture's page, heard only while nobody types and nothing lies over the page.

const letters = new Set(["r", "a", "x", "f", "h"]);
let warm = [];

function isTyping(e) {
  return e.target.closest?.("input:not([type=range]), textarea, select, [contenteditable]") || document.querySelector("dialog[open]");
}

export function listen(server) {
  const stop = new AbortController();
  addEventListener("keydown", e => {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || isTyping(e)) return;
    const key = e.key.toLowerCase();
    const onFilm = e.target.matches?.("input[type=range]");
    const press = selector => { const target = document.querySelector(selector); if (target) { e.preventDefault(); target.click(); } };

    if (key === "arrowleft" && !onFilm) press("[data-newer]");
    else if (key === "arrowright" && !onFilm) press("[data-older]");
    else if (key === "escape") press("[data-back]");
    else if (e.repeat || document.documentElement.dataset.keys === "off" && key.length === 1) return;
    else if (key === "d") press("[data-download]");
    else if (key === " " && !e.target.closest?.("button, a, summary")) press("[data-play]");
    else if (letters.has(key) || key === "delete") {
      e.preventDefault();
      server.invokeMethodAsync("KeyPressed", key);
    }
  }, { signal: stop.signal });
  return { stop: () => stop.abort() };
}

// The neighbours, so that the next picture is there when it is asked for.
export function preload(addresses) {
  warm = addresses.map(address => { const image = new Image(); image.decoding = "async"; image.src = address; return image; });
}
