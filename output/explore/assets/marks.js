// Signs that say the same as colour, and the names of things in the reader's language.
import { h, spoken } from './dom.js';
import { t, called, inLatin, language, known, named } from './words.js';
import { dataset } from './data.js';
import { to } from './route.js';
import { number } from './format.js';

export const verdicts = ['proved', 'inferred', 'unchecked', 'contradicted'];

const signs = { proved: '✓', inferred: '∴', unchecked: '○', contradicted: '✗', corrected: '✎', error: '✗', warning: '!', note: 'i' };

// sign is a mark with its word for those who listen.
export function sign(name) {
  return h('span', { class: `sign ${name}` }, h('span', { 'aria-hidden': 'true' }, signs[name] || '?'), spoken(t(name)));
}

// labelled is a mark with its word beside it.
export function labelled(name, text) {
  return h('span', { class: 'labelled' }, h('span', { class: `sign ${name}`, 'aria-hidden': 'true' }, signs[name] || '?'), ' ',
    text || t(name));
}

// flags lead from a number to the anomalies that rest on it: ids, or anomalies with their rules.
export function flags(list) {
  if (!list || !list.length) return null;
  const d = dataset();
  const first = typeof list[0] === 'string' ? { id: list[0], rule: list[0].replace(/-[0-9a-f]{12}$/, '') } : list[0];
  const rule = d.rule.get(first.rule);
  const words = `${t('anomaly.here')}${t('colon')}${rule ? choose(rule, 'title') : first.rule}${list.length > 1
    ? ` (${t('n.anomalies', list.length)})` : ''}`;
  return h('a', { class: `odd${judged(first.id) === 'settled' ? ' settled' : ''}`, href: to.anomaly(first.id), title: words },
    h('span', { 'aria-hidden': 'true' }, list.length > 1 ? `◆${list.length}` : '◆'), spoken(words));
}

// judged tells how the last who looked at an anomaly judged it: settled where there is nothing in it.
export function judged(id) {
  const list = (dataset().judgements || {})[id];
  if (!list || !list.length) return null;
  const last = list[list.length - 1].verdict;
  return last === 'explained' || last === 'misread' ? 'settled' : last;
}

// judgement is that verdict in words, with who said so.
export function judgement(id) {
  const list = (dataset().judgements || {})[id];
  if (!list || !list.length) return null;
  const last = list[list.length - 1];
  return h('span', { class: `judged ${last.verdict}` }, `${coded('judgement', last.verdict)} (${last.who})`);
}

// choose takes the field of the reader's language: field or field_zh.
export function choose(row, field) {
  return language() === 'zh' ? row[`${field}_zh`] || row[field] : row[field] || row[`${field}_zh`];
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// label names a cell, a row of a table or a rate; what the dataset does not know keeps its name.
export function label(name) {
  const d = dataset();
  const cell = d.cell.get(name);
  if (cell) return language() === 'zh' ? cell.words_zh + cell.apart_words_zh : capital(cell.words) + cell.apart_words;
  const row = name.split('.').length === 2 && d.cells.find((c) => c.name.startsWith(`${name}.`));
  if (row) return language() === 'zh' ? row.words_zh.split('·')[0] : capital(row.words.split(', ')[0]);
  const rate = d.rate.get(name);
  if (rate) return capital(choose(rate, 'label'));
  return name;
}

export function region(code) {
  if (code === 'all' || code === 'none') return t(`region.${code}`);
  const found = dataset().region.get(code);
  return found ? called(found) : code;
}

// coded names a code that a column holds: in the words of this page, else in those that the dataset tells.
function coded(list, code) {
  if (!code) return t('none');
  if (known(`${list}.${code}`)) return t(`${list}.${code}`);
  const told = ((dataset().lists || {})[list] || []).find((x) => x.code === code);
  return told ? choose(told, 'label') : code;
}

export const level = (name) => coded('level', name);

export const verdictOf = (code) => coded('judgement', code);

export const kind = (name) => coded('kind', name);

// form names a format as readers know it.
export function form(type) {
  if (!type || type === 'application/octet-stream') return t('format.unknown');
  const short = {
    'text/html': 'HTML', 'application/pdf': 'PDF', 'text/plain': t('format.text'), 'application/msword': 'Word (.doc)',
      'application/rtf': 'RTF', 'text/rtf': 'RTF',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word (.docx)',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'Excel (.xlsx)',
    'application/vnd.ms-excel': 'Excel (.xls)', 'application/vnd.oasis.opendocument.text': 'OpenDocument (.odt)',
      'image/png': 'PNG', 'image/jpeg': 'JPEG', 'image/tiff': 'TIFF',
  }[type.split(';')[0]];
  return short || type;
}

// agency links a body, or says its printed name where its page does not exist.
export function agency(id, name, latin) {
  const read = inLatin() && latin;
  const how = { lang: name && !read ? 'zh-CN' : null, title: read ? name : null };
  const text = read || name || t('agency.unknown');
  return id ? h('a', { href: to.authority(id), ...how }, text) : h('span', how, text);
}

// sentence is what an anomaly says, with the body as it is called.
export function sentence(a) {
  return named(a, choose(a, 'sentence'));
}

// outward links an address of the web without telling it who comes; other schemes stay text.
export function outward(address, text) {
  if (!/^https?:\/\//i.test(address || '')) return h('span', null, text || address || '');
  return h('a', { href: address, rel: 'noopener noreferrer external', target: '_blank', class: 'out' }, text || address,
    spoken(t('newtab')));
}

// field puts a control under its words.
export function field(words, control, className) {
  return h('label', { class: className || 'field' }, h('span', null, words), control);
}

export function select(options, chosen, onchange, attributes) {
  return h('select', { ...attributes, onchange: (e) => onchange(e.target.value) },
    options.map(([value, text]) => h('option', { value, selected: String(value) === String(chosen) }, text)));
}

// narrowed is what a narrow window shows when it is asked to: it says in words what is chosen. before is what it replaces.
export function narrowed(words, content, before) {
  const open = before ? before.open : !matchMedia('(max-width: 48rem)').matches;
  return h('details', { class: 'narrowed', open }, h('summary', null, words), content);
}

// pager leads through numbered pages.
export function pager(page, pages, link) {
  if (pages <= 1) return null;
  const near = [...new Set([1, page - 2, page - 1, page, page + 1, page + 2, pages])].filter((p) => p >= 1 &&
    p <= pages).sort((a, b) => a - b);
  const items = [];
  near.forEach((p, i) => {
    if (i && p > near[i - 1] + 1) items.push(h('li', { 'aria-hidden': 'true' }, '…'));
    items.push(h('li', null, h('a',
      { href: link(p), 'aria-current': p === page ? 'page' : null, 'aria-label': t('page.n', p, pages) }, String(p))));
  });
  return h('nav', { class: 'pager', 'aria-label': t('pages') }, h('ul', null,
    page > 1 ? h('li', null, h('a', { href: link(page - 1), rel: 'prev' }, t('page.before'))) : null, items,
    page < pages ? h('li', null, h('a', { href: link(page + 1), rel: 'next' }, t('page.after'))) : null));
}

// tile is one figure with its word.
export function tile(words, value, note) {
  return h('div', { class: 'tile' }, h('dt', null, words), h('dd', null, value, note ? h('small', null, note) : null));
}

// noAnomalies says why there are none: nobody looked yet, or words says that none was found.
export function noAnomalies(words) {
  const { state, done } = dataset().anomalies;
  return h('p', { class: 'note' }, state === 'ready' ? words : t(`anomalies.${state}`, number(String(done || 0)),
     number(String(dataset().reports))));
}

// anomalyList is a ranked list of anomalies, each a sentence that leads to its detail.
export function anomalyList(rows, attributes) {
  return h('ol', { class: 'anomalies', ...attributes }, rows.map((a) => {
    const rule = dataset().rule.get(a.rule);
    return h('li', null,
      h('p', { class: 'sentence' }, h('a', { href: to.anomaly(a.id) }, sentence(a))),
      h('p', { class: 'meta' },
        labelled(a.severity, t(`odd.${a.severity}`)), h('span', null, rule ? choose(rule, 'title') : a.rule),
        agency(a.authority, a.agency, a.latin),
        a.year ? h('span', null, String(a.year)) : null,
        h('span', null, t(a.statistical ? 'statistical' : 'exact')), judgement(a.id)),
      a.folded && a.folded.length ? h('details', { class: 'folded' }, h('summary', null, t('anomalies.others', a.folded.length)),
        anomalyList(a.folded)) : null);
  }));
}
