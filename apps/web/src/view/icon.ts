const SVG = 'http://www.w3.org/2000/svg';

/** Line drawings on a 24 x 24 field. */
const PATHS = {
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4.4 3.6-7 8-7s8 2.6 8 7',
  building: 'M3 21h18M5 21V10l7-6 7 6v11M10 21v-5h4v5M9 12h1M14 12h1',
  'dust-scratches': 'M4 20L13.5 10.5M17 4v4M15 6h4M19 12v3M17.5 13.5h3M8 4v3M6.5 5.5h3',
  upscale: 'M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7',
  'person-upscale':
    'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM7.5 18c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4',
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

/** Those of the shipped task types. */
const TYPE_ICONS: readonly IconName[] = ['person', 'building', 'dust-scratches', 'upscale', 'person-upscale'];

/** The drawing for a task type, whichever version; types that came by dropping in a file have none of their own. */
export function iconOfType(type: string): SVGSVGElement {
  const name = type.replace(/@\d+$/, '');
  return icon(TYPE_ICONS.find((each) => each === name) ?? 'picture');
}
