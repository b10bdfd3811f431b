import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Burnt sienna, the colour of an old print; from shade 6 on white text on it has a contrast above 4.5. */
const sienna: MantineColorsTuple = [
  '#fbf3ee',
  '#f3e3d8',
  '#e7c6b0',
  '#dba885',
  '#d08e61',
  '#c27644',
  '#ad6236',
  '#8f4e2a',
  '#733e22',
  '#57301b',
];

/** Mantine's greys are bluish; these are of paper and of old wood. */
const gray: MantineColorsTuple = [
  '#faf7f2',
  '#f4efe7',
  '#ebe4d9',
  '#e0d7c9',
  '#cfc4b4',
  '#b0a496',
  '#8b8075',
  '#6b6259',
  '#463f38',
  '#2a2521',
];
const dark: MantineColorsTuple = [
  '#ece5db',
  '#d3cabe',
  '#b0a496',
  '#857a6e',
  '#3f3831',
  '#342e28',
  '#2a2520',
  '#211d19',
  '#171411',
  '#0f0d0b',
];

/** Calm, so that the photographs are what one looks at. Colours of surfaces are in `app/surfaces.css`. */
export const theme = createTheme({
  primaryColor: 'sienna',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  colors: { sienna, gray, dark },
  black: '#2a2521',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'var(--sans)',
  headings: { fontFamily: 'var(--serif)', fontWeight: '600' },
});
