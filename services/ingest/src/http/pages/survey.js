'use strict';
const fields = [...document.querySelectorAll('[data-mode]')];
const today = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10);
$('date').max = today;
$('date').value = today;
for (const [name, value] of new URLSearchParams(location.search)) {
  if (['urn', 'date', 'audience', 'group'].includes(name)) $(name).value = value;
}
$('survey-form').addEventListener('input', sum);
$('survey-form').addEventListener('submit', event => {
  event.preventDefault();
  post();
});
sum();

function counts(question) {
  const asked = fields.filter(field => field.dataset.question === question && Number(field.value) > 0);
  return Object.fromEntries(asked.map(field => [field.dataset.mode, Number(field.value)]));
}

// Shows the sums, and whether more hands went up than there are people.
function sum() {
  const roll = Number($('roll').value);
  let doubt = '';
  for (const question of ['current', 'preferred']) {
    const all = Object.values(counts(question)).reduce((one, other) => one + other, 0);
    $(`${question}-sum`).textContent = all;
    if (roll > 0 && all > roll) doubt = `${all} hands are more than the ${roll} on the roll.`;
  }
  $('doubt').textContent = doubt;
  $('doubt').hidden = !doubt;
  return !doubt;
}

// The service's clock: of two computers, the one whose clock is behind could not correct the other.
async function now() {
  const response = await fetch('/survey', { method: 'HEAD', cache: 'no-store' });
  const time = new Date(response.headers.get('Date') || Date.now());
  time.setMilliseconds(Date.now() % 1000);
  return time.toISOString();
}

async function post() {
  const [current, preferred] = [counts('current'), counts('preferred')];
  if (!sum() || !$('survey-form').reportValidity()) return;
  const result = show($('result'));
  if (Object.keys(current).length === 0) {
    add(result, 'p', 'Enter how people travel first.', { class: 'note bad' });
    return;
  }
  $('post').disabled = true;
  const [group, date, audience] = [$('group').value.trim(), $('date').value, $('audience').value];
  let answer;
  try {
    const event = {
      specversion: '1.0', type: 'travel.surveyed.v1', source: 'urn:greenledger:survey-form', time: await now(),
      id: `${date}-${audience}-${group.toLowerCase()}`.slice(0, 200), subject: $('urn').value,
      data: { surveyed_on: date, audience, group, roll: Number($('roll').value), current, preferred },
    };
    const headers = { 'Content-Type': 'application/cloudevents+json' };
    answer = await ask('/v1/events', { method: 'POST', headers, body: JSON.stringify(event) });
  } catch {
    answer = { body: { title: 'no answer: the connection was lost' } };
  }
  $('post').disabled = false;
  if (!answer) {
    result.hidden = true;
  } else if (answer.ok) {
    const text = `${group} of ${date} is sent: ${$('current-sum').textContent} answers. Enter the next class, or correct this one and send it again.`;
    add(result, 'p', text, { class: 'note good' });
    for (const field of [...fields, $('group'), $('roll')]) field.value = '';
    sum();
    $('group').focus();
  } else {
    problem(result, answer);
    refusals(result, 'Refused', answer.body.refusals || []);
  }
}
