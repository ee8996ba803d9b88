// Runs before the first paint: the lights of the last visit, or of the system, without a flash.
// The cookie tells the server what to render first: "dark", "light", or "system-dark" / "system-light" while following.
(() => {
  const system = matchMedia('(prefers-color-scheme: light)');
  const names = ['dark', 'light'];

  function choice() {
    try {
      const kept = localStorage.getItem('sdstudio-theme');
      return names.includes(kept) ? kept : 'system';
    } catch {
      return 'system';
    }
  }

  function apply() {
    const chosen = choice();
    const shown = chosen === 'system' ? (system.matches ? 'light' : 'dark') : chosen;
    document.documentElement.dataset.theme = shown;
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', shown === 'light' ? '#E9E4DD' : '#110F0D');
    document.cookie = `sdstudio-theme=${chosen === 'system' ? `system-${shown}` : chosen}; path=/; max-age=31536000; samesite=lax`;
    dispatchEvent(new CustomEvent('studio-theme', { detail: { chosen, dark: shown === 'dark' } }));
  }

  system.addEventListener('change', apply);
  addEventListener('storage', event => event.key === 'sdstudio-theme' && apply());
  addEventListener('studio-theme-chosen', apply);
  apply();
})();
