// Search over the files that search.WriteStatic writes; the format and the rules of folding are at the top of
// output/explore/search/static.go, which answers alike.
//
//   find(get, query) → {query, hits: [{key, year, authority, agency, section, title, start, end, snippet: [{text, hit}]}], looked,
// exact, after}
//
// get(relativeURL) gives a promise of parsed JSON. query is {q, region, level, year, after, limit, looks}: region and level "" or "all" for
// every one, year null or "" for every one and 0 for reports whose year is not known, limit hits wanted (20), looks how many reports to
// look into at most (120). It throws an Error whose code is "short" (no two letters or digits next to each other), "long" (more than 200
// characters) or "stale" (after is of another dataset); what get throws is passed on.

const WIDE = 0x2e80;
const [LETTER, MARK, SPACE, LINE_END, NOTHING] = [0, 1, 2, 3, 4];

function classOf(c) {
  if (c >= 0x4e00 && c <= 0x9fff) return LETTER;
  if ((c >= 0x0a && c <= 0x0d) || c === 0x85 || c === 0x2028 || c === 0x2029) return LINE_END;
  if (c === 0x09 || c === 0x20 || c === 0xa0 || c === 0x1680 || (c >= 0x2000 && c <= 0x200a) || c === 0x202f || c === 0x205f ||
    c === 0x3000) return SPACE;
  if (c === 0xad || (c >= 0x200b && c <= 0x200d) || c === 0x2060 || c === 0xfeff) return NOTHING;
  if (c < 0x30 || (c >= 0x3a && c <= 0x40) || (c >= 0x5b && c <= 0x60) || (c >= 0x7b && c <= 0xbf) || (c >= 0x2000 && c <= 0x206f) ||
    (c >= 0x3001 && c <= 0x3004) || (c >= 0x3008 && c <= 0x303f) || (c >= 0xfe10 && c <= 0xfe1f) || (c >= 0xfe30 && c <= 0xfe6f) ||
    (c >= 0xff5f && c <= 0xff65) || (c >= 0xffe0 && c <= 0xffff)) return MARK;
  return LETTER;
}

// fold gives {text, at}: what of a text is compared, and for each UTF-16 unit of it the unit of the text at which its character begins.
export function fold(text) {
  let out = '';
  const at = [];
  let last = -1;
  let gap = -1;
  let ended = false;
  const put = (c, begin) => {
    const s = String.fromCodePoint(c);
    out += s;
    for (let k = 0; k < s.length; k++) at.push(begin);
  };
  for (let i = 0; i < text.length;) {
    const begin = i;
    let c = text.codePointAt(i);
    i += c > 0xffff ? 2 : 1;
    if (c >= 0xd800 && c <= 0xdfff) c = 0xfffd;
    if (c >= 0xff01 && c <= 0xff5e) c -= 0xfee0;
    if (c >= 0x41 && c <= 0x5a) c += 0x20;
    const kind = classOf(c);
    if (kind === NOTHING) continue;
    if (kind === SPACE || kind === LINE_END) {
      if (gap < 0) gap = begin;
      ended = ended || kind === LINE_END;
      continue;
    }
    if (gap >= 0) {
      if (ended && last >= 0) put(0x0a, begin);
      else if (!ended && last >= 0 && last < WIDE && c < WIDE) put(0x20, begin);
      gap = -1;
      ended = false;
    }
    put(c, begin);
    last = c;
  }
  return { text: out, at };
}

// bigramsOf gives the distinct pairs of neighbouring letters of folded text.
export function bigramsOf(folded) {
  const out = new Set();
  let before = null;
  for (const s of folded) {
    if (classOf(s.codePointAt(0)) !== LETTER) {
      before = null;
      continue;
    }
    if (before !== null) out.add(before + s);
    before = s;
  }
  return [...out];
}

function failure(code, message) {
  const err = new Error(message);
  err.code = code;
  return err;
}

// wordsOf folds the words of a query.
function wordsOf(q) {
  let n = 0;
  for (const _ of q) if (++n > 200) throw failure('long', 'search: the query has more than 200 characters');
  const pieces = [''];
  for (const s of q) {
    const kind = classOf(s.codePointAt(0));
    if (kind === SPACE || kind === LINE_END) pieces.push('');
    else pieces[pieces.length - 1] += s;
  }
  const words = [...new Set(pieces.map((p) => fold(p).text).filter((w) => w !== ''))];
  const bigrams = [...new Set(words.flatMap(bigramsOf))];
  if (bigrams.length === 0) throw failure('short', 'search: no two letters or digits of the query stand next to each other');
  return { words, bigrams };
}

// compare orders bigrams by code points.
function compare(a, b) {
  const x = [...a];
  const y = [...b];
  return x[0].codePointAt(0) - y[0].codePointAt(0) || x[1].codePointAt(0) - y[1].codePointAt(0);
}

// bucketOf is the bucket in which a bigram would be; -1 where none is.
function bucketOf(buckets, bigram) {
  let low = 0;
  let high = buckets.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (compare(buckets[mid], bigram) <= 0) low = mid + 1;
    else high = mid;
  }
  return low - 1;
}

// keep clears in has (a byte a report) what is not in the list.
export function keep(has, list) {
  const bytes = Uint8Array.from(atob(list), (c) => c.charCodeAt(0));
  const n = has.length;
  if (bytes[0] === 2) {
    for (let i = 0; i < n; i++) if (!((bytes[1 + (i >> 3)] >> (i & 7)) & 1)) has[i] = 0;
    return;
  }
  const inverse = bytes[0] === 1;
  let next = 0; // the first report not yet decided
  for (let k = 1; k < bytes.length;) {
    let v = 0;
    for (let scale = 1; ; scale *= 128) {
      const b = bytes[k++];
      v += (b & 0x7f) * scale;
      if (b < 0x80) break;
    }
    if (inverse) has[next + v] = 0;
    else has.fill(0, next, next + v);
    next += v + 1;
  }
  if (!inverse) has.fill(0, next);
}

function yearOf(years, ordinal) {
  let year = 0;
  for (const [y, first] of years) if (first <= ordinal) year = y;
  return year;
}

// bytesOf is how many bytes of UTF-8 the first n units of a text are.
function bytesOf(text, n) {
  let size = 0;
  for (let i = 0; i < n;) {
    const c = text.codePointAt(i);
    i += c > 0xffff ? 2 : 1;
    size += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  }
  return size;
}

// stepBack and step give the unit one code point before and after.
const stepBack = (s, i) => (i >= 2 && s.codePointAt(i - 2) > 0xffff ? i - 2 : i - 1);
const step = (s, i) => (s.codePointAt(i) > 0xffff ? i + 2 : i + 1);

function snippetOf(text, words) {
  const folded = fold(text);
  const place = (i, length) => [folded.at[i], step(text, folded.at[i + length - 1])];
  const [start, end] = place(folded.text.indexOf(words[0]), words[0].length);
  let begin = start;
  for (let n = 0; n < 40 && begin > 0 && text[begin - 1] !== '\n'; n++) begin = stepBack(text, begin);
  let stop = end;
  for (let n = 0; n < 80 && stop < text.length && text[stop] !== '\n'; n++) stop = step(text, stop);
  const marked = new Array(stop - begin).fill(false);
  for (const w of words) {
    for (let i = folded.text.indexOf(w); i >= 0; i = folded.text.indexOf(w, i + w.length)) {
      const [from, to] = place(i, w.length);
      if (from >= stop) break;
      for (let k = Math.max(from, begin); k < Math.min(to, stop); k++) marked[k - begin] = true;
    }
  }
  const snippet = [];
  const add = (s, hit) => {
    const last = snippet[snippet.length - 1];
    if (last && last.hit === hit) last.text += s;
    else snippet.push({ text: s, hit });
  };
  if (begin > 0 && text[begin - 1] !== '\n') add('…', false);
  for (let i = 0; i < marked.length;) {
    let k = i;
    while (k < marked.length && marked[k] === marked[i]) k++;
    add(text.slice(begin + i, begin + k), marked[i]);
    i = k;
  }
  if (stop < text.length && text[stop] !== '\n') add('…', false);
  return { start: bytesOf(text, start), end: bytesOf(text, end), snippet };
}

// look gives the hit of a report; null where not every word stands in it.
function look(report, words) {
  const sections = report.sections.map((s) => ({ s, folded: fold(s.text).text }));
  if (!words.every((w) => sections.some((x) => x.folded.includes(w)))) return null;
  const { s } = sections.find((x) => x.folded.includes(words[0]));
  return { section: s.position, title: s.title || null, ...snippetOf(s.text, words) };
}

// Few bigrams tell nearly as much as all and cost fewer files: what they let through is looked into anyway.
const MOST_BIGRAMS = 12;
const AT_ONCE = 8;

export async function find(get, query) {
  const { words, bigrams } = wordsOf(String(query.q ?? ''));
  const limit = Math.min(Number(query.limit) || 20, 100);
  const looks = Number(query.looks) || 120;
  const meta = await get('api/search/meta.json');
  const name = meta.identity.slice(0, 8);
  let from = 0;
  if (query.after) {
    const m = /^([0-9a-f]{8})\.(\d{1,10})$/.exec(query.after);
    if (!m || m[1] !== name) throw failure('stale', 'search: after is not of this dataset; search again from the beginning');
    from = Number(m[2]);
  }
  const answer = { query: query.q, hits: [], looked: 0, exact: true, after: null };

  let [begin, end] = [0, meta.reports];
  if (query.year !== undefined && query.year !== null && query.year !== '') {
    const k = meta.years.findIndex(([y]) => y === Math.max(0, Number(query.year)));
    if (k < 0) return answer;
    begin = meta.years[k][1];
    end = k + 1 < meta.years.length ? meta.years[k + 1][1] : meta.reports;
  }
  const has = new Uint8Array(meta.reports);
  has.fill(1, Math.max(begin, from), Math.max(begin, from, end));
  for (const filter of ['region', 'level']) {
    if (!query[filter] || query[filter] === 'all') continue;
    const lists = (await get('api/search/filters.json'))[filter];
    if (!Object.hasOwn(lists, query[filter])) return answer;
    keep(has, lists[query[filter]]);
  }
  const every = Math.ceil(bigrams.length / MOST_BIGRAMS);
  const chosen = bigrams.filter((_, i) => i % every === 0);
  const buckets = new Map(chosen.map((b) => [bucketOf(meta.buckets, b), null]));
  if (buckets.has(-1)) return answer;
  await Promise.all([...buckets.keys()].map(async (k) => buckets.set(k, await get(`api/search/${k}.json`))));
  for (const b of chosen) {
    const lists = buckets.get(bucketOf(meta.buckets, b));
    if (!Object.hasOwn(lists, b)) return answer;
    keep(has, lists[b]);
  }

  const pages = new Map();
  const report = async (i) => {
    const page = Math.floor(i / meta.keys_each);
    if (!pages.has(page)) pages.set(page, get(`api/search/keys/${page}.json`));
    const key = (await pages.get(page)).keys[i % meta.keys_each];
    return { key, report: await get(`api/reports/${key}.json`) };
  };
  const stopAt = (i, exact) => {
    answer.exact = exact;
    answer.after = `${name}.${i}`;
    return answer;
  };
  for (let i = has.indexOf(1); i >= 0;) {
    if (answer.hits.length === limit) return stopAt(i, true);
    if (answer.looked >= looks) return stopAt(i, false);
    const most = Math.min(AT_ONCE, limit - answer.hits.length, looks - answer.looked);
    const batch = [];
    for (; i >= 0 && batch.length < most; i = has.indexOf(1, i + 1)) batch.push(i);
    const reports = await Promise.all(batch.map(report));
    answer.looked += batch.length;
    for (let k = 0; k < batch.length; k++) {
      const { key, report: r } = reports[k];
      const hit = look(r, words);
      if (hit) answer.hits.push({ key, year: yearOf(meta.years, batch[k]) || null, authority: r.authority?.id ?? null,
        agency: r.authority?.name ?? null, ...hit });
    }
  }
  return answer;
}
