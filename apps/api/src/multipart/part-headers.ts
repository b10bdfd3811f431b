import { ProblemException } from '../problems/problem.exception.js';

const MOST_HEADERS = 50;
/** Control characters are taken here: programs put them into file names, where they are not shown. */
const HEADER = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\r\n]*)$/;
const PARAMETER = /[ \t]*;[ \t]*([!#$%&'*+.^_`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/y;
/** Anything else would have to be decoded first, and no browser has sent it for decades (RFC 7578, 4.7). */
const TRANSFER_ENCODINGS = ['7bit', '8bit', 'binary'];

/** What the headers of one part say. */
export interface PartHeaders {
  /** Never empty. */
  name: string;
  /** Undefined for a field that is no file; empty where a form was sent without choosing one. */
  filename: string | undefined;
}

/**
 * Reads the headers of a part of `multipart/form-data` (RFC 7578, 4.2).
 * @throws ProblemException `malformed_multipart` for anything that parsers might read in several ways.
 */
export function readPartHeaders(bytes: Buffer): PartHeaders {
  const headers = new Map<string, string>();
  const lines = bytes.toString('latin1').split('\r\n');
  if (lines.length > MOST_HEADERS) throw new ProblemException('malformed_multipart');
  for (const line of lines) {
    const [, name, value] = HEADER.exec(line) ?? [];
    const key = name?.toLowerCase();
    if (key === undefined || value === undefined || headers.has(key)) {
      throw new ProblemException('malformed_multipart');
    }
    headers.set(key, value);
  }
  const encoding = headers.get('content-transfer-encoding')?.trim().toLowerCase() ?? 'binary';
  if (!TRANSFER_ENCODINGS.includes(encoding)) throw new ProblemException('malformed_multipart');
  return readDisposition(headers.get('content-disposition') ?? '');
}

function readDisposition(value: string): PartHeaders {
  const type = /^form-data(?=[ \t;]|$)/i.exec(value)?.[0];
  if (type === undefined) throw new ProblemException('malformed_multipart');
  const parameters = readParameters(value.trimEnd(), type.length);
  const name = parameters.get('name');
  if (name === undefined || name === '') throw new ProblemException('malformed_multipart.field_name');
  const extended = parameters.get('filename*');
  return {
    name: unescape(name),
    filename: extended === undefined ? unescape(parameters.get('filename')) : decodeExtended(extended),
  };
}

function readParameters(value: string, start: number): Map<string, string> {
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = start;
  for (let end = start; end < value.length; end = PARAMETER.lastIndex) {
    const match = PARAMETER.exec(value);
    const key = match?.[1]?.toLowerCase();
    if (key === undefined || parameters.has(key)) throw new ProblemException('malformed_multipart');
    parameters.set(key, match?.[2] ?? match?.[3] ?? '');
  }
  return parameters;
}

function unescape(sent: string): string;
function unescape(sent: string | undefined): string | undefined;
/**
 * Browsers write a quote as %22 and line breaks as %0D and %0A (HTML, multipart form data), others a quote as \". Any
 * other backslash is one: old browsers send whole Windows paths.
 */
function unescape(sent: string | undefined): string | undefined {
  if (sent === undefined) return undefined;
  return decodeUtf8(sent)
    .replaceAll('\\"', '"')
    .replaceAll(/%(22|0A|0D)/gi, (_whole, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
}

/** Headers are read as latin1; browsers send UTF-8 in them. */
function decodeUtf8(sent: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(sent, 'latin1'));
  } catch {
    // Some old program's own character set: shown as it came, as a name is never used as a path.
    return sent;
  }
}

/** `UTF-8''…` (RFC 8187), which RFC 7578 advises against and some libraries send all the same. */
function decodeExtended(sent: string): string {
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(sent)?.[1];
  try {
    if (encoded !== undefined) return decodeURIComponent(encoded);
  } catch {
    // Falls through: it is not what it says it is.
  }
  throw new ProblemException('malformed_multipart');
}
