/** What something that is no ComfyUI (any more) says in place of an answer, one after the other. */
const GARBAGE = [
  { status: 200, text: '<html><body>Welcome to nginx!</body></html>' },
  { status: 200, text: '{"prompt_id": "cut off he' },
  { status: 200, json: { unexpected: [1, 2, 3] } },
  { status: 200, json: [] },
  { status: 500, text: '500 Internal Server Error\n\nServer got itself in trouble' },
  { status: 200, bytes: Buffer.from([0, 255, 0, 254, 137, 80, 78, 71]) },
];

/**
 * How the stub treats a request: `garbage` gives what no ComfyUI gives, `silent` never answers, and all other moods answer
 * it.
 */
export class Moods {
  current = 'well';
  #given = 0;
  #held = new Set();

  /** What is no ComfyUI has no socket, either; one that was open breaks off. */
  get refusesSockets() {
    return this.current === 'garbage' || this.current === 'silent';
  }

  /** @returns the answer in place of the usual one; undefined for the usual one, `'never'` for none at all. */
  answer(response) {
    if (this.current === 'garbage') return GARBAGE[this.#given++ % GARBAGE.length];
    if (this.current !== 'silent') return undefined;
    this.hold(response);
    return 'never';
  }

  /** Leaves a response or a connection open without a word, until the mood changes. */
  hold(stream) {
    this.#held.add(stream);
    stream.on('close', () => this.#held.delete(stream));
  }

  /** What was held meanwhile ends without an answer. */
  become(mood) {
    this.current = mood;
    for (const stream of this.#held) stream.destroy();
  }
}
