// Why a document was not read whole: the dataset says it in English; in Chinese the meaning stands before.
import { h } from './dom.js';
import { language, meanings, t } from './words.js';
import { dataset } from './data.js';

// mean gives the meaning of one reason in Chinese; null is not known.
function mean(text) {
  for (const [form, words] of meanings()) {
    const found = form.exec(text);
    if (found) return words.replace(/\$(\d)/g,
      (_, i) => (dataset().tables.find((x) => x.table === found[i]) || { title_zh: found[i] }).title_zh);
  }
  return null;
}

// reason writes why, and what it means where that is known.
export function reason(text) {
  if (language() !== 'zh') return h('span', { lang: 'en' }, text);
  const parts = mean(text) ? [mean(text)] : text.split('; ').map(mean);
  // where the Chinese says all of it, nobody needs the English
  const all = meanings().some(([form]) => form.source.startsWith('^') && form.source.endsWith('$') && form.test(text));
  return parts.includes(null) ? told(text) : h('span', all ? null : { title: text }, parts.join('；'));
}

// plain is why in words alone: of "English (中文)" the half that is the reader's, else what is known of its meaning.
export function plain(text) {
  const [, english, chinese] = text.match(/^(.*?) \(([^()]*[\u4e00-\u9fff].*)\)$/s) || [];
  if (language() !== 'zh') return english || text;
  const parts = mean(text) ? [mean(text)] : text.split('; ').map(mean);
  return chinese || (parts.includes(null) ? '' : parts.join('；'));
}

// told is what the program says in English; in Chinese it is folded away, with what it is.
export function told(text) {
  const english = h('span', { class: 'note', lang: 'en' }, text);
  return language() === 'zh' ? h('details', { class: 'told' }, h('summary', null, t('told.english')), english)
    : h('p', { lang: 'en' }, text);
}

// doubt is what a finding says, with its values: in Chinese where the program can say it so.
export function doubt(f) {
  return language() === 'zh' && f.message_zh ? h('p', null, f.message_zh) : told(f.message);
}
