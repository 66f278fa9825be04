// Elements from data. Whatever comes from the dataset becomes text, never markup.

const svgSpace = 'http://www.w3.org/2000/svg';

// h makes an element: h('a', {href: '#/', class: 'x', onclick: f, style: {width: '3em'}}, 'text', child, [children], null).
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

// s does the same for SVG.
export function s(tag, attributes, ...children) {
  return fill(document.createElementNS(svgSpace, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    // The policy of the page forbids style attributes, not styles that a script sets.
    else if (name === 'style') for (const [p, v] of Object.entries(value)) element.style.setProperty(p, v);
    else if (name === 'value' || name === 'selected' || name === 'checked') element[name] = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

// append adds children, lists of children and texts; null and false are nothing.
export function append(element, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === '') continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

// replace puts children in the place of what an element holds.
export function replace(element, ...children) {
  element.replaceChildren();
  return append(element, ...children);
}

// spoken is text for those who listen; what is seen beside it says the same by its form.
export function spoken(text) {
  return h('span', { class: 'vh' }, text);
}

let ids = 0;

// id gives a name that no other element of the page has.
export function id(prefix) {
  ids += 1;
  return `${prefix}-${ids}`;
}
