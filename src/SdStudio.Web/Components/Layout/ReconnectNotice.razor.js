// Blazor tells what becomes of its connection on the element with this id. While it tries by itself, the notice stands.
// When it has given up, this goes on: every few seconds, and at once when the page is looked at or the network is back.
// When the server answers but no longer knows the circuit, the page is loaded again: jobs and drafts are not kept in it.

const wait = 3000;
let trying = null;

document.addEventListener('components-reconnect-state-changed', event => {
  const notice = document.getElementById('components-reconnect-modal');
  switch (event.detail.state) {
    case 'show':
    case 'retrying':
    case 'paused':
      notice.classList.add('shown');
      break;
    case 'hide':
      notice.classList.remove('shown');
      stop();
      break;
    case 'failed':
      notice.classList.add('shown');
      again();
      break;
    case 'rejected':
    case 'resume-failed':
      location.reload();
      break;
  }
}, true);

document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && trying !== null && attempt());
addEventListener('online', () => trying !== null && attempt());

function again() {
  stop();
  trying = setTimeout(attempt, wait);
}

function stop() {
  clearTimeout(trying);
  trying = null;
}

async function attempt() {
  clearTimeout(trying);
  try {
    // True: connected again. False: the server is there, the circuit is not.
    if (await Blazor.reconnect()) {
      stop();
      document.getElementById('components-reconnect-modal').classList.remove('shown');
    } else {
      location.reload();
    }
  } catch {
    again();
  }
}
