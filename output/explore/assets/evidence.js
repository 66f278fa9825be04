// Where a value is printed: the inert page in a frame that may do nothing, or the picture of the page with the cell boxed.
import { h, s, append, replace } from './dom.js';
import { t } from './words.js';
import { resource } from './data.js';
import { outward } from './marks.js';
import { reason } from './reasons.js';

// waits are the milliseconds before a picture that failed is asked for again.
const waits = [700, 2000, 5000, 10000];

// viewer is a container that shows places of one report in turn: show(value, id of the element, words).
export function viewer(r) {
  const box = h('div', { class: 'evidence', 'data-evidence': '', 'data-kind': r.evidence.kind });
  const e = r.evidence;
  let frame = null;
  let wide = 100;

  function page(id, words) {
    const address = resource(`${e.view}#${encodeURIComponent(id)}`);
    if (frame && frame.isConnected) {
      // Replacing keeps the history of the reader free of steps within the frame.
      frame.title = t('evidence.frame', words);
      frame.contentWindow.location.replace(address);
      frame.dataset.src = address;
      return null;
    }
    frame = h('iframe', { sandbox: '', referrerpolicy: 'no-referrer', title: t('evidence.frame', words), src: address,
      'data-src': address });
    const made = frame;
    const again = () => { if (made.contentWindow) made.contentWindow.location.replace(made.dataset.src); };
    const loaded = new Promise((done) => {
      // The frame goes to the cell before its page has its height, and again once it has, and whenever it becomes another.
      made.addEventListener('load', () => {
        requestAnimationFrame(() => {
          again();
          new ResizeObserver(again).observe(made);
          done();
        });
      }, { once: true });
      setTimeout(done, 10000);
    });
    replace(box, frame);
    return loaded;
  }

  function picture(v, words) {
    const source = v.page ? e.pages[String(v.page)] : null;
    if (!source) {
      replace(box, h('p', { class: 'message' }, v.page ? t('evidence.nopicture', v.page) : t('evidence.nopage')));
      return;
    }
    const overlay = s('svg', { class: 'overlay', preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' });
    const said = h('p', { class: 'message', role: 'status', hidden: true });
    const image = h('img', { src: resource(source), alt: t(v.box ? 'evidence.boxed' : 'evidence.picture', v.page, words) });
    const sheet = h('div', { class: 'sheet-of-paper', style: { width: `${wide}%` } }, image, overlay);
    const scroller = h('div', { class: 'scroller', tabindex: '0', role: 'group', 'aria-label': t('evidence.frame', words) }, sheet);
    const zoom = (by) => {
      wide = Math.min(400, Math.max(50, by === 0 ? 100 : wide * by));
      sheet.style.setProperty('width', `${wide}%`);
      centre();
    };
    const centre = () => {
      if (!v.box || !image.naturalWidth) return;
      const scale = (image.clientWidth / image.naturalWidth) * (e.dpi / 72);
      scroller.scrollTo({ left: ((v.box[0] + v.box[2]) / 2) * scale - scroller.clientWidth / 2,
        top: ((v.box[1] + v.box[3]) / 2) * scale - scroller.clientHeight / 2 });
    };
    const loaded = new Promise((done) => {
      image.addEventListener('load', () => {
        overlay.setAttribute('viewBox', `0 0 ${image.naturalWidth} ${image.naturalHeight}`);
        if (v.box) {
          const [x0, y0, x1, y1] = v.box.map((n) => (n * e.dpi) / 72);
          append(overlay,
            s('rect', { class: 'halo', x: x0 - 3, y: y0 - 3, width: x1 - x0 + 6, height: y1 - y0 + 6 }),
            s('rect', { class: 'cellbox', 'data-box': '', x: x0, y: y0, width: x1 - x0, height: y1 - y0 }));
        }
        said.hidden = true;
        centre();
        done();
      });
      let tries = 0;
      image.addEventListener('error', () => {
        tries += 1;
        if (tries > waits.length || !image.isConnected) {
          replace(box, h('p', { class: 'message error', role: 'alert' }, t('evidence.failed', v.page), ' ', h('button', { type: 'button',
            class: 'quiet', onclick: () => picture(v, words) }, t('again'))));
          done();
          return;
        }
        // Making a picture may take longer than a busy machine gives it; the next request finds it made.
        said.textContent = t('evidence.retry', v.page, tries, waits.length);
        said.hidden = false;
        setTimeout(() => {
          if (image.isConnected) image.src = `${resource(source)}#${tries}`;
          else done();
        }, waits[tries - 1]);
      });
    });
    replace(box,
      h('div', { class: 'tools' }, h('span', null, t('place.page', v.page)),
        h('button', { type: 'button', class: 'quiet', onclick: () => zoom(1 / 1.4), 'aria-label': t('zoom.out') }, '−'),
        h('button', { type: 'button', class: 'quiet', onclick: () => zoom(0), title: t('zoom.fit') }, '100%'),
        h('button', { type: 'button', class: 'quiet', onclick: () => zoom(1.4), 'aria-label': t('zoom.in') }, '+'),
        h('a', { href: resource(source), target: '_blank', rel: 'noopener' }, t('evidence.open'))),
      said, scroller,
      v.box ? null : h('p', { class: 'note' }, t('evidence.nobox')));
    return loaded;
  }

  return {
    box,
    // show resolves when the page or picture is there.
    async show(v, id, words) {
      if (e.kind === 'picture') await picture(v, words);
      else if (e.kind === 'page' && e.view) await page(id, words);
      else replace(box, h('p', { class: 'message' }, e.reason ? reason(e.reason) : t('evidence.none')));
    },
    original: () => [
      e.kind === 'page' && e.view ? h('a', { href: resource(e.view), target: '_blank', rel: 'noopener' }, t('evidence.open')) : null,
      r.source.url ? outward(r.source.url, t('evidence.original')) : null,
    ].filter(Boolean).flatMap((x, i) => (i ? [' · ', x] : [x])),
  };
}
