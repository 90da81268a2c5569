/** What is passed over: bytes that are no content, and what stands behind the last stream of a file. */
import type { Steps } from './flow.ts';
import type { Input } from './input.ts';
import type { Output } from './output.ts';

/** To the end of the source. Zeros are padding as long as nothing else follows them. */
export function* passOver(input: Input, output: Output): Steps {
  let behind = 0;
  while (yield* input.want(1)) {
    const bytes = input.slice(input.left);
    const last = bytes.findLastIndex((value) => value !== 0);
    if (last >= 0) output.trailing = behind + last + 1;
    behind += bytes.length;
  }
}

/** Passes over `count` bytes, which must be there. */
export function* skip(input: Input, count: number): Steps {
  for (let left = count; left > 0; ) {
    yield* input.need(1);
    const size = Math.min(left, input.left);
    input.at += size;
    left -= size;
  }
}
