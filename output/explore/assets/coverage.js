// Who published when: a matrix of authorities and years, and the documents of which nothing could be read.
import { h, spoken } from './dom.js';
import { t } from './words.js';
import { get, dataset, resource } from './data.js';
import { to, go } from './route.js';
import { count, day, year, chinese } from './format.js';
import { agency, region, level, field, select, pager, outward, form } from './marks.js';
import { reason } from './reasons.js';

const signs = { 'in-time': '●', late: '▲', published: '○', unread: '▨', 'not-read': '?', missing: '–' };

export async function view(route) {
  return route.name === 'unread' ? unread(route) : coverage(route);
}

async function coverage(route) {
  const d = dataset();
  const [at = 'all', on = 'all', page = '1'] = route.parts;
  const c = await get(`api/coverage/${encodeURIComponent(at)}/${encodeURIComponent(on)}/${encodeURIComponent(page)}.json`);
  const title = t('coverage.title');
  const regions = [['all', `${t('region.all')} (${count(d.authorities)})`],
    ...d.regions.map((r) => [r.code, `${region(r.code)} (${count(r.authorities)})`])];
  const levels = [['all', t('level.all')], ...d.levels.map((l) => [l.level, `${level(l.level)} (${count(l.authorities)})`])];
  const first = c.page < c.pages ? (c.page - 1) * c.rows.length + 1 : c.total - c.rows.length + 1;
  return {
    title,
    body: [
      h('h1', null, title),
      h('p', { class: 'lead' }, t('coverage.lead')),
      h('form', { class: 'filters', onsubmit: (e) => e.preventDefault() },
        field(t('region'), select(regions, at, (v) => go(to.coverage(v, on)))),
        field(t('level'), select(levels, on, (v) => go(to.coverage(at, v))))),
      legend(),
      h('p', { class: 'note' }, c.total ? t('coverage.shown', count(first), count(first + c.rows.length - 1),
        count(c.total)) : t('coverage.nobody')),
      c.rows.length ? matrix(c, c.rows) : null,
      pager(c.page, c.pages, (p) => to.coverage(at, on, p)),
      h('p', null, h('a', { class: 'more', href: to.unread() }, t('overview.unreadlist'))),
    ],
  };
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
    h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('authority')), h('th', { scope: 'col' }, t('division')),
      h('th', { scope: 'col' }, t('level')), c.years.map((y) => h('th', { scope: 'col', class: 'y' }, year(y))))),
    h('tbody', null, rows.map((row) => h('tr', null,
      h('th', { scope: 'row' }, agency(row.id, row.name)),
      h('td', { class: 'code' }, row.division || h('span', { class: 'none' }, t('undecided'))),
      h('td', null, level(row.level)),
      row.cells.map((cell, i) => h('td', { class: `y ${cell.state}` }, one(cell, row, c.years[i]))))))));
}

function one(cell, row, of) {
  const words = [t(`coverage.${cell.state}`)];
  if (cell.reason) words.push(cell.reason);
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
  const title = `${row.name || ''} ${year(of)}${t('colon')}${words.join(t('comma'))}`;
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
