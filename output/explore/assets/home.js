// The first page: what these reports are, a way to one's own city, what stands out, what is new, what there is of each province.
import { h, replace } from './dom.js';
import { t, called, inLatin } from './words.js';
import { get, dataset } from './data.js';
import { to, go } from './route.js';
import { count, day, percent, year } from './format.js';
import { agency, choose, judgement, label, labelled, noAnomalies, region, sentence } from './marks.js';
import { picker } from './pick.js';
import { start } from './start.js';

const questions = ['rate.refused', 'rate.not_held', 'rate.carried_out', 'rate.reconsideration_corrected', 'applications.received.total'];

export async function view() {
  const d = dataset();
  const o = await get('api/home.json');
  const title = t('home.title');
  const printed = d.years.length ? `${d.years[0]}–${d.years[d.years.length - 1]}` : '';
  const trends = h('div', { class: 'multiples' });
  const first = start(d);
  const asked = questions.filter((n) => d.rate.has(n) || (d.cell.has(n) && (!d.static || d.ranked.includes(n))));
  return {
    title,
    body: [
      h('h1', null, title),
      h('p', { class: 'lead' }, t('home.lead')),
      h('div', { class: 'finder' }, picker(t('home.find'), (row) => go(to.authority(row.id)), { placeholder: t('home.placeholder'),
        typed: (q) => go(to.search({ q })) })),
      h('p', { class: 'note' }, t('home.holds', count(d.reports), count(d.authorities), printed), ' ',
        h('a', { href: to.about() }, t('home.how'))),
      asked.length && first.year ? h('section', { 'aria-labelledby': 'h-questions' }, h('h2', { id: 'h-questions' }, t('home.questions')),
        h('ul', { class: 'questions' }, asked.map((n) => h('li', null, h('a', { href: to.rank(n) },
          t(`question.${n}.${first.level === 'prefecture' ? 'cities' : 'bodies'}`)))))) : null,
      h('section', { 'aria-labelledby': 'h-stories' }, h('h2', { id: 'h-stories' }, t('home.stories')),
        o.stories.length ? [h('p', { class: 'note' }, t(`home.oneof.${o.one_of}`)), h('ol', { class: 'stories' }, o.stories.map(story)),
          h('p', null, h('a', { class: 'more', href: to.anomalies() }, t('overview.anomalies', count(d.anomalies.total))))]
          : noAnomalies(t('authority.noanomalies'))),
      o.new.rows.length ? h('section', { 'aria-labelledby': 'h-new' }, h('h2', { id: 'h-new' },
        t(`home.new.${o.new.by}`, day(o.new.since), day(o.new.day))), h('p', { class: 'note' }, t('home.newnote', count(o.new.total))),
        h('ul', { class: 'plain news' }, o.new.rows.map((r) => h('li', null,
          h('a', { href: to.report(r.key), lang: inLatin() && r.latin ? null : 'zh-CN' },
            `${called({ name: r.agency, latin: r.latin }) || t('agency.unknown')} ${year(r.year)}`), ' ',
          h('small', null, day(r[o.new.by])))))) : null,
      h('section', { 'aria-labelledby': 'h-provinces' }, h('h2', { id: 'h-provinces' }, t('home.provinces', o.year)), provinces(o)),
      h('section', { 'aria-labelledby': 'h-trends' }, h('h2', { id: 'h-trends' }, t('overview.trends')),
        h('p', { class: 'note' }, t('home.trendsnote')), trends),
    ],
    // the charts come after what is read first
    ready: async () => {
      const { bars } = await import('./bars.js');
      replace(trends, o.trends.map((x) => trend(x, bars)));
    },
  };
}

const wordOf = (s) => (s === 'published' ? 'published_state' : s);

function story(a) {
  const rule = dataset().rule.get(a.rule);
  return h('li', null,
    h('p', { class: 'kind' }, labelled(a.severity, rule ? choose(rule, 'title') : a.rule), judgement(a.id)),
    h('p', { class: 'sentence' }, h('a', { href: to.anomaly(a.id) }, sentence(a))),
    h('p', { class: 'meta' }, agency(a.authority, a.agency, a.latin), a.year ? h('span', null, String(a.year)) : null,
      h('span', null, t(a.statistical ? 'statistical' : 'exact'))),
    choose(a, 'innocent') ? h('p', { class: 'innocent' }, h('b', null, t('home.innocent')), choose(a, 'innocent')) : null);
}

// provinces is the coverage of a year, a line a province.
function provinces(o) {
  const states = ['in_time', 'late', 'published', 'not_read', 'missing'];
  return [
    h('ul', { class: 'legend', 'aria-label': t('legend') }, states.map((s) => h('li', null,
      h('span', { class: `share ${s}`, 'aria-hidden': 'true' }), ' ', t(`home.${wordOf(s)}`)))),
    h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': t('home.provinces', o.year) },
      h('table', { class: 'data provincial' },
        h('caption', { class: 'vh' }, t('home.provinces', o.year)),
        h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('region')), h('td', { class: 'shares' }),
          h('th', { scope: 'col', class: 'n' }, t('home.there')), h('th', { scope: 'col', class: 'n' }, t('home.ontime')))),
        h('tbody', null, o.provinces.map((p) => {
          const there = p.in_time + p.late + p.published;
          return h('tr', null,
            h('th', { scope: 'row' }, h('a', { href: to.coverage(p.region) }, region(p.region))),
            h('td', { class: 'shares', 'aria-hidden': 'true' }, h('span', { class: 'stack' }, states.map((s) => (p[s] ? h('span',
              { class: `share ${s}`, title: `${t(`home.${wordOf(s)}`)}${t('colon')}${count(p[s])}`, style: { 'flex-grow': String(p[s]) } })
              : null)))),
            h('td', { class: 'n' }, `${count(there)} / ${count(p.authorities)}`),
            h('td', { class: 'n' }, p.in_time + p.late ? `${count(p.in_time)} / ${count(p.in_time + p.late)}`
              : h('span', { class: 'none' }, t('none'))));
        })))),
    h('p', null, h('a', { class: 'more', href: to.coverage() }, t('overview.coverage', count(dataset().authorities)))),
  ];
}

// trend draws a figure over the same bodies, or medians, and says so; a bar that one report makes is named.
function trend(x, bars) {
  const same = x.way === 'same';
  const notes = [same ? t('home.same', count(x.bodies)) : t('home.median')];
  const out = x.years.reduce((n, y) => n + y.contradicted, 0);
  if (out) notes.push(t('home.leftout', count(out)));
  const big = x.years.filter((y) => y.largest);
  const chart = bars({
    title: label(x.name), name: label(x.name), years: x.years.map((y) => y.year), values: x.years.map((y) => y.value),
    under: x.years.map((y) => y.reports), underWords: (n) => t('overview.from', n), underName: t('reports'), file: x.name,
    note: notes.join(' '), hollow: x.years.map((y) => Boolean(y.largest) || y.reports === 1),
    about: { embed: `trend=${encodeURIComponent(x.name)}` },
  });
  const single = x.years.filter((y) => y.reports === 1).map((y) => y.year);
  return h('div', null, chart,
    big.length ? h('p', { class: 'note' }, big.map((y, i) => [i ? ' ' : null, h('a', { href: to.report(y.largest.key, x.name) },
      t('home.largest', y.year, y.largest.agency, percent(y.largest_share)))])) : null,
    single.length ? h('p', { class: 'note' }, t('home.single', single.join(t('list')))) : null);
}
