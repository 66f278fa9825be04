// Where the reader is: the path and the query of the address, below the folder of the explorer. output/explore/links.go makes the
// same addresses.

// root is the folder that holds api, assets and documents, whatever path the page has.
export const root = new URL('../', import.meta.url);

// What stands in the query, in the order of a route's parts.
const inQuery = { coverage: [['region', 'all'], ['level', 'all'], ['page', '1']], unread: [['page', '1']] };

const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

// read takes ".../report/KEY/?cell=NAME&lang=zh" apart: {name: 'report', parts: [KEY, NAME], parameters}.
export function read(at = location) {
  const path = at.pathname.startsWith(root.pathname) ? at.pathname.slice(root.pathname.length) : '';
  const [name, ...parts] = path.split('/').filter((p) => p !== '' && p !== 'index.html').map(decoded);
  const parameters = new URLSearchParams(at.search);
  if (name === 'report') {
    if (parameters.has('cell')) parts.push(parameters.get('cell'));
    else if (parameters.has('section')) parts.push('section', ...parameters.get('section').split('.'));
  }
  for (const [field, nothing] of inQuery[name] || []) parts.push(parameters.get(field) || nothing);
  return { name: name || 'overview', parts, parameters };
}

// link writes an address; parameters that are empty are left out, lists are joined by commas.
export function link(parts, parameters) {
  const query = new URLSearchParams();
  const [name, ...rest] = parts;
  const path = [];
  if (name === 'report') {
    path.push(rest[0]);
    if (rest[1] === 'section') query.set('section', rest.slice(2).join('.'));
    else if (rest[1]) query.set('cell', rest[1]);
  } else if (inQuery[name]) {
    inQuery[name].forEach(([field, nothing], i) => {
      if (rest[i] && String(rest[i]) !== nothing) query.set(field, rest[i]);
    });
  } else path.push(...rest);
  for (const [field, value] of Object.entries(parameters || {})) {
    if (Array.isArray(value)) {
      if (field === 'rule') value.forEach((v) => query.append(field, v));
      else if (value.length) query.set(field, value.join(','));
    } else if (value !== null && value !== undefined && value !== '') query.set(field, value);
  }
  const text = query.toString().replaceAll('%2C', ',');
  const folders = name ? [name, ...path].map((p) => `${encodeURIComponent(p)}/`).join('') : '';
  return `${root.pathname}${folders}${text ? `?${text}` : ''}`;
}

// old gives the address of today for one of before, "#/report/KEY/NAME?x=1&lang=zh"; null is none.
export function old(hash) {
  if (!hash.startsWith('#/')) return null;
  const text = hash.slice(2);
  const cut = text.search(/[?&]/);
  const parts = (cut < 0 ? text : text.slice(0, cut)).split('/').filter((p) => p !== '').map(decoded);
  const parameters = {};
  for (const [field, value] of new URLSearchParams(cut < 0 ? '' : text.slice(cut + 1))) {
    if (field === 'rule') (parameters.rule ||= []).push(value);
    else parameters[field] = value;
  }
  return link(parts, parameters);
}

let entries = 0;

// go moves on; quiet replaces the entry of the history, as for a filter that is typed.
export function go(href, quiet) {
  const next = new URL(href, root);
  if (next.href === location.href) return;
  entries += 1;
  if (quiet) history.replaceState(history.state, '', next);
  else {
    window.dispatchEvent(new Event('gongkai-leave'));
    history.pushState({ key: `${Date.now()}.${entries}` }, '', next);
  }
  window.dispatchEvent(new Event('gongkai-move'));
}

// within: the address of a link that leads to a view of this page, or null.
export function within(a) {
  const to_ = new URL(a.href, location.href);
  if (to_.origin !== root.origin || !to_.pathname.startsWith(root.pathname) || (a.target && a.target !== '_self') ||
    a.hasAttribute('download') || (to_.hash && !to_.hash.startsWith('#/'))) return null;
  const path = to_.pathname.slice(root.pathname.length);
  if (to_.hash) return old(to_.hash);
  return path === '' || (path.endsWith('/') && !/^(assets|documents|embed)\//.test(path)) ? to_.href : null;
}

export const to = {
  overview: () => link([]),
  rank: (figure, parameters) => link(['rank', figure], parameters),
  coverage: (region, level, page, parameters) => link(['coverage', region, level, page], parameters),
  unread: (page) => link(['unread', page]),
  authority: (id) => link(['authority', id]),
  report: (key, cell) => link(cell ? ['report', key, cell] : ['report', key]),
  section: (key, position, start, end) => link(['report', key, 'section', position, start, end]),
  compare: (parameters) => link(['compare'], parameters),
  anomalies: (parameters) => link(['anomalies'], parameters),
  anomaly: (id) => link(['anomaly', id]),
  search: (parameters) => link(['search'], parameters),
  about: () => link(['about']),
  api: () => link(['api']),
};

// permalink is the whole address of a link, without what is of this reader only.
export function permalink(href) {
  const at = new URL(href || location.href, root);
  at.hash = '';
  at.searchParams.delete('lang');
  at.searchParams.delete('names');
  return at.href.replaceAll('%2C', ',');
}
