import { shell } from './shell.js';
import { home } from './home.js';
import { add } from './add.js';
import { choose } from './choose.js';
import { photo } from './photo.js';
import { album } from './album.js';
import { archive } from './archive.js';
import { viewer } from './viewer.js';
import { share } from './share.js';
import { problem } from './problem.js';
import { failure } from './failure.js';

/** Every sentence of the page in Simplified Chinese, by room. */
export const chinese = {
  shell,
  home,
  add,
  choose,
  photo,
  album,
  archive,
  viewer,
  share,
  problem,
  failure,
} as const;
