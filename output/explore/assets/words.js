// What the explorer says in the reader's language: one of words.en.js and words.zh.js is loaded.

let spoken = 'en';
let words = {};
let meant = [];

export const language = () => spoken;

// speak loads a language and tells the browser, for fonts, hyphens and voices.
export async function speak(language) {
  const loaded = await (language === 'zh' ? import('./words.zh.js') : import('./words.en.js'));
  words = loaded.default;
  meant = loaded.meanings || [];
  spoken = language;
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

// say takes words that are there already, for a page that needs few of them.
export function say(language, given) {
  words = given;
  meant = [];
  spoken = language;
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

// Whether bodies and the form are read in Latin letters and English, for those who do not read Chinese.
let latin = false;

export const inLatin = () => latin && spoken === 'en';
export const wantLatin = () => latin;

export function readInLatin(wanted) {
  latin = wanted;
}

// called is how a body is called: {name, latin} of the dataset.
export const called = (x) => (inLatin() && x.latin) || x.name;

// named is a text of an anomaly with the bodies in it as they are called: its own, and the others that it names.
export function named(a, text) {
  if (!inLatin()) return text;
  const names = [[a.agency, a.latin], ...(a.named || [])].filter(([name, latin]) => name && latin);
  // within a longer name it is another body's
  const alone = (name) => new RegExp(`(?<!\\p{Script=Han})${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\p{Script=Han})`, 'gu');
  return names.sort((x, y) => y[0].length - x[0].length).reduce((s, [name, latin]) => s.replace(alone(name), () => latin), text);
}

export const known = (key) => key in words;

// meanings are what sentences of the dataset in another language mean: a form and words for each.
export const meanings = () => meant;

// t gives the words of a key with its arguments. A key that is not there shows itself, so that it is seen.
export function t(key, ...args) {
  let text = words[key];
  if (text === undefined) return key;
  if (text.includes('|')) {
    const [one, many] = text.split('|');
    text = String(args[0]) === '1' ? one : many;
  }
  return text.replace(/\{(\d)\}/g, (_, i) => (args[i] === undefined || args[i] === null ? '' : String(args[i])));
}
