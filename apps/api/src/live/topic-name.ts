import type { LiveTopic } from '@app/contracts';

/** A topic, taken apart. */
export interface TopicName {
  topic: LiveTopic;
  kind: 'task' | 'album';
  id: string;
}

const TOPIC = /^(task|album):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** Undefined for what can name nothing that there is. */
export function parseTopic(text: string): TopicName | undefined {
  const match = TOPIC.exec(text);
  if (match === null) return undefined;
  const kind = match[1]!.toLowerCase() as TopicName['kind'];
  const id = match[2]!.toLowerCase();
  return { topic: `${kind}:${id}`, kind, id };
}

export function taskTopic(id: string): TopicName {
  return { topic: `task:${id}`, kind: 'task', id };
}

export function albumTopic(id: string): TopicName {
  return { topic: `album:${id}`, kind: 'album', id };
}
