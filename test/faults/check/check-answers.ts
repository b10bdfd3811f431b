import { grouped } from './grouped.js';
import type { Answer, Expectations, Observation, Question, StoredTask } from './observation.js';
import type { Violation, ViolationKind } from './violation.js';

/** What programs of other systems were told, against what they asked for and what the store has. */
export function checkAnswers(seen: Observation, expected: Expectations): Violation[] {
  const answers = grouped(seen.answers, ({ key }) => key);
  const tasks = new Map(seen.tasks.map((task) => [task.originalSha256, task]));
  const asked = new Set(seen.questions.map(({ key }) => key));
  return [
    ...seen.questions.flatMap((question) => {
      const task = taskOf(question, tasks, expected);
      return checkQuestion(question, answers.get(question.key) ?? [], task);
    }),
    ...seen.answers
      .filter(({ key }) => !asked.has(key))
      .map(({ key, by, outcome }) => tell('wrong_answer', key, `nobody asked, ${by} says ${outcome}`)),
    ...seen.answers
      .filter(({ authentic }) => !authentic)
      .map(({ key, by, outcome }) => tell('unsigned', key, `${by} says ${outcome}`)),
    ...checkOutputs(seen, tasks, expected),
  ];
}

function checkQuestion(
  { key, photo, told }: Question,
  answers: readonly Answer[],
  task: StoredTask | undefined,
): Violation[] {
  const places = grouped(answers, ({ by }) => by);
  const violations: Violation[] = [];
  for (const by of told) {
    const here = places.get(by) ?? [];
    if (!here.some(({ isTaken }) => isTaken))
      violations.push(tell('unanswered', key, `photo ${photo} at ${by}`));
    const ids = new Set(here.flatMap(({ noticeId }) => noticeId ?? []));
    if (ids.size > 1) violations.push(tell('doubled_answer', key, `${by} has ${[...ids].join(', ')}`));
  }
  for (const answer of answers) {
    if (!told.includes(answer.by))
      violations.push(tell('wrong_answer', key, `it did not ask at ${answer.by}`));
    else if (photo === null ? !refuses(answer) : !agrees(answer, task)) {
      const found = `${answer.outcome} of ${answer.taskId} at ${answer.by}`;
      violations.push(tell('wrong_answer', key, `${found}, the store says ${task?.state} of ${task?.id}`));
    }
  }
  return violations;
}

function taskOf(
  { photo }: Question,
  tasks: ReadonlyMap<string, StoredTask>,
  { photos }: Expectations,
): StoredTask | undefined {
  const sha256 = photo === null ? undefined : photos.get(photo)?.sha256;
  return sha256 === undefined ? undefined : tasks.get(sha256);
}

function refuses({ taskId, outcome }: Answer): boolean {
  return taskId === null && outcome === 'refused';
}

function agrees({ taskId, outcome, resultSha256 }: Answer, task: StoredTask | undefined): boolean {
  return (
    task !== undefined &&
    taskId === task.id &&
    outcome === task.state &&
    (resultSha256 === null || resultSha256 === task.result?.sha256)
  );
}

/** One whole picture for each question that wants one and whose task succeeded, and no other. */
function checkOutputs(
  { outputs, questions }: Observation,
  tasks: ReadonlyMap<string, StoredTask>,
  expected: Expectations,
): Violation[] {
  const files = grouped(outputs, ({ key }) => key);
  const violations: Violation[] = [];
  for (const question of questions) {
    const { key, photo, wantsFile } = question;
    const state = taskOf(question, tasks, expected)?.state;
    const found = (files.get(key) ?? []).map((file) => file.photo);
    files.delete(key);
    const wanted = wantsFile && state === 'succeeded';
    if (wanted ? found.length === 1 && found[0] === photo : found.length === 0) continue;
    const detail = `photo ${photo} is ${state}, the files are of ${JSON.stringify(found)}`;
    violations.push(tell('wrong_output', key, detail));
  }
  const others = [...files.keys()].map((key) => tell('wrong_output', key, 'nobody asked for it'));
  return [...violations, ...others];
}

function tell(kind: ViolationKind, subject: string, detail: string): Violation {
  return { kind, subject, detail };
}
