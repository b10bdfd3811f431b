import { Inject, Injectable } from '@nestjs/common';
import { Server, TUS_RESUMABLE } from '@tus/server';
import type { Request, Response } from 'express';
import { v7 as uuidv7 } from 'uuid';
import type { Caller } from '../access/caller.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { refuseContentEncoding } from '../multipart/content-encoding.js';
import { ProblemException } from '../problems/problem.exception.js';
import { lingerAfterAnswer } from '../security/lingering-close.js';
import { UPLOAD_KEPT_MS } from '../tasks/incoming-folder.js';
import { tusProblem } from './tus-problems.js';
import { TusStore } from './tus-store.js';
import { UploadAdmission } from './upload-admission.js';
import { uploadBody } from './upload-body.js';
import { UploadBytes } from './upload-bytes.js';
import { UploadLocks } from './upload-locks.js';
import { readUploadMetadata } from './upload-metadata.js';
import { UploadsStore } from './uploads.store.js';

const PATH = '/v1/uploads';
const BYTES = 'application/offset+octet-stream';
/** What whoever writes an upload has time for when another request wants it: to take what lies in its hands. */
const LET_GO_MS = 100;
/** What an answer of tus consists of. It also says who may read it from other sites, which we decide elsewhere. */
const ANSWERED = /^(?:tus-|upload-|location$|cache-control$)/;

/** What is known of a request while it is served. */
interface Asked {
  caller: Caller | null;
  metadata: string | undefined;
  /** The upload that it has begun. */
  begun?: string;
  failure?: unknown;
}

/** Speaks tus 1.0 (tus.io) by @tus/server, with our access, our limits and our problems. */
@Injectable()
export class TusDoor {
  private readonly server: Server;
  private readonly store: TusStore;
  private readonly asked = new WeakMap<globalThis.Request, Asked>();

  constructor(
    private readonly uploads: UploadsStore,
    files: UploadBytes,
    locks: UploadLocks,
    private readonly admission: UploadAdmission,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {
    this.store = new TusStore(uploads, files);
    this.server = new Server({
      path: PATH,
      datastore: this.store,
      locker: locks,
      lockDrainTimeout: LET_GO_MS,
      maxSize: env.maxUploadBytes,
      relativeLocation: true,
      // Behind a proxy in front of us no page of another site has business here.
      allowedOrigins: [],
      namingFunction: () => uuidv7(),
      onUploadCreate: async (request, { id, size = 0 }) => {
        await this.record(this.asked.get(request)!, id, size);
        return {};
      },
      onResponseError: (request, error) => {
        this.asked.get(request)!.failure = error;
        return undefined;
      },
    });
  }

  /**
   * Serves a request of tus. @param caller null where it does not matter who asks.
   * @throws ProblemException, or the error of a disk.
   */
  async serve(request: Request, response: Response, caller: Caller | null): Promise<void> {
    refuseOtherVersions(request);
    refuseContentEncoding(request);
    refuseOtherBytes(request);
    const web = this.toWeb(request, response);
    const asked: Asked = { caller, metadata: request.get('Upload-Metadata') };
    this.asked.set(web, asked);
    const answer = await this.server.handleWeb(web);
    const isCut = request.destroyed && !request.complete;
    // Nobody is told where it is, so that nobody could go on with it.
    if (asked.begun !== undefined && (isCut || asked.failure !== undefined))
      await this.store.remove(asked.begun);
    if (asked.failure !== undefined) throw tusProblem(asked.failure, this.env.maxUploadBytes);
    if (answer.status >= 400) throw new ProblemException('invalid_request.tus_headers');
    this.send(answer, request, response);
  }

  private async record(asked: Asked, id: string, bytes: number): Promise<void> {
    const { caller, metadata } = asked;
    if (bytes < 1) throw new ProblemException('invalid_request.upload_length');
    readUploadMetadata(metadata);
    const sender_id = await this.admission.admit(caller!, bytes);
    await this.uploads.add({ id, sender_id, bytes, metadata: metadata!, created_at: Date.now() });
    asked.begun = id;
  }

  private toWeb(request: Request, response: Response): globalThis.Request {
    const { method, params, headers } = request;
    const id = params['id'];
    const url = `http://localhost${PATH}${typeof id === 'string' ? `/${id.toLowerCase()}` : ''}`;
    const body =
      headers['content-type'] === BYTES ? uploadBody(request, response, this.env.uploadIdleMs) : null;
    return new globalThis.Request(url, {
      method,
      headers: headersOf(request),
      ...((method === 'POST' || method === 'PATCH') && { body, duplex: 'half' }),
    });
  }

  private send(answer: globalThis.Response, request: Request, response: Response): void {
    for (const [name, value] of answer.headers) if (ANSWERED.test(name)) response.setHeader(name, value);
    if (answer.headers.has('Upload-Expires')) {
      // The server counts from what had come before this request.
      response.setHeader('Upload-Expires', new Date(Date.now() + UPLOAD_KEPT_MS).toUTCString());
    }
    if (!request.complete) lingerAfterAnswer(request, response);
    response.status(answer.status).end();
  }
}

/** The method is the one of the request line, for what it lets pass was judged by that: X-HTTP-Method-Override is nothing. */
function headersOf({ headers }: Request): Record<string, string> {
  const wanted = /^(?:tus-|upload-|content-type$|content-length$)/;
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (wanted.test(name) ? [[name, String(value)]] : [])),
  );
}

/** tus, "Tus-Resumable": another version is 412, and told which there is. @throws ProblemException. */
function refuseOtherVersions(request: Request): void {
  if (request.method === 'OPTIONS' || request.get('Tus-Resumable') === TUS_RESUMABLE) return;
  throw new ProblemException(
    'invalid_request.tus_version',
    {},
    { headers: { 'Tus-Version': TUS_RESUMABLE } },
  );
}

/** @throws ProblemException where what follows is said to be something else. */
function refuseOtherBytes({ method, headers }: Request): void {
  if (method === 'PATCH' && headers['content-type'] !== BYTES) {
    throw new ProblemException('invalid_request.upload_type');
  }
}
