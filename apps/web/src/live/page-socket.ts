import { LIVE_PATH } from '@app/contracts';
import { newVisitor } from '../api/session.js';
import { LiveSocket } from './live-socket.js';
import { whenPageWakes } from './page-wakes.js';

/** The page's one live socket. */
export const pageSocket = new LiveSocket({
  openSocket: () => {
    const url = new URL(LIVE_PATH, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    url.hash = '';
    return new WebSocket(url);
  },
});

newVisitor.listen(() => pageSocket.reconnect());
whenPageWakes(() => pageSocket.wake());
