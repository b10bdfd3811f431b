// Holds many live sockets in a process of its own: a process may have only so many files open, and what the clients do
// must not slow down the API. Started by watching-processes.ts; `Order` and `Answer` are what the two say to each other.
import { WebSocket } from 'ws';

const AT_ONCE = 50;

/** @type {{ url: string, token: string, topics: string[], count: number }} */
const { url, token, topics, count } = JSON.parse(process.argv[2] ?? '{}');

/** @type {{ event: string, times: Map<number, number> } | undefined} */
let mark;
const sockets = [];
let answered = 0;

function hear(index, text) {
  const now = performance.timeOrigin + performance.now();
  const event = text.slice(10, text.indexOf('"', 10));
  if (event === 'snapshot') answered += 1;
  if (mark === undefined || event !== mark.event || mark.times.has(index)) return;
  mark.times.set(index, now);
  if (mark.times.size < count) return;
  process.send({ kind: 'heard', times: [...mark.times.values()] });
  mark = undefined;
}

async function open(index) {
  const socket = new WebSocket(url, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
  });
  sockets.push(socket);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('message', (/** @type {Buffer} */ frame) => hear(index, frame.toString()));
  socket.on('close', (code) => process.send({ kind: 'lost', code }));
  socket.send(JSON.stringify({ event: 'subscribe', data: { topic: topics[index % topics.length] } }));
}

let next = 0;
async function openSome() {
  while (next < count) await open(next++);
}

process.on('message', (order) => {
  if (order.kind === 'end') process.exit(0);
  mark = { event: order.event, times: new Map() };
  process.send({ kind: 'marked' });
});

await Promise.all(Array.from({ length: AT_ONCE }, openSome));
const waiting = setInterval(() => {
  if (answered < count) return;
  clearInterval(waiting);
  process.send({ kind: 'open' });
}, 20);
