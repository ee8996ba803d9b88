let warm = [];

/** Loads the neighbours, so that the next picture is there when it is asked for. */
export function preload(addresses) {
  warm = addresses.map(address => Object.assign(new Image(), { decoding: "async", src: address }));
}

/** Presses what a key stands for, where only the browser can do it: play, save a file. */
export function press(selector) {
  document.querySelector(selector)?.click();
}
