// What a report says word for word as another: of the year before, or of another body.
import { append, h } from './dom.js';
import { t } from './words.js';
import { to } from './route.js';
import { chinese, count, percent } from './format.js';

// reuse lists the reports with which this one shares text, and can mark it in the prose.
export function reuse(r, key, text) {
  const section = h('section', { 'aria-labelledby': 'h-reuse' }, h('h2', { id: 'h-reuse', tabindex: '-1' }, t('report.reuse')));
  const list = r.reuse.filter((u) => u.share >= 0.0005); // less is told as nothing
  if (!list.length) return append(section, h('p', { class: 'note' }, t('reuse.none')));
  const buttons = [];
  return append(section, h('ul', { class: 'plain' }, list.map((u) => {
    const n = r.reuse.indexOf(u);
    const toggle = h('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false', onclick: () => {
      const on = toggle.getAttribute('aria-pressed') !== 'true';
      for (const b of buttons) b.setAttribute('aria-pressed', 'false');
      toggle.setAttribute('aria-pressed', String(on));
      text.reuse(on ? n : null);
    } }, t('reuse.mark'));
    buttons.push(toggle);
    return h('li', null,
      h('p', null, h('b', null, percent(u.share)), ' ', t(`reuse.${u.of}`), ' ',
        h('a', { href: to.report(u.key), lang: 'zh-CN' }, `${u.agency || t('agency.unknown')} ${u.year || ''}`), ' ', toggle),
      u.passages.length ? h('details', null, h('summary', null, t('reuse.passages', count(u.passages.length))),
        h('ol', { class: 'passages' }, u.passages.map((p) => {
        const source = r.sections.find((s) => s.position === p.section);
        const at = source ? spanOf(source.text, p.start, p.end) : '';
        return h('li', null, chinese(at.length > 120 ? `${at.slice(0, 120)}…` : at), ' ',
          h('a', { href: to.section(key, p.section, p.start, p.end) }, t('reuse.here')), ' · ',
            h('a', { href: to.section(u.key, p.other_section, p.other_start, p.other_end) }, t('reuse.there')));
      }))) : null);
  })));
}

function spanOf(text, start, end) {
  const all = new TextEncoder().encode(text);
  return new TextDecoder().decode(all.slice(start, end));
}
