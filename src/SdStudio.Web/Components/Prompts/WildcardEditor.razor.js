// The text stays in the browser until it is saved. The page hears once that something was typed, not every letter.
export function attach(area, component) {
  area.addEventListener('input', () => {
    if (!area.dataset.touched) {
      area.dataset.touched = 'true';
      component.invokeMethodAsync('Touched');
    }
  });
  area.addEventListener('keydown', event => {
    if (event.key === 's' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      component.invokeMethodAsync('SaveAsync');
    }
  });
}

export function calm(area) {
  delete area.dataset.touched;
}

export function text(area) {
  return new TextEncoder().encode(area.value);
}
