// One report: tables with the evidence of every cell, findings, prose, what it shares with others, versions.
import { h, append, replace } from './dom.js';
import { t, inLatin, known } from './words.js';
import { get, dataset } from './data.js';
import { to, go } from './route.js';
import { count, day, number, percent, year, chinese } from './format.js';
import { agency, anomalyList, noAnomalies, choose, flags, form, judgement, label, labelled, outward } from './marks.js';
import { sheet, cell, legend, printed } from './form.js';
import { place } from './place.js';
import { prose, said } from './prose.js';
import { doubt, reason } from './reasons.js';

const worst = { error: 2, warning: 1, note: 0 };

export async function view(route) {
  const key = route.parts[0] || '';
  const r = await get(`api/reports/${encodeURIComponent(key)}.json`);
  const title = r.report.title ||
    `${(r.authority && r.authority.name) || r.report.agency || t('agency.unknown')} ${year(r.report.report_year)}`;
  const beside = gather();
  const cells = new Map();
  const text = prose(r);
  let look = null; // what shows the document, once it is asked for
  const panelHead = h('div');
  const panelRest = h('div');
  const originals = h('span', { class: 'aside-links' });
  const viewed = async () => {
    if (!look) {
      const { viewer } = await import('./evidence.js');
      look = look || viewer(r);
      if (!look.box.parentNode) {
        append(originals, look.original());
        evidence.append(look.box);
      }
    }
    return look;
  };
  const evidenceNote = h('p', { class: 'message' });
  const evidence = h('section', { 'aria-label': t('evidence') },
    h('h3', null, t('evidence'), originals), evidenceNote);
  const panel = h('aside', { class: 'panel', 'aria-label': t('panel'), hidden: true }, panelHead, evidence, panelRest);
  let chosen = null;

  if (r.tables.some((x) => x.table.startsWith('statistics'))) (await import('./old.js')).named(r.tables);
  const make = (name) => {
    const td = cell(name, r.values[name], beside(name));
    cells.set(name, td);
    return td;
  };
  const tables = h('section', { 'aria-labelledby': 'h-tables' },
    h('h2', { id: 'h-tables', tabindex: '-1' }, t('report.tables')),
    legend(),
    h('p', { class: 'note screen' }, t('report.keys')),
    r.tables.length ? r.tables.map((table) => sheet(table, make)) : h('p', { class: 'message' }, t('report.notables')),
    r.tables.length ? h('p', null, h('button',
      { type: 'button', class: 'quiet',
        onclick: async () => (await import('./download.js')).saveCSV(title, [['name', t('figure'), 'text', 'number', 'unit', 'state',
          'verdict', 'page', 'table_index', 'grid_row', 'grid_column', 'anomalies'], ...[...cells.keys()].map((name) => [name, label(name),
            ...['text', 'number', 'unit', 'state', 'verdict', 'page', 'table_index', 'grid_row',
              'grid_column'].map((k) => (r.values[name] ? r.values[name][k] : null)), (r.marks[name] || []).join(' ')])]) },
      t('download.csv'))) : null);

  const parts = [
    ['tables', tables],
    ['findings', findings()],
    ['claims', claims()],
    ['prose', h('section', { 'aria-labelledby': 'h-prose' }, h('h2', { id: 'h-prose', tabindex: '-1' }, t('prose')),
      r.sections.length ? [h('p', { class: 'note screen' }, t('prose.note')), text.body] : h('p', { class: 'note' }, t('prose.none')))],
    ['reuse', (await import('./reuse.js')).reuse(r, key, text)],
    ['anomalies', h('section', { 'aria-labelledby': 'h-anomalies' }, h('h2', { id: 'h-anomalies', tabindex: '-1' }, t('nav.anomalies')),
      r.anomalies.length ? anomalyList(r.anomalies) : noAnomalies(t('report.noanomalies')))],
    ['versions', (await import('./versions.js')).versions(r)],
  ];
  const counts = { findings: r.findings.length, claims: r.claims.length, prose: r.sections.length,
    reuse: r.reuse.filter((u) => u.share >= 0.0005).length,
    anomalies: r.anomalies.length, versions: r.versions.length };
  const jump = h('nav', { class: 'jump', 'aria-label': t('report.contents') },
    h('ul', null, parts.map(([name]) => h('li', null, h('button', { type: 'button', class: 'link', onclick: () => {
    const heading = document.getElementById(`h-${name}`);
    heading.scrollIntoView();
    heading.focus({ preventScroll: true });
  } }, t(`report.${name}`), name in counts ? h('small', null, ` ${count(counts[name])}`) : null)))));

  const split = h('div', { class: 'split' }, h('div', { class: 'pages' }, jump, parts.map(([, part]) => part)), panel);
  const body = [
    h('p', { class: 'kicker' }, r.authority ? agency(r.authority.id, r.authority.name, r.authority.latin)
      : agency(null, r.report.agency), ' · ',
      year(r.report.report_year)),
    h('h1', { lang: r.report.title ? 'zh-CN' : null }, title),
    facts(r),
    split,
  ];
  hints(tables);
  tables.addEventListener('click', (e) => {
    const td = e.target.closest('td[data-cell]');
    if (!td) return;
    hide();
    const hash = to.report(key, td.dataset.cell);
    if (new URL(hash, location.href).href === location.href) open(td.dataset.cell);
    else go(hash);
  });

  // gather tells for each cell what else is known of it.
  function gather() {
    const found = new Map();
    const claimed = new Map();
    r.findings.forEach((f) => {
      if (!f.name) return;
      if (!found.has(f.name)) found.set(f.name, []);
      found.get(f.name).push(f);
    });
    r.claims.forEach((c) => c.cells.forEach((name) => {
      if (!claimed.has(name)) claimed.set(name, []);
      claimed.get(name).push(c);
    }));
    return (name) => {
      const own = found.get(name) || [];
      const v = r.values[name];
      const list = v && v.findings ? v.findings.map((i) => r.findings[i]) : own;
      const statements = claimed.get(name) || [];
      const severity = own.reduce((s, f) => (worst[f.severity] > worst[s] ? f.severity : s), 'note');
      return { findings: own.length, odd: r.marks[name] || [], severity, claims: statements.length,
        differs: statements.some((c) => c.link === 'disagrees'),
        list: [...new Set([...own, ...list])].filter(Boolean), statements };
    };
  }

  function identitiesOf(name) {
    return r.identities.filter((i) => i.left.includes(name) || i.right.includes(name));
  }

  // close folds the panel and gives the focus back to the cell.
  function close(focus) {
    const td = cells.get(chosen);
    if (td) {
      td.classList.remove('chosen');
      td.removeAttribute('aria-selected');
    }
    panel.hidden = true;
    split.classList.remove('open');
    const was = chosen;
    chosen = null;
    if (focus && cells.get(was)) cells.get(was).focus();
  }

  // settle fills the panel around the evidence; a frame that is moved begins anew.
  function settle(head, note, rest) {
    replace(panelHead, head);
    evidence.hidden = note === null;
    evidenceNote.textContent = note || '';
    evidenceNote.hidden = !note;
    replace(panelRest, rest);
  }

  async function open(name, focus) {
    close(false);
    chosen = name;
    const v = r.values[name];
    const td = cells.get(name);
    if (td) {
      td.classList.add('chosen');
      td.setAttribute('aria-selected', 'true');
      for (const other of td.closest('table').querySelectorAll('td[tabindex="0"]')) other.tabIndex = -1;
      td.tabIndex = 0;
    }
    const heading = h('h2', { tabindex: '-1' }, label(name));
    const info = beside(name);
    const top = v ? h('p', { class: `figure ${v.verdict}` }, printed(v), ' ',
      v.state === 'absent' ? h('span', { class: 'labelled' }, t('absent')) : labelled(v.verdict),
      v.state === 'corrected' ? [' ', labelled('corrected')] : null,
      info.odd.length ? h('span', { class: 'labelled' }, flags(info.odd), t('anomaly.here')) : null) : h('p', { class: 'message' },
        t('panel.nocell', name));
    const handed = h('div');
    const about = v
      ? [
        h('dl', { class: 'facts' },
          row(t('panel.printed'), v.text === null ? t('absent') : v.text === '' ? t('blank') : chinese(`“${v.text}”`)),
          row(t('panel.number'), v.number === null ? t('none') : `${number(v.number)}${v.unit ? ` ${v.unit}` : ''}`),
          row(t('panel.state'), t(`state.${v.state}`)),
          row(t('verdict'), t(`verdict.${v.verdict}`)),
          v.confidence !== null && v.confidence !== undefined ? row(t('panel.confidence'), percent(v.confidence)) : null,
          v.confirmed_by ? row(t('panel.confirmed'), h('code', null, v.confirmed_by.slice(0, 16))) : null,
          row(t('place'), h('span', { class: 'place' }, place(v))),
          row(t('name'), h('code', null, name)))]
      : null;
    settle(
      [h('div', { class: 'bar' }, heading,
        h('button', { type: 'button', class: 'quiet close', onclick: () => go(to.report(key)), 'aria-label': t('close') }, '✕')),
      top, handed],
      v ? (v.state === 'absent' ? t('evidence.absent') : '') : null,
      [
        v ? h('section', { 'aria-label': t('panel.printed') }, about, identityList(name)) : null,
        info.list.length ? h('section', null, h('h3', null, t('findings')),
          h('ul', { class: 'plain' }, info.list.map((f) => h('li', null, labelled(f.severity, codeWords(f)),
            doubt(f))))) : null,
        info.odd.length ? h('section', { class: 'oddities' }, h('h3', null, t('anomaly.here')), h('ul', { class: 'plain' },
          info.odd.map((id) => r.anomalies.find((a) => a.id === id) || { id }).map((a) => h('li', null,
            a.severity ? labelled(a.severity, ruleOf(a)) : null,
            h('p', null, h('a', { href: to.anomaly(a.id) }, a.sentence ? choose(a, 'sentence') : a.id)), judgement(a.id))))) : null,
        info.statements.length ? h('section', null, h('h3', null, t('claims.title')),
          h('ul', { class: 'plain' }, info.statements.map(claimItem))) : null,
        h('p', null, h('a', { class: 'more', href: to.compare({ a: r.authority ? [r.authority.id] : [], n: [name] }) },
          t('panel.compare'))),
      ]);
    if (v) import('./cells.js').then(({ handOn }) => append(handed, handOn(r, key, name)), () => {});
    panel.hidden = false;
    split.classList.add('open');
    panel.scrollTop = 0;
    if (td) td.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    if (focus) heading.focus({ preventScroll: true });
    if (v) await (await viewed()).show(v, `${r.part}.${name}`, label(name));
  }

  // openFinding shows the place of a finding that is about no cell of the form.
  async function openFinding(f, index) {
    close(false);
    settle(
      [h('div', { class: 'bar' }, h('h2', { tabindex: '-1' }, codeWords(f)),
        h('button', { type: 'button', class: 'quiet close', onclick: () => close(true), 'aria-label': t('close') }, '✕')),
          doubt(f), h('p', { class: 'note' }, place(f))],
      '', []);
    panel.hidden = false;
    split.classList.add('open');
    panel.querySelector('h2').focus({ preventScroll: true });
    await (await viewed()).show(f, `${r.part}.finding.${index}`, codeWords(f));
  }

  function identityList(name) {
    const list = identitiesOf(name);
    return h('div', { class: 'part-of' }, h('h3', null, t('identities')), list.length
      ? h('ul', { class: 'plain identities' }, list.map((i) => {
        const all = [...i.left, ...i.right];
        const sameRow = all.every((n) => n.split('.')[1] === all[0].split('.')[1]);
        const term = (n) => {
          const d = dataset().cell.get(n);
          const words = d ? (sameRow ? d.column_label : d.row_label) : n;
          const comma = d ? d.words.lastIndexOf(', ') : -1;
          const short = inLatin() && comma > 0 ? (sameRow ? d.words.slice(comma + 2) : d.words.slice(0, comma))
            : total.test(shortened(words)) && d ? d.words_zh.split('·').at(sameRow ? 1 : 0) || words : shortened(words);
          return h('button', { type: 'button', class: `term-of${n === name ? ' self' : ''}`, title: label(n), onclick: () => {
            if (cells.get(n)) cells.get(n).focus();
          } }, inLatin() ? short : chinese(short), ' ',
          h('b', null, r.values[n] && r.values[n].number !== null ? number(r.values[n].number) : '–'));
        };
        const side = (names) => {
          const zero = names.filter((n) => n !== name && r.values[n] && r.values[n].number === '0');
          const rest = names.length > 6 && zero.length > 1 ? names.filter((n) => !zero.includes(n)) : names;
          const out = rest.flatMap((n, k) => (k ? [' + ', term(n)] : [term(n)]));
          if (rest !== names) out.push(out.length ? ' + ' : '', h('span', { class: 'note' }, t('identities.zeros', zero.length)));
          return out;
        };
        return h('li', { class: i.state },
          h('p', null, labelled({ holds: 'proved', fails: 'contradicted', open: 'unchecked' }[i.state],
            `${t(`along.${i.along}`)} ${t(`identity.${i.state}`)}`),
              i.state === 'open' ? null : h('span', { class: 'sums' },
                ` ${number(i.left_sum)} ${i.state === 'holds' ? '=' : '≠'} ${number(i.right_sum)}`)),
          h('p', { class: 'equation' }, side(i.left), i.state === 'fails' ? ' ≠ ' : ' = ', side(i.right)));
      }))
      : h('p', { class: 'note' }, t('identities.none')));
  }

  function ruleOf(a) {
    const rule = dataset().rule.get(a.rule);
    return rule ? choose(rule, 'title') : a.rule;
  }

  function codeWords(f) {
    const code = dataset().code.get(f.code);
    return code ? choose(code, 'meaning') : f.code;
  }

  function claimItem(c) {
    return h('li', { class: `claimed ${c.link}` },
      h('p', null, h('a', { href: to.section(key, c.section, c.start, c.end) }, chinese(`“${c.text}”`)), ' ',
        labelled({ agrees: 'proved', disagrees: 'contradicted' }[c.link] || 'unchecked', t(`link.${c.link}`)),
          c.table_says === null || c.table_says === undefined ? null : h('span', null, t('claims.says', number(c.table_says)))),
      c.relation ? h('p', { class: 'note' },
        [t(`relation.${c.relation}`), c.scope ? chinese(c.scope) : null, c.year ? String(c.year) : null,
          c.about ? t('claims.about') : null].filter(Boolean).flatMap((x, i) => (i ? [' · ', x] : [x]))) : null);
  }

  function findings() {
    const order = r.findings.map((f, i) => ({ f, i })).sort((a, b) => worst[b.f.severity] - worst[a.f.severity] || a.i - b.i);
    return h('section', { 'aria-labelledby': 'h-findings' }, h('h2', { id: 'h-findings', tabindex: '-1' }, t('findings')),
      order.length ? h('ul', { class: 'plain findings' }, order.map(({ f, i }) => h('li', null,
        h('p', null, labelled(f.severity), ' ', h('b', null, codeWords(f)), ' ', h('code', null, f.code)),
        doubt(f),
        h('p', { class: 'meta' }, f.name ? h('span', null, label(f.name)) : null, h('span', { class: 'place' }, place(f)),
          target(f) ? h('button', { type: 'button', class: 'link', onclick: () => focusCell(target(f)) }, t('findings.cell')) : null,
          r.values[f.name] ? h('a', { href: to.report(key, f.name) }, t('evidence')) : r.evidence.kind !== 'none' &&
            (f.page || f.path || f.offset || f.table_index) ? h('button',
              { type: 'button', class: 'link', onclick: () => openFinding(f, i) }, t('evidence')) : null))))
        : h('p', { class: 'note' }, t('findings.none')));
  }

  // target is the cell that a finding names; of a row or table, the cell at its place or the first.
  function target(f) {
    if (!f.name) return null;
    if (r.values[f.name]) return f.name;
    const under = [...cells.keys()].filter((n) => n.startsWith(`${f.name}.`) || n.startsWith(`${f.name.split('.')[0]}.`));
    const same = (v) => v && v.table_index !== null && ['page', 'table_index', 'grid_row', 'grid_column'].every((k) => v[k] === f[k]);
    return under.find((n) => same(r.values[n])) || under.find((n) => n.startsWith(`${f.name}.`)) || null;
  }

  function focusCell(name) {
    const td = cells.get(name);
    if (!td) return;
    td.scrollIntoView({ block: 'center', inline: 'center' });
    td.focus({ preventScroll: true });
  }

  function claims() {
    const rank = { disagrees: 0, agrees: 1 };
    const list = r.claims.slice().sort((a, b) => (rank[a.link] ?? 2) - (rank[b.link] ?? 2));
    const linked = list.filter((c) => c.cells.length);
    const rest = list.filter((c) => !c.cells.length);
    return h('section', { 'aria-labelledby': 'h-claims' }, h('h2', { id: 'h-claims', tabindex: '-1' }, t('claims.title')),
      list.length ? h('p', { class: 'note' }, rest.length ? t('claims.note', count(linked.length), count(rest.length))
        : t('claims.noteall', count(linked.length))) : h('p',
        { class: 'note' }, t('claims.none')),
      linked.length ? h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': t('claims.title') },
        h('table', { class: 'data' },
        h('caption', { class: 'vh' }, t('claims.title')),
        h('thead', null, h('tr', null, ['claims.text', 'claims.cells', 'claims.relation', 'claims.table',
          'claims.link'].map((c) => h('th', { scope: 'col' }, t(c))))),
        h('tbody', null, linked.map((c) => h('tr', null,
          h('th', { scope: 'row' }, h('a', { href: to.section(key, c.section, c.start, c.end) }, chinese(c.text))),
          h('td', null, c.cells.map((n, i) => [i ? ' + ' : null, h('a', { href: to.report(key, n) }, label(n))]),
            c.of.length ? [' ÷ ', c.of.map((n, i) => [i ? ' + ' : null, label(n)])] : null),
          h('td', null, c.relation ? t(`relation.${c.relation}`) : h('span', { class: 'none' }, t('none')),
            c.about ? ` (${t('claims.about')})` : ''),
          h('td', { class: 'n' }, c.table_says === null ? h('span', { class: 'none' }, t('none')) : number(c.table_says)),
          h('td', { title: said(c) }, labelled({ agrees: 'proved', disagrees: 'contradicted' }[c.link] || 'unchecked',
            t(`link.${c.link}`)))))))) : null);
  }

  function row(words, value) {
    return h('div', null, h('dt', null, words), h('dd', null, value));
  }

  // hints shows what is known of the cell under the pointer or the focus.
  let hint = null;
  function hide() {
    if (!hint) return;
    const td = cells.get(hint.name);
    if (td) td.removeAttribute('aria-describedby');
    hint.box.remove();
    hint = null;
  }

  function show(td) {
    const name = td.dataset.cell;
    if (hint && hint.name === name) return;
    hide();
    const v = r.values[name];
    const info = beside(name);
    const box = h('div', { class: 'tip', role: 'tooltip', id: 'tip' },
      h('p', { class: 'tip-name' }, label(name)),
      v && v.state !== 'absent' ? h('p', null, v.text === null ? t('absent') : v.text === '' ? t('blank') : chinese(`“${v.text}”`), ' · ',
        labelled(v.verdict), v.verdict === 'inferred' ? ` = ${number(v.number)}` : '',
        v.state === 'corrected' ? ` → ${number(v.number)} (${t('corrected')})` : '',
        v.unit ? ` · ${v.unit}` : '') : h('p', null, t('state.absent')),
      v && v.state !== 'absent' ? h('p', { class: 'place' },
        place({ ...v, box: null, path: v.page || v.table_index ? null : v.path })) : null,
      identitiesOf(name).map((i) => h('p', null, labelled({ holds: 'proved', fails: 'contradicted', open: 'unchecked' }[i.state],
        `${t(`along.${i.along}`)} ${t(`identity.${i.state}`)}`),
          i.state === 'open' ? '' : ` ${number(i.left_sum)} ${i.state === 'holds' ? '=' : '≠'} ${number(i.right_sum)}`)),
      info.list.map((f) => h('p', null, labelled(f.severity, codeWords(f)))),
      info.statements.slice(0, 3).map((c) => h('p', null, '¶ ', chinese(`“${c.text}”`), ' ', t(`link.${c.link}`))),
      info.statements.length > 3 ? h('p', null, `¶ +${info.statements.length - 3}`) : null,
      h('p', { class: 'note' }, t('tip.enter')));
    document.body.append(box);
    td.setAttribute('aria-describedby', 'tip');
    hint = { name, box };
    follow();
    box.addEventListener('mouseleave', hide);
  }

  // follow keeps the hint at its cell while the page scrolls.
  function follow() {
    if (!hint) return;
    const a = cells.get(hint.name).getBoundingClientRect();
    if (a.bottom < 0 || a.top > window.innerHeight) {
      hide();
      return;
    }
    const b = hint.box.getBoundingClientRect();
    const left = Math.max(8, Math.min(a.left, document.documentElement.clientWidth - b.width - 8));
    const top = a.bottom + b.height + 10 < window.innerHeight ? a.bottom + 5 : Math.max(8, a.top - b.height - 5);
    hint.box.style.setProperty('left', `${left}px`);
    hint.box.style.setProperty('top', `${top}px`);
  }

  function hints(container) {
    const of = (e) => (e.target instanceof Element ? e.target.closest('td[data-cell]') : null);
    container.addEventListener('mouseover', (e) => {
      const td = of(e);
      if (td) show(td);
    });
    container.addEventListener('mouseout', (e) => {
      if (!of(e)) return;
      const into = e.relatedTarget instanceof Element ? e.relatedTarget.closest('td[data-cell], .tip') : null;
      if (!into) hide();
    });
    container.addEventListener('focusin', (e) => {
      const td = of(e);
      if (td && td.matches(':focus-visible')) show(td);
    });
    container.addEventListener('focusout', hide);
  }

  const escape = (e) => {
    if (!split.isConnected) {
      rest();
      return;
    }
    if (e.key !== 'Escape') return;
    if (hint) hide();
    else if (chosen) {
      const was = chosen;
      go(to.report(key));
      close(false);
      if (cells.get(was)) cells.get(was).focus();
    } else if (!panel.hidden) close(false);
  };
  const rest = () => {
    document.removeEventListener('keydown', escape);
    window.removeEventListener('scroll', follow, true);
    hide();
  };
  const listen = () => {
    document.addEventListener('keydown', escape);
    window.addEventListener('scroll', follow, true);
  };
  listen();

  async function arrive(to_, focus) {
    const [, second, position, start, end] = to_.parts;
    if (second === 'section') text.point(Number(position), Number(start), Number(end));
    else if (second) await open(second, focus);
  }

  return {
    title: () => (chosen ? `${label(chosen)} · ${title}` : title),
    body,
    ready: (first) => arrive(route, !first),
    again: listen,
    async update(next) {
      if (next.parts[0] !== key) {
        hide();
        return false;
      }
      if (next.parts[1] && next.parts[1] !== 'section') await arrive(next, true);
      else {
        const was = chosen;
        close(next.parts[1] ? false : document.activeElement === document.body || panel.contains(document.activeElement));
        if (next.parts[1]) await arrive(next, true);
        else if (was && document.activeElement === document.body && cells.get(was)) cells.get(was).focus();
      }
      return true;
    },
  };
}

// total is a label that many rows end in: of which rows it is the total, the short words of the form say.
const total = /^[总合小]计$/;

// shortened is the last part of a path of the form's labels without its number: "（七）总计" is "总计".
export function shortened(label_) {
  const last = String(label_).split(/\s*\/\s*/).at(-1);
  const bare = last.replace(/^(?:[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+、|\d+[.．、])\s*/, '') || last;
  return [...bare].length > 24 ? `${[...bare].slice(0, 23).join('')}…` : bare;
}

function facts(r) {
  const p = r.report;
  const fact = (words, value) => (value === null || value === undefined ||
    value === '' ? null : h('div', null, h('dt', null, words), h('dd', null, value)));
  const verdict = (name) => (p[name] ? h('span', { class: 'pair' }, labelled(name), ' ', count(p[name])) : null);
  return [
    p.superseded ? h('p', { class: 'message' }, t('report.supersededon', day(p.superseded))) : null,
    p.status === 'partly' ? h('p', { class: 'message' }, t('report.partly'),
      r.source.reason ? [' ', reason(r.source.reason)] : null) : null,
    h('dl', { class: 'facts' },
      fact(t('published'), p.published ? [day(p.published), p.in_time ? ` (${t(`intime.${p.in_time}`)})` : null] : t('none')),
      fact(t('deadline'), p.deadline ? day(p.deadline) : null),
      fact(t('scope'), p.scope ? (known(`scope.${p.scope}`) ? t(`scope.${p.scope}`) : p.scope) : null),
      fact(t('format'), form(r.source.media_type)),
      fact(t('document'), [r.source.url ? outward(r.source.url,
        r.source.url.length > 80 ? `${r.source.url.slice(0, 77)}…` : r.source.url) : chinese(r.source.file || ''), h('br'),
          h('code', { class: 'hash' }, r.document), r.part > 1 ? ` ${t('report.part', r.part)}` : null]),
      fact(t('cells'), [count(p.cells),
        h('span', { class: 'verdicts' }, ['proved', 'inferred', 'unchecked', 'contradicted'].map(verdict),
          p.absent ? h('span', { class: 'pair' }, h('span', { 'aria-hidden': 'true' }, '∅ '), t('absent'), ' ', count(p.absent)) : null)])),
  ];
}
