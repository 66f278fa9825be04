// Numbers, days and names as the reader's language writes them. A number stays the decimal string that it is: no rounding but
// of rates, which downloads have with four decimal places.
import { t, language } from './words.js';
import { h } from './dom.js';

// number groups the digits of a decimal string: "96171.6" is "96,171.6"; null is null.
export function number(text) {
  if (text === null || text === undefined) return null;
  const [, sign, whole, rest] = String(text).match(/^([-−+]?)(\d+)(\.\d+)?$/) || [];
  if (whole === undefined) return String(text);
  return (sign === '-' ? '−' : sign) + whole.replace(/\B(?=(\d{3})+$)/g, ',') + (rest || '');
}

// count is a whole number of JSON.
export function count(n) {
  return number(String(n));
}

// percent writes a rate with one decimal place; what is only nearly nothing or all does not look it.
export function percent(text) {
  if (text === null || text === undefined) return null;
  const n = Number(text);
  const shown = (n * 100).toFixed(1);
  if (shown === '0.0' && n > 0) return '<0.1%';
  if (shown === '100.0' && n < 1) return '>99.9%';
  return shown + '%';
}

// share writes a part of a whole; nothing of nothing has no share.
export function share(part, whole) {
  return whole > 0 ? percent(part / whole) : t('none');
}

// brief writes a large number in few characters: "≈20.1M", "≈2010万" are rounded, "0" and "2万" exact.
export function brief(text) {
  const n = Number(text);
  const units = language() === 'zh' ? [[1e8, '亿'], [1e4, '万']] : [[1e9, 'bn'], [1e6, 'M'], [1e3, 'k']];
  const [size, word] = units.find(([u]) => Math.abs(n) >= u) || [1, ''];
  const few = Number((n / size).toPrecision(3));
  return `${few * size === n ? '' : '≈'}${number(String(few))}${word}`;
}

// probability writes a probability with its sign and two digits: "= 0.012", "< 0.001".
export function probability(v) {
  if (v < 0.001) return '< 0.001';
  return `= ${v < 0.1 ? Number(v.toPrecision(2)) : v.toFixed(2)}`;
}

// shown writes a value of a cell or a rate.
export function shown(name, value) {
  return name.startsWith('rate.') ? percent(value) : number(value);
}

// day writes "2022-01-28" in the reader's language.
export function day(text) {
  if (!text) return null;
  const [y, m, d] = text.split('-').map(Number);
  if (language() === 'zh') return `${y}年${m}月${d}日`;
  return `${d} ${'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')[m - 1]} ${y}`;
}

// local is the day on which somebody reads this, where they are: "2026-03-09".
export function local(now) {
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, '0')).join('-');
}

export function year(y) {
  return y ? String(y) : t('year.unknown');
}

// bytes tells where the bytes of UTF-8 lie in a string of UTF-16: a function from the first to the second.
export function bytes(text) {
  const offsets = [0];
  const places = [0];
  let byte = 0;
  let place = 0;
  for (const c of text) {
    const code = c.codePointAt(0);
    byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    place += c.length;
    offsets.push(byte);
    places.push(place);
  }
  return (offset) => {
    let low = 0;
    let high = offsets.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (offsets[middle] < offset) low = middle + 1;
      else high = middle;
    }
    return places[low];
  };
}

// chinese marks words of the documents for fonts and speech.
export function chinese(text, attributes) {
  return h('span', { lang: 'zh-CN', ...attributes }, text);
}
