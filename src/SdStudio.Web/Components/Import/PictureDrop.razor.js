// Whatever comes, dropped, pasted or picked, becomes a file of the one input, and the input tells the page.

const recipeText = /(^|\n)\s*Steps: \d+, .*\b(Sampler|Seed): /;

export function listen(root) {
  const input = root.querySelector('input[type="file"]');
  const veil = root.querySelector('[data-veil]');
  const button = root.querySelector('[data-pick]');
  // A picture of this page that is dragged about is no picture from elsewhere.
  let own = false;
  let depth = 0;
  let address = null;

  const busy = () => document.querySelector('dialog:modal, .mud-dialog-container') !== null;
  const has = event => !own && [...(event.dataTransfer?.types ?? [])].includes('Files') && !busy();

  function give(file) {
    const list = new DataTransfer();
    list.items.add(file);
    input.files = list.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }

  function hide() {
    depth = 0;
    veil.hidden = true;
  }

  const on = {
    dragstart: () => { own = true; },
    dragend: () => { own = false; hide(); },
    dragenter: event => {
      if (has(event)) {
        event.preventDefault();
        depth++;
        veil.hidden = false;
      }
    },
    dragover: event => {
      if (has(event)) {
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      }
    },
    dragleave: event => {
      if (has(event) && --depth <= 0) {
        hide();
      }
    },
    drop: event => {
      if (has(event)) {
        event.preventDefault();
        hide();
        const file = event.dataTransfer.files[0];
        if (file) {
          give(file);
        }
      }
      own = false;
    },
    paste: event => {
      if (event.defaultPrevented || busy()) {
        return;
      }

      const file = event.clipboardData?.files[0];
      const text = event.clipboardData?.getData('text/plain') ?? '';
      // Into a field goes what belongs there; a whole recipe does not.
      if (file && file.type.startsWith('image/')) {
        event.preventDefault();
        give(file);
      } else if (recipeText.test(text) || (!isTyping(event.target) && text.trim().startsWith('{'))) {
        event.preventDefault();
        give(new File([text], 'pasted text', { type: 'text/plain' }));
      }
    },
  };

  const pick = () => { input.value = ''; input.click(); };
  button.addEventListener('click', pick);
  for (const [name, act] of Object.entries(on)) {
    document.addEventListener(name, act);
  }

  return {
    show(image) {
      forget();
      const file = input.files[0];
      if (image && file) {
        address = URL.createObjectURL(file);
        image.src = address;
      }
    },
    stop() {
      forget();
      button.removeEventListener('click', pick);
      for (const [name, act] of Object.entries(on)) {
        document.removeEventListener(name, act);
      }
    },
  };

  function forget() {
    if (address) {
      URL.revokeObjectURL(address);
      address = null;
    }
  }
}

function isTyping(element) {
  return element instanceof Element && (element.isContentEditable || element.matches('textarea, input'));
}
