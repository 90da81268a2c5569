/** Content that stands in a stream as it is. */
import type { Steps } from './flow.ts';
import type { Input } from './input.ts';
import type { Window } from './window.ts';

/** Copies `count` bytes, as far as they are there. */
export function* copyRaw(input: Input, window: Window, count: number): Steps {
  for (let left = count; left > 0; ) {
    yield* input.need(1);
    const bytes = input.slice(Math.min(left, input.left));
    window.append(bytes);
    left -= bytes.length;
  }
}
