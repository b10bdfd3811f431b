const SVG = 'http://www.w3.org/2000/svg';

/** Line drawings on a 24 x 24 field. */
const PATHS = {
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4.4 3.6-7 8-7s8 2.6 8 7',
  building: 'M3 21h18M5 21V10l7-6 7 6v11M10 21v-5h4v5M9 12h1M14 12h1',
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01',
  add: 'M12 16V5M8 9l4-4 4 4M4 16v3h16v-3',
  save: 'M12 4v11M8 11l4 4 4-4M4 17v3h16v-3',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside words that say the same; screen readers skip it. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** The drawing for a task type; types that came by dropping in a file have none of their own. */
export function iconOfType(type: string): SVGSVGElement {
  return icon(type === 'person' || type === 'building' ? type : 'picture');
}
