// Who published when: a matrix of authorities and years, and the documents of which nothing could be read.
import { h, append, replace, spoken } from './dom.js';
import { t, called } from './words.js';
import { get, dataset, resource } from './data.js';
import { buttons } from './buttons.js';
import { to, go } from './route.js';
import { count, day, year, chinese } from './format.js';
import { agency, region, level, field, narrowed, select, pager, outward, form } from './marks.js';
import { plain, reason } from './reasons.js';
import { names } from './pick.js';

const each = 50; // rows of a page

const signs = { 'in-time': '●', late: '▲', published: '○', unread: '▨', 'not-read': '?', missing: '–' };

export async function view(route) {
  return route.name === 'unread' ? unread(route) : coverage(route);
}

async function coverage(route) {
  const title = t('coverage.title');
  const form = h('form', { class: 'filters', role: 'search', 'aria-label': t('filters'), onsubmit: (e) => e.preventDefault() });
  const said = h('p', { class: 'note', role: 'status' });
  const result = h('div', { class: 'result' });
  const draw = async (from) => {
    const f = read(from);
    const c = await ask(f);
    controls(form, f);
    const first = (c.page - 1) * each + 1;
    said.textContent = c.total ? t('coverage.shown', count(first), count(first + c.rows.length - 1), count(c.total)) : t('coverage.nobody');
    replace(result, c.rows.length ? [matrix(c, c.rows), handed(f, c)] : null,
      pager(c.page, c.pages, (p) => to.coverage(f.region, f.level, p, { q: f.q, missing: f.missing, order: f.order })));
  };
  await draw(route);
  return {
    title,
    body: [
      h('h1', null, title),
      h('p', { class: 'lead' }, t('coverage.lead')),
      form, legend(), said, result,
      h('p', null, h('a', { class: 'more', href: to.unread() }, t('overview.unreadlist'))),
    ],
    async update(next) {
      await draw(next);
      return true;
    },
  };
}

// narrowedTo says in words what the filters let through.
function narrowedTo(f) {
  return [f.region === 'all' ? null : region(f.region), f.level === 'all' ? null : level(f.level), f.q || null,
    f.missing ? `${t('coverage.only')} ${f.missing === 'any' ? t('coverage.anyyear') : f.missing}` : null].filter(Boolean).join(' · ');
}

// handed is the row of buttons of what is shown; the data are of all pages.
function handed(f, c) {
  const of = narrowedTo(f);
  const title = of ? `${t('coverage.title')}${t('colon')}${of}` : t('coverage.title');
  const at = (page) => to.coverage(f.region, f.level, page, { q: f.q, missing: f.missing, order: f.order });
  const used = new Set(c.rows.slice(0, 20).flatMap((row) => row.cells.map((x) => x.state)));
  return buttons({ title, file: title, link: at(c.page), cite: () => ({}), source: t('picture.reports'),
    note: Object.keys(signs).filter((s) => used.has(s)).map((s) => `${signs[s]} ${t(`coverage.${s}`)}`).join('  '),
    svg: () => [[`${c.years[0]}–${c.years.at(-1)}`, 13],
      ...c.rows.slice(0, 20).map((row) => [`${row.cells.map((x) => signs[x.state] || '?').join(' ')}  ${called(row)}`, 13])],
    csv: async () => {
      const pages = [c];
      for (let page = 1; !c.all && page <= c.pages; page += 1) if (page !== c.page) pages.push(await ask({ ...f, page: String(page) }));
      const rows = c.all || pages.sort((a, b) => a.page - b.page).flatMap((p) => p.rows);
      return [['authority_id', 'agency', 'division', 'level', 'kind', 'year', 'state', 'published', 'errors', 'warnings',
        'versions', 'partly', 'reason', 'report'], ...rows.flatMap((row) => row.cells.map((x, i) => [row.id, row.name, row.division,
        row.level, row.kind, c.years[i], x.state, x.published, x.errors, x.warnings, x.versions, x.partly, x.reason, x.key]))];
    } });
}

function read(route) {
  const [at = 'all', on = 'all', page = '1'] = route.parts;
  const of = (name) => route.parameters.get(name) || '';
  return { region: at, level: on, page, q: of('q'), missing: of('missing'), order: of('order') };
}

// ask gives a page of what the filters let through; a static site filters here what a server filters there.
async function ask(f) {
  const path = (page) => `api/coverage/${encodeURIComponent(f.region)}/${encodeURIComponent(f.level)}/${encodeURIComponent(page)}.json`;
  const query = new URLSearchParams(['q', 'missing', 'order'].filter((n) => f[n]).map((n) => [n, f[n]]));
  if (!dataset().static || !query.size) return get(`${path(f.page)}${query.size ? `?${query}` : ''}`);
  const first = await get(path(1));
  const rest = await Promise.all(Array.from({ length: first.pages - 1 }, (_, i) => get(path(i + 2))));
  const called = f.q ? await names(f.q) : () => true;
  const lacks = (row) => row.cells.some((c, i) => c.state === 'missing' && (f.missing === 'any' || f.missing === String(first.years[i])));
  const weight = (row) => row.cells.reduce((n, c) => n + (f.order === 'errors' ? c.errors : c.state === f.order ? 1 : 0), 0);
  const rows = [first, ...rest].flatMap((c) => c.rows).filter((row) => called(row.id) && (!f.missing || lacks(row)));
  if (f.order) rows.sort((a, b) => weight(b) - weight(a));
  const page = Number(f.page);
  return { ...first, page, total: rows.length, pages: Math.max(1, Math.ceil(rows.length / each)),
    all: rows, rows: rows.slice((page - 1) * each, page * each) };
}

function controls(form, f) {
  const d = dataset();
  const move = (change, quiet) => {
    const next = { ...f, ...change };
    go(to.coverage(next.region, next.level, 1, { q: next.q, missing: next.missing, order: next.order }), quiet);
  };
  const regions = [['all', `${t('region.all')} (${count(d.authorities)})`],
    ...d.regions.map((r) => [r.code, `${region(r.code)} (${count(r.authorities)})`])];
  const levels = [['all', t('level.all')], ...d.levels.map((l) => [l.level, `${level(l.level)} (${count(l.authorities)})`])];
  const before = form.querySelector('input');
  const query = before || h('input', { type: 'search', autocomplete: 'off', 'data-field': 'q', placeholder: t('coverage.name') });
  if (document.activeElement !== query) query.value = f.q;
  let timer = 0;
  query.oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(() => move({ q: query.value.trim() }, true), 300);
  };
  const focused = form.contains(document.activeElement) ? document.activeElement.dataset.field : null;
  // what is typed into stays where it is: a box that is taken out loses what is being composed in it
  const name = before ? before.parentNode : field(t('coverage.named'), query, 'field grow');
  const others = narrowed(t('filters'), h('div', { class: 'filters' },
    field(t('region'), select(regions, f.region, (v) => move({ region: v }), { 'data-field': 'region' })),
    field(t('level'), select(levels, f.level, (v) => move({ level: v }), { 'data-field': 'level' })),
    field(t('coverage.only'), select([['', t('any')], ['any', t('coverage.anyyear')],
      ...d.years.slice().reverse().map((y) => [y, String(y)])],
      f.missing, (v) => move({ missing: v }), { 'data-field': 'missing' })),
    field(t('rank.order'), select([['', t('coverage.bydivision')], ['missing', t('coverage.bymissing')], ['late', t('coverage.bylate')],
      ['errors', t('coverage.byerrors')]], f.order, (v) => move({ order: v }), { 'data-field': 'order' }))),
  form.querySelector('.narrowed'));
  if (before) {
    form.querySelector('.narrowed').replaceWith(others);
    const again = focused && focused !== 'q' && form.querySelector(`[data-field="${focused}"]`);
    if (again) again.focus();
  } else append(form, name, others);
}

// legend explains the signs of the matrix.
export function legend() {
  return h('ul', { class: 'legend', 'aria-label': t('legend') },
    Object.keys(signs).map((state) => h('li', null, h('span', { class: `cov ${state}`, 'aria-hidden': 'true' }, signs[state]), ' ',
      t(`coverage.${state}`))),
    h('li', null, h('span', { class: 'flag error', 'aria-hidden': 'true' }, '✗2'), ' ', t('coverage.errors')),
    h('li', null, h('span', { class: 'flag warning', 'aria-hidden': 'true' }, '!3'), ' ', t('coverage.warnings')),
    h('li', null, h('span', { class: 'flag', 'aria-hidden': 'true' }, '½'), ' ', t('coverage.partly')),
    h('li', null, h('span', { class: 'flag', 'aria-hidden': 'true' }, '×2'), ' ', t('coverage.versions')));
}

// matrix is the table of rows of a page of coverage.
export function matrix(c, rows) {
  return h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': t('coverage.title') }, h('table', { class: 'data coverage' },
    h('caption', { class: 'vh' }, t('coverage.title')),
    h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('authority')), h('th', { scope: 'col', class: 'code' },
      t('division')), h('th', { scope: 'col', class: 'lev' }, t('level')),
    c.years.map((y) => h('th', { scope: 'col', class: 'y' }, year(y))))),
    h('tbody', null, rows.map((row) => h('tr', null,
      h('th', { scope: 'row' }, agency(row.id, row.name, row.latin)),
      h('td', { class: 'code' }, row.division || h('span', { class: 'none' }, t('undecided'))),
      h('td', { class: 'lev' }, level(row.level)),
      row.cells.map((cell, i) => h('td', { class: `y ${cell.state}` }, one(cell, row, c.years[i]))))))));
}

function one(cell, row, of) {
  const words = [t(`coverage.${cell.state}`)];
  if (cell.reason && plain(cell.reason)) words.push(plain(cell.reason));
  if (cell.published) words.push(day(cell.published));
  if (cell.errors) words.push(t('n.errors', cell.errors));
  if (cell.warnings) words.push(t('n.warnings', cell.warnings));
  if (cell.partly) words.push(t('coverage.partly'));
  if (cell.versions > 1) words.push(t('n.versions', cell.versions));
  const content = [
    h('span', { class: `cov ${cell.state}`, 'aria-hidden': 'true' }, signs[cell.state] || '?'),
    cell.errors ? h('span', { class: 'flag error', 'aria-hidden': 'true' }, `✗${cell.errors}`) : null,
    cell.warnings ? h('span', { class: 'flag warning', 'aria-hidden': 'true' }, `!${cell.warnings}`) : null,
    cell.partly ? h('span', { class: 'flag', 'aria-hidden': 'true' }, '½') : null,
    cell.versions > 1 ? h('span', { class: 'flag', 'aria-hidden': 'true' }, `×${cell.versions}`) : null,
    spoken(words.join(t('comma'))),
  ];
  const title = `${called(row) || ''} ${year(of)}${t('colon')}${words.join(t('comma'))}`;
  return cell.key ? h('a', { href: to.report(cell.key), title }, content) : h('span', { title }, content);
}

async function unread(route) {
  const page = route.parts[0] || '1';
  const u = await get(`api/unread/${encodeURIComponent(page)}.json`);
  const title = t('unread.title');
  return {
    title,
    body: [
      h('h1', null, title),
      h('p', { class: 'lead' }, u.total ? t('unread.lead', count(u.total)) : t('unread.nothing')),
      u.rows.length ? h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': title }, h('table', { class: 'data' },
        h('caption', { class: 'vh' }, title),
        h('thead', null, h('tr', null, ['document', 'year', 'format', 'reason', 'view'].map((c) => h('th', { scope: 'col' }, t(c))))),
        h('tbody', null, u.rows.map((r) => h('tr', null,
          h('th', { scope: 'row' }, r.url ? outward(r.url, r.file || r.url) : chinese(r.file || r.document), h('br'),
            h('code', { class: 'note' }, r.document.slice(0, 16))),
          h('td', null, year(r.year)),
          h('td', null, form(r.media_type)),
          h('td', null, reason(r.reason)),
          h('td', null, r.view ? h('a', { href: resource(r.view), target: '_blank', rel: 'noopener' }, t('unread.view'),
            spoken(t('newtab'))) : h('span', { class: 'none' }, t('none')))))))) : null,
      pager(u.page, u.pages, (p) => to.unread(p)),
    ],
  };
}
