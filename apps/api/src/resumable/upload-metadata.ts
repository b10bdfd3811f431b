import { Metadata } from '@tus/server';
import { ProblemException } from '../problems/problem.exception.js';

/** Names of files are short, and nothing else is asked for. */
const LONGEST = 4096;

/** What a sender said of a photo when it began to send it. */
export interface UploadMetadata {
  /** As it was sent; not to be used as a path. */
  filename: string;
}

/**
 * Reads `Upload-Metadata`. `filename` has to be there; `filetype` and whatever else clients add says nothing to us, for the
 * bytes decide what a file is.
 * @throws ProblemException `invalid_request`.
 */
export function readUploadMetadata(header: string | undefined): UploadMetadata {
  if (header === undefined || header === '') throw wrong('required', 400);
  if (header.length > LONGEST) throw unreadable();
  const filename = parse(header)['filename'];
  if (filename === undefined) throw wrong('required', 400);
  // What was pasted has no name.
  if (filename === null) return { filename: '' };
  // What is no UTF-8 has become U+FFFD, which nobody types.
  if (filename.includes('\uFFFD')) throw wrong('unusual_characters', 422);
  return { filename };
}

function parse(header: string): Record<string, string | null> {
  try {
    return Metadata.parse(header);
  } catch (cause) {
    throw unreadable(cause);
  }
}

function unreadable(cause?: unknown): ProblemException {
  return new ProblemException('invalid_request.upload_metadata', { limit: LONGEST }, { cause });
}

function wrong(text: 'required' | 'unusual_characters', status: 400 | 422): ProblemException {
  const errors = [{ pointer: '/filename', text }];
  return new ProblemException(status === 400 ? 'invalid_request' : 'invalid_request.value', {}, { errors });
}
