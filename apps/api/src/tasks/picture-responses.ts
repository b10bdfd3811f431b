import { ArtifactNotFound, ArtifactStore } from '@app/artifact-store';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ProblemException } from '../problems/problem.exception.js';
import { attachment } from './filename.js';

/** A stored picture as it is served. */
export interface ServedPicture {
  key: string;
  mediaType: string;
  filename: string;
  /** The strong validator, without its quotes; changes when the bytes do. */
  etag: string;
}

/** Answers with pictures out of the artifact store. */
@Injectable()
export class PictureResponses {
  constructor(private readonly artifacts: ArtifactStore) {}

  /** @throws ProblemException `not_found` where it has been erased. */
  async send(
    { key, mediaType, filename, etag }: ServedPicture,
    request: Request,
    response: Response,
  ): Promise<void> {
    const { stream, bytes } = await this.open(key);
    response.setHeader('Content-Type', mediaType);
    response.setHeader('Content-Disposition', attachment(filename));
    response.setHeader('X-Content-Type-Options', 'nosniff');
    // Who may see it is asked each time; a photo must not outlive its link in somebody's cache.
    response.setHeader('Cache-Control', 'private, no-store');
    response.setHeader('ETag', `"${etag}"`);
    const unchanged = matchesEtag(request.get('If-None-Match'), etag);
    if (unchanged) response.status(304);
    else response.setHeader('Content-Length', bytes);
    if (unchanged || request.method === 'HEAD') {
      stream.destroy();
      response.end();
      return;
    }
    await pipeline(stream, response).catch((error: NodeJS.ErrnoException) => {
      // A caller who went away is no error of ours.
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    });
  }

  private async open(key: string): Promise<{ stream: Readable; bytes: number }> {
    try {
      return await this.artifacts.open(key);
    } catch (error) {
      if (!(error instanceof ArtifactNotFound)) throw error;
      throw new ProblemException('not_found', {}, { cause: error });
    }
  }
}

/** Whether a caller has it already (RFC 9110, 13.1.2). `fetch` sends `no-cache` with it, which Express heeds instead. */
function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header?.trim() === '*') return true;
  return (header ?? '').split(',').some((each) => each.trim().replace(/^W\//, '') === `"${etag}"`);
}
