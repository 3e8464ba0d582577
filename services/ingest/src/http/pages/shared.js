'use strict';
const $ = id => document.getElementById(id);

// Text is only ever set as text, so nothing of a file can become a part of the page.
function add(parent, tag, text, attributes = {}) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.append(element);
  return element;
}

function table(parent, caption, headings, rows) {
  if (rows.length === 0) return;
  const scroll = add(parent, 'div', undefined, { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption });
  const made = add(scroll, 'table');
  add(made, 'caption', caption);
  const head = add(add(made, 'thead'), 'tr');
  for (const heading of headings) add(head, 'th', heading, { scope: 'col' });
  const body = add(made, 'tbody');
  for (const row of rows) {
    const line = add(body, 'tr');
    row.forEach((cell, at) => add(line, 'td', cell, { 'data-label': headings[at] }));
  }
}

const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

// The token lives in this tab alone.
const KEPT = 'greenledger-token';
$('token').value = sessionStorage.getItem(KEPT) || '';
$('token').addEventListener('input', () => sessionStorage.setItem(KEPT, $('token').value.trim()));
$('token-form').addEventListener('submit', event => event.preventDefault());
$('forget').addEventListener('click', () => {
  sessionStorage.removeItem(KEPT);
  $('token').value = '';
  $('token').focus();
});

// The answer of the service: its status, its body, and when it was given by the service's clock.
async function ask(path, options = {}) {
  if (!$('token').reportValidity()) return undefined;
  const headers = { ...options.headers, Authorization: `Bearer ${$('token').value.trim()}` };
  try {
    const response = await fetch(path, { ...options, headers, cache: 'no-store' });
    const text = await response.text();
    let body = {};
    try { body = JSON.parse(text); } catch { body = { title: text }; }
    return { ok: response.ok, status: response.status, after: response.headers.get('Retry-After'), body };
  } catch {
    return { ok: false, status: 0, body: { title: 'no answer: the connection was lost, or the file has changed since it was chosen' } };
  }
}

// Why a request failed as a whole.
function problem(parent, answer) {
  if (answer.status === 401) {
    add(parent, 'p', 'This token is not known. Check it, or ask your trust\u2019s operator for one.', { class: 'note bad' });
    return;
  }
  // Reasons are listed one by one below.
  const { title, detail, refusals } = answer.body;
  const text = [title, refusals && refusals.length > 0 ? '' : detail].filter(Boolean).join(': ');
  const after = answer.after ? ` Try again in ${count(Number(answer.after), 'second', 'seconds')}.` : '';
  add(parent, 'p', `${text || 'It failed'}.${after}`, { class: 'note bad' });
}

function refusals(parent, caption, list) {
  const rows = list.map(one => [place(one.pointer), one.seen, one.hint]);
  table(parent, caption, ['Where', 'What stands there', 'How to mend it'], rows);
}

// What a person calls a field of a survey.
const FIELDS = {
  '/subject': 'school', '/data/surveyed_on': 'date', '/data/group': 'class or group', '/data/roll': 'on the roll',
  '/data/current': 'travel so', '/data/preferred': 'would prefer to',
};

// `/row/12` is line 12, `/May/row/12` line 12 of sheet May.
function place(pointer) {
  const found = /^(?:\/(.*))?\/row\/(\d+)$/.exec(pointer);
  if (!found) return FIELDS[pointer] || pointer || 'the file';
  return (found[1] ? `${found[1]}, ` : '') + `line ${found[2]}`;
}

function show(section) {
  section.replaceChildren();
  section.hidden = false;
  return section;
}
