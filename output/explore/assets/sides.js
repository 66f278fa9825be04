// Two reports side by side, cell by cell, differences marked.
import { h } from './dom.js';
import { t } from './words.js';
import { get, dataset } from './data.js';
import { to } from './route.js';
import { count, year, chinese } from './format.js';
import { label } from './marks.js';
import { printed } from './form.js';
import { saveCSV } from './download.js';

// compare sets the report of a key beside r; only leaves out what is the same.
export async function compare(r, key, only) {
  let other;
  try {
    other = await get(`api/reports/${encodeURIComponent(key)}.json`);
  } catch (failure) {
    return h('p', { class: 'message error' }, failure.message);
  }
  const d = dataset();
  const names = d.cells.map((c) => c.name).filter((n) => r.values[n] || other.values[n]);
  const same = (n) => {
    const a = r.values[n];
    const b = other.values[n];
    return Boolean(a) && Boolean(b) && a.text === b.text && a.number === b.number;
  };
  const otherwise = (n) => r.values[n] && other.values[n] && r.values[n].number !== null && r.values[n].number === other.values[n].number;
  // What is printed alike may be proved to be zero in one of the two only.
  const alike = (n) => Boolean(r.values[n]) && Boolean(other.values[n]) && r.values[n].text === other.values[n].text;
  const shown = only ? names.filter((n) => !same(n)) : names;
  const differing = names.filter((n) => !alike(n)).length;
  const inferred = names.filter((n) => alike(n) && !same(n)).length;
  const title = (x) => `${year(x.report.report_year)} ${x.report.title || x.key.slice(0, 12)}`;
  const cell = (v) => h('td', { class: 'n' }, v ? printed(v) : h('span', { class: 'none' }, t('versions.notinform')));
  const fields = ['text', 'number', 'state', 'verdict'];
  const plain = (v) => fields.map((f) => (v ? v[f] : f === 'state' ? t('versions.notinform') : null));
  return [
    h('p', null, differing ? t('versions.differ', count(differing), count(names.length)) : t('versions.same', count(names.length)),
      inferred ? ` ${t('versions.inferred', count(inferred))}` : null),
    shown.length ? h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': t('versions.compare') },
      h('table', { class: 'data sides' },
      h('caption', { class: 'vh' }, t('versions.compare')),
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('figure')),
        [r, other].map((x, i) => h('th', { scope: 'col', class: 'n' },
          i ? h('a', { href: to.report(x.key) }, chinese(title(x))) : chinese(title(x)), h('br'),
            h('small', null, i ? x.key.slice(0, 8) : t('versions.this')))), h('th', { scope: 'col' }, t('difference')))),
      h('tbody', null, shown.map((n) => {
        const equal = same(n);
        return h('tr', { class: equal ? null : 'differs' },
          h('th', { scope: 'row' }, h('a', { href: to.report(r.key, n) }, label(n))), cell(r.values[n]), cell(other.values[n]),
          h('td', null, equal ? t('versions.equal') : alike(n) ? t('versions.alike') : [h('b',
            { class: 'bad', 'aria-hidden': 'true' }, '≠ '), t(otherwise(n) ? 'versions.print' : 'versions.unequal')]));
      })))) : null,
    shown.length ? h('p', null, h('button',
      { type: 'button', class: 'quiet',
        onclick: () => saveCSV(`${title(r)} ${t('versions.compare')}`,
          [['name', t('figure'), ...[r, other].flatMap((x) => fields.map((f) => `${title(x)} ${x.key.slice(0, 8)} ${f}`))],
            ...shown.map((n) => [n, label(n), ...plain(r.values[n]), ...plain(other.values[n])])]) }, t('download.csv'))) : null,
  ];
}
