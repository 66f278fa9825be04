// Several bodies and years beside each other: chart, table, place among peers. What is compared is in the address.
import { h, replace } from './dom.js';
import { t, called } from './words.js';
import { get, dataset } from './data.js';
import { to, go } from './route.js';
import { count, number, percent, shown, year } from './format.js';
import { agency, choose, field, kind, label, level, select } from './marks.js';
import { counted, told } from './told.js';
import { fewCases, most } from './chart.js';
import { lines } from './lines.js';
import { rank, strip } from './strip.js';
import { picker } from './pick.js';

const bodies = 12;

export async function view(route) {
  const result = h('div', { class: 'result' });
  const form = h('div', { class: 'compare-form' });
  const title = t('compare.title');
  let shownFor = null;
  const draw = async (at) => {
    const asked = read(at);
    const loaded = await Promise.all(asked.a.map((one) =>
      get(`api/authorities/${encodeURIComponent(one)}.json`).catch((failure) => ({ id: one, failure }))));
    controls(form, asked, loaded);
    replace(result, await results(asked, loaded));
    shownFor = at;
  };
  await draw(route);
  return {
    title,
    body: [h('h1', null, title), h('p', { class: 'lead' }, t('compare.lead')), form, result],
    async update(next) {
      if (shownFor) await draw(next);
      return true;
    },
  };
}

function read(route) {
  const list = (name) => (route.parameters.get(name) || '').split(',').filter(Boolean);
  const d = dataset();
  const [first, last] = (route.parameters.get('y') || '').split('-').map(Number);
  const from = first || d.years[0];
  const upTo = last || first || d.years[d.years.length - 1];
  return { a: [...new Set(list('a'))].slice(0, bodies), n: [...new Set(list('n'))], from, upTo, y: route.parameters.get('y') || '',
    p: Number(route.parameters.get('p')) || 0, w: route.parameters.get('w') || '' };
}

function move(asked, change) {
  const next = { a: asked.a, n: asked.n, y: asked.y, p: asked.p || '', w: asked.w, ...change };
  go(to.compare(next));
}

function controls(form, asked, loaded) {
  const d = dataset();
  const chip = (text, remove, attributes) => h('li', null, h('span', attributes, text),
    h('button', { type: 'button', class: 'quiet', 'aria-label': t('remove', text), onclick: remove }, '✕'));
  const add = h('select', { onchange: (e) => {
    if (e.target.value) move(asked, { n: [...asked.n, e.target.value] });
  } },
  h('option', { value: '' }, t('compare.addfigure')),
  h('optgroup', { label: t('rates') },
    d.rates.filter((r) => !asked.n.includes(r.name)).map((r) => h('option', { value: r.name }, choose(r, 'label')))),
  d.tables.map((table) => h('optgroup', { label: choose(table, 'title') },
    d.cells.filter((c) => c.table === table.table &&
      !asked.n.includes(c.name)).map((c) => h('option', { value: c.name }, label(c.name))))));
  const years = d.years.map((y) => [y, String(y)]);
  const focused = document.activeElement && form.contains(document.activeElement) ? document.activeElement.dataset.field ||
    document.activeElement.getAttribute('role') || 'add' : null;
  add.dataset.field = 'add';
  replace(form,
    h('div', null, h('ul', { class: 'picked', 'aria-label': t('authorities') },
      loaded.map((a) => chip(a.name ? called(a) : a.id, () => move(asked, { a: asked.a.filter((x) => x !== a.id) }),
        { lang: a.name && called(a) === a.name ? 'zh-CN' : null }))),
      asked.a.length < bodies ? picker(t('compare.addauthority'), (row) => move(asked, { a: [...asked.a, row.id] })) : h('p',
        { class: 'note' }, t('compare.full', bodies))),
    h('div', null, h('ul', { class: 'picked', 'aria-label': t('figures') },
      asked.n.map((n) => chip(label(n), () => move(asked, { n: asked.n.filter((x) => x !== n) })))),
      field(t('compare.figure'), add)),
    h('div', { class: 'pair-of-fields' },
      field(t('compare.from'), select(years, asked.from, (v) => move(asked, { y: `${v}-${Math.max(Number(v), asked.upTo)}` }),
        { 'data-field': 'from' })),
      field(t('compare.to'), select(years, asked.upTo, (v) => move(asked, { y: `${Math.min(Number(v), asked.from)}-${v}` }),
        { 'data-field': 'to' }))));
  if (focused) {
    const again = form.querySelector(`[data-field="${focused}"], [role="${focused}"]`);
    if (again) again.focus();
  }
}

async function results(asked, loaded) {
  const d = dataset();
  const failed = loaded.filter((a) => a.failure).map((a) => h('p', { class: 'message error' }, a.failure.message));
  const there = loaded.filter((a) => !a.failure);
  if (!there.length || !asked.n.length) return [failed, h('p', { class: 'message' }, t('compare.empty'))];
  const unknown = asked.n.filter((n) => !d.cell.has(n) && !d.rate.has(n));
  const names = asked.n.filter((n) => !unknown.includes(n));
  const years = d.years.filter((y) => y >= asked.from && y <= asked.upTo);
  const valueOf = (a, n, y) => {
    const list = (d.rate.has(n) ? a.rates : a.values)[n];
    const i = a.years.indexOf(y);
    return list && i >= 0 ? list[i] : null;
  };
  const series = (a, n) => years.map((y) => valueOf(a, n, y));
  const countsOf = (a, n) => (a.counts[n] ? years.map((y) => a.counts[n][a.years.indexOf(y)] || null) : null);
  const charts = [];
  const note = t('compare.gaps');
  if (there.length > 1) {
    for (const n of names) charts.push(lines({ title: label(n), years, rate: d.rate.has(n), note: unitOf(n), file: n, tall: 240,
      about: { embed: embedded(there.slice(0, most), [n], asked) },
      series: there.slice(0, most).map((a) => ({ name: called(a), values: series(a, n), counts: countsOf(a, n) })) }));
  } else {
    // One body: what is counted alike shares a chart.
    const units = new Map();
    for (const n of names) {
      const unit = d.rate.has(n) ? '%' : d.cell.get(n).unit;
      if (!units.has(unit)) units.set(unit, []);
      units.get(unit).push(n);
    }
    for (const [unit, list] of units) {
      for (let i = 0; i < list.length; i += most) {
        const some = list.slice(i, i + most);
        charts.push(lines({ title: some.length === 1 ? label(some[0])
          : `${called(there[0])} (${unit === '%' ? t('rates') : unit || t('counts')})`, years, rate: unit === '%',
          note: some.length === 1 ? `${called(there[0])} · ${unitOf(some[0])}` : null,
          file: some.join(' '), tall: 240, about: { embed: embedded([there[0]], some, asked) },
          series: some.map((n) => ({ name: label(n), values: series(there[0], n), counts: countsOf(there[0], n) })) }));
      }
    }
  }
  return [
    failed, unknown.length ? h('p', { class: 'message error' }, t('compare.unknown', unknown.join(', '))) : null,
    h('section', { 'aria-labelledby': 'h-chart' }, h('h2', { id: 'h-chart' }, t('compare.chart')), h('p', { class: 'note' }, note),
      h('div', { class: charts.length > 1 ? 'pairs' : null }, charts)),
    h('section', { 'aria-labelledby': 'h-table' }, h('h2', { id: 'h-table' }, t('compare.table')), table(there, names, years, valueOf)),
    h('section', { 'aria-labelledby': 'h-peers' }, h('h2', { id: 'h-peers' }, t('peers.title')),
      await peers(asked, there, names, years, valueOf)),
  ];
}

// embedded is the query with which a chart of bodies and figures is embedded.
function embedded(there, names, asked) {
  return `a=${there.map((a) => a.id).join(',')}&n=${names.map(encodeURIComponent).join(',')}&y=${asked.from}-${asked.upTo}`;
}

// sources names the cells that a rate is computed of; null for a cell.
function sources(n) {
  const rate = dataset().rate.get(n);
  return rate ? `(${rate.numerator.map(label).join(' + ')}) ÷ (${rate.denominator.map(label).join(' + ')})` : null;
}

function unitOf(n) {
  const cell = dataset().cell.get(n);
  return cell ? (cell.unit ? t('compare.unit', cell.unit) : t('counts')) : t('compare.share');
}

function table(there, names, years, valueOf) {
  const head = [t('authority'), t('figure'), ...years.map(year)];
  const rows = there.flatMap((a) => names.map((n) => ({ a, n, values: years.map((y) => valueOf(a, n, y)) })));
  const key = (a, y) => {
    const found = a.reports.find((r) => r.year === y && r.standing);
    return found ? found.key : null;
  };
  return [
    h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': t('compare.table') }, h('table', { class: 'data' },
      h('caption', { class: 'vh' }, t('compare.table')),
      h('thead', null, h('tr', null, head.map((text, i) => h('th', { scope: 'col', class: i > 1 ? 'n' : null }, text)))),
      h('tbody', null, rows.map(({ a, n, values }) => h('tr', null,
        h('th', { scope: 'row' }, agency(a.id, a.name, a.latin)),
          h('th', { scope: 'row' }, label(n)),
        values.map((v, i) => {
          const text = v === null ? h('span', { class: 'none' }, t('none')) : shown(n, v);
          const report = key(a, years[i]);
          return h('td', { class: 'n' }, report &&
            v !== null ? h('a', { href: to.report(report, dataset().cell.has(n) ? n : null), title: sources(n) }, text) : text,
              v === null ? null : [counted(a, n, a.years.indexOf(years[i])), told(a, n, a.years.indexOf(years[i]))]);
        })))))),
    names.some(sources) ? h('details', { class: 'formula' }, h('summary', null, t('rank.formula')), names.filter(sources).map((n) =>
      h('p', { class: 'note' }, h('b', null, label(n)), t('colon'), sources(n)))) : null,
    h('p', null, h('button', { type: 'button', class: 'quiet',
      onclick: async () => (await import('./download.js')).saveCSV(t('nav.compare'),
        [['authority_id', t('authority'), 'name', t('figure'), ...years.map(year),
          ...years.map((y) => `${year(y)} ${t('about.verdicts')}`), ...years.map((y) => `${year(y)} ${t('nav.anomalies')}`),
          ...['n', 'N'].flatMap((k) => years.map((y) => `${year(y)} ${k}`))],
            ...rows.map(({ a, n, values }) => [a.id, a.name, n, label(n), ...values,
              ...years.map((y) => (a.verdicts[n] || [])[a.years.indexOf(y)]),
              ...years.map((y) => ((a.marks[n] || [])[a.years.indexOf(y)] || []).join(' ')),
              ...[0, 1].flatMap((k) => years.map((y) => ((a.counts[n] || [])[a.years.indexOf(y)] || [])[k]))])]) }, t('download.csv')), ' ',
                h('span', { class: 'note' }, t('compare.csvnote'))),
  ];
}

async function peers(asked, there, names, years, valueOf) {
  const at = asked.p && years.includes(asked.p) ? asked.p : best(there, names, years, valueOf);
  const out = [h('div', { class: 'filters' },
    field(t('peers.year'), select(years.map((y) => [y, String(y)]), at, (v) => move(asked, { p: Number(v) }))))];
  const strips = h('div', { class: 'pairs peers' });
  if (names.length > 6) out.push(h('p', { class: 'note' }, t('first.of', 6, names.length)));
  for (const n of names.slice(0, 6)) {
    let answer;
    try {
      answer = await get(`api/peers/${encodeURIComponent(n)}.json`);
    } catch (failure) {
      out.push(h('p', { class: 'message error' }, failure.message));
      continue;
    }
    const groups = new Map();
    for (const a of there) {
      const name = `${a.level || 'none'} ${asked.w ? 'all' : kindAt(a, at)}`;
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(a);
    }
    for (const [name, members] of groups) {
      const [on, what] = name.split(' ');
      const title = `${label(n)}${t('comma')}${at}${t('colon')}${level(on)} · ${what === 'all' ? t('kind.all') : kind(what)}`;
      const group = answer.groups.find((g) => g.year === at && g.level === on && g.kind === what);
      const rate = n.startsWith('rate.');
      const of = (a) => (rate && a.counts[n] ? a.counts[n][a.years.indexOf(at)] : null);
      const written = (value, c) => (rate ? percent(value) + (c ? ` (${number(c[0])}/${number(c[1])})` : '') : shown(n, value));
      const marks = members.map((a) => ({ name: called(a), value: valueOf(a, n, at), of: of(a) })).filter((m) => m.value !== null)
        .map((m) => ({ ...m, words: written(m.value, m.of) }));
      const narrow = !group || group.quantiles.length < fewCases;
      const wider = narrow && what !== 'all' ? h('p', null, h('button', { type: 'button', class: 'quiet',
        onclick: () => move(asked, { w: '1' }) }, t('peers.widen', level(on)))) : null;
      const ranks = h('p', null, h('a', { class: 'more', href: to.rank(n, { year: at, level: on, kind: what }) }, t('peers.rank')));
      if (!group || group.quantiles.length < 2) {
        strips.append(h('div', null, h('h3', null, title), h('p', { class: 'note' },
          t(group && group.small ? 'peers.small' : 'peers.nobody',
          group ? count(group.small) : 0, fewCases)), wider));
        continue;
      }
      const named = group.reports <= 101 ? await peersNamed(n, at, on, what, written) : null;
      strips.append(h('div', null,
        strip({ title, quantiles: group.quantiles, reports: group.reports, marks, rate, named,
          about: { embed: `peers=${encodeURIComponent(n)}&year=${at}&level=${on}&kind=${what}&a=${members.map((a) => a.id).join(',')}` },
          note: group.small ? t('peers.left', count(group.small), fewCases) : null, file: `${n} ${at} ${on} ${what}` }),
        marks.length ? h('ul', { class: 'plain' }, marks.map((m) => {
          const [below, upTo] = rank(group.quantiles, Number(m.value));
          return h('li', null, t('peers.sentence', m.name, m.words,
            Math.round(below * 100), Math.round((1 - upTo) * 100), count(group.reports)));
        })) : h('p', { class: 'note' }, t('peers.novalue')), wider, ranks));
    }
  }
  if (asked.w) out.push(h('p', null, h('button', { type: 'button', class: 'quiet', onclick: () => move(asked, { w: '' }) },
    t('peers.narrow'))));
  out.push(strips);
  if (names.length > 6) out.push(h('p', { class: 'note' }, t('peers.first', 6)));
  return out;
}

// kindAt is the kind of body that a body's figures of a year are set beside: an office that reports for those below it is a
// government, whoever signs.
function kindAt(a, at) {
  const r = a.reports.find((x) => x.year === at && x.standing);
  return r && r.scope === 'all' && a.kind === 'office' ? 'government' : a.kind || 'none';
}

// peersNamed are the bodies of a group with their values, ascending; null where there is no ranking of it.
async function peersNamed(n, at, on, what, written) {
  const d = dataset();
  if (d.static && !d.ranked.includes(n)) return null;
  try {
    const r = await get(`api/rank/${encodeURIComponent(n)}/${at}/${on}/${what}.json${d.static ? '' : '?each=200&order=asc'}`);
    const rows = r.rows.map((x) => ({ name: called(x), id: x.id, value: x.value, words: written(x.value, x.d ? [x.n, x.d] : null) }));
    return rows.sort((a, b) => Number(a.value) - Number(b.value));
  } catch {
    return null; // the strip is drawn without names
  }
}

// best is the newest of the years in which most of the bodies have a number.
function best(there, names, years, valueOf) {
  const having = years.map((y) => there.filter((a) => names.some((n) => valueOf(a, n, y) !== null)).length);
  return years[having.lastIndexOf(Math.max(...having))];
}
