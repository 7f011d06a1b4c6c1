// Makes pages better; every page works without it.
(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('js');
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Errors: the summary takes the focus, and its links lead into the field with its label in view.
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

  // Fields that depend on another one. What is hidden is not posted; the server decides anyway.
  const form = document.getElementById('form');
  const dependent = all('[data-if]');
  const chosen = (name) => {
    const inputs = form ? [...form.elements].filter((it) => it.name === name && !it.disabled) : [];
    return inputs.flatMap((it) => {
      if (it.type === 'radio' || it.type === 'checkbox') return it.checked ? [it.value] : [];
      return [it.value];
    });
  };
  const update = () => {
    for (const field of dependent) {
      const { if: name, is } = field.dataset;
      const holds = chosen(name).includes(is) !== ('not' in field.dataset);
      if (!('disables' in field.dataset)) field.hidden = !holds;
      for (const input of all('input, select, textarea', field)) input.disabled = !holds;
    }
  };
  if (dependent.length) {
    form.addEventListener('change', update);
    update();
  }

  // "None" and the other boxes exclude each other.
  for (const none of all('[data-none]')) {
    const group = none.closest('fieldset');
    group.addEventListener('change', (event) => {
      const others = all('input[type=checkbox]', group).filter((it) => it !== none);
      if (event.target === none && none.checked) others.forEach((it) => { it.checked = false; });
      if (event.target !== none && event.target.checked) none.checked = false;
    });
  }

  // How many characters are left, told after a pause.
  for (const area of all('textarea[data-count]')) {
    const message = document.getElementById(`${area.id}-count`);
    const most = Number(area.dataset.count);
    message.setAttribute('aria-live', 'polite');
    let timer;
    area.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const left = most - [...area.value].length;
        const count = Math.abs(left);
        const noun = count === 1 ? 'character' : 'characters';
        message.textContent = left < 0 ? `You have ${count} ${noun} too many` : `You have ${count} ${noun} left`;
      }, 700);
    });
  }

  for (const range of all('[data-range]')) {
    const output = document.querySelector(`output[for="${range.id}"]`);
    range.addEventListener('input', () => { output.textContent = range.value; });
  }

  // Links of interviews that run an action are sent as a form, since they change something.
  for (const link of all('a[href^="action:"]')) {
    const button = document.createElement('button');
    button.className = 'link';
    button.name = '_action';
    button.value = link.getAttribute('href');
    button.setAttribute('form', 'form');
    button.append(...link.childNodes);
    link.replaceWith(button);
  }
})();
