import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/**
 * Leaves it to the reader of a body to ask for it: a caller who waits for `100 Continue` gets every refusal that needs
 * no body before it has sent one (RFC 9110, 10.1.1).
 */
export function askForBodiesLate(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
}

/** Asks a caller who waits for it to send the body; called right before it is read. */
export function sayContinue(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
}
