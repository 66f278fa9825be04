// A row of numbers at a glance.
import { h, s } from './dom.js';
import { fewCases } from './chart.js';

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
