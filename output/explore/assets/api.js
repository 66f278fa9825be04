// The API for those who write programs: every address with an example that runs here.
import { h, replace } from './dom.js';
import { t, language } from './words.js';
import { get, dataset, resource } from './data.js';

const shown = 1500; // characters of an answer

export async function view() {
  const [book, examples] = await Promise.all([get('api/openapi.json'), get('api/examples.json')]);
  const title = t('api.title');
  return {
    title,
    body: [
      h('h1', null, title),
      h('p', { class: 'lead' }, t('api.lead')),
      h('p', null, h('a', { href: resource('api/openapi.json'), target: '_blank', rel: 'noopener' }, 'openapi.json'), ' · ',
        t(dataset().static ? 'api.static' : 'api.cors')),
      Object.entries(book.paths).map(([path, { get: one }]) => endpoint(path, one, examples[path])),
    ],
  };
}

function endpoint(path, one, example) {
  const zh = language() === 'zh';
  const out = h('div', { role: 'status' });
  const at = example && resource(example.slice(1));
  return h('section', { class: 'endpoint' },
    h('h2', { class: 'path', lang: 'en' }, h('code', null, path)),
    h('p', null, zh ? one['x-summary-zh'] : one.summary),
    one.parameters.length ? h('dl', { class: 'facts' }, one.parameters.map((p) => h('div', null,
      h('dt', null, h('code', null, p.name)), h('dd', null, zh ? p['x-description-zh'] : p.description)))) : null,
    at ? [h('p', { class: 'exports' }, h('a', { href: at, target: '_blank', rel: 'noopener' }, example), ' ',
      h('button', { type: 'button', class: 'quiet', 'data-run': path, onclick: () => run(at, out) }, t('api.run'))),
    h('pre', { class: 'command', lang: 'en' }, `curl '${at}'`), out] : h('p', { class: 'note' }, t('api.noexample')));
}

async function run(at, out) {
  try {
    const response = await fetch(at, { credentials: 'omit' });
    const type = response.headers.get('Content-Type') || '';
    const blob = await response.blob();
    const said = h('p', { class: 'note' }, `${response.status} · ${type} · ${blob.size} B`);
    if (/^image\//.test(type)) {
      const image = h('img', { src: at, alt: '', class: 'answer' });
      replace(out, said, image);
      return;
    }
    const text = await blob.text();
    let shape = text;
    if (/json/.test(type)) shape = JSON.stringify(JSON.parse(text), null, 1);
    replace(out, said, h('pre', { class: 'answer', tabindex: '0' }, shape.slice(0, shown) + (shape.length > shown ? ' …' : '')));
  } catch (failure) {
    replace(out, h('p', { class: 'message error' }, failure.message));
  }
}
