import { access, readdir } from 'node:fs/promises';
import { decodeImage } from '../images/decode-image.js';
import { parseAnnotatedName } from '../storage/annotated-name.js';
import type { EngineFolders } from '../storage/engine-folders.js';
import { fileDigest } from '../storage/file-digest.js';
import { NodeFailure } from './node-failure.js';
import type { NodeDefinition } from './node.js';

const PICTURE_NAME = /\.(jpe?g|png|webp)$/i;

/** Reads a picture from the input folder, or from another where the name says so (`a.png [output]`). */
export const loadImage: NodeDefinition = {
  className: 'LoadImage',
  displayName: 'Load Image',
  description: 'Loads a JPEG, PNG or WebP file.',
  category: 'image',
  inputs: {
    image: {
      type: 'COMBO',
      choices: listPictures,
      // A name with a subfolder or an annotation is not in the list; only its existence counts.
      choicesAreHints: true,
      settings: { image_upload: true },
    },
  },
  outputs: [
    { name: 'IMAGE', type: 'IMAGE' },
    { name: 'MASK', type: 'MASK' },
  ],
  isOutput: false,

  async validate(inputs, folders) {
    const name = inputs.text('image');
    const path = pathOf(name, folders);
    if (path !== undefined && (await isReadable(path))) return undefined;
    return { input: 'image', message: `Invalid image file: ${name}` };
  },

  async fingerprint(inputs, folders) {
    return fileDigest(existingPath(inputs.text('image'), folders));
  },

  async execute(inputs, run) {
    const { image, mask } = await decodeImage(existingPath(inputs.text('image'), run.folders));
    return { outputs: [image, mask] };
  },
};

async function listPictures(folders: EngineFolders): Promise<string[]> {
  const entries = await readdir(folders.of('input'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && PICTURE_NAME.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}

function pathOf(text: string, folders: EngineFolders): string | undefined {
  const { name, type = 'input' } = parseAnnotatedName(text);
  return name === '' ? undefined : folders.resolve(type, name);
}

/** Validation has refused what does not resolve; the file itself may have gone since. */
function existingPath(text: string, folders: EngineFolders): string {
  const path = pathOf(text, folders);
  if (path === undefined) throw new NodeFailure('FileNotFoundError', `Invalid image file: ${text}`);
  return path;
}

async function isReadable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
