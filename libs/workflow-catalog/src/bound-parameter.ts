import type { ParameterSpec } from '@app/contracts';

/** A declared parameter tied to the literal input of a node that it replaces. */
export interface BoundParameter {
  spec: ParameterSpec;
  nodeId: string;
  input: string;
  /** Put behind a choice for the node. */
  suffix: string;
  /** Other spellings of a choice. */
  aliases: Readonly<Record<string, string>>;
  /** A choice that the node wants as a number. */
  isNumeric: boolean;
}

/** A spec with what the node needs beyond it. */
export type BoundSpec = Pick<BoundParameter, 'spec' | 'suffix' | 'aliases' | 'isNumeric'>;

/** Takes a problem with one member of a declaration. */
export type ReportMember = (member: string, message: string) => void;
