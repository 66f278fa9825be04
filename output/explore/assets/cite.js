// Citations: GB/T 7714—2015 and APA (7th edition), of a report's number, of what was found in it, or of what is computed over many.
import { dataset } from './data.js';
import { local } from './format.js';

const months = 'January February March April May June July August September October November December'.split(' ');

function apaDay(text) {
  const [y, m, d] = text.split('-').map(Number);
  return `${y}, ${months[m - 1]} ${d}`;
}

function english(text) {
  const [y, m, d] = text.split('-').map(Number);
  return `${months[m - 1]} ${d}, ${y}`;
}

// whole cites what rests on many reports, or the dataset itself: which dataset that is, how far it goes, and when it was read.
function whole({ title, permalink }, edition, today) {
  const far = edition.day && edition.by === 'seen' ? `(${edition.day})` : '';
  const last = edition.day && edition.by !== 'seen';
  return [
    ['GB/T 7714', `公开（gongkai）. ${title}[DB/OL]. ${far}[${today}]. ${permalink}. ${
      last ? `所收报告最晚发布于${edition.day}. ` : ''}数据集SHA-256：${edition.sha256}. 生成工具：gongkai ${edition.program}.`],
    ['APA', `gongkai (公开). (${far ? apaDay(edition.day) : 'n.d.'}). ${title} [Data set]. Retrieved ${english(today)}, from ${permalink} (${
      last ? `newest report published ${english(edition.day)}; ` : ''}SHA-256 of the data set ${edition.sha256}; made with gongkai ${
      edition.program})`],
  ];
}

// citations gives pairs of a style's name and the text. what: {title, permalink, body, report, year, published, seen, address, sha,
// table, row, column, value, finding, findingZh} of a number in a report or of an anomaly; of what rests on many reports title and
// permalink alone. The title of a report is the printed one; where none is printed that is said, and none is made up.
export function citations(what, now = new Date()) {
  const { edition } = dataset();
  if (!what.sha) return whole(what, edition, local(now));
  const titled = Boolean(what.report);
  const kind = `${what.year ? `${what.year}年` : ''}政府信息公开工作年度报告`;
  const report = what.report || `[${kind}，原文无标题]`;
  const place = what.table ? `表“${what.table}”，行“${what.row}”，列“${what.column}”${what.value ? `：${what.value}` : ''}. ` : '';
  const placeEnglish = what.table ? `Table “${what.table}”, row “${what.row}”, column “${what.column}”${
    what.value ? `: ${what.value}` : ''}; ` : '';
  const body = what.body || '机关未署名';
  const ended = (text) => text.replace(/[。.]$/, '');
  return [
    ['GB/T 7714', `${body}. ${report}[${what.address ? 'EB/OL' : 'R'}]. ${what.published ? `(${what.published})` : ''}${
      what.seen ? `[${what.seen}]` : ''}${what.published || what.seen ? '. ' : ''}${what.address ? `${what.address}. ` : ''}${
      what.year ? `${what.year}年度. ` : ''}${place}${what.findingZh ? `${ended(what.findingZh)}. ` : ''}SHA-256：${
      what.sha}. 公开（gongkai），数据集SHA-256：${edition.sha256}：${what.permalink}.`],
    ['APA', `${body}. (${what.published ? apaDay(what.published) : 'n.d.'}). ${titled ? `${report} ` : ''}[${
      'Annual open-government-information report'}${what.year ? ` on ${what.year}` : ''}${titled ? '' : ', untitled'}]. ${
      what.seen && what.address ? `Retrieved ${english(what.seen)}, from ` : ''}${what.address ? `${what.address}. ` : ''}${placeEnglish}${
      what.finding ? `${ended(what.finding)}. ` : ''}SHA-256 ${what.sha}; gongkai, data set of SHA-256 ${edition.sha256}, ${
      what.permalink}`],
  ];
}
