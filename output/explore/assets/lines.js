// Series over the years as lines.
import { h, s } from './dom.js';
import { t } from './words.js';
import { number, percent, year } from './format.js';
import { chart, described, extent, fewCases, point, shorten, steps, tick } from './chart.js';

const dashes = ['', '7 3', '2 3', '9 3 2 3', '4 2', '12 4'];

// lines draws series over years: series is [{name, values: [decimal string or null, …]}].
// A rate has counts beside its values, [[n, N], null, …]: one of few cases is hollow, and no line leads to it.
// breaks are [{year, text}]: a line before the year, which tells on hover what lies there.
export function lines({ title, years: given, series: had, rate, level, note, file, heading, tall, breaks, about }) {
  // A year of which there is no report at all has its place too, and no line is drawn across it.
  const first = given[0];
  const all = given.length ? Array.from({ length: given[given.length - 1] - first + 1 }, (_, i) => first + i) : [];
  const years = all.length <= 60 ? all : given;
  const series = had.map((one) => ({ name: one.name, values: years.map((y) => one.values[given.indexOf(y)] ?? null),
    counts: one.counts && years.map((y) => one.counts[given.indexOf(y)] ?? null) }));
  const head = [t('series'), ...years.map(year)];
  const shownValue = (v, c) => (v === null || v === undefined ? null : rate ? percent(v) + (c ? ` (${number(c[0])}/${number(c[1])})` : '')
    : number(v));
  const few = (one, i) => Boolean(one.counts && one.counts[i] && Number(one.counts[i][1]) < fewCases);
  const counted = rate && series.some((one) => one.counts);
  const rows = series.map((one) => [one.name, ...years.map((_, i) => shownValue(one.values[i], one.counts && one.counts[i]))]);
  const raw = series.flatMap((one) => [[one.name, ...years.map((_, i) => one.values[i])],
    ...(one.counts ? [0, 1].map((k) => [`${one.name} (${t(k ? 'count.of' : 'count.n')})`,
      ...years.map((_, i) => (one.counts[i] ? one.counts[i][k] : null))]) : [])]);
  const numbers = series.flatMap((one) => one.values).filter((v) => v !== null && v !== undefined).map(Number);
  const legend = series.length > 1;
  const draw = (width) => {
    if (!numbers.length) return h('p', { class: 'note' }, t('chart.nothing'));
    const whole = !rate && numbers.every(Number.isInteger);
    const ticks = steps(Math.min(0, ...numbers), Math.max(0, ...numbers), 4, whole);
    const labels = ticks.map((v) => tick(v, rate));
    const left = 14 + Math.max(...labels.map((l) => l.length)) * 7;
    const top = 12;
    const plotted = tall || 190;
    const right = 18;
    const legendHeight = legend ? series.length * 19 + 10 : 0;
    const height = top + plotted + 30 + legendHeight;
    const x = (i) => (years.length === 1 ? left + (width - left - right) / 2
      : left + 10 + (i * (width - left - right - 20)) / (years.length - 1));
    const low = ticks[0];
    const high = ticks[ticks.length - 1];
    const y = (v) => top + plotted - ((v - low) / (high - low)) * plotted;
    // Counts stand beside the values only where they have the room.
    const room = (width - left - right - 20) / Math.max(1, years.length - 1);
    const wide = Boolean(counted) && room > 12 + 1.1 * Math.max(...series[0].values.map((v, i) => extent(shownValue(v,
      (series[0].counts || [])[i]) || '')));
    const every = Math.ceil((years.length * 40) / (width - left - right));
    return described(title, width, height,
      ticks.map((v, i) => [
        s('line', { class: v === 0 ? 'axis' : 'grid', x1: left, x2: width - right, y1: y(v), y2: y(v) }),
        s('text', { class: 'tick', x: left - 8, y: y(v) + 4, 'text-anchor': 'end' }, labels[i]),
      ]),
      years.map((one, i) => (i % every ? null : s('text',
        { class: 'tick', x: x(i), y: top + plotted + 20, 'text-anchor': 'middle' }, year(one)))),
      (breaks || []).map((b) => {
        const i = years.indexOf(b.year);
        if (i < 1) return null;
        const at = (x(i) + x(i - 1)) / 2;
        return s('g', { 'data-break': b.year }, s('title', null, b.text),
          s('path', { d: `M${at} ${top}v${plotted}`, stroke: 'transparent', 'stroke-width': 14 }),
          s('line', { class: 'axis', x1: at, x2: at, y1: top, y2: top + plotted, 'stroke-dasharray': '3 3' }));
      }),
      series.map((one, n) => {
        let d = '';
        let open = false;
        years.forEach((_, i) => {
          if ((breaks || []).some((b) => b.year === years[i])) open = false; // nothing is joined over a break

          const v = one.values[i];
          if (v === null || v === undefined || few(one, i)) open = false;
          else {
            d += `${open ? 'L' : 'M'}${x(i).toFixed(1)} ${y(Number(v)).toFixed(1)}`;
            open = true;
          }
        });
        return s('path', { class: `l s${n % 6}`, d, 'stroke-dasharray': dashes[n % 6] });
      }),
      series.map((one, n) => years.map((which, i) => {
        const v = one.values[i];
        if (v === null || v === undefined) return null;
        const p = point(n, x(i), y(Number(v)));
        if (few(one, i)) p.classList.add('few');
        p.append(s('title', null, `${one.name}, ${year(which)}: ${shownValue(v, one.counts && one.counts[i])}`));
        return p;
      })),
      series.length === 1 ? years.map((_, i) => {
        const v = series[0].values[i];
        if (v === null || v === undefined || i % every) return null;
        const above = y(Number(v)) > top + 16;
        const anchor = !wide || (i && i < years.length - 1) || years.length === 1 ? 'middle' : i ? 'end' : 'start';
        return s('text', { class: 'value', x: x(i) + (anchor === 'start' ? -8 : anchor === 'end' ? 8 : 0),
          y: y(Number(v)) + (above ? -9 : 18), 'text-anchor': anchor }, wide && every === 1
          ? shownValue(v, series[0].counts[i]) : shownValue(v));
      }) : null,
      legend ? series.map((one, n) => {
        const at = top + plotted + 44 + n * 19;
        return [
          s('line', { class: `l s${n % 6}`, x1: left, x2: left + 30, y1: at, y2: at, 'stroke-dasharray': dashes[n % 6] }),
          point(n, left + 15, at),
          s('text', { class: 'legend', x: left + 38, y: at + 4 }, shorten(one.name, width - left - 50)),
        ];
      }) : null);
  };
  const small = series.some((one) => years.some((_, i) => few(one, i)));
  return chart({ title, level, note: [note, small ? t('count.few', fewCases) : null].filter(Boolean).join(' ') || null, draw, head, rows,
    raw, file, heading, about });
}
