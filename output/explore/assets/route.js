// Where the reader is: the hash of the address, as parts and parameters.

// read takes "#/report/KEY/NAME?x=1&lang=zh" apart; "#/about&lang=zh" is the same as "#/about?lang=zh".
export function read(hash) {
  const text = hash.replace(/^#\/?/, '');
  const cut = text.search(/[?&]/);
  const path = cut < 0 ? text : text.slice(0, cut);
  const parts = path.split('/').filter((p) => p !== '').map((p) => {
    try {
      return decodeURIComponent(p);
    } catch {
      return p;
    }
  });
  const parameters = new URLSearchParams(cut < 0 ? '' : text.slice(cut + 1));
  return { name: parts[0] || 'overview', parts: parts.slice(1), parameters };
}

// link writes a hash; parameters that are empty are left out, lists are joined by commas.
export function link(parts, parameters) {
  const path = parts.map((p) => encodeURIComponent(p)).join('/');
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters || {})) {
    if (Array.isArray(value)) {
      if (name === 'rule') value.forEach((v) => query.append(name, v));
      else if (value.length) query.set(name, value.join(','));
    } else if (value !== null && value !== undefined && value !== '') query.set(name, value);
  }
  const text = query.toString().replaceAll('%2C', ',');
  return `#/${path}${text ? '?' + text : ''}`;
}

// go moves on; with quiet the entry of the history is replaced, as for a filter that is typed.
export function go(hash, quiet) {
  if (location.hash === hash) return;
  if (quiet) location.replace(hash);
  else location.hash = hash;
}

export const to = {
  overview: () => '#/',
  rank: (figure, parameters) => link(['rank', figure], parameters),
  coverage: (region, level, page) => link(['coverage', region || 'all', level || 'all', page || 1]),
  unread: (page) => link(['unread', page || 1]),
  authority: (id) => link(['authority', id]),
  report: (key, cell) => link(cell ? ['report', key, cell] : ['report', key]),
  section: (key, position, start, end) => link(['report', key, 'section', position, start, end]),
  compare: (parameters) => link(['compare'], parameters),
  anomalies: (parameters) => link(['anomalies'], parameters),
  anomaly: (id) => link(['anomaly', id]),
  search: (parameters) => link(['search'], parameters),
  about: () => link(['about']),
};
