// Charts as SVG, drawn anew at every width so that their words stay legible, each with its table beside it. Series differ by
// the form of their points and lines as well as by colour. A value that is not there is a gap, never a zero.
import { h, s, replace, spoken } from './dom.js';
import { t } from './words.js';
import { number } from './format.js';
import { buttons } from './buttons.js';

// fewCases is below how many things a rate is of it is drawn as none that could be joined to others.
export const fewCases = 10;

export const most = 12; // series that can be told apart

export function point(i, x, y) {
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
export function steps(low, high, wanted, whole) {
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

export function tick(value, rate) {
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
export function chart({ title, level, note, draw, head, rows, raw, file, heading, about }) {
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

export function described(title, width, height, ...children) {
  return s('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img',
    'aria-label': `${title}. ${t('chart.seetable')}` }, ...children);
}

// extent is about how many pixels a text takes at 12 px.
export const extent = (text) => [...text].reduce((sum, c) => sum + (c.codePointAt(0) > 0x2e00 ? 12.2 : 6.8), 0);

// shorten keeps a name within about so many pixels at 12 px.
export function shorten(text, pixels) {
  let used = 0;
  let out = '';
  for (const c of text) {
    used += c.codePointAt(0) > 0x2e00 ? 12.2 : 6.8;
    if (used > pixels) return out + '…';
    out += c;
  }
  return out;
}
