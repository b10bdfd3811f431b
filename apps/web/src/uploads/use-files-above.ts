import { useEffect, useRef, useState } from 'react';

/**
 * Whether somebody holds files above the window, to say that they can be let go. `onFiles` gets those that are let go, and
 * those that are pasted; a drop must not make the browser open the file instead of the page.
 */
export function useFilesAbove(onFiles: (transfer: DataTransfer) => void): boolean {
  const [isAbove, setAbove] = useState(false);
  const latest = useRef(onFiles);
  useEffect(() => {
    latest.current = onFiles;
  });
  useEffect(() => {
    const listeners = new AbortController();
    const on = <K extends keyof WindowEventMap>(type: K, listener: (event: WindowEventMap[K]) => void) =>
      window.addEventListener(type, listener, { signal: listeners.signal });
    on('dragover', (event) => {
      if (!holdsFiles(event.dataTransfer)) return;
      event.preventDefault();
      setAbove(true);
    });
    on('dragleave', (event) => {
      // Also told for every element that is passed; without another element it is the window that was left.
      if (event.relatedTarget === null) setAbove(false);
    });
    on('drop', (event) => {
      setAbove(false);
      if (!holdsFiles(event.dataTransfer)) return;
      event.preventDefault();
      latest.current(event.dataTransfer);
    });
    on('paste', ({ clipboardData }) => {
      if (holdsFiles(clipboardData)) latest.current(clipboardData);
    });
    return () => listeners.abort();
  }, []);
  return isAbove;
}

function holdsFiles(transfer: DataTransfer | null): transfer is DataTransfer {
  return transfer?.types.includes('Files') ?? false;
}
