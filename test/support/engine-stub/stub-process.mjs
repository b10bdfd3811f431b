// An engine without a model: ComfyUI's protocol as far as a client needs it to have a graph run, one prompt at a time,
// each of the same length. It costs little beside what is measured with it, and knows how busy it was. Started by
// engine-stub.ts.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { BusyRecord } from './busy-record.mjs';
import { Moods } from './moods.mjs';
import { PromptLine } from './prompt-line.mjs';
import { StubFiles } from './stub-files.mjs';
import { createRoutes } from './stub-routes.mjs';

/** As long as aiohttp keeps a connection that is not used. */
const KEEP_ALIVE_MS = 75_000;

/** @type {{ port: number, promptMs: number, resultFile?: string }} */
const { port, promptMs, resultFile } = JSON.parse(process.argv[2] ?? '{}');
const settings = { promptMs };
const result = resultFile === undefined ? undefined : readFileSync(resultFile);
const record = new BusyRecord();
const moods = new Moods();
const files = new StubFiles();
const sockets = new Map();
let calls = {};
let cpu = process.cpuUsage();

const line = new PromptLine({
  record,
  settings: () => ({ ...settings, mood: moods.current }),
  send: (clientId, frame) => sockets.get(clientId)?.send(JSON.stringify(frame)),
  sendAll: (frame) => {
    const text = JSON.stringify(frame);
    for (const socket of sockets.values()) socket.send(text);
  },
  finished: ({ graph, files: made }) => {
    const photo = Object.values(graph).find(({ class_type }) => class_type === 'LoadImage');
    const bytes = result ?? files.input(photo?.inputs.image) ?? Buffer.alloc(0);
    for (const { type, subfolder, filename: name } of Object.values(made))
      files.add({ type, subfolder, name, overwrite: true }, bytes);
  },
});

/** For those who measure; no ComfyUI has them. */
const ownRoutes = {
  'GET stub': () => {
    const { user, system } = process.cpuUsage(cpu);
    return {
      status: 200,
      json: { ...record.report(settings.promptMs), calls, cpuMs: (user + system) / 1000 },
    };
  },
  'POST stub': ({ body, rest: [what] }) => {
    if (what === 'reset') {
      record.clear();
      calls = {};
      cpu = process.cpuUsage();
    } else if (what === 'mood') {
      const { mood } = JSON.parse(body);
      moods.become(mood);
      if (!moods.refusesSockets) return { status: 200 };
      line.forget();
      for (const socket of sockets.values()) socket.terminate();
    } else settings.promptMs = JSON.parse(body).promptMs;
    return { status: 200 };
  },
};
const routes = createRoutes({ line, files, moods });

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => respond(request, response, Buffer.concat(chunks)));
  request.on('error', () => response.destroy());
});
server.keepAliveTimeout = KEEP_ALIVE_MS;

function respond(request, response, body) {
  const url = new URL(request.url, 'http://stub');
  const [first = '', ...rest] = url.pathname
    .replace(/^\/api(?=\/)/, '')
    .split('/')
    .slice(1)
    .map(decodeURIComponent);
  const name = `${request.method} ${first}`;
  let answer = first === 'stub' ? ownRoutes[name] : undefined;
  if (!answer) {
    calls[name] = (calls[name] ?? 0) + 1;
    const instead = moods.answer(response);
    if (instead === 'never') return;
    answer = instead ? () => instead : (routes[name] ?? (() => ({ status: 404, text: '404: Not Found' })));
  }
  write(response, tried(answer, { body, headers: request.headers, query: url.searchParams, rest }));
}

/** What ComfyUI did not foresee is a 500 in plain text. */
function tried(answer, request) {
  try {
    return answer(request);
  } catch (error) {
    return { status: 500, text: `500 Internal Server Error\n\n${String(error)}` };
  }
}

function write(response, { status, json, text, bytes }) {
  const body = bytes ?? (json === undefined ? (text ?? '') : JSON.stringify(json));
  const type = bytes ? 'image/png' : json === undefined ? 'text/plain' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

// Compressing frames would cost the stub more than all else.
const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on('upgrade', (request, connection, head) => {
  connection.on('error', () => connection.destroy());
  if (moods.refusesSockets) moods.hold(connection);
  else webSockets.handleUpgrade(request, connection, head, (socket) => accept(socket, request));
});

function accept(socket, request) {
  const given = new URL(request.url ?? '', 'http://stub').searchParams.get('clientId');
  const sid = given ?? crypto.randomUUID().replaceAll('-', '');
  sockets.set(sid, socket);
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    if (sockets.get(sid) === socket) sockets.delete(sid);
  });
  const status = { exec_info: { queue_remaining: line.length } };
  socket.send(JSON.stringify({ type: 'status', data: { status, sid } }));
}

// It must not outlive whoever started it.
process.on('disconnect', () => process.exit(0));
server.listen(port, '127.0.0.1', () => process.send({ port: server.address().port }));
