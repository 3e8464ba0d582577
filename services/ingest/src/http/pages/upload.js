'use strict';
const KINDS = {
  'meter.readings.v1': ['meter-day', 'meter-days'],
  'waste.collected.v1': ['collection', 'collections'],
  'travel.surveyed.v1': ['survey', 'surveys'],
  'travel.initiative.v1': ['initiative', 'initiatives'],
};

$('file').addEventListener('change', chosen);
$('format').addEventListener('change', unchecked);
$('issued').addEventListener('change', unchecked);
$('file-form').addEventListener('submit', event => {
  event.preventDefault();
  send(true);
});
$('send').addEventListener('click', () => send(false));
$('list').addEventListener('click', list);
for (const name of ['dragover', 'dragleave', 'drop']) {
  $('file-form').addEventListener(name, event => {
    event.preventDefault();
    $('drop').classList.toggle('over', name === 'dragover');
    if (name === 'drop' && event.dataTransfer.files.length > 0) {
      $('file').files = event.dataTransfer.files;
      chosen();
    }
  });
}

function chosen() {
  const [file] = $('file').files;
  if (file) {
    const saved = new Date(file.lastModified - new Date().getTimezoneOffset() * 60000);
    $('issued').value = saved.toISOString().slice(0, 19);
  }
  unchecked();
  if (file && $('token').value) send(true);
}

// What is sent is what was checked.
function unchecked() {
  $('send').disabled = true;
  $('result').hidden = true;
}

async function send(isTry) {
  const [file] = $('file').files;
  if (!$('file-form').reportValidity()) return;
  const format = $('format').value;
  const path = (format ? `/v1/files/${encodeURIComponent(format)}` : '/v1/files') + (isTry ? '?dry_run=true' : '');
  const headers = { 'Content-Type': 'application/octet-stream' };
  if ($('issued').value) headers['X-Issued'] = new Date($('issued').value).toISOString();
  for (const button of ['check', 'send']) $(button).disabled = true;
  const result = show($('result'));
  add(result, 'p', isTry ? 'Checking…' : 'Sending…');
  const answer = await ask(path, { method: 'POST', headers, body: file });
  $('check').disabled = false;
  show(result);
  if (!answer) {
    result.hidden = true;
    return;
  }
  if (isTry && answer.ok) {
    tried(result, answer.body);
    $('send').disabled = answer.body.receipt.accepted === 0;
  } else if (answer.ok) {
    add(result, 'h2', 'Sent');
    totals(result, answer.body, '');
    reasons(result, answer.body);
  } else {
    add(result, 'h2', isTry ? 'Nothing of it would be kept' : 'Not sent');
    problem(result, answer);
    if (answer.body.refusals) reasons(result, answer.body);
    // Sent again, the same file does no harm: nothing is kept twice.
    $('send').disabled = isTry;
  }
}

function tried(result, body) {
  add(result, 'h2', 'This is what would be kept');
  for (const one of body.tables) {
    add(result, 'p', `${one.name ? `${one.name}: ` : ''}${one.title} (${one.format})`);
  }
  const rows = body.would_keep.map(one => [
    one.school_name ? `${one.school_name} (${one.school})` : one.school,
    one.type === 'waste.collected.v1' ? `EWC ${one.about}` : one.about,
    count(one.count, ...(KINDS[one.type] || ['event', 'events'])),
    one.from === one.to ? one.from : `${one.from} to ${one.to}`,
    one.quantity === undefined ? '' : `${one.quantity.toLocaleString('en-GB', { maximumFractionDigits: 3 })} ${one.unit}`,
  ]);
  totals(result, body.receipt, 'would be ');
  table(result, 'Would be kept', ['School', 'Of', 'How many', 'Days', 'Sum'], rows);
  if (body.would_keep_left_out) add(result, 'p', `and ${body.would_keep_left_out} more`);
  reasons(result, body.receipt);
}

function totals(result, body, would) {
  const rows = count(body.received, 'row', 'rows');
  const text = `${rows}: ${body.accepted} ${would}accepted, ${body.refused} ${would}refused.`;
  add(result, 'p', text, { class: body.refused > 0 ? 'note bad' : 'note good' });
}

function reasons(result, body) {
  refusals(result, 'Refused', body.refusals);
  if (body.refusals_left_out) add(result, 'p', `and ${body.refusals_left_out} more`);
  const notes = (body.notes || []).map(one => [one.index ? `line ${one.index}` : 'the file', one.note]);
  table(result, 'Notes on what is accepted', ['Where', 'Note'], notes);
}

async function list() {
  const section = show($('rejected'));
  const answer = await ask('/v1/rejected?limit=100');
  if (!answer) return;
  if (!answer.ok) return problem(section, answer);
  const { rejected, more } = answer.body;
  if (rejected.length === 0) {
    add(section, 'p', 'Nothing was refused.', { class: 'note good' });
    return;
  }
  const rows = rejected.flatMap(one => one.refusals.map(why => [
    new Date(one.received).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' }),
    origin(one, why),
    [/\/row\/\d+$/.test(why.pointer) ? '' : why.pointer, why.seen].filter(Boolean).join(': '),
    one.taken_since ? 'Accepted since.' : why.hint,
  ]));
  table(section, 'Refused lately, the newest first', ['When', 'What', 'What stands there', 'How to mend it'], rows);
  if (more) add(section, 'p', 'Older ones are not listed.');
}

// The line of a file, or the event itself.
function origin(one, why) {
  if (one.file) return `${one.file.format}, line ${one.file.row}`;
  const what = `${one.type || one.source} ${one.id}`;
  return /\/row\/\d+$/.test(why.pointer) ? `${what}, ${place(why.pointer)}` : what;
}
