// Search: bodies by name, reports by their prose.
import { h, append, replace } from './dom.js';
import { t, called, inLatin } from './words.js';
import { get, forget, dataset, describe } from './data.js';
import { to, go } from './route.js';
import { count, year } from './format.js';
import { agency, field, kind, label, level, region, select } from './marks.js';
import { named } from './pick.js';
import { told } from './reasons.js';
import { buttons } from './buttons.js';

export async function view(route) {
  const d = dataset();
  const title = t('nav.search');
  const read = (at) => Object.fromEntries(['q', 'region', 'level', 'year'].map((n) => [n, at.parameters.get(n) || '']));
  let asked = read(route);
  const input = h('input', { type: 'search', value: asked.q, autocomplete: 'off', minlength: 2, size: 30 });
  const move = (change) => go(to.search({ ...asked, q: input.value.trim(), ...change }));
  const filters = h('div', { class: 'filters' });
  const result = h('div', { class: 'result' });
  const said = h('p', { class: 'total', role: 'status' });
  const draw = async (at) => {
    asked = read(at);
    if (document.activeElement !== input) input.value = asked.q;
    replace(filters,
      field(t('region'), select([['', t('region.all')],
        ...d.regions.map((r) => [r.code, `${region(r.code)} (${count(r.authorities)})`])], asked.region, (v) => move({ region: v }))),
      field(t('level'), select([['', t('level.all')], ...d.levels.map((l) => [l.level, level(l.level)])], asked.level,
        (v) => move({ level: v }))),
      field(t('year'), select([['', t('any')], ...d.years.slice().reverse().map((y) => [y, String(y)])], asked.year,
        (v) => move({ year: v }))));
    if (!asked.q.split(/\s+/).some((word) => [...word].length > 1)) {
      said.textContent = asked.q ? t('search.short') : '';
      replace(result, h('p', { class: 'note' }, t('search.hint')));
      return;
    }
    try {
      replace(result, await results(asked, said));
    } catch (failure) {
      if (failure.status !== 400) throw failure;
      said.textContent = '';
      replace(result, h('p', { class: 'message error', role: 'alert' }, t('search.refused'), ' ',
        failure.said ? told(failure.said) : failure.message));
    }
  };
  await draw(route);
  return {
    title: () => (asked.q ? `${asked.q} · ${title}` : title),
    body: [
      h('h1', null, title),
      h('form', { class: 'search', role: 'search', 'aria-label': t('search.form'), onsubmit: (e) => {
        e.preventDefault();
        move({});
      } }, h('div', { class: 'line' }, field(t('search.words'), input, 'field grow'),
        h('button', { type: 'submit', class: 'primary' }, t('nav.search'))), filters),
      said, result,
    ],
    ready: (first) => {
      if (first && !asked.q) input.focus();
    },
    async update(next) {
      await draw(next);
      return true;
    },
  };
}

async function ask(asked, after) {
  const d = dataset();
  if (!d.static) {
    const query = new URLSearchParams({ q: asked.q });
    for (const name of ['region', 'level', 'year']) if (asked[name]) query.set(name, asked[name]);
    if (after) query.set('after', after);
    const path = `api/search.json?${query}`;
    forget(path);
    return get(path);
  }
  const [{ find }, bodies] = await Promise.all([import('./search.js'),
    after ? { rows: [], total: 0 } : named(asked.q, asked.region, asked.level)]);
  const out = { state: d.search.state, message: d.search.message, authorities: bodies.rows, authorities_total: bodies.total,
    hits: [], looked: 0, exact: true, after: null };
  if (d.search.state !== 'ready') return out;
  try {
    Object.assign(out, await find(get, { q: asked.q, region: asked.region, level: asked.level, year: asked.year || null,
      after: after || '' }));
  } catch (failure) {
    if (!['short', 'long', 'stale'].includes(failure.code)) throw failure;
    out.message = t(`search.${failure.code}`);
  }
  return out;
}

async function results(asked, said) {
  const first = await ask(asked, null);
  const ready = !first.state || first.state === 'ready';
  const hits = h('ol', { class: 'hits' });
  const more = h('div', { class: 'go-on' });
  let looked = 0;
  let shown = 0;
  const all = [];
  const take = (answer) => {
    looked += answer.looked;
    shown += answer.hits.length;
    all.push(...answer.hits);
    append(hits, answer.hits.map(hit));
    replace(more,
      h('p', { class: 'note' }, shown
        ? t('search.looked', count(shown), count(looked)) : t('search.lookednone', count(looked)), answer.after &&
        !answer.exact ? ` ${t('search.early')}` : ''),
      answer.after ? h('button', { type: 'button', onclick: async (e) => {
        e.target.disabled = true;
        e.target.textContent = t('loading');
        const at = hits.children.length;
        try {
          take(await ask(asked, answer.after));
          const next = hits.children[at];
          if (next) next.querySelector('a').focus();
        } catch (failure) {
          replace(more, h('p', { class: 'message error', role: 'alert' }, failure.message));
        }
      } }, t(answer.exact ? 'search.more' : 'search.goon')) : null);
    said.textContent = ready ? t(answer.after ? 'search.atleast' : 'search.whole', count(shown)) : '';
  };
  take(first);
  const d = dataset();
  const states = !ready ? h('p', { class: 'message' },
    first.state === 'building' ? await building() : [t(`search.${first.state}`), ' ', told(first.message ||
      d.search.message || '')]) : first.message ? h('p', { class: 'message' }, first.message) : null;
  const found = figuresNamed(asked.q);
  return [
    states,
    found.length ? h('section', { 'aria-labelledby': 'h-figures' }, h('h2', { id: 'h-figures' }, t('figures'), ' ',
      h('small', null, count(found.length))),
    h('ul', { class: 'plain bodies' }, found.slice(0, few).map(figure)),
    found.length > few ? h('p', null, h('button', { type: 'button', class: 'link', 'data-more': 'figures', onclick: (e) => {
      const list = e.target.closest('section').querySelector('ul');
      append(list, found.slice(few).map(figure));
      list.children[few].querySelector('a').focus();
      e.target.parentNode.remove();
    } }, t('search.figures', count(found.length)))) : null) : null,
    first.authorities.length ? h('section', { 'aria-labelledby': 'h-bodies' },
      h('h2', { id: 'h-bodies' }, t('authorities'), ' ', h('small', null, count(first.authorities_total))),
      h('ul', { class: 'plain bodies' },
        first.authorities.map((a) => h('li', null, agency(a.id, a.name, a.latin),
          h('small', null, ` ${[a.level ? level(a.level) : null, a.kind ? kind(a.kind) : null,
            t('n.reports', a.reports)].filter(Boolean).join(' · ')}`)))),
      first.authorities_total > first.authorities.length ? h('p', { class: 'note' },
        t('search.first', first.authorities.length, count(first.authorities_total))) : null) : null,
    !ready ? null : h('section', { 'aria-labelledby': 'h-hits' }, h('h2', { id: 'h-hits' }, t('search.prose')),
      shown ? buttons({ title: `${asked.q} · ${t('nav.search')}`,
      link: to.search(asked), cite: () => ({}), csv: () => [['report', 'authority', 'agency', 'year', 'section', 'start', 'end', 'snippet'],
        ...all.map((x) => [x.key, x.authority, x.agency, x.year, x.title, x.start, x.end, x.snippet.map((y) => y.text).join('')])] })
      : h('p', { class: 'note' }, t('search.nothing')), hits, more),
  ];
}

// few is how many figures stand before the prose.
const few = 4;

const figure = (n) => h('li', null, h('a', { href: to.rank(n) }, label(n)), ' ', h('small', null, h('code', null, n)));

// figuresNamed are the cells and rates in whose words all words of a search stand.
function figuresNamed(q) {
  const d = dataset();
  const wanted = q.toLowerCase().split(/\s+/).filter(Boolean);
  const ranked = (n) => !d.static || d.rate.has(n) || d.ranked.includes(n);
  const has = (...texts) => wanted.length && wanted.every((w) => texts.some((x) => (x || '').toLowerCase().includes(w)));
  return [...d.rates.filter((r) => has(r.label, r.label_zh, r.name)).map((r) => r.name),
    ...d.cells.filter((c) => has(c.words, c.words_zh, c.row_label, c.name)).map((c) => c.name)].filter(ranked);
}

async function building() {
  const d = await describe(true);
  return t('search.building', count(d.search.done || 0), count(d.search.total || 0));
}

function hit(x) {
  return h('li', null,
    h('p', { class: 'meta' }, h('a', { href: to.section(x.key, x.section, x.start, x.end), lang: inLatin() && x.latin ? null : 'zh-CN' },
      `${called({ name: x.agency, latin: x.latin }) || t('agency.unknown')} ${year(x.year)}`),
    x.title ? h('span', { lang: 'zh-CN' }, x.title) : null),
    h('p', { class: 'snippet', lang: 'zh-CN' }, x.snippet.map((s) => (s.hit ? h('mark', null, s.text) : s.text))));
}
