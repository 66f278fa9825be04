// Wholes and their parts as bars.
import { s } from './dom.js';
import { t } from './words.js';
import { number } from './format.js';
import { chart, described, extent } from './chart.js';

// parts draws what a whole consists of, row by row, each part with its own pattern and legend entry.
export function stacks({ title, rows, kinds, level, note, file, first, about }) {
  const head = [first, ...kinds.map((k) => k.label)];
  const table = rows.map((r) => [r.label, ...r.values.map((v) => number(String(v)))]);
  const raw = rows.map((r) => [r.label, ...r.values]);
  const draw = (width) => {
    const left = Math.max(46, ...rows.map((r) => 14 + extent(r.label)));
    const line = 26;
    // The legend wraps where the width ends.
    const items = [];
    let at = left;
    let row = 0;
    kinds.forEach((k, i) => {
      const wide = 48 + extent(k.label);
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
