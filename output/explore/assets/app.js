// The explorer's frame: header, footer, routes, language, theme. A view is a module that gives heading and body.
import { h, replace } from './dom.js';
import { t, language, readInLatin, speak, wantLatin } from './words.js';
import { describe, dataset } from './data.js';
import { read, to, go, old, permalink, within } from './route.js';
import { day, local } from './format.js';
import { told } from './reasons.js';

const views = {
  overview: () => import('./home.js'),
  rank: () => import('./rank.js'),
  coverage: () => import('./coverage.js'),
  unread: () => import('./coverage.js'),
  authority: () => import('./authority.js'),
  report: () => import('./report.js'),
  compare: () => import('./compare.js'),
  anomalies: () => import('./anomalies.js'),
  anomaly: () => import('./anomalies.js'),
  search: () => import('./find.js'),
  about: () => import('./about.js'),
  api: () => import('./api.js'),
};

const main = document.getElementById('main');
const status = document.getElementById('status');
let current = null; // {view, route} that is shown
let turn = 0;

// What was shown before, by the entry of the history: Back gives it again as it was left, with all that was loaded.
const kept = new Map();
const keep = 12;
const places = new Map();
const entry = () => (history.state && history.state.key) || 'first';
let here = entry();
let drawn = null; // the entry whose view is on the page

function leave() {
  places.set(here, window.scrollY);
  if (!current || current.name === 'error' || drawn !== here) return;
  kept.delete(here);
  kept.set(here, { current, nodes: [...main.childNodes] });
  while (kept.size > keep) kept.delete(kept.keys().next().value);
}

function remember(name, value) {
  try {
    localStorage.setItem(`gongkai.${name}`, value);
  } catch {
    // Then it holds for this page only.
  }
}

function remembered(name) {
  try {
    return localStorage.getItem(`gongkai.${name}`);
  } catch {
    return null;
  }
}

function header() {
  const name = read().name;
  const under = { anomaly: 'anomalies', unread: 'coverage', api: 'about' }[name] || name;
  const item = (route, href) => h('li', null, h('a', { href, 'aria-current': route === under ? 'page' : null }, t(`nav.${route}`)));
  const theme = document.documentElement.dataset.theme || 'auto';
  const other = language() === 'zh' ? 'en' : 'zh';
  const query = h('input', { type: 'search', 'aria-label': t('nav.search.label'), placeholder: t('nav.search.label'),
    autocomplete: 'off', spellcheck: 'false' });
  replace(document.getElementById('top'),
    h('div', { class: 'masthead' },
      h('a', { class: 'brand', href: to.overview() }, h('b', { lang: 'zh-CN' }, '公开'), ' ', h('span', { lang: 'en' }, 'gongkai')),
      h('form', { role: 'search', onsubmit: (e) => {
        e.preventDefault();
        go(to.search({ q: query.value.trim() }));
      } }, query),
      h('div', { class: 'switches' },
        h('button', { type: 'button', class: 'quiet', lang: other === 'zh' ? 'zh-CN' : 'en', onclick: () => change(other) },
          other === 'zh' ? '中文' : 'English'),
        language() === 'en' ? h('button', { type: 'button', class: 'quiet', title: t('latin.title'), 'data-latin': '',
          'aria-pressed': String(wantLatin()), onclick: nextNames }, t('latin')) : null,
        h('button', { type: 'button', class: 'quiet', 'data-theme-of': theme, onclick: nextTheme, title: t('theme.title') },
          h('span', { 'aria-hidden': 'true' }, { auto: '◐ ', light: '○ ', dark: '● ' }[theme]),
          h('span', { class: 'word' }, t(`theme.${theme}`))))),
    h('nav', { 'aria-label': t('nav') }, h('ul', null,
      item('overview', to.overview()), item('rank', to.rank('rate.refused')),
        item('coverage', to.coverage()), item('anomalies', to.anomalies()),
        item('compare', to.compare()), item('search', to.search()), item('about', to.about()))));
  const d = dataset();
  replace(document.getElementById('foot'), d
    ? h('p', null, `gongkai ${d.version} · `, h('a', { href: to.about() }, t('foot.about')), ' · ', t('foot.print'))
    : null);
  document.getElementById('skip').textContent = t('skip');
}

async function change(to_) {
  await speak(to_);
  remember('lang', to_);
  unsay('lang');
  kept.clear(); // they are in the other language
  await show(true);
  document.querySelector('.switches button').focus();
}

// unsay takes out of the address what the reader has chosen otherwise.
function unsay(name) {
  const at = new URL(location.href);
  if (!at.searchParams.has(name)) return;
  at.searchParams.delete(name);
  history.replaceState(history.state, '', at);
}

// nextNames turns between names and forms as they are printed and in Latin letters.
async function nextNames() {
  readInLatin(!wantLatin());
  remember('names', wantLatin() ? 'latin' : 'han');
  unsay('names');
  kept.clear();
  await show(true);
  document.querySelector('.switches [data-latin]').focus();
}

function nextTheme() {
  const root = document.documentElement;
  const next = { auto: 'light', light: 'dark', dark: 'auto' }[root.dataset.theme || 'auto'];
  if (next === 'auto') delete root.dataset.theme;
  else root.dataset.theme = next;
  remember('theme', next);
  header();
  document.querySelector('.switches [data-theme-of]').focus();
}

// show draws what the address says. A view that can take a change of the address itself does so; else it is drawn anew and its
// heading gets the focus. back says that the reader was here before: then the place is the one that was left.
async function show(anew, back) {
  const mine = ++turn;
  const route = read();
  const wanted = route.parameters.get('lang');
  delete document.body.dataset.ready;
  document.body.dataset.route = views[route.name] ? route.name : 'unknown';
  const first = current === null;
  try {
    if ((wanted === 'zh' || wanted === 'en') && wanted !== language()) {
      await speak(wanted);
      anew = true;
    }
    const names = { latin: true, han: false }[route.parameters.get('names')];
    if (names !== undefined && names !== wantLatin()) {
      readInLatin(names);
      anew = true;
    }
    if (!anew && current && current.update && current.name === route.name && (await current.update(route))) {
      if (mine === turn) {
        current.route = route;
        document.title = `${current.title()} · 公开 gongkai`;
        if (back && places.has(here)) window.scrollTo(0, places.get(here));
        drawn = here;
        document.body.dataset.ready = 'true';
      }
      return;
    }
    if (mine !== turn) return;
    const was = back && !anew && kept.get(here);
    if (was && was.current.name === route.name) {
      current = was.current;
      current.route = route;
      replace(main, was.nodes);
      header();
      if (current.again) current.again(route);
      document.title = `${current.title()} · 公开 gongkai`;
      status.textContent = current.title();
      window.scrollTo(0, places.get(here) || 0);
      drawn = here;
      document.body.dataset.ready = 'true';
      return;
    }
    const slow = setTimeout(() => {
      if (mine === turn) {
        status.textContent = t('loading');
        main.classList.add('loading');
        main.setAttribute('aria-busy', 'true');
      }
    }, 150);
    let shown;
    try {
      if (!views[route.name]) throw new Error(t('error.route'));
      const [module] = await Promise.all([views[route.name](), !dataset() || anew ? describe(anew) : null]);
      shown = await module.view(route);
    } finally {
      clearTimeout(slow);
    }
    if (mine !== turn) return;
    header();
    current = { name: route.name, route, ...shown, title: typeof shown.title === 'function' ? shown.title : () => shown.title };
    replace(main, shown.body);
    main.scrollTop = 0;
  } catch (failure) {
    if (mine !== turn) return;
    header();
    const title = failure.status === 404 ? t('error.missing') : t('error.title');
    current = { name: 'error', title: () => title };
    replace(main, h('h1', null, title), h('div', { class: 'message error', role: 'alert' },
      failure.said ? told(failure.said) : h('p', null, failure.message),
      failure.path ? h('p', { class: 'note' }, failure.path) : null,
      h('p', null, h('button', { type: 'button', onclick: () => show(true) }, t('again')), ' ',
        h('a', { href: to.overview() }, t('nav.overview')))));
    if (!failure.path && views[route.name] && failure.stack) console.error(failure);
  }
  main.classList.remove('loading');
  main.removeAttribute('aria-busy');
  document.title = `${current.title()} · 公开 gongkai`;
  status.textContent = current.title();
  const heading = main.querySelector('h1');
  if (heading) heading.tabIndex = -1;
  if (!first && heading) {
    window.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }
  if (current.ready) await current.ready(first);
  if (mine !== turn) return;
  drawn = here;
  const place = back ? places.get(here) : first && history.state && history.state.y;
  if (place) window.scrollTo(0, place);
  document.title = `${current.title()} · 公开 gongkai`;
  document.body.dataset.ready = 'true';
}

// What is printed says where it stands and when it was printed: paper has no address of its own.
function stamp() {
  document.getElementById('printed').textContent = t('printed', permalink(), day(local(new Date())),
    dataset() ? dataset().edition.sha256 : '');
}
window.addEventListener('beforeprint', stamp);

document.getElementById('skip').addEventListener('click', (e) => {
  e.preventDefault();
  main.focus();
  main.scrollIntoView();
});

// Links between views change the address without loading the page anew.
document.addEventListener('click', (e) => {
  if (e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
  const a = e.target instanceof Element ? e.target.closest('a[href]') : null;
  const next = a && within(a);
  if (!next) return;
  e.preventDefault();
  go(next);
});
history.scrollRestoration = 'manual';
window.addEventListener('gongkai-leave', leave);
window.addEventListener('gongkai-move', () => {
  here = entry();
  show(false);
});
window.addEventListener('popstate', () => {
  const before = old(location.hash);
  if (before) history.replaceState(history.state, '', before);
  leave();
  here = entry();
  show(false, true);
});
window.addEventListener('pagehide', () => history.replaceState({ ...history.state, y: window.scrollY }, ''));

// What the page's head names stays where it is when the address changes.
for (const icon of document.querySelectorAll('link[rel=icon]')) icon.href = icon.href;

// An address of before leads to that of today.
if (old(location.hash)) history.replaceState(history.state, '', old(location.hash));

// The view and what it is about are on their way while the language is.
if (views[read().name]) views[read().name]().catch(() => {});
describe().catch(() => {});
readInLatin((read().parameters.get('names') || remembered('names')) === 'latin');
await speak(read().parameters.get('lang') === 'zh' ? 'zh' : { zh: 'zh', en: 'en' }[remembered('lang')] ||
  (/^zh/i.test(navigator.language) ? 'zh' : 'en'));
header();
show(false);
