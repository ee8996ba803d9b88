// The page side of the lights. theme.js does the work; this tells the circuit what is shown, and passes the choice on.

let page = null;

export function start(provider) {
  page = provider;
  // From here on the page answers to clicks: whoever drives it, a test or a script of the user's, can wait for this.
  document.documentElement.dataset.circuit = 'open';
  addEventListener('studio-theme', shown);
  dispatchEvent(new Event('studio-theme-chosen'));
}

export function choose(name) {
  try {
    if (name === 'system') {
      localStorage.removeItem('sdstudio-theme');
    } else {
      localStorage.setItem('sdstudio-theme', name);
    }
  } catch {
    // Storage can be forbidden; then the choice cannot be kept.
  }
  dispatchEvent(new Event('studio-theme-chosen'));
}

export function stop() {
  removeEventListener('studio-theme', shown);
  page = null;
}

function shown(event) {
  page?.invokeMethodAsync('ShownAsync', event.detail.chosen, event.detail.dark);
}
