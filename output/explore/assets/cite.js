// Citations: GB/T 7714—2015 and APA (7th edition), of a report's number or of what is computed over many.
import { dataset } from './data.js';

const months = 'January February March April May June July August September October November December'.split(' ');

function apaDay(text) {
  const [y, m, d] = text.split('-').map(Number);
  return `${y}, ${months[m - 1]} ${d}`;
}

function english(text) {
  const [y, m, d] = text.split('-').map(Number);
  return `${months[m - 1]} ${d}, ${y}`;
}

// citations gives pairs of a style's name and the text. what: {title, permalink, body, report, year, published, seen, address, sha,
// table, row, column, value} of a number in a report; of what rests on many reports title and permalink alone.
export function citations(what) {
  const version = dataset() ? dataset().version : what.version;
  if (!what.sha) {
    return [['GB/T 7714', `公开（gongkai）. ${what.title}[DB/OL]. 版本${version}. ${what.permalink}.`],
      ['APA', `gongkai (公开). (n.d.). ${what.title} [Data set, version ${version}]. ${what.permalink}`]];
  }
  const report = what.report || `${what.body || ''}${what.year ? `${what.year}年` : ''}政府信息公开工作年度报告`;
  const place = what.table ? `表“${what.table}”，行“${what.row}”，列“${what.column}”${what.value ? `：${what.value}` : ''}. ` : '';
  const placeEnglish = what.table ? `Table “${what.table}”, row “${what.row}”, column “${what.column}”${
    what.value ? `: ${what.value}` : ''}; ` : '';
  const body = what.body || '机关未署名';
  return [
    ['GB/T 7714', `${body}. ${report}[${what.address ? 'EB/OL' : 'R'}]. ${what.published ? `(${what.published})` : ''}${
      what.seen ? `[${what.seen}]` : ''}${what.published || what.seen ? '. ' : ''}${what.address ? `${what.address}. ` : ''}${
      what.year ? `${what.year}年度. ` : ''}${place}SHA-256：${what.sha}. 公开（gongkai）${version}：${what.permalink}.`],
    ['APA', `${body}. (${what.published ? apaDay(what.published) : 'n.d.'}). ${report} [Annual open-government-information report${
      what.year ? ` on ${what.year}` : ''}]. ${what.seen && what.address ? `Retrieved ${english(what.seen)}, from ` : ''}${
      what.address ? `${what.address}. ` : ''}${placeEnglish}SHA-256 ${what.sha}; gongkai ${version}, ${what.permalink}`],
  ];
}
