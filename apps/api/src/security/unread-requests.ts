import type { ProblemCode } from '@app/contracts';
import type { Logger } from '@app/runtime';
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { toAnswer } from '../problems/problem-answer.js';
import type { ProblemText } from '../problems/problem-text.js';
import { ProblemException } from '../problems/problem.exception.js';

/** What Node's parser (llhttp) and its timeouts call what they refuse. */
const TEXTS: Readonly<Record<string, ProblemText>> = {
  HPE_HEADER_OVERFLOW: 'request_too_large.headers',
  ERR_HTTP_REQUEST_TIMEOUT: 'invalid_request.timeout',
  HPE_INVALID_METHOD: 'method_not_allowed',
  HPE_UNEXPECTED_CONTENT_LENGTH: 'invalid_request.length',
  HPE_INVALID_CONTENT_LENGTH: 'invalid_request.length',
  HPE_INVALID_TRANSFER_ENCODING: 'invalid_request.length',
};

const METHODS = 'DELETE, GET, HEAD, OPTIONS, POST, PUT, PATCH';

/** A request on its way, as its socket knows it. */
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** Answers what Node refuses before there is a request to speak of, as problems like all others. */
export function answerUnreadRequests(
  server: Server,
  logger: Logger,
  count: (code: ProblemCode) => void,
): void {
  const exchanges = new WeakMap<Duplex, Exchange>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    exchanges.set(request.socket, { request, response });
  });
  const answer = (text: ProblemText, socket: Duplex) => {
    const allowed = text === 'method_not_allowed' ? { headers: { Allow: METHODS } } : {};
    const problem = new ProblemException(text, { allowed: METHODS }, allowed);
    logger.info({ code: problem.code, text }, 'a request was refused unread');
    count(problem.code);
    socket.end(rawResponse(problem), () => socket.destroy());
  };
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const exchange = exchanges.get(socket);
    const underWay = exchange !== undefined && !exchange.response.writableFinished;
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    // What follows a whole request is wrong: that one is answered all the same.
    if (underWay && exchange.request.complete) {
      exchange.response.once('close', () => socket.destroy());
      return;
    }
    if (underWay && exchange.response.headersSent) return void socket.destroy();
    answer(TEXTS[error.code ?? ''] ?? 'invalid_request.unreadable', socket);
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => answer('method_not_allowed', socket));
}

function rawResponse(problem: ProblemException): string {
  const requestId = uuidv7();
  const { status, headers, body } = toAnswer(problem, requestId, 'en');
  const text = JSON.stringify(body);
  const all = {
    ...headers,
    'Content-Length': Buffer.byteLength(text),
    'X-Request-Id': requestId,
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${text}`;
}
