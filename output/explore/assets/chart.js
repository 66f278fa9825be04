// Charts as SVG, drawn anew at every width so that their words stay legible, each with its table beside it. Series differ by
// the form of their points and lines as well as by colour. A value that is not there is a gap, never a zero.
import { h, s, replace, spoken } from './dom.js';
import { t } from './words.js';
import { brief, count, number, percent, year } from './format.js';
import { buttons } from './buttons.js';

const dashes = ['', '7 3', '2 3', '9 3 2 3', '4 2', '12 4'];
// fewCases is below how many things a rate is of it is drawn as none that could be joined to others.
export const fewCases = 10;

export const most = 12; // series that can be told apart

function point(i, x, y) {
  const r = 4;
  const name = `m s${i % 6}${i >= 6 ? ' hollow' : ''}`;
  switch (i % 6) {
    case 0: return s('circle', { class: name, cx: x, cy: y, r });
    case 1: return s('rect', { class: name, x: x - r + 0.5, y: y - r + 0.5, width: 2 * r - 1, height: 2 * r - 1 });
    case 2: return s('path', { class: name, d: `M${x} ${y - r - 1}l${r + 1} ${2 * r}h${-2 * r - 2}z` });
    case 3: return s('path', { class: name, d: `M${x} ${y - r - 1}l${r + 1} ${r + 1}l${-r - 1} ${r + 1}l${-r - 1} ${-r - 1}z` });
    case 4: return s('path', { class: name, d: `M${x} ${y + r + 1}l${r + 1} ${-2 * r}h${-2 * r - 2}z` });
    default: return s('path', { class: name,
      d: `M${x - 1.5} ${y - r}h3v${r - 1.5}h${r - 1.5}v3h${1.5 - r}v${r - 1.5}h-3v${1.5 - r}h${1.5 - r}v-3h${r - 1.5}z` });
  }
}

// steps gives round values that cover what is to be shown; counts are not cut into fractions.
function steps(low, high, wanted, whole) {
  if (high <= low) high = low + (whole ? 1 : Math.abs(low) || 1);
  const raw = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  let step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((m) => m >= raw * 0.999);
  if (whole) step = Math.max(1, Math.ceil(step));
  const out = [];
  for (let i = Math.floor(low / step); ; i++) {
    out.push(Number((i * step).toPrecision(12)));
    if (i * step >= high) return out;
  }
}

function tick(value, rate) {
  if (rate) return Number((value * 100).toPrecision(6)) + '%';
  return number(String(value).includes('e') ? String(Math.round(value)) : String(value));
}

// responsive draws now and whenever the width of the place changes.
function responsive(draw) {
  const box = h('div', { class: 'plot' });
  let width = 0;
  const observer = new ResizeObserver(() => {
    if (!box.isConnected) return;
    const now = Math.floor(box.clientWidth);
    if (now > 0 && Math.abs(now - width) > 4) {
      width = now;
      replace(box, draw(width));
    }
  });
  observer.observe(box);
  replace(box, draw(560));
  return box;
}

// chart puts a drawing, its heading, what can be saved of it and its table into one figure. rows are as they are read, raw as a
// program wants them.
// about says what of it is handed on: the address it has, where its data come from, how it is embedded.
function chart({ title, level, note, draw, head, rows, raw, file, heading, about }) {
  const plot = responsive(draw);
  const table = h('table', { class: 'data' },
    h('caption', { class: 'vh' }, title),
    h('thead', null, h('tr', null, head.map((text, i) => h('th', { scope: 'col', class: i ? 'n' : null }, text)))),
    h('tbody', null, rows.map((row) => h('tr', null, row.map((text, i) => (i === 0
      ? h('th', { scope: 'row' }, text)
      : h('td', { class: 'n' }, text === null ? h('span', { class: 'none' }, t('none')) : text)))))));
  return h('figure', { class: 'chart' },
    h('figcaption', null, heading === false ? null : h(`h${level || 3}`, null, title), note ? h('p', { class: 'note' }, note) : null),
    plot,
    h('div', { class: 'under' },
      h('details', null, h('summary', null, t('chart.table'), spoken(`: ${title}`)),
        h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': title }, table)),
      about === false ? null : buttons({ title, file, cite: () => ({}), svg: () => plot.querySelector('svg') || [], note,
        csv: () => [head, ...(raw || rows)], ...about })));
}

function described(title, width, height, ...children) {
  return s('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img',
    'aria-label': `${title}. ${t('chart.seetable')}` }, ...children);
}

// shorten keeps a name within about so many pixels at 12 px.
function shorten(text, pixels) {
  let used = 0;
  let out = '';
  for (const c of text) {
    used += c.codePointAt(0) > 0x2e00 ? 12.2 : 6.8;
    if (used > pixels) return out + '…';
    out += c;
  }
  return out;
}

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
        const wide = counted && every === 1 && (width - left - right) / years.length > 92;
        const anchor = !wide || (i && i < years.length - 1) || years.length === 1 ? 'middle' : i ? 'end' : 'start';
        return s('text', { class: 'value', x: x(i) + (anchor === 'start' ? -8 : anchor === 'end' ? 8 : 0),
          y: y(Number(v)) + (above ? -9 : 18), 'text-anchor': anchor }, wide
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
    const short = (text) => (fits ? number(text) : brief(text));
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

// spark is a line of a few pixels beside a row of numbers that are all printed: it is not read out.
// Rates of few cases, by their counts, are no part of it.
export function spark(values, counts) {
  const numbers = values.map((v, i) => (v === null || v === undefined || (counts && counts[i] && Number(counts[i][1]) < fewCases) ? null
    : Number(v)));
  const there = numbers.filter((v) => v !== null);
  if (there.length < 2) return h('span', { class: 'spark' });
  const low = Math.min(0, ...there);
  const high = Math.max(...there);
  const x = (i) => 3 + (i * 54) / (values.length - 1);
  const y = (v) => 17 - ((v - low) / (high - low || 1)) * 14;
  let d = '';
  let open = false;
  numbers.forEach((v, i) => {
    if (v === null) open = false;
    else {
      d += `${open ? 'L' : 'M'}${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
      open = true;
    }
  });
  return s('svg', { class: 'spark', viewBox: '0 0 60 20', width: 60, height: 20, 'aria-hidden': 'true', focusable: 'false' },
    s('path', { class: 'l s0', d }),
    numbers.map((v, i) => (v === null ? null : s('circle', { class: 'm s0', cx: x(i), cy: y(v), r: 1.8 }))));
}

// parts draws what a whole consists of, row by row, each part with its own pattern and legend entry.
export function stacks({ title, rows, kinds, level, note, file, first, about }) {
  const head = [first, ...kinds.map((k) => k.label)];
  const table = rows.map((r) => [r.label, ...r.values.map((v) => number(String(v)))]);
  const raw = rows.map((r) => [r.label, ...r.values]);
  const draw = (width) => {
    const left = Math.max(46, ...rows.map((r) => [...r.label].reduce((sum, c) => sum + (c.codePointAt(0) > 0x2e00 ? 12.2 : 7), 14)));
    const line = 26;
    // The legend wraps where the width ends.
    const items = [];
    let at = left;
    let row = 0;
    kinds.forEach((k, i) => {
      const wide = 26 + [...k.label].reduce((sum, c) => sum + (c.codePointAt(0) > 0x2e00 ? 12.2 : 7), 0) + 22;
      if (at + wide > width && at > left) {
        row += 1;
        at = left;
      }
      items.push({ k, i, at, row });
      at += wide;
    });
    const height = rows.length * line + 16 + (row + 1) * 20;
    return described(title, width, height,
      s('defs', null,
        s('pattern', { id: 'hatch', width: 5, height: 5, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
          s('rect', { class: 'hatchback', width: 5, height: 5 }), s('line', { class: 'hatchline', x1: 1, x2: 1, y1: 0, y2: 5 })),
        s('pattern', { id: 'dots', width: 5, height: 5, patternUnits: 'userSpaceOnUse' },
          s('rect', { class: 'dotsback', width: 5, height: 5 }), s('circle', { class: 'dotsdot', cx: 2.5, cy: 2.5, r: 1.1 }))),
      rows.map((r, n) => {
        const whole = r.values.reduce((a, b) => a + b, 0);
        let x = left;
        return [
          s('text', { class: 'tick', x: left - 8, y: n * line + 17, 'text-anchor': 'end' }, r.label),
          whole === 0 ? s('text', { class: 'tick', x: left, y: n * line + 17 }, t('none')) : kinds.map((k, i) => {
            const wide = (r.values[i] / whole) * (width - left - 4);
            const rect = s('rect', { class: `part ${k.name}`, x, y: n * line + 3, width: Math.max(0, wide), height: line - 7 },
              s('title', null, `${r.label} · ${k.label}: ${number(String(r.values[i]))} (${((r.values[i] * 100) / whole).toFixed(1)}%)`));
            x += wide;
            return rect;
          }),
        ];
      }),
      items.map(({ k, at: x, row: r }) => [
        s('rect', { class: `part ${k.name}`, x, y: rows.length * line + 12 + r * 20, width: 18, height: 12 }),
        s('text', { class: 'legend', x: x + 24, y: rows.length * line + 22 + r * 20 }, k.label),
      ]));
  };
  return chart({ title, level, note, draw, head, rows: table, raw, file, about });
}
