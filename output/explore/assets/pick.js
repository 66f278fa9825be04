// A body is picked by some characters of its name: a box with suggestions for mouse, touch, keyboard and screen reader.
import { h, id, replace } from './dom.js';
import { t, called, inLatin } from './words.js';
import { get, dataset } from './data.js';
import { kind, level } from './marks.js';

// wanting tells whether a name has all the words, or its place is read so.
function wanting(words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const latin = /^[a-zü'-]+$/.test(wanted.join('')) ? wanted.join('').replaceAll('ü', 'v').replace(/['-]/g, '') : null;
  const spelled = (pinyin) => latin && (pinyin || '').split(' ').some((p) => p.startsWith(latin));
  return { latin, fits: (name, pinyin) => wanted.every((w) => name.toLowerCase().includes(w)) || spelled(pinyin) };
}

// finding gives those of the rows of all bodies that have the words; where nobody has, those of a province that is spelled so.
function finding(rows, words) {
  const { latin, fits } = wanting(words);
  const found = rows.filter(([, name, , , , , pinyin]) => fits(name, pinyin));
  if (found.length || !latin) return { found, latin };
  const within = dataset().regions.filter((r) => (r.spelled || '').split(' ').some((p) => p.startsWith(latin))).map((r) => r.code);
  return { found: rows.filter(([, , division]) => within.includes((division || '').slice(0, 2))), latin };
}

// names gives a test of which bodies of a static site have the words.
export async function names(words) {
  const all = await get('api/authorities.json');
  const there = new Set(finding(all.rows, words).found.map(([one]) => one));
  return (one) => there.has(one);
}

// named gives the authorities whose names have all words, most ten of them, and how many there are.
export async function named(words, region, on) {
  const d = dataset();
  if (!d.static) {
    const query = new URLSearchParams({ q: words });
    const answer = await get(`api/bodies.json?${query}`);
    return { rows: answer.authorities, total: answer.total };
  }
  const all = await get('api/authorities.json');
  const { found, latin: letters } = finding(all.rows, words);
  const rows = found.filter(([, , division, at]) => (!region || region === 'all' ||
    (division ? division.slice(0, 2) : 'none') === region) && (!on || on === 'all' || (at || 'none') === on));
  if (letters) rows.sort((a, b) => near(a) - near(b));
  function near([, , , , , , pinyin]) {
    return Math.min(999, ...(pinyin || '').split(' ').filter((p) => p.startsWith(letters)).map((p) => p.length));
  }
  return { rows: rows.slice(0, 10).map(([one, name, division, at, what, reports, , latin]) => ({ id: one, name, division, level: at,
    kind: what, reports, latin })), total: rows.length };
}

// picker calls chosen with the authority that the reader takes.
// typed, what the Enter key does with what is no body.
export function picker(words, chosen, { placeholder, typed, hidden } = {}) {
  const list = id('list');
  const options = h('ul', { role: 'listbox', id: list, 'aria-label': words, hidden: true });
  const said = h('p', { class: 'vh', role: 'status' });
  const input = h('input', { type: 'text', role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false',
    'aria-controls': list, autocomplete: 'off', spellcheck: 'false', placeholder: placeholder || t('pick.placeholder'), id: id('pick') });
  let rows = [];
  let at = -1;
  let timer = 0;
  let turn = 0;
  const shut = () => {
    options.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
    at = -1;
  };
  const take = (row) => {
    shut();
    input.value = '';
    chosen(row);
  };
  const move = (to) => {
    at = (to + rows.length) % rows.length;
    [...options.children].forEach((o, i) => o.setAttribute('aria-selected', String(i === at)));
    input.setAttribute('aria-activedescendant', options.children[at].id);
    options.children[at].scrollIntoView({ block: 'nearest' });
  };
  const look = async () => {
    const text = input.value.trim();
    const mine = ++turn;
    if ([...text].length < 2) {
      shut();
      return;
    }
    let answer;
    try {
      answer = await named(text);
    } catch (failure) {
      answer = { rows: [], total: 0, message: failure.message };
    }
    if (mine !== turn) return;
    rows = answer.rows;
    at = -1;
    said.textContent = answer.message || t('pick.found', answer.total);
    replace(options, rows.length
      ? rows.map((row) => h('li', { role: 'option', id: id('option'), 'aria-selected': 'false', onmousedown: (e) => {
        e.preventDefault();
        take(row);
      } }, h('span', { lang: inLatin() && row.latin ? null : 'zh-CN' }, called(row)),
        h('small', null, ` ${[row.level ? level(row.level) : null, row.kind ? kind(row.kind) : null]
          .filter(Boolean).join(' · ')} · ${t('n.reports', row.reports)}`)))
      : h('li', { role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, answer.message || t('pick.nobody')));
    options.hidden = false;
    input.setAttribute('aria-expanded', 'true');
  };
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(look, 180);
  });
  input.addEventListener('keydown', (e) => {
    if (e.isComposing) return;
    if (e.key === 'ArrowDown' && rows.length && !options.hidden) move(at + 1);
    else if (e.key === 'ArrowUp' && rows.length && !options.hidden) move(at - 1);
    else if (e.key === 'Enter' && !options.hidden && rows.length) take(rows[Math.max(0, at)]);
    else if (e.key === 'Enter' && typed && input.value.trim()) typed(input.value.trim());
    else if (e.key === 'Escape' && !options.hidden) shut();
    else return;
    e.preventDefault();
  });
  input.addEventListener('blur', shut);
  return h('div', { class: 'pick' }, h('label', { for: input.id, class: hidden ? 'vh' : null }, words), input, options, said);
}
