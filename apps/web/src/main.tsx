import './share/settle-address.js';
import './app/mantine-first.css';
import './app/surfaces.css';
import './app/first-view.css';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.js';
import { fetchRestOfStyles } from './app/lazy-room.js';
import { styleNonce } from './app/style-nonce.js';
import { startWords } from './words/words.js';

// What keeps the page behind a dialog from scrolling writes a style element of its own.
setNonce(styleNonce());
await startWords();
createRoot(document.querySelector('#page')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
fetchRestOfStyles();
