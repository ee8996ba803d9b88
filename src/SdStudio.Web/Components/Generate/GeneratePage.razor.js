// The recipe is kept in the address, for reloads and bookmarks, and in the browser, for coming back to "/".
const draft = 'sdstudio-draft';
const longestAddress = 4000;

export function remember(query) {
  try {
    localStorage.setItem(draft, query);
  } catch {
    // Storage is full or switched off; the address still has it.
  }
  if (location.pathname === '/') {
    // Without a query the page reads what the browser remembers, so a recipe too long for an address survives a reload too.
    history.replaceState(history.state, '', query && query.length <= longestAddress ? `/?${query}` : '/');
  }
}

export function recall() {
  try {
    return localStorage.getItem(draft);
  } catch {
    return null;
  }
}

export function reveal(part) {
  document.querySelector(`dialog[open] [data-part="${part}"]`)?.scrollIntoView({ block: 'start' });
}

export function focusPrompt() {
  const prompt = document.getElementById('prompt');
  prompt?.focus();
  prompt?.setSelectionRange(prompt.value.length, prompt.value.length);
}

export function fullScreen() {
  return document.getElementById('canvas-picture')?.requestFullscreen?.();
}
