// How a number is distributed among peers, and where some of them stand.
import { s } from './dom.js';
import { t } from './words.js';
import { count, number, percent } from './format.js';
import { chart, described, point, shorten, steps, tick } from './chart.js';

// rank tells how many hundredths of a group lie below a value and up to it; quantiles are the sorted values themselves or the
// percentiles from the 0th to the 100th.
export function rank(quantiles, value) {
  const below = quantiles.filter((q) => Number(q) < value).length;
  const upTo = quantiles.filter((q) => Number(q) <= value).length;
  return [below / quantiles.length, upTo / quantiles.length];
}

// scaled tells whether the logarithm is drawn, and said to be so: counts of bodies differ by orders of magnitude.
function scaled(numbers, marks, rate) {
  const all = [...numbers, ...marks.map((m) => Number(m.value))];
  return !rate && Math.min(...all) >= 0 && Math.max(...all) > 20 * Math.max(1, numbers[numbers.length >> 1]);
}

// strip draws how a number is distributed among peers and marks some of them: marks is [{name, value: decimal string}].
// named are the peers themselves, [{name, value, id}] in ascending order, where they are few enough to be told.
export function strip({ title, quantiles, reports, marks, rate, level, note, file, named, about }) {
  const numbers = quantiles.map(Number);
  const at = (p) => numbers[Math.round((p / 100) * (numbers.length - 1))];
  const write = (v) => (rate ? percent(v) : number(String(v)));
  const head = [t('peers.point'), t('value')];
  const rows = [
    ...[0, 10, 25, 50, 75, 90, 100].map((p) => [t({ 0: 'peers.min', 50: 'peers.median', 100: 'peers.max' }[p] || 'peers.percentile', p),
      write(at(p))]),
    ...marks.map((m) => [m.name, write(Number(m.value))]),
    ...(named || []).slice().reverse().map((p) => [p.name, p.words]),
  ];
  const raw = named ? [...named.map((p) => [p.name, p.value]), ...marks.map((m) => [m.name, m.value])]
    : [...quantiles.map((v, i) => [quantiles.length === 101 ? t('peers.percentile', i)
      : t('peers.report', i + 1), v]),
    ...marks.map((m) => [m.name, m.value])];
  const many = quantiles.length >= 10; // fewer have no middle half to speak of
  const draw = (width) => {
    const left = 14;
    const right = 14;
    const all = [...numbers, ...marks.map((m) => Number(m.value))];
    const low = Math.min(...all);
    const high = Math.max(...all);
    const logarithm = scaled(numbers, marks, rate);
    const scale = logarithm ? (v) => Math.log10(1 + v) : (v) => v;
    const from = scale(low);
    const to = scale(high) > from ? scale(high) : from + 1;
    const x = (v) => left + ((scale(v) - from) / (to - from)) * (width - left - right);
    const ends = named && named.length > 1 ? [[named[0], 'start'], [named[named.length - 1], 'end']] : [];
    const middle = ends.length ? 62 : 48;
    const height = middle + 56 + marks.length * 19;
    const ticks = logarithm
      ? [0, 1, 10, 100, 1000, 10000, 100000, 1000000].filter((v) => v >= low && v <= high)
      : steps(low, high, width < 420 ? 3 : 5, false).filter((v) => v >= low && v <= high);
    return described(title, width, height,
      many ? s('rect', { class: 'band', x: x(at(10)), width: Math.max(1, x(at(90)) - x(at(10))), y: middle - 13, height: 26 }) : null,
      many ? s('rect', { class: 'band strong', x: x(at(25)), width: Math.max(1, x(at(75)) - x(at(25))), y: middle - 13,
        height: 26 }) : null,
      named ? named.map((p) => s('line', { class: many ? 'peer named' : 'peer few named', x1: x(Number(p.value)), x2: x(Number(p.value)),
        y1: middle - 9, y2: middle + 9 }, s('title', null, `${p.name}: ${p.words}`)))
        : numbers.map((v) => s('line', { class: many ? 'peer' : 'peer few', x1: x(v), x2: x(v), y1: middle - 9, y2: middle + 9 })),
      ends.map(([p, anchor]) => s('text', { class: 'tick small', x: anchor === 'start' ? left : width - right, y: 12,
        'text-anchor': anchor }, shorten(`${p.name} ${write(Number(p.value))}`, width / 2 - 16))),
      s('line', { class: 'median', x1: x(at(50)), x2: x(at(50)), y1: middle - 18, y2: middle + 18 }),
      s('text', { class: 'tick', x: Math.min(Math.max(x(at(50)), 56), width - 56), y: middle - 24, 'text-anchor': 'middle' },
        `${t('peers.median', 50)} ${write(at(50))}`),
      s('line', { class: 'axis', x1: left, x2: width - right, y1: middle + 24, y2: middle + 24 }),
      ticks.map((v) => s('text', { class: 'tick', x: Math.min(Math.max(x(v), 24), width - 24), y: middle + 40,
        'text-anchor': 'middle' }, tick(v, rate))),
      marks.map((m, n) => {
        const p = point(n, x(Number(m.value)), middle);
        p.classList.add('marked');
        p.append(s('title', null, `${m.name}: ${write(Number(m.value))}`));
        const [below] = rank(quantiles, Number(m.value));
        return [p,
          point(n, left + 6, middle + 59 + n * 19),
          s('text', { class: 'legend', x: left + 20, y: middle + 63 + n * 19 },
            shorten(`${m.name} ${m.words || write(Number(m.value))} · ${t('peers.above', Math.round(below * 100))}`, width - 40)),
        ];
      }));
  };
  return chart({ title, level, note: [note, t(many ? 'peers.bands' : 'peers.few', count(reports)),
    scaled(numbers, marks, rate) ? t('peers.log') : null].filter(Boolean).join(' '), draw, head, rows, raw, file, about });
}
