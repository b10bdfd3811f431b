/*
 * Our own, as no library refuses and takes what we have to. Whatever its limits are set to, each of these gets a
 * body of test/integration/http/uploads.abuse.spec.ts wrong:
 * - @fastify/busboy 3.2.6, 'a header that is none': its Dicer gives headers only parsed, and its HeaderParser drops a
 *   line without a colon or with a bare line feed, and all lines behind it, without a word. A second
 *   Content-Disposition or a base64 behind such a line goes unseen, so counting or measuring what it gives is no help.
 * - busboy 1.6.0, 'two dispositions' and 'a part without a disposition': the first is taken, the other part skipped.
 *   It parses 2000 headers, keeps them to itself, and refuses the file name 'a\0b.jpg', which we take.
 * - multiparty 4.3.1 and @hapi/pez 6.1.1, 'two dispositions': the last one is taken.
 * - multipasta 0.2.8, the file name 'a\0b.jpg'; it also refuses a good body if a chunk of it ends between the last
 *   two dashes.
 * - formidable 3.5.4 (MultipartParser), 'a header that is none' once the boundary is as long as a browser's: the headers
 *   end there, and zero bytes are put in front of the data.
 * - @remix-run/multipart-parser 0.16.3, 'a header that is none'; it also holds each part in memory.
 */
import { ProblemException } from '../problems/problem.exception.js';

/** As much as Node allows for the headers of a whole request. */
const MOST_HEADER_BYTES = 16 * 1024;
const DASHES = Buffer.from('--');
const CRLF = Buffer.from('\r\n');
const END_OF_HEADERS = Buffer.from('\r\n\r\n');

/** What a multipart body consists of, in the order of its bytes. */
export type MultipartPiece =
  { kind: 'headers'; bytes: Buffer } | { kind: 'data'; bytes: Buffer } | { kind: 'end_of_part' };

/**
 * Splits a multipart body (RFC 2046, 5.1.1) into its parts while it arrives. Holds no more of it than one chunk and one
 * delimiter, or the headers of one part.
 */
export class MultipartSplitter {
  private readonly delimiter: Buffer;
  /** What may be the beginning of something; the first delimiter has no line break before it. */
  private rest: Buffer = CRLF;
  /** The line break that ends the headers is still in `rest`. */
  private skipsLineBreak = false;
  private state: 'preamble' | 'delimiter' | 'headers' | 'data' | 'epilogue' = 'preamble';

  constructor(boundary: string) {
    this.delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  /** @throws ProblemException `malformed_multipart`. */
  *push(chunk: Buffer): Generator<MultipartPiece> {
    if (this.state === 'epilogue') return;
    this.rest = Buffer.concat([this.rest, chunk]);
    while (true) {
      const piece = this.next();
      if (piece === undefined) return;
      if (piece !== 'none') yield piece;
    }
  }

  /** To be called after the last chunk. @throws ProblemException `malformed_multipart` where something is missing. */
  end(): void {
    if (this.state !== 'epilogue') throw new ProblemException('malformed_multipart');
  }

  /** Undefined where more bytes are needed. */
  private next(): MultipartPiece | 'none' | undefined {
    switch (this.state) {
      case 'preamble':
        return this.skipPreamble();
      case 'delimiter':
        return this.afterDelimiter();
      case 'headers':
        return this.readHeaders();
      case 'data':
        return this.readData();
      case 'epilogue':
        return undefined;
    }
  }

  private skipPreamble(): 'none' | undefined {
    const at = this.rest.indexOf(this.delimiter);
    if (at === -1) {
      if (this.rest.length > MOST_HEADER_BYTES) throw new ProblemException('malformed_multipart');
      return undefined;
    }
    this.rest = this.rest.subarray(at + this.delimiter.length);
    this.state = 'delimiter';
    return 'none';
  }

  /** A delimiter is followed by a line break, maybe with white space before it, and the last one by two dashes. */
  private afterDelimiter(): 'none' | undefined {
    if (this.rest.length < DASHES.length) return undefined;
    if (this.rest.subarray(0, DASHES.length).equals(DASHES)) {
      this.state = 'epilogue';
      this.rest = Buffer.alloc(0);
      return 'none';
    }
    const at = this.rest.indexOf(CRLF);
    const padding = this.rest.subarray(0, at === -1 ? this.rest.length - 1 : at);
    const isPadding = padding.length <= 64 && padding.every((byte) => byte === 0x20 || byte === 0x09);
    if (!isPadding) throw new ProblemException('malformed_multipart');
    if (at === -1) return undefined;
    // The line break stays: a part without headers ends its headers at once.
    this.rest = this.rest.subarray(at);
    this.state = 'headers';
    return 'none';
  }

  private readHeaders(): MultipartPiece | undefined {
    const at = this.rest.indexOf(END_OF_HEADERS);
    if (at > MOST_HEADER_BYTES || (at === -1 && this.rest.length > MOST_HEADER_BYTES)) {
      throw new ProblemException('malformed_multipart');
    }
    if (at === -1) return undefined;
    const bytes = this.rest.subarray(CRLF.length, at);
    // The last line break stays: in an empty part it belongs to the delimiter.
    this.rest = this.rest.subarray(at + END_OF_HEADERS.length - CRLF.length);
    this.state = 'data';
    this.skipsLineBreak = true;
    return { kind: 'headers', bytes };
  }

  private readData(): MultipartPiece | 'none' | undefined {
    const at = this.rest.indexOf(this.delimiter);
    // What is left may hold the beginning of a delimiter.
    const safe = at === -1 ? this.rest.length - (this.delimiter.length - 1) : at;
    if (at === -1 && safe < CRLF.length) return undefined;
    if (safe > 0) {
      const bytes = this.rest.subarray(this.skipsLineBreak ? CRLF.length : 0, safe);
      this.skipsLineBreak = false;
      this.rest = this.rest.subarray(safe);
      return bytes.length === 0 ? 'none' : { kind: 'data', bytes };
    }
    this.skipsLineBreak = false;
    this.rest = this.rest.subarray(this.delimiter.length);
    this.state = 'delimiter';
    return { kind: 'end_of_part' };
  }
}
