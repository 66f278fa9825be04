// A figure of the bodies of a level and kind in a year, in order: the provinces as tiles, the bodies as bars, each with what it is
// made of, how sure it is and what is odd about it. What is asked is in the address.
import { h, replace } from './dom.js';
import { t, called, inLatin } from './words.js';
import { get, dataset, resource } from './data.js';
import { to, go } from './route.js';
import { count, number, percent, shown, year } from './format.js';
import { agency, choose, field, flags, kind, label, level, narrowed, pager, region, select, sign } from './marks.js';
import { begun, start, starts } from './start.js';
import { drawn, grid } from './tiles.js';
import { buttons } from './buttons.js';

export async function view(route) {
  const form = h('form', { class: 'filters rank-form', onsubmit: (e) => e.preventDefault() });
  const result = h('div', { class: 'result' });
  const head = h('h1', { tabindex: '-1' });
  const lead = h('p', { class: 'lead' });
  let title = '';
  const draw = async (at) => {
    let asked = read(at);
    let answer = null;
    let instead = null;
    if (['year', 'level', 'kind', 'region'].some((n) => at.parameters.get(n))) {
      answer = await ask(asked);
      if (!(answer && answer.total)) instead = await wider(asked);
    } else { // of a figure that nobody has narrowed, the group of which most can be ranked
      const first = await begun(starts(dataset()).map(({ year: y, level: l, kind: k }) => ({ ...asked, year: y, level: l, kind: k })), ask);
      ({ group: asked, answer } = first);
    }
    if (instead) ({ group: asked, answer } = instead);
    title = heading(asked);
    head.textContent = title;
    lead.textContent = t(asked.order === 'asc' ? 'rank.asc' : 'rank.desc');
    controls(form, asked);
    replace(result, instead ? h('p', { class: 'message', role: 'status' }, t('rank.wider', heading(instead.from))) : null,
      answer ? results(asked, answer) : h('p', { class: 'message' }, t('rank.nobody')));
  };
  await draw(route);
  return {
    title: () => title,
    body: [head, lead, form, result],
    async update(next) {
      await draw(next);
      return true;
    },
  };
}

function read(route) {
  const d = dataset();
  const p = route.parameters;
  const first = start(d);
  const name = route.parts[0] || 'rate.refused';
  const at = Number(p.get('year')) || first.year;
  const on = p.get('level') || first.level;
  const there = d.groups.filter((g) => g.year === at && g.level === on).sort((a, b) => b.reports - a.reports);
  const usual = (there.find((g) => g.kind === 'government') || there[0] || { kind: 'all' }).kind;
  return { name, year: at, level: on, kind: p.get('kind') || (on === 'all' ? 'all' : usual), region: p.get('region') || 'all',
    min: p.get('min') || '', order: p.get('order') === 'asc' ? 'asc' : 'desc', page: Number(p.get('page')) || 1 };
}

const path = (asked) => `api/rank/${encodeURIComponent(asked.name)}/${asked.year}/${asked.level}/${asked.kind}`;

function query(asked, page) {
  const q = new URLSearchParams();
  if (asked.region !== 'all') q.set('region', asked.region);
  if (asked.min) q.set('min', asked.min);
  if (asked.order === 'asc') q.set('order', 'asc');
  if (page && asked.page > 1) q.set('page', asked.page);
  return q.size ? `?${q}` : '';
}

// ask gives a ranking; of a static site's, which is whole, the part that is wanted.
async function ask(asked) {
  const d = dataset();
  if (!d.static) return get(`${path(asked)}.json${query(asked, true)}`);
  let r;
  try {
    r = await get(`${path(asked)}.json`);
  } catch (failure) {
    if (failure.status === 404) return null;
    throw failure;
  }
  let rows = r.rows.filter((x) => asked.region === 'all' || x.region === asked.region);
  if (asked.order === 'asc') rows = rows.slice().reverse();
  const exact = (x) => (x.d ? Number(x.n) / Number(x.d) : Number(x.value));
  let place = 0;
  rows = rows.map((x, i) => {
    if (!i || exact(x) !== exact(rows[i - 1])) place = i + 1;
    return { ...x, rank: place };
  });
  return { ...r, region: asked.region, order: asked.order, rows, total: rows.length,
    contradicted: rows.filter((x) => x.verdict === 'contradicted').length };
}

// wider is the ranking of the same figure and year of all kinds of bodies of the level, or of all bodies, where nobody of the group
// that was asked for can be ranked; null where that has nobody either.
async function wider(asked) {
  const groups = [{ ...asked, kind: 'all', page: 1 }, { ...asked, level: 'all', kind: 'all', page: 1 }]
    .filter((g) => g.level !== asked.level || g.kind !== asked.kind).filter((g) => !(dataset().static && g.level === 'all'));
  const found = await begun(groups, ask, 1);
  return found && found.total ? { ...found, from: asked } : null;
}

function heading(asked) {
  const who = [asked.region === 'all' ? null : region(asked.region), asked.level === 'all' ? t('level.all') : level(asked.level),
    asked.kind === 'all' ? t('kind.all') : kind(asked.kind)].filter(Boolean).join(' · ');
  return `${label(asked.name)}${t('comma')}${asked.year}${t('colon')}${who}`;
}

function controls(form, asked) {
  const d = dataset();
  const move = (change) => {
    const next = { year: asked.year, level: asked.level, kind: asked.kind, region: asked.region === 'all' ? '' : asked.region,
      min: asked.min, order: asked.order === 'asc' ? 'asc' : '', ...change };
    const { name = asked.name, ...rest } = next;
    go(to.rank(name, rest));
  };
  const figures = h('select', { 'data-field': 'name', onchange: (e) => move({ name: e.target.value }) },
    h('optgroup', { label: t('rates') }, d.rates.map((r) => h('option', { value: r.name, selected: r.name === asked.name },
      choose(r, 'label')))),
    d.tables.map((table) => {
      const cells = d.cells.filter((c) => c.table === table.table && (!d.static || d.ranked.includes(c.name)));
      return cells.length ? h('optgroup', { label: choose(table, 'title') }, cells.map((c) => h('option',
        { value: c.name, selected: c.name === asked.name }, label(c.name)))) : null;
    }));
  const groups = d.groups.filter((g) => g.year === asked.year);
  const levels = [...new Set(groups.map((g) => g.level))];
  const kinds = [...new Set(groups.filter((g) => asked.level === 'all' || g.level === asked.level).map((g) => g.kind))];
  const focused = form.contains(document.activeElement) ? document.activeElement.dataset.field : null;
  const rate = asked.name.startsWith('rate.');
  const all = d.static ? [] : ['all'];
  const chosen = [year(asked.year), asked.level === 'all' ? t('level.all') : level(asked.level), asked.kind === 'all' ? t('kind.all')
    : kind(asked.kind), asked.region === 'all' ? null : region(asked.region)].filter(Boolean).join(' · ');
  const with_ = (list, one) => (list.includes(one) ? list : [...list, one]);
  replace(form,
    field(t('figure'), figures, 'field grow'),
    narrowed(`${t('filters')}${t('colon')}${chosen}`, h('div', { class: 'filters' },
    field(t('year'), select([...new Set(d.groups.map((g) => g.year))].filter(Boolean).map((y) => [y, year(y)]), asked.year,
      (v) => move({ year: v }), { 'data-field': 'year' })),
    field(t('level'), select(with_([...levels, ...all], asked.level).map((l) => [l, l === 'all' ? t('level.all') : level(l)]),
      asked.level, (v) => move({ level: v, kind: '' }), { 'data-field': 'level' })),
    field(t('kind'), select(with_([...kinds, 'all'], asked.kind).map((k) => [k, k === 'all' ? t('kind.all') : kind(k)]), asked.kind,
      (v) => move({ kind: v }), { 'data-field': 'kind' })),
    field(t('region'), select([['all', t('region.all')], ...d.regions.map((r) => [r.code, region(r.code)])], asked.region,
      (v) => move({ region: v === 'all' ? '' : v }), { 'data-field': 'region' })),
    rate && !d.static ? field(t('rank.min'), select([['0', t('rank.any')], ...['10', '20', '50', '100', '500'].map((n) => [n,
      t('rank.atleast', n)])], asked.min || '10', (v) => move({ min: v === '10' ? '' : v }), { 'data-field': 'min' })) : null,
    field(t('rank.order'), select([['desc', t('rank.largest')], ['asc', t('rank.smallest')]], asked.order,
      (v) => move({ order: v === 'asc' ? 'asc' : '' }), { 'data-field': 'order' }))), form.querySelector('.narrowed')));
  if (focused) {
    const again = form.querySelector(`[data-field="${focused}"]`);
    if (again) again.focus();
  }
}

function results(asked, r) {
  const d = dataset();
  const rate = d.rate.has(asked.name);
  const at = { year: asked.year, level: asked.level, kind: asked.kind, min: asked.min, order: asked.order === 'asc' ? 'asc' : '' };
  const link = (code) => to.rank(asked.name, { ...at, region: code === asked.region ? '' : code });
  const left = [r.small ? t('rank.small', count(r.small), r.min) : null, r.without ? t('rank.without', count(r.without)) : null,
    r.contradicted ? t('rank.contradicted', count(r.contradicted)) : null].filter(Boolean);
  const page = d.static ? { rows: r.rows.slice((asked.page - 1) * 50, asked.page * 50), pages: Math.max(1, Math.ceil(r.rows.length / 50)) }
    : { rows: r.rows, pages: r.pages };
  const formula = rate ? `(${parts(d.rate.get(asked.name).numerator)}) ÷ (${parts(d.rate.get(asked.name).denominator)})` : null;
  return h('div', { class: 'rank-and-tiles' },
    h('section', { 'aria-labelledby': 'h-rank' },
      h('h2', { id: 'h-rank' }, t('rank.title')),
      h('p', { class: 'total', role: 'status' }, t('rank.total', count(r.total), count(r.reports)), ' ',
        h('button', { type: 'button', class: 'link to-tiles', onclick: () => {
          const tiles = document.getElementById('h-tiles');
          tiles.scrollIntoView();
          tiles.focus({ preventScroll: true });
        } }, t('tiles.see'))),
      left.length ? h('p', { class: 'note' }, left.join(' ')) : null,
      asked.region !== 'all' ? h('p', null, h('a', { class: 'button', href: link(asked.region) }, t('rank.whole'))) : null,
      page.rows.length ? table(asked, r, page.rows, rate) : h('p', { class: 'message' }, t('rank.nobody')),
      formula ? h('details', { class: 'formula' }, h('summary', null, t('rank.formula')), h('p', { class: 'note' }, formula)) : null,
      pager(asked.page, page.pages, (p) => to.rank(asked.name, { ...at, region: asked.region === 'all' ? '' : asked.region,
        page: p === 1 ? '' : p })),
      buttons({ title: heading(asked), file: heading(asked), embed: embedded('rank', asked), height: 640,
        note: left.join(' '), link: to.rank(asked.name, { ...at,
        region: asked.region === 'all' ? '' : asked.region }), cite: () => ({}), svg: () => page.rows.slice(0, 20).map((x) => [
        `${x.rank}. ${called(x)}${t('colon')}${shown(asked.name, x.value)}${rate ? ` (${number(x.n)}/${number(x.d)})` : ''}`, 13]),
        csv: d.static ? () => [['rank', 'authority_id', 'agency', 'division', 'level', 'kind', 'year', 'figure', 'value', 'numerator',
          'denominator', 'verdict', 'anomalies', 'report', 'cell'],
        ...r.rows.map((x) => [x.rank, x.id, x.name, x.division, x.level, x.kind, asked.year, asked.name, x.value, x.n, x.d, x.verdict,
          x.anomalies.map((a) => a.id).join(' '), x.key, x.cell])] : resource(`${path(asked)}.csv${query(asked)}`) })),
    h('section', { 'aria-labelledby': 'h-tiles' }, h('h2', { id: 'h-tiles', tabindex: '-1' }, t('tiles.title')), grid(r, rate, link),
      buttons({ title: `${t('tiles.title')}${t('colon')}${heading(asked)}`, link: to.rank(asked.name, at), cite: () => ({}),
        embed: embedded('tiles', asked), height: 620, svg: () => drawn(r, rate),
        note: t(r.pooled ? 'tiles.pooled' : 'tiles.median'), csv: () => [['region', 'name', 'value', 'n', 'N', 'reports', 'contradicted'],
          ...r.regions.map((x) => [x.region, x.name, x.value, x.n, x.d, x.reports, x.contradicted])] })));
}

// embedded is the query with which a ranking or its provinces are embedded.
function embedded(what, asked) {
  const q = new URLSearchParams({ [what]: asked.name, year: asked.year, level: asked.level, kind: asked.kind });
  for (const field of ['min', ...(what === 'rank' ? ['order', 'region'] : [])]) {
    if (asked[field] && asked[field] !== 'all' && asked[field] !== 'desc') q.set(field, asked[field]);
  }
  return q.toString();
}

// parts names the cells of a sum in few words: rows of one column as the rows.
function parts(cells) {
  return cells.map(label).join(' + ');
}

function table(asked, r, rows, rate) {
  const most = Number(r.most) || 1;
  return h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': t('rank.title') }, h('table', { class: 'data ranking' },
    h('caption', { class: 'vh' }, heading(asked)),
    h('thead', null, h('tr', null, h('th', { scope: 'col', class: 'n' }, t('rank.place')), h('th', { scope: 'col' }, t('authority')),
      h('th', { scope: 'col', class: 'n' }, t('value')), h('td', { class: 'barred' }),
      rate ? h('th', { scope: 'col', class: 'n parts' }, t('rank.of')) : null, h('th', { scope: 'col' }, t('rank.marks')))),
    h('tbody', null, rows.map((x) => {
      const few = rate && Number(x.d) < r.few;
      return h('tr', { class: x.verdict === 'contradicted' ? 'contradicted' : null },
        h('td', { class: 'n' }, count(x.rank)),
        h('th', { scope: 'row' }, agency(x.id, x.name, x.latin),
          asked.region === 'all' && !inLatin() && !x.name.startsWith(region(x.region)) ? h('small', null, ` ${region(x.region)}`) : null),
        h('td', { class: 'n' }, h('a', { href: to.report(x.key, x.cell), 'data-evidence': x.key }, shown(asked.name, x.value)),
          rate ? h('small', { class: 'counted' }, `${number(x.n)}/${number(x.d)}`) : null),
        h('td', { class: 'barred', 'aria-hidden': 'true' }, h('span', { class: `bar${few ? ' hollow' : ''}`,
          style: { width: `${Math.max(0.5, (Number(x.value) / most) * 100)}%` } })),
        rate ? h('td', { class: 'n parts' }, h('a', { href: to.report(x.key, x.cell) }, number(x.n)), ' / ',
          h('a', { href: to.report(x.key, x.whole) }, number(x.d))) : null,
        h('td', { class: 'signs' }, x.verdict ? sign(x.verdict) : null, flags(x.anomalies)));
    }))));
}
