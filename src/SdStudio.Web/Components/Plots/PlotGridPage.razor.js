// Walking about in a plot needs no server: every picture's address stands at its cell.
let stop = null;

export function attach(root) {
  detach();
  stop = new AbortController();
  const { signal } = stop;
  const large = root.querySelector("[data-large-view]"), peek = root.querySelector("[data-peek]");
  let at = null;

  const cellAt = (x, y) => root.querySelector(`.cell[data-x="${x}"][data-y="${y}"]`);
  const cellOf = target => target instanceof Element ? target.closest(".cell") : null;

  // One cell of the grid is reached by Tab, arrows go on from there.
  const focus = cell => {
    root.querySelectorAll('.cell[tabindex="0"]').forEach(other => { other.tabIndex = -1; });
    cell.tabIndex = 0;
    cell.focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const show = cell => {
    at = cell;
    large.querySelector("img").src = cell.dataset.large;
    large.querySelector("img").alt = cell.dataset.caption;
    large.querySelector("[data-caption]").textContent = cell.dataset.caption;
    large.querySelector("[data-page]").href = cell.dataset.page;
    if (!large.open) large.showModal();
  };

  const hint = cell => {
    const shown = cell?.dataset.large && !large.open;
    peek.hidden = !shown;
    if (shown) {
      peek.querySelector("img").src = cell.dataset.large;
      peek.querySelector("p").textContent = cell.dataset.caption;
      // Not over the picture that it shows.
      peek.dataset.side = cell.getBoundingClientRect().right > innerWidth * .6 ? "left" : "right";
    }
  };

  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  const next = (from, [dx, dy], wanted) => {
    let x = Number(from.dataset.x) + dx, y = Number(from.dataset.y) + dy, cell = cellAt(x, y);
    while (cell && wanted && !cell.dataset.large) {
      cell = cellAt(x += dx, y += dy);
    }

    return cell;
  };

  root.addEventListener("keydown", event => {
    const cell = large.open ? at : cellOf(event.target), step = steps[event.key];
    if (!cell) return;
    if (step) {
      event.preventDefault();
      event.stopPropagation();
      const to = next(cell, step, large.open);
      if (!to) return;
      if (large.open) show(to);
      else focus(to);
    } else if (!large.open && (event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      const row = root.querySelectorAll(`.cell[data-y="${cell.dataset.y}"]`);
      focus(event.key === "Home" ? row[0] : row[row.length - 1]);
    } else if (!large.open && (event.key === "PageUp" || event.key === "PageDown")) {
      const tabs = [...root.querySelectorAll("[data-tab]")], now = tabs.findIndex(tab => tab.getAttribute("aria-selected") === "true");
      const tab = tabs[now + (event.key === "PageUp" ? -1 : 1)];
      if (tab) {
        event.preventDefault();
        tab.click();
      }
    }
  }, { signal });

  root.addEventListener("click", event => {
    const cell = cellOf(event.target);
    if (cell?.dataset.large) show(cell);
    else if (event.target === large || event.target.closest?.("[data-close]")) large.close();
  }, { signal });

  large.addEventListener("close", () => { if (at?.isConnected) focus(at); }, { signal });
  root.addEventListener("pointerover", event => { if (event.pointerType === "mouse") hint(cellOf(event.target)); }, { signal });
  root.addEventListener("focusin", event => { const cell = cellOf(event.target); if (cell?.matches(":focus-visible")) hint(cell); else if (!cell) hint(null); }, { signal });
  root.addEventListener("focusout", () => hint(null), { signal });
}

export function detach() {
  stop?.abort();
  stop = null;
}
