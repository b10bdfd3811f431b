import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/reads.js';

export interface Operator {
  /** What the key is called; empty until the API has said it. */
  readonly name: string;
  /** False for keys that may only look, and until it is known. */
  readonly canAct: boolean;
  /** True once it is known that this key may only look. */
  readonly isViewer: boolean;
}

/** Who has signed in. */
export function useOperator(): Operator {
  const { data } = useQuery(sessionQuery());
  return {
    name: data?.name ?? '',
    canAct: data?.role === 'operator',
    isViewer: data?.role === 'viewer',
  };
}
