// The prompt while it is written: Ctrl+Enter, the weight of words, suggestions for names, and lines under what is not here. All of it works on
// names that came once; the server is asked for a weight only, which it works out.
const fields = new Map();
let entries = null;
let known = null;
const most = 40;
const tag = /<(lora|lyco):([^<>\n]*)>/gi;
const unclosed = /<(?:lora|lyco):[^<>\n]*$/gim;
const wildcard = /__([\p{L}\p{N}_\-/.*][\p{L}\p{N}_\-/.* ]*?)__/gu;
const learned = /\bembedding:([\p{L}\p{N}_\-./]+)/giu;

export function attach(textarea, parts, component, kinds) {
  for (const old of fields.keys()) if (!old.isConnected) fields.delete(old);
  const field = { ...parts, textarea, component, kinds, found: [], active: -1 };
  fields.set(textarea, field);
  const calm = () => {
    clearTimeout(field.timer);
    field.timer = setTimeout(() => mark(field), 300);
  };
  if (!CSS.supports('field-sizing', 'content')) {
    const grow = () => {
      textarea.style.height = 'auto';
      textarea.style.height = `${textarea.scrollHeight}px`;
    };
    textarea.addEventListener('input', grow);
    grow();
  }

  textarea.addEventListener('input', event => {
    mirror(field, []);
    calm();
    if (!event.isComposing && event.isTrusted) suggest(field);
  });
  textarea.addEventListener('scroll', () => follow(field));
  textarea.addEventListener('blur', () => close(field));
  textarea.addEventListener('focus', calm);
  textarea.addEventListener('keyup', event => {
    if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) {
      close(field);
      calm();
    }
  });
  textarea.addEventListener('click', () => { close(field); calm(); });
  textarea.addEventListener('keydown', event => press(field, event));
  // A press must not take the focus, and with it the keyboard of a phone, from the field.
  field.options.addEventListener('pointerdown', event => event.preventDefault());
  field.options.addEventListener('click', event => {
    const item = event.target.closest('[role=option]');
    if (item) choose(field, Number(item.dataset.place));
  });
  new ResizeObserver(() => follow(field)).observe(textarea);
  mark(field);
}

export function name(names) {
  const entry = (kind, label, note, text) => ({ kind, label, note, text, key: label.toLowerCase() });
  entries = {
    lora: names.loras.filter(lora => !/[<>:\n]/.test(lora.name)).map(lora => ({
      ...entry('lora', lora.name, lora.title === lora.name ? 'LoRA' : lora.title, `<lora:${lora.name}:${lora.weight}>`),
      key: `${lora.name} ${lora.title}`.toLowerCase(),
    })),
    embedding: names.embeddings.map(word => entry('embedding', word, 'Embedding', word)),
    wildcard: names.wildcards.map(word => entry('wildcard', word, 'Wildcard', `__${word}__`)),
    style: names.styles.map(word => entry('style', word, 'Style', '')),
  };
  known = {
    lora: new Set(names.loras.map(lora => lora.name.toLowerCase())),
    embedding: new Set(names.embeddings.map(word => word.toLowerCase())),
    wildcard: new Set(names.wildcards.map(word => word.toLowerCase())),
  };
  for (const field of fields.values()) if (field.textarea.isConnected) mark(field);
}

/** The words were changed by something else than typing. */
export function refresh(textarea, text) {
  if (textarea.value !== text) textarea.value = text;
  if (fields.has(textarea)) mark(fields.get(textarea));
}

/** What is odd in a text: pairs of places with a plain sentence. One pass, and regular expressions without nested repeats. */
export function oddities(text, names) {
  const found = brackets(text);
  const unknown = (match, group, kind, sentence) => {
    const name = group.split(':')[0].trim();
    if (!name || names[kind].has(name.toLowerCase())) return;
    const start = match.index + match[0].indexOf(group);
    found.push({ start, end: start + name.length, hint: sentence(name) });
  };
  if (names) {
    for (const match of text.matchAll(tag)) unknown(match, match[2], 'lora', name => `There is no LoRA named ${name} here.`);
    for (const match of text.matchAll(learned)) unknown(match, match[1], 'embedding', name => `There is no embedding named ${name} here.`);
    for (const match of text.matchAll(wildcard)) {
      if (!matchesSome(match[1], names.wildcard)) unknown(match, match[1], 'wildcard', name => `There is no wildcard named ${name} here; it stays as it is written.`);
    }
  }
  for (const match of text.matchAll(unclosed)) found.push({ start: match.index, end: match.index + match[0].length, hint: 'This tag does not end: it needs a >.' });
  return found.sort((one, other) => one.start - other.start);
}

function brackets(text) {
  const open = [], found = [];
  const pairs = { ')': '(', ']': '[', '}': '{' };
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (letter === '\\') i++;
    else if (letter === '(' || letter === '[' || letter === '{') open.push(i);
    else if (pairs[letter]) {
      if (open.length && text[open[open.length - 1]] === pairs[letter]) open.pop();
      else found.push({ start: i, end: i + 1, hint: `This ${letter} closes nothing.` });
    }
  }
  for (const i of open) found.push({ start: i, end: i + 1, hint: `This ${text[i]} is never closed.` });
  return found;
}

function matchesSome(pattern, names) {
  if (!pattern.includes('*')) return false;
  const parts = pattern.toLowerCase().split('*');
  return [...names].some(name => {
    if (!name.startsWith(parts[0]) || !name.endsWith(parts.at(-1))) return false;
    let at = 0;
    return parts.every(part => (at = name.indexOf(part, at)) >= 0 && (at += part.length) >= 0);
  });
}

/** What could be meant by the letters before the caret; null for nothing. */
export function wanted(before) {
  const line = before.slice(before.lastIndexOf('\n') + 1).slice(-160);
  let match = /<(?:(lora|lyco|style):)?([^<>:\n]*)$/i.exec(line);
  if (match) {
    const [kind, typed] = [(match[1] ?? '').toLowerCase(), match[2].toLowerCase()];
    const begins = word => typed !== '' && word.startsWith(typed);
    const kinds = kind === 'style' || (!kind && begins('style')) ? ['style'] : kind || begins('lora') || begins('lyco') ? ['lora'] : ['lora', 'style'];
    return { kinds, typed: kind || kinds.length > 1 ? typed : '', length: match[0].length, eager: true };
  }
  const mark = line.lastIndexOf('__');
  const name = mark < 0 ? null : line.slice(mark + 2);
  // An odd number of marks: this one opens.
  if (name !== null && /^(?:[\p{L}\p{N}_\-/.][\p{L}\p{N}_\-/. ]*)?$/u.test(name) && line.split('__').length % 2 === 0) {
    return { kinds: ['wildcard'], typed: name, length: name.length + 2, eager: true };
  }
  match = /\bembedding:([\p{L}\p{N}_\-.]*)$/iu.exec(line);
  if (match) return { kinds: ['embedding'], typed: match[1], length: match[0].length, eager: true };
  match = /(?:^|[\s,(\[{|:])([\p{L}\p{N}_\-.]{3,})$/u.exec(line);
  return match ? { kinds: ['embedding'], typed: match[1], length: match[1].length, eager: false } : null;
}

/** Names that begin with what was typed, then those with a word that does, then the others that contain it. */
export function ranked(entries, typed, onlyStart) {
  const text = typed.trim().toLowerCase();
  const ranks = [[], [], []];
  for (const entry of entries) {
    const at = entry.key.indexOf(text);
    if (at === 0) ranks[0].push(entry);
    else if (at > 0 && !onlyStart) ranks[/[\s/_\-.]/.test(entry.key[at - 1]) ? 1 : 2].push(entry);
  }
  return ranks.flat().slice(0, most);
}

function mark(field) {
  const { value, selectionStart } = field.textarea;
  const focused = document.activeElement === field.textarea;
  // Not what is being written just now.
  const odd = oddities(value, known).filter(one => !focused || selectionStart < one.start || selectionStart > one.end);
  mirror(field, odd);
  const hints = [...new Set(odd.map(one => one.hint))];
  const text = hints.slice(0, 2).join(' ') + (hints.length > 2 ? ` And ${hints.length - 2} more.` : '');
  if (field.hint.textContent !== text) field.hint.textContent = text;
}

function mirror(field, odd) {
  const { value } = field.textarea;
  const nodes = [];
  let at = 0;
  for (const { start, end } of odd) {
    if (start < at) continue;
    const line = document.createElement('span');
    line.textContent = value.slice(start, end);
    nodes.push(value.slice(at, start), line);
    at = end;
  }
  // A last line end alone would have no height.
  field.marks.replaceChildren(...nodes, `${value.slice(at)}\u200b`);
  follow(field);
}

function follow({ marks, textarea }) {
  marks.style.width = `${textarea.clientWidth}px`;
  marks.style.height = `${textarea.clientHeight}px`;
  marks.scrollTop = textarea.scrollTop;
}

function suggest(field) {
  const { value, selectionStart, selectionEnd } = field.textarea;
  const want = selectionStart === selectionEnd && entries ? wanted(value.slice(0, selectionStart)) : null;
  field.want = want;
  field.found = want ? ranked(want.kinds.filter(kind => field.kinds.includes(kind)).flatMap(kind => entries[kind]), want.typed, !want.eager) : [];
  if (!field.found.length) {
    close(field);
    return;
  }
  field.options.replaceChildren(...field.found.map((entry, place) => {
    const item = document.createElement('li');
    item.id = `${field.textarea.id}-option-${place}`;
    item.role = 'option';
    item.dataset.place = place;
    const label = document.createElement('b');
    label.textContent = entry.label;
    const note = document.createElement('span');
    note.textContent = entry.note;
    item.append(label, note);
    return item;
  }));
  if (!field.options.matches(':popover-open')) field.options.showPopover();
  place(field);
  activate(field, want.eager ? 0 : -1);
  const count = field.found.length;
  field.count.textContent = `${count} suggestion${count === 1 ? '' : 's'}`;
}

/** Under the caret, or above it where there is more room, such as over a phone's keyboard. */
function place({ options, marks, textarea, want }) {
  const range = document.createRange();
  const start = textarea.selectionStart - want.length;
  let left = start;
  const walker = document.createTreeWalker(marks, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (left <= node.length) {
      range.setStart(node, left);
      break;
    }
    left -= node.length;
  }
  const caret = range.getBoundingClientRect();
  const field = textarea.getBoundingClientRect();
  const bottom = Math.min(Math.max(caret.bottom, field.top), field.bottom);
  const top = Math.min(Math.max(caret.top, field.top), field.bottom);
  const view = window.visualViewport ?? { height: innerHeight, offsetTop: 0 };
  const below = view.height + view.offsetTop - bottom, above = top - view.offsetTop;
  const goesUp = below < 220 && above > below;
  options.style.maxHeight = `${Math.max(96, Math.min(320, (goesUp ? above : below) - 16))}px`;
  options.style.left = `${Math.max(8, Math.min(caret.left - 12, innerWidth - options.offsetWidth - 8))}px`;
  options.style.top = goesUp ? 'auto' : `${bottom + 6}px`;
  options.style.bottom = goesUp ? `${innerHeight - top + 6}px` : 'auto';
}

function activate(field, active) {
  field.active = active;
  for (const item of field.options.children) {
    item.setAttribute('aria-selected', Number(item.dataset.place) === active);
  }
  if (active < 0) {
    field.textarea.removeAttribute('aria-activedescendant');
    return;
  }
  field.textarea.setAttribute('aria-activedescendant', `${field.textarea.id}-option-${active}`);
  field.options.children[active].scrollIntoView({ block: 'nearest' });
}

function close(field) {
  field.found = [];
  field.active = -1;
  field.textarea.removeAttribute('aria-activedescendant');
  if (field.count.textContent) field.count.textContent = '';
  if (field.options.matches(':popover-open')) field.options.hidePopover();
}

function choose(field, active) {
  const entry = field.found[active];
  const { textarea, want } = field;
  close(field);
  if (!entry) return;
  const end = textarea.selectionStart;
  // The rest of a name that was being changed goes with it.
  const rest = entry.kind === 'wildcard' ? /^[\p{L}\p{N}_\-/.]*?__/u : entry.kind === 'lora' ? /^[^<>\n,]*>/ : /^$/;
  const tail = rest.exec(textarea.value.slice(end))?.[0].length ?? 0;
  textarea.focus();
  type(textarea, end - want.length, end + tail, entry.text);
  if (entry.kind === 'style') field.component.invokeMethodAsync('AddStyle', entry.label);
  mark(field);
}

async function press(field, event) {
  const { textarea, component } = field;
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
  if (field.found.length && plain && !event.isComposing) {
    const count = field.found.length;
    const to = { ArrowDown: (field.active + 1) % count, ArrowUp: (Math.max(field.active, 0) + count - 1) % count }[event.key];
    const chosen = (event.key === 'Enter' || event.key === 'Tab') && field.active >= 0;
    if (to !== undefined || chosen || event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      if (to !== undefined) activate(field, to);
      else if (chosen) choose(field, field.active);
      else close(field);
      return;
    }
  }

  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && field.kinds.includes('style')) {
    event.preventDefault();
    close(field);
    await component.invokeMethodAsync('Submit');
    return;
  }

  const up = event.key === 'ArrowUp';
  if ((up || event.key === 'ArrowDown') && (event.ctrlKey || event.altKey) && !event.shiftKey) {
    event.preventDefault();
    close(field);
    const { value, selectionStart, selectionEnd } = textarea;
    const changed = await component.invokeMethodAsync('Weigh', value, selectionStart, selectionEnd, up);
    if (changed.text !== value && textarea.value === value) {
      replace(textarea, changed.text);
    }
    textarea.setSelectionRange(changed.start, changed.end);
  }
}

// Only what differs is typed in, so that Undo takes back the weight and not the whole prompt.
function replace(textarea, text) {
  const old = textarea.value;
  let start = 0;
  while (start < old.length && start < text.length && old[start] === text[start]) start++;
  let tail = 0;
  while (tail < old.length - start && tail < text.length - start && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail++;
  type(textarea, start, old.length - tail, text.slice(start, text.length - tail));
}

function type(textarea, start, end, typed) {
  if (start === end && !typed) return;
  textarea.setSelectionRange(start, end);
  const done = typed ? document.execCommand('insertText', false, typed) : document.execCommand('delete');
  if (!done) {
    textarea.setRangeText(typed, start, end, 'end');
    textarea.dispatchEvent(new Event('input', { bubbles: true }));
  }
}
