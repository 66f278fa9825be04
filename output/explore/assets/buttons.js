// The row of buttons under whatever can be shown to others: a cell, a chart, an anomaly. What they need beyond this is loaded when
// one is pressed.
import { h, replace, spoken } from './dom.js';
import { t, inLatin, language } from './words.js';
import { root, permalink } from './route.js';

// shared is the address that is handed on: in the language of the one who hands it on.
function shared(href) {
  const at = new URL(permalink(href));
  if (language() === 'en') at.searchParams.set('lang', 'en');
  if (inLatin()) at.searchParams.set('names', 'latin');
  return at.href.replaceAll('%2C', ',');
}

// copy puts a text on the clipboard; where a browser has none for this page, the text is shown selected.
async function copy(text, out) {
  try {
    await navigator.clipboard.writeText(text);
    replace(out, h('p', { class: 'note copied' }, t('copied')));
  } catch {
    const field = h('input', { type: 'text', readonly: true, value: text, 'aria-label': t('copy.by-hand') });
    replace(out, h('label', { class: 'note' }, t('copy.by-hand'), field));
    field.select();
  }
}

function text(words, value, out) {
  const said = h('div', { role: 'status' });
  return h('div', { class: 'quotable' }, h('h4', null, words), h('p', { class: 'quoted', 'data-quoted': words }, value),
    h('button', { type: 'button', class: 'quiet', onclick: () => copy(value, said) }, t('copy'), spoken(`: ${words}`)), said, out);
}

// buttons makes the row of what is about: {title, link, cite, svg, note, csv, embed, height}. link is an address of a view, cite
// gives what cite.js turns into a citation, svg gives the drawing or the lines of a card, csv gives rows or is the
// address of them, embed is a query of embed/.
export function buttons(about) {
  const out = h('div', { class: 'handed', role: 'status' });
  let open = '';
  const panel = (name, fill) => async () => {
    if (open === name) {
      open = '';
      replace(out);
      return;
    }
    open = name;
    replace(out, await fill());
  };
  const button = (name, action, words) => h('button', { type: 'button', class: 'quiet', 'data-do': name, onclick: action },
    words || t(`do.${name}`), spoken(`: ${about.title}`));
  const quietly = (action) => async () => {
    open = '';
    replace(out);
    try {
      await action();
    } catch (failure) {
      replace(out, h('p', { class: 'message error' }, failure.message));
    }
  };
  return [h('div', { class: 'hand-on', role: 'group', 'aria-label': t('do', about.title) },
    button('link', () => {
      open = '';
      return copy(shared(about.link), out);
    }),
    button('cite', panel('cite', async () => {
      const { citations } = await import('./cite.js');
      return citations({ title: about.title, ...about.cite(), permalink: permalink(about.link) })
        .map(([words, value]) => text(words, value));
    })),
    about.svg ? ['png', 'svg'].map((kind) => button(kind, quietly(async () => {
      const { picture } = await import('./picture.js');
      await picture(kind, { ...about, permalink: permalink(about.link) });
    }), kind.toUpperCase())) : null,
    typeof about.csv === 'string' ? h('a', { class: 'button quiet', 'data-do': 'csv', href: about.csv }, 'CSV',
      spoken(`: ${about.title}`)) : about.csv ? button('csv', quietly(async () => {
      const { saveCSV } = await import('./download.js');
      saveCSV(about.file || about.title, await about.csv());
    }), 'CSV') : null,
    about.embed ? button('embed', panel('embed', () => {
      const at = new URL(`embed/?${about.embed}&lang=${language()}${inLatin() ? '&names=latin' : ''}`, root);
      const frame = `<iframe src="${at.href.replaceAll('&', '&amp;')}" title="${about.title.replace(/[&<>"]/g, '')}" width="100%" ` +
        `height="${about.height || 380}" loading="lazy" style="border:0"></iframe>`;
      return text(t('embed.code'), frame, h('p', null, h('a', { href: at.href, target: '_blank', rel: 'noopener' }, t('embed.see'))));
    })) : null), out];
}
