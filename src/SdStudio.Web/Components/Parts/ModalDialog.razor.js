const pages = new WeakMap();

export function open(dialog, page) {
  if (!dialog || dialog.open) {
    return;
  }

  if (!pages.has(dialog)) {
    dialog.addEventListener('close', () => pages.get(dialog)?.invokeMethodAsync('ClosedAsync'));
    dialog.addEventListener('click', event => {
      if (event.target === dialog) {
        dialog.close();
      }
    });
  }

  pages.set(dialog, page);
  dialog.showModal();
}

export function close(dialog) {
  if (dialog?.open) {
    dialog.close();
  }
}

/** The component is going away: nothing is told to it any more. */
export function forget(dialog) {
  if (dialog && pages.has(dialog)) {
    pages.set(dialog, null);
    close(dialog);
  }
}
