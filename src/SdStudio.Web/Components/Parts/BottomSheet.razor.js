// Opening puts an entry into the history, so that Back closes the sheet and nothing else. While that entry is taken
// out again, the router must not hear of it: for the page, the address never changed.

const states = new WeakMap();

export function open(dialog, page) {
  if (!dialog || dialog.open) {
    return;
  }

  const state = { page, popped: false };
  states.set(dialog, state);

  state.onPop = event => {
    event.stopImmediatePropagation();
    state.popped = true;
    dialog.close();
  };
  state.onClose = () => closed(dialog, state);
  state.onCancel = event => {
    // Escape inside the sheet belongs to the sheet; a page key must not hear it too.
    event.stopPropagation();
  };
  state.onClick = event => {
    if (event.target === dialog) {
      dialog.close();
    }
  };

  history.pushState({ ...history.state, sheet: true }, '', location.href);
  window.addEventListener('popstate', state.onPop, { capture: true, once: true });
  dialog.addEventListener('close', state.onClose, { once: true });
  dialog.addEventListener('cancel', state.onCancel);
  dialog.addEventListener('click', state.onClick);
  drag(dialog, state);
  dialog.showModal();
}

export function close(dialog) {
  if (dialog?.open) {
    dialog.close();
  }
}

/** The component is going away: nothing is told to it any more. */
export function forget(dialog) {
  const state = dialog && states.get(dialog);
  if (state) {
    state.page = null;
    detach(dialog, state);
    if (dialog.open) {
      dialog.close();
    }
  }
}

async function closed(dialog, state) {
  detach(dialog, state);
  dialog.style.transform = '';
  let address = location.href;
  if (state.popped) {
    address = (await state.page?.invokeMethodAsync('ClosedAsync')) ?? address;
    history.replaceState(history.state, '', address);
    return;
  }

  if (history.state?.sheet) {
    await new Promise(done => {
      window.addEventListener('popstate', event => { event.stopImmediatePropagation(); done(); }, { capture: true, once: true });
      history.back();
    });
    history.replaceState(history.state, '', address);
  }

  await state.page?.invokeMethodAsync('ClosedAsync');
}

function detach(dialog, state) {
  states.delete(dialog);
  window.removeEventListener('popstate', state.onPop, { capture: true });
  dialog.removeEventListener('close', state.onClose);
  dialog.removeEventListener('cancel', state.onCancel);
  dialog.removeEventListener('click', state.onClick);
  state.undrag?.();
}

function drag(dialog, state) {
  const handle = dialog.firstElementChild;
  let from = null;
  let last = 0;
  let speed = 0;
  let time = 0;

  const down = event => {
    if (event.target.closest('button')) {
      return;
    }
    from = event.clientY;
    last = 0;
    speed = 0;
    time = event.timeStamp;
    handle.setPointerCapture(event.pointerId);
    dialog.classList.add('dragged');
  };
  const move = event => {
    if (from === null) {
      return;
    }
    const y = Math.max(0, event.clientY - from);
    speed = (y - last) / Math.max(1, event.timeStamp - time);
    last = y;
    time = event.timeStamp;
    dialog.style.transform = `translateY(${y}px)`;
  };
  const up = () => {
    if (from === null) {
      return;
    }
    from = null;
    dialog.classList.remove('dragged');
    if (last > 96 || speed > 0.6) {
      dialog.close();
    } else {
      dialog.style.transform = '';
    }
  };

  handle.addEventListener('pointerdown', down);
  handle.addEventListener('pointermove', move);
  handle.addEventListener('pointerup', up);
  handle.addEventListener('pointercancel', up);
  state.undrag = () => {
    handle.removeEventListener('pointerdown', down);
    handle.removeEventListener('pointermove', move);
    handle.removeEventListener('pointerup', up);
    handle.removeEventListener('pointercancel', up);
  };
}
