import { TaskFailure, type EngineFile } from '@app/contracts';
import FormData from 'form-data';
import { ComfyCallFailure } from '../call-failure.errors.js';
import type { HttpCall } from '../comfy-http.js';
import { engineVanished } from '../engine-vanished.js';
import type { FileRef } from '../protocol.js';
import { uploadResponseSchema } from '../response-schemas.js';
import { UPLOAD_FOLDER } from '../upload-folder.js';
import type { EngineCaller } from './engine-caller.js';

const UPLOAD_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/;

/** No picture is sent as these. A real ComfyUI has a picture's own type, or `application/octet-stream` (v0.27.1). */
const NO_PICTURE = ['text/html', 'application/json'];

/** Files into the engine's folders and out of them. `ComfyClient` says what each call is for. */
export class FileCalls {
  constructor(private readonly caller: EngineCaller) {}

  async upload(image: Buffer, name: string, signal?: AbortSignal): Promise<string> {
    if (!UPLOAD_NAME.test(name)) throw new TypeError('An upload is named with A-Z a-z 0-9 . _ - only');
    const call = this.uploadCall(image, { name, subfolder: UPLOAD_FOLDER, type: 'input' }, signal);
    try {
      const answer = await this.caller.send(call);
      if (answer.status === 413) {
        throw new TaskFailure('bad_image', `The engine takes no upload of ${image.length} bytes`);
      }
      const ref = this.caller.bodyOf(call, answer, uploadResponseSchema);
      return ref.subfolder === '' ? ref.name : `${ref.subfolder}/${ref.name}`;
    } catch (error) {
      const mayHaveArrived = error instanceof ComfyCallFailure && error.call.mayHaveArrived;
      throw mayHaveArrived ? engineVanished('while it took the photo', error) : error;
    }
  }

  async view(ref: FileRef, maxBytes: number, signal?: AbortSignal): Promise<Buffer | null> {
    const query = { filename: ref.filename, subfolder: ref.subfolder, type: ref.type };
    const timeoutMs = this.caller.timeouts.viewMs;
    const call: HttpCall = { ...this.caller.get('/api/view', signal), query, timeoutMs, maxBytes };
    const answer = await this.caller.send(call);
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw this.caller.unexpected(call, answer);
    if (NO_PICTURE.includes(answer.mediaType)) {
      throw this.caller.unexpected(call, answer, `${answer.mediaType} instead of a picture`);
    }
    return answer.body;
  }

  async hasFile({ name, subfolder, type }: EngineFile, signal?: AbortSignal): Promise<boolean> {
    const query = { filename: name, subfolder, type };
    const call: HttpCall = { ...this.caller.get('/api/view', signal), query, range: { from: 0, to: 0 } };
    const answer = await this.caller.send(call);
    if (answer.status === 404) return false;
    // 416: an empty file has no first byte.
    if ([200, 206, 416].includes(answer.status)) return true;
    throw this.caller.unexpected(call, answer);
  }

  async overwrite(file: EngineFile, bytes: Buffer, signal?: AbortSignal): Promise<void> {
    const call = this.uploadCall(bytes, file, signal);
    call.body.append('overwrite', 'true');
    const { name } = this.caller.bodyOf(call, await this.caller.send(call), uploadResponseSchema);
    if (name !== file.name) throw new TaskFailure('unknown', `The engine did not overwrite ${file.name}`);
  }

  private uploadCall(image: Buffer, { name, subfolder, type }: EngineFile, signal?: AbortSignal) {
    // Not the platform's FormData: it would copy the picture three times on its way to the socket.
    const body = new FormData();
    body.append('image', image, { filename: name });
    body.append('type', type);
    body.append('subfolder', subfolder);
    const call = this.caller.post('/api/upload/image', body, signal);
    return { ...call, body, timeoutMs: this.caller.timeouts.uploadMs };
  }
}
