// Asks the browser for a passkey, and sends what it says with the page's own form.
// Without this script, or a browser that has passkeys, their forms stay hidden, and the page says what
// to use instead.
'use strict';

const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (it) => it.charCodeAt(0));

const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

// The parts of the options that are bytes come as text.
const readable = (options, prf) => {
  const key = options.publicKey;
  key.challenge = decode(key.challenge);
  if (key.user) key.user.id = decode(key.user.id);
  for (const list of [key.excludeCredentials, key.allowCredentials]) {
    for (const it of list ?? []) it.id = decode(it.id);
  }
  key.extensions = { ...key.extensions, prf: { eval: { first: decode(prf) } } };
  return options;
};

const prfOf = (credential) => credential.getClientExtensionResults().prf ?? {};

// Many authenticators give the output only when a passkey is used, not when it is made.
const askAgain = async (id, prf) => {
  const used = await navigator.credentials.get({
    publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      allowCredentials: [{ type: 'public-key', id }],
      userVerification: 'required',
      extensions: { prf: { eval: { first: decode(prf) } } },
    },
  });
  return prfOf(used).results?.first;
};

// On the page of signing in the question is fetched when the button is pressed: it gets old soon.
const question = async (form) => {
  const { ask, options, prf } = form.dataset;
  if (!ask) return { options, prf };
  const reply = await fetch(ask, { method: 'POST' });
  if (!reply.ok) throw new Error(`no question: ${reply.status}`);
  const asked = await reply.json();
  form.elements.challenge.value = asked.challenge;
  return asked;
};

const answer = async (form) => {
  const { options, prf } = await question(form);
  const asked = readable(JSON.parse(options), prf);
  const made = form.dataset.passkey === 'make';
  const credential = await (made
    ? navigator.credentials.create(asked)
    : navigator.credentials.get(asked));
  const { enabled, results } = prfOf(credential);
  let output = results?.first;
  if (made && enabled && !output) output = await askAgain(credential.rawId, prf).catch(() => null);
  const response = {};
  for (const part of ['attestationObject', 'authenticatorData', 'clientDataJSON', 'signature', 'userHandle']) {
    const bytes = credential.response[part];
    if (bytes) response[part] = encode(bytes);
  }
  const id = encode(credential.rawId);
  form.elements.answer.value = JSON.stringify({ id, rawId: id, type: credential.type, response });
  form.elements.prf.value = output ? encode(output) : '';
};

const say = (form, what) => {
  const line = form.querySelector(`[data-passkey-${what}]`) ?? form.querySelector('[data-passkey-failed]');
  line.hidden = false;
  line.focus();
};

const listen = (form) => {
  let busy = false;
  form.addEventListener('submit', async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    for (const line of form.querySelectorAll('p.error')) line.hidden = true;
    try {
      await answer(form);
      form.requestSubmit();
    } catch (error) {
      // Cancelled, timed out, or there is none: the person can press the button again.
      say(form, error.name === 'InvalidStateError' ? 'known' : 'failed');
    }
    busy = false;
  });
};

// Back to a page that a browser kept: what was answered is used up.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) window.location.reload();
});

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false;
    if (form.dataset.passkey !== 'begin') listen(form);
  }
  for (const line of document.querySelectorAll('[data-no-passkey]')) line.hidden = true;
}
