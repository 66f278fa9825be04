// What does not add up: a ranked list with filters that live in the address, and each with its sentence, evidence and what would
// explain it innocently.
import { h, replace } from './dom.js';
import { t, called, known, language, named } from './words.js';
import { get, forget, dataset, resource } from './data.js';
import { to, go } from './route.js';
import { count, day, percent, probability, year, chinese } from './format.js';
import { agency, anomalyList, choose, labelled, level, narrowed, outward, pager, region, select, field, sign, verdictOf } from './marks.js';
import { lines } from './lines.js';
import { saveCSV } from './download.js';
import { buttons } from './buttons.js';
import { placed } from './cells.js';
import { told } from './reasons.js';

const severities = ['error', 'warning', 'note'];
const each = 50;
const filters = ['severity', 'year', 'level', 'region', 'authority', 'q', 'group'];

export async function view(route) {
  return route.name === 'anomaly' ? one(route) : all(route);
}

function read(route) {
  const p = route.parameters;
  return { rule: p.getAll('rule'), severity: p.get('severity') || '', year: p.get('year') || '', level: p.get('level') || '',
    region: p.get('region') || '', authority: p.get('authority') || '', q: p.get('q') || '', group: p.get('group') || '',
    page: Number(p.get('page')) || 1 };
}

// judgedColumns are those of the file of judgements, judgedOf what the last who looked at an anomaly wrote in them.
const judgedColumns = ['verdict', 'who', 'why', 'when'];
const judgedOf = (list) => judgedColumns.map((c) => (list && list.length ? list[list.length - 1][c] : null));

const regionOf = (row) => row.region || (row.division ? row.division.slice(0, 2) : 'none');

const tests = {
  rule: (f, row) => !f.rule.length || f.rule.includes(row.rule),
  severity: (f, row) => !f.severity || severities.indexOf(row.severity) <= severities.indexOf(f.severity),
  year: (f, row) => !f.year || String(row.year || 0) === f.year,
  level: (f, row) => !f.level || (row.level || 'none') === f.level,
  region: (f, row) => !f.region || regionOf(row) === f.region,
  authority: (f, row) => !f.authority || row.authority === f.authority,
  group: (f, row) => !f.group || (f.group === 'arithmetic') === row.arithmetic,
  q: (f, row) => [row.sentence, row.sentence_zh, row.agency].some((text) => (text || '').includes(f.q)),
};

// ask gives one page of what the filters let through; a static site filters here what a server filters there.
async function ask(f) {
  const d = dataset();
  if (!d.static) {
    const query = new URLSearchParams();
    for (const r of f.rule) query.append('rule', r);
    for (const name of filters) if (f[name]) query.set(name, f[name]);
    query.set('fold', '1');
    if (f.page > 1) query.set('page', f.page);
    const path = `api/anomalies.json?${query}`;
    if (d.anomalies.state !== 'ready') forget(path);
    return get(path);
  }
  const answer = await get('api/anomalies/all.json');
  const names = Object.keys(tests);
  const rows = answer.rows.filter((row) => names.every((n) => tests[n](f, row)));
  const facets = { rule: {}, severity: {}, year: {}, level: {}, region: {}, group: {} };
  const value = { rule: (r) => r.rule, severity: (r) => r.severity, year: (r) => r.year || 0, level: (r) => r.level || 'none',
    region: regionOf, group: (r) => (r.arithmetic ? 'arithmetic' : 'story') };
  for (const facet of Object.keys(facets)) {
    for (const row of answer.rows) {
      if (names.every((n) => n === facet ||
        tests[n](f, row))) facets[facet][value[facet](row)] = (facets[facet][value[facet](row)] || 0) + 1;
    }
  }
  const lines = fold(rows);
  return { state: answer.state, total: rows.length, lines: lines.length, page: f.page, pages: Math.max(1, Math.ceil(lines.length / each)),
    facets, rows: lines.slice((f.page - 1) * each, f.page * each), all: rows };
}

// fold puts the anomalies of a body and year under the first of them.
function fold(rows) {
  const at = new Map();
  for (const row of rows) {
    const of = `${row.authority || row.agency || row.id} ${row.year || 0}`;
    if (at.has(of)) at.get(of).folded.push(row);
    else at.set(of, { ...row, folded: [] });
  }
  return [...at.values()];
}

async function all(route) {
  const title = t('nav.anomalies');
  const filterForm = h('form', { class: 'facets', role: 'search', 'aria-label': t('anomalies.filters'),
    onsubmit: (e) => e.preventDefault() });
  const list = h('div', { class: 'result', 'aria-live': 'off' });
  const total = h('p', { class: 'total', role: 'status' });
  const groups = h('div', { class: 'chips', role: 'group', 'aria-label': t('anomalies.groups') });
  const draw = async (at) => {
    const f = read(at);
    const a = await ask(f);
    controls(filterForm, f, a);
    replace(groups, tabs(f, a));
    total.textContent = a.state && a.state !== 'ready' ? '' : [t('anomalies.total', count(a.total)), a.lines < a.total
      ? t('anomalies.lines', count(a.lines)) : ''].filter(Boolean).join(' ');
    replace(list, results(f, a));
  };
  await draw(route);
  return {
    title,
    body: [h('h1', null, title), h('p', { class: 'lead' }, t('anomalies.lead')),
      h('div', { class: 'with-facets' }, filterForm, h('div', null, groups, total, list))],
    async update(next) {
      const before = filterForm.contains(document.activeElement) || document.activeElement === document.body;
      await draw(next);
      if (!before) window.scrollTo(0, 0);
      return true;
    },
  };
}

// tabs set what may be a story apart from what is about how figures add up.
function tabs(f, a) {
  const of = (a.facets && a.facets.group) || {};
  return ['', 'story', 'arithmetic'].map((g) => h('button', { type: 'button', class: 'chip', 'aria-pressed': String(f.group === g),
    onclick: () => go(to.anomalies({ ...f, page: '', group: g })) }, t(`anomalies.group.${g || 'all'}`), ' ',
    h('small', null, count(g ? of[g] || 0 : (of.story || 0) + (of.arithmetic || 0)))));
}

function controls(form, f, a) {
  const d = dataset();
  const move = (change, quiet) => go(to.anomalies({ ...f, page: '', ...change }), quiet);
  const facet = a.facets || { rule: {}, severity: {}, year: {}, level: {}, region: {}, group: {} };
  // At least this severe: what the severer ones count is counted in.
  const upTo = (s) => severities.slice(0, severities.indexOf(s) + 1).reduce((n, x) => n + (facet.severity[x] || 0), 0);
  const options = (name, words, keys) => {
    const there = keys || Object.keys(facet[name]);
    if (f[name] && !there.includes(f[name])) there.push(f[name]);
    return [['', t('any')], ...there.map((k) => [k, `${words(k)} (${count(facet[name][k] || 0)})`])];
  };
  const years = Object.keys(facet.year).sort().reverse();
  const levels = ['national', 'provincial', 'prefecture', 'county', 'township', 'none'].filter((l) => facet.level[l] || f.level === l);
  const rules = d.rules.filter((r) => facet.rule[r.code] || f.rule.includes(r.code));
  const active = document.activeElement && form.contains(document.activeElement) ? document.activeElement.dataset.field : null;
  const query = h('input', { type: 'search', value: f.q, 'data-field': 'q', autocomplete: 'off' });
  let timer = 0;
  query.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => move({ q: query.value.trim() }, true), 350);
  });
  const any = f.group || f.rule.length || f.severity || f.year || f.level || f.region || f.authority || f.q;
  if (active === 'q' && form.querySelector('[data-field="q"]')) query.value = form.querySelector('[data-field="q"]').value;
  const caret = active === 'q' ? form.querySelector('[data-field="q"]').selectionStart : 0;
  const chosen = [f.severity && t(`odd.${f.severity}`), f.year && year(Number(f.year)), f.level && level(f.level),
    f.region && region(f.region),
    ...f.rule.map((r) => (d.rule.has(r) ? choose(d.rule.get(r), 'title') : r))].filter(Boolean).join(' · ') || t('any');
  const narrow = form.querySelector('.narrowed');
  replace(form,
    field(t('anomalies.text'), query),
    narrowed(`${t('filters')}${t('colon')}${chosen}`, [h('div', { class: 'facet-fields' },
    field(t('severity'), select([['', t('any')],
      ...severities.filter((s) => s !== 'note' ||
        f.severity === s).map((s) => [s, `${t(s === 'error' ? 'severity.only' : 'severity.least', t(`odd.${s}`))} (${count(upTo(s))})`])],
          f.severity, (v) => move({ severity: v }), { 'data-field': 'severity' })),
    field(t('year'), select(options('year', (y) => year(Number(y)), years), f.year, (v) => move({ year: v }), { 'data-field': 'year' })),
    field(t('level'), select(options('level', level, levels), f.level, (v) => move({ level: v }), { 'data-field': 'level' })),
    field(t('region'), select(options('region', region, Object.keys(facet.region).sort()), f.region, (v) => move({ region: v }),
      { 'data-field': 'region' }))),
    f.authority ? h('p', null, h('button', { type: 'button', class: 'quiet', onclick: () => move({ authority: '' }) },
      t('anomalies.allauthorities'))) : null,
    rules.length ? folded(t('rule'), f.rule.length, rules.map((r) => h('label', { class: 'check' },
      h('input', { type: 'checkbox', checked: f.rule.includes(r.code), 'data-field': `rule ${r.code}`,
        onchange: (e) => move({ rule: e.target.checked ? [...f.rule, r.code] : f.rule.filter((x) => x !== r.code) }) }),
      h('span', null, choose(r, 'title')), h('small', null, count(facet.rule[r.code] || 0)))),
    form.querySelector('details.rules')) : null], narrow),
    any ? h('p', null, h('a', { class: 'button', href: to.anomalies() }, t('anomalies.clear'))) : null);
  if (active) {
    const again = form.querySelector(`[data-field="${active}"]`);
    if (again) {
      again.focus();
      if (active === 'q') again.setSelectionRange(caret, caret);
    }
  }
}

// folded is a group of many boxes that a narrow window shows when it is asked to.
function folded(words, chosen, boxes, before) {
  const open = before ? before.open : chosen > 0 || !matchMedia('(max-width: 60rem)').matches;
  return h('details', { class: 'rules', open }, h('summary', null, words, chosen ? ` (${chosen})` : ''),
    h('fieldset', null, h('legend', { class: 'vh' }, words), boxes));
}

function results(f, a) {
  const d = dataset();
  if (a.state && a.state !== 'ready') return h('p', { class: 'message' },
    t(`anomalies.${a.state}`, count(d.anomalies.done || 0), count(d.reports)), d.anomalies.message ? told(d.anomalies.message) : '');
  if (!a.rows.length) return h('p', { class: 'message' }, t('anomalies.nothing'));
  const query = new URLSearchParams();
  for (const r of f.rule) query.append('rule', r);
  for (const name of filters) if (f[name]) query.set(name, f[name]);
  const brief = new URLSearchParams(query);
  brief.append('lang', language());
  return [
    h('p', { class: 'exports' }, d.static
      ? h('button', { type: 'button', class: 'quiet',
        onclick: () => saveCSV(t('nav.anomalies'),
          [['id', 'rule', 'severity', 'year', 'agency', 'sentence', 'sentence_zh', 'effect', 'q', 'report', ...judgedColumns],
            ...a.all.map((r) => [r.id, r.rule, r.severity, r.year, r.agency, r.sentence, r.sentence_zh, r.effect, r.q, r.key,
              ...judgedOf((d.judgements || {})[r.id])])]) },
              t('download.csv'))
      : [h('a', { href: resource(`api/brief.html?${brief}`), target: '_blank', rel: 'noopener' }, t('anomalies.brief')),
        h('a', { href: resource(`api/brief.md?${brief}`) }, t('anomalies.markdown')),
          h('a', { href: resource(`api/anomalies.csv${query.size ? `?${query}` : ''}`) }, t('download.csv'))]),
    anomalyList(a.rows, { start: (a.page - 1) * each + 1 }),
    pager(a.page, a.pages, (p) => to.anomalies({ ...f, page: p === 1 ? '' : p })),
  ];
}

const linkOf = (ref) => {
  if (ref.kind === 'prose') return to.section(ref.key, ref.section, ref.start, ref.end);
  return to.report(ref.key, ref.kind === 'cell' ? ref.name : null);
};

async function one(route) {
  const [a, book] = await Promise.all([get(`api/anomalies/${encodeURIComponent(route.parts[0] || '')}.json`),
    get('api/rules.json').catch(() => ({ rules: [] }))]);
  const zh = language() === 'zh';
  const segments = zh ? a.segments_zh : a.segments;
  const s = a.strength;
  const rule = book.rules.find((r) => r.code === a.rule);
  const fact = (words, value) => (value === null || value === undefined ||
    value === '' ? null : h('div', null, h('dt', null, words), h('dd', null, value)));
  const base = `api/anomalies/${encodeURIComponent(a.id)}/brief`;
  const innocent = choose(a, 'innocent');
  const differ = (of) => new Set(a.refs.map(of)).size > 1;
  const facts = [['authority', (ref) => (named(a, ref.agency || '') === ref.agency ? chinese(ref.agency) : named(a, ref.agency || '')),
    differ((ref) => ref.agency)],
    ['year', (ref) => year(ref.year), differ((ref) => ref.year)], ['place', (ref) => choose(ref, 'place'), true],
    ['document', (ref) => (ref.url ? outward(ref.url, short(ref.file || ref.url)) : chinese(short(ref.file || ''))),
      differ((ref) => ref.url || ref.file)]].filter(([, , told]) => told);
  const years = [...new Set(a.history.series.flatMap((x) => x.points.map((p) => p.year)))].sort();
  const drawing = () => document.querySelector('[aria-labelledby="h-history"] .plot svg');
  return {
    title: choose(a, 'rule_title'),
    body: [
      h('p', { class: 'kicker' }, labelled(a.severity, t(`odd.${a.severity}`)), ' · ',
        h('a', { href: to.anomalies({ rule: [a.rule] }) }, choose(a, 'rule_title')), ' · ', t(a.statistical ? 'statistical' : 'exact')),
      h('h1', { class: 'statement' },
        segments.map((x) => (x.ref === null || x.ref === undefined ||
          !a.refs[x.ref] ? named(a, x.text) : h('a', { href: linkOf(a.refs[x.ref]), class: 'evident' },
            named(a, x.text))))),
      h('p', { class: 'meta' }, agency(a.authority, a.agency, a.latin), a.year ? h('span', null, String(a.year)) : null,
        a.level ? h('span', null, level(a.level)) : null,
          a.authority ? h('a', { href: to.anomalies({ authority: a.authority }) }, t('anomaly.same')) : null),
      buttons({ title: choose(a, 'sentence'), link: to.anomaly(a.id), file: a.id, embed: `anomaly=${encodeURIComponent(a.id)}`,
        height: years.length ? 460 : 180, cite: () => cited(a), note: choose(a, 'rule_title'), source: chinese(a.agency).textContent,
        svg: () => drawing() || [[choose(a, 'rule_title'), 13], ...a.refs.filter((r) => r.kind === 'cell').map((r) => [
          `${r.agency} ${year(r.year)} ${choose(r, 'label')}${t('colon')}${r.zero ? `0 (${t('inferred')})` : r.text || t('blank')}`, 13])],
        csv: () => [['id', 'rule', 'severity', 'sentence', 'sentence_zh', 'kind', 'agency', 'year', 'name', 'label', 'text', 'place',
          'url', 'document', ...judgedColumns], ...a.refs.map((r) => [a.id, a.rule, a.severity, a.sentence, a.sentence_zh,
          r.kind, r.agency, r.year,
          r.name, choose(r, 'label'), r.text, choose(r, 'place'), r.url, r.key, ...judgedOf(a.judgements)])] }),
      h('p', { class: 'exports' }, h('span', { class: 'note' }, t('anomaly.export')),
        ['zh.html', 'en.html', 'zh.md',
          'en.md'].map((x) => h('a', { href: resource(`${base}.${x}`), target: '_blank', rel: 'noopener' },
            `${x.startsWith('zh') ? '中文' : 'English'} ${x.endsWith('html') ? 'HTML' : 'Markdown'}`))),
      judgements(a),
      h('section', { 'aria-labelledby': 'h-evidence' }, h('h2', { id: 'h-evidence' }, t('evidence')),
        h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': t('evidence') }, h('table', { class: 'data' },
        h('caption', { class: 'vh' }, t('evidence')),
        h('thead', null, h('tr', null, ['anomaly.what', 'panel.printed', ...facts.map(([name]) => name)].map((c) => h('th',
          { scope: 'col' }, t(c))))),
        h('tbody', null, a.refs.map((ref) => h('tr', null,
          h('th', { scope: 'row' }, h('a', { href: linkOf(ref) }, choose(ref, 'label') || t(`anomaly.${ref.kind}`))),
          h('td', null, ref.zero ? [h('span', { class: 'guess' }, '0'), ' ',
            sign('inferred')] : printedOf(ref)),
          facts.map(([name, of]) => h('td', name === 'place' ? { class: 'place' } : null, of(ref))))))))),
      h('section', { 'aria-labelledby': 'h-strength' }, h('h2', { id: 'h-strength' }, t('anomaly.strength')),
        choose(s, 'words') ? h('p', null, choose(s, 'words')) : null,
        h('dl', { class: 'facts' }, fact(t('effect'), s.effect === null || !s.unit ? null
          : `${measured(s.effect, s.unit)}${s.low !== null && s.high !== null
            ? ` ${t('interval', measured(s.low, s.unit), measured(s.high, s.unit))}` : ''}`),
          fact(t('expected'), s.expected === null ? null : measured(s.expected, s.unit)),
          choose(s, 'words') ? null : fact('q', s.q === null ? null : probability(s.q)),
          s.peers ? fact(t('peers.count'), count(s.peers)) : null)),
      h('section', { 'aria-labelledby': 'h-innocent' }, h('h2', { id: 'h-innocent' }, t('anomaly.innocent')), innocent &&
        innocent.length ? h('ul', null, innocent.map((x) => h('li', null, x))) : null,
        rule ? h('p', { class: 'note' }, choose(rule, 'doc'),
          rule.source ? ` ${t('anomaly.source')}${choose(rule, 'source')}` : '') : null),
      years.length ? h('section', { 'aria-labelledby': 'h-history' }, h('h2', { id: 'h-history' }, t('anomaly.history')),
        lines({ title: t('anomaly.history'), heading: false, years, rate: a.history.share, file: `${a.id} history`,
          about: { title: choose(a, 'sentence'), link: to.anomaly(a.id), embed: `anomaly=${encodeURIComponent(a.id)}`, height: 460 },
          series: a.history.series.map((x) => ({ name: choose(x, 'name'), values: years.map((y) => {
          const p = x.points.find((q) => q.year === y);
          return p && p.value !== null ? String(p.value) : null;
        }) })) })) : null,
    ],
  };
}

// printedOf is what stands in the report: words in quotation marks, a day or year as it was read of it.
function printedOf(ref) {
  if (ref.kind !== 'report') return ref.text === '' ? t('blank') : chinese(`“${ref.text}”`);
  if (ref.text === '' || ref.text === '0') return t(ref.name === 'agency' ? 'agency.unknown' : 'panel.unknown');
  if (ref.name === 'agency' || ref.name === 'title') return chinese(`“${ref.text}”`);
  return /^\d+-\d\d-\d\d$/.test(ref.text) ? day(ref.text) : ref.text;
}

// cited is the report that an anomaly rests on first, with the number where it is one, and what was found.
function cited(a) {
  const first = a.refs.find((r) => r.kind === 'cell') || a.refs[0];
  const found = { finding: a.sentence, findingZh: a.sentence_zh };
  if (!first) return { sha: a.key.split('-')[0], body: a.agency, year: a.year, ...found };
  const report = { body: (first.key === a.key && a.agency) || first.agency, year: first.year, report: first.title,
    published: first.published, seen: first.seen, address: first.url, sha: first.key.replace(/-\d+$/, ''), ...found };
  return first.kind === 'cell' ? { ...report, ...placed(first.name), value: first.zero ? '0' : first.text || t('blank') } : report;
}

// judgements are what those found who looked at it.
function judgements(a) {
  if (!a.judgements.length) return null;
  return h('section', { 'aria-labelledby': 'h-judged', class: 'judgements' }, h('h2', { id: 'h-judged' }, t('anomaly.judged')),
    h('ul', { class: 'plain' }, a.judgements.map((j) => h('li', null, h('b', { class: `judged ${j.verdict}` }, verdictOf(j.verdict)), ' ',
      h('span', { class: 'note' }, [j.who, j.when].filter(Boolean).join(', ')), h('p', null, j.why)))));
}

const short = (text) => text.split('/').at(-1) || text;

// measured writes a strength in the unit that its rule measures in.
function measured(v, unit) {
  if (unit === 'share') return percent(v);
  return known(`unit.${unit}`) ? t(`unit.${unit}`, round(v)) : `${round(v)}${unit ? ` ${unit}` : ''}`;
}

function round(v) {
  if (typeof v !== 'number') return String(v);
  if (Number.isInteger(v)) return count(v);
  return Math.abs(v) < 0.001 ? v.toExponential(2) : String(Number(v.toPrecision(4)));
}
