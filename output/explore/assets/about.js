// What verdicts, states and marks mean, how to cite, where the data are for programs.
import { h } from './dom.js';
import { t, language } from './words.js';
import { get, dataset } from './data.js';
import { to, permalink } from './route.js';
import { count, day, share, year } from './format.js';
import { choose, labelled, tile, verdicts, sign } from './marks.js';
import { printed } from './form.js';
import { stacks } from './stacks.js';
import { reason } from './reasons.js';
import { citations } from './cite.js';

export async function view() {
  const d = dataset();
  const [{ rules }, o] = await Promise.all([get('api/rules.json'), get('api/overview.json')]);
  const title = t('about.title');
  const table = (caption, head, rows) => h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': caption },
    h('table', { class: 'data' },
    h('caption', { class: 'vh' }, caption), h('thead', null, h('tr', null, head.map((x) => h('th', { scope: 'col' }, x)))),
    h('tbody', null, rows.map((row) => h('tr', null, row.map((x, i) => h(i ? 'td' : 'th', i ? null : { scope: 'row' }, x)))))));
  const cite = citations({ title: t('about.dataset'), permalink: permalink(to.overview()) })
    .filter(([style]) => language() === 'en' || style !== 'APA');
  const states = [['number', { state: 'number', text: '12' }], ['number', { state: 'number', text: '0' }],
    ['blank', { state: 'blank', text: '' }], ['mark', { state: 'mark', text: '/' }], ['text', { state: 'text', text: '无' }],
      ['absent', { state: 'absent' }]];
  return {
    title,
    body: [
      h('h1', null, title),
      h('div', { class: 'reading' }, [1, 2, 3].map((n) => h('p', null, t(`about.p${n}`)))),
      h('section', { 'aria-labelledby': 'h-verdicts' }, h('h2', { id: 'h-verdicts' }, t('about.verdicts')),
        table(t('about.verdicts'), [t('verdict'), t('meaning')], verdicts.map((v) => [labelled(v), t(`verdict.${v}`)]))),
      h('section', { 'aria-labelledby': 'h-states' }, h('h2', { id: 'h-states' }, t('about.states')),
        table(t('about.states'), [t('about.looks'), t('panel.state'), t('meaning')], [
          ...states.map(([s, v]) => [printed(v), h('code', null, s), v.text === '0' ? t('form.zero') : t(`state.${s}`)]),
          [[printed({ state: 'blank', text: '', verdict: 'inferred', number: '0' }), ' ', sign('inferred')],
            h('code', null, 'blank'), t('verdict.inferred')]])),
      reading(o, d),
      h('section', { 'aria-labelledby': 'h-rules' }, h('h2', { id: 'h-rules' }, t('about.rules')),
        h('p', { class: 'note' }, t('about.rulesnote')),
        rules.map((r) => h('details', { class: 'block' },
          h('summary', null, labelled(r.severity, choose(r, 'title')), ' ', h('code', null, r.code)),
          h('p', null, choose(r, 'doc')), r.source ? h('p', { class: 'note' }, t('anomaly.source'), choose(r, 'source')) : null,
          choose(r, 'innocent') && choose(r, 'innocent').length ? [h('p', null, t('anomaly.innocent'), t('colon')),
            h('ul', null, choose(r, 'innocent').map((x) => h('li', null, x)))] : null,
          h('p', null, h('a', { href: to.anomalies({ rule: [r.code] }) }, t('about.rulelist')))))),
      h('section', { 'aria-labelledby': 'h-codes' }, h('h2', { id: 'h-codes' }, t('about.codes')),
        h('details', { class: 'block' }, h('summary', null, t('about.codes'), ' ', h('small', null, t('n.rows', d.codes.length))),
          table(t('about.codes'), [t('code'), t('severity'), t('meaning')],
            d.codes.map((c) => [h('code', null, c.code), labelled(c.severity), choose(c, 'meaning')])))),
      h('section', { 'aria-labelledby': 'h-cite' }, h('h2', { id: 'h-cite' }, t('about.cite')), h('p', null, t('about.citenote')),
        cite.map(([style, words]) => h('figure', { class: 'quotable' }, h('figcaption', null, style),
          h('blockquote', { class: 'quoted', lang: style === 'APA' ? 'en' : 'zh-CN' }, words)))),
      h('section', { 'aria-labelledby': 'h-data' }, h('h2', { id: 'h-data' }, t('about.data')),
        h('p', null, t('about.api'), ' ', h('a', { href: to.api() }, t('api.title'))),
        h('dl', { class: 'facts' }, [['set', h('code', { class: 'hash' }, d.edition.sha256)],
          ['day', d.edition.day ? t(`about.${d.edition.by}`, day(d.edition.day)) : t('none')],
          ['program', d.program], ['version', h('code', null, d.edition.program)], ['shown', h('code', null, d.version)],
          ['mode', t(d.static ? 'about.static' : 'about.server')]].map(([k, v]) => h('div', null, h('dt', null, t(`about.${k}`)),
            h('dd', null, v))),
          Object.entries(d.rows).map(([k, v]) => h('div', null, h('dt', null, h('code', null, k)), h('dd', null, t('n.rows', count(v))))))),
    ],
  };
}

// reading tells how well the documents could be read, year by year.
function reading(o, d) {
  const sum = (field) => o.years.reduce((total, y) => total + (y[field] || 0), 0);
  return h('section', { 'aria-labelledby': 'h-reading' },
    h('h2', { id: 'h-reading' }, t('overview.reading')),
    h('dl', { class: 'tiles' },
      tile(t('documents'), count(d.documents),
        sum('unread') ? h('a', { href: to.unread() }, t('overview.unread', count(sum('unread')))) : t('overview.allread')),
      tile(t('reports'), count(d.reports), sum('partly') ? t('overview.partly', count(sum('partly'))) : null),
      tile(t('authorities'), count(d.authorities), h('a', { href: to.coverage() }, t('nav.coverage'))),
      tile(t('cells'), count(sum('cells')), t('overview.absent', count(sum('absent')))),
      tile(t('proved'), share(sum('proved'), sum('cells') - sum('absent')), t('overview.provednote')),
      tile(t('findings'), count(sum('errors') + sum('warnings') + sum('notes')),
        t('overview.findings', count(sum('errors')), count(sum('warnings')), count(sum('notes'))))),
    stacks({
      title: t('overview.verdicts'), first: t('year'), file: 'verdicts',
      kinds: ['proved', 'inferred', 'unchecked', 'contradicted', 'absent'].map((name) => ({ name, label: t(name) })),
      rows: o.years.map((y) => ({ label: year(y.year), values: [y.proved, y.inferred, y.unchecked, y.contradicted, y.absent] })),
    }),
    years(o),
    o.reasons.length ? [
      h('h3', null, t('overview.reasons')),
      h('table', { class: 'data narrow' }, h('caption', { class: 'vh' }, t('overview.reasons')),
        h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('reason')), h('th', { scope: 'col', class: 'n' }, t('documents')))),
        h('tbody', null, o.reasons.map((r) => h('tr', null, h('th', { scope: 'row' }, reason(r.reason)),
          h('td', { class: 'n' }, count(r.documents)))))),
      h('p', null, h('a', { class: 'more', href: to.unread() }, t('overview.unreadlist')))] : null);
}

function years(o) {
  const columns = ['documents', 'read', 'partly', 'unread', 'reports', 'authorities', 'kept', 'missed', 'deadline_unknown', 'cells',
    'absent', 'proved', 'inferred', 'unchecked', 'contradicted', 'errors', 'warnings', 'notes'];
  return h('details', { class: 'block' }, h('summary', null, t('overview.years')),
    h('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': t('overview.years') }, h('table', { class: 'data' },
      h('caption', { class: 'vh' }, t('overview.years')),
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('figure')),
        o.years.map((y) => h('th', { scope: 'col', class: 'n' }, year(y.year))))),
      h('tbody', null, columns.map((c) => h('tr', null, h('th', { scope: 'row' }, t(`of.${c}`)),
        o.years.map((y) => h('td', { class: 'n' }, count(y[c])))))))));
}
