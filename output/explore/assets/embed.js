// One chart, number or anomaly for a frame in a page of others. The query says which:
//   ?a=ID,ID&n=NAME,NAME&y=2021-2024   figures of bodies over the years
//   ?a=ID&s=NAME                       a series through the forms
//   ?trend=NAME                        a figure of the whole dataset
//   ?report=KEY&cell=NAME              a number of a report
//   ?anomaly=ID                        an anomaly with its history
// and lang=zh or en. It loads little: no list of all cells, no style of the application.
import { h, replace } from './dom.js';
import { t, say, language } from './words.js';
import { root, to } from './route.js';
import { number, year } from './format.js';
import { bars, lines } from './chart.js';
import words from './embed.words.js';

const main = document.getElementById('main');
const asked = new URLSearchParams(location.search);
const list = (name) => (asked.get(name) || '').split(',').filter(Boolean).slice(0, 12);

async function get(path) {
  const response = await fetch(new URL(path, root), { credentials: 'omit' });
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null) throw new Error((body && body.error) || t('error.status', response.status));
  return body;
}

const one = (kind, name) => get(`api/${kind}/${encodeURIComponent(name)}.json`);
const choose = (row, field) => (language() === 'zh' ? row[`${field}_zh`] || row[field] : row[field] || row[`${field}_zh`]);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const unitOf = (figure) => (figure.unit ? t('compare.unit', figure.unit) : figure.rate ? t('compare.share') : t('counts'));

async function figures() {
  const [bodies, names] = await Promise.all([Promise.all(list('a').map((a) => one('authorities', a))),
    Promise.all(list('n').map((n) => one('figures', n)))]);
  const [first, last] = (asked.get('y') || '').split('-').map(Number);
  const years = [...new Set(bodies.flatMap((a) => a.years))].sort()
    .filter((y) => (!first || y >= first) && (!(last || first) || y <= (last || first)));
  const values = (a, f) => years.map((y) => ((f.rate ? a.rates : a.values)[f.name] || [])[a.years.indexOf(y)] ?? null);
  const several = bodies.length > 1;
  const figure = names[0];
  const series = several ? bodies.map((a) => ({ name: a.name, values: values(a, figure) }))
    : names.filter((f) => f.rate === figure.rate).map((f) => ({ name: capital(choose(f, 'label')), values: values(bodies[0], f) }));
  const title = several || names.length === 1
    ? `${several ? '' : `${bodies[0].name} `}${capital(choose(figure, 'label'))}` : bodies[0].name;
  return { title, body: lines({ title, level: 1, years, rate: figure.rate, note: unitOf(figure), series, about: false, tall: 190 }),
    link: to.compare({ a: bodies.map((a) => a.id), n: names.map((f) => f.name), y: asked.get('y') || '' }), version: figure.version,
    source: bodies.map((a) => a.name).join('、') };
}

async function linked() {
  const a = await one('authorities', list('a')[0]);
  const s = a.series.find((x) => x.name === asked.get('s'));
  if (!s) throw new Error(t('chart.nothing'));
  const title = `${a.name} ${choose(s, 'label')}`;
  const years = s.points.map((p) => p.year);
  const of = (kind) => s.points.map((p) => (p.class === kind ? p.value : null));
  const series = [['same', choose(s, 'label')], ['near', `${choose(s, 'label')}: ${t('series.near')}`]]
    .map(([kind, name]) => ({ name, values: of(kind) })).filter((x) => x.values.some((v) => v !== null));
  const breaks = s.points.filter((p) => p.break).map((p) => ({ year: p.year, text: choose(p, 'break') }));
  return { title, body: lines({ title, level: 1, years, series, breaks, about: false, note: s.unit || null }), link: to.authority(a.id),
    source: a.name };
}

async function trend() {
  const [o, f] = await Promise.all([get('api/home.json'), one('figures', asked.get('trend'))]);
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
  const [r, f] = await Promise.all([one('reports', asked.get('report')), one('figures', asked.get('cell'))]);
  const v = r.values[f.name];
  if (!v) throw new Error(t('panel.nocell', f.name));
  const body = (r.authority && r.authority.name) || r.report.agency || '';
  const title = `${body} ${year(r.report.report_year)} ${capital(choose(f, 'label'))}`;
  const value = v.state === 'absent' ? t('absent') : v.number !== null ? `${number(v.number)}${v.unit ? ` ${v.unit}` : ''}`
    : v.text === '' ? t('blank') : `“${v.text}”`;
  return { title, body: [h('h1', null, title), h('p', { class: 'value' }, value),
    h('p', { class: 'note' }, [v.text === null || v.text === undefined ? null
      : `${t('panel.printed')} ${v.text === '' ? t('blank') : `“${v.text}”`}`,
      v.state === 'absent' ? null : t(v.verdict), r.report.published].filter(Boolean).join(' · ')),
    h('p', { class: 'note hash' }, `SHA-256 ${r.document}`)], link: to.report(asked.get('report'), f.name),
  version: f.version, source: body };
}

async function anomaly() {
  const a = await one('anomalies', asked.get('anomaly'));
  const years = [...new Set(a.history.series.flatMap((x) => x.points.map((p) => p.year)))].sort();
  const title = choose(a, 'sentence');
  return { title, link: to.anomaly(a.id), source: a.agency, body: [h('h1', null, title),
    h('p', { class: 'note' }, `${choose(a, 'rule_title')} · ${t('anomaly.lead')}`),
    a.strength.effect !== null && a.statistical ? h('p', { class: 'note' }, choose(a.strength, 'words')) : null,
    years.length ? lines({ title: t('anomaly.history'), heading: false, years, rate: a.history.share, about: false, tall: 150,
      series: a.history.series.map((x) => ({ name: choose(x, 'name'), values: years.map((y) => {
        const p = x.points.find((q) => q.year === y);
        return p && p.value !== null ? String(p.value) : null;
      }) })) }) : null] };
}

const of = asked.has('anomaly') ? anomaly : asked.has('cell') ? cell : asked.has('trend') ? trend : asked.has('s') ? linked : figures;
const spoken = asked.get('lang') === 'en' || (!asked.has('lang') && !/^zh/i.test(navigator.language)) ? 'en' : 'zh';
say(spoken, words[spoken]);
try {
  const shown = await of();
  const at = new URL(shown.link, root);
  document.title = shown.title;
  replace(main, shown.body, h('p', { class: 'source' }, t('embed.source', shown.source || ''), ' ',
    h('a', { href: at.href, target: '_blank', rel: 'noopener' }, '公开 gongkai')));
} catch (failure) {
  replace(main, h('p', { class: 'error', role: 'alert' }, failure.message));
}
document.body.dataset.ready = 'true';
