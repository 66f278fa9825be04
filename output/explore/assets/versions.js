// The versions of a report, and what can be set beside it: a version, or another year.
import { h, replace } from './dom.js';
import { t } from './words.js';
import { get } from './data.js';
import { to } from './route.js';
import { day, year, chinese } from './format.js';
import { form, outward, select, field } from './marks.js';

// versions is the section of a report that lists its versions and sets one beside it.
export function versions(r) {
  const beside = h('div', { 'aria-live': 'polite' });
  const others = r.versions.filter((v) => v.key !== r.key);
  const pick = h('div', { class: 'filters' });
  const section = h('section', { 'aria-labelledby': 'h-versions' },
    h('h2', { id: 'h-versions', tabindex: '-1' }, t('report.versions')),
    r.versions.length ? h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': t('report.versions') },
      h('table', { class: 'data' },
      h('caption', { class: 'vh' }, t('report.versions')),
      h('thead', null, h('tr', null, ['report', 'seen', 'superseded', 'published', 'format'].map((c) => h('th', { scope: 'col' }, t(c))))),
      h('tbody', null, r.versions.map((v) => h('tr', null,
        h('th', { scope: 'row' }, v.key === r.key ? h('b', null,
          t(v.file === r.source.file ? 'versions.this' : 'versions.copy')) : h('a', { href: to.report(v.key) },
            t('versions.other')), ' ', h('code', { class: 'note' }, v.key.slice(0, 12)), h('br'),
              v.url ? outward(v.url) : chinese(v.file || '')),
        [v.seen, v.superseded, v.published].map((d) => h('td', null, day(d) || h('span', { class: 'none' }, t('none')))),
        h('td', null, form(v.media_type))))))) : null,
    others.length ? null : h('p', { class: 'note' }, t('versions.only')),
    pick, beside);
  const start = h('button', { type: 'button', onclick: async () => {
    start.disabled = true;
    const list = others.map((v) => [v.key,
      `${t('versions.other')} ${v.key.slice(0, 8)} ${day(v.seen || v.published) || ''} ${form(v.media_type)}`]);
    if (r.authority) {
      try {
        const a = await get(`api/authorities/${r.authority.id}.json`);
        for (const x of a.reports) if (x.key !== r.key &&
          !list.some(([k]) => k === x.key)) list.push([x.key, `${year(x.year)} ${x.title || x.file || x.key.slice(0, 8)}`]);
      } catch (failure) {
        replace(beside, h('p', { class: 'message error' }, failure.message));
      }
    }
    if (!list.length) {
      replace(pick, h('p', { class: 'note' }, t('versions.nothing')));
      return;
    }
    let only = true;
    let key = list[0][0];
    const { compare } = await import('./sides.js');
    const draw = async () => replace(beside, await compare(r, key, only));
    replace(pick,
      field(t('versions.with'), select(list, key, (v) => {
        key = v;
        draw();
      })),
      h('label', { class: 'check' }, h('input', { type: 'checkbox', checked: true, onchange: (e) => {
        only = e.target.checked;
        draw();
      } }), ' ', t('versions.onlydiffering')));
    await draw();
    pick.querySelector('select').focus();
  } }, t('versions.compare'));
  pick.append(start);
  return section;
}
