// One body: its reports, what they say over the years, and what stands out.
import { h, replace, spoken } from './dom.js';
import { t, called, language } from './words.js';
import { get, dataset } from './data.js';
import { to } from './route.js';
import { count, day, year, shown, chinese } from './format.js';
import { choose, form, kind, label, level, region, sign, anomalyList, noAnomalies } from './marks.js';
import { counted, told } from './told.js';
import { lines } from './lines.js';
import { spark } from './spark.js';
import { saveCSV } from './download.js';

export async function view(route) {
  const a = await get(`api/authorities/${encodeURIComponent(route.parts[0] || '')}.json`);
  const d = dataset();
  const rates = d.rates.filter((r) => a.rates[r.name] && a.rates[r.name].some((v) => v !== null));
  const others = a.names.filter((n) => n !== a.name);
  return {
    title: called(a),
    body: [
      h('p', { class: 'kicker' }, [level(a.level || 'none'), kind(a.kind || 'none')].join(' · ')),
      h('h1', { lang: called(a) === a.name ? 'zh-CN' : null }, called(a)),
      called(a) === a.name ? null : h('p', { class: 'lead', lang: 'zh-CN' }, a.name),
      h('dl', { class: 'facts' },
        fact(t('region'), a.region ? region(a.region) : null),
        fact(t('division'), a.division ? h('code', null, a.division) : t('undecided')),
        fact(t('agency_id'), a.agency_id ? h('code', null, a.agency_id) : t('agency.undecided')),
        fact(t('function'), a.function && chinese(a.function)), fact(t('unit.name'), a.unit && chinese(a.unit)),
        others.length ? fact(t('agency.names'), chinese(others.join('、'))) : null),
      h('p', null, h('a', { class: 'button', href: to.compare({ a: [a.id], n: ['applications.received.total', 'rate.granted'] }) },
        t('authority.compare'))),
      h('section', { 'aria-labelledby': 'h-reports' }, h('h2', { id: 'h-reports' }, t('reports')), reports(a)),
      h('section', { 'aria-labelledby': 'h-rates' }, h('h2', { id: 'h-rates' }, t('rates')),
        rates.length
          ? lines({ title: t('rates'), heading: false, years: a.years, rate: true, tall: 230, file: `${a.name} ${t('rates')}`,
            about: { title: `${called(a)} ${t('rates')}`, source: a.name,
              embed: `a=${a.id}&n=${rates.slice(0, 6).map((r) => r.name).join(',')}` },
            note: `${rates.length > 6 ? `${t('first.of', 6, rates.length)} ` : ''}${t('authority.ratesnote')}`,
              series: rates.slice(0, 6).map((r) => ({ name: choose(r, 'label'), values: a.rates[r.name], counts: a.counts[r.name] })) })
          : h('p', { class: 'note' }, t('authority.norates'))),
      a.series.length ? h('section', { 'aria-labelledby': 'h-series' },
        h('h2', { id: 'h-series' }, t('authority.series')), linked(a)) : null,
      h('section', { 'aria-labelledby': 'h-values' }, h('h2', { id: 'h-values' }, t('authority.values')), values(a, rates)),
      h('section', { 'aria-labelledby': 'h-anomalies' }, h('h2', { id: 'h-anomalies' }, t('nav.anomalies')),
        a.anomalies.length ? anomalyList(a.anomalies) : noAnomalies(t('authority.noanomalies'))),
    ],
  };
}

// linked shows one series through the forms at a time: what may be joined, what is only near, and the breaks.
function linked(a) {
  const place = h('div');
  const text = (p) => (language() === 'zh' ? p.break_zh : p.break);
  const draw = (s) => {
    const years = s.points.map((p) => p.year);
    const of = (kind) => s.points.map((p) => (p.class === kind ? p.value : null));
    const breaks = s.points.filter((p) => p.break).map((p) => ({ year: p.year, text: text(p) }));
    const name = `${choose(s, 'label')}${s.unit ? ` (${s.unit})` : ''}`;
    const both = [['same', name], ['near', `${name}: ${t('series.near')}`]].map(([kind, words]) => ({ name: words, values: of(kind) }))
      .filter((one) => one.values.some((v) => v !== null));
    replace(place, lines({ title: name, heading: false, years, series: both, breaks, tall: 230, file: `${a.name} ${s.name}`,
      about: { title: `${called(a)} ${name}`, source: a.name, embed: `a=${a.id}&s=${encodeURIComponent(s.name)}` },
      note: t('authority.seriesnote') }),
    breaks.length ? h('ul', { class: 'note' }, breaks.map((b) => h('li', null, h('b', null, year(b.year)), ' ', b.text))) : null);
  };
  const pick = h('select', { id: 'series', onchange: (e) => draw(a.series.find((s) => s.name === e.target.value)) },
    a.series.map((s) => h('option', { value: s.name }, choose(s, 'label'))));
  draw(a.series[0]);
  return [h('p', null, h('label', { for: 'series' }, t('series'), ' '), pick), place];
}

function fact(words, value) {
  return value ? h('div', null, h('dt', null, words), h('dd', null, value)) : null;
}

function reports(a) {
  return h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': t('reports') }, h('table', { class: 'data reports' },
    h('caption', { class: 'vh' }, t('reports')),
    h('thead', null, h('tr', null, ['year', 'report', 'published', 'in_time', 'format'].map((c) => h('th', { scope: 'col' }, t(c))),
      ['cells', 'proved', 'inferred', 'unchecked', 'contradicted',
        'absent'].map((c) => h('th', { scope: 'col', class: 'n' }, t(c))), h('th', { scope: 'col' }, t('findings')))),
    h('tbody', null, a.reports.map((r) => h('tr', { class: r.standing ? null : 'aside' },
      h('th', { scope: 'row' }, year(r.year)),
      h('td', null, h('a', { href: to.report(r.key), lang: 'zh-CN' }, r.title || r.file || r.key.slice(0, 12)),
        r.standing ? null : h('small', null, ' ', t(r.superseded ? 'report.superseded' : 'report.aside')),
          r.status === 'partly' ? h('small', null, ' ', t('partly')) : null),
      h('td', null, day(r.published) || h('span', { class: 'none' }, t('none'))),
      h('td', null, r.in_time ? t(`intime.${r.in_time}`) : h('span', { class: 'none' }, t('undecided'))),
      h('td', null, form(r.media_type)),
      ['cells', 'proved', 'inferred', 'unchecked', 'contradicted',
        'absent'].map((c) => h('td', { class: `n${c === 'contradicted' && r[c] ? ' bad' : ''}` }, count(r[c]))),
      h('td', null, ['errors', 'warnings',
        'notes'].map((c) => (r[c] ? h('span', { class: 'pair' }, sign(c.slice(0, -1)), count(r[c])) : null))))))));
}

function values(a, rates) {
  const d = dataset();
  if (!a.years.length) return h('p', { class: 'note' }, t('authority.novalues'));
  const head = (words) => h('thead', null,
    h('tr', null, h('th', { scope: 'col' }, words), a.years.map((y) => h('th', { scope: 'col', class: 'n' }, year(y))),
      h('td', { class: 'spark' })));
  const row = (name, list) => h('tr', null,
    h('th', { scope: 'row' }, h('a', { href: to.compare({ a: [a.id], n: [name] }), lang: null }, label(name))),
    list.map((v, i) => h('td', { class: 'n' }, v === null ? h('span', { class: 'none', 'aria-hidden': 'true' }, '–') : shown(name,
      v), v === null ? spoken(t('none')) : [counted(a, name, i), told(a, name, i)])),
    h('td', { class: 'spark' }, spark(list, a.counts[name])));
  const names = [...rates.map((r) => [r.name, a.rates[r.name]]),
    ...d.cells.filter((c) => a.values[c.name]).map((c) => [c.name, a.values[c.name]])];
  return [
    h('p', { class: 'note' }, t('authority.valuesnote')),
    rates.length ? block(t('rates'), rates.map((r) => row(r.name, a.rates[r.name])), true) : null,
    d.tables.map((table) => {
      const list = d.cells.filter((c) => c.table === table.table && a.values[c.name]);
      return list.length ? block(choose(table, 'title'), list.map((c) => row(c.name, a.values[c.name])), list.length <= 12) : null;
    }),
    h('p', null, h('button', { type: 'button', class: 'quiet',
      onclick: () => saveCSV(a.name, [['name', t('figure'), ...a.years.map(year),
        ...a.years.map((y) => `${year(y)} ${t('about.verdicts')}`), ...a.years.map((y) => `${year(y)} ${t('nav.anomalies')}`),
          ...['n', 'N'].flatMap((k) => a.years.map((y) => `${year(y)} ${k}`))],
        ...names.map(([name, list]) => [name, label(name), ...list, ...a.years.map((y, i) => (a.verdicts[name] || [])[i]),
          ...a.years.map((y, i) => ((a.marks[name] || [])[i] || []).join(' ')),
          ...[0, 1].flatMap((k) => a.years.map((y, i) => ((a.counts[name] || [])[i] || [])[k]))])]) }, t('download.csv'))),
  ];

  function block(title, rows, open) {
    return h('details', { class: 'block', open }, h('summary', null, title, ' ', h('small', null, t('n.rows', count(rows.length)))),
      h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': title },
        h('table', { class: 'data values' }, h('caption', { class: 'vh' }, title), head(t('figure')), h('tbody', null, rows))));
  }
}
