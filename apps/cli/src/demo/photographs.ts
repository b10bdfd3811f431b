import { projectDir } from '@app/runtime';
import { join } from 'node:path';

/** A real photograph that the demo colours, with its credit. */
export interface Photograph {
  /** Begins the names of its files. */
  slug: string;
  /** Task type: `person` for people and animals, `building` for everything that stands still. */
  type: 'person' | 'building';
  title: string;
  photographer: string;
  year: string;
  file: string;
  /** Whose collection and under which terms. */
  credit: string;
}

const GETTY =
  "Digital image courtesy of the Getty's Open Content Program; CC0 1.0, packaged by stdlib (PDDL 1.0)";

function getty(
  slug: string,
  type: Photograph['type'],
  title: string,
  photographer: string,
  year: string,
): Photograph {
  const file = join(projectDir, 'node_modules', '@stdlib', `datasets-img-${slug}`, 'data', 'image.jpg');
  return { slug, type, title, photographer, year, file, credit: GETTY };
}

/** Ten prints from 1865 to 1984: people, animals, a house, plants, landscapes, an aeroplane; wide and tall. */
export const PHOTOGRAPHS: readonly Photograph[] = [
  {
    slug: 'grace-hopper',
    type: 'person',
    title: 'Portrait of Grace Hopper',
    photographer: 'James S. Davis',
    year: '1984',
    file: join(projectDir, 'test', 'fixtures', 'photos', 'grace-hopper.jpg'),
    credit: 'United States Navy, public domain',
  },
  getty('nagasaki-boats', 'person', 'Boats in river, Nagasaki', 'Felice Beato', 'about 1865'),
  getty('locomotion-house-cat', 'person', 'Animal Locomotion: a house cat', 'Eadweard J. Muybridge', '1887'),
  getty('march-pastoral', 'person', 'A March Pastoral, Suffolk', 'Peter Henry Emerson', '1888'),
  getty('dust-bowl-home', 'building', 'Abandoned Dust Bowl home', 'Dorothea Lange', 'about 1935-1940'),
  getty('black-canyon', 'building', 'Black Cañon, Colorado River', "Timothy H. O'Sullivan", '1871'),
  getty('french-alpine-landscape', 'building', 'Alpine landscape', 'Adolphe Braun', '1865-1870'),
  getty('airplane-from-above', 'building', 'Airplane, from above', 'Fédèle Azari', '1914-1929'),
  getty('acanthus-mollis', 'building', 'Acanthus mollis', 'Karl Blossfeldt', '1928'),
  getty('allium-oreophilum', 'building', 'Allium ostrowskianum', 'Karl Blossfeldt', '1928'),
];
