// Which keys are taken is known here, so that only those lose their usual meaning.

const singlesOff = 'sdstudio-single-keys-off';
const noTyping = new Set(['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit']);
let page = null;
let taken = new Set();

export function start(listener, keys) {
  page = listener;
  listen(keys);
  document.addEventListener('keydown', onKey);
}

export function listen(keys) {
  taken = new Set(keys);
}

export function stop() {
  document.removeEventListener('keydown', onKey);
  page = null;
}

/** Single keys can be switched off, for people whose software speaks or types for them. */
export function singlesAreOff() {
  return localStorage.getItem(singlesOff) !== null;
}

export function switchSingles(on) {
  if (on) {
    localStorage.removeItem(singlesOff);
  } else {
    localStorage.setItem(singlesOff, '1');
  }
}

/** Puts the cursor into the search box of the page; false when it has none within the time. */
export async function focusSearch(milliseconds) {
  const end = performance.now() + milliseconds;
  do {
    const box = document.querySelector('[data-search]');
    if (box) {
      box.focus();
      return true;
    }
    await new Promise(done => setTimeout(done, 50));
  } while (performance.now() < end);
  return false;
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || !page) {
    return;
  }

  const keys = chord(event);
  if (!taken.has(keys) || document.querySelector('dialog:modal, .mud-dialog-container')) {
    return;
  }

  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const single = plain && event.key.length === 1;
  if (single && (event.repeat || singlesAreOff())) {
    return;
  }

  const target = event.target;
  if (plain && !keys.endsWith('Escape') && (isTyping(target) || belongsToControl(event.key, target))) {
    return;
  }

  event.preventDefault();
  page.invokeMethodAsync('PressedAsync', keys);
}

function chord(event) {
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return (event.ctrlKey || event.metaKey ? 'Ctrl+' : '')
    + (event.altKey ? 'Alt+' : '')
    + (event.shiftKey && event.key.length > 1 ? 'Shift+' : '')
    + key;
}

function isTyping(element) {
  return element.isContentEditable
    || element.matches('textarea, select')
    || (element.matches('input') && !noTyping.has(element.type));
}

function belongsToControl(key, element) {
  if (key === 'Enter' || key === ' ') {
    return element.closest('a, button, summary, input, [role="button"]') !== null;
  }

  return /^(Arrow|Home|End|Page)/.test(key) && element.closest('input[type="range"], input[type="radio"], [role="slider"], [role="listbox"], [role="grid"]') !== null;
}
