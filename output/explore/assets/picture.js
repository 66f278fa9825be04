// Pictures: what is drawn, on white paper whatever the theme, with title, unit, source and date, as SVG or as PNG of two pixels a
// point. Nothing that is seen is cut off: the paper is as large as what is on it.
import { h, s } from './dom.js';
import { t, language } from './words.js';
import { dataset } from './data.js';
import { local } from './format.js';
import { save, fileName } from './download.js';

const kept = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-family', 'font-size', 'font-weight', 'text-anchor', 'opacity',
  'font-variant-numeric'];
const margin = 14;
let measure = null;

// widthOf is how many pixels a text takes in the font of the page.
function widthOf(text, size, weight) {
  measure = measure || h('canvas').getContext('2d');
  measure.font = `${weight || 400} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  return measure.measureText(text).width;
}

// wrap cuts a text into lines of so many pixels, between words or Chinese characters; what is longer than a line, anywhere.
export function wrap(text, pixels, size, weight) {
  const lines = [];
  let line = '';
  const pieces = (String(text).match(/[\u2e80-\uffef][，。、；：！？）”》·]*|[^\s\u2e80-\uffef]+\s*|\s+/g) || [])
    .flatMap((piece) => (widthOf(piece, size, weight) > pixels ? [...piece] : [piece]));
  for (const piece of pieces) {
    if (line && widthOf((line + piece).trimEnd(), size, weight) > pixels) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  if (line.trim()) lines.push(line.trimEnd());
  return lines;
}

// drawn copies a drawing with the styles that it has on white paper, and says how much room it takes.
function drawn(svg) {
  const stage = h('div', { class: 'plot', 'aria-hidden': 'true',
    style: { position: 'absolute', left: '-9999px', top: '0', 'color-scheme': 'light' } });
  const shown = svg.cloneNode(true);
  stage.append(shown);
  document.body.append(stage);
  try {
    const copy = shown.cloneNode(true);
    const from = [shown, ...shown.querySelectorAll('*')];
    [copy, ...copy.querySelectorAll('*')].forEach((element, i) => {
      if (element.localName === 'title') return;
      const style = getComputedStyle(from[i]);
      for (const p of kept) element.setAttribute(p, style.getPropertyValue(p));
      element.removeAttribute('class');
    });
    const box = shown.getBBox();
    const [, , width, height] = shown.getAttribute('viewBox').split(' ').map(Number);
    const left = Math.min(0, box.x);
    const top = Math.min(0, box.y);
    return { nodes: [...copy.childNodes], left, top, width: Math.max(width, box.x + box.width) - left,
      height: Math.max(height, box.y + box.height) - top };
  } finally {
    stage.remove();
  }
}

const ink = '#1d1c1a';
const soft = '#5a564d';

// sheet puts a drawing, or the lines of a card, under its title and over its source.
export function sheet(about) {
  const given = about.svg();
  const art = given instanceof SVGElement ? drawn(given) : null;
  const inner = Math.max(art ? art.width : 520, 360);
  const font = getComputedStyle(document.body).fontFamily;
  const rows = [];
  let y = margin;
  const write = (text, size, rest) => wrap(text, inner, size, rest && rest['font-weight']).forEach((line) => {
    y += size * 1.35;
    rows.push(s('text', { x: margin, y, 'font-size': size, 'font-family': font, fill: ink, ...rest }, line));
  });
  write(about.title, 16, { 'font-weight': 600 });
  if (about.unit) write(about.unit, 12, { fill: soft });
  y += 10;
  if (art) {
    rows.push(s('g', { transform: `translate(${margin - art.left} ${y - art.top})` }, art.nodes));
    y += art.height;
  } else for (const [text, size] of given) write(text, size, size > 20 ? { 'font-weight': 600 } : {});
  y += 6;
  if (about.note) write(about.note, 11, { fill: soft });
  const d = dataset();
  write(t('picture.source', about.source || t('picture.reports'), d ? d.edition.sha256.slice(0, 12) : about.version,
    local(new Date())), 11,
    { fill: soft });
  write(decodeURI(about.permalink), 10, { fill: soft });
  const width = inner + 2 * margin;
  const height = Math.ceil(y + margin);
  return s('svg', { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height,
    'xml:lang': language() === 'zh' ? 'zh-CN' : 'en' },
  s('title', null, about.title), s('desc', null, about.note || ''), s('rect', { width, height, fill: '#fff' }), rows);
}

// picture saves what is about as a file.
export async function picture(kind, about) {
  const svg = sheet(about);
  const text = new XMLSerializer().serializeToString(svg);
  const name = fileName(about.file || about.title, kind);
  if (kind === 'svg') {
    save(name, 'image/svg+xml', ['<?xml version="1.0" encoding="UTF-8"?>\n', text]);
    return;
  }
  const width = Number(svg.getAttribute('width'));
  const height = Number(svg.getAttribute('height'));
  const image = new Image();
  const address = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    await new Promise((done, failed) => {
      image.addEventListener('load', done, { once: true });
      image.addEventListener('error', () => failed(new Error(t('picture.failed'))), { once: true });
      image.src = address;
    });
    const canvas = h('canvas', { width: Math.ceil(width * 2), height: Math.ceil(height * 2) });
    const c = canvas.getContext('2d');
    c.scale(2, 2);
    c.drawImage(image, 0, 0, width, height);
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'));
    if (!blob) throw new Error(t('picture.failed'));
    save(name, 'image/png', [blob]);
  } finally {
    URL.revokeObjectURL(address);
  }
}
