/** Where our uploads lie in the engine's input folder, so that an operator can tell and clear them. */
export const UPLOAD_FOLDER = 'photo-repair';
