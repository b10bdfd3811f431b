import { expect, it } from 'vitest';
import { explainConnectError } from './connect-problem.js';

const coded = (code: string) => Object.assign(new Error(`connect ${code} 127.0.0.1:5672`), { code });

it.each([
  [coded('ECONNREFUSED'), 'refused'],
  [coded('EHOSTUNREACH'), 'refused'],
  [coded('ENOTFOUND'), 'refused'],
  [coded('ETIMEDOUT'), 'timeout'],
  [new Error('connect ETIMEDOUT'), 'timeout'],
  [new Error('Handshake terminated by server: 403 (ACCESS-REFUSED) with message "x"'), 'auth'],
  [new Error('Expected ConnectionOpenOk; got <ConnectionClose channel:0>'), 'vhost'],
  [new Error('Connection closed: 530 (NOT-ALLOWED) with message "x"'), 'vhost'],
  [new Error('Socket closed abruptly during opening handshake'), 'not_amqp'],
])('%s means %s', (error, code) => {
  expect(explainConnectError(error).code).toBe(code);
});
