// The prose of a report: statements of number beside the tables, words, what it shares with other reports.
import { h, replace } from './dom.js';
import { t, known } from './words.js';
import { to } from './route.js';
import { bytes, count } from './format.js';
import { label } from './marks.js';

// prose gives the sections and what can be done with them: point(position, start, end) and reuse(index).
export function prose(r) {
  const sections = new Map();
  let reused = null; // index of the reuse that is marked
  const body = r.sections.map((section) => {
    const text = h('div', { class: 'text', lang: 'zh-CN' });
    const one = { section, text, at: bytes(section.text), term: null, target: null, chips: [] };
    sections.set(section.position, one);
    const chip = (term, words, key) => {
      const b = h('button', { type: 'button', class: 'chip', lang: 'zh-CN', 'aria-pressed': 'false', onclick: () => {
        one.term = one.term === term ? null : term;
        for (const c of one.chips) c.button.setAttribute('aria-pressed', String(c.term === one.term));
        draw(one);
        const first = text.querySelector('.term');
        if (first) first.scrollIntoView({ block: 'nearest' });
      } }, words);
      one.chips.push({ term, button: b, key });
      return b;
    };
    const kinds = section.kinds.map((k) => (known(`section.${k}`) ? t(`section.${k}`) : k)).join(t('comma'));
    const article = h('article', { class: 'section', id: `section-${section.position}` },
      h('h3', { lang: 'zh-CN' }, section.title || t('section.untitled')),
      kinds ? h('p', { class: 'note' }, kinds) : null,
      section.keywords.length ? h('div', { class: 'chips', role: 'group', 'aria-label': t('keywords') },
        h('span', { class: 'note' }, t('keywords')), section.keywords.map((k) => chip(k, k))) : null,
      text,
      section.terms.length ? h('details', null, h('summary', null, t('terms')),
        h('div', { class: 'chips', role: 'group', 'aria-label': t('terms') },
          section.terms.map((x) => chip(x.term, [x.term, h('small', null, ` ${count(x.count)}`)])))) : null);
    draw(one);
    return article;
  });

  function ranges(one) {
    const { section, at, term } = one;
    const out = [];
    const add = (start, end, className, rest) => out.push({ from: at(start), to: at(end), class: className, ...rest });
    for (const part of section.parts) {
      const from = at(part.start);
      const found = part.title ? section.text.indexOf(part.title, from) : -1;
      if (found >= 0 && found - from < 12) out.push({ from, to: found + part.title.length, class: 'runin' });
    }
    r.claims.forEach((c) => {
      if (c.section !== section.position) return;
      add(c.start, c.end, `claim ${c.link}`, { claim: c });
    });
    if (reused !== null) {
      for (const p of r.reuse[reused].passages) if (p.section === section.position) add(p.start, p.end, 'reused');
    }
    if (term) {
      for (let i = section.text.indexOf(term); i >= 0;
      i = section.text.indexOf(term, i + term.length)) out.push({ from: i, to: i + term.length, class: 'term' });
    }
    if (one.target) add(one.target[0], one.target[1], 'target');
    return out;
  }

  function draw(one) {
    const all = ranges(one);
    const text = one.section.text;
    const cuts = new Set([0, text.length]);
    for (const x of all) {
      cuts.add(x.from);
      cuts.add(x.to);
    }
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
      cuts.add(i);
      cuts.add(i + 1);
    }
    const places = [...cuts].sort((a, b) => a - b);
    let paragraph = h('p');
    const paragraphs = [paragraph];
    for (let i = 0; i + 1 < places.length; i++) {
      const piece = text.slice(places[i], places[i + 1]);
      if (piece === '\n') {
        paragraph = h('p');
        paragraphs.push(paragraph);
        continue;
      }
      const over = all.filter((x) => x.from <= places[i] && x.to >= places[i + 1] && x.from < x.to);
      if (!over.length) {
        paragraph.append(piece);
        continue;
      }
      const names = [...new Set(over.flatMap((x) => x.class.split(' ')))].join(' ');
      const claim = over.find((x) => x.claim && x.claim.cells.length);
      const marked = over.some((x) => x.class === 'term' || x.class === 'target');
      const inner = marked ? h('mark', { class: names }, piece) : piece;
      if (claim) paragraph.append(h('a', { class: names, href: to.report(r.key, claim.claim.cells[0]), title: said(claim.claim) }, inner));
      else if (marked) paragraph.append(inner);
      else paragraph.append(h('span',
        { class: names, title: over.some((x) => x.claim) ? t(`link.${over.find((x) => x.claim).claim.link}`) : null }, piece));
    }
    replace(one.text, paragraphs.filter((p) => p.textContent.trim()));
  }

  return {
    body,
    point(position, start, end) {
      for (const one of sections.values()) {
        const target = one.section.position === position ? [start, end] : null;
        if (!target && !one.target) continue;
        one.target = target;
        draw(one);
      }
      const one = sections.get(position);
      if (!one) return false;
      const mark = one.text.querySelector('.target') || one.text;
      if (!mark.matches('a')) mark.tabIndex = -1;
      mark.scrollIntoView({ block: 'center' });
      mark.focus({ preventScroll: true });
      return true;
    },
    reuse(index) {
      reused = index;
      for (const one of sections.values()) draw(one);
    },
  };
}

// said is what a statement is about and how the table answers.
export function said(c) {
  const cells = c.cells.map(label).join(' + ');
  const of = c.of.length ? ` ÷ (${c.of.map(label).join(' + ')})` : '';
  return `${cells}${of}${t('colon')}${t(`link.${c.link}`)}${c.table_says === null ? '' : t('claims.says', c.table_says)}`;
}
