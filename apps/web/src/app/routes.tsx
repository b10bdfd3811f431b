import { Suspense } from 'react';
import { createHashRouter } from 'react-router';
import { HomePage } from '../home/home-page.js';
import { lazyRoom } from './lazy-room.js';
import { NotFoundPage } from './not-found-page.js';
import { RoomTrouble } from './room-trouble.js';
import { Shell } from './shell.js';

const AlbumPage = lazyRoom(async () => (await import('../album/album-page.js')).AlbumPage);
const PhotoPage = lazyRoom(async () => (await import('../viewer/photo-page.js')).PhotoPage);
const OperatorRoom = lazyRoom(async () => (await import('../operator/operator-room.js')).OperatorRoom);
const OpenLinkPage = lazyRoom(async () => (await import('../share/open-link-page.js')).OpenLinkPage);

/** Has a frame of its own: who looks after the service adds no photos. */
const operatorRoom = (
  <Suspense>
    <OperatorRoom />
  </Suspense>
);

/**
 * The addresses of the page. All of them are in the fragment: no server has to know them, they work below any path of a
 * reverse proxy, and the token of a link (`#link=...`) is in no server's log.
 */
export const router = createHashRouter([
  { path: 'operator/*', element: operatorRoom, errorElement: <RoomTrouble /> },
  {
    element: <Shell />,
    errorElement: <RoomTrouble />,
    children: [
      {
        // Trouble in a room leaves the way out of it, which the shell is.
        errorElement: <RoomTrouble />,
        children: [
          { index: true, element: <HomePage /> },
          // Photos that were added while the album itself is not made yet.
          { path: 'new', element: <AlbumPage /> },
          { path: 'albums/:albumId', element: <AlbumPage /> },
          { path: 'albums/:albumId/photos/:taskId', element: <PhotoPage /> },
          { path: 'open/:token', element: <OpenLinkPage /> },
          { path: '*', element: <NotFoundPage /> },
        ],
      },
    ],
  },
]);
