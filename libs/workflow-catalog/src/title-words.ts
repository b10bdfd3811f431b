import type { WorkflowGraph } from './workflow-graph.js';

/** What a node's title may say, by the words for it. */
const WORDS = {
  param: /^(?:param|parameter|参数)$/i,
  type: /^(?:type|key|类型)$/i,
  title: /^(?:title|name|标题|名称)$/i,
} as const;

/** Which of them. */
export type TitleWord = keyof typeof WORDS;

/** What the titles of a workflow say: `param: strength 0..1` in the title of node 7. */
export interface TitleSaying {
  nodeId: string;
  word: TitleWord;
  text: string;
}

/** Reads `word: text` out of the nodes' titles; several in one title have `;` between them. Other titles say nothing. */
export function titleSayings(graph: WorkflowGraph): TitleSaying[] {
  return Object.entries(graph).flatMap(([nodeId, node]) =>
    (node._meta?.title ?? '').split(/[;；]/u).flatMap((piece) => {
      const [, said = '', text = ''] = /^\s*([\p{L}]+)\s*[:：](.*)$/su.exec(piece) ?? [];
      const word = (Object.keys(WORDS) as TitleWord[]).find((each) => WORDS[each].test(said));
      return word === undefined ? [] : [{ nodeId, word, text: text.trim() }];
    }),
  );
}
