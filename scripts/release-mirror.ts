/**
 * Which mirror still holds a release of Debian whose support has ended: mirrors drop those one day, and then the
 * archive alone has them.
 */
import { TestRootError } from './root-cache.ts';

/** Where releases go when the mirrors drop them. */
export const archive = 'http://archive.debian.org/debian';

/** The status of a server's answer, or why there was none. */
export type Answer = number | Error;

const isGone = (answer: Answer): boolean => answer === 404 || answer === 410;

/**
 * The mirror that holds the suite, or what each that was asked answered.
 *
 * @param own the mirror of this machine
 * @throws TestRootError when one's own mirror says neither that it has it nor that it has not: then nothing is known
 */
export async function mirrorOf(
  suite: string,
  own: string,
  ask: (url: string) => Promise<Answer>,
): Promise<string | readonly string[]> {
  const here = `${own}/dists/${suite}/Release`;
  const answer = await ask(here);
  if (answer === 200) return own;
  if (!isGone(answer)) throw new TestRootError(`${here}: ${answer}; is there a network?`);
  const there = `${archive}/dists/${suite}/Release`;
  const archived = await ask(there);
  if (archived === 200) return archive;
  // The archive is not in reach of every network, and one's own mirror has answered already.
  return [`${here}: ${answer}`, `${there}: ${typeof archived === 'number' ? archived : 'no answer'}`];
}
