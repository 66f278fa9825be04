// The tables of a report laid out as the national form prints them, each cell with what is printed in it and how sure it is. A
// table is one grid for the keyboard: arrows move, Enter opens the evidence.
import { h, spoken } from './dom.js';
import { t, inLatin } from './words.js';
import { dataset } from './data.js';
import { number } from './format.js';
import { sign, verdicts } from './marks.js';

// headers lays paths out as rows of header cells that span: [[{text, span, down}, …], …].
function headers(paths) {
  const depth = Math.max(...paths.map((p) => p.length));
  const rows = Array.from({ length: depth }, () => []);
  const walk = (from, upTo, at) => {
    for (let i = from; i < upTo;) {
      let j = i + 1;
      const last = paths[i].length === at + 1;
      while (!last && j < upTo && paths[j].length > at + 1 && paths[j][at] === paths[i][at]) j++;
      rows[at].push({ text: paths[i][at], span: j - i, down: last ? depth - at : 1, start: i });
      if (!last) walk(i, j, at + 1);
      i = j;
    }
  };
  walk(0, paths.length, 0);
  return rows;
}

// sheet makes the table of one form. cell(name) gives the <td> of a value.
export function sheet(printed, cell) {
  const table = inLatin() ? english(printed) : printed;
  const lang = table === printed ? 'zh-CN' : null;
  const caption = h('caption', { lang }, table.title, ' ',
    table.edition ? h('small', null, t('form.edition', table.edition)) : null);
  const grid = h('table', { class: `form ${table.table} ${table.layout}`, role: 'grid', 'aria-readonly': 'true', lang }, caption);
  if (table.layout === 'blocks') blocks(table, grid, cell);
  else if (table.layout === 'strip') strip(table, grid, cell);
  else crossed(table, grid, cell);
  keyboard(grid);
  return h('div', { class: 'wide', role: 'group', 'aria-label': table.title }, grid);
}

// english is the form in English, with the same rows and columns; of a table that the dataset has no words for, the form itself.
function english(table) {
  const d = dataset();
  const words = (list, path, one) => {
    const found = list.find((x) => x.name === `${table.table}.${one}`);
    return [...path.slice(0, -1).map(head), found ? found.words.charAt(0).toUpperCase() + found.words.slice(1) : path.at(-1)];
  };
  const head = (text) => d.form_heads[text] || text;
  const known = d.tables.find((x) => x.table === table.table);
  if (!known || !d.form_rows.some((x) => x.name.startsWith(`${table.table}.`))) return table;
  return { ...table, title: known.title, corner: table.corner && head(table.corner), crown: table.crown && head(table.crown),
    rows: table.rows.map((r) => ({ ...r, article: r.article && head(r.article), path: words(d.form_rows, r.path, r.name) })),
    columns: table.columns.map((c) => ({ ...c, path: words(d.form_columns, c.path, c.name) })) };
}

const name = (table, row, column) => `${table.table}.${row.name}.${column.name}`;

// crossed is the plain table: paths of columns above, paths of rows at the left.
function crossed(table, grid, cell) {
  const top = headers(table.columns.map((c) => c.path));
  const left = headers(table.rows.map((r) => r.path));
  const wide = left.length;
  const extra = table.crown ? 1 : 0;
  const head = h('thead');
  if (extra) head.append(h('tr', null, h('td', { colspan: wide, rowspan: top.length + 1, class: 'corner' }, table.corner),
    h('th', { scope: 'colgroup', colspan: table.columns.length }, table.crown)));
  top.forEach((row, i) => head.append(h('tr', null,
    !extra && i === 0 ? h('td', { colspan: wide, rowspan: top.length, class: 'corner' }, table.corner) : null,
    row.map((c) => h('th', { scope: c.span > 1 ? 'colgroup' : 'col', colspan: c.span > 1 ? c.span : null,
      rowspan: c.down > 1 ? c.down : null }, c.text)))));
  grid.append(head);
  const body = h('tbody');
  table.rows.forEach((row, i) => {
    const labels = left.flatMap((level, at) => level.filter((c) => c.start === i).map((c) => h('th', {
      scope: c.span > 1 ? 'rowgroup' : 'row', rowspan: c.span > 1 ? c.span : null, colspan: c.down > 1 ? c.down : null,
        class: c.span > 1 ? 'group' : at ? 'leaf' : null,
    }, c.text)));
    body.append(h('tr', null, labels, table.columns.map((c) => cell(name(table, row, c)))));
  });
  grid.append(body);
}

// blocks is groups of rows under the paragraph of the article, each group with its own columns.
function blocks(table, grid, cell) {
  const most = Math.max(...table.rows.map((r) => r.columns.length));
  const key = (r) => `${r.article || ''} ${r.columns.join(' ')}`;
  for (let i = 0; i < table.rows.length;) {
    let j = i + 1;
    while (j < table.rows.length && key(table.rows[j]) === key(table.rows[i])) j++;
    const columns = table.rows[i].columns.map((c) => table.columns.find((x) => x.name === c));
    // The columns of a group share the width of the widest.
    const spans = columns.map((_, n) => Math.floor(((n + 1) * most) / columns.length) - Math.floor((n * most) / columns.length));
    const article = table.rows[i].article;
    const body = h('tbody');
    if (article) body.append(h('tr', null, h('th', { scope: 'rowgroup', colspan: most + 1, class: 'band' }, article)));
    body.append(h('tr', null, h('td', { class: 'corner' }, table.corner),
      columns.map((c, n) => h('th', { scope: 'col', colspan: spans[n] > 1 ? spans[n] : null }, c.path[c.path.length - 1]))));
    for (const row of table.rows.slice(i, j)) {
      body.append(h('tr', null, h('th', { scope: 'row' }, row.path[row.path.length - 1]), columns.map((c, n) => {
        const td = cell(name(table, row, c));
        if (spans[n] > 1) td.colSpan = spans[n];
        return td;
      })));
    }
    grid.append(body);
    i = j;
  }
}

// strip is one line of figures, the rows beside each other.
function strip(table, grid, cell) {
  const paths = table.rows.flatMap((r) => table.columns.map((c) => [...r.path, ...c.path]));
  const groups = headers(table.rows.map((r) => r.path));
  const head = h('thead');
  groups.forEach((level) => head.append(h('tr', null,
    level.map((g) => h('th', { scope: 'colgroup', colspan: g.span * table.columns.length, rowspan: g.down > 1 ? g.down : null,
      class: 'start' }, g.text)))));
  head.append(h('tr', null, paths.map((p, i) => h('th', { scope: 'col', class: i % table.columns.length ? null : 'start' },
    p[p.length - 1]))));
  grid.append(head, h('tbody', null, h('tr', null, table.rows.map((r) => table.columns.map((c, i) => {
    const td = cell(name(table, r, c));
    if (i === 0) td.classList.add('start');
    return td;
  })))));
}

// keyboard makes one stop of the Tab key of all cells, and arrows, Home, End and Page keys between them.
function keyboard(grid) {
  const rows = [...grid.querySelectorAll('tr')].map((tr) => [...tr.querySelectorAll('td[data-cell]')]).filter((r) => r.length);
  if (!rows.length) return;
  const at = new Map();
  rows.forEach((row, y) => {
    let x = 0;
    row.forEach((td, i) => {
      at.set(td, { y, i, from: x, to: x + td.colSpan });
      x += td.colSpan;
    });
  });
  rows[0][0].tabIndex = 0;
  const under = (y, x) => rows[y].find((td) => at.get(td).to > x) || rows[y][rows[y].length - 1];
  grid.addEventListener('focusin', (e) => {
    const td = e.target.closest('td[data-cell]');
    if (!td) return;
    for (const other of grid.querySelectorAll('td[data-cell][tabindex="0"]')) other.tabIndex = -1;
    td.tabIndex = 0;
  });
  grid.addEventListener('keydown', (e) => {
    const td = e.target.closest('td[data-cell]');
    if (!td || e.altKey || e.metaKey || e.shiftKey) return;
    const { y, i, from } = at.get(td);
    let next = null;
    if (e.key === 'ArrowRight') next = rows[y][i + 1];
    else if (e.key === 'ArrowLeft') next = rows[y][i - 1];
    else if (e.key === 'ArrowDown') next = y + 1 < rows.length ? under(y + 1, from) : null;
    else if (e.key === 'ArrowUp') next = y > 0 ? under(y - 1, from) : null;
    else if (e.key === 'Home') next = e.ctrlKey ? rows[0][0] : rows[y][0];
    else if (e.key === 'End') next = e.ctrlKey ? rows[rows.length - 1].at(-1) : rows[y].at(-1);
    else if (e.key === 'PageDown') next = under(Math.min(rows.length - 1, y + 8), from);
    else if (e.key === 'PageUp') next = under(Math.max(0, y - 8), from);
    else if (e.key !== 'Enter' && e.key !== ' ') return;
    e.preventDefault();
    if (e.key === 'Enter' || e.key === ' ') td.click();
    else if (next) next.focus();
  });
}

// printed shows a value as it stands in the document: blank, a mark, words, 0 and not there are five things.
export function printed(v) {
  if (!v || v.state === 'absent') return h('span', { class: 'print absent' }, h('span', { 'aria-hidden': 'true' }, '∅'),
    spoken(t('absent')));
  const zero = v.verdict === 'inferred' ? h('span', { class: 'guess' }, number(v.number), spoken(t('inferred'))) : null;
  if (v.state === 'corrected') return [h('span', { class: 'correction' }, number(v.number), spoken(t('corrected'))),
    h('span', { class: 'print was', title: t('corrected.printed', v.text === null ? t('absent') : v.text === '' ? t('blank') : v.text) },
      v.text === null ? '∅' : v.text === '' ? t('blank') : v.text, spoken(t('panel.printed')))];
  if (v.state === 'blank') return [h('span', { class: 'print blank' }, spoken(t('blank'))), zero];
  return [h('span', { class: `print ${v.state}` }, v.text), zero];
}

// cell makes the <td> of a value; about tells what else is known: {findings, claims, differs}.
export function cell(name, v, about) {
  const verdict = v ? v.verdict : 'unchecked';
  const state = v ? v.state : 'absent';
  const td = h('td', { 'data-cell': name, 'data-state': state, 'data-verdict': verdict, tabindex: '-1',
    class: [state === 'absent' ? 'absent' : verdict, about.findings ? 'found' : ''].join(' ').trim() },
    printed(v));
  const marks = h('span', { class: 'marks' });
  if (state !== 'absent') marks.append(sign(verdict));
  if (state === 'corrected') marks.append(sign('corrected'));
  if (about.findings) marks.append(h('span', { class: `flag ${about.severity}` },
    h('span', { 'aria-hidden': 'true' }, about.severity === 'note' ? 'i' : '⚑'), spoken(t('n.findings', about.findings))));
  if (about.claims) marks.append(h('span', { class: `flag claim${about.differs ? ' error' : ''}` },
    h('span', { 'aria-hidden': 'true' }, about.differs ? '≠' : '¶'), spoken(t(about.differs ? 'claims.differs' : 'claims.beside'))));
  if (about.odd && about.odd.length) marks.append(h('span', { class: 'flag odd' }, h('span', { 'aria-hidden': 'true' }, '◆'),
    spoken(t('n.anomalies', about.odd.length))));
  td.append(marks);
  return td;
}

// legend says what the marks of the cells mean.
export function legend() {
  const sample = (className, content, words) => h('li', null,
    h('span', { class: `sample ${className}`, 'aria-hidden': 'true' }, content), ' ', words);
  return h('ul', { class: 'legend', 'aria-label': t('legend') },
    verdicts.map((v) => sample(v, [v === 'inferred' ? [h('span', { class: 'print blank' }),
      h('span', { class: 'guess' }, '0')] : '12',
        h('span', { class: `sign ${v}` }, { proved: '✓', inferred: '∴', unchecked: '○', contradicted: '✗' }[v])], t(v))),
    sample('', '0', t('form.zero')),
    sample('', h('span', { class: 'print blank' }), t('blank')),
    sample('', h('span', { class: 'print mark' }, '/'), t('form.mark')),
    sample('absent', '∅', t('absent')),
    sample('', [h('span', { class: 'correction' }, '12'), h('span', { class: 'print was' }, '21'),
      h('span', { class: 'sign corrected' }, '✎')], t('corrected')),
    sample('', h('span', { class: 'flag error' }, '⚑'), t('form.finding')),
    sample('', h('span', { class: 'flag odd' }, '◆'), t('anomaly.here')),
    sample('', h('span', { class: 'flag claim' }, '¶'), t('claims.beside')),
    sample('', h('span', { class: 'flag claim error' }, '≠'), t('claims.differs')));
}
