import { TaskFailure } from '@app/contracts';
import type { ComfyClient } from './comfy-client.js';
import { downloadImages, type ImageLimits } from './download-images.js';
import { filesOf } from './engine-files.js';
import { engineVanished } from './engine-vanished.js';
import type { PromptResult, ResumePromptRequest } from './prompt-request.js';
import type { HistoryEntry } from './protocol.js';

const IMAGE_LIMITS: ImageLimits = { maxImages: 16, maxImageBytes: 256 * 1024 * 1024 };

/** The images of a prompt that succeeded. */
export async function downloadResult(
  client: ComfyClient,
  { outputNodeId, limits, signal }: ResumePromptRequest,
  entry: HistoryEntry,
): Promise<PromptResult> {
  try {
    const imageLimits = { ...IMAGE_LIMITS, ...limits };
    const images = await downloadImages(client, entry, outputNodeId, imageLimits, signal);
    return { images, files: filesOf(entry) };
  } catch (error) {
    throw error instanceof TaskFailure ? engineVanished('before its result was downloaded', error) : error;
  }
}
