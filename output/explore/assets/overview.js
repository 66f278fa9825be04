// The first page: what there is, year by year, and how well it could be read.
import { h } from './dom.js';
import { t } from './words.js';
import { get, dataset } from './data.js';
import { to } from './route.js';
import { count, share, year } from './format.js';
import { label, tile, anomalyList } from './marks.js';
import { bars, stacks } from './chart.js';
import { matrix, legend } from './coverage.js';
import { reason } from './reasons.js';

export async function view() {
  const d = dataset();
  const [o, coverage, top] = await Promise.all([
    get('api/overview.json'),
    get('api/coverage/all/all/1.json').catch((e) => e),
    // A static site has the list in one file, however long: it is not fetched for five lines.
    d.static || d.anomalies.state !== 'ready' ? [] : get('api/anomalies.json').then((a) => a.rows, () => []),
  ]);
  const sum = (field) => o.years.reduce((total, y) => total + (y[field] || 0), 0);
  const cells = sum('cells');
  const printed = d.years.length ? `${d.years[0]}–${d.years[d.years.length - 1]}` : '';
  const title = t('overview.title');
  const body = [
    h('h1', null, title),
    h('p', { class: 'lead' }, t('overview.lead', count(d.reports), count(d.authorities), printed)),
    h('dl', { class: 'tiles' },
      tile(t('documents'), count(d.documents),
        sum('unread') ? h('a', { href: to.unread() }, t('overview.unread', count(sum('unread')))) : t('overview.allread')),
      tile(t('reports'), count(d.reports), sum('partly') ? t('overview.partly', count(sum('partly'))) : null),
      tile(t('authorities'), count(d.authorities), h('a', { href: to.coverage() }, t('nav.coverage'))),
      tile(t('cells'), count(cells), t('overview.absent', count(sum('absent')))),
      tile(t('proved'), share(sum('proved'), cells - sum('absent')), t('overview.provednote')),
      tile(t('findings'), count(sum('errors') + sum('warnings') + sum('notes')),
        t('overview.findings', count(sum('errors')), count(sum('warnings')), count(sum('notes'))))),
    h('section', { 'aria-labelledby': 'h-coverage' },
      h('h2', { id: 'h-coverage' }, t('nav.coverage')),
      coverage instanceof Error
        ? h('p', { class: 'message' }, coverage.message)
        : [legend(), matrix(coverage, coverage.rows.slice(0, 12)),
          h('p', null, h('a', { class: 'more', href: to.coverage() }, t('overview.coverage', count(coverage.total))))]),
    h('section', { 'aria-labelledby': 'h-trends' },
      h('h2', { id: 'h-trends' }, t('overview.trends')),
      h('p', { class: 'note' }, t('overview.trendsnote')),
      h('div', { class: 'multiples' }, o.trends.map((name) => {
        const known = o.years.filter((y) => y.year);
        return bars({
          title: label(name), name: label(name), years: known.map((y) => y.year),
          values: known.map((y) => (y.totals[name] ? y.totals[name].sum : null)),
          under: known.map((y) => (y.totals[name] ? y.totals[name].reports : 0)), underWords: (n) => t('overview.from', n),
            underName: t('reports'), file: name,
        });
      }))),
    h('section', { 'aria-labelledby': 'h-reading' },
      h('h2', { id: 'h-reading' }, t('overview.reading')),
      stacks({
        title: t('overview.verdicts'), first: t('year'), file: 'verdicts',
        kinds: ['proved', 'inferred', 'unchecked', 'contradicted', 'absent'].map((name) => ({ name, label: t(name) })),
        rows: o.years.map((y) => ({ label: year(y.year), values: [y.proved, y.inferred, y.unchecked, y.contradicted, y.absent] })),
      }),
      years(o),
      o.reasons.length ? [
        h('h3', null, t('overview.reasons')),
        h('table', { class: 'data narrow' }, h('caption', { class: 'vh' }, t('overview.reasons')),
          h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('reason')), h('th', { scope: 'col', class: 'n' }, t('documents')))),
          h('tbody', null, o.reasons.map((r) => h('tr', null, h('th', { scope: 'row' }, reason(r.reason)),
            h('td', { class: 'n' }, count(r.documents)))))),
        h('p', null, h('a', { class: 'more', href: to.unread() }, t('overview.unreadlist')))] : null),
  ];
  if (top.length) {
    body.splice(4, 0, h('section', { 'aria-labelledby': 'h-anomalies' }, h('h2', { id: 'h-anomalies' }, t('nav.anomalies')),
      anomalyList(top.slice(0, 5)),
      h('p', null, h('a', { class: 'more', href: to.anomalies() }, t('overview.anomalies', count(d.anomalies.total))))));
  }
  return { title, body };
}

function years(o) {
  const columns = ['documents', 'read', 'partly', 'unread', 'reports', 'authorities', 'kept', 'missed', 'deadline_unknown', 'cells',
    'absent', 'proved', 'inferred', 'unchecked', 'contradicted', 'errors', 'warnings', 'notes'];
  return h('details', { class: 'block' }, h('summary', null, t('overview.years')),
    h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': t('overview.years') }, h('table', { class: 'data' },
      h('caption', { class: 'vh' }, t('overview.years')),
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('figure')),
        o.years.map((y) => h('th', { scope: 'col', class: 'n' }, year(y.year))))),
      h('tbody', null, columns.map((c) => h('tr', null, h('th', { scope: 'row' }, t(`of.${c}`)),
        o.years.map((y) => h('td', { class: 'n' }, count(y[c])))))))));
}
