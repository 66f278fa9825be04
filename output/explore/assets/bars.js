// One value a year as bars.
import { h, s } from './dom.js';
import { t } from './words.js';
import { brief, count, number, year } from './format.js';
import { chart, described } from './chart.js';

// bars draws one value a year, each labelled; under it how many things the value rests on, in words.
// A hollow bar is one that a single report makes.
export function bars({ title, years, values, under, underWords, level, note, file, underName, name, hollow, about }) {
  const head = [t('year'), name || title, ...(under ? [underName] : [])];
  const rows = years.map((one, i) => [year(one), values[i] === null ? null : number(values[i]), ...(under ? [count(under[i])] : [])]);
  const written = under && under.map((n) => underWords(count(n)));
  const raw = years.map((one, i) => [one, values[i], ...(under ? [under[i]] : [])]);
  const numbers = values.filter((v) => v !== null).map(Number);
  const draw = (width) => {
    if (!numbers.length) return h('p', { class: 'note' }, t('chart.nothing'));
    const top = 20;
    const plotted = 110;
    const height = top + plotted + (under ? 40 : 24);
    const high = Math.max(0, ...numbers) || 1;
    const low = Math.min(0, ...numbers);
    const slot = (width - 8) / years.length;
    const thick = Math.min(44, slot * 0.6);
    const y = (v) => top + plotted - ((v - low) / (high - low)) * plotted;
    const narrow = slot < 44;
    const fits = Math.max(...numbers.map((v) => number(String(v)).length)) * 7.6 < (narrow ? 2 * slot : slot);
    // in narrow charts, of which several stand below each other, all large numbers are short, whether or not one would fit
    const short = (text) => ((narrow ? Math.abs(Number(text)) < 1e4 : fits) ? number(text) : brief(text));
    const below = written && !narrow && Math.max(...written.map((text) => [...text].length)) * 6.6 < slot ? written : null;
    return described(title, width, height,
      s('line', { class: 'axis', x1: 4, x2: width - 4, y1: y(0), y2: y(0) }),
      years.map((one, i) => {
        const middle = 4 + slot * (i + 0.5);
        const v = values[i];
        return [
          v === null
            ? s('text', { class: 'tick', x: middle, y: y(0) - 6, 'text-anchor': 'middle' }, t('none'))
            : [
              s('rect', { class: hollow && hollow[i] ? 'bar hollow' : 'bar', x: middle - thick / 2, width: thick,
                y: Math.min(y(Number(v)), y(0)),
                height: Math.max(1, Math.abs(y(Number(v)) - y(0))) }, s('title', null, `${year(one)}: ${number(v)}`)),
              narrow && i % 2 ? null : s('text',
                { class: 'value', x: middle, y: Math.min(y(Number(v)), y(0)) - 5, 'text-anchor': 'middle' }, short(v)),
            ],
          narrow && i % 2 ? null : s('text', { class: 'tick', x: middle, y: top + plotted + 16, 'text-anchor': 'middle' }, year(one)),
          below ? s('text', { class: 'tick small', x: middle, y: top + plotted + 32, 'text-anchor': 'middle' }, below[i]) : null,
        ];
      }));
  };
  return chart({ title, level, note, draw, head, rows, raw, file, about });
}
