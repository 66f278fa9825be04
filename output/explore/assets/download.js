// What is shown, as files: the same rows and the same drawing.
import { t } from './words.js';
import { s } from './dom.js';
import { dataset } from './data.js';

function save(name, type, parts) {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const a = document.createElement('a');
  a.href = address;
  a.download = name;
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function fileName(title, extension) {
  return `gongkai-${title.replace(/[\s\\/:*?"<>|.,;]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 80)}.${extension}`;
}

// csv writes rows with a byte order mark, so that Excel reads the Chinese; null is an empty field. A text that a sheet would
// take for a formula gets an apostrophe: it comes from documents of others.
export function csv(rows) {
  const field = (v) => {
    if (v === null || v === undefined) return '';
    let text = String(v);
    if (/^[=+@\t\r]/.test(text) || (/^-/.test(text) && !/^-[\d.,%]*$/.test(text))) text = "'" + text;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return '\ufeff' + rows.map((row) => row.map(field).join(',') + '\r\n').join('');
}

export function saveCSV(title, rows) {
  save(fileName(title, 'csv'), 'text/csv;charset=utf-8', [csv(rows)]);
}

const kept = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-family', 'font-size', 'font-weight', 'text-anchor', 'opacity'];

// saveSVG writes a drawing that needs no style sheet, with its heading above and its source below.
export function saveSVG(title, drawing, heading, note) {
  if (!drawing) return;
  const copy = drawing.cloneNode(true);
  const shown = [drawing, ...drawing.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((element, i) => {
    const style = getComputedStyle(shown[i]);
    if (element.localName === 'title') return;
    for (const p of kept) element.setAttribute(p, style.getPropertyValue(p));
    element.removeAttribute('class');
  });
  const [, , width, height] = drawing.getAttribute('viewBox').split(' ').map(Number);
  const page = getComputedStyle(document.body);
  const d = dataset();
  const font = { 'font-family': page.fontFamily, fill: page.color };
  const whole = s('svg', { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height + 66}`, width, height: height + 66 },
    s('title', null, heading),
    s('desc', null, note || ''),
    s('rect', { width, height: height + 66, fill: page.backgroundColor }),
    s('text', { x: 8, y: 22, 'font-size': 15, 'font-weight': 600, ...font }, heading),
    s('g', { transform: 'translate(0 36)' }, ...copy.childNodes),
    s('text', { x: 8, y: height + 56, 'font-size': 11, ...font }, t('source', d.version)));
  save(fileName(title, 'svg'), 'image/svg+xml', ['<?xml version="1.0" encoding="UTF-8"?>\n', new XMLSerializer().serializeToString(whole)]);
}
