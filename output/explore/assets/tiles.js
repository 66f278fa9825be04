// The 34 divisions of the first level as tiles, roughly where they lie: value as colour and number, and no borders. The layout is
// our own.
import { h, s, spoken } from './dom.js';
import { t, language } from './words.js';
import { brief, count, number, percent } from './format.js';

// code: [column, row, short name, letters]
const places = {
  23: [8, 1, '黑', 'HL'], 65: [1, 2, '新', 'XJ'], 15: [5, 2, '蒙', 'NM'], 21: [7, 2, '辽', 'LN'], 22: [8, 2, '吉', 'JL'],
  62: [2, 3, '甘', 'GS'], 64: [3, 3, '宁', 'NX'], 14: [4, 3, '晋', 'SX'], 13: [5, 3, '冀', 'HE'], 11: [6, 3, '京', 'BJ'],
  12: [7, 3, '津', 'TJ'], 63: [1, 4, '青', 'QH'], 61: [3, 4, '陕', 'SN'], 41: [4, 4, '豫', 'HA'], 37: [5, 4, '鲁', 'SD'],
  54: [1, 5, '藏', 'XZ'], 51: [2, 5, '川', 'SC'], 50: [3, 5, '渝', 'CQ'], 42: [4, 5, '鄂', 'HB'], 34: [5, 5, '皖', 'AH'],
  32: [6, 5, '苏', 'JS'], 31: [7, 5, '沪', 'SH'], 53: [2, 6, '滇', 'YN'], 52: [3, 6, '黔', 'GZ'], 43: [4, 6, '湘', 'HN'],
  36: [5, 6, '赣', 'JX'], 33: [6, 6, '浙', 'ZJ'], 45: [3, 7, '桂', 'GX'], 44: [4, 7, '粤', 'GD'], 35: [5, 7, '闽', 'FJ'],
  71: [7, 7, '台', 'TW'], 46: [3, 8, '琼', 'HI'], 82: [4, 8, '澳', 'MO'], 81: [5, 8, '港', 'HK'],
};

// classes cuts the values into at most five, so that each has about as many provinces.
function classes(values) {
  const sorted = values.slice().sort((a, b) => a - b);
  const cuts = [1, 2, 3, 4].map((k) => sorted[Math.floor((k * sorted.length) / 5)]).filter((v) => v !== undefined);
  return { of: (v) => cuts.filter((c) => v >= c && c > sorted[0]).length, sorted };
}

// grid draws the provinces of a ranking; link gives the address of one.
export function grid(r, rate, link) {
  const there = r.regions.filter((x) => x.value !== null && !few(x));
  const { of } = classes(there.map((x) => Number(x.value)));
  const write = (v) => (rate ? percent(v) : number(v));
  const tiles = r.regions.filter((x) => places[x.region]).sort((a, b) => order(a) - order(b)).map((x) => {
    const [column, row, short, letters] = places[x.region];
    const none = x.value === null;
    const how = none ? 'nothing' : few(x) ? 'hollow' : `q${of(Number(x.value))}`;
    const words = [x.name, none ? t('tiles.none') : write(x.value), x.d ? t('of.so.many', number(x.n), number(x.d)) : null,
      none ? null : t('n.reports', count(x.reports)), x.contradicted ? t('tiles.leftout', count(x.contradicted)) : null]
      .filter(Boolean).join(t('comma'));
    const style = { 'grid-column': String(column), 'grid-row': String(row) };
    const inside = [h('span', { class: 'of', 'aria-hidden': 'true', lang: language() === 'zh' ? 'zh-CN' : null },
      language() === 'zh' ? short : letters),
    h('span', { class: 'is', 'aria-hidden': 'true' }, none ? '–' : rate ? brisk(x.value) : brief(x.value)), spoken(words)];
    return h('li', { style }, none
      ? h('span', { class: `province ${how}`, title: words }, inside)
      : h('a', { class: `province ${how}`, href: link(x.region), title: words, 'data-region': x.region,
        'aria-current': r.region === x.region ? 'true' : null }, inside));
  });
  const bounds = [0, 1, 2, 3, 4].map((k) => there.map((x) => Number(x.value)).filter((v) => of(v) === k)).filter((l) => l.length);
  return h('figure', { class: 'tilegrid' },
    h('ul', { class: 'provinces', 'aria-label': t('tiles.title') }, tiles),
    h('figcaption', null, h('ul', { class: 'scale', 'aria-label': t('legend') },
      bounds.map((l) => {
        const low = Math.min(...l);
        const high = Math.max(...l);
        return h('li', null, h('span', { class: `swatch q${of(low)}`, 'aria-hidden': 'true' }),
          low === high ? write(String(low)) : `${write(String(low))}–${write(String(high))}`);
      }),
      rate ? h('li', null, h('span', { class: 'swatch hollow', 'aria-hidden': 'true' }), t('tiles.few', r.few)) : null,
      h('li', null, h('span', { class: 'swatch nothing', 'aria-hidden': 'true' }), t('tiles.none'))),
    h('p', { class: 'note' }, t(r.pooled ? 'tiles.pooled' : 'tiles.median'))));

  function few(x) {
    return x.d !== null && Number(x.d) < r.few;
  }
  function order(x) {
    const [column, row] = places[x.region];
    return row * 10 + column;
  }
}

// drawn is the same as a drawing, for pictures: on white paper, whatever the theme.
export function drawn(r, rate) {
  const there = r.regions.filter((x) => x.value !== null && !(x.d !== null && Number(x.d) < r.few));
  const { of } = classes(there.map((x) => Number(x.value)));
  const side = 64;
  return s('svg', { viewBox: `0 0 ${8 * side} ${8 * side}`, width: 8 * side, height: 8 * side },
    r.regions.filter((x) => places[x.region]).map((x) => {
      const [column, row, short, letters] = places[x.region];
      const k = there.includes(x) ? of(Number(x.value)) : -1;
      const [left, top] = [(column - 1) * side, (row - 1) * side];
      const write = (y, size, text) => s('text', { x: left + side / 2, y: top + y, 'text-anchor': 'middle', 'font-size': size,
        fill: k > 2 ? '#fff' : '#1d1c1a' }, text);
      return s('g', null, s('rect', { x: left + 1.5, y: top + 1.5, width: side - 3, height: side - 3, stroke: k < 0 ? '#857f72' : 'none',
        fill: k < 0 ? '#fff' : ['#e6eef8', '#c3d8ef', '#94b8e0', '#3f72b0', '#143c73'][k] }),
      write(28, 15, language() === 'zh' ? short : letters),
      write(48, 12, x.value === null ? '–' : rate ? brisk(x.value) : brief(x.value)));
    }));
}

// brisk is a rate in the four characters of a tile.
function brisk(v) {
  const n = Number(v) * 100;
  return n > 0 && n < 0.1 ? '<.1%' : `${n < 10 ? n.toFixed(1) : Math.round(n)}%`;
}
