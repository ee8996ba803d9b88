// Watches one grid: its width, what is in view, and the gestures that a server cannot judge in time.
// All state of the gallery lives on the server; here are only measures.

const keys = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown", " "]);
const longPress = 450;

function scrollerOf(element) {
  for (let e = element.parentElement; e && e !== document.body; e = e.parentElement) {
    if (/(auto|scroll)/.test(getComputedStyle(e).overflowY)) return e;
  }
  return document.scrollingElement;
}

export function watch(grid, server) {
  const scroller = scrollerOf(grid);
  const onPage = scroller === document.scrollingElement;
  const target = onPage ? window : scroller;
  let place = `gallery-place:${location.pathname}${location.search}`;
  const stop = new AbortController();
  const listen = (where, type, handler, options) => where.addEventListener(type, handler, { signal: stop.signal, ...options });

  let reported = { top: -1, height: 0 }, busy = false, again = false, frame = 0, saving = 0, selecting = false;

  // Where the window's upper edge lies, measured from the top of the grid, and how much of it is seen.
  const view = () => {
    const box = grid.getBoundingClientRect();
    const edge = onPage ? 0 : scroller.getBoundingClientRect().top;
    return { top: edge - box.top, height: onPage ? innerHeight : scroller.clientHeight, width: grid.clientWidth };
  };

  const report = async () => {
    if (busy) { again = true; return; }
    busy = true;
    do {
      again = false;
      reported = view();
      if (reported.width > 0) {
        try { await server.invokeMethodAsync("ViewChanged", reported.top, reported.height, reported.width); } catch { stop.abort(); }
      }
    } while (again && !stop.signal.aborted);
    busy = false;
  };

  const scrolled = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const now = view();
      if (Math.abs(now.top - reported.top) > now.height / 4) report();
      clearTimeout(saving);
      saving = setTimeout(save, 200);
    });
  };

  // The picture at the upper edge, and how far it has been scrolled past: survives a new layout.
  const anchor = () => {
    const edge = onPage ? 0 : scroller.getBoundingClientRect().top;
    if (view().top <= 0) return null;
    for (const tile of grid.querySelectorAll("[data-id]")) {
      const box = tile.getBoundingClientRect();
      if (box.bottom > edge + 1) return { id: Number(tile.dataset.id), past: edge - box.top };
    }
    return null;
  };

  const save = () => {
    if (stop.signal.aborted || !grid.isConnected) return;
    const at = anchor();
    if (at) sessionStorage.setItem(place, JSON.stringify(at)); else sessionStorage.removeItem(place);
  };

  listen(target, "scroll", scrolled, { passive: true });
  const sizes = new ResizeObserver(() => {
    const now = view();
    if (now.width !== reported.width || Math.abs(now.height - reported.height) > 60) report();
  });
  sizes.observe(grid);
  if (!onPage) sizes.observe(scroller);
  listen(window, "resize", () => { if (Math.abs(view().height - reported.height) > 60) report(); });
  stop.signal.addEventListener("abort", () => { sizes.disconnect(); clearTimeout(saving); cancelAnimationFrame(frame); });

  listen(grid, "keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || !e.target.closest("[data-id]")) return;
    if (e.key === "Escape" && selecting) { e.preventDefault(); server.invokeMethodAsync("ClearSelection"); return; }
    if (!keys.has(e.key)) return;
    e.preventDefault();
    server.invokeMethodAsync("KeyPressed", Number(e.target.closest("[data-id]").dataset.id), e.key);
  });

  const select = (tile, range) => server.invokeMethodAsync("Select", Number(tile.dataset.id), range);

  listen(grid, "click", e => {
    const tile = e.target.closest("[data-id]");
    if (!tile || e.button !== 0 || e.ctrlKey || e.metaKey) return;
    save();
    if (e.target.closest("[data-select]") || e.shiftKey || selecting || pressed) {
      e.preventDefault();
      e.stopPropagation();
      if (!pressed) select(tile, e.shiftKey);
      pressed = false;
    }
  }, { capture: true });

  // A long press with a finger selects; the click that follows it does nothing.
  let timer = 0, pressed = false;
  listen(grid, "pointerdown", e => {
    pressed = false;
    const tile = e.target.closest("[data-id]");
    if (e.pointerType === "mouse" || !tile) return;
    timer = setTimeout(() => { pressed = true; navigator.vibrate?.(10); select(tile, false); }, longPress);
  });
  for (const type of ["pointerup", "pointercancel", "pointermove"]) {
    listen(grid, type, e => { if (type !== "pointermove" || Math.hypot(e.movementX, e.movementY) > 3) clearTimeout(timer); });
  }
  listen(grid, "contextmenu", e => { if (pressed) e.preventDefault(); });

  const scrollTo = top => {
    const delta = top - view().top;
    if (Math.abs(delta) > .5) scroller.scrollTop += delta;
  };

  return {
    measure: view,
    anchor,
    // What was at the upper edge when this address was last left, if anything.
    remembered: () => JSON.parse(sessionStorage.getItem(place) ?? "null"),
    scrollTo,
    // Another search: its own place, seen from the top.
    startOver: () => {
      place = `gallery-place:${location.pathname}${location.search}`;
      if (view().top > 0) scroller.scrollTop = 0;
    },
    toTop: () => { scroller.scrollTop = 0; },
    setSelecting: on => { selecting = on; },
    // Brings a stretch of the grid into view, then puts the focus on its picture.
    focus: (id, top, height, margin) => {
      const now = view();
      if (top < now.top + margin) scrollTo(top - margin);
      else if (top + height > now.top + now.height - 24) scrollTo(top + height - now.height + 24);
      grid.querySelector(`[data-id="${id}"] a`)?.focus({ preventScroll: true });
    },
    stop: () => stop.abort(),
  };
}
