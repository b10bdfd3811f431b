import { useEffect, useState } from 'react';

/** Times are told in minutes. */
const STEP_MS = 20_000;

/** The time, a step at a time, in milliseconds since 1970. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
