// Ctrl+Enter, the weight of a word, and growing with the text. The weight itself is worked out by the server.
export function attach(textarea, component) {
  if (!CSS.supports('field-sizing', 'content')) {
    const grow = () => {
      textarea.style.height = 'auto';
      textarea.style.height = `${textarea.scrollHeight}px`;
    };
    textarea.addEventListener('input', grow);
    grow();
  }

  textarea.addEventListener('keydown', async event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      await component.invokeMethodAsync('Submit');
      return;
    }

    const up = event.key === 'ArrowUp';
    if ((up || event.key === 'ArrowDown') && (event.ctrlKey || event.altKey) && !event.shiftKey) {
      event.preventDefault();
      const { value, selectionStart, selectionEnd } = textarea;
      const changed = await component.invokeMethodAsync('Weigh', value, selectionStart, selectionEnd, up);
      if (changed.text !== value && textarea.value === value) {
        replace(textarea, changed.text);
      }
      textarea.setSelectionRange(changed.start, changed.end);
    }
  });
}

// Only what differs is typed in, so that Undo takes back the weight and not the whole prompt.
function replace(textarea, text) {
  const old = textarea.value;
  let start = 0;
  while (start < old.length && start < text.length && old[start] === text[start]) start++;
  let tail = 0;
  while (tail < old.length - start && tail < text.length - start && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail++;
  textarea.setSelectionRange(start, old.length - tail);
  const typed = text.slice(start, text.length - tail);
  const done = typed ? document.execCommand('insertText', false, typed) : document.execCommand('delete');
  if (!done) {
    textarea.value = text;
    textarea.dispatchEvent(new Event('input', { bubbles: true }));
  }
}
