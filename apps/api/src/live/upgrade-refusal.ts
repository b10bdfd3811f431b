import type { Logger } from '@app/runtime';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { chooseLanguage } from '../problems/language.js';
import { toAnswer, type ProblemAnswer } from '../problems/problem-answer.js';
import { problemCounter } from '../problems/problem-counter.js';
import { ProblemException } from '../problems/problem.exception.js';
import { knownProblem } from '../problems/to-problem.js';

/** The answer to an upgrade that is refused, as to every other request. */
export function refuseUpgrade(error: unknown, request: IncomingMessage, logger: Logger): ProblemAnswer {
  const problem = knownProblem(error) ?? new ProblemException('internal_error', {}, { cause: error });
  const requestId = uuidv7();
  problemCounter()(problem.code);
  const about = { requestId, code: problem.code, text: problem.text };
  if (problem.code === 'internal_error') logger.error({ ...about, err: error }, 'an upgrade failed');
  else logger.info(about, 'an upgrade was refused');
  const answer = toAnswer(problem, requestId, chooseLanguage(request.headers['accept-language']));
  answer.headers['X-Request-Id'] = requestId;
  return answer;
}

/** Sends it where nobody else does, and closes the connection. */
export function sendRefusal(socket: Duplex, { status, headers, body }: ProblemAnswer): void {
  const content = JSON.stringify(body);
  const all = { ...headers, Connection: 'close', 'Content-Length': Buffer.byteLength(content) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${content}`);
}
