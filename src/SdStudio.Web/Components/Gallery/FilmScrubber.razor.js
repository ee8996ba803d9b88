// The film under a picture: dragging, playing, and the large frame laid over the picture.

export async function count(source, aspect) {
  const film = new Image();
  film.src = source;
  try { await film.decode(); } catch { return 0; }
  return Math.max(1, Math.round(film.naturalWidth / (film.naturalHeight * aspect)));
}

export function show(root, source, frames, steps) {
  const range = root.querySelector("input[type=range]");
  const strip = [...root.querySelectorAll(".film i")];
  const words = root.querySelector("[data-step]");
  const play = root.querySelector("[data-play]");
  const large = document.querySelector("[data-develop]");
  const stop = new AbortController();
  let timer = 0;

  large.style.backgroundImage = `url(${source})`;
  large.style.backgroundSize = `${frames * 100}% 100%`;

  const paint = () => {
    const frame = Number(range.value) - 1, last = frame === frames - 1;
    const thumb = Math.round(frame * (strip.length - 1) / (frames - 1));
    strip.forEach((i, n) => i.classList.toggle("sel", n === thumb));
    large.hidden = last;
    large.style.backgroundPosition = `${100 * frame / (frames - 1)}% 0`;
    // A whole film starts with the noise, which is step 0.
    const step = Math.round(frames > steps ? frame * steps / (frames - 1) : (frame + 1) * steps / frames);
    words.textContent = `Step ${step} of ${steps}`;
    range.setAttribute("aria-valuetext", words.textContent);
  };

  const pause = () => { clearInterval(timer); timer = 0; play.setAttribute("aria-label", "Play the steps"); };
  range.addEventListener("input", () => { pause(); paint(); }, { signal: stop.signal });
  play.addEventListener("click", () => {
    if (timer) { pause(); return; }
    if (Number(range.value) === frames) range.value = 1;
    paint();
    play.setAttribute("aria-label", "Pause");
    timer = setInterval(() => {
      range.value = Number(range.value) + 1;
      paint();
      if (Number(range.value) === frames) pause();
    }, Math.max(60, Math.min(180, 3000 / frames)));
  }, { signal: stop.signal });

  range.value = frames;
  paint();
  return { stop: () => { pause(); stop.abort(); large.hidden = true; } };
}
