// One chart, number or anomaly for a frame in a page of others. The query says which:
//   ?a=ID,ID&n=NAME,NAME&y=2021-2024   figures of bodies over the years
//   ?a=ID&s=NAME                       a series through the forms
//   ?trend=NAME                        a figure of the whole dataset
//   ?report=KEY&cell=NAME              a number of a report
//   ?anomaly=ID                        an anomaly with its history
//   ?rank=NAME&year=&level=&kind=      a ranking, its first rows; with region, min, order as the ranking itself
//   ?tiles=NAME&year=&level=&kind=     the provinces of a ranking
//   ?peers=NAME&year=&level=&kind=&a=  how a figure is distributed among peers, and where some of them stand
// and lang=zh or en, names=latin. It loads little: no list of all cells, no style of the application, the drawing that is wanted,
// and of each answer the members that are shown (keep); a host of files gives the whole answer.
import { h, replace } from './dom.js';
import { t, called, say, language, named, readInLatin } from './words.js';
import { root, to } from './route.js';
import { count, number, shown, year } from './format.js';
import words from './embed.words.js';

const main = document.getElementById('main');
const asked = new URLSearchParams(location.search);
const list = (name) => (asked.get(name) || '').split(',').filter(Boolean).slice(0, 12);

async function get(path) {
  const response = await fetch(new URL(path, root), { credentials: 'omit' });
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null) {
    throw new Error(body && body.error ? (language() === 'zh' ? t('error.answered', response.status) : body.error)
      : t('error.status', response.status));
  }
  return body;
}

const one = (kind, name, keep) => get(`api/${kind}/${encodeURIComponent(name)}.json${keep
  ? `?keep=${keep.map(encodeURIComponent).join(',')}` : ''}`);
const body = (id, names) => one('authorities', id, ['id', 'name', 'latin', 'years', ...names.flatMap((n) => (n.startsWith('rate.')
  ? [`rates/${n}`, `counts/${n}`] : [`values/${n}`]))]);
const choose = (row, field) => (language() === 'zh' ? row[`${field}_zh`] || row[field] : row[field] || row[`${field}_zh`]);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const unitOf = (figure) => (figure.unit ? t('compare.unit', figure.unit) : figure.rate ? t('compare.share') : t('counts'));

async function figures() {
  const [bodies, names] = await Promise.all([Promise.all(list('a').map((a) => body(a, list('n')))),
    Promise.all(list('n').map((n) => one('figures', n)))]);
  const [first, last] = (asked.get('y') || '').split('-').map(Number);
  const years = [...new Set(bodies.flatMap((a) => a.years))].sort()
    .filter((y) => (!first || y >= first) && (!(last || first) || y <= (last || first)));
  const { lines } = await import('./lines.js');
  const of = (lists, a, f) => years.map((y) => ((lists || {})[f.name] || [])[a.years.indexOf(y)] ?? null);
  const values = (a, f) => of(f.rate ? a.rates : a.values, a, f);
  const counts = (a, f) => (f.rate ? of(a.counts, a, f) : null);
  const several = bodies.length > 1;
  const figure = names[0];
  const series = several ? bodies.map((a) => ({ name: called(a), values: values(a, figure), counts: counts(a, figure) }))
    : names.filter((f) => f.rate === figure.rate).map((f) => ({ name: capital(choose(f, 'label')), values: values(bodies[0], f),
      counts: counts(bodies[0], f) }));
  const title = several || names.length === 1
    ? `${several ? '' : `${called(bodies[0])} `}${capital(choose(figure, 'label'))}` : called(bodies[0]);
  return { title, body: lines({ title, level: 1, years, rate: figure.rate, note: unitOf(figure), series, about: false, tall: 190 }),
    link: to.compare({ a: bodies.map((a) => a.id), n: names.map((f) => f.name), y: asked.get('y') || '' }), version: figure.version,
    source: bodies.map((a) => a.name).join('、') };
}

async function linked() {
  const [a, { lines }] = await Promise.all([one('authorities', list('a')[0], ['id', 'name', 'latin', `series/${asked.get('s')}`]),
    import('./lines.js')]);
  const s = a.series.find((x) => x.name === asked.get('s'));
  if (!s) throw new Error(t('chart.nothing'));
  const title = `${called(a)} ${choose(s, 'label')}`;
  const years = s.points.map((p) => p.year);
  const of = (kind) => s.points.map((p) => (p.class === kind ? p.value : null));
  const series = [['same', choose(s, 'label')], ['near', `${choose(s, 'label')}: ${t('series.near')}`]]
    .map(([kind, name]) => ({ name, values: of(kind) })).filter((x) => x.values.some((v) => v !== null));
  const breaks = s.points.filter((p) => p.break).map((p) => ({ year: p.year, text: choose(p, 'break') }));
  return { title, body: lines({ title, level: 1, years, series, breaks, about: false, note: s.unit || null }), link: to.authority(a.id),
    source: a.name };
}

async function trend() {
  const [o, f, { bars }] = await Promise.all([get('api/home.json?keep=trends'), one('figures', asked.get('trend')), import('./bars.js')]);
  const x = o.trends.find((y) => y.name === f.name);
  if (!x) throw new Error(t('chart.nothing'));
  const title = capital(choose(f, 'label'));
  return { title, body: bars({ title, level: 1, years: x.years.map((y) => y.year), values: x.years.map((y) => y.value),
    under: x.years.map((y) => y.reports), underWords: (n) => t('overview.from', n), underName: t('reports'),
    hollow: x.years.map((y) => Boolean(y.largest) || y.reports === 1),
    note: x.way === 'same' ? t('home.same', number(String(x.bodies))) : t('home.median'), about: false }), link: to.overview(),
  version: f.version, source: t('picture.reports') };
}

async function cell() {
  const name = asked.get('cell');
  const [r, f] = await Promise.all([one('reports', asked.get('report'), ['authority', 'document', 'report', `values/${name}`]),
    one('figures', name)]);
  const v = r.values[f.name];
  if (!v) throw new Error(t('panel.nocell', f.name));
  const who = (r.authority && called(r.authority)) || r.report.agency || '';
  const title = `${who} ${year(r.report.report_year)} ${capital(choose(f, 'label'))}`;
  const value = v.state === 'absent' ? t('absent') : v.number !== null ? `${number(v.number)}${v.unit ? ` ${v.unit}` : ''}`
    : v.text === '' ? t('blank') : `“${v.text}”`;
  return { title, body: [h('h1', null, title), h('p', { class: 'value' }, value),
    h('p', { class: 'note' }, [v.text === null || v.text === undefined ? null
      : `${t('panel.printed')} ${v.text === '' ? t('blank') : `“${v.text}”`}`,
      v.state === 'absent' ? null : t(v.verdict), r.report.published].filter(Boolean).join(' · ')),
    h('p', { class: 'note hash' }, `SHA-256 ${r.document}`)], link: to.report(asked.get('report'), f.name),
  version: f.version, source: who };
}

async function anomaly() {
  const a = await one('anomalies', asked.get('anomaly'), ['id', 'agency', 'latin', 'named', 'statistical', 'sentence', 'sentence_zh',
    'rule_title', 'rule_title_zh', 'strength', 'history']);
  const { lines } = a.history.series.length ? await import('./lines.js') : {};
  const years = [...new Set(a.history.series.flatMap((x) => x.points.map((p) => p.year)))].sort();
  const title = named(a, choose(a, 'sentence'));
  return { title, link: to.anomaly(a.id), source: a.agency, body: [h('h1', null, title),
    h('p', { class: 'note' }, `${choose(a, 'rule_title')} · ${t('anomaly.lead')}`),
    a.strength.effect !== null && a.statistical ? h('p', { class: 'note' }, choose(a.strength, 'words')) : null,
    years.length ? lines({ title: t('anomaly.history'), heading: false, years, rate: a.history.share, about: false, tall: 150,
      series: a.history.series.map((x) => ({ name: choose(x, 'name'), values: years.map((y) => {
        const p = x.points.find((q) => q.year === y);
        return p && p.value !== null ? String(p.value) : null;
      }) })) }) : null] };
}

// group says which bodies and which year are ranked.
const group = () => ({ year: asked.get('year') || '', level: asked.get('level') || 'prefecture', kind: asked.get('kind') || 'government' });

// ranking asks for a ranking with so many rows.
async function ranking(name, each) {
  const { year: at, level, kind } = group();
  const query = new URLSearchParams({ each });
  for (const field of ['region', 'min', 'order']) if (asked.get(field)) query.set(field, asked.get(field));
  const [r, f] = await Promise.all([get(`api/rank/${encodeURIComponent(name)}/${at}/${level}/${kind}.json?${query}`),
    one('figures', name)]);
  const words = [t(`level.${level}`), t(`kind.${kind}`)].join(' · ');
  const link = (code) => to.rank(name, { year: at, level, kind, region: code || '', min: asked.get('min'), order: asked.get('order') });
  return { r, f, title: `${capital(choose(f, 'label'))}${t('comma')}${year(Number(at))}${t('colon')}${words}`, link };
}

async function ranked() {
  const name = asked.get('rank');
  const { r, f, title, link } = await ranking(name, 15);
  const most = Number(r.most) || 1;
  return { title, link: link(asked.get('region')), version: f.version, source: t('picture.reports'), body: [h('h1', null, title),
    h('p', { class: 'note' }, t('rank.total', count(r.total), count(r.reports))),
    h('table', { class: 'ranking' }, h('tbody', null, r.rows.slice(0, 15).map((x) => h('tr', null, h('td', { class: 'n' }, count(x.rank)),
      h('th', { scope: 'row' }, called(x)), h('td', { class: 'barred', 'aria-hidden': 'true' }, h('span', {
        class: `bar${f.rate && Number(x.d) < r.few ? ' hollow' : ''}`,
        style: { width: `${Math.max(0.5, (Number(x.value) / most) * 100)}%` } })),
      h('td', { class: 'n' }, h('a', { href: to.report(x.key, x.cell) }, shown(name, x.value)),
        f.rate ? h('small', null, ` ${number(x.n)}/${number(x.d)}`) : null,
        x.verdict === 'contradicted' ? h('small', { title: t('contradicted') }, ' ✗') : null)))))] };
}

async function tiles() {
  const name = asked.get('tiles');
  const [{ r, f, title, link }, { grid }] = await Promise.all([ranking(name, 1), import('./tiles.js')]);
  return { title, link: link(''), version: f.version, source: t('picture.reports'), body: [h('h1', null, title), grid(r, f.rate, link)] };
}

async function peers() {
  const name = asked.get('peers');
  const { year: at, level, kind } = group();
  const [all, f, bodies, { strip }] = await Promise.all([get(`api/peers/${encodeURIComponent(name)}.json?${new URLSearchParams(group())}`),
    one('figures', name), Promise.all(list('a').map((a) => body(a, [name]))), import('./strip.js')]);
  const g = all.groups.find((x) => x.year === Number(at) && x.level === level && x.kind === kind);
  if (!g || g.quantiles.length < 2) throw new Error(t('chart.nothing'));
  const marks = bodies.map((a) => ({ name: called(a),
    value: ((f.rate ? a.rates : a.values)[name] || [])[a.years.indexOf(Number(at))] ?? null }))
    .filter((m) => m.value !== null);
  const title = `${capital(choose(f, 'label'))}${t('comma')}${at}${t('colon')}${[t(`level.${level}`), t(`kind.${kind}`)].join(' · ')}`;
  return { title, link: to.compare({ a: list('a'), n: [name], p: at }), version: f.version, source: t('picture.reports'),
    body: strip({ title, level: 1, quantiles: g.quantiles, reports: g.reports, marks, rate: f.rate, about: false }) };
}

const kinds = { rank: ranked, tiles, peers, anomaly, cell, trend, s: linked };
const [, of] = Object.entries(kinds).find(([name]) => asked.has(name)) || [null, figures];
const spoken = asked.get('lang') === 'en' || (!asked.has('lang') && !/^zh/i.test(navigator.language)) ? 'en' : 'zh';
say(spoken, words[spoken]);
readInLatin(asked.get('names') === 'latin');
try {
  const told = await of();
  const at = new URL(told.link, root);
  document.title = told.title;
  replace(main, told.body, h('p', { class: 'source' }, t('embed.source', told.source || ''), ' ',
    h('a', { href: at.href }, '公开 gongkai')));
  for (const a of main.querySelectorAll('a[href]')) {
    a.target = '_blank';
    a.rel = 'noopener';
  }
} catch (failure) {
  replace(main, h('p', { class: 'error', role: 'alert' }, failure.message));
}
document.body.dataset.ready = 'true';
