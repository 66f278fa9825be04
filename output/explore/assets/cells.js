// What is handed on of one number of a report: its address, citation, picture, row of data, frame.
import { t, language } from './words.js';
import { dataset } from './data.js';
import { to } from './route.js';
import { number } from './format.js';
import { label } from './marks.js';
import { buttons } from './buttons.js';
import { place } from './place.js';

// told is what a cell says, in words: its number, what is printed, or that it is absent.
export function told(v) {
  if (!v || v.state === 'absent') return t('absent');
  if (v.number !== null) return `${number(v.number)}${v.unit ? ` ${v.unit}` : ''}`;
  return v.text === '' ? t('blank') : `“${v.text}”`;
}

// placed tells where a cell stands in its form, in the form's own words: table, row and column.
export function placed(name, tables) {
  const d = dataset();
  const [table, row, column] = name.split('.');
  const cell = d.cell.get(name) || {};
  const known = d.tables.find((x) => x.table === table) || (tables || []).find((x) => x.table === table);
  return { table: known ? known.title_zh || known.title : table, row: cell.row_label || row, column: cell.column_label || column };
}

// handOn makes the buttons of a cell.
export function handOn(r, key, name) {
  const v = r.values[name];
  const body = (r.authority && r.authority.name) || r.report.agency || '';
  const year = r.report.report_year;
  const title = `${body}${language() === 'zh' ? '' : ' '}${year ? (language() === 'zh' ? `${year}年` : year) : ''}${
    language() === 'zh' ? '' : ': '}${label(name)}`;
  const verdict = v.state === 'absent' ? t('absent') : t(v.verdict);
  const printed = v.text === null ? t('absent') : v.text === '' ? t('blank') : `“${v.text}”`;
  const facts = { document: r.document, part: r.part, agency: body, agency_id: r.report.agency_id, report_year: year,
    title: r.report.title, published: r.report.published, name, figure: label(name), text: v.text, number: v.number, unit: v.unit,
    state: v.state, verdict: v.verdict, page: v.page, table_index: v.table_index, grid_row: v.grid_row, grid_column: v.grid_column,
    url: r.source.url, seen: r.source.seen };
  return buttons({
    title, link: to.report(key, name), file: `${body} ${year || ''} ${name}`, source: body, unit: v.unit ? t('compare.unit', v.unit) : '',
    note: `${t('panel.printed')} ${printed} · ${verdict} · ${place({ ...v, box: null, path: v.page || v.table_index ? null : v.path })}`,
    embed: `report=${key}&cell=${encodeURIComponent(name)}`, height: 230,
    cite: () => ({ body, report: r.report.title, year, published: r.report.published, seen: r.source.seen, address: r.source.url,
      sha: r.document, ...placed(name, r.tables), value: told(v) }),
    svg: () => [[told(v), 40], [`${t('published')}${t('colon')}${r.report.published || t('none')}`, 12], [`SHA-256 ${r.document}`, 10]],
    csv: () => [Object.keys(facts), Object.values(facts)],
  });
}
