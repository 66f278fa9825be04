// The resources of the API, by addresses relative to the explorer's folder, each asked for once.
import { t, language } from './words.js';
import { root } from './route.js';
import { worded } from './worded.js';

const kept = new Map();
const keep = 40;

// A failure that is told to the reader: what was asked for and why it is not here. The server says it in English (said); its
// message is in the reader's language.
export class Unavailable extends Error {
  constructor(path, status, message, said) {
    super(said && language() !== 'zh' ? said : message);
    this.path = path;
    this.status = status;
    this.said = said;
  }
}

// get gives the JSON at a path such as "api/dataset.json".
export function get(path) {
  if (kept.has(path)) {
    const answer = kept.get(path);
    kept.delete(path);
    kept.set(path, answer);
    return answer;
  }
  const answer = fetch(new URL(path, root), { credentials: 'omit' }).then(
    async (response) => {
      let body = null;
      try {
        body = await response.json();
      } catch {
        // A static host answers with a page of its own.
      }
      if (!response.ok || body === null) {
        const said = body && body.error;
        throw new Unavailable(path, response.status, t(said ? 'error.answered' : 'error.status', response.status), said);
      }
      return body;
    },
    (cause) => {
      throw new Unavailable(path, 0, t('error.network', cause.message));
    },
  );
  kept.set(path, answer);
  answer.catch(() => kept.delete(path));
  while (kept.size > keep) kept.delete(kept.keys().next().value);
  return answer;
}

// forget lets what is still being built be asked for again.
export function forget(path) {
  kept.delete(path);
}

let described = null;

// describe keeps api/dataset.json for all views; anew asks again, as indexes grow.
export async function describe(anew) {
  if (anew) forget('api/dataset.json');
  const d = await get('api/dataset.json');
  worded(d);
  d.cell = new Map(d.cells.map((c) => [c.name, c]));
  d.rate = new Map(d.rates.map((r) => [r.name, r]));
  d.rule = new Map(d.rules.map((r) => [r.code, r]));
  d.code = new Map(d.codes.map((c) => [c.code, c]));
  d.region = new Map(d.regions.map((r) => [r.code, r]));
  described = d;
  return d;
}

export function dataset() {
  return described;
}

// resource gives the address of a file of the explorer, for links, pictures and frames.
export function resource(path) {
  return new URL(path, root).href;
}
