// Makes pages better. Every page works without it.
(() => {
  'use strict';
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  document.documentElement.classList.add('js');

  // Errors: the summary takes the focus; its links lead into the field, with its label in view.
  const summary = document.getElementById('errors');
  if (summary) {
    summary.focus();
    summary.addEventListener('click', (event) => {
      const link = event.target.closest('a[href^="#"]');
      const field = link && document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      const label = field.closest('fieldset')?.querySelector('legend') ?? field.labels?.[0] ?? field;
      label.scrollIntoView();
      field.focus({ preventScroll: true });
    });
  }

  // Fields that depend on others. What is not shown is not posted; the server decides anyway.
  const form = document.getElementById('form');
  const fields = all('[data-field]').map((box) => ({
    box,
    name: box.dataset.field,
    conditions: JSON.parse(box.dataset.showIf ?? '[]'),
    others: box.dataset.others === undefined ? null : JSON.parse(box.dataset.others),
    tick: box.dataset.tick,
    number: 'number' in box.dataset,
    shown: true,
    open: true,
  }));
  const inputsOf = (field) => all('input, select, textarea, button', field.box).filter((it) => it.name === field.name);
  const valuesOf = (field) => {
    const inputs = inputsOf(field).filter((it) => it.tagName !== 'BUTTON');
    if (field.tick) return [String(inputs[0].checked === (field.tick === 'on'))];
    const values = inputs.flatMap((it) => {
      if (it.type !== 'radio' && it.type !== 'checkbox') return [it.value.trim()];
      return it.checked ? [it.value] : [];
    });
    return values.some((it) => it !== '') ? values : ['', 'null'];
  };
  // Tests of what is entered: the server decides by the same rules. Nothing is null; a text that is
  // empty is nothing; numbers and booleans in texts count as such where they are compared with some.
  const [point, comma] = form?.dataset.marks ?? '.,';
  const digits = (text) => (/^-?\d[\d.]*$/.test(text) && !Number.isNaN(Number(text)) ? Number(text) : null);
  const typedNumber = (text) => digits(text.replace(/[\s\u00a0\u202f'’$£€]/g, '').replaceAll(comma, '').replace(point, '.'));
  const entered = (name, key) => {
    const field = fields.find((it) => it.name === name);
    if (!field || !field.shown || !field.open) return null;
    if (key !== undefined) return all('input:checked', field.box).some((it) => it.value === key);
    const date = ['year', 'month', 'day'].map((part) => field.box.querySelector(`[name="${CSS.escape(`${name}--${part}`)}"]`)?.value.trim());
    if (date[0] !== undefined) {
      return date.every((it) => /^\d+$/.test(it)) ? date.map((it, at) => it.padStart(at ? 2 : 4, '0')).join('-') : null;
    }
    const inputs = inputsOf(field).filter((it) => it.tagName !== 'BUTTON');
    if (field.tick) return inputs[0].checked === (field.tick === 'on');
    const [first] = inputs;
    if (first?.type === 'checkbox') return inputs.some((it) => it.checked && !('none' in it.dataset));
    const value = (first?.type === 'radio' ? inputs.find((it) => it.checked)?.value : first?.value.trim()) || null;
    if (value === null || (value === 'null' && first.type !== 'text')) return null;
    if (field.number) return first.type === 'range' ? Number(value) : typedNumber(value);
    return first.type !== 'text' && (value === 'true' || value === 'false') ? value === 'true' : value;
  };
  const flag = (it) => (typeof it === 'boolean' ? it : { true: true, false: false }[it] ?? null);
  const number = (it) => (typeof it === 'number' ? it : typeof it === 'string' ? digits(it) : null);
  const equal = (one, other) => {
    if (one === null || other === null) return one === other;
    if (typeof one === 'boolean' || typeof other === 'boolean') return flag(one) === flag(other);
    if (typeof one === 'number' || typeof other === 'number') return number(one) !== null && number(one) === number(other);
    return one === other;
  };
  const ordered = (one, other, fits) => {
    const texts = typeof one === 'string' && typeof other === 'string' && (digits(one) === null || digits(other) === null);
    const [a, b] = texts ? [one, other] : [number(one), number(other)];
    return a !== null && b !== null && fits(a, b);
  };
  const doing = {
    field: (name) => entered(name),
    box: (name, key) => entered(name, key),
    '==': (a, b) => equal(weigh(a), weigh(b)),
    '!=': (a, b) => !equal(weigh(a), weigh(b)),
    '<': (a, b) => ordered(weigh(a), weigh(b), (x, y) => x < y),
    '<=': (a, b) => ordered(weigh(a), weigh(b), (x, y) => x <= y),
    '>': (a, b) => ordered(weigh(a), weigh(b), (x, y) => x > y),
    '>=': (a, b) => ordered(weigh(a), weigh(b), (x, y) => x >= y),
    and: (...parts) => parts.every((it) => weigh(it)),
    or: (...parts) => parts.some((it) => weigh(it)),
    not: (inner) => !weigh(inner),
  };
  const weigh = (test) => (Array.isArray(test) ? doing[test[0]](...test.slice(1)) : test === '' ? null : test);
  const holds = (condition) => Boolean(weigh(condition.test));
  const closedBy = (field) => fields.some((it) => {
    if (!it.others || it === field || !it.shown || !valuesOf(it).some((value) => value !== '' && value !== 'null' && value !== 'false')) return false;
    return it.others.length === 0 || it.others.includes(field.name);
  });
  const update = () => {
    // A field that goes takes those that depend on it along, so this is done until nothing changes.
    for (let round = 0; round <= fields.length; round += 1) {
      let changed = false;
      for (const field of fields) {
        const shown = field.conditions.every((it) => it.disables || holds(it));
        const open = shown && field.conditions.every(holds) && !closedBy(field);
        changed ||= shown !== field.shown || open !== field.open;
        field.shown = shown;
        field.open = open;
      }
      if (!changed) break;
    }
    for (const field of fields) {
      field.box.hidden = !field.shown;
      field.box.classList.toggle('disabled', field.shown && !field.open);
      for (const input of all('input, select, textarea, button', field.box)) input.disabled = !field.open;
    }
  };
  if (form && fields.some((it) => it.conditions.length || it.others)) {
    form.addEventListener('input', update);
    form.addEventListener('change', update);
    window.addEventListener('pageshow', update);
    update();
  }

  // What happened here, for parts of plugins that stay in frames of their own. A frame that is there
  // before this runs gets it at once, another one when it is there; it takes it once.
  for (const frame of all('iframe[data-events]')) {
    const tell = () => frame.contentWindow.postMessage(JSON.parse(frame.dataset.events), '*');
    frame.addEventListener('load', tell);
    tell();
  }

  // Blank rows of a list wait until they are asked for. Without this they all stand there.
  const blank = all('fieldset[data-blank]').filter((row) =>
    all('input, textarea, select', row).every((it) => (it.type === 'radio' || it.type === 'checkbox' ? !it.checked : it.value === '')));
  if (form && blank.length) {
    const more = document.querySelector('[data-field="_more"]');
    const add = document.createElement('button');
    add.type = 'button';
    add.className = 'button secondary add';
    add.textContent = form.dataset.add;
    blank.at(-1).after(add);
    for (const it of blank) it.hidden = true;
    // Conditions show and hide fields by their own means.
    more?.classList.add('waits');
    add.addEventListener('click', () => {
      const row = blank.shift();
      row.hidden = false;
      row.querySelector('input, textarea, select')?.focus();
      if (blank.length) return;
      add.remove();
      more?.classList.remove('waits');
    });
  }

  // "None" and the other boxes exclude each other; "all" ticks the others.
  for (const group of all('fieldset:has([data-none], [data-all])')) {
    const none = group.querySelector('[data-none]');
    const every = group.querySelector('[data-all]');
    const others = all('input[type=checkbox]', group).filter((it) => it !== none && it !== every);
    if (every) for (const it of [every.parentElement, every.parentElement.previousElementSibling]) it.hidden = false;
    const tell = () => { if (every) every.checked = others.every((it) => it.checked); };
    group.addEventListener('change', ({ target }) => {
      if (target === every) for (const it of others) it.checked = every.checked;
      if (none && target === none && none.checked) for (const it of others) it.checked = false;
      if (none && target !== none && target.checked) none.checked = false;
      tell();
    });
    tell();
  }

  // How many characters are left: shown at once, told after a pause.
  for (const area of all('textarea[data-count]')) {
    const shown = document.getElementById(`${area.id}-count`);
    const told = shown.cloneNode(true);
    told.removeAttribute('id');
    told.className = 'hidden';
    told.setAttribute('aria-live', 'polite');
    told.textContent = '';
    shown.after(told);
    let timer;
    area.addEventListener('input', () => {
      const left = Number(area.dataset.count) - [...area.value].length;
      const count = Math.abs(left);
      const key = (left < 0 ? 'over' : 'left') + (count === 1 ? 'One' : '');
      shown.textContent = shown.dataset[key].replace('{n}', count.toLocaleString(document.documentElement.lang));
      shown.classList.toggle('over', left < 0);
      clearTimeout(timer);
      timer = setTimeout(() => { told.textContent = shown.textContent; }, 1000);
    });
  }

  // Long lists: typing finds the choice (the combobox pattern of the ARIA practices). The list that
  // was there stays in the form and is what is posted.
  const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
  // What a plugin suggests is asked for while somebody types; choosing it fills in fields.
  for (const button of all('[data-only-without]')) button.remove();
  const fill = ([name, value]) => {
    for (const it of all(`[name="${CSS.escape(name)}"]`, form)) {
      if (it.type === 'radio') it.checked = it.value === value;
      else it.value = value;
      it.dispatchEvent(new Event('fill'));
      it.dispatchEvent(new Event('change', { bubbles: true }));
    }
  };
  for (const source of all('[data-typeahead], [data-look-up]')) {
    const isSelect = source.tagName === 'SELECT';
    const asks = source.dataset.lookUp;
    const options = isSelect ? [...source.options].filter((it) => it.value !== '') : [...(source.list?.options ?? [])];
    const labels = options.map((it) => (isSelect ? it.textContent : it.value).trim());
    const input = isSelect ? document.createElement('input') : source;
    const list = document.createElement('ul');
    const told = document.createElement('div');
    const box = document.createElement('div');
    const id = source.id;
    box.className = 'combo';
    source.before(box);
    if (isSelect) {
      for (const name of ['aria-describedby', 'aria-invalid']) if (source.hasAttribute(name)) input.setAttribute(name, source.getAttribute(name));
      input.type = 'text';
      input.value = source.value === '' ? '' : source.selectedOptions[0].textContent.trim();
      source.removeAttribute('id');
      source.hidden = true;
      input.id = id;
    } else {
      source.removeAttribute('list');
    }
    const name = document.querySelector(`label[for="${CSS.escape(id)}"]`);
    if (name) list.setAttribute('aria-label', name.textContent.trim());
    Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': `${id}-choices`, autocomplete: 'off', spellcheck: 'false' })
      .forEach((it) => input.setAttribute(...it));
    list.id = `${id}-choices`;
    list.setAttribute('role', 'listbox');
    list.hidden = true;
    told.className = 'hidden';
    told.setAttribute('role', 'status');
    box.append(input, list, told);
    let shown = [];
    let fills = [];
    let at = -1;
    let waiting;
    let newest = 0;
    const pick = (label) => {
      if (isSelect) {
        source.value = label === null ? '' : options[labels.indexOf(label)].value;
        source.dispatchEvent(new Event('change', { bubbles: true }));
      }
    };
    const close = () => {
      list.hidden = true;
      at = -1;
      input.setAttribute('aria-expanded', 'false');
      input.removeAttribute('aria-activedescendant');
    };
    const mark = (next) => {
      at = (next + shown.length) % shown.length;
      [...list.children].forEach((it, here) => it.setAttribute('aria-selected', String(here === at)));
      input.setAttribute('aria-activedescendant', list.children[at].id);
      list.children[at].scrollIntoView({ block: 'nearest' });
    };
    const show = (labelled) => {
      shown = labelled;
      list.replaceChildren(...shown.map((label, here) => {
        const item = document.createElement('li');
        item.id = `${id}-choice-${here}`;
        item.setAttribute('role', 'option');
        item.setAttribute('aria-selected', 'false');
        item.textContent = label;
        return item;
      }));
      at = -1;
      list.hidden = shown.length === 0;
      input.setAttribute('aria-expanded', String(shown.length > 0));
      input.removeAttribute('aria-activedescendant');
      const { found, foundOne, foundNone } = source.dataset;
      told.textContent = shown.length === 0 ? foundNone : shown.length === 1 ? foundOne : found.replace('{n}', shown.length);
    };
    const ask = async (mine) => {
      const body = new URLSearchParams({ _csrf: form.elements._csrf.value, _lookup: source.name, _typed: input.value });
      const answer = await fetch(asks, { method: 'POST', body }).catch(() => null);
      const found = answer?.ok ? await answer.json().catch(() => null) : null;
      if (mine !== newest || document.activeElement !== input) return;
      if (!found) close();
      fills = found?.matches.map((it) => it.fills) ?? [];
      if (found) show(found.matches.map((it) => it.label));
      else told.textContent = source.dataset.failed;
    };
    const open = () => {
      const typed = plain(input.value);
      if (asks) {
        newest += 1;
        clearTimeout(waiting);
        if ([...input.value.trim()].length < Number(source.dataset.from)) close();
        else waiting = setTimeout(ask, 250, newest);
        return;
      }
      const begins = labels.filter((it) => plain(it).startsWith(typed));
      show([...begins, ...labels.filter((it) => !begins.includes(it) && plain(it).includes(typed))].slice(0, 50));
    };
    const take = (here) => {
      newest += 1;
      clearTimeout(waiting);
      if (asks) {
        fills[here].forEach(fill);
        told.textContent = source.dataset.filled;
      } else {
        input.value = shown[here];
        pick(shown[here]);
      }
      close();
    };
    source.addEventListener('fill', () => { if (isSelect) input.value = source.selectedOptions[0]?.textContent.trim() ?? ''; });
    input.addEventListener('input', () => {
      if (!asks) pick(labels.find((it) => plain(it) === plain(input.value)) ?? null);
      open();
    });
    input.addEventListener('click', () => { if (list.hidden) open(); });
    input.addEventListener('blur', close);
    input.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        if (list.hidden) open();
        if (shown.length && !list.hidden) mark(event.key === 'ArrowDown' ? at + 1 : at < 0 ? -1 : at - 1);
      } else if (event.key === 'Enter' && at >= 0) {
        event.preventDefault();
        take(at);
      } else if (event.key === 'Escape' && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
    list.addEventListener('mousedown', (event) => {
      event.preventDefault();
      const item = event.target.closest('[role=option]');
      if (item) take([...list.children].indexOf(item));
    });
  }

  for (const range of all('input[type=range]')) {
    const output = range.parentElement.querySelector('output');
    const show = () => { output.textContent = range.value; };
    output.hidden = false;
    range.addEventListener('input', show);
    show();
  }

  // A drawn signature is sent as a picture. Typing the name stays possible.
  for (const box of all('[data-signature]')) {
    const canvas = box.querySelector('canvas');
    const pen = canvas.getContext('2d');
    let drawn = false;
    let last = null;
    box.hidden = false;
    const clear = () => {
      drawn = false;
      pen.fillStyle = '#fff';
      pen.fillRect(0, 0, canvas.width, canvas.height);
    };
    const place = (event) => {
      const edge = canvas.getBoundingClientRect();
      return [(event.clientX - edge.left) * (canvas.width / edge.width), (event.clientY - edge.top) * (canvas.height / edge.height)];
    };
    const line = (from, to) => {
      pen.strokeStyle = '#111';
      pen.lineWidth = 5;
      pen.lineCap = 'round';
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(...to);
      pen.stroke();
      drawn = true;
    };
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      last = place(event);
      line(last, last);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!last) return;
      const next = place(event);
      line(last, next);
      last = next;
    });
    for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => { last = null; });
    box.querySelector('button').addEventListener('click', clear);
    clear();
    form?.addEventListener('formdata', ({ formData }) => {
      if (!drawn) return;
      const bytes = Uint8Array.from(atob(canvas.toDataURL('image/png').split(',')[1]), (it) => it.charCodeAt(0));
      formData.delete(box.dataset.signature);
      formData.delete(`${box.dataset.signature}--signed`);
      formData.append(box.dataset.signature, new File([bytes], 'signature.png', { type: 'image/png' }));
    });
  }

  // The secret of an invitation comes behind the # of its link, where no server sees it. It goes into
  // the field, and out of the address.
  const invitation = document.querySelector('[data-from-link]');
  if (invitation && location.hash.length > 1) {
    invitation.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, '', location.pathname);
  }

  // A marked word opens what it means.
  for (const link of all('a.term')) {
    link.addEventListener('click', () => {
      document.getElementById('terms').open = true;
      document.getElementById(link.hash.slice(1)).focus();
    });
  }

  // What a form would do is shown while somebody fills it in; a button shows it without this.
  const preview = document.querySelector('[data-preview]');
  if (preview && form) {
    let waiting;
    let newest = 0;
    const show = async () => {
      newest += 1;
      const mine = newest;
      const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
      const answer = await fetch(preview.dataset.preview, { method: 'POST', body }).catch(() => null);
      if (answer?.ok && mine === newest) preview.innerHTML = await answer.text();
    };
    const later = () => {
      clearTimeout(waiting);
      waiting = setTimeout(show, 300);
    };
    form.addEventListener('input', later);
    form.addEventListener('change', later);
  }

  // A screen that waits looks whether it can go on, and then is drawn anew. While nobody looks at it, it
  // does not; a server that does not answer is asked less and less often.
  const waits = document.querySelector('[data-check-in]');
  if (waits) {
    const told = waits.querySelector('[data-told]');
    waits.querySelector('[data-with-script]').hidden = false;
    let failures = 0;
    const look = async () => {
      if (document.hidden) return again();
      const answer = await fetch(waits.dataset.checkIn).catch(() => null);
      const found = answer?.ok ? await answer.json().catch(() => null) : null;
      // What was typed is not thrown away: who types goes on by the button.
      if (found?.go_on && !form) return waits.querySelector('form').submit();
      if (answer?.status === 404) return location.reload();
      failures = found ? 0 : failures + 1;
      if (found?.text && told.textContent !== found.text) told.textContent = found.text;
      return again();
    };
    const again = () => setTimeout(look, Number(waits.dataset.every) * 1000 * Math.min(2 ** failures, 16));
    again();
  }

  for (const button of all('[data-print]')) {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  }
})();
